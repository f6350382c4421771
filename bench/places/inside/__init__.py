"""What runs in a process of its own with a square opened in it."""
