"""Plain Python that knows nothing of Django: text, markup, pictures, feeds, files of others."""
