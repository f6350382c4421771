"""A dry run: what an import would do, item by item, with nothing written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from parvis.core.people.models import Square
from parvis.core.people.squares import the_square
from parvis.lib.wxr import Item

from ..models import Category, Import, Tag
from .comments import described, digest_of
from .fates import answer_of, fate_of, in_each_language
from .guids import SHARED, guids_of, was_shared
from .ledger import Ledger
from .overview import Overview, look_over
from .people import People
from .posts import digest_of as digest_of_item
from .report import Report, report_of
from .running import Tell, Wishes, language_of, named
from .texts import Texts, remarks_on
from .themes import LONGEST_SLUG, why_no_theme
from .uploads import uploads_at

THEMES = {"category": "category", "post_tag": "tag"}

type Deed = Literal["create", "change", "keep", "skip"]


@dataclass(frozen=True)
class Foreseen:
    """One item, and what would be done with it."""

    deed: Deed
    kind: str
    item: str
    reason: str = ""
    detail: str = ""


@dataclass
class Forecast:
    """What every item of the file would become, and the figures of the report there would be."""

    report: Report
    deeds: Sequence[Foreseen]
    authors: Sequence[tuple[str, str, int]]
    """(login, name, how many posts and pages) of those who wrote what would be brought."""
    languages: Mapping[str, int]


def foresee(path: Path, *, wishes: Wishes, at: datetime, tell: Tell = lambda done, total: None) -> Forecast:
    """Read a file as an import would. Raises NoSuchFile, NotAnExport, NoSuchFolder."""
    square = the_square()
    export, overview = look_over(path, at, square.all_languages())
    foreseeing = _Foreseeing(overview, square, wishes, at)
    foreseeing.terms()
    for done, item in enumerate(export.items(), start=1):
        foreseeing.item(item)
        tell(done, overview.analysis.items)
    foreseeing.files()
    names = {author.login: author.display_name for author in overview.analysis.authors}
    authors = [(login, names.get(login, ""), posts) for login, posts in overview.logins.most_common()]
    report = report_of(foreseeing.ledger, overview, export)
    return Forecast(report, foreseeing.deeds, authors, dict(foreseeing.spoken.most_common()))


@dataclass
class _Foreseeing:
    """A ledger that is never written."""

    overview: Overview
    square: Square
    wishes: Wishes
    at: datetime
    deeds: list[Foreseen] = field(default_factory=list)
    wanted: set[int] = field(default_factory=set)
    kept: list[tuple[int, set[int]]] = field(default_factory=list)
    """(place among the deeds, files shown) of each text that is here as the file says it."""
    owners: set[int] = field(default_factory=set)
    spoken: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        known = Import.objects.filter(source=self.overview.source).first()
        self.ledger = Ledger(known or Import(source=self.overview.source), self.at)
        self.ledger.load()
        self.guids = guids_of(self.ledger.import_of)
        languages, square = self.square.all_languages(), self.square
        authors = {author.login: author for author in self.overview.analysis.authors}
        self.people = People(
            self.ledger, authors, square.language, self.at, self.wishes.mine, self.wishes.chosen
        )
        fallback = self.wishes.language or language_of(self.overview, languages)
        self.languages, self.texts = languages, Texts(self.overview, languages, fallback)
        self.folder = uploads_at(self.wishes.media) if self.wishes.media is not None else None

    def terms(self) -> None:
        """Categories and tags."""
        for term in self.overview.analysis.terms:
            if term.taxonomy in THEMES:
                self.theme(THEMES[term.taxonomy], term.slug or term.name, term.name)
            else:
                key = self.ledger.unique("term", f"{term.taxonomy}/{term.slug}"[:190])[0]
                self.put("skip", "term", key, term.name, *why_no_theme(term))

    def theme(self, kind: str, slug: str, name: str) -> None:
        """A category or a tag, the first time the file names it."""
        key = slug[:LONGEST_SLUG]
        if (kind, key) in self.ledger.seen:
            return
        self.ledger.seen.add((kind, key))
        model = Category if kind == "category" else Tag
        is_here = self.ledger.line(kind, key) is not None or model.objects.filter(slug=key).exists()
        self.put("keep" if is_here else "create", kind, key, name)

    def item(self, item: Item) -> None:
        """One item with its comments."""
        fate = fate_of(item, self.at)
        if fate.kind == "attachment":
            self.ledger.unique("attachment", self.overview.key_of(item))
            self.comments(item, "attachment-comment")
            return
        if not fate.openness:
            key, again = self.ledger.unique(fate.kind, self.overview.key_of(item))
            self.put("skip", fate.kind, key, named(item), "twice" if again else fate.reason, fate.detail)
            self.comments(item, "above-skipped")
            return
        leads = [int(value) for value in item.meta_values("_thumbnail_id") if value.isdigit()]
        languages = [code for code, _item in in_each_language(item, self.languages)]
        for language, (key, each) in zip(
            languages, self.overview.versions(item, self.languages), strict=True
        ):
            own, again = self.ledger.unique(fate.kind, key)
            line = self.ledger.line(fate.kind, own)
            digest = digest_of_item(each, self.people.token(each.author_login))
            deed: Deed = (
                "skip"
                if again
                else "create"
                if line is None
                else "keep"
                if line.digest == digest
                else "change"
            )
            self.put(deed, fate.kind, own, named(each), "twice" if again else fate.reason, fate.detail)
            words = self.texts.words(each, language)
            self.wanted.update(words.shows)
            is_shared = self.guids.take(own, each)[1] if deed == "create" else was_shared(line, each)
            if deed in {"create", "change"}:
                if is_shared:
                    self.ledger.remark(fate.kind, named(each), SHARED, each.guid)
                for remark in remarks_on(words):
                    self.ledger.remark(fate.kind, named(each), *remark)
            if deed == "keep":
                self.kept.append((len(self.deeds) - 1, {*words.shows, *leads}))
            self.spoken[words.language] += 1
        for term in item.terms:
            if term.taxonomy in THEMES:
                self.theme(THEMES[term.taxonomy], term.slug or term.name, term.name)
        self.owners.add(item.id or 0)
        self.wanted.update(leads)
        self.comments(item, "")

    def comments(self, item: Item, reason: str) -> None:
        """The comments of an item; `reason` says why none of them is brought."""
        for place, written in enumerate(item.comments):
            key, _again = self.ledger.unique(
                "comment", str(written.id) if written.id else f"{self.overview.key_of(item)}/{place}"
            )
            answer, line = answer_of(written), self.ledger.line("comment", key)
            is_same = line is not None and line.digest == digest_of(written)
            deed: Deed = "create" if line is None else "keep" if is_same else "change"
            if reason or not answer.is_brought:
                deed = "skip"
            self.put(deed, "comment", key, described(written), reason or answer.reason, answer.detail)

    def files(self) -> None:
        """Attachments: with their files when a folder has them and a post that is brought wants them."""
        new: set[int] = set()
        for kind, key in sorted(self.ledger.seen):
            if kind != "attachment":
                continue
            picture = self.overview.pictures.get(int(key)) if key.isdigit() else None
            title = (picture.title if picture else "") or key
            if self.ledger.line(kind, key) is not None:
                self.put("keep", kind, key, title)
            elif picture is None or self.folder is None or self.folder.find(picture) is None:
                self.put("skip", kind, key, title, "no-bytes", picture.url if picture else "")
            elif picture.number in self.wanted or picture.parent in self.owners:
                self.put("create", kind, key, title)
                new.add(picture.number)
            else:
                self.put("skip", kind, key, title, "shown-nowhere")
        for place, shows in self.kept:
            if not new.isdisjoint(shows):
                self.deeds[place] = replace(self.deeds[place], deed="change")
                self.ledger.changed[self.deeds[place].kind] += 1

    def put(self, deed: Deed, kind: str, key: str, item: str, reason: str = "", detail: str = "") -> None:
        """Note one item, in the ledger that is never written too."""
        self.deeds.append(Foreseen(deed, kind, item, reason, detail))
        if deed == "skip":
            self.ledger.skip(kind, key, item=item, reason=reason, detail=detail)
        elif deed != "keep":
            self.ledger.brought(kind, key, item=item, is_new=deed == "create")
            self.ledger.remark(kind, item, reason, detail)
        elif self.ledger.line(kind, key) is None:
            self.ledger.write(kind, key, item=item, state="imported")
