"""Two worlds that differ only in what a viewer may not see are the same world to that viewer: every route, byte for byte."""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from parvis.conftest import AT, left_open, logged_in, without_tokens
from parvis.core.site import moments
from parvis.core.stream import search
from parvis.core.stream.models import Attachment, Publication
from parvis.core.stream.models.attachment import AttachmentQuerySet
from parvis.core.stream.models.comment import CommentQuerySet
from parvis.rooms.campaigns import links
from parvis.rooms.campaigns.models import Campaign
from parvis.rooms.campaigns.views import guarding
from parvis.rooms.journal.models.posts import PostQuerySet
from parvis.rooms.places import company
from parvis.rooms.places.models.checkins import CheckinQuerySet
from promises import OF_A_CAMPAIGN, opened
from world import CANARY, FOR_MEMBERS, World, behind_backs, build

type Answer = tuple[int, dict[str, str], dict[str, object], bytes, int]

pytestmark = pytest.mark.django_db
VIEWERS = ("visitor", "charlie", "dana", "erin", "gus", "ruth", "olive")
OF_A_REPORT = {
    "/desk/",
    "/desk/reports/",
}  # what a member shows the owners is theirs to read
BEGUN = re.compile(r"(?<=/journal/write/)[a-z0-9]{20}")  # what is begun is called something else each time
MASKED = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
NEEDS_A_KEY = {"account_reset_password_from_key"}


def routes(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address of the house."""
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, here, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", here


def values(world: World, name: str, pattern: str) -> dict[str, str]:
    """What stands for each name in a pattern, from what the world shows to everyone."""
    picture = Attachment.objects.unguarded("test").filter(publication=world.status).get()
    public_id = world.status.public_id
    if pattern.startswith(("people/", "connections/", "journal/author/", "desk/people/", "places/people/")):
        public_id = world["alice"].public_id
    elif pattern.startswith("comments/"):
        public_id = world.comment.publication.public_id
    elif pattern.startswith("circles/"):
        public_id = world.circle.public_id
    elif pattern.startswith("media/"):
        public_id = picture.public_id
    elif pattern.startswith("sources/"):
        public_id = world.category.source.public_id
    elif pattern.startswith(("places/at/", "places/check-in/")):
        public_id = world.cafe.public_id
    elif pattern.startswith("places/c/"):
        public_id = world.checkin.public_id
    elif pattern.startswith("journal/write/"):
        public_id = world.post.publication.public_id
    if pattern.startswith("campaigns/"):
        return in_campaigns(world)
    slug = "quartier" if "category" in pattern else "walks" if "tag/" in pattern else "a-first-post"
    return {
        "public_id": public_id,
        "person_id": world["alice"].public_id,
        "slug": world.category.slug if slug == "quartier" else slug,
        "language": "en",
        "who": "visitor",
        "width": "480",
        "number": str(world.category.pk),
        "pk": "1",
        "year": "2026",
        "month": "10",
        "kind": "atom",
        "code": "nothing",
        "token": "nothing",
        "kinds": "stream.comment",
        "rhythm": "daily",
        "form": "gpx",
        "uidb36": "1",
        "key": "set-password",
    }


def in_campaigns(world: World) -> dict[str, str]:
    """What stands for each name in an address of the campaigns: of the one that everyone reads."""
    reward = world.campaign.rewards.unguarded("test").get()
    return {
        "slug": world.campaign.slug,
        "public_id": reward.public_id,
        "language": "en",
        "number": str(world.news),
        "token": "nothing",
        "name": "all",
    }


def fill(pattern: str, given: dict[str, str]) -> str:
    """The path that a pattern makes of these values."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^)]*\))*\)", lambda m: given[m[1]], pattern)
    named = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: given[m[1]], named)
    return "/" + re.sub(r"[\^$]|\\Z", "", named)


