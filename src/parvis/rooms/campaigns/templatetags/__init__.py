"""Filters of the campaigns."""
