"""What is worth a look before a launch, and who is told of it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from parvis.core.people.models import Square
from parvis.core.site.menu import LEGAL, page_titles
from parvis.core.stream.actions import source_of
from parvis.core.stream.alt import without_words
from parvis.core.stream.models import Follow
from parvis.lib.text.languages import name as language_name

from ..actions.offering import rewards_of
from ..actions.wording import story_of
from ..models import BudgetLine, Campaign


def followers_of(campaign: Campaign) -> int:
    """How many people follow the campaign or whoever makes it: they find it at home, or are told as they chose."""
    sources = [campaign.source_id, source_of(campaign.creator).pk]
    rows = Follow.objects.filter(source__in=sources).exclude(person=campaign.creator)
    return rows.values("person").distinct().count()


def hints(square: Square, campaign: Campaign, here: str) -> Sequence[str]:
    """What could be better, in sentences; none of it stands in the way."""
    return [*about_words(square, campaign, here), *about_the_rest(square, campaign)]


def about_words(square: Square, campaign: Campaign, here: str) -> Sequence[str]:
    found, words = [], story_of(campaign).words
    silent = [code for code in square.all_languages() if not words.get(code, {}).get("story")]
    if silent and len(silent) < len(square.all_languages()):
        names = ", ".join(language_name(code, here) for code in silent)
        found.append(_("It is not told in %(languages)s.") % {"languages": names})
    if not any(said.get("about") for said in words.values()):
        found.append(
            _("It does not say who makes it. A name, a postal address and a mail address belong there.")
        )
    if campaign.picture is None:
        found.append(_("It has no picture to begin with."))
    elif not all(campaign.picture.alt.get(code) for code in words):
        found.append(_("Say in each language what its picture shows."))
    if any(without_words(said.get("story", "")) for said in words.values()):
        found.append(_("A picture in its story says nothing to those who cannot see it."))
    return found


def about_the_rest(square: Square, campaign: Campaign) -> Sequence[str]:
    found = []
    rewards = list(rewards_of(campaign).offered())
    if not rewards:
        found.append(_("It offers no reward: people can only give."))
    if any(reward.is_shipped and reward.delivery_on is None for reward in rewards):
        found.append(_("A reward that is sent does not say in which month it arrives."))
    lines = BudgetLine.objects.unguarded("one's own campaign").filter(campaign=campaign)
    cost = sum(lines.values_list("amount", flat=True))
    if not cost:
        found.append(
            _("It does not say what it costs: a few lines of a budget are believed more than a sum.")
        )
    elif cost != campaign.goal:
        found.append(_("The lines of its budget do not come to its goal."))
    if campaign.card is not None and not campaign.card.is_live:
        found.append(_("Its cards are for tests: nobody would be debited."))
    if LEGAL not in page_titles(square, square.language):
        found.append(_("This square has no legal page yet, where people read who they deal with."))
    return found
