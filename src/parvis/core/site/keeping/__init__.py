"""Keeping: backups and what they give back, a person's own copy, a person's leaving, and what is wrong."""
