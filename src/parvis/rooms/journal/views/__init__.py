"""The journal's pages: reading, writing, its categories, its feeds."""
