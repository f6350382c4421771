"""Pictures that programs name by their address: noted with the check-in, hung on it when they have come, or given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from parvis.core.delivery.actions.errands import done, put_off
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.forms import MOST_PICTURES
from parvis.core.stream.models import Attachment, Publication
from parvis.lib.checkins import Photo
from parvis.lib.web import Unfetched, WebAddress

from ..models import NotFetched, PictureElsewhere
from ..models.posting import PictureElsewhereQuerySet

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 60, 240))
"""After each time that a picture could not be fetched; after the fifth it is given up."""
LONGEST = 2_000


def all_pictures() -> PictureElsewhereQuerySet:
    """Every picture elsewhere, for whoever fetches them in the house's own name: the worker."""
    return PictureElsewhere.objects.unguarded("the worker fetches pictures, and shows them to nobody")


def wanted() -> PictureElsewhereQuerySet:
    """Those whose check-in stands: nothing is fetched for one that was deleted, unless its author takes that back."""
    rows = Publication.objects.filter(pk=OuterRef("publication"), deleted_at=None)
    return all_pictures().filter(Exists(rows))


@transaction.atomic
def note(*, publication: Publication, photos: Sequence[Photo], at: datetime) -> bool:
    """Have the pictures of a check-in fetched, each once; False when some are not: no addresses, or too many."""
    if not photos:
        return True
    addresses = [address_of(photo.url) for photo in photos]
    named = {url: photo.words for url, photo in zip(addresses, photos, strict=True) if url}
    rows = all_pictures().filter(publication=publication)
    known = set(rows.values_list("url", flat=True))
    new = [url for url in named if url not in known]
    first = hanging(publication) + rows.filter(fetched_at=None).count()
    taken = new[: max(0, MOST_PICTURES - first)]
    PictureElsewhere.objects.bulk_create(
        [
            PictureElsewhere(
                publication=publication,
                person_id=publication.author_id,
                url=url,
                words=named[url],
                position=position,
                due_at=at,
            )
            for position, url in enumerate(taken, first)
        ],
        ignore_conflicts=True,  # the same, sent twice at once
    )
    return all(addresses) and taken == new


def address_of(url: str) -> str:
    """An address as it is asked and told apart from others; "" for what is none that could ever be asked."""
    try:
        address = WebAddress.read(url).url
    except Unfetched:
        return ""
    return address if len(address) <= LONGEST else ""


def hanging(publication: Publication) -> int:
    """How many pictures hang on a check-in."""
    rows = Attachment.objects.unguarded("counted for a program of its author")
    return rows.filter(publication=publication).count()


@transaction.atomic
def hang(*, picture: PictureElsewhere, name: str, data: bytes, at: datetime) -> bool:
    """Hang a picture that was fetched on its check-in; nobody is told. Raises what `stream.attach` raises.

    False when it is not wanted any more: the check-in is gone, or another worker has taken the picture up.
    """
    if not done(wanted(), picture, fetched_at=at):
        return False
    rows = Publication.objects.unguarded("the worker hangs a picture, and shows it to nobody")
    publication = rows.select_related("author").get(pk=picture.publication_id)
    attachment = stream.attach(
        publication=publication,
        owner=publication.author,
        name=name,
        data=data,
        at=at,
        alt={publication.language: picture.words} if picture.words else {},
    )
    stream.put_at(attachment=attachment, position=picture.position)
    return True


def put_by(*, picture: PictureElsewhere, why: NotFetched, status: int | None, at: datetime) -> None:
    """It could not be fetched just now: try again later; tried often enough, it is given up."""
    if not put_off(all_pictures(), picture, at=at, pauses=PAUSES):
        give_up(picture=picture, why=why, status=status)


def give_up(*, picture: PictureElsewhere, why: NotFetched, status: int | None) -> None:
    """It does not come; its author reads why."""
    done(all_pictures(), picture, problem=why, status=status)


def ask_again(*, person: Person, publication: Publication, number: int, at: datetime) -> bool:
    """Have a picture fetched after all that did not come; False when there is none such."""
    rows = PictureElsewhere.objects.of(person).missing().filter(publication=publication, pk=number)
    return bool(rows.update(due_at=at, attempts=0, problem="", status=None))
