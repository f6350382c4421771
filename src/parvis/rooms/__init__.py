"""One folder a room; delete the folder and the house still stands."""
