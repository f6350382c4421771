"""What this floor holds on people, for their own copy and for their leaving."""
