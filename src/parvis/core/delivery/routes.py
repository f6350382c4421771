"""What is done with mail that comes in to our own addresses: bounces, leaving, and answers to notices."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import Viewer
from parvis.core.people.limits import count
from parvis.core.people.models import Person
from parvis.core.stream.actions import answer
from parvis.core.stream.finding import Gone, comment_or_404, seen_or_404
from parvis.core.stream.models import Comment
from parvis.lib.mail.bounces import is_puzzling, read_bounce
from parvis.lib.mail.complaints import Complaint, read_complaint
from parvis.lib.mail.received import Received
from parvis.lib.mail.replies import own_words
from parvis.lib.refusal import Refusal

from . import actions
from .actions.bouncing import bounced, probe_refused
from .actions.complaining import complained, complained_of, complained_of_all
from .actions.puzzling import puzzle
from .excerpts import A_KEY, excerpt
from .inbound import OF_A_TOKEN, Inbound, Taken, is_marked, known, register, said_to
from .links import ID
from .models import Hold, InboundMail, InboundState, Mail, Subscription

MOST_AN_HOUR = 30
AN_ADDRESS = re.compile(r"[a-z-]+[+-][a-z0-9]+@[a-z0-9.-]+", re.IGNORECASE)
MOST_ADDRESSES = 20


class NoLongerOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("What you answer is no longer open to you, or is no longer there."))


class NotAMember(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Only those who take part in the square can answer here."))


def take_bounce(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """A mail of ours came back: the token says which, and the report why. Or its reader's provider complains of it."""
    of_ours = Mail.objects.select_related("person").filter(public_id=mail.token).first()
    if complaint := read_complaint(received):
        return take_complaint(complaint, of_ours, at)
    told = read_bounce(received)
    if of_ours is not None and is_puzzling(received, told):
        puzzle(mail=of_ours, text=excerpt(received, of_ours), at=at)
    if told is None or of_ours is None:
        return Taken(problem="nothing came back" if told is None else "the mail is not known any more")
    bounced(
        mail=of_ours,
        category=told.category,
        status=told.status,
        words=told.words,
        at=at,
        named=told.recipients,
    )
    return Taken(person=of_ours.person)


