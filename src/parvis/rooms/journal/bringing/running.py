"""Brings an export into the journal: in batches, each written whole with its lines of the ledger or not at all.

Cut off at any point and started again, it goes on where it was; started once more, it finds nothing to do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person, Square
from parvis.core.people.squares import the_square
from parvis.core.stream.models import Publication
from parvis.lib.refusal import Refusal
from parvis.lib.text.languages import make_ready
from parvis.lib.wxr import Export, Item
from parvis.lib.wxr.markup import UNREADABLE
from parvis.lib.wxr.scan import TOO_LONG

from ..models import Import, ImportItem, Post
from .changing import Changing, Standing
from .comments import Comments
from .fates import TEXTS, Fate, fate_of, in_each_language
from .guids import guids_of
from .ledger import Ledger
from .media import Files
from .overview import Overview, look_over
from .pages import settle_parents
from .paths import planned
from .people import People
from .posts import Posts, Shape
from .report import Report, report_of
from .texts import Texts
from .themes import Themes

BATCH = 50
LOST = frozenset({UNREADABLE, TOO_LONG})

type Tell = Callable[[int, int], object]


class UnderWay(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("This blog is being brought in by someone else right now. Try again when that is done.")
        )


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What whoever brings a blog decides: who takes the posts, where the files are, the language of the silent.

    `mine` takes all posts; `chosen` maps logins of the old site to members. `media` is a folder of uploads.
    """

    by: Person | None = None
    mine: Person | None = None
    chosen: Mapping[str, Person] = field(default_factory=dict)
    media: Path | None = None
    language: str = ""


def write_sparingly() -> None:
    """Keep SQLite from holding in our memory the file that we write: it is read little, and once."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size=0")
            cursor.execute("PRAGMA cache_size=-4000")


def bring(path: Path, *, wishes: Wishes, at: datetime, tell: Tell = lambda done, total: None) -> Report:
    """Bring a file. Raises NoSuchFile, NotAnExport, UnderWay. Nothing is mailed, noticed or announced."""
    make_ready()
    write_sparingly()
    square = the_square()
    export, overview = look_over(path, at, square.all_languages())
    bringing = Bringing(export, overview, square, wishes, at)
    try:
        bringing.run(tell)
    except IntegrityError as error:
        if ImportItem.objects.filter(import_of=bringing.import_of).count() <= len(bringing.ledger.lines):
            raise
        raise UnderWay from error
    return bringing.report()


class Bringing:
    """One run."""

    def __init__(
        self, export: Export, overview: Overview, square: Square, wishes: Wishes, at: datetime
    ) -> None:
        self.export, self.overview, self.wishes, self.at = export, overview, wishes, at
        self.languages = square.all_languages()
        self.import_of = begun(overview, wishes, at)
        self.ledger = Ledger(self.import_of, at)
        self.ledger.load()
        language = wishes.language or language_of(overview, self.languages)
        authors = {author.login: author for author in overview.analysis.authors}
        self.people = People(self.ledger, authors, square.language, at, wishes.mine, wishes.chosen)
        self.themes = Themes(self.ledger, language)
        here = {
            key: line.publication
            for kind in TEXTS
            for key, line in self.ledger.keys(kind)
            if line.publication
        }
        self.texts = Texts(overview, self.languages, language, planned(overview.texts, here, square.zone))
        self.posts = Posts(
            ledger=self.ledger,
            overview=overview,
            people=self.people,
            themes=self.themes,
            texts=self.texts,
            at=at,
            zone=square.zone,
            guids=guids_of(self.import_of),
        )
        self.comments = Comments(ledger=self.ledger, people=self.people, texts=self.texts, at=at)
        self.changing = Changing(self.posts, self.ledger, standing(self.import_of))

    def run(self, tell: Tell) -> None:
        """Themes, then items in batches, then what needs them all to be there."""
        with self.batch():
            self.themes.bring(self.overview.analysis.terms)
        total = self.overview.analysis.items
        for done, items in batches(self.export.items()):
            with self.batch():
                self.bring(items)
            tell(done, total)
        with self.batch():
            self.account_for_losses()
            settle_parents(self.ledger)
        files = Files(self.ledger, self.overview, self.texts, self.wishes.media, self.at)
        for _step in files.steps():
            with self.batch():
                _step()
        self.import_of.ended_at = self.at
        self.import_of.report = self.report().as_json()
        self.import_of.save(update_fields=["ended_at", "report"])

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Everything inside is written together with its lines of the ledger, or nothing is."""
        with transaction.atomic():
            yield
            self.ledger.flush()

    def bring(self, items: list[Item]) -> None:
        """One batch of items."""
        new: list[Shape] = []
        after: list[tuple[Item, str, Shape | int]] = []
        guids = {item.guid for item in items if item.guid.strip() and item.type in TEXTS}
        known, taken = elsewhere(guids, self.import_of)
        self.posts.guids.taken |= taken
        for item in items:
            fate = fate_of(item, self.at)
            if fate.kind == "attachment":
                self.attachment(item)
            elif not fate.openness:
                self.skip(item, fate.kind, fate.reason, fate.detail)
            elif item.guid in known and not self.is_here(item):
                self.skip(item, fate.kind, "known-guid", known[item.guid])
            else:
                self.text(item, fate, new, after)
        if new:
            self.posts.create(new)
        subjects = self.subjects(after)
        for item, key, subject in after:
            publication = subject.post.publication if isinstance(subject, Shape) else subjects.get(subject)
            if publication is None or publication.deleted_at is not None:
                self.comments.skip_all(item, key, "above-skipped")
            else:
                self.comments.gather(item, key, publication)
        self.comments.write()

    def text(
        self, item: Item, fate: Fate, new: list[Shape], after: list[tuple[Item, str, "Shape | int"]]
    ) -> None:
        """A post or page: new, or compared with what is here; once for each language it is written in."""
        languages = [code for code, _item in in_each_language(item, self.languages)]
        for place, (key, each) in enumerate(self.overview.versions(item, self.languages)):
            own, again = self.ledger.unique(fate.kind, key)
            if again:
                self.ledger.skip(fate.kind, own, item=named(each), reason="twice")
                if place == 0:
                    self.comments.skip_all(item, own, "above-skipped")
                continue
            line = self.ledger.lines.get((fate.kind, own))
            if line is None or line.state != "imported":
                shape = self.posts.shape(own, each, fate, languages[place])
                new.append(shape)
                subject: Shape | int = shape
            else:
                subject = line.publication or 0
                self.compare(own, each, fate, languages[place])
            if place == 0 and item.comments:
                after.append((item, own, subject))

    def compare(self, key: str, item: Item, fate: Fate, language: str) -> None:
        """An item that is here from an earlier run."""
        line = self.ledger.lines[fate.kind, key]
        known = self.changing.standing.get(line.publication or 0)
        if known is None or known.is_deleted:
            self.ledger.left(fate.kind, named(item), "deleted-here")
        self.themes.see(item)
        if known is not None and not known.is_deleted and line.digest != self.posts.digest(item):
            if reason := self.changing.why_not(line):
                self.ledger.left(fate.kind, named(item), reason)
            else:
                self.changing.rewrite(self.posts.shape(key, item, fate, language), line)

    def subjects(self, after: list[tuple[Item, str, "Shape | int"]]) -> Mapping[int, Publication]:
        """The publications, here from earlier runs, under which comments of this batch may stand."""
        numbers = [subject for _item, _key, subject in after if isinstance(subject, int)]
        rows = Publication.objects.unguarded("what an import brought before").filter(pk__in=numbers)
        return {row.pk: row for row in rows.select_related("author", "audience")}

    def is_here(self, item: Item) -> bool:
        return self.ledger.line(item.type, self.overview.key_of(item)) is not None

    def attachment(self, item: Item) -> None:
        """Its file comes later, with the post that shows it; until then the reference is kept."""
        key, again = self.ledger.unique("attachment", self.overview.key_of(item))
        self.comments.skip_all(item, key, "attachment-comment")
        if again:
            self.ledger.skip("attachment", key, item=named(item), reason="twice")

    def skip(self, item: Item, kind: str, reason: str, detail: str) -> None:
        """An item that is not brought, and with it its comments; one that is here from before stays."""
        key, again = self.ledger.unique(kind, self.overview.key_of(item))
        if self.ledger.line(kind, key) is not None:
            self.ledger.left(kind, named(item), reason, detail)
            for _written, _key in self.comments.keyed(item, key):
                continue
            return
        self.ledger.skip(kind, key, item=named(item), reason="twice" if again else reason, detail=detail)
        self.comments.skip_all(item, key, "above-skipped")

    def account_for_losses(self) -> None:
        """Items of which nothing could be read have a line too."""
        for problem in self.export.problems:
            if problem.reason in LOST:
                key, _again = self.ledger.unique("lost", problem.item[:190])
                self.ledger.skip("lost", key, item=problem.item, reason="unreadable")

    def report(self) -> Report:
        return report_of(self.ledger, self.overview, self.export)


