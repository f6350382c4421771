"""The register of what can be published: each kind says how its card is drawn and where its page is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parvis.core.audiences.rule import Viewer
    from parvis.core.people.models import Person

    from .models import Publication

type Details = Callable[["Iterable[Publication]", "Viewer"], Mapping[int, object]]
type Html = Callable[["Publication"], str]
type Feeds = Callable[["Publication"], Sequence[str]]
type AtPath = Callable[[str], "Publication | None"]
type Placed = Callable[["Publication"], None]
type MayAnswer = Callable[["Publication", "Person"], bool]
type Stands = Callable[["Publication"], object]
type Addresses = Callable[["Sequence[Publication]"], Mapping[int, str]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of publication.

    `card` is its template in a stream; `details` brings what the card needs for a whole page in one query or two;
    `addresses` are the paths of the pages of some publications, by their numbers; `default_audience` names a `choice` of the audience picker.
    `card_is_kept`: the template says nothing but what the card holds, whether the reader is a member, and how long ago
    it came out; so what it drew may be used again. `card_has_files`: it shows what hangs on the publication.
    `html` is the whole of one, safe to show, for mails and feeds; a kind without it goes out as a title and a link.
    `announced` is what it says in a few plain words where its author announces it elsewhere, in the language of the moment.
    `heading` is what one without a title is called there, in the language of the moment; it tells nothing of what is in it.
    `feeds` are the paths of the public feeds in which one stands while it is public. `at_path` is the publication of this
    kind that stands at a path, or stood there before it moved; it asks nobody's rights, so whoever calls it asks the rule.
    `may_answer` says whether a member who reads one may write under it, where not every reader may; `who_answers` is the
    sentence for those who may not.
    `stands` says why its author cannot take one away or give it to other people now, and no standing rule of theirs
    does; nothing where they can.
    """

    name: str
    title: object
    card: str
    details: Details
    addresses: Addresses
    default_audience: str = "connections"
    takes_comments: bool = True
    card_is_kept: bool = False
    card_has_files: bool = False
    html: Html | None = None
    heading: Html | None = None
    announced: Html | None = None
    feeds: Feeds | None = None
    at_path: AtPath | None = None
    placed: Placed | None = None
    may_answer: MayAnswer | None = None
    who_answers: object = ""
    stands: Stands | None = None

    def why_it_stands(self, publication: "Publication") -> str:
        """Why it stays where it is and for whom it is; "" where its author may change that."""
        return str(self.stands(publication) or "") if self.stands is not None else ""

    def lets_answer(self, publication: "Publication", person: "Person") -> bool:
        """Whether this member, who reads it, may write under it as far as its kind goes."""
        return self.may_answer is None or self.may_answer(publication, person)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; the same name twice is a mistake in the code."""
    if kind.name in KINDS:
        raise ValueError(f"{kind.name} is registered twice")
    KINDS[kind.name] = kind


def paths_of(publications: "Iterable[Publication]") -> dict[int, str]:
    """Where each of these publications has its page, by its number: a query or two for each kind."""
    by_kind: dict[str, list[Publication]] = {}
    for publication in publications:
        by_kind.setdefault(publication.kind, []).append(publication)
    found: dict[int, str] = {}
    for kind, some in by_kind.items():
        found |= KINDS[kind].addresses(some) if kind in KINDS else {}
    return found


def standing_at(path: str) -> "Publication | None":
    """The publication that stands at a path, whoever asks: the rule is still to be asked whether it may be known."""
    return next(
        filter(None, (kind.at_path(path) for kind in KINDS.values() if kind.at_path is not None)), None
    )
