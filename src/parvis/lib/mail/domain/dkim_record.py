"""Whether the DNS holds the public half of the keys that a square signs with (RFC 6376 §3.6, RFC 8301, RFC 8463)."""

import base64
import binascii
from collections.abc import Iterator, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from parvis.lib.mail.dkim import BITS, Key

from .asking import CannotAsk, Names
from .findings import Code, Finding, Level, unasked
from .tags import tags_of

FEWEST_BITS = 1024
"""RFC 8301 §3.2: a verifier finds no signature of a shorter RSA key good."""


def dkim_findings(names: Names, domain: str, keys: Sequence[Key]) -> Iterator[Finding]:
    """One finding a key; one alone while there is none."""
    if not keys:
        yield Finding(about="dkim", code="dkim-no-key", level="to do", name=domain)
    for key in keys:
        try:
            yield of_key(names, domain, key)
        except CannotAsk:
            yield unasked("dkim", key.name(domain))


def of_key(names: Names, domain: str, key: Key) -> Finding:
    """How the record of one key stands. Raises CannotAsk."""
    name = key.name(domain)
    records = names.texts(name)
    if len(records) != 1:
        code: Code = "dkim-two" if records else "dkim-missing"
        level: Level = "wrong" if records else "to do"
        return Finding(about="dkim", code=code, level=level, name=name, wanted=key.record)
    (found,) = records
    code, level = judged(found, key)
    wanted = "" if level == "good" or code == "dkim-weak" else key.record
    size = str(bits(key.public)) if key.algorithm == "rsa" else ""
    return Finding(
        about="dkim", code=code, level=level, name=name, found=found, wanted=wanted, about_what=size
    )


def judged(record: str, key: Key) -> tuple[Code, Level]:
    """What a record says of a key."""
    try:
        tags = tags_of(record)
    except ValueError:
        tags = {}
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return "dkim-broken", "wrong"
    public = "".join(tags["p"].split())
    if tags.get("k", "rsa") != key.algorithm or public.rstrip("=") != key.public.rstrip("="):
        return ("dkim-other-key" if public else "dkim-revoked"), "wrong"
    if key.algorithm == "rsa" and bits(key.public) < BITS:
        return "dkim-weak", "wrong" if bits(key.public) < FEWEST_BITS else "to do"
    if "y" in tags.get("t", "").split(":"):
        return "dkim-testing", "to do"
    return "dkim-good", "good"


def bits(public: str) -> int:
    """The size of an RSA key, as it stands after p=; 0 for what is none."""
    try:
        key = load_der_public_key(base64.b64decode(public))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        return 0
    return key.key_size if isinstance(key, RSAPublicKey) else 0
