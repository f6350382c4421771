"""Where things are: points and distances, cells to find what is near, precision, towns, zones, countries, categories, small maps."""
