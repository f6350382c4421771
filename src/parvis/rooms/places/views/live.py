"""Where programs post check-ins: Micropub, as far as check-ins need it (https://www.w3.org/TR/micropub/)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.core.people.limits import allow, with_patience
from parvis.core.people.request import Request
from parvis.core.stream.forms import MOST_PICTURES
from parvis.core.stream.models import Publication
from parvis.lib.checkins.micropub import NoCheckin, entry_of_form, photos_of, visit_of, words_of
from parvis.lib.refusal import Refusal

from ..models import Checkin, PostingKey, Whereabouts
from ..posting import taking
from ..posting.keys import key_of
from ..posting.taking import Change, Taken
from .posting import bearer, problem, whole

BY_NETWORK, BY_KEY = "600/h/ip", "600/h/key"
LONGEST = 64 * 1024
"""Bytes of JSON: an entry with all its cards is some four thousand."""


@csrf_exempt  # posted by programs, who hold no session here: their key is in the request (RFC 6750)
@require_http_methods(["GET", "HEAD", "POST"])
def micropub(request: Request) -> HttpResponseBase:
    """Take a check-in, or a change to one; say what can be done here."""
    held = [bearer(request.headers), request.POST.get("access_token", "")]
    if all(held):
        return problem("invalid_request", "Send the key once: in the header or in the form")
    is_patient = allow("micropub", BY_NETWORK, request)
    key = key_of(held[0] or held[1]) if is_patient and any(held) else None
    if not is_patient or (key and not allow("micropub-key", BY_KEY, request, key=key.public_id)):
        return with_patience(request, problem("slow_down", "Too many requests", 429))
    if key is None:
        return problem("unauthorized", "A key is needed", 401)
    if request.method != "POST":
        return queried(request, key)
    try:
        return posted(request, key)
    except (NoCheckin, Refusal) as mistake:
        return problem("invalid_request", str(mistake))


def queried(request: Request, key: PostingKey) -> HttpResponseBase:
    """What a program asks before it posts (§3.7)."""
    asked = request.GET.get("q", "")
    if asked == "config":
        return JsonResponse(
            {
                "q": ["config", "source", "syndicate-to"],
                "syndicate-to": [],
                "post-types": [{"type": "checkin", "name": "Check-in"}],
            }
        )
    if asked == "syndicate-to":
        return JsonResponse({"syndicate-to": []})
    if asked != "source":
        return problem("invalid_request", "q is config, source or syndicate-to")
    publication = brought(request, key, request.GET.get("url", ""))
    if publication is None:
        return problem("invalid_request", "No check-in that you brought stands there")
    properties = source_of(request, publication)
    wanted = request.GET.getlist("properties[]") or request.GET.getlist("properties")
    if wanted:
        return JsonResponse({"properties": {name: properties[name] for name in wanted if name in properties}})
    return JsonResponse({"type": ["h-entry"], "properties": properties})


def source_of(request: Request, publication: Publication) -> dict[str, list[Any]]:
    """A check-in in the shape in which it was posted."""
    lived = Whereabouts.objects.of(publication.author).select_related("venue").get(publication=publication)
    shown = Checkin.objects.unguarded("one's own, asked by the program that brought it")
    card: dict[str, list[Any]] = {"name": [lived.name]} if lived.name else {}
    if lived.venue is not None:
        card |= {"latitude": [lived.venue.latitude], "longitude": [lived.venue.longitude]}
    words = shown.get(publication=publication).source
    return {
        "published": [lived.happened_at.isoformat()],
        "checkin": [{"type": ["h-card"], "properties": card}],
        "url": [whole(request, "places:checkin", publication.public_id)],
        **({"content": [words]} if words else {}),
        **({"visibility": ["private"]} if lived.is_off_grid else {}),
    }


def posted(request: Request, key: PostingKey) -> HttpResponseBase:
    """A new check-in, or a change. Raises NoCheckin, Refusal."""
    is_json = request.content_type == "application/json"
    entry = json_of(request) if is_json else entry_of_form(pairs(request))
    action = entry.get("action") if is_json else request.POST.get("action")
    if action == "update":
        return updated(request, key, entry)
    if action is not None:
        return problem("invalid_request", "Only new check-ins and updates are taken")
    if "create" not in key.scope.split():
        return problem("insufficient_scope", "This key does not allow create", 403)
    visit = visit_of(entry, request.at)
    files = [*request.FILES.getlist("photo"), *request.FILES.getlist("photo[]")][:MOST_PICTURES]
    pictures = [(file.name or "", file.read()) for file in files]

    def take() -> Taken:
        return taking.take(key=key, visit=visit, at=request.at, pictures=pictures)

    try:
        taken = take()
    except IntegrityError:  # the same, sent twice at once: the other one has it
        taken = take()
    body = {"url": whole(request, "places:checkin", taken.publication.public_id)}
    answer = JsonResponse(body | ({"not_taken": taken.left_out} if taken.left_out else {}), status=201)
    answer.headers["Location"] = body["url"]
    return answer


def pairs(request: Request) -> list[tuple[str, str]]:
    """The fields of a form."""
    return [(name, value) for name, values in request.POST.lists() for value in values]


def json_of(request: Request) -> Mapping[str, Any]:
    """The object that was sent. Raises NoCheckin."""
    if len(request.body) > LONGEST:
        raise NoCheckin("this is far longer than a check-in")
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as mistake:
        raise NoCheckin("this is no JSON") from mistake
    if not isinstance(found, dict):
        raise NoCheckin("an object is expected")
    return found


def updated(request: Request, key: PostingKey, change: Mapping[str, Any]) -> HttpResponseBase:
    """Other words for what was brought, and more pictures (§3.4); nothing is taken away but words. Raises Refusal."""
    if "update" not in key.scope.split():
        return problem("insufficient_scope", "This key does not allow update", 403)
    parts = {name: change.get(name, {}) for name in ("replace", "add", "delete")}
    if not all(isinstance(part, dict | list) for part in parts.values()) or isinstance(parts["add"], list):
        return problem("invalid_request", "replace and add are objects, delete is an object or a list")
    publication = brought(request, key, str(change.get("url", "")))
    if publication is None:
        return problem("invalid_request", "No check-in that you brought stands there")
    told = Change(words_told(parts), photos_of(parts["add"]))
    taken = taking.change(key=key, publication=publication, told=told, at=request.at)
    others = {name for part in parts.values() for name in part} - {"content", "photo"}
    kept = {"photo"} if "photo" in parts["replace"] or "photo" in parts["delete"] else set()
    left_out = sorted(others | kept | set(taken.left_out))
    if not left_out:
        return HttpResponse(status=204)
    return JsonResponse({"not_taken": left_out})


def words_told(parts: Mapping[str, Any]) -> str | None:
    """The words after a change; None when it changes none."""
    for name in ("replace", "add"):
        if isinstance(parts[name], dict) and "content" in parts[name]:
            said = parts[name]["content"]
            return words_of(said[0] if isinstance(said, list) and said else said)[:2_000]
    return "" if "content" in parts["delete"] else None


def brought(request: Request, key: PostingKey, url: str) -> Publication | None:
    """What stands at an address of this site, if a program of this person brought it."""
    try:
        parts = urlsplit(url)
        match = resolve(parts.path) if parts.netloc in {"", request.get_host()} else None
    except (Resolver404, ValueError):
        return None
    if match is None or match.view_name != "places:checkin":
        return None
    return taking.brought(key, match.kwargs["public_id"])
