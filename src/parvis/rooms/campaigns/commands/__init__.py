"""What `parvis campaigns` does in a terminal."""
