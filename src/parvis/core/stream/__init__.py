"""What has been published: sources, streams, publications and their placements, read through the one rule."""
