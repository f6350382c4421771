"""What came of a bank statement, in sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..actions.bank.bringing import Brought
from ..models import LineState


def told(brought: Brought) -> list[str]:
    """A sentence for each thing that came of a file."""
    paid, part = brought.those(LineState.PAID), brought.those(LineState.PAID, in_part=True)
    proposed, open_lines = brought.those(LineState.PROPOSED), brought.those(LineState.OPEN)
    found = [
        (
            len(paid),
            ngettext("%(count)d payment paid a pledge.", "%(count)d payments paid pledges.", len(paid)),
        ),
        (
            len(part),
            ngettext(
                "%(count)d payment is a part of what was asked.",
                "%(count)d payments are a part of what was asked.",
                len(part),
            ),
        ),
        (
            len(proposed),
            ngettext(
                "%(count)d payment may be for a pledge: say whether it is.",
                "%(count)d payments may be for pledges: say whether they are.",
                len(proposed),
            ),
        ),
        (
            len(open_lines),
            ngettext("%(count)d payment is open.", "%(count)d payments are open.", len(open_lines)),
        ),
        (
            brought.known,
            ngettext(
                "%(count)d payment was known already.",
                "%(count)d payments were known already.",
                brought.known,
            ),
        ),
    ]
    sentences = [words % {"count": count} for count, words in found if count]
    return sentences or [_("No payment to the account stands in this file.")]
