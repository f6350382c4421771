"""What backers are asked after success: written and opened by who makes the campaign, answered by the link of a pledge."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.refusal import Refusal

from ..actions import asking
from ..forms.surveys import AnswerForm, SurveyForm
from ..links import pledge_of
from ..models import Answer, Campaign, Pledge, Reward, Survey
from ..readers import rewards_had
from .by_link import private_page, speaking
from .telling import own_campaign

ALL = "all"


@require_safe
@person_only
def surveys(request: Request, slug: str) -> HttpResponse:
    """What is asked of all, and of those who have each reward; how many have answered."""
    campaign = own_campaign(request, slug)
    known = {one.reward_id: one for one in Survey.objects.filter(campaign=campaign)}
    lines = [(ALL, "", known.get(None))]
    for had in rewards_had(campaign, who(request).language):
        lines.append((had.reward.public_id, had.title, known.get(had.reward.pk)))
    rows = [(name, title, survey, counted(survey)) for name, title, survey in lines]
    context = {
        "campaign": campaign,
        "rows": rows,
        "is_successful": campaign.state == CampaignState.SUCCESSFUL,
    }
    return render(request, "campaigns/asking/surveys.html", context)


def counted(survey: Survey | None) -> int:
    """How many have answered."""
    return Answer.objects.filter(survey=survey).count() if survey is not None else 0


def asked_of(campaign: Campaign, name: str) -> Reward | None:
    """The reward that a survey is for; None for all. Raises Http404."""
    if name == ALL:
        return None
    rows = Reward.objects.unguarded("rewards of one's own campaign").filter(campaign=campaign)
    found: Reward = get_object_or_404(rows, public_id=name)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def survey(request: Request, slug: str, name: str) -> HttpResponse:
    """One survey: its questions until it is open, and after that whether it is locked."""
    campaign = own_campaign(request, slug)
    reward = asked_of(campaign, name)
    found = Survey.objects.filter(campaign=campaign, reward=reward).first()
    form = SurveyForm(
        request.POST if request.method == "POST" and request.POST.get("do") in {"save", "open"} else None,
        square=request.square,
        survey=found,
        here=who(request).language,
    )
    try:
        if request.method == "POST" and act(request, campaign, reward, found, form):
            return see_other("campaigns:surveys", slug)
    except Refusal as refusal:
        form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    context = {
        "campaign": campaign,
        "survey": found,
        "form": form,
        "title": reward.said("title", who(request).language) if reward is not None else "",
        "is_successful": campaign.state == CampaignState.SUCCESSFUL,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "campaigns/asking/survey.html", context, status=status)


def act(
    request: Request, campaign: Campaign, reward: Reward | None, found: Survey | None, form: SurveyForm
) -> bool:
    """Do what was asked; False when the form has to be put right. Raises Refusal."""
    match request.POST.get("do"):
        case "lock" | "unlock" as what if found is not None:
            asking.lock_survey(survey=found, at=request.at if what == "lock" else None)
            messages.success(request, _("Locked.") if what == "lock" else _("Answers can change again."))
            return True
        case "save" | "open" as what if form.is_valid():
            asking.keep_survey(
                campaign=campaign,
                reward=reward,
                questions=form.questions(),
                asks_address=form.cleaned_data["asks_address"],
                open_at=request.at if what == "open" else None,
            )
            messages.success(
                request,
                _("It is open: they are asked now.") if what == "open" else _("Saved. Only you see it."),
            )
            return True
    return False


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, token: str) -> HttpResponseBase:
    """What a backer is asked, by the link of their pledge; it changes until it is locked."""
    pledge = pledge_of(token)
    with speaking(request, pledge):
        found = asking.surveys_for(pledge)
        if not found:
            raise Http404
        return answered(request, token, pledge, found)


def answered(request: Request, token: str, pledge: Pledge, found: Sequence[Survey]) -> HttpResponseBase:
    language = get_language() or "en"
    still_open = [one for one in found if one.locked_at is None]
    answers = list(Answer.objects.filter(pledge=pledge).order_by("-at"))
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        pledge=pledge,
        surveys=still_open,
        answers=answers,
        language=language,
    )
    if request.method == "POST" and form.is_valid():
        try:
            asking.answer_surveys(pledge=pledge, answers=form.answers(), postal=form.postal(), at=request.at)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Thank you. It is noted, and you can change it here until it is locked.")
            )
            return see_other("campaigns:survey", token)
    context = {
        "pledge": pledge,
        "campaign": pledge.campaign,
        "form": form,
        "is_locked": not still_open,
        "is_answered": bool(answers),
    }
    status = 422 if form.is_bound and form.errors else 200
    return private_page(request, "campaigns/asking/answer.html", context, status=status)
