"""Takes what a program posts: once each, for those for whom its person said, and changes what it brought itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.lib.checkins import Photo, Visit
from parvis.lib.refusal import Refusal

from ..actions.checking_in import LATE, AheadOfTime, CheckingIn, change_words, check_in
from ..actions.playing import play, replay
from ..bringing.report import Report
from ..bringing.running import Bringing, standing
from ..bringing.writing import Shape
from ..models import Checkin, Import, ImportItem, Mode, PostingKey, Whereabouts
from .pictures import note as note_pictures


class DeletedHere(Refusal):
    def __init__(self) -> None:
        super().__init__(_("You deleted it here since it was brought."))


class ChangedHere(Refusal):
    def __init__(self) -> None:
        super().__init__(_("You changed it here since it was brought; what the file says now was not taken."))


@dataclass(frozen=True)
class Taken:
    """A check-in that is here, and what of it was not taken."""

    publication: Publication
    left_out: Sequence[str] = ()


@dataclass(frozen=True)
class Change:
    """What a program tells otherwise of a check-in: other words, None for the same; more pictures, by their addresses."""

    words: str | None = None
    photos: Sequence[Photo] = ()


@transaction.atomic
@stream.nothing_left_behind()
def take(*, key: PostingKey, visit: Visit, at: datetime, pictures: Sequence[tuple[str, bytes]] = ()) -> Taken:
    """Take a check-in: new ones once, those that are here as they are told now.

    It is for those whom the key names, if it is of the last day, at a place, not kept private there, and said by the
    person themselves; else for them alone. `pictures` are those that came with it; others are fetched later from where
    it says that they are. Raises DeletedHere, ChangedHere, AheadOfTime, and what `attach` raises.
    """
    person, name = key.person, (visit.origin, visit.external_id)
    before = standing(person, [visit]).get(name)
    if before is not None and before.is_gone:
        raise DeletedHere
    report = Report()
    bringing = Bringing(person, import_for(key, at), at, report)
    shape = shape_of(bringing, visit) if before is None and is_to_be_told(key, visit, at) else None
    if shape is not None:
        publication = tell(key, bringing, shape, pictures, at)
    else:
        bringing.batch((visit,))
        refuse(report)
        publication = publication_of(person, visit)
        if before is None:
            attach(publication, pictures, at)
            row = Whereabouts.objects.of(person).select_related("venue").get(publication=publication)
            play(person=person, row=row, at=at)
        elif report.changed:
            replay(person=person, at=at)
    note(bringing.writer.import_of, report, at, is_new=before is None)
    PostingKey.objects.filter(pk=key.pk).update(used_at=at)
    return Taken(publication, to_come(publication, visit.photos, at))


def shape_of(bringing: Bringing, visit: Visit) -> Shape | None:
    """What is to be told of a visit; None where nobody knows of a place."""
    bringing.spots.look_up([visit])
    shape = bringing.shape(visit, None)
    return shape if shape is not None and shape.venue is not None else None


def is_to_be_told(key: PostingKey, visit: Visit, at: datetime) -> bool:
    """Whether others learn of a check-in at all."""
    is_own = not visit.is_private and not visit.is_by_others
    return key.audience is not None and is_own and at - visit.at <= LATE


def tell(
    key: PostingKey, bringing: Bringing, shape: Shape, pictures: Sequence[tuple[str, bytes]], at: datetime
) -> Publication:
    """Check in at the place, for those whom the key names."""
    assert key.audience is not None
    person, visit = key.person, shape.visit
    bringing.spots.write()
    said = CheckingIn(
        venue=shape.venue,
        words=visit.words[:2_000],
        is_plain=True,
        mode=Mode.HERE,
        happened_at=visit.at,
        origin=visit.origin,
        external_id=visit.external_id,
    )
    publication = check_in(
        person=person,
        said=said,
        audience=key.audience,
        language=person.language,
        at=at,
        pictures=pictures,
    )
    lived = Whereabouts.objects.of(person).filter(publication=publication)
    lived.update(venue_there=visit.venue_id)
    ImportItem.objects.create(
        import_of=bringing.writer.import_of,
        person=person,
        origin=visit.origin,
        external_id=visit.external_id,
        publication=publication,
        digest=shape.digest,
        revision=publication.revision,
        placing=shape.placing,
    )
    return publication


def refuse(report: Report) -> None:
    """Raises AheadOfTime, ChangedHere for what an import would have left out."""
    if "ahead" in report.skipped:
        raise AheadOfTime
    if "changed-here" in report.skipped:
        raise ChangedHere


def import_for(key: PostingKey, at: datetime) -> Import:
    """The import that holds all that comes by a key; a new one when it was taken back."""
    if key.import_of is None or key.import_of.undone_at is not None:
        key.import_of = Import.objects.create(person=key.person, called=key.name, began_at=at, ended_at=at)
        PostingKey.objects.filter(pk=key.pk).update(import_of=key.import_of)
    return key.import_of


def note(import_of: Import, report: Report, at: datetime, *, is_new: bool) -> None:
    """One more in the report of the import."""
    kept = import_of.report or {}
    import_of.report = kept | {
        "created": kept.get("created", 0) + is_new,
        "changed": kept.get("changed", 0) + report.changed,
    }
    import_of.ended_at = at
    import_of.save(update_fields=["report", "ended_at"])


def publication_of(person: Person, visit: Visit) -> Publication:
    """The publication of a visit that is here."""
    item = ImportItem.objects.get(person=person, origin=visit.origin, external_id=visit.external_id)
    assert item.publication_id is not None
    return Publication.objects.unguarded("one's own, just brought").get(pk=item.publication_id)


def attach(publication: Publication, pictures: Sequence[tuple[str, bytes]], at: datetime) -> None:
    """Hang pictures on a check-in. Raises what `stream.attach` raises."""
    for name, data in pictures:
        stream.attach(publication=publication, owner=publication.author, name=name, data=data, at=at)


def to_come(publication: Publication, photos: Sequence[Photo], at: datetime) -> Sequence[str]:
    """Have pictures fetched; what of them is left out, as the program calls it."""
    return [] if note_pictures(publication=publication, photos=photos, at=at) else ["photo"]


def brought(key: PostingKey, public_id: str) -> Publication | None:
    """A check-in that came by this key or by another of the same person, by the name of its page; None for any other."""
    imports = PostingKey.objects.filter(person=key.person).exclude(import_of=None).values("import_of")
    items = ImportItem.objects.filter(person=key.person, import_of__in=imports).values("publication")
    own = Publication.objects.unguarded("one's own, brought by a program").select_related("author")
    return own.filter(public_id=public_id, pk__in=items, deleted_at=None).first()


@transaction.atomic
def change(*, key: PostingKey, publication: Publication, told: Change, at: datetime) -> Taken:
    """Change what a program brought. Raises ChangedHere for words that its author has touched here, TooLong.

    Pictures are added in any case: they take nothing away.
    """
    if told.words is not None:
        reword(key=key, publication=publication, words=told.words, at=at)
    PostingKey.objects.filter(pk=key.pk).update(used_at=at)
    return Taken(publication, to_come(publication, told.photos, at))


def reword(*, key: PostingKey, publication: Publication, words: str, at: datetime) -> None:
    """Other words for what a program brought. Raises ChangedHere when its author has touched it here, TooLong."""
    item = ImportItem.objects.get(person=key.person, publication=publication)
    if item.revision != publication.revision:
        raise ChangedHere
    rows = Checkin.objects.unguarded("one's own, told otherwise").select_related("publication")
    publication = change_words(checkin=rows.get(publication=publication), words=words, at=at, is_plain=True)
    ImportItem.objects.filter(pk=item.pk).update(revision=publication.revision)
