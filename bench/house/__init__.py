"""Benches of the house: the home stream, the rule, pages beside WordPress, the import, and the start."""

BENCHES = ("home_stream", "rule", "pages", "imports", "start")
