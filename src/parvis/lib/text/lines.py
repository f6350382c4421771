"""Names that people give: one line each."""


def one_line(text: str) -> str:
    """The words of a name with single spaces; empty when there are none, or when there is more than one line."""
    text = text.strip()
    return " ".join(text.split()) if text.isprintable() else ""
