"""Who wrote on the old site: authors and commenters, as guests without a login who are never written to."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from parvis.core.people.actions import guest
from parvis.core.people.models import Person
from parvis.core.people.models.person import canonical
from parvis.lib.wxr import Author, ItemComment

from .ledger import Ledger

_ADDRESS = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]+")
_LONGEST_URL = 300


@dataclass
class People:
    """Finds who wrote something, and makes a guest of whoever is new.

    `mine` is the member who takes every post of every author; `chosen` the members who take those of some logins.
    """

    ledger: Ledger
    authors: Mapping[str, Author]
    language: str
    at: datetime
    mine: Person | None = None
    chosen: Mapping[str, Person] = field(default_factory=dict)
    _known: dict[str, Person] = field(default_factory=dict)

    def token(self, login: str) -> str:
        """Tells whose an author's posts are, without making anybody: part of what a post is compared by."""
        member = self.member(login)
        return f"person:{member}" if member else f"login:{login}"

    def member(self, login: str) -> int | None:
        """The number of the member who takes the posts of this login: as told now, else as told at an earlier run."""
        told = self.mine or self.chosen.get(login)
        if told is not None:
            return told.pk
        line = self.ledger.line("author", login)
        return line.person if line is not None and line.reason == "member" else None

    def author(self, login: str) -> Person:
        """The person whose posts these are."""
        number = self.member(login)
        person = self._person(number) if number else None
        person = person or self._guest(self._address(login), self._name(login), f"login:{login}")
        line = self.ledger.line("author", login)
        reason = "member" if number else ""
        said = self.authors.get(login)
        old = str(said.id) if said is not None and said.id else ""
        is_known = line is not None and (line.person, line.reason, line.detail) == (person.pk, reason, old)
        if not is_known and ("author", login) not in self.ledger.seen:
            self.ledger.write(
                "author",
                login,
                item=person.name,
                state="imported",
                reason=reason,
                detail=old,
                person=person,
            )
        self.ledger.seen.add(("author", login))
        return person

    def commenter(self, comment: ItemComment) -> Person:
        """Who wrote a comment; an author of the old site only when that site knew them while they wrote it."""
        if comment.user_id:
            mail = canonical(comment.author_email)
            for login, author in self.authors.items():
                if (mail and mail == canonical(author.email)) or comment.author in {
                    login,
                    author.display_name,
                }:
                    return self.author(login)
        name = comment.author or _("Someone")
        address = comment.author_email if _ADDRESS.fullmatch(comment.author_email.strip()) else ""
        return self._guest(address, name, f"name:{name}\n{comment.author_url}", comment.author_url)

    def _guest(self, address: str, name: str, otherwise: str, url: str = "") -> Person:
        """The guest of this address, or of this name when there is none; the same one each time."""
        key = hashlib.sha256((f"mail:{canonical(address)}" if address else otherwise).encode()).hexdigest()[
            :40
        ]
        if key in self._known:
            return self._known[key]
        line = self.ledger.line("person", key)
        person = self._person(line.person) if line and line.person else None
        if person is None:
            person = guest(name=name, address=address[:254] or None, at=self.at, language=self.language)
            if link := web_address(url):
                person.links = [{"label": urlsplit(link).netloc, "url": link}]
                person.save(update_fields=["links"])
            self.ledger.write("person", key, item="", state="imported", person=person)
        self._known[key] = person
        return person

    def _person(self, number: int | None) -> Person | None:
        key = f"#{number}"
        if key not in self._known:
            found = Person.objects.filter(pk=number).first()
            if found is None:
                return None
            self._known[key] = found
        return self._known[key]

    def _address(self, login: str) -> str:
        author = self.authors.get(login)
        return (
            author.email if author and _ADDRESS.fullmatch(author.email) and len(author.email) <= 254 else ""
        )

    def _name(self, login: str) -> str:
        author = self.authors.get(login)
        whole = f"{author.first_name} {author.last_name}".strip() if author else ""
        return (author.display_name if author else "") or whole or login or _("Someone")


def web_address(url: str) -> str:
    """A commenter's own site, empty when it is no web address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return (
        url.strip()
        if parts.scheme in {"http", "https"} and parts.hostname and len(url) <= _LONGEST_URL
        else ""
    )
