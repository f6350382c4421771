"""Measures Parvis beside its peers: `python -m bench [GROUP | GROUP/BENCH]`; results are read in docs/dev/benchmarks.md."""
