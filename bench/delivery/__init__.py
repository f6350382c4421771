"""Benches of delivery: one publication to many mail subscribers beside list servers, mail that comes in, and digests."""

BENCHES = ("fan_out", "intake", "digests")
