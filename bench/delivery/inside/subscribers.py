"""A theme that many follow by mail with nothing but an address, and what is said in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import batched

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import microseconds
from parvis.core.delivery.models import Subscription
from parvis.core.people.models import Address, Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Follow, Publication, Source, Status

from .words import OCTETS, words

A_CHUNK = 5_000


def theme(name: str) -> Source:
    return Source.objects.create(
        kind="journal.category", names={"fr": name, "en": name}, path=f"/{name}/", public_id=name
    )


def subscribe_many(source: Source, count: int, *, rhythm: str, at: datetime) -> Sequence[Person]:
    """So many people, in fifty domains, whose addresses are confirmed and who follow the source by mail."""
    everyone: list[Person] = []
    for numbers in batched(range(count), A_CHUNK):
        people = Person.objects.bulk_create(
            Person(name=f"Reader {number}", role="guest", language="fr", zone="Europe/Zurich", joined_at=at)
            for number in numbers
        )
        Address.objects.bulk_create(
            Address(
                person=person,
                value=f"reader{number}.{source.pk}@d{number % 50}.example",
                canonical=f"reader{number}.{source.pk}@d{number % 50}.example",
                is_primary=True,
                added_at=at,
                verified_at=at,
            )
            for number, person in zip(numbers, people, strict=True)
        )
        follows = Follow.objects.bulk_create(Follow(person=one, source=source, at=at) for one in people)
        Subscription.objects.bulk_create(
            Subscription(follow=one, channel="mail", rhythm=rhythm, since=microseconds(at), at=at)
            for one in follows
        )
        everyone += people
    return everyone


def publish(author: Person, sources: Sequence[Source], at: datetime, octets: int = OCTETS) -> Publication:
    """A public text of so many octets; it came out some minutes ago, so that it leaves at once."""
    out = at - timedelta(minutes=2)
    text = words(octets)
    publication = stream.begin(kind="stream.status", author=author, language="fr", at=out)
    Status.objects.create(publication=publication, source=text, html=f"<p>{text}</p>")
    return stream.publish(
        publication=publication,
        said=stream.Said(title="Une bécasse", text=text, language="fr"),
        audience=audience_for(expression=Expression(frozenset({PUBLIC})), owner=author),
        sources=[stream.source_of(author), *sources],
        at=out,
    )
