"""Connections between two people: asked for, accepted, declined without a word, withdrawn, ended; and shut doors."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import block, connect, disconnect
from parvis.core.audiences.holders import within_reach
from parvis.core.people.models import Connection, ConnectionRequest, Notice, Person
from parvis.lib.refusal import Refusal

from .following import follow_person, unfollow_person

MOST_WAITING = 100


class TooManyAsked(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Many people have not answered you yet. Withdraw some of what you asked first."))


def may_ask(asker: Person, asked: Person) -> bool:
    """Whether nothing stands between them. It is never told: to the asker, all look asked."""
    return asker.is_member and Person.objects.filter(within_reach(asker), pk=asked.pk).exists()


@transaction.atomic
def ask(*, asker: Person, asked: Person, words: str = "", at: datetime) -> ConnectionRequest | None:
    """Ask someone to be connected; when they asked first, this accepts.

    Nothing happens, and nothing is said, when they are connected already, when it was asked before (also when it was
    declined, and withdrawn since), or across a shut door. Raises TooManyAsked.
    """
    if not may_ask(asker, asked) or Connection.objects.between(asker, asked).exists():
        return None
    theirs = ConnectionRequest.objects.made_by(asked).filter(asked=asker).first()
    if theirs is not None:
        accept(request=theirs, at=at)
        return None
    if ConnectionRequest.objects.made_by(asker).count() >= MOST_WAITING:
        raise TooManyAsked
    said = " ".join(words.split())[:280]
    request, made = ConnectionRequest.objects.get_or_create(
        asker=asker, asked=asked, defaults={"words": said, "at": at}
    )
    if request.withdrawn_at is not None:
        request.words, request.at, request.withdrawn_at = said, at, None
        request.save(update_fields=["words", "at", "withdrawn_at"])
    if made:
        Notice.objects.create(person=asked, kind="people.asked", about={"person": asker.pk}, at=at)
    return request


@transaction.atomic
def accept(*, request: ConnectionRequest, at: datetime) -> Connection | None:
    """Say yes: each sees what the other shows to connections, and reads it at home.

    None when the one who asked has left, was suspended, or a door has been shut since; the request is then gone.
    """
    asker, asked = request.asker, request.asked
    if not may_ask(asker, asked):
        request.delete()
        return None
    connection = connect(one=asker, other=asked, at=at)
    follow_person(person=asker, other=asked, at=at)
    follow_person(person=asked, other=asker, at=at)
    Notice.objects.create(person=asker, kind="people.accepted", about={"person": asked.pk}, at=at)
    return connection


def decline(*, request: ConnectionRequest, at: datetime) -> None:
    """Say no without a word: the one who asked goes on reading that they asked."""
    request.declined_at = at
    request.save(update_fields=["declined_at"])


@transaction.atomic
def withdraw(*, request: ConnectionRequest, at: datetime) -> None:
    """Take back what one asked; the notice of it goes too. A no stays said, should it be asked again."""
    if request.declined_at is not None:
        request.withdrawn_at = at
        request.save(update_fields=["withdrawn_at"])
        return
    Notice.objects.filter(person=request.asked, kind="people.asked", about__person=request.asker_id).delete()
    request.delete()


@transaction.atomic
def end_connection(*, one: Person, other: Person) -> bool:
    """End it for both, at once: what was for connections closes, and neither reads the other at home any more."""
    unfollow_person(person=one, other=other)
    unfollow_person(person=other, other=one)
    return disconnect(one=one, other=other)


@transaction.atomic
def shut_door(*, by: Person, person: Person, at: datetime) -> None:
    """Block someone: neither sees more of the other than what is public, nor reads that at home."""
    unfollow_person(person=by, other=person)
    unfollow_person(person=person, other=by)
    block(by=by, person=person, at=at)
