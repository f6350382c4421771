"""What is asked of a payment provider, and what is done with its answers."""