def elsewhere(guids: set[str], import_of: Import) -> tuple[Mapping[str, str], set[str]]:
    """Which of these identifiers are here already: (those that came another way, and from where; all)."""
    rows = Post.objects.unguarded("whether something is here twice").filter(guid__in=guids)
    found = dict(rows.values_list("guid", "publication"))
    lines = ImportItem.objects.filter(publication__in=list(found.values()), kind__in=TEXTS).select_related(
        "import_of"
    )
    sources = {line.publication_id: line.import_of for line in lines}
    others = {
        guid: sources[publication].source if publication in sources else ""
        for guid, publication in found.items()
        if publication not in sources or sources[publication].pk != import_of.pk
    }
    return others, set(found)


def begun(overview: Overview, wishes: Wishes, at: datetime) -> Import:
    """The row of this old blog, made when it is new."""
    title, zone = overview.channel.title[:400], overview.analysis.zone or ""
    return Import.objects.get_or_create(
        source=overview.source,
        defaults={"by": wishes.by or wishes.mine, "title": title, "zone": zone, "began_at": at},
    )[0]


def standing(import_of: Import) -> Mapping[int, Standing]:
    """What is known of the posts that earlier runs brought."""
    brought = ImportItem.objects.filter(import_of=import_of, kind__in=TEXTS, state="imported").values(
        "publication"
    )
    rows = Publication.objects.unguarded("what an import brought before").filter(pk__in=brought)
    return {
        pk: Standing(gone is not None, revision)
        for pk, gone, revision in rows.values_list("pk", "deleted_at", "revision")
    }


def language_of(overview: Overview, languages: Sequence[str]) -> str:
    """The language of texts that do not tell theirs: the old site's, when the square speaks it, else the square's."""
    code = overview.channel.language.strip().lower().replace("_", "-").partition("-")[0]
    return code if code in languages else languages[0]


def batches(items: Iterator[Item]) -> Iterator[tuple[int, list[Item]]]:
    """The items, some at a time, with how many have been given."""
    some: list[Item] = []
    done = 0
    for done, item in enumerate(items, start=1):
        some.append(item)
        if len(some) == BATCH:
            yield done, some
            some = []
    if some:
        yield done, some


def named(item: Item) -> str:
    """Words by which its owner knows an item."""
    return item.title_text[:200] or f"{item.type or 'item'} {item.id or ''}".strip()
