"""Which DMARC policy holds for a domain, found by walking up the names (RFC 9989 §4.10), without a list of suffixes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .asking import CannotAsk, Names
from .findings import Finding, unasked
from .tags import tags_of

MOST_LABELS = 8
"""A name of as many labels or more is asked for, and then the one of its last seven: eight questions at most."""
POLICIES = ("none", "quarantine", "reject")
FIRST_RECORD = "v=DMARC1; p=none"


@dataclass(frozen=True)
class Record:
    """A DMARC record and the domain it stands for."""

    domain: str
    text: str
    tags: Mapping[str, str]

    @property
    def psd(self) -> str:
        return self.tags.get("psd", "u")

    def policy(self, *names: str) -> str:
        """The first of these policies that is there; `none` where it cannot be read (§4.7)."""
        said = next((self.tags[name] for name in names if name in self.tags), "none").lower()
        return said if said in POLICIES else "none"

    @property
    def is_readable(self) -> bool:
        """Whether its policies are ones that the standard knows."""
        return all(self.tags.get(name, "none").lower() in POLICIES for name in ("p", "sp", "np"))


@dataclass(frozen=True)
class Policy:
    """What a domain asks of those who get mail in its name: by which record, and in which organization."""

    domain: str
    organization: str
    record: Record | None
    asked: str

    @property
    def applied(self) -> str:
        """The policy to act by: one step milder while it is only tried out (t=y)."""
        trying = self.record is not None and self.record.tags.get("t", "n").lower() == "y"
        return POLICIES[max(POLICIES.index(self.asked) - trying, 0)]


def targets(domain: str) -> Sequence[str]:
    """The names that a walk asks for, in this order."""
    labels = domain.split(".")
    above = labels[1:] if len(labels) < MOST_LABELS else labels[-(MOST_LABELS - 1) :]
    return [domain, *(".".join(above[start:]) for start in range(len(above)))]


def records_at(names: Names, domain: str) -> Sequence[Record]:
    """The DMARC records of one name; only one alone counts. Raises CannotAsk."""
    return [
        Record(domain, text, readable_tags(text))
        for text in names.texts(f"_dmarc.{domain}")
        if "".join(text.partition(";")[0].split()) == "v=DMARC1"
    ]


def readable_tags(text: str) -> Mapping[str, str]:
    """The tags that can be read; of the others nothing is made (§4.7)."""
    found: dict[str, str] = {}
    for piece in text.split(";"):
        try:
            found = {**tags_of(piece), **found}
        except ValueError:
            continue
    return found


def walk(names: Names, domain: str) -> Sequence[Record]:
    """The records on the way up, the longest name first, until one says that it is at a border. Raises CannotAsk."""
    found = []
    for target in targets(domain):
        records = records_at(names, target)
        if len(records) == 1:
            found.append(records[0])
            if records[0].psd in {"n", "y"}:
                break
    return found


def organization_of(domain: str, found: Sequence[Record]) -> str:
    """The organizational domain, by the records of a walk (§4.10.2)."""
    for record in found:
        if record.psd == "n":
            return record.domain
        if record.psd == "y" and record.domain != domain:
            below = record.domain.count(".") + 2
            return ".".join(domain.split(".")[-below:])
    return found[-1].domain if found else domain


def discover(names: Names, domain: str) -> Policy:
    """The policy for mail from a domain (§4.10.1). Raises CannotAsk.

    1. The record of the domain itself, else that of its organization, else that of the public suffix above it.
    2. For the domain itself p holds; from above, sp, or np when there is no such domain; p where these are missing.
    """
    found = walk(names, domain)
    organization = organization_of(domain, found)
    by_domain = {record.domain: record for record in found}
    suffix = next((record for record in found if record.psd == "y"), None)
    record = by_domain.get(domain) or by_domain.get(organization) or suffix
    if record is None:
        return Policy(domain, organization, None, "none")
    if record.domain == domain:
        asked = record.policy("p")
    else:
        asked = record.policy("sp", "p") if names.exists(domain) else record.policy("np", "sp", "p")
    return Policy(domain, organization, record, asked)


def dmarc_findings(names: Names, domain: str) -> Iterator[Finding]:
    """Whether a domain says what is to be done with mail that is not its own."""
    name = f"_dmarc.{domain}"
    try:
        several = records_at(names, domain)
        policy = discover(names, domain)
    except CannotAsk as error:
        yield unasked("dmarc", error.name)
        return
    if len(several) > 1:
        text = "\n".join(record.text for record in several)
        yield Finding(about="dmarc", code="dmarc-two", level="wrong", name=name, found=text)
    elif policy.record is None:
        yield Finding(about="dmarc", code="dmarc-missing", level="to do", name=name, wanted=FIRST_RECORD)
    else:
        yield of_record(policy, policy.record)


def of_record(policy: Policy, record: Record) -> Finding:
    """How the record that holds stands."""
    name = f"_dmarc.{record.domain}"
    if not record.is_readable:
        return Finding(
            about="dmarc",
            code="dmarc-broken",
            level="wrong",
            name=name,
            found=record.text,
            wanted=FIRST_RECORD,
        )
    return Finding(
        about="dmarc",
        code="dmarc-watching" if policy.applied == "none" else "dmarc-good",
        level="good",
        name=name,
        found=record.text,
        about_what=policy.applied,
    )
