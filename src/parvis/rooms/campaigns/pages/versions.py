"""What a campaign has said of itself since its launch: each version, and what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import pgettext_lazy

from ..models import Campaign, Story
from .differences import Paragraph, changed

PARTS = {
    "title": pgettext_lazy("a part of a campaign", "Title"),
    "line": pgettext_lazy("a part of a campaign", "In one sentence"),
    "story": pgettext_lazy("a part of a campaign", "What it is about"),
    "risks": pgettext_lazy("a part of a campaign", "What could go wrong"),
    "about": pgettext_lazy("a part of a campaign", "Who makes it"),
}


@dataclass(frozen=True)
class Change:
    """What became of one part, in one language."""

    part: object
    language: str
    paragraphs: Sequence[Paragraph]


@dataclass(frozen=True)
class Version:
    """One edit: when, and what it changed."""

    at: datetime
    changes: Sequence[Change]


def versions(campaign: Campaign) -> list[Version]:
    """The edits since the launch, the newest first."""
    rows = Story.objects.unguarded("of a campaign already seen").filter(campaign=campaign)
    stories = list(rows.order_by("number"))
    pairs = pairwise(stories)
    return [Version(after.at, between(before, after)) for before, after in pairs][::-1]


def between(before: Story, after: Story) -> list[Change]:
    """What one version made of the one before it."""
    found = []
    for language in sorted({*before.words, *after.words}):
        old, new = before.words.get(language, {}), after.words.get(language, {})
        for part, name in PARTS.items():
            if old.get(part, "") != new.get(part, ""):
                found.append(Change(name, language, changed(old.get(part, ""), new.get(part, ""))))
    return found
