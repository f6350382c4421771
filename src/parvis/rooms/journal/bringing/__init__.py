"""Bringing a blog from WordPress into the journal: looked at, tried dry, brought, and every item accounted for."""
