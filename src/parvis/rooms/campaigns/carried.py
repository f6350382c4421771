"""A campaign as it is carried away: in mails and feeds, and announced elsewhere."""

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from parvis.core.stream.models import Publication

from .models import Story
from .pages.shown import said
from .words.standing import standing
from .words.wording import here


def story_of(publication: Publication) -> Story | None:
    """What the campaign of a publication says now."""
    rows = Story.objects.unguarded("whoever gets the publication may read it")
    rows = rows.filter(campaign__publication=publication).select_related("campaign")
    return rows.order_by("-number").first()


def html(publication: Publication) -> str:
    """What it is about and how it stands, in the language of the moment (microformats2: h-entry)."""
    story = story_of(publication)
    if story is None:
        return ""
    context = {
        "line": said(story.words, "line", here()),
        "text": said(story.html, "story", here()),
        "standing": standing(story.campaign, timezone.now()),
    }
    return render_to_string("campaigns/carried.html", context)


def announced(publication: Publication) -> str:
    """Its title, what it is in a sentence, and its goal, in plain words."""
    story = story_of(publication)
    if story is None:
        return ""
    title, line = (said(story.words, part, here()).words for part in ("title", "line"))
    stands = standing(story.campaign, timezone.now())
    return "\n\n".join(filter(None, [title, line, f"{stands.promised} {stands.until}".strip()]))


def heading(publication: Publication) -> str:
    """What a campaign without a title is called."""
    return _("A campaign")
