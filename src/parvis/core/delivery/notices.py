"""The register of what may be told to people: each kind of notice makes its own sentence when it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parvis.core.people.models import Notice


@dataclass(frozen=True)
class Sentence:
    """A notice in words, and the page it leads to."""

    text: str
    path: str


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """A kind of notice; `say` makes its sentence, or None when the person may no longer know of it."""

    name: str
    title: object
    say: Callable[[Notice], Sentence | None]


NOTICES: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Make a kind of notice known; the same name twice is a mistake in the code."""
    if kind.name in NOTICES:
        raise ValueError(f"{kind.name} is registered twice")
    NOTICES[kind.name] = kind


def sentences(notices: Mapping[int, Notice]) -> dict[int, Sentence]:
    """The sentences of these notices that may still be shown."""
    said = {pk: NOTICES[notice.kind].say(notice) for pk, notice in notices.items() if notice.kind in NOTICES}
    return {pk: sentence for pk, sentence in said.items() if sentence is not None}
