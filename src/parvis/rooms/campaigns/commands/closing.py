"""`parvis campaigns close` and `audit`: what the worker does by itself, to be seen and done by hand."""

from argparse import ArgumentParser, Namespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.site.command.options import add_json
from parvis.core.site.command.shape import Command
from parvis.core.site.command.words import data, say
from parvis.lib.funding import Outcome
from parvis.lib.money import plain
from parvis.lib.refusal import Refusal

from ..actions.closing import close, foretell
from ..auditing import INVARIANTS, audit, said
from ..models import Campaign


class DoesNotAddUp(Refusal):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


def close_arguments(parser: ArgumentParser) -> None:
    """[--dry-run] [--json]."""
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help=_("only say how each running campaign would end now"),
    )
    add_json(parser)


def as_data(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign": campaign.slug,
        "state": campaign.state,
        "pledged": plain(campaign.pledged, campaign.currency),
        "goal": plain(campaign.goal, campaign.currency),
        "currency": campaign.currency,
        "deadline_at": campaign.deadline_at.isoformat() if campaign.deadline_at is not None else None,
    }


def run_close(arguments: Namespace) -> None:
    """Close what is due, or say how each campaign would end now."""
    if arguments.dry_run:
        dry_run(arguments)
        return
    due = Campaign.objects.past_their_deadline(timezone.now())
    closed = [one for one in (close(campaign=each, clock=timezone.now) for each in due) if one is not None]
    if arguments.json:
        data([as_data(campaign) for campaign in closed])
        return
    say(
        ngettext("%(count)d campaign was closed.", "%(count)d campaigns were closed.", len(closed))
        % {"count": len(closed)}
    )
    for campaign in closed:
        say(f"{campaign.slug}: {campaign.state}, {sum_of(campaign)}")


def sum_of(campaign: Campaign) -> str:
    pledged, goal = (plain(amount, campaign.currency) for amount in (campaign.pledged, campaign.goal))
    return f"{pledged} / {goal} {campaign.currency}"


def dry_run(arguments: Namespace) -> None:
    """How each running campaign would end, if it ended now; nothing is written."""
    at = timezone.now()
    running = Campaign.objects.unguarded("whoever runs the house asks").filter(state__in=["live", "waiting"])
    found = [(campaign, foretell(campaign, at)) for campaign in running.order_by("deadline_at", "pk")]
    if arguments.json:
        data(
            [
                as_data(campaign)
                | {
                    "outcome": str(told.outcome),
                    "open": plain(told.open, campaign.currency),
                    "is_decided": told.is_decided,
                }
                for campaign, told in found
            ]
        )
        return
    if not found:
        say(_("No campaign runs now."))
    for campaign, told in found:
        would = _("would succeed") if told.outcome == Outcome.SUCCESSFUL else _("would fail")
        say(f"{campaign.slug}: {would}, {sum_of(campaign)}")


def run_audit(arguments: Namespace) -> None:
    """Check all that must always be so. Raises DoesNotAddUp with the first that is not."""
    violations = list(audit(timezone.now()))
    if arguments.json:
        data([{"invariant": one.invariant, "words": one.words} for one in violations])
    if violations:
        raise DoesNotAddUp(said(violations[0]))
    if not arguments.json:
        say(_("All %(count)d invariants hold.") % {"count": len(INVARIANTS)})


COMMANDS = (
    Command(
        name="close",
        help=gettext_lazy("close the campaigns whose deadline has passed, or say how they would end"),
        add_arguments=close_arguments,
        run=run_close,
    ),
    Command(
        name="audit",
        help=gettext_lazy("check that promises, payments and books say the same"),
        add_arguments=add_json,
        run=run_audit,
    ),
)
