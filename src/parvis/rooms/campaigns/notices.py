"""What creators hear of their campaigns, and owners of the books, by the channel and in the rhythm that they chose."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.core.delivery.models import Way
from parvis.core.delivery.notices import NoticeKind, Sentence
from parvis.core.people.models import Notice, Person

from .letters.queueing import DISPUTED, PLEDGED, TAKEN_BACK
from .letters.words import money, title
from .models import Pledge, PledgeEvent, Shown

WRONG = "campaigns.wrong"
"""Something in the books does not add up."""


def own(notice: Notice) -> Pledge | None:
    """The pledge that a notice is about, for whoever makes its campaign."""
    pledge = Pledge.objects.filter(pk=notice.about.get("pledge")).prefetch_related("campaign").first()
    return pledge if pledge is not None and pledge.campaign.creator == notice.person else None


def amount_then(notice: Notice) -> int:
    return PledgeEvent.objects.values_list("amount", flat=True).get(pk=notice.about["event"])


def pledged(notice: Notice) -> Sentence | None:
    """Somebody pledges; who it is by mail address stands nowhere before the campaign has succeeded."""
    pledge = own(notice)
    if pledge is None:
        return None
    is_hidden = pledge.shown == Shown.HIDDEN
    values = {
        "name": _("Someone") if is_hidden else pledge.name,
        "amount": money(amount_then(notice), pledge.campaign),
        "title": title(pledge.campaign),
    }
    words = _("%(name)s pledges %(amount)s for “%(title)s”.") % values
    return Sentence(
        words, pledge.campaign.get_absolute_url(), by=pledge.person, about=str(pledge.campaign_id)
    )


def pledged_together(names: str, count: int, newest: Sentence) -> str:
    return ngettext("%(names)s pledges for your campaign.", "%(names)s pledge for your campaign.", count) % {
        "names": names
    }


def taken_back(notice: Notice) -> Sentence | None:
    pledge = own(notice)
    if pledge is None:
        return None
    values = {"amount": money(amount_then(notice), pledge.campaign), "title": title(pledge.campaign)}
    words = _("A pledge of %(amount)s for “%(title)s” was taken back.") % values
    return Sentence(words, pledge.campaign.get_absolute_url(), about=f"back {pledge.campaign_id}")


def disputed(notice: Notice) -> Sentence | None:
    pledge = own(notice)
    if pledge is None:
        return None
    values = {"number": pledge.number, "title": title(pledge.campaign)}
    words = (
        _(
            "Who made pledge no. %(number)d for “%(title)s” has asked their bank for the money back. Answer at your payment provider."
        )
        % values
    )
    return Sentence(words, pledge.campaign.get_absolute_url(), about=f"disputed {pledge.pk}")


def wrong(notice: Notice) -> Sentence | None:
    """To owners: the audit has found something."""
    if not notice.person.is_owner:
        return None
    words = _(
        "The books of the campaigns do not add up: %(what)s Nothing was changed; “parvis campaigns audit” says it again."
    )
    return Sentence(words % {"what": notice.about.get("words", "")}, reverse("campaigns:home"), about="wrong")


def runs_the_square(person: Person) -> bool:
    return person.is_owner


NOTICES = (
    NoticeKind(
        name=PLEDGED,
        title=gettext_lazy("Someone pledges for your campaign"),
        say=pledged,
        way=Way.DIGEST,
        together=pledged_together,
    ),
    NoticeKind(
        name=TAKEN_BACK,
        title=gettext_lazy("A pledge for your campaign is taken back"),
        say=taken_back,
        way=Way.DIGEST,
    ),
    NoticeKind(
        name=DISPUTED,
        title=gettext_lazy("A payment for your campaign is disputed"),
        say=disputed,
        way=Way.NOW,
    ),
    NoticeKind(
        name=WRONG,
        title=gettext_lazy("The books of the campaigns do not add up"),
        say=wrong,
        way=Way.NOW,
        concerns=runs_the_square,
        is_of_the_house=True,
    ),
)
