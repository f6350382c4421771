"""What a public text tells the pages it links to, and what nobody is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import MEMBERS, PUBLIC, Audience
from parvis.core.delivery.actions.errands import PAUSES, claim
from parvis.core.delivery.actions.handing import never_announce, take_up
from parvis.core.delivery.actions.outward import notice_changes
from parvis.core.delivery.envoy import Envoy
from parvis.core.delivery.ledger import lines_of
from parvis.core.delivery.models import Copy, SentMention, Told
from parvis.core.people.models import Person
from parvis.core.site.keeping.erasure import erase_person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication, Status
from parvis.lib.web.tests.site import Asked, Site, fetcher, site
from parvis.lib.web.tests.site import said as answers

from .worlds import said

pytestmark = pytest.mark.django_db
HERE = "https://parvis.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def with_address(settings: Any) -> None:
    settings.PARVIS_URL = HERE


@pytest.fixture
def there() -> Iterator[Site]:
    """A site whose page /post takes mentions at /hook."""
    with site() as one:
        one.pages["/post"] = answers('<link rel="webmention" href="/hook">')
        one.pages["/hook"] = answers(status=202)
        yield one


def linking(
    author: Person, *urls: str, groups: frozenset[int] = frozenset({PUBLIC}), at: datetime = AT
) -> Publication:
    """A text with these links that came out for some."""
    made = said(author, "Some words", groups=groups, at=at, title="Words")
    words(made, *urls)
    return made


def words(publication: Publication, *urls: str) -> None:
    """Other words, with these links."""
    html = " ".join(f'<a href="{url}">there</a>' for url in urls)
    Status.objects.filter(publication=publication).update(html=f"<p>{html}</p>")


def edited(publication: Publication, *urls: str) -> None:
    words(publication, *urls)
    publication.refresh_from_db()
    stream.edit(publication=publication, said=stream.Said(text="Other words", language="fr"), at=AT)


def audience(author: Person, *groups: int) -> Audience:
    return audience_for(expression=Expression(frozenset(groups)), owner=author)


def work(at: datetime = AT + 2 * MINUTE, **over: Any) -> None:
    """Everything a worker does about it until nothing is due any more."""
    with time_machine.travel(at, tick=False):
        take_up(at)
        notice_changes(at)
        envoy = Envoy(alone=True, fetcher=fetcher(**over))
        while envoy.step():
            pass


def hooks(there: Site) -> list[dict[str, str]]:
    """What was told to the site."""
    return [one.form for one in there.asked if one.method == "POST"]


def url(publication: Publication) -> str:
    return HERE + publication.get_absolute_url()


def states() -> list[str]:
    return sorted(Copy.objects.filter(channel="webmention").values_list("state", flat=True))


class TestAPublicText:
    def test_tells_a_page_that_it_links_to_it(self, alice, there: Site):
        text = linking(alice, there.url("/post"))

        work()

        assert hooks(there) == [{"source": url(text), "target": there.url("/post")}]
        sent = SentMention.objects.get()
        assert (sent.endpoint, sent.due_at, sent.told_at) == (there.url("/hook"), None, AT + 2 * MINUTE)
        copy = Copy.objects.get()
        assert (copy.channel, copy.state, copy.person, copy.is_whole) == ("webmention", "left", None, False)
        assert "webmention" in Envoy(alone=False).fetcher.agent

    def test_tells_it_once(self, alice, there: Site):
        linking(alice, there.url("/post"), there.url("/post"))

        for _time in range(3):
            work()

        assert len(hooks(there)) == 1
        assert len(there.asked) == 2

    def test_tells_nothing_in_its_first_minute(self, alice, there: Site):
        linking(alice, there.url("/post"))

        work(AT + timedelta(seconds=30))

        assert there.asked == []

    def test_tells_nobody_that_takes_no_mentions(self, alice, there: Site):
        there.pages["/post"] = answers("Nothing")
        linking(alice, there.url("/post"), there.url("/gone"))

        work()

        assert hooks(there) == []
        assert not Copy.objects.exists()
        assert SentMention.objects.filter(due_at=None).count() == 2

    def test_tells_neither_itself_nor_its_own_network(self, alice, there: Site):
        there.pages["/to-us"] = answers(f'<link rel="webmention" href="{HERE}/webmention">')
        there.pages["/inside"] = answers('<link rel="webmention" href="http://127.0.0.9/hook">')
        linking(alice, f"{HERE}/p/x/", "/p/y/", there.url("/to-us"), there.url("/inside"))

        work(permitted=(fetcher().permitted[0].__class__("127.0.0.1/32"),))

        assert {one.target for one in there.asked} == {"/to-us", "/inside"}
        assert hooks(there) == []
        assert states() == ["cancelled"]

    def test_that_an_import_brought_tells_nobody(self, alice, there: Site):
        never_announce([linking(alice, there.url("/post"))], at=AT)

        work()

        assert there.asked == []
        assert not Told.objects.exists()

    def test_tells_nobody_while_owners_do_not_want_it(self, alice, there: Site, square):
        square.web_mentions = False
        square.save()
        linking(alice, there.url("/post"))

        work()
        assert there.asked == []

    def test_tells_again_when_its_words_change(self, alice, there: Site):
        there.pages["/new"] = answers("", Link='<hook>; rel="webmention"')
        text = linking(alice, there.url("/post"))
        work()

        edited(text, there.url("/post"), there.url("/new"))
        work()

        told = [one["target"] for one in hooks(there)]
        assert sorted(told) == sorted([there.url("/post"), there.url("/post"), there.url("/new")])
        assert states() == ["left", "left"]
        assert set(Copy.objects.values_list("revision", flat=True)) == {2}

    def test_tells_a_page_that_it_links_to_it_no_more(self, alice, there: Site):
        text = linking(alice, there.url("/post"))
        work()

        edited(text)
        work()
        work()

        assert len(hooks(there)) == 2
        assert states() == ["asked"]
        assert not SentMention.objects.exists()


class TestATextThatIsNotPublic:
    @pytest.mark.parametrize("groups", [frozenset({MEMBERS}), frozenset()])
    def test_tells_nobody_anything(self, alice, there: Site, groups: frozenset[int]):
        linking(alice, there.url("/post"), groups=groups)

        work()

        assert there.asked == []
        assert not SentMention.objects.exists()

    def test_tells_nobody_before_its_day(self, alice, there: Site):
        linking(alice, there.url("/post"), at=AT + timedelta(days=1))

        work()
        assert there.asked == []

    def test_tells_whoever_it_links_to_once_it_is_opened(self, alice, there: Site):
        text = linking(alice, there.url("/post"), groups=frozenset({MEMBERS}))
        work()
        stream.change_audience(publication=text, audience=audience(alice, PUBLIC), at=AT)

        work()
        assert len(hooks(there)) == 1

    def test_is_not_told_of_when_it_was_narrowed_while_the_page_was_being_read(self, alice, there: Site):
        """The rule is asked once more after the page has been read, right before anything is said."""
        text = linking(alice, there.url("/post"))
        narrow = audience(alice, MEMBERS)
        take_up(AT + 2 * MINUTE)
        envoy = Envoy(alone=True, fetcher=fetcher())
        ask = envoy.at_once

        def narrowed_meanwhile(*asked: Any) -> Any:
            found = ask(*asked)
            stream.change_audience(publication=text, audience=narrow, at=AT)
            return found

        with time_machine.travel(AT + 2 * MINUTE, tick=False):
            envoy.tell(AT + 2 * MINUTE)
            envoy.at_once = narrowed_meanwhile  # type: ignore[method-assign]
            envoy.mention(AT + 2 * MINUTE)

        assert [one.method for one in there.asked] == ["GET"]
        assert not SentMention.objects.exists()
        assert not Copy.objects.exists()

    @pytest.mark.parametrize("how", ["narrowed", "deleted", "narrowed by time"])
    def test_tells_those_who_were_told_that_it_is_gone(self, alice, there: Site, how: str):
        text = linking(alice, there.url("/post"))
        seen_as: list[int] = []

        def looks(_asked: Asked, _line: Any) -> bytes:
            seen_as.append(1)
            return answers(status=200)

        if how == "narrowed by time":
            mine = audience_for(expression=Expression(), owner=alice)
            stream.set_standing_rule(person=alice, kind="", after_days=1, audience=mine, at=AT)
            stream.change_audience(publication=text, audience=text.audience, at=AT)
        work()
        there.pages["/hook"] = looks
        text.refresh_from_db()
        if how == "narrowed":
            stream.change_audience(publication=text, audience=audience(alice, MEMBERS), at=AT)
        elif how == "deleted":
            stream.delete(publication=text, by=alice, at=AT)

        work(AT + timedelta(days=2))

        assert hooks(there) == [{"source": url(text), "target": there.url("/post")}] * 2
        assert seen_as == [1]
        assert states() == ["confirmed"]
        assert not SentMention.objects.exists()
        if how != "narrowed by time":
            with time_machine.travel(AT + timedelta(days=2), tick=False):
                assert Client().get(text.get_absolute_url()).status_code in {404, 410}

    def test_and_is_opened_again_tells_anew(self, alice, there: Site):
        text = linking(alice, there.url("/post"))
        public = text.audience
        work()
        stream.change_audience(publication=text, audience=audience(alice, MEMBERS), at=AT)
        work()
        stream.change_audience(publication=text, audience=public, at=AT)
        work()

        assert len(hooks(there)) == 3
        assert states() == ["asked", "left"]


class TestTheOtherSide:
    @pytest.mark.parametrize(
        ("status", "state", "later"),
        [(200, "left", "confirmed"), (201, "left", "asked"), (202, "left", "asked"), (303, "left", "asked")],
    )
    def test_that_takes_a_mention_is_believed_no_further_than_it_says(
        self, alice, there: Site, status: int, state: str, later: str
    ):
        there.pages["/hook"] = answers(status=status)
        text = linking(alice, there.url("/post"))
        work()
        assert states() == [state]

        stream.delete(publication=text, by=alice, at=AT)
        work()
        assert states() == [later]

    def test_that_wants_none_is_left_in_peace(self, alice, there: Site):
        there.pages["/hook"] = answers(status=400)
        linking(alice, there.url("/post"))

        work()
        work(AT + timedelta(days=10))

        assert len(hooks(there)) == 1
        assert states() == ["refused"]

    @pytest.mark.parametrize("page", ["/post", "/hook"])
    def test_that_does_not_answer_is_asked_again_later_each_time(self, alice, there: Site, page: str):
        good, there.pages[page] = there.pages[page], answers(status=503)
        linking(alice, there.url("/post"))
        work()
        assert SentMention.objects.get().due_at == AT + 2 * MINUTE + PAUSES[0]

        work(AT + 3 * MINUTE)
        before = len(there.asked)
        there.pages[page] = good
        work(AT + 2 * MINUTE + PAUSES[0])

        assert len(there.asked) > before
        assert states() == ["left"]

    def test_that_never_answers_is_given_up_and_called_unknown(self, alice, there: Site):
        there.pages["/hook"] = answers(status=500)
        text = linking(alice, there.url("/post"))
        at = AT + 2 * MINUTE
        for pause in (timedelta(0), *PAUSES):
            at += pause
            work(at)

        assert len(hooks(there)) == len(PAUSES) + 1
        assert SentMention.objects.get().due_at is None
        assert states() == ["unknown"]
        assert "nobody knows whether it was told" in lines_of(text, AT)[0].words

    def test_that_is_gone_when_we_ask_it_to_take_away_is_said_not_to_answer(self, alice, there: Site):
        text = linking(alice, there.url("/post"))
        work()
        there.pages["/hook"] = answers(status=502)
        stream.delete(publication=text, by=alice, at=AT)
        at = AT + 2 * MINUTE
        for pause in (timedelta(0), *PAUSES):
            at += pause
            work(at)

        assert states() == ["unanswered"]
        assert not SentMention.objects.exists()

    def test_is_told_by_one_worker_at_a_time(self, alice, there: Site):
        linking(alice, there.url("/post"))
        at = AT + 2 * MINUTE
        take_up(at)
        with time_machine.travel(at, tick=False):
            Envoy(alone=True).tell(at)

            first = claim(SentMention.objects.all(), worker="first", at=at, limit=9)
            second = claim(SentMention.objects.all(), worker="second", at=at, limit=9)
            late = claim(SentMention.objects.all(), worker="third", at=at + 6 * MINUTE, limit=9)

        assert [len(first), len(second), len(late)] == [1, 0, 1]

    def test_is_told_again_by_the_next_worker_when_one_was_killed(self, alice, there: Site):
        """At whatever point: what was not written down as told is told again, which does no harm."""
        linking(alice, there.url("/post"))

        class Killed(BaseException):
            pass

        def kill(*_arguments: Any, **_more: Any) -> None:
            raise Killed

        for step in ("endpoint_for", "told_to", "settle"):
            with pytest.MonkeyPatch.context() as m:
                m.setattr(Envoy, step, kill)
                with pytest.raises(Killed):
                    work()
            assert SentMention.objects.get().told_at is None
        work()

        assert len(hooks(there)) == 2  # once before it could be written down, and once more
        assert states() == ["left"]
        assert SentMention.objects.get().told_at is not None


class TestTheLedger:
    def test_tells_the_author_what_was_told(self, alice, there: Site):
        text = linking(alice, there.url("/post"))
        work()
        assert lines_of(text, AT)[0].words == "1 page to which it links was told so, on 22 November 2026."

        stream.change_audience(publication=text, audience=audience(alice, MEMBERS), at=AT)
        work()
        line = lines_of(text, AT)[0]
        assert line.words == "1 page was told that it is gone, and has not said what it does."
        assert line.advice == "What they keep is theirs to decide."


class TestNothingToDo:
    def test_costs_four_small_queries(self, alice, there: Site, django_assert_max_num_queries):
        linking(alice, there.url("/post"))
        work()
        envoy = Envoy(alone=True, fetcher=fetcher())
        with django_assert_max_num_queries(4):
            assert not envoy.step()

    @pytest.mark.parametrize(
        "own",
        [
            "",
            "http://127.0.0.1:8000",
            "http://localhost:8000",
            "http://[::1]",
            "https://square",
            "http://192.168.1.2",
        ],
    )
    def test_is_done_where_nobody_else_can_come_to_us(self, alice, there: Site, settings, own: str):
        settings.PARVIS_URL = own
        linking(alice, there.url("/post"))
        work()
        assert there.asked == []


class TestLeaving:
    def test_tells_those_who_were_told(self, alice, there: Site):
        linking(alice, there.url("/post"))
        work()
        erase_person(person=alice, at=AT + 3 * MINUTE, keep_words=False)

        work(AT + 4 * MINUTE)

        assert len(hooks(there)) == 2
        assert not SentMention.objects.exists()
