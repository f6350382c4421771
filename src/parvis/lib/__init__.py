"""Plain Python that knows nothing of Django: text, markup, pictures, feeds, mail, files of others."""
