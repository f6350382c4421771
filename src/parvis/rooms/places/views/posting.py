"""Programs that post check-ins for a person: the page of their keys, and how a program is allowed one (IndieAuth)."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.audiences.actions import Expression, audience_for, one_person_group
from parvis.core.audiences.forms import AudienceForm
from parvis.core.audiences.models import Audience
from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.limits import allow, with_patience
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..forms import KeyForm
from ..models import PostingKey
from ..posting import keys
from ..posting.asking import FIELDS, SCOPES, BadRequest, asking_of

USUAL = "me"
BY_NETWORK = "120/h/ip"
RELATIONS = {
    "micropub": "places:micropub",
    "authorization_endpoint": "places:posting-authorize",
    "token_endpoint": "places:posting-token",
    "indieauth-metadata": "places:posting-metadata",
}


def whole(request: HttpRequest, name: str, *args: str) -> str:
    """The whole address of a page here."""
    return request.build_absolute_uri(reverse(name, args=args))


def private(answer: HttpResponseBase) -> HttpResponseBase:
    """An answer with something in it that is told once."""
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def audience_of(choice: AudienceForm, person: Person) -> Audience | None:
    """For whom what comes shall be; None for the person alone."""
    expression: Expression = choice.expression()
    alone = expression.include <= {one_person_group(person).pk}
    return None if alone else audience_for(expression=expression, owner=person)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def posting(request: Request) -> HttpResponseBase:
    """Which programs have a key, since when, and for whom is what they bring; a new one is shown this once."""
    me, token = who(request), ""
    do, _colon, which = request.POST.get("do", "").partition(":")
    if do == "close":
        if keys.close_key(person=me, public_id=which, at=request.at):
            messages.success(request, _("This program brings nothing any more."))
        return see_other("places:posting")
    data = request.POST if do == "make" else None
    form = KeyForm(data)
    choice = AudienceForm(data, person=me, at=request.at, usual=USUAL)
    if data is not None and form.is_valid() and choice.is_valid():
        try:
            token = keys.make_key(
                person=me,
                name=form.cleaned_data["name"],
                audience=audience_of(choice, me),
                at=request.at,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            form = KeyForm()
    context = {
        "keys": keys.open_keys(me),
        "form": form,
        "choice": choice,
        "said": choice.tell(),
        "token": token,
        "endpoint": whole(request, "places:micropub"),
        "me": whole(request, "places:posting-profile", me.public_id),
    }
    return private(render(request, "places/posting/keys.html", context))


@require_safe
def profile(request: Request, public_id: str) -> HttpResponseBase:
    """What a person types into a program as their address: it leads to where check-ins are posted, and says nothing.

    The same whoever asks, and for whatever name: it does not even tell whether there is such a person.
    """
    relations = {relation: whole(request, name) for relation, name in RELATIONS.items()}
    answer = render(request, "places/posting/profile.html", {"relations": relations})
    answer.headers["Link"] = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in relations.items())
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def metadata(request: Request) -> HttpResponseBase:
    """What the endpoints can do (RFC 8414, IndieAuth §4.1.1)."""
    return JsonResponse(
        {
            "issuer": whole(request, "places:posting"),
            "authorization_endpoint": whole(request, "places:posting-authorize"),
            "token_endpoint": whole(request, "places:posting-token"),
            "introspection_endpoint": whole(request, "places:posting-introspect"),
            "revocation_endpoint": whole(request, "places:posting-revoke"),
            "revocation_endpoint_auth_methods_supported": ["none"],
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def authorize(request: Request) -> HttpResponseBase:
    """A program asks to post for the person who looks: they say yes or no, and for whom."""
    me = who(request)
    said = request.POST if request.method == "POST" else request.GET
    try:
        asking = asking_of(said)
    except BadRequest as refusal:
        context = {"problem": str(refusal)}
        return private(render(request, "places/posting/authorize.html", context, status=400))
    issuer = {"iss": whole(request, "places:posting")}
    data = request.POST if "audience" in request.POST else None
    choice = AudienceForm(data, person=me, at=request.at, usual=USUAL)
    page: dict[str, object] = {
        "asking": asking,
        "fields": [(name, said[name]) for name in FIELDS if name in said],
        "choice": choice,
        "said": choice.tell(),
        "may_update": "update" in asking.scope,
    }
    if request.method == "POST" and said.get("do") == "refuse":
        page["back"] = asking.back(error="access_denied", **issuer)
    elif request.method == "POST" and choice.is_valid():
        code = keys.allow(person=me, asking=asking, audience=audience_of(choice, me), at=request.at)
        page["back"] = asking.back(code=code, **issuer)
    return private(render(request, "places/posting/authorize.html", page))


@csrf_exempt  # a program comes for its key, without cookie or login: the code is what it holds (RFC 6749 §4.1.3)
@require_POST
def token(request: Request) -> HttpResponseBase:
    """Give a program its key, or take it back from it."""
    if not allow("posting-token", BY_NETWORK, request):
        return with_patience(request, problem("slow_down", "Too many requests", 429))
    if request.POST.get("action") == "revoke":
        return given_up(request)
    if request.POST.get("grant_type", "authorization_code") != "authorization_code":
        return problem("unsupported_grant_type", "Only authorization_code is supported")
    coming = keys.Coming(
        code=request.POST.get("code", ""),
        client=request.POST.get("client_id", ""),
        redirect=request.POST.get("redirect_uri", ""),
        verifier=request.POST.get("code_verifier", "")[:1_000],
    )
    try:
        given = keys.redeem(coming=coming, name=host_of(coming.client), at=request.at)
    except Refusal as refusal:
        return problem("invalid_request", str(refusal))
    if given is None:
        return problem("invalid_grant", "This code is not good (any more)")
    grant, secret = given
    answer = {
        "access_token": secret,
        "token_type": "Bearer",
        "scope": grant.scope,
        "me": whole(request, "places:posting-profile", grant.person.public_id),
    }
    return private(JsonResponse(answer))


def host_of(client: str) -> str:
    """A program by the name of its site."""
    return client.partition("://")[2].partition("/")[0] or client[:100]


@csrf_exempt  # a program hands its key back (RFC 7009); whoever holds it may
@require_POST
def revoke(request: Request) -> HttpResponseBase:
    """A key that opens nothing from now on."""
    if not allow("posting-token", BY_NETWORK, request):
        return with_patience(request, problem("slow_down", "Too many requests", 429))
    return given_up(request)


def given_up(request: Request) -> HttpResponseBase:
    """Close a key, if it is one; the answer is the same (RFC 7009 §2.2)."""
    keys.give_up(token=request.POST.get("token", ""), at=request.at)
    return private(JsonResponse({}))


@csrf_exempt  # asked by whoever holds the key itself (RFC 7662)
@require_POST
def introspect(request: Request) -> HttpResponseBase:
    """Whether a key is good, told to whoever proves to hold it."""
    if not allow("posting-token", BY_NETWORK, request):
        return with_patience(request, problem("slow_down", "Too many requests", 429))
    key, asked = keys.key_of(bearer(request.headers)), request.POST.get("token", "")
    if key is None:
        return problem("unauthorized", "The key itself opens this", 401)
    if asked != bearer(request.headers):
        return private(JsonResponse({"active": False}))
    return private(JsonResponse({"active": True, **about(request, key)}))


def about(request: Request, key: PostingKey) -> dict[str, object]:
    """What a key is."""
    return {
        "me": whole(request, "places:posting-profile", key.person.public_id),
        "client_id": key.client,
        "scope": key.scope,
        "iat": int(key.made_at.timestamp()),
    }


def bearer(headers: Mapping[str, str]) -> str:
    """The key in a header (RFC 6750 §2.1)."""
    kind, _space, held = headers.get("Authorization", "").partition(" ")
    return held.strip() if kind.lower() == "bearer" else ""


def problem(error: str, description: str, status: int = 400) -> JsonResponse:
    """What is wrong, for a program (RFC 6749 §5.2, Micropub §3.8)."""
    answer = JsonResponse({"error": error, "error_description": description}, status=status)
    answer.headers["Cache-Control"] = "private, no-store"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
