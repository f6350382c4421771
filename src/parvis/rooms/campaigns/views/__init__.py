"""The pages of the campaigns."""

from .reading import campaign, home

__all__ = ["campaign", "home"]
