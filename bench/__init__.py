"""Measures Parvis beside its peers: `python -m bench [GROUP | GROUP/BENCH]`; results are read in docs/dev/benchmarks.md."""

import signal
import sys

# Asked to stop, every process here leaves by its `finally`, so that folders and databases go with it.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
