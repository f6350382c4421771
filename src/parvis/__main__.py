"""The `parvis` command."""

import os
import sys
from collections.abc import Sequence

from parvis.core.site.command.line import run


def main(argv: Sequence[str] | None = None) -> int:
    """Do what was typed; the number is the process's exit status: 0 done, 1 not done, 2 wrong use."""
    # Whatever is written from here on, by this process or one it starts, is for the owner's account alone.
    os.umask(0o077)
    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
