"""Secrets of others that the house must be able to use again: kept so that whoever has the database alone has nothing."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Unsealable(Exception):
    """It was sealed with another key, for another purpose, or is broken."""


def seal(text: str, *, key: str, purpose: str) -> str:
    """`text`, encrypted and signed (Fernet: AES-128-CBC and HMAC-SHA256) with a key made of `key` for this purpose."""
    return _box(key, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """What `seal` was given. Raises Unsealable."""
    try:
        return _box(key, purpose).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise Unsealable from error


def _box(key: str, purpose: str) -> Fernet:
    made = HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(urlsafe_b64encode(made))
