"""Benches of the places: what is near, what is so called; how fast check-ins come from elsewhere."""

BENCHES = ("near", "lived", "imports")
