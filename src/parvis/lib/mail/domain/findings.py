"""What was found out about a domain that sends mail, as values: whoever shows them finds the words."""

from dataclasses import dataclass
from typing import Literal

type About = Literal["domain", "spf", "dkim", "dmarc", "ptr", "mx", "mail-in"]
type Level = Literal["good", "to do", "wrong", "could not ask"]
type Code = Literal[
    "domain-missing",
    "spf-good",
    "spf-present",
    "spf-missing",
    "spf-two",
    "spf-broken",
    "spf-too-many",
    "spf-not-allowed",
    "spf-relay-not-named",
    "spf-open",
    "spf-without-end",
    "dkim-good",
    "dkim-no-key",
    "dkim-missing",
    "dkim-two",
    "dkim-broken",
    "dkim-other-key",
    "dkim-revoked",
    "dkim-testing",
    "dkim-weak",
    "dmarc-good",
    "dmarc-watching",
    "dmarc-missing",
    "dmarc-two",
    "dmarc-broken",
    "ptr-good",
    "ptr-missing",
    "ptr-elsewhere",
    "mx-good",
    "mx-implicit",
    "mx-missing",
    "mx-null",
    "mx-nowhere",
    "in-good",
    "in-present",
    "in-elsewhere",
    "in-implicit",
    "in-missing",
    "in-null",
    "in-nowhere",
    "unasked",
]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at. `name` is where in the DNS, `found` what stands there, `wanted` what should (a `kind` record).

    `about_what` is what the sentence of its code needs beside them: an address, a number, a word of the standard.
    """

    about: About
    code: Code
    level: Level
    name: str
    kind: str = "TXT"
    found: str = ""
    wanted: str = ""
    about_what: str = ""


def unasked(about: About, name: str) -> Finding:
    """The DNS did not answer."""
    return Finding(about=about, code="unasked", level="could not ask", name=name, kind="")
