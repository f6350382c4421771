"""The house's own pages."""
