"""Signs mails (DKIM: RFC 6376, 8301, 8463), and makes the keys and the DNS records that belong to the signatures."""

import base64
import hashlib
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

SIGNED = (
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
"""Headers that a signature covers where they are (RFC 6376 §5.4.1; RFC 8058 §4 asks for the last two)."""
BITS = 2048
"""Of an RSA key: all that RFC 8301 §3.2 lets every verifier know, and what still fits into the DNS."""
A_LINE = 78
A_STRING = 255
"""Octets of one string of a TXT record (RFC 1035 §3.3.14)."""
CRLF = b"\r\n"
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_LINES_GO_ON = re.compile(rb"\r\n(?![ \t])")


@dataclass(frozen=True, kw_only=True)
class Key:
    """A private key and the selector under which the DNS holds its public half."""

    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey

    @classmethod
    def make(cls, selector: str, algorithm: str) -> Self:
        """A new key: `rsa` or `ed25519`."""
        if algorithm == "rsa":
            return cls(selector=selector, private=generate_private_key(public_exponent=65537, key_size=BITS))
        return cls(selector=selector, private=Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, selector: str, pem: bytes) -> Self:
        """The key in a PEM file. Raises ValueError when there is none that signs mail."""
        private = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
            raise ValueError("a key of another kind than RSA and ed25519")
        return cls(selector=selector, private=private)

    @property
    def pem(self) -> bytes:
        """The private key, as a file keeps it (PKCS #8, without a password)."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def algorithm(self) -> str:
        return "rsa" if isinstance(self.private, RSAPrivateKey) else "ed25519"

    @property
    def public(self) -> str:
        """What stands after p= in the DNS: SubjectPublicKeyInfo for RSA, the 32 octets for ed25519 (RFC 8463 §4.2)."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            octets = public.public_bytes(serialization.Encoding.DER, form)
        else:
            octets = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return base64.b64encode(octets).decode()

    @property
    def record(self) -> str:
        """The text of the DNS record (RFC 6376 §3.6.1)."""
        return f"v=DKIM1; k={self.algorithm}; p={self.public}"

    def name(self, domain: str) -> str:
        """Where that record stands."""
        return f"{self.selector}._domainkey.{domain}"

    def sign(self, words: bytes) -> bytes:
        """The signature of these bytes; other threads run meanwhile."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(words, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(hashlib.sha256(words).digest())  # RFC 8463 §3


@dataclass(frozen=True)
class Signer:
    """Signs mails for a domain with each of its keys; any number of threads may share one."""

    domain: str
    keys: Sequence[Key]

    def sign(self, data: bytes, at: int | None = None) -> bytes:
        """The mail with its signatures in front; `at` in seconds since 1970, else now.

        `data` has CRLF and one From. The body is put into its one writing and hashed once, whatever the number of keys.
        """
        return b"".join([*self.signatures(data, at), data])

    def signatures(self, data: bytes, at: int | None = None) -> list[bytes]:
        """The headers that `sign` puts in front, one a key, each with its CRLF."""
        head, _empty, body = data.partition(CRLF + CRLF)
        names, covered = covering(fields(head))
        digest = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        moment = int(time.time()) if at is None else at
        return [self.signature(key, names, covered, digest, moment) for key in self.keys]

    def signature(self, key: Key, names: Sequence[str], covered: bytes, digest: str, at: int) -> bytes:
        """One DKIM-Signature header; its own words are signed too, with an empty b= (RFC 6376 §3.7)."""
        tags = [
            " v=1;",
            f" a={key.algorithm}-sha256;",
            " c=relaxed/relaxed;",
            f" d={self.domain};",
            f" s={key.selector};",
            f" t={at};",
            f" h={names[0]}",
            *(f":{name}" for name in names[1:]),
            ";",
            f" bh={digest};",
            " b=",
        ]
        begun = in_lines("DKIM-Signature:", tags).encode()
        signed = covered + relaxed(b"dkim-signature", begun.partition(b":")[2])
        signature = base64.b64encode(key.sign(signed)).decode()
        pieces = [signature[start : start + A_LINE - 1] for start in range(0, len(signature), A_LINE - 1)]
        return begun + "".join(f"\r\n {piece}" for piece in pieces).encode() + CRLF


def in_lines(begin: str, pieces: Sequence[str]) -> str:
    """A header made of pieces between which it may be folded, in lines of at most 78 characters."""
    lines = [begin]
    for piece in pieces:
        if len(lines[-1]) + len(piece) > A_LINE:
            lines.append(" ")
            piece = piece.lstrip()  # noqa: PLW2901
        lines[-1] += piece
    return "\r\n".join(lines)


def fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of a mail: name in small letters, and value as it stands."""
    found = (_FIELD.fullmatch(line) for line in _LINES_GO_ON.split(head) if line)
    return [(match[1].lower(), match[2]) for match in found if match]


def covering(headers: Sequence[tuple[bytes, bytes]]) -> tuple[list[str], bytes]:
    """The names for h=, and the bytes that they stand for (RFC 6376 §5.4.2): the last of several is signed first.

    From is named once more than it stands, so that none can be added afterwards (§8.15).
    """
    count = Counter(name for name, _value in headers)
    names = [name for name in SIGNED for _time in range(count[name.lower().encode()])]
    wanted = {name.lower().encode() for name in names}
    last = [(name, relaxed(name, value)) for name, value in reversed(headers) if name in wanted]
    lines = [line for one in SIGNED for name, line in last if name == one.lower().encode()]
    return ["From", *names], b"".join(line + CRLF for line in lines)


def relaxed(name: bytes, value: bytes) -> bytes:
    """A header in the writing that survives being folded anew (RFC 6376 §3.4.2), without its CRLF."""
    return name + b":" + single_spaces(value.replace(CRLF, b"")).strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """A body in the writing that survives changes of white space (RFC 6376 §3.4.4)."""
    if not body.endswith(CRLF):
        body += CRLF
    body = single_spaces(body).replace(b" \r\n", CRLF)
    end = len(body)
    while body.endswith(CRLF, 0, end):
        end -= 2
    return body[:end] + CRLF if end else b""


def single_spaces(octets: bytes) -> bytes:
    """One space for each run of spaces and tabs; a few passes over the whole are quicker than a search for runs."""
    octets = octets.replace(b"\t", b" ")
    while b"  " in octets:
        octets = octets.replace(b"  ", b" ")
    return octets


def strings(text: str) -> list[str]:
    """The text of a TXT record in the strings that DNS keeps it in."""
    return [text[start : start + A_STRING] for start in range(0, len(text), A_STRING)]