def take_probe(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """A mail that tried an address came back."""
    told = read_bounce(received) if read_complaint(received) is None else None
    hold = Hold.objects.filter(probe_id=mail.token).select_related("address__person").first()
    if told is None or hold is None:
        return Taken(problem="nothing came back" if told is None else "the address is reached again")
    probe_refused(hold=hold, at=at, words=told.words)
    return Taken(person=hold.address.person)


def take_complaint(complaint: Complaint, of_ours: Mail | None, at: datetime) -> Taken:
    """A reader pressed “unwanted”: what the mail came from ends, and nothing else. Nobody gets an answer."""
    if not complaint.is_unwanted:
        return Taken(problem=f"feedback that asks for nothing: {complaint.feedback}")
    if of_ours is None:
        return take_named(complaint, at)
    is_news = complained(mail=of_ours, feedback=complaint.feedback, at=at)
    return Taken(person=of_ours.person, problem="" if is_news else "left before")


def take_named(complaint: Complaint, at: datetime) -> Taken:
    """The same by what the report itself names: an address of ours that only this house can have written."""
    names = {found["kind"]: found["token"] for found in addresses_of_ours(complaint.about)}
    if token := names.get("delivery.bounce"):
        mail = Mail.objects.select_related("person").filter(public_id=token).first()
        return (
            take_complaint(complaint, mail, at) if mail else Taken(problem="the mail is not known any more")
        )
    if token := names.get("delivery.leave"):
        subscription = Subscription.objects.select_related("follow__person").filter(public_id=token).first()
        if subscription is None:
            return Taken(problem="left before")
        complained_of(subscription=subscription, feedback=complaint.feedback, at=at)
        return Taken(person=subscription.follow.person)
    person = Person.objects.active().filter(public_id=names.get("delivery.leave-all", "")).first()
    if person is None:
        return Taken(problem="the report names no mail of ours")
    is_news = complained_of_all(person=person, feedback=complaint.feedback, at=at)
    return Taken(person=person, problem="" if is_news else "left before")


def addresses_of_ours(text: str) -> Iterator[dict[str, str]]:
    """The addresses with a token of this house that stand in a text."""
    for one in list(dict.fromkeys(AN_ADDRESS.findall(text)))[:MOST_ADDRESSES]:
        found = known(one)
        if found is not None and found.token:
            yield {"kind": found.kind, "token": found.token}


def take_letter(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """Mail to the postmaster: a complaint that names a mail of ours is heeded, and an owner may look at the rest."""
    if complaint := read_complaint(received):
        return take_complaint(complaint, None, at)
    puzzle(mail=None, text=excerpt(received, None), at=at)
    return Taken(problem="for an owner to look at")


def take_leave(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """Whoever writes there wants no more of one source: at once, whatever the mail says."""
    rows = Subscription.objects.select_related("follow__person", "follow__source__person")
    subscription = rows.filter(public_id=mail.token).first()
    if subscription is None:
        return Taken(problem="left before")
    person = subscription.follow.person
    name = subscription.follow.source.called(person.language)
    actions.leave(subscription=subscription, at=at)
    return Taken(person=person, answer="left", words=name)


def take_leave_all(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """Whoever writes there wants no more mails at all."""
    person = Person.objects.active().filter(public_id=mail.token).first()
    if person is None or not actions.leave_all(person=person, at=at):
        return Taken(person=person, problem="left before")
    return Taken(person=person, answer="left-all")


def take_reply(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """An answer to a notice becomes an answer under the comment that it tells of, by the same action as on the page."""
    token = mail.recipient.lower().rpartition("@")[0][-OF_A_TOKEN:]
    person, problem = answering(token), ""
    if received.is_automatic:
        problem = "a machine wrote it"
    elif person is None:
        problem = "nobody may answer so any more"
    elif came_before(mail):
        problem = "it came before"
    if person is None or problem:
        return Taken(problem=problem)
    if not Person.objects.reached_by(received.author).filter(pk=person.pk).exists():
        return Taken(person=person, answer="reply-stranger", words=received.author[:254])
    with translation.override(person.language):
        try:
            answer_as(person, mail.token, safe_words(received.text), at)
        except Refusal as refusal:
            return Taken(person=person, answer="reply-refused", words=str(refusal))
    return Taken(person=person)


def answering(token: str) -> Person | None:
    """To whom an address for answers was written: one of those whom the comment that it names answers."""
    public_id = token[:ID]
    rows = Comment.objects.unguarded("who may answer so is asked of the token; what they see, of the rule")
    comment = (
        rows.filter(publication__public_id=public_id)
        .select_related("publication__under__author", "parent__publication__author")
        .first()
    )
    if comment is None or comment.publication.under is None:
        return None
    told = [comment.publication.under.author]
    if comment.parent is not None:
        told.append(comment.parent.publication.author)
    for person in told:
        if person.is_active and is_marked("reply", token, said_to(public_id, person)):
            return person
    return None


def is_answerable(token: str) -> bool:
    """Whether this house wrote the address of an answer, and whoever got it is still there."""
    return answering(token) is not None


def came_before(mail: InboundMail) -> bool:
    """Whether the same mail has been dealt with, though other words have been added on its way."""
    done = InboundMail.objects.filter(
        recipient=mail.recipient, message_id=mail.message_id, state=InboundState.DONE
    )
    return bool(mail.message_id) and done.exists()


def answer_as(person: Person, public_id: str, words: str, at: datetime) -> None:
    """Answer a comment that this person sees now. Raises Refusal."""
    if not person.is_member:
        raise NotAMember
    viewer = Viewer.of(person, at)
    try:
        parent = comment_or_404(viewer, public_id)
        subject = seen_or_404(viewer, parent.publication.under.public_id if parent.publication.under else "")
    except (Http404, Gone):
        raise NoLongerOpen from None
    if count(f"parvis.reply:{person.pk}", at, timedelta(hours=1)) > MOST_AN_HOUR:
        raise Refusal(_("You have written many comments in an hour. Wait a little before the next one."))
    answer(subject=subject, author=person, source=words, at=at, parent=parent)


def safe_words(text: str) -> str:
    """What a person wrote, without quotations at the end, and without a key of theirs that may stand in the rest."""
    return A_KEY.sub("…", own_words(text))


for kind in (
    Inbound(name="delivery.postmaster", names=("postmaster", "bounces"), take=take_letter),
    Inbound(name="delivery.bounce", word="bounces", take=take_bounce),
    Inbound(name="delivery.probe", word="probe", take=take_probe),
    Inbound(name="delivery.leave", word="leave", take=take_leave),
    Inbound(name="delivery.leave-all", word="leave-all", take=take_leave_all),
    Inbound(name="delivery.reply", word="reply", take=take_reply, is_known=is_answerable),
):
    register(kind)
