"""What the pages show, gathered in a few statements each."""
