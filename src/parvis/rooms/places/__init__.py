"""Places: check-ins among people who agreed to see each other."""
