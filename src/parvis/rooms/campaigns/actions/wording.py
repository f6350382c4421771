"""What a campaign says of itself, as it is being written: kept by itself, and put on its page by whoever writes it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zlib import crc32

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, WorkingCopy
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.refusal import Refusal

from ..models import Campaign, Story
from .lacking import lacks_words
from .launching import PARTS, Frozen, write_story
from .locking import held

type Words = Mapping[str, str]
"""The parts of what it says in one language."""


class TooBare(Refusal):
    """Its page is out, and would say too little."""

    def __init__(self, what: list[str]) -> None:
        super().__init__(_("Others read this page already. %(what)s") % {"what": " ".join(what)})


def cleaned(words: Words) -> dict[str, str]:
    """The parts that say something."""
    return {part: text for part in PARTS if (text := str(words.get(part, "")).replace("\r\n", "\n").strip())}


def story_of(campaign: Campaign) -> Story:
    """What stands on its page."""
    rows = Story.objects.unguarded("one's own campaign").filter(campaign=campaign)
    return rows.latest("number")


def copy_of(campaign: Campaign) -> WorkingCopy | None:
    """What its author wrote since, and has not put there; a draft has none, for it is what is written."""
    rows = WorkingCopy.objects.unguarded("one's own words")
    return rows.filter(publication=campaign.publication_id).first()


def unpublished(campaign: Campaign) -> dict[str, Words]:
    """By language, what was kept and does not stand on the page."""
    copy = copy_of(campaign)
    return dict(copy.fields.get("words", {})) if copy is not None else {}


def written(campaign: Campaign, language: str) -> Words:
    """What the editor begins with."""
    kept = unpublished(campaign)
    return kept[language] if language in kept else story_of(campaign).words.get(language, {})


def version_of(words: Words) -> int:
    """What an editor began from: the same words have the same version, in whichever window they were written."""
    return crc32(json.dumps(cleaned(words), sort_keys=True).encode())


def to_write(campaign: Campaign, language: str, version: int) -> Campaign:
    """The campaign, held, if the words in this language are still those from which an editor began. Raises Frozen, StaleCopy."""
    campaign = held(campaign)
    if campaign.has_ended:
        raise Frozen
    now = version_of(written(campaign, language))
    if version != now:
        raise stream.StaleCopy(now)
    return campaign


@transaction.atomic
def keep_words(*, campaign: Campaign, language: str, words: Words, version: int, at: datetime) -> int:
    """Keep what stands in the editor, beside what others read; the new version. Raises Frozen, StaleCopy."""
    campaign = to_write(campaign, language, version)
    said = cleaned(words)
    if campaign.state == CampaignState.DRAFT:
        write_story(campaign=campaign, words=merged(campaign, language, said), at=at)
    else:
        keep(campaign, unpublished(campaign) | {language: said}, at)
    return version_of(said)


@transaction.atomic
def publish_words(*, campaign: Campaign, language: str, words: Words, version: int, at: datetime) -> Story:
    """Put what stands in the editor on the page; after the launch it is a version that stays. Raises Frozen, StaleCopy, TooBare."""
    campaign = to_write(campaign, language, version)
    all_words = merged(campaign, language, cleaned(words))
    missing = lacks_words(all_words)
    if campaign.launched_at is not None and missing:
        raise TooBare(missing)
    if campaign.state != CampaignState.DRAFT and not any(said.get("title") for said in all_words.values()):
        raise TooBare(missing[:1])
    story = write_story(campaign=campaign, words=all_words, at=at)
    keep(campaign, without(unpublished(campaign), language), at)
    return story


@transaction.atomic
def forget_words(*, campaign: Campaign, language: str, at: datetime) -> None:
    """What was kept in this language and is on no page is gone."""
    campaign = held(campaign)
    keep(campaign, without(unpublished(campaign), language), at)


def merged(campaign: Campaign, language: str, said: Words) -> dict[str, Words]:
    """All that it says, with this in one language; one in which nothing is said is left out."""
    words: dict[str, Words] = {**story_of(campaign).words, language: said}
    return {code: one for code, one in words.items() if one}


def without(words: Mapping[str, Words], language: str) -> dict[str, Words]:
    return {code: said for code, said in words.items() if code != language}


def keep(campaign: Campaign, words: Mapping[str, Words], at: datetime) -> None:
    """Write down what is kept; nothing is kept of nothing."""
    if not words:
        stream.drop_working_copy(publication=campaign.publication)
        return
    before = copy_of(campaign)
    titles = (said.get("title") for said in words.values())
    fields: dict[str, Any] = {
        "words": dict(words),
        "title": next(filter(None, titles), campaign.publication.title),
    }
    stream.save_working_copy(
        publication=campaign.publication,
        fields=fields,
        version=before.version if before is not None else 0,
        at=at,
    )


@transaction.atomic
def set_picture(
    *, campaign: Campaign, name: str, data: bytes, alt: Mapping[str, str], at: datetime
) -> Attachment:
    """Have its page begin with this picture, instead of the one before. Raises Frozen, and what `attach` raises."""
    campaign = held(campaign)
    if campaign.has_ended:
        raise Frozen
    before = campaign.picture
    made = stream.attach(
        publication=campaign.publication, owner=campaign.creator, name=name, data=data, at=at, alt=alt
    )
    campaign.picture = made
    campaign.save(update_fields=["picture"])
    if before is not None:
        stream.detach(attachment=before)
    return made


@transaction.atomic
def describe_picture(*, campaign: Campaign, alt: Mapping[str, str]) -> None:
    """Say what its picture shows, for those who cannot see it. Raises Frozen."""
    campaign = held(campaign)
    if campaign.has_ended:
        raise Frozen
    if campaign.picture is not None:
        stream.describe(attachment=campaign.picture, alt=alt, caption=campaign.picture.caption)


@transaction.atomic
def remove_picture(*, campaign: Campaign) -> None:
    """Let its page begin with words. Raises Frozen."""
    campaign = held(campaign)
    if campaign.has_ended:
        raise Frozen
    before, campaign.picture = campaign.picture, None
    campaign.save(update_fields=["picture"])
    if before is not None:
        stream.detach(attachment=before)