def every_address(world: World) -> list[str]:
    """One path for every route, and those where lists, searches and old addresses come together."""
    named = [fill(pattern, values(world, name, pattern)) for name, pattern in routes(get_resolver())]
    more = [
        "/search/?q=post",
        "/search/?q=canari",
        "/search/?q=words&language=en",
        "/?before=1",
        "/journal/feed/rss/",
        "/journal/feed/json/",
        "/audience/sentence/?audience=members",
        "/audience/sentence/?audience=everyone",
        "/audience/sentence/?audience=me&audience-mentions=Bob&audience-mentions=Alice",
        "/audience/choices/?audience=me&audience-add=person:x",
        "/audience/find/?q=a",
        "/audience/find/?q=s&for=out",
        "/people/?q=ali",
        "/sitemap.xml",
        "/robots.txt",
        "/?p=12",
        "/?cat=12",
        "/category/hidden/",
        "/wp-content/uploads/2012/04/hidden-300x200.jpg",
        "/feed/",
        "/tag/hidden/",
        "/journal/tag/hidden/",
        "/nothing/at/all/",
        *(f"/people/{world[name].public_id}/" for name in ("bob", "gus", "hugo", "sam", "olive", "ruth")),
        f"/people/{world['hugo'].public_id}/portrait/",
        f"/connections/{world['bob'].public_id}/end/",
        f"/desk/people/{world['hugo'].public_id}/",
        "/search/?q=mesange",
        "/people/?q=mesange",
        *written_by_ruth(world),
        f"/p/{world.draft.publication.public_id}/copies/",
        "/audience/sentence/?audience=connections",
        world.post.get_absolute_url(),
        "/journal/2026/",
        "/journal/2026/11/",
        "/places/check-in/?q=caf",
        "/places/check-in/?q=canari",
        "/places/mine/?q=canari",
        "/places/mine/?since=2026-01-01&until=2026-12-31",
        "/places/mine/export/ics/",
        "/places/micropub/?q=config",
        *opened(world.honey),
        *(f"/campaigns/{world.paid.slug}/{do}" for do in ("", *OF_A_CAMPAIGN)),
    ]
    return sorted({*named, *more})


MADE_ANEW = {"/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"}
"""Pages with a secret made for each look; they are asked by one who must first prove who they are."""


def written_by_ruth(world: World) -> list[str]:
    """The addresses at which ruth, and nobody else, writes her own."""
    draft = world.draft.publication.public_id
    return [
        f"/journal/write/{draft}/{do}"
        for do in (
            "",
            "save/",
            "pictures/",
            "preview/",
            "readers/",
            "delete/",
            "updates/",
            "forget/",
            "withdraw/",
        )
    ]


def browser(world: World, name: str) -> Client:
    return Client() if name == "visitor" else logged_in(world[name])


class Statements:
    """Counts what is asked of the database, and keeps none of it: Django's own log would ask about each."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def seen(client: Client, path: str, verb: str = "get", **headers: str) -> Answer:
    """Everything an answer tells: status, headers, cookies, body, and how many statements it took.

    What is sent leaves no mark for what is asked next: the visit keeps its cookies, and what was written is undone.
    """
    cache.clear()
    moments.KEPT.clear()
    if settings.SESSION_COOKIE_NAME not in client.cookies:
        client.cookies.clear()  # a passer-by, each time
    kept = deepcopy(client.cookies)
    statements = Statements()
    with transaction.atomic():
        with connection.execute_wrapper(statements):
            answer = getattr(client, verb)(path, headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(verb == "post")
    if verb == "post":
        client.cookies = kept
    told = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
    if verb == "post" and "Location" in told:
        told["Location"] = BEGUN.sub("*", told["Location"])
    cookies: dict[str, object] = {
        name: dict(one) | {"value": "" if name in MASKED else one.value}
        for name, one in answer.cookies.items()
    }
    return answer.status_code, told, cookies, without_tokens(body), statements.count


def asked(client: Client, addresses: Sequence[str]) -> dict[str, Answer]:
    """What each address answers; what takes no GET is posted to."""
    told = {}
    for path in addresses:
        told[path] = seen(client, path)
        if told[path][0] == 405:
            told[f"{path} POST"] = seen(client, path, "post")
    return told


def asked_again(client: Client, kept: dict[str, Answer]) -> dict[str, Answer]:
    """What is answered to those who have kept something and ask whether it is still the same."""
    told = {}
    for path, (_status, headers, *_rest) in kept.items():
        if "ETag" in headers:
            told[f"{path} HEAD"] = seen(client, path, "head")
            told[f"{path} If-None-Match"] = seen(client, path, **{"If-None-Match": headers["ETag"]})
        if "Last-Modified" in headers:
            since = headers["Last-Modified"]
            told[f"{path} If-Modified-Since"] = seen(client, path, **{"If-Modified-Since": since})
    return told


def differences(
    world: World,
    client: Client,
    addresses: Sequence[str],
    *,
    reported: bool = True,
    old: Client | None = None,
) -> list[str]:
    """What tells the world in which things happened behind this viewer's back from the one in which they did not.

    `old` is the same viewer, who logged in long ago: they ask for MADE_ANEW.
    """
    found, pairs = before_and_after(world, client, addresses, reported=reported, old=old)
    return found + told_apart(client, pairs)


def before_and_after(
    world: World,
    client: Client,
    addresses: Sequence[str],
    *,
    reported: bool = True,
    old: Client | None = None,
) -> tuple[list[str], list[tuple[str, str]]]:
    """The addresses that answer otherwise once things happened behind this viewer's back, and where those things are."""
    seen(client, "/")
    others = [path for path in addresses if old is None or path not in MADE_ANEW]
    first = asked(client, others)

    def all_asked() -> dict[str, Answer]:
        anew = asked(old, sorted(MADE_ANEW & {*addresses})) if old is not None else {}
        return asked(client, others) | asked_again(client, first) | anew

    before = all_asked()

    pairs = behind_backs(world, reported=reported)

    after = all_asked()
    found = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    found += [f"{path} shows a canary" for path, answer in after.items() if CANARY.encode() in answer[3]]
    return found, pairs


