"""What creators are written of their campaigns."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.core.delivery.links import whole
from parvis.core.delivery.models import Mail
from parvis.core.delivery.room_letters import Written
from parvis.lib.funding.pledges import PledgeState

from ..models import Campaign, Passed, Pledge
from .to_backers import written
from .words import Rows, moment, money, title


def by_passed(
    say: Callable[[Campaign, Passed], Written | None],
) -> Callable[[Mail, datetime], Written | None]:
    """Writes of what happened to a campaign."""

    def write(mail: Mail, at: datetime) -> Written | None:
        passed = Passed.objects.prefetch_related("campaign__publication__author").get(pk=mail.about["passed"])
        return say(passed.campaign, passed) if passed.campaign.creator == mail.person else None

    return write


def to_its_creator(campaign: Campaign, subject: str, paragraphs: Sequence[str], rows: Rows = ()) -> Written:
    url = whole(campaign.get_absolute_url())
    return written(subject, paragraphs, rows=rows, url=url, button=_("The campaign"))


def values_of(campaign: Campaign, passed: Passed) -> dict[str, str]:
    backers = campaign.decided_backers if campaign.decided_backers is not None else campaign.backers
    return {
        "title": title(campaign),
        "goal": money(campaign.goal, campaign),
        "pledged": money(passed.pledged, campaign),
        "people": ngettext("%(count)d person", "%(count)d people", backers) % {"count": backers},
        "when": moment(campaign.deadline_at, campaign),
        "why": passed.because,
    }


def launched(campaign: Campaign, passed: Passed) -> Written:
    values = values_of(campaign, passed)
    return to_its_creator(
        campaign,
        _("“%(title)s” is open") % values,
        [
            _(
                "“%(title)s” takes pledges from now on, until %(when)s, for a goal of %(goal)s. These four stand: the goal, its currency, the zone and the deadline."
            )
            % values,
            _(
                "Tell people of it in the first days: most campaigns are decided then. Thank each backer, and write updates."
            ),
        ],
    )


def succeeded(campaign: Campaign, passed: Passed) -> Written:
    values = values_of(campaign, passed)
    return to_its_creator(
        campaign,
        _("“%(title)s” has reached its goal") % values,
        [
            _("%(people)s have pledged %(pledged)s for “%(title)s”, whose goal was %(goal)s.") % values,
            _(
                "From now on cards are debited and bills go out. Some cards will be declined and some bills will not be paid: you will hear what has come once the collection is closed."
            ),
        ],
    )


def failed(campaign: Campaign, passed: Passed) -> Written:
    values = values_of(campaign, passed)
    return to_its_creator(
        campaign,
        _("“%(title)s” has not reached its goal") % values,
        [
            _(
                "%(people)s have pledged %(pledged)s for “%(title)s”, whose goal was %(goal)s. Nobody is debited."
            )
            % values,
            _("The page stays as it is. An update is a way to tell those who were there what you do next."),
        ],
    )


def canceled(campaign: Campaign, passed: Passed) -> Written:
    values = values_of(campaign, passed)
    return to_its_creator(
        campaign,
        _("“%(title)s” was called off") % values,
        [
            _("“%(title)s” was called off. Nobody is debited, and every backer is told.") % values,
            _("The reason given: %(why)s") % values,
        ],
    )


def suspended(campaign: Campaign, passed: Passed) -> Written:
    values = values_of(campaign, passed)
    return to_its_creator(
        campaign,
        _("“%(title)s” is on hold") % values,
        [
            _(
                "Whoever runs this square has put “%(title)s” on hold: it takes no pledges, and its deadline stays what it was."
            )
            % values,
            _("The reason given: %(why)s") % values,
        ],
    )


def resumed(campaign: Campaign, passed: Passed) -> Written:
    values = values_of(campaign, passed)
    return to_its_creator(
        campaign,
        _("“%(title)s” goes on") % values,
        [_("“%(title)s” takes pledges again, until %(when)s.") % values],
    )


def closed(campaign: Campaign, passed: Passed) -> Written:
    """What has come of what was promised."""
    rows = Pledge.objects.filter(campaign=campaign)
    lost = rows.filter(state=PledgeState.DROPPED).aggregate(sum=Sum("amount"), many=Count("pk"))
    values = values_of(campaign, passed) | {
        "collected": money(campaign.collected - campaign.returned, campaign),
        "lost": money(lost["sum"] or 0, campaign),
        "many": str(lost["many"]),
    }
    words = [
        _(
            "The collection for “%(title)s” is closed: %(collected)s have come of %(pledged)s that were pledged."
        )
        % values
    ]
    if lost["many"]:
        words.append(
            ngettext(
                "%(count)d pledge, of %(lost)s, was not paid and is dropped.",
                "%(count)d pledges, of %(lost)s together, were not paid and are dropped.",
                lost["many"],
            )
            % {"count": lost["many"], "lost": values["lost"]}
        )
    if campaign.collected - campaign.returned < campaign.goal:
        words.append(
            _(
                "That is less than the goal of %(goal)s. If you cannot do it with that, you have 14 days to give everything back; else you do it with what has come."
            )
            % values
        )
    return to_its_creator(campaign, _("“%(title)s”: what has come") % values, words)


def undone(campaign: Campaign, passed: Passed) -> Written:
    values = values_of(campaign, passed)
    return to_its_creator(
        campaign,
        _("“%(title)s”: everything goes back") % values,
        [
            _(
                "You give back all that has come for “%(title)s”. Cards are refunded by themselves; what came by bank you have to send back yourself."
            )
            % values
        ],
    )
