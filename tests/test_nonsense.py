"""What no honest browser sends: numbers without end, brackets left open, the letter NUL; every address answers, none breaks."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from parvis.conftest import AT, logged_in
from parvis.core.people import limits
from test_non_interference import fill, routes, values
from world import build

pytestmark = pytest.mark.django_db
NONSENSE = ("9" * 19, "9" * 4301, "http://[")
ASKED = [
    "at",
    "audience",
    "audience-add",
    "audience-in",
    "audience-mentions",
    "audience-out-names",
    "before",
    "after",
    "cat",
    "code",
    "m",
]
ASKED += [
    "feed",
    "kind",
    "language",
    "month",
    "name",
    "next",
    "p",
    "page",
    "page_id",
    "q",
    "tag",
    "text",
    "to",
    "which",
]


class Undone(Exception):
    """Takes back what an address wrote."""


def status(client: Client, path: str) -> int:
    """How an address answers; a broken statement does not spoil the next one."""
    try:
        with transaction.atomic():
            answer = client.get(path)
            raise Undone
    except Undone:
        return answer.status_code


@pytest.mark.parametrize("name", ["visitor", "alice"])
def test_no_address_breaks(square, monkeypatch, name):
    monkeypatch.setattr(limits, "count", lambda *_asked: 0)
    world = build(AT)
    client = Client() if name == "visitor" else logged_in(world[name])
    client.raise_request_exception = False

    paths = []
    for route, pattern in routes(get_resolver()):
        given = values(world, route, pattern)
        if "logout" in route:
            continue
        for nonsense in NONSENSE:
            paths += [fill(pattern, {**given, key: nonsense}) for key in given if f"{key}>" in pattern]
            paths.append(fill(pattern, given) + "?" + "&".join(f"{one}={nonsense}" for one in ASKED))
        paths += [fill(pattern, {**given, key: "a%00b"}) for key in given if f"{key}>" in pattern][:1]
    paths += [
        f"{path}?{one}={nonsense}" for path in ("/", "/search/") for one in ASKED for nonsense in NONSENSE
    ]
    paths += [f"/people/{world['alice'].public_id}/?before={nonsense}" for nonsense in NONSENSE]
    paths += ["/nothing%00/", "/journal/2026/11/a%00b/", "/search/?q=%00", "/journal/?before=a%00"]

    assert not [path[:200] for path in paths if status(client, path) >= 500]


class TestANul:
    def test_is_asked_for_in_vain(self, as_visitor):
        for path in ("/%00", "/journal/2026/11/a%00b/"):
            answer = as_visitor.get(path)

            assert answer.status_code == 400
            assert b"<h1" in answer.content

    @pytest.mark.parametrize("nul", ["%00", "%%0000", "%00%00"])
    def test_is_not_heard_in_what_is_asked(self, as_visitor, nul):
        answer = as_visitor.get(f"/search/?q=lan{nul}terns")

        assert b'value="lanterns"' in answer.content
