"""The finished work: prepared, given to those who backed it, then free for everyone, from where there is no way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment
from parvis.core.stream.pictures import picture_source
from parvis.lib.funding.campaigns import RELEASES, CampaignState, Release, ReleaseMove
from parvis.lib.markup import from_markdown, plain
from parvis.lib.refusal import Refusal

from ..licences import LICENCES, OWN
from ..models import WORK, Campaign, Work
from .locking import held
from .moving import note
from .telling import leave_whole

MOST_FILES = 50


class OnlyAfterSuccess(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This comes once the campaign has reached its goal."))


class NothingToGive(Refusal):
    def __init__(self) -> None:
        super().__init__(_("There is nothing to give yet. Write a text, or add a file."))


class NoTerms(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Say what may be done with it: choose a licence, or write it in your own words."))


class TooManyFiles(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("A work holds %(most)d files at most. Put some of them together.") % {"most": MOST_FILES}
        )


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is given, and under which terms; `terms` are one's own words, where the licence is."""

    title: str
    source: str
    language: str
    licence: str
    terms: str = ""


@transaction.atomic
def start_work(*, campaign: Campaign, at: datetime) -> Work:
    """The page of the finished work, that only its author sees; there is one. Raises OnlyAfterSuccess."""
    campaign = held(campaign)
    refuse_unless_successful(campaign)
    known = Work.objects.unguarded("one's own campaign").filter(campaign=campaign).first()
    if known is not None:
        return known
    creator = campaign.creator
    publication = stream.begin(kind=WORK, author=creator, language=campaign.publication.language, at=at)
    publication.title = campaign.publication.title
    publication.save(update_fields=["title"])
    return Work.objects.create(publication=publication, campaign=campaign, licence="cc-by")


def refuse_unless_successful(campaign: Campaign) -> None:
    """Raises OnlyAfterSuccess."""
    if campaign.state != CampaignState.SUCCESSFUL:
        raise OnlyAfterSuccess


@transaction.atomic
def write_work(*, work: Work, given: Given, at: datetime) -> Work:
    """What it says, and under which terms it is given; once it is given, that is read at once. Raises NoTerms."""
    if given.licence not in LICENCES or (given.licence == OWN and not given.terms.strip()):
        raise NoTerms
    publication = work.publication
    work.source, work.licence = given.source, given.licence
    work.terms = given.terms.strip() if given.licence == OWN else ""
    work.html = from_markdown(given.source, picture=picture_source(publication))
    work.save()
    said = stream.Said(title=given.title.strip(), text=plain(work.html), language=given.language)
    if publication.published_at is not None:
        stream.edit(publication=publication, said=said, at=at)
    else:
        publication.title, publication.text, publication.language = said.title[:400], said.text, said.language
        publication.save(update_fields=["title", "text", "language"])
    return work


@transaction.atomic
@stream.nothing_left_behind()
def add_files(*, work: Work, files: Sequence[tuple[str, bytes]], at: datetime) -> Sequence[Attachment]:
    """Hang files (name, content) on it, all of them or none. Raises TooManyFiles, and what `attach` raises."""
    hung = Attachment.objects.unguarded("files of one's own work").filter(publication=work.publication)
    if hung.count() + len(files) > MOST_FILES:
        raise TooManyFiles
    return [
        stream.attach(
            publication=work.publication,
            owner=work.publication.author,
            name=name,
            data=data,
            at=at,
            other_files=True,
        )
        for name, data in files
    ]


@transaction.atomic
def give_to_backers(*, campaign: Campaign, at: datetime) -> Work:
    """Give it to those who back the campaign. Raises OnlyAfterSuccess, NothingToGive, NoSuchMove."""
    campaign = held(campaign)
    audience = audience_for(expression=Expression(frozenset({campaign.group_id})), owner=campaign.creator)
    leave_whole(audience, campaign.creator, at=at, is_whole=True)
    return give(campaign, ReleaseMove.GIVE, audience, at)


@transaction.atomic
def release_free(*, campaign: Campaign, at: datetime) -> Work:
    """Give it to everyone, for good. Raises OnlyAfterSuccess, NothingToGive, NoSuchMove."""
    return give(held(campaign), ReleaseMove.FREE, Audience.objects.get(pk=PUBLIC), at)


def give(campaign: Campaign, move: ReleaseMove, audience: Audience, at: datetime) -> Work:
    """Let its page be read by this audience from now on, and write down that it happened."""
    refuse_unless_successful(campaign)
    before = Release(campaign.release)
    after = RELEASES.after(before, move)
    work = Work.objects.unguarded("one's own work").filter(campaign=campaign).first()
    if work is None or not (work.source.strip() or has_files(work)):
        raise NothingToGive
    publication = work.publication
    if publication.published_at is None:
        work.publication = stream.publish(
            publication=publication,
            said=stream.Said(title=publication.title, text=plain(work.html), language=publication.language),
            audience=audience,
            sources=[stream.source_of(campaign.creator), campaign.source],
            at=at,
        )
    else:
        work.publication = stream.change_audience(publication=publication, audience=audience, at=at)
    campaign.release, campaign.release_at = str(after), at
    campaign.save(update_fields=["release", "release_at"])
    note(campaign, move, before=before, after=after, at=at, by=campaign.creator)
    return work


def has_files(work: Work) -> bool:
    rows = Attachment.objects.unguarded("files of one's own work")
    return rows.filter(publication=work.publication).exists()
