"""Two worlds that differ only in what a viewer may not see are the same world to that viewer: every route, byte for byte."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from parvis.conftest import AT, left_open, logged_in, without_tokens
from parvis.core.stream.models import Attachment
from world import CANARY, World, behind_backs, build

pytestmark = pytest.mark.django_db
VIEWERS = ("visitor", "charlie", "dana", "erin", "gus")
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
    if pattern.startswith(("people/", "connections/", "journal/author/", "desk/people/")):
        public_id = world["alice"].public_id
    elif pattern.startswith("comments/"):
        public_id = world.comment.publication.public_id
    elif pattern.startswith("circles/"):
        public_id = world.circle.public_id
    elif pattern.startswith("media/"):
        public_id = picture.public_id
    elif pattern.startswith("sources/"):
        public_id = world.category.source.public_id
    elif pattern.startswith("journal/write/"):
        public_id = world.post.publication.public_id
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
        "uidb36": "1",
        "key": "set-password",
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
        f"/people/{world['bob'].public_id}/",
        f"/people/{world['gus'].public_id}/",
        world.post.get_absolute_url(),
        "/journal/2026/",
        "/journal/2026/11/",
    ]
    return sorted({*named, *more})


MADE_ANEW = {"/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"}
"""Pages with a secret made for each look; they are asked by one who must first prove who they are."""


def browser(world: World, name: str) -> Client:
    return Client() if name == "visitor" else logged_in(world[name])


def seen(client: Client, path: str, verb: str = "get") -> tuple[object, ...]:
    """Everything an answer tells: status, headers, body, and how many statements it took."""
    cache.clear()
    if settings.SESSION_COOKIE_NAME not in client.cookies:
        client.cookies.clear()  # a passer-by, each time
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(client, verb)(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
    return answer.status_code, headers, sorted(answer.cookies), without_tokens(body), len(queries)


@pytest.fixture
def world(square):
    with time_machine.travel(AT, tick=False):
        yield build(AT)


class TestTwoWorlds:
    @pytest.mark.parametrize("name", VIEWERS)
    def test_that_differ_only_in_what_one_may_not_see_are_the_same(self, world: World, name: str):
        client, addresses = browser(world, name), every_address(world)
        asked = client if name == "visitor" else left_open(browser(world, name))
        seen(client, "/")
        before = {path: seen(asked if path in MADE_ANEW else client, path) for path in addresses}

        pairs = behind_backs(world)

        after = {path: seen(asked if path in MADE_ANEW else client, path) for path in addresses}
        assert not [path for path in addresses if before[path] != after[path]]
        assert not [path for path in addresses if CANARY.encode() in after[path][3]]  # type: ignore[operator]
        for hidden, absent in pairs:
            for verb in ("get", "head", "options"):
                there, not_there = seen(client, hidden, verb), seen(client, absent, verb)
                assert unnamed(there, hidden) == unnamed(not_there, absent), (verb, hidden)
                assert CANARY.encode() not in there[3], hidden  # type: ignore[operator]

    def test_and_show_the_canary_to_the_one_it_was_for(self, world: World):
        client = browser(world, "bob")
        pairs = behind_backs(world)

        found = [hidden for hidden, _absent in pairs if CANARY.encode() in seen(client, hidden)[3]]  # type: ignore[operator]
        assert len(found) >= 5


def unnamed(answer: tuple[object, ...], path: str) -> tuple[object, ...]:
    """An answer without the address that was asked for, and without the number of statements of an index look-up."""
    status, headers, cookies, body, queries = answer
    assert isinstance(body, bytes)
    assert isinstance(headers, dict)
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
