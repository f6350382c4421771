"""News of a campaign: written, published for everyone, for its backers or for some of them, changed, taken away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import let_whole_texts_leave, send_links_only
from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, Comment, Publication
from parvis.core.stream.pictures import picture_source
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.markup import from_markdown, plain
from parvis.lib.refusal import Refusal

from ..models import UPDATE, Campaign, Update
from .locking import held

KEPT_FOR = timedelta(days=30)
"""How long what was taken away can come back."""


class NothingToTell(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is nothing to publish yet. Give the update a text."))


class NotOutYet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nobody knows of this campaign yet. Announce it or launch it first."))


@dataclass(frozen=True, kw_only=True)
class News:
    """What an update says. `is_whole`: by mail, those for whom it is get the text, not only a link."""

    title: str
    source: str
    language: str
    is_whole: bool = False


@transaction.atomic
def start_update(*, campaign: Campaign, at: datetime, fields: Mapping[str, object] | None = None) -> Update:
    """A draft that only its author sees; `fields` are what its editor begins with."""
    creator = campaign.creator
    publication = stream.begin(
        kind=UPDATE, author=creator, language=campaign.publication.language or creator.language, at=at
    )
    if fields:
        stream.save_working_copy(publication=publication, fields=fields, version=0, at=at)
    return Update.objects.create(publication=publication, campaign=campaign)


@transaction.atomic
def publish_update(
    *,
    update: Update,
    fields: Mapping[str, object],
    version: int,
    news: News,
    audience: Audience,
    at: datetime,
) -> Update:
    """Publish what stands in the editor, or publish it anew: for the people of this audience, in the author's source and the campaign's.

    The first time it gets the next number of its campaign. Raises StaleCopy, NothingToTell, NotOutYet.
    """
    campaign = held(update.campaign)
    if campaign.state == CampaignState.DRAFT:
        raise NotOutYet
    if not news.source.strip():
        raise NothingToTell
    publication = update.publication
    stream.keep_written(publication=publication, fields=fields, version=version, at=at)
    update.source = news.source
    update.html = from_markdown(news.source, picture=picture_source(publication))
    if update.number is None:
        rows = Update.objects.unguarded("the next number").filter(campaign=campaign)
        update.number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    update.save()
    leave_whole(audience, campaign.creator, at=at, is_whole=news.is_whole)
    update.publication = stream.publish(
        publication=publication,
        said=stream.Said(title=news.title.strip(), text=plain(update.html), language=news.language),
        audience=audience,
        sources=[stream.source_of(campaign.creator), campaign.source],
        at=at,
    )
    stream.drop_working_copy(publication=publication)
    return update


def leave_whole(audience: Audience, author: Person, *, at: datetime, is_whole: bool) -> None:
    """Whether what is for these readers goes to them as it is, for some of them have nothing but their mail."""
    if audience.is_public:
        return
    if is_whole:
        let_whole_texts_leave(author=author, audience=audience, at=at)
    else:
        send_links_only(author=author, audience=audience)


@transaction.atomic
def delete_update(*, update: Update, by: Person, at: datetime) -> None:
    """Take an update away; its number stays its own. `restore_update` undoes it."""
    stream.delete(publication=update.publication, by=by, at=at)


@transaction.atomic
def restore_update(*, update: Update, by: Person) -> None:
    """Undo a deletion. Raises TakenDown."""
    stream.restore(publication=update.publication, by=by)


def forget_updates(at: datetime) -> None:
    """A chore: erase what was taken away thirty days ago; that it was there, and is gone, stays known where it was public."""
    over = Update.objects.unguarded("what has lain in the trash for thirty days").filter(
        publication__deleted_at__lte=at - KEPT_FOR
    )
    for update in over.exclude(source="", html="").select_related("publication"):
        forget_update(update=update)


@transaction.atomic
def forget_update(*, update: Update) -> None:
    """Erase the words and pictures of an update that was taken away, and what was answered to it."""
    publication = update.publication
    hung = Attachment.objects.unguarded("pictures of an erased update").filter(publication=publication)
    for attachment in hung:
        stream.detach(attachment=attachment)
    answers = Comment.objects.unguarded("answers to an erased update").filter(publication__under=publication)
    numbers = list(answers.values_list("publication", flat=True))
    Publication.objects.unguarded("answers to an erased update").filter(pk__in=numbers).delete()
    stream.drop_working_copy(publication=publication)
    Update.objects.filter(pk=update.pk).update(source="", html="")
    Publication.objects.filter(pk=publication.pk).update(title="", text="")
