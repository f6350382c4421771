"""Finding people, shutting doors, choosing an audience."""
