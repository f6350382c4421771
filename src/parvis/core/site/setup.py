"""The code that shows that whoever opens a new house in a browser also stands at its machine."""

import hashlib
import hmac
import secrets
import string
from pathlib import Path

from parvis.core.people.models import Person, Square
from parvis.lib.environment import write_private

FILE = "setup.code"
ALPHABET = string.ascii_lowercase + string.digits
LENGTH = 16


def has_owner() -> bool:
    """Whether somebody runs this square."""
    return bool(Person.objects.owners().exists())


def setup_code(data: Path) -> str | None:
    """A new code (82 bits), kept in the data folder only as a hash; None once somebody runs the square.

    Codes printed before open nothing any more.
    """
    if has_owner():
        forget_code(data)
        return None
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    write_private(data / FILE, digest(code))
    return code


def check_code(data: Path, code: str) -> bool:
    """Whether this is the code that was printed last."""
    try:
        kept = (data / FILE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return False
    return hmac.compare_digest(kept, digest(code))


def forget_code(data: Path) -> None:
    """No code opens the set-up any more."""
    (data / FILE).unlink(missing_ok=True)


def digest(code: str) -> str:
    """What is kept of a code; upper and lower case and spaces around it make no difference."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def waits_for_its_owner(square: Square, data: Path) -> bool:
    """Whether this house was started, and nobody has set it up yet."""
    return square.opened_at is None and (data / FILE).exists() and not has_owner()
