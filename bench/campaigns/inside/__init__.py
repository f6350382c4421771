"""What runs in an open square."""
