"""Parvis: a square of one's own, with one rule for who may see what."""
