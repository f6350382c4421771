"""Lists of tags, as DKIM keys (RFC 6376 §3.2) and DMARC records (RFC 9989) are written."""


def tags_of(text: str) -> dict[str, str]:
    """`v=DKIM1; p=…` by the names of its tags. Raises ValueError for what is no such list."""
    found: dict[str, str] = {}
    for piece in text.split(";"):
        name, is_tag, value = piece.partition("=")
        name = name.strip()
        if not piece.strip():
            continue
        if not is_tag or not name.replace("_", "").isalnum() or name in found:
            raise ValueError(f"no list of tags: {piece.strip()}")
        found[name] = value.strip()
    return found
