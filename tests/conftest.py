"""The house's own tests share what the tests beside the code ask for."""

from parvis.conftest import *  # noqa: F403
