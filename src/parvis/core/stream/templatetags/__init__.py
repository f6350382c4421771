"""Tags of what is common to all rooms."""
