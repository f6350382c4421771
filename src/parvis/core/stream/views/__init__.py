"""Pages common to all rooms."""
