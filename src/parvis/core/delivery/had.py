"""What readers have by mail already, or what is on its way to them: nothing comes to anybody twice."""

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from parvis.core.people.models import Person
from parvis.core.stream.models import Publication

from .models import Copy, CopyState, Mail

IN_MAILS = "mail"
NOT_THERE = (CopyState.CANCELLED, CopyState.REFUSED)


def copies_there() -> QuerySet[Copy]:
    """Copies that went to somebody by mail, may have gone, or are to go."""
    return Copy.objects.filter(channel=IN_MAILS).exclude(state__in=NOT_THERE)


def had_by(person: int, publications: Collection[int], *, but: Mail) -> set[int]:
    """Those of these publications that a person has by another mail than this one."""
    rows = copies_there().filter(person=person, publication__in=publications).exclude(mail=but.pk)
    return set(rows.values_list("publication_id", flat=True))


def have_it(publication: Publication, people: Collection[int]) -> set[int]:
    """Those of these people who have a publication by mail.

    Asked person by person: of many people at once, PostgreSQL reads all copies of the publication, the more of them
    the further it has been sent.
    """
    theirs = copies_there().filter(publication=publication, person=OuterRef("pk")).values("pk")[:1]
    rows = Person.objects.filter(pk__in=people).annotate(copy=Subquery(theirs)).exclude(copy=None)
    return set(rows.values_list("pk", flat=True))
