"""Opens the square of PARVIS_DATA, made first when the folder is empty, and runs one of the modules here."""

import importlib
import sys

from parvis.core.site.command.house import build_house, set_environment

set_environment(None)
build_house()
importlib.import_module(f"bench.{sys.argv[1]}").run(*sys.argv[2:])
