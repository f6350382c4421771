"""Mail in plain Python: how it is written, sent and taken in."""