def told_apart(client: Client, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Where what is hidden answers otherwise than what is not there at all, and by which verb."""
    absences: dict[tuple[str, str], Answer] = {}  # much that is hidden has one address of nothing
    found = []
    for hidden, absent in pairs:
        for verb in ("get", "head", "options", "post"):
            if (absent, verb) not in absences:
                absences[absent, verb] = unnamed(seen(client, absent, verb), absent)
            there = seen(client, hidden, verb)
            if unnamed(there, hidden) != absences[absent, verb] or CANARY.encode() in there[3]:
                found.append(f"{hidden} {verb}")
    return found


@pytest.fixture
def world(square):
    with time_machine.travel(AT + timedelta(seconds=1), tick=False):
        yield build(AT)


class TestTwoWorlds:
    @pytest.mark.parametrize("name", VIEWERS)
    def test_that_differ_only_in_what_one_may_not_see_are_the_same(self, world: World, name: str):
        old = left_open(browser(world, name)) if name != "visitor" else None
        found = differences(
            world, browser(world, name), every_address(world), reported=name != "olive", old=old
        )

        assert found == []

    def test_tell_an_owner_of_what_was_reported_and_nothing_else(self, world: World):
        desk = [path for path in every_address(world) if path.startswith(("/desk/", "/notices/"))]

        found = differences(world, browser(world, "olive"), desk)

        told = {re.sub(r"\d+/$", "", path.removesuffix(" shows a canary")) for path in found}
        assert told == OF_A_REPORT

    def test_and_show_the_canary_to_the_one_it_was_for(self, world: World):
        client = browser(world, "bob")
        pairs = behind_backs(world)

        found = [hidden for hidden, _absent in pairs if CANARY.encode() in seen(client, hidden)[3]]
        assert len(found) >= 8


def search_asks_nobody(m: pytest.MonkeyPatch) -> None:
    """The search finds and shows without the rule."""
    everything = SimpleNamespace(visible_to=lambda _viewer: Publication.objects.unguarded("a planted leak"))
    m.setattr(search, "placed", lambda *_args, **_more: ("(1 = 1 /*the rule*/)", []))
    m.setattr(search, "Publication", SimpleNamespace(objects=everything))


def unguarded(rows: type) -> object:
    """Queries of this kind show everything to everyone."""
    return lambda m: m.setattr(rows, "visible_to", lambda self, _viewer: self.unguarded("a planted leak"))


def creators_are_everybody(m: pytest.MonkeyPatch) -> None:
    """The pages of whoever makes a campaign ask for nobody's."""
    rows = Campaign.objects.unguarded("a planted leak")
    m.setattr(guarding, "own_campaign", lambda _request, slug: rows.get(slug=slug))


LEAKS = {
    "search": (search_asks_nobody, "/search/?q=canari"),
    "posts": (unguarded(PostQuerySet), "/journal/"),
    "pictures": (unguarded(AttachmentQuerySet), "/media/"),
    "comments": (unguarded(CommentQuerySet), "/journal/2026/10/a-first-post/"),
    "check-ins": (unguarded(CheckinQuerySet), "/places/at/"),
    "company": (
        lambda m: m.setattr(company, "agreed", Q),
        lambda world: f"/places/c/{world.checkin.public_id}/",
    ),
    "campaigns": (creators_are_everybody, lambda world: f"/campaigns/{world.campaign.slug}/edit/words/en/"),
    "links": (lambda m: m.setattr(links, "constant_time_compare", lambda *_both: True), "/campaigns/pledge/"),
}
"""How each is planted, and the address that shows it, or that the addresses which show it begin with."""


class TestAPlantedLeak:
    """Two worlds that always looked the same would prove nothing."""

    @pytest.mark.parametrize("name", sorted(LEAKS))
    def test_is_found(self, world: World, name: str, monkeypatch: pytest.MonkeyPatch):
        plant, path = LEAKS[name]
        plant(monkeypatch)

        there = path if isinstance(path, str) else path(world)
        client = browser(world, "charlie")
        found, pairs = before_and_after(world, client, [there])
        assert found + told_apart(client, [pair for pair in pairs if pair[0].startswith(there)]) != []


LINK = re.compile(rb"""(?:href|src|action|hx-get|content)=["']([^"'#]+)""")


LEADS_BACK = {"/account/login/", "/unlock/", "/language/"}  # another question for each page they lead back to


def crawl(client: Client, starts: Sequence[str], at_most: int = 500) -> Iterator[tuple[str, Answer]]:
    """Every page within reach of these, by the links that stand on them."""
    waiting, met = list(starts), set(starts)
    while waiting:
        path = waiting.pop()
        answer = seen(client, path)
        yield path, answer
        for link in LINK.findall(answer[3]):
            parts = urlsplit(urljoin(f"http://testserver{path}", unescape(link.decode("utf-8", "replace"))))
            here = parts.path + (f"?{parts.query}" if parts.query and parts.path not in LEADS_BACK else "")
            if parts.netloc == "testserver" and here not in met and len(met) < at_most:
                met.add(here)
                waiting.append(here)


class TestCanaries:
    """Words planted in all that is not for everyone; `FOR_MEMBERS` stands in what a member tells the members."""

    @pytest.mark.parametrize("name", ["visitor", "gus", "charlie", "erin"])
    def test_are_met_by_nobody_they_are_not_for(self, world: World, name: str):
        hidden = [path for path, _absent in behind_backs(world)]
        words = [CANARY, *([FOR_MEMBERS] if name in {"visitor", "gus"} else [])]

        for path, (_status, headers, cookies, body, _queries) in crawl(
            browser(world, name), [*every_address(world), *hidden]
        ):
            told = body + repr((headers, cookies)).encode()
            assert not [word for word in words if word.encode() in told], path

    def test_are_met_by_those_they_are_for(self, world: World):
        behind_backs(world)

        pages = b"".join(answer[3] for _path, answer in crawl(browser(world, "bob"), ["/", "/people/"]))
        assert CANARY.encode() in pages
        assert FOR_MEMBERS.encode() in pages


def unnamed(answer: Answer, path: str) -> Answer:
    """An answer without the address that was asked for, and without the number of statements of an index look-up."""
    status, headers, cookies, body, queries = answer
    names = [part for part in path.split("/") if len(part) > 8] + [path, path.replace("/", "%2F")]
    for name in sorted(names, key=len, reverse=True):
        body = body.replace(name.encode(), b"*")
    told = {
        k: re.sub("|".join(map(re.escape, names)), "*", v)
        for k, v in headers.items()
        if k != "Content-Length"
    }
    return status, told, cookies, body, queries


class TestEveryRoute:
    def test_is_asked_by_the_two_worlds(self, world: World):
        asked = {resolve(path.split("?")[0]).view_name for path in every_address(world) if resolvable(path)}
        missing = {name for name, _pattern in routes(get_resolver())} - asked

        assert missing <= NEEDS_A_KEY, missing


def resolvable(path: str) -> bool:
    try:
        resolve(path.split("?", maxsplit=1)[0])
    except Resolver404:
        return False
    return True
