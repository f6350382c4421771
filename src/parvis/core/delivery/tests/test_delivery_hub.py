"""The hub of the public feeds (WebSub): told that they have changed, and of nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks

from parvis.conftest import AT
from parvis.core.audiences.models import MEMBERS
from parvis.core.delivery.actions.errands import PAUSES
from parvis.core.delivery.models import HubPing
from parvis.core.stream import actions as stream
from parvis.core.stream.kinds import KINDS
from parvis.lib.web.tests.site import Site, site
from parvis.lib.web.tests.site import said as answers

from .test_delivery_mentions_out import HERE, MINUTE, audience, edited, linking, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A hub, and statuses that stand in two feeds."""
    settings.PARVIS_URL = HERE
    kind = replace(KINDS["stream.status"], feeds=lambda _publication: ["/a/", "/b/"])
    monkeypatch.setitem(KINDS, "stream.status", kind)
    with site() as one:
        one.pages["/hub"] = answers(status=204)
        settings.PARVIS_WEBSUB_HUB = one.url("/hub", host="hub.example")
        yield one


def told(hub: Site) -> list[str]:
    assert all(one.form["hub.mode"] == "publish" for one in hub.asked)
    return sorted(one.form["hub.url"] for one in hub.asked)


class TestTheHub:
    def test_is_told_of_each_feed_once_however_much_comes_out(self, alice, hub: Site):
        for minute in range(3):
            linking(alice, at=AT + timedelta(seconds=minute))

        work(AT + 5 * MINUTE)
        work(AT + 6 * MINUTE)

        assert told(hub) == [f"{HERE}/a/", f"{HERE}/b/"]
        assert not HubPing.objects.exists()

    def test_is_told_of_changes(self, alice, hub: Site):
        text = linking(alice)
        work()
        hub.asked.clear()
        edited(text)
        work()
        assert len(told(hub)) == 2

        hub.asked.clear()
        stream.change_audience(publication=text, audience=audience(alice, MEMBERS), at=AT)
        work()
        assert len(told(hub)) == 2

    def test_is_told_nothing_of_what_is_not_public(self, alice, hub: Site):
        text = linking(alice, groups=frozenset({MEMBERS}))
        work()
        edited(text)
        work()
        assert hub.asked == []

    def test_is_told_again_when_it_did_not_answer_until_it_is_given_up(self, alice, hub: Site):
        hub.pages["/hub"] = answers(status=500)
        linking(alice)
        at = AT + 2 * MINUTE
        for pause in (timedelta(0), *PAUSES):
            at += pause
            work(at)

        assert len(hub.asked) == 2 * (len(PAUSES) + 1)
        assert not HubPing.objects.exists()

    def test_is_nobody_while_none_is_named(self, alice, hub: Site, settings):
        settings.PARVIS_WEBSUB_HUB = ""
        linking(alice)
        work()
        assert not HubPing.objects.exists()
        assert hub.asked == []

    @pytest.mark.parametrize(
        ("url", "faults"),
        [("", 0), ("https://hub.example/", 0), ("hub.example", 1), ("ftp://hub.example/", 1)],
    )
    def test_is_named_by_an_address_or_a_check_says_so(self, settings, url: str, faults: int):
        settings.PARVIS_WEBSUB_HUB = url
        assert [one.id for one in run_checks(tags=["parvis"])] == ["parvis.E003"] * faults
