"""A part of a file, as a browser asks for it (RFC 9110 §14)."""

import re

ONE = re.compile(r"bytes=\s*(\d{0,30})-(\d{0,30})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(ValueError):
    """The file has nothing of what was asked for (416)."""


def asked_range(header: str, size: int) -> range | None:
    """The bytes of a file of this size that a `Range` header asks for; never none, for that is Unsatisfiable.

    None where the header is to be passed over, as RFC 9110 allows: another unit, several parts, nonsense.
    """
    found = ONE.fullmatch(header)
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        asked = range(max(0, size - int(found[2])), size)
    elif found[2] == "":
        asked = range(int(found[1]), size)
    elif int(found[1]) <= int(found[2]):
        asked = range(int(found[1]), min(int(found[2]) + 1, size))
    else:
        return None
    if not asked:
        raise Unsatisfiable
    return asked
