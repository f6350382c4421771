"""Notices as they are read: what happened to one thing in one span of time is one line, which opens to its parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import ngettext

from parvis.core.audiences.words import listed
from parvis.core.people.models import Notice

from .notices import NOTICES, Sentence

type Told = tuple[Notice, Sentence]
NAMED = 3
"""So many names stand in a line; of more people two are named, and the others counted."""


@dataclass(frozen=True)
class Line:
    """One or more notices in one sentence; `told` are they, the newest first."""

    text: str
    by_mail: str
    told: Sequence[Told]

    @property
    def path(self) -> str:
        """Where the oldest of them leads: from there one reads on."""
        return self.told[-1][1].path

    @property
    def path_by_mail(self) -> str:
        return self.told[-1][1].path_by_mail or self.path

    @property
    def at(self) -> datetime:
        return self.told[0][0].at

    @property
    def is_new(self) -> bool:
        return any(notice.seen_at is None for notice, _sentence in self.told)

    @property
    def count(self) -> int:
        return len(self.told)


def lines(told: Iterable[Told]) -> Sequence[Line]:
    """These notices of one span of time, the newest first, as lines in the same order."""
    groups: dict[tuple[str, str], list[Told]] = {}
    for notice, sentence in told:
        can_join = NOTICES[notice.kind].together is not None and sentence.about
        key = sentence.about if can_join else f"notice {notice.pk}"
        groups.setdefault((notice.kind, key), []).append((notice, sentence))
    return [line(some) for some in groups.values()]


def line(told: Sequence[Told]) -> Line:
    notice, newest = told[0]
    together = NOTICES[notice.kind].together
    if len(told) == 1 or together is None:
        return Line(newest.text, newest.mailed, told)
    people = {one.by.pk: one.by.name for _notice, one in told if one.by is not None}
    text = together(named(list(people.values())), len(people), newest)
    return Line(text, text, told)


def named(names: Sequence[str]) -> str:
    """Who they are, in a few words: Anna, Paul and 2 others."""
    if len(names) <= NAMED:
        return listed(names)
    others = len(names) - NAMED + 1
    words = ngettext("%(count)d other", "%(count)d others", others) % {"count": others}
    return listed([*names[: NAMED - 1], words])
