"""What is done with mail that comes in to our own addresses: bounces, leaving, and answers to notices."""

import re
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
from parvis.lib.mail.bounces import read_bounce
from parvis.lib.mail.received import Received
from parvis.lib.mail.replies import own_words
from parvis.lib.refusal import Refusal

from . import actions
from .actions.bouncing import bounced, probe_refused
from .inbound import OF_A_TOKEN, Inbound, Taken, is_marked, register, said_to
from .links import ID, OF_A_MARK
from .models import Hold, InboundMail, InboundState, Mail, Subscription

MOST_AN_HOUR = 30
A_KEY = re.compile(
    rf"[a-z0-9]{{{ID}}}(?:[0-9a-f]{{{OF_A_MARK}}}|[a-z2-7]{{{OF_A_TOKEN - ID}}})", re.IGNORECASE
)


class NoLongerOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("What you answer is no longer open to you, or is no longer there."))


class NotAMember(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Only those who take part in the square can answer here."))


def take_bounce(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """A mail of ours came back: the token says which, and the report why."""
    told, of_ours = read_bounce(received), Mail.objects.filter(public_id=mail.token).first()
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
    told = read_bounce(received)
    hold = Hold.objects.filter(probe_id=mail.token).select_related("address__person").first()
    if told is None or hold is None:
        return Taken(problem="nothing came back" if told is None else "the address is reached again")
    probe_refused(hold=hold, at=at, words=told.words)
    return Taken(person=hold.address.person)


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
    Inbound(name="delivery.bounce", word="bounces", take=take_bounce),
    Inbound(name="delivery.probe", word="probe", take=take_probe),
    Inbound(name="delivery.leave", word="leave", take=take_leave),
    Inbound(name="delivery.leave-all", word="leave-all", take=take_leave_all),
    Inbound(name="delivery.reply", word="reply", take=take_reply, is_known=is_answerable),
):
    register(kind)
