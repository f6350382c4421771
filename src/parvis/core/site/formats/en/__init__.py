"""Dates and numbers in this language."""
