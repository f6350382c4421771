"""The keys with which this square signs its mails: made once, kept in the data folder, read when a mail leaves."""

import logging
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path

import idna
from django.conf import settings
from django.utils.translation import gettext as _

from parvis.lib.environment import write_private
from parvis.lib.mail.dkim import Key, Signer
from parvis.lib.refusal import Refusal

logger = logging.getLogger(__name__)

FOLDER = "dkim"
ALGORITHMS = {"rsa": "", "ed25519": "e"}
"""What a selector ends with, by what its key is for: every verifier knows RSA, and ed25519 is much smaller."""
SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")


class NoDomain(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "The square's mails come from no domain of yours yet. Set PARVIS_MAIL_FROM=parvis@your.domain "
                "in parvis.env first."
            )
        )


class NoSelector(Refusal):
    def __init__(self, selector: str) -> None:
        super().__init__(
            _(
                "“%(selector)s” cannot stand in the DNS. Take small letters, digits and hyphens, such as parvis2."
            )
            % {"selector": selector}
        )


def mail_domain() -> str:
    """The domain that the square's mails come from, as the DNS writes it; empty while there is none of its own."""
    return domain_of(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=4)
def domain_of(sender: str) -> str:
    """The domain of a sender, as the DNS writes it."""
    _name, address = parseaddr(sender)
    return as_in_dns(address.rpartition("@")[2])


def as_in_dns(domain: str) -> str:
    """A domain name in small ASCII letters (RFC 5890); empty for what is none, such as localhost."""
    try:
        name = idna.encode(domain.strip().rstrip("."), uts46=True).decode()
    except idna.IDNAError:
        return ""
    return name if "." in name else ""


def key_files(selector: str) -> dict[str, tuple[str, Path]]:
    """The selector and the file of each key, by algorithm."""
    folder = Path(settings.PARVIS_DATA) / FOLDER
    return {
        algorithm: (selector + end, folder / f"{selector}{end}.pem") for algorithm, end in ALGORITHMS.items()
    }


def make_keys(selector: str) -> Sequence[Key]:
    """The keys of a selector; those that are not there yet are made, and none is ever written over.

    Raises NoSelector, ValueError for a file that holds no key, and OSError.
    """
    if not SELECTOR.fullmatch(selector):
        raise NoSelector(selector)
    found = key_files(selector)
    (Path(settings.PARVIS_DATA) / FOLDER).mkdir(parents=True, exist_ok=True, mode=0o700)
    for algorithm, (name, path) in found.items():
        if not path.exists():
            keep_key(path, Key.make(name, algorithm))
    return [Key.read(name, path.read_bytes()) for name, path in found.values()]


def keep_key(path: Path, key: Key) -> None:
    """Write a private key, whole, readable by its owner alone; one that somebody wrote meanwhile stays."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    write_private(new, key.pem.decode())
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink()


def signer() -> Signer | None:
    """What signs the square's mails now; None while it has no key or no domain. Any number of threads may use it."""
    domain = mail_domain()
    files = []
    for selector, path in key_files(settings.PARVIS_DKIM_SELECTOR).values():
        with suppress(OSError):
            files.append((selector, path, path.stat().st_mtime_ns))
    return read_signer(domain, tuple(files)) if files and domain else None


@lru_cache(maxsize=4)
def read_signer(domain: str, files: tuple[tuple[str, Path, int], ...]) -> Signer | None:
    """The keys in these files, of these versions. A mail without a signature is better than none: `parvis check` tells."""
    keys = []
    for selector, path, _version in files:
        try:
            keys.append(Key.read(selector, path.read_bytes()))
        except (OSError, ValueError):
            logger.exception("A key for signing mails cannot be read: %s", path.name)
    return Signer(domain, keys) if keys else None


def unreadable_keys() -> Sequence[Path]:
    """The files of this square's keys in which no key can be read."""
    found = signer()
    read = {key.selector for key in found.keys} if found is not None else set()
    files = key_files(settings.PARVIS_DKIM_SELECTOR).values()
    return [path for selector, path in files if mail_domain() and path.exists() and selector not in read]


def signed(data: bytes) -> bytes:
    """A mail as it leaves: with the signatures of this square in front, where it has keys."""
    found = signer()
    return found.sign(data) if found is not None else data
