"""Pages elsewhere that mention ours: what is taken, looked at, asked of the author, and shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from parvis.conftest import AT, make_person, without_tokens
from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import MEMBERS
from parvis.core.delivery.actions.errands import PAUSES
from parvis.core.delivery.actions.web_mentions import MOST_WAITING, all_mentions, family_of
from parvis.core.delivery.envoy import Envoy
from parvis.core.delivery.models import WebMention, WelcomeSite
from parvis.core.delivery.notices import sentences, unseen
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.lib.web.tests.site import Site, fetcher, site
from parvis.lib.web.tests.site import said as answers

from .worlds import said

pytestmark = pytest.mark.django_db
HERE = "https://parvis.example"


@pytest.fixture(autouse=True)
def with_address(settings: Any) -> None:
    settings.PARVIS_URL = HERE


@pytest.fixture
def there():
    with site() as one:
        yield one


@pytest.fixture
def text(alice: Any) -> Publication:
    return said(alice, "Some words", title="Words")


def url(publication: Publication) -> str:
    return HERE + publication.get_absolute_url()


def post(client: Client, source: str, target: str) -> Any:
    return client.post("/webmention", {"source": source, "target": target})


def page(target: str, *, title: str = "On words", author: str = "Dan", kind: str = "in-reply-to") -> bytes:
    return answers(
        f"""<div class="h-entry"><h1 class="p-name">{title}</h1><a class="p-author h-card" href="/dan">{author}</a>
        <a class="u-{kind}" href="{target}">this</a> <p class="p-summary">I &lt;b&gt;agree&lt;/b&gt;.</p></div>"""
    )


def envoy(**over: Any) -> Envoy:
    return Envoy(alone=True, fetcher=fetcher(**over))


def at_once(**over: Any) -> None:
    """Everything that waits is looked at now."""
    all_mentions().exclude(due_at=None).update(due_at=AT)
    envoy(**over).step()


def received(
    client: Client, there: Site, text: Publication, target: str = "/post", **more: Any
) -> WebMention:
    """A mention that came and was looked at."""
    there.pages[target] = page(url(text), **more)
    assert post(client, there.url(target), url(text)).status_code == 202
    at_once()
    return all_mentions().get(publication=text, source=there.url(target))


def shown(client: Client, text: Publication) -> str:
    return without_tokens(client.get(text.get_absolute_url()).content).decode()


def decide(client: Client, mention: WebMention, do: str) -> Any:
    path = reverse("publication-mentions", args=[mention.publication.public_id])
    return client.post(path, {"do": do, "mention": mention.public_id})


class TestTheAddress:
    def test_stands_on_public_pages_and_on_no_other(self, alice, text, as_visitor, as_alice):
        inside = said(alice, "For members", groups=frozenset({MEMBERS}))

        assert '<link rel="webmention" href="/webmention">' in shown(as_visitor, text)
        assert 'rel="webmention"' not in shown(as_alice, inside)

    def test_stands_nowhere_while_owners_do_not_want_it(self, text, square, as_visitor, there):
        square.web_mentions = False
        square.save()

        assert 'rel="webmention"' not in shown(as_visitor, text)
        assert post(as_visitor, there.url("/post"), url(text)).status_code == 400

    def test_stands_nowhere_while_the_square_does_not_know_its_own(self, text, settings, as_visitor):
        settings.PARVIS_URL = ""

        assert 'rel="webmention"' not in shown(as_visitor, text)
        assert post(as_visitor, "https://a.example/", url(text)).status_code == 400

    def test_says_to_people_what_it_is_and_sets_no_cookie(self, square, as_visitor):
        answer = as_visitor.get("/webmention")

        assert answer.status_code == 200
        assert not answer.cookies
        assert b'name="source"' in answer.content

    def test_takes_what_a_program_sends(self, text, as_visitor):
        answer = Client(enforce_csrf_checks=True).post(
            "/webmention", {"source": "https://dan.example/post", "target": url(text)}
        )

        assert answer.status_code == 202
        assert not answer.cookies
        mention = all_mentions().get()
        assert (mention.state, mention.site, mention.source) == (
            "received",
            "dan.example",
            "https://dan.example/post",
        )

    @pytest.mark.parametrize(
        "source",
        [
            "",
            "dan.example",
            "ftp://dan.example/",
            "javascript:alert(1)",
            "http://u:p@dan.example/",
            "http://0x7f.1/",
            HERE,
            f"{HERE}/p/x/",
            "https://PARVIS.example/x",
            "http://dan.example/" + "a" * 2000,
            "http://dan\0.example/",
        ],
    )
    def test_takes_nothing_from_what_is_no_page_elsewhere(self, text, as_visitor, source: str):
        assert post(as_visitor, source, url(text)).status_code == 400
        assert not all_mentions().exists()


class TestWhatIsNotForEveryone:
    def test_answers_like_what_never_was(self, alice, as_visitor):
        """The same bytes, headers and number of statements."""
        narrow = said(alice, "For members", groups=frozenset({MEMBERS}))
        later = said(alice, "Tomorrow", at=AT + timedelta(days=3650))
        gone = said(alice, "Taken back")
        stream.delete(publication=gone, by=alice, at=AT)
        closed = said(alice, "Closed")
        Publication.objects.filter(pk=closed.pk).update(comments_closed_at=AT)

        told = set()
        for target in (
            *(url(one) for one in (narrow, later, gone, closed)),
            f"{HERE}/p/{'x' * 20}/",
        ):
            with CaptureQueriesContext(connection) as queries:
                answer = post(as_visitor, "https://dan.example/", target)
            told.add(
                (
                    answer.status_code,
                    answer.content.replace(target.encode(), b"*"),
                    str(sorted(answer.headers.items())),
                    len(queries),
                )
            )

        assert len({status for status, *_ in told}) == 1
        assert len(told) == 1
        assert not all_mentions().exists()

    def test_takes_nothing_at_other_addresses(self, text, as_visitor):
        for target in (
            f"{HERE}/",
            f"{HERE}/webmention",
            f"{HERE}/nothing/",
            f"{HERE}/?p=1",
            url(text) + "?a=1",
            url(text).replace("parvis.example", "elsewhere.example"),
            url(text).replace("https://parvis.example", "https://parvis.example:8443"),
            text.get_absolute_url(),
        ):
            assert post(as_visitor, "https://dan.example/", target).status_code == 400
        assert not all_mentions().exists()

    def test_shows_nothing_once_the_text_is_narrowed_and_everything_when_it_is_opened_again(
        self, alice, text, there, as_visitor, as_alice, as_bob
    ):
        mention = received(as_visitor, there, text)
        decide(as_alice, mention, "show")
        public = text.audience
        text.refresh_from_db()
        inside = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)

        stream.change_audience(publication=text, audience=inside, at=AT)
        assert "On words" not in shown(as_bob, text)
        assert "On words" not in shown(as_alice, text)
        assert post(as_visitor, there.url("/post"), url(text)).status_code == 400

        stream.change_audience(publication=text, audience=public, at=AT)
        assert "On words" in shown(as_bob, text)


class TestAMention:
    def test_is_shown_to_nobody_before_its_author_says_yes(self, text, there, as_visitor, as_alice, as_bob):
        mention = received(as_visitor, there, text)

        assert mention.state == "waiting"
        for client in (as_visitor, as_bob, as_alice):
            assert "On words" not in shown(client, text)

        decide(as_alice, mention, "show")
        for client in (as_visitor, as_bob, as_alice):
            page = shown(client, text)
            assert "On words" in page
            assert f'rel="nofollow ugc noopener" href="{there.url("/post")}"' in page
            assert "answers it" in page or "répond" in page

    def test_is_plain_text_and_loads_nothing(self, text, there, as_visitor, as_alice):
        there.pages["/post"] = answers(
            f"""<div class="h-entry"><h1 class="p-name">&lt;script&gt;alert(1)&lt;/script&gt;</h1>
            <a class="p-author h-card" href="javascript:alert(1)"><img class="u-photo" src="/me.jpg" alt="Dan"></a>
            <a href="{url(text)}">x</a></div>"""
        )
        post(as_visitor, there.url("/post"), url(text))
        at_once()
        decide(as_alice, all_mentions().get(), "show")

        page = shown(as_visitor, text)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "me.jpg" not in page
        assert "javascript:" not in page

    def test_is_asked_of_its_author_in_one_notice(self, alice, text, there, as_visitor, as_alice):
        for number in range(3):
            received(as_visitor, there, text, f"/{number}")

        notice = Notice.objects.get(person=alice)
        sentence = sentences({notice.pk: notice})[notice.pk]
        assert sentence.text == "3 pages elsewhere link to “Words”: they wait for your yes."
        assert sentence.path == reverse("publication-mentions", args=[text.public_id])
        assert unseen(alice, timezone.now() + timedelta(days=9)).count() == 1

        for mention in all_mentions():
            decide(as_alice, mention, "decline")
        assert sentences({notice.pk: notice}) == {}
        assert unseen(alice, timezone.now() + timedelta(days=9)).count() == 0

    def test_says_something_new_and_waits_again(self, text, there, as_visitor, as_alice):
        mention = received(as_visitor, there, text)
        decide(as_alice, mention, "show")

        assert received(as_visitor, there, text).state == "shown"
        assert received(as_visitor, there, text, title="Buy my pills").state == "waiting"
        assert "pills" not in shown(as_visitor, text)

    def test_from_a_site_that_is_always_welcome_is_shown_at_once(
        self, alice, text, there, as_visitor, as_alice
    ):
        first = received(as_visitor, there, text, "/1")
        second = received(as_visitor, there, text, "/2")
        decide(as_alice, first, "welcome")

        assert all_mentions().get(pk=second.pk).state == "shown"
        assert received(as_visitor, there, text, "/3").state == "shown"
        assert received(as_visitor, there, text, "/3", title="Other words").state == "shown"

        path = reverse("publication-mentions", args=[text.public_id])
        as_alice.post(path, {"do": "ask-again", "site": "site.example"})
        assert not WelcomeSite.objects.exists()
        assert received(as_visitor, there, text, "/4").state == "waiting"

    def test_is_shown_at_once_only_where_the_welcome_site_says_it_itself(
        self, alice, text, there, as_visitor, as_alice
    ):
        decide(as_alice, received(as_visitor, there, text, "/1"), "welcome")
        elsewhere = there.url("/theirs", host="other.example")
        there.pages["/theirs"] = page(url(text), title="Buy this")
        there.pages["/out?to=theirs"] = answers(status=302, Location=elsewhere)

        post(as_visitor, there.url("/out?to=theirs"), url(text))
        at_once()

        led_away = all_mentions().get(title="Buy this")
        assert (led_away.state, led_away.site) == ("waiting", "other.example")

    def test_that_is_shown_waits_again_when_its_address_leads_to_another_site(
        self, alice, text, there, as_visitor, as_alice
    ):
        decide(as_alice, received(as_visitor, there, text, "/1"), "show")
        there.pages["/2"] = there.pages["/1"]
        there.pages["/1"] = answers(status=302, Location=there.url("/2", host="other.example"))

        post(as_visitor, there.url("/1"), url(text))
        at_once()

        assert all_mentions().get().state == "waiting"

    def test_that_was_declined_stays_so_and_tells_nobody(self, alice, text, there, as_visitor, as_alice):
        decide(as_alice, received(as_visitor, there, text), "decline")
        Notice.objects.all().delete()
        there.asked.clear()

        assert received(as_visitor, there, text, title="Once more").state == "declined"
        assert there.asked == []
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("answer", [answers(status=410), answers(status=404), answers("No link here")])
    def test_vanishes_with_its_page(self, text, there, as_visitor, as_alice, answer: bytes):
        decide(as_alice, received(as_visitor, there, text), "show")
        there.pages["/post"] = answer

        post(as_visitor, there.url("/post"), url(text))
        assert "On words" in shown(as_visitor, text)
        at_once()

        assert "On words" not in shown(as_visitor, text)
        assert not all_mentions().exists()

    def test_that_cannot_be_read_just_now_is_tried_again_and_then_forgotten(self, text, there, as_visitor):
        there.pages["/post"] = answers(status=503)
        post(as_visitor, there.url("/post"), url(text))

        for _try in range(len(PAUSES) + 1):
            assert all_mentions().exists()
            at_once()
        assert not all_mentions().exists()
        assert len(there.asked) == len(PAUSES) + 1

    def test_that_is_shown_stays_when_its_page_cannot_be_read_just_now(
        self, text, there, as_visitor, as_alice
    ):
        decide(as_alice, received(as_visitor, there, text), "show")
        there.pages["/post"] = answers(status=500)
        post(as_visitor, there.url("/post"), url(text))

        for _try in range(len(PAUSES) + 2):
            at_once()
        assert all_mentions().get().due_at is None
        assert "On words" in shown(as_visitor, text)

    def test_does_not_lead_us_into_our_own_network(self, text, there, as_visitor):
        there.pages["/post"] = page(url(text))
        post(as_visitor, there.url("/post", host="127.0.0.1"), url(text))
        post(as_visitor, there.url("/post"), url(text))

        at_once(permitted=())

        assert there.asked == []
        assert not all_mentions().exists()

    def test_is_none_where_a_page_only_leads_back_here(self, text, there, settings, as_visitor):
        with site() as ours:
            settings.PARVIS_URL = ours.url("", host="parvis.example")
            target = settings.PARVIS_URL + text.get_absolute_url()
            ours.pages["/p/x/"] = page(target)
            there.pages["/post"] = answers(status=302, Location=f"{settings.PARVIS_URL}/p/x/")
            post(as_visitor, there.url("/post"), target)
            assert all_mentions().exists()

            at_once()
        assert not all_mentions().exists()

    def test_that_breaks_the_reader_does_not_stop_the_worker(
        self, text, there, as_visitor, monkeypatch, caplog
    ):
        received(as_visitor, there, text, "/good")
        monkeypatch.setattr("parvis.core.delivery.envoy.entry_of", lambda *_: 1 / 0)
        there.pages["/post"] = page(url(text))
        post(as_visitor, there.url("/post"), url(text))
        at_once()

        assert all_mentions().get(source=there.url("/post")).attempts == 1


class TestWhoDecides:
    def test_is_the_author_and_while_it_is_public_an_owner(
        self, alice, text, there, as_visitor, as_alice, as_bob, as_owner
    ):
        mention = received(as_visitor, there, text)
        path = reverse("publication-mentions", args=[text.public_id])
        nothing = reverse("publication-mentions", args=["x" * 20])

        assert as_bob.get(path).status_code == as_bob.get(nothing).status_code == 404
        assert decide(as_bob, mention, "show").status_code == 404
        assert as_visitor.get(path).status_code == as_visitor.get(nothing).status_code == 302
        for client in (as_alice, as_owner):
            assert "On words" in client.get(path).content.decode()
        decide(as_owner, mention, "welcome")
        assert not WelcomeSite.objects.exists()
        decide(as_owner, mention, "show")
        assert all_mentions().get().state == "shown"

    def test_is_no_owner_for_what_is_not_public(self, alice, as_owner):
        narrow = said(alice, "For one", groups=frozenset())

        assert as_owner.get(reverse("publication-mentions", args=[narrow.public_id])).status_code == 404

    def test_decides_about_this_text_alone(self, alice, text, there, as_visitor, as_alice, as_bob):
        theirs = said(make_person("dan"), "Other words")
        mention = received(as_visitor, there, theirs)
        path = reverse("publication-mentions", args=[text.public_id])

        assert as_alice.post(path, {"do": "show", "mention": mention.public_id}).status_code == 404
        assert all_mentions().get().state == "waiting"

    def test_helps_when_there_is_nothing(self, text, as_alice):
        page = as_alice.get(reverse("publication-mentions", args=[text.public_id]))
        assert b"No page elsewhere links here yet." in page.content


class TestTooMany:
    def test_from_one_network_are_asked_for_patience(self, text, as_visitor):
        for number in range(60):
            assert post(as_visitor, f"https://s{number}.example/", url(text)).status_code == 202

        answer = post(as_visitor, "https://s.example/", url(text))
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0

    def test_pages_of_one_site_are_not_read_by_us_for_others(self, text, alice):
        """So that nobody can have us ask one site all day."""
        statuses = []
        for number in range(61):
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            statuses.append(post(client, f"https://victim.example/{number}", url(text)).status_code)
            all_mentions().update(state="declined")  # so that nothing waits
        assert statuses == [202] * 60 + [429]

    def waiting(self, text, sources):
        WebMention.objects.bulk_create(
            WebMention(
                publication=text,
                source=source,
                target=url(text),
                site="s.example",
                received_at=AT,
                fresh_at=AT,
            )
            for source in sources
        )

    def test_do_not_wait_under_one_text(self, text, as_visitor):
        self.waiting(text, [f"https://s{n}.example/" for n in range(MOST_WAITING)])
        assert post(as_visitor, "https://dan.example/", url(text)).status_code == 429

    def test_of_one_host_leave_room_for_those_of_others(self, text, as_visitor):
        self.waiting(text, [f"https://s.example/{n}" for n in range(9)])
        assert post(as_visitor, "https://s.example/another", url(text)).status_code == 202
        assert post(as_visitor, "https://s.example/and-another", url(text)).status_code == 429
        assert post(as_visitor, "https://dan.example/", url(text)).status_code == 202

    def test_of_one_domain_leave_room_whatever_their_hosts_are_called(self, text, as_visitor):
        self.waiting(text, [f"https://h{n}.blogs.example/" for n in range(20)])
        assert post(as_visitor, "https://fresh.blogs.example/", url(text)).status_code == 429
        assert post(as_visitor, "https://dan.example/", url(text)).status_code == 202

    @pytest.mark.parametrize(
        ("host", "family"),
        [
            ("a.b.blog.example", "blog.example"),
            ("blog.example", "blog.example"),
            ("a.blog.co.uk", "blog.co.uk"),
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("localhost", "localhost"),
        ],
    )
    def test_are_counted_by_the_domain_of_their_host(self, host, family):
        assert family_of(host) == family


class TestWhatIsHeld:
    def test_goes_with_the_text(self, alice, text, there, as_visitor):
        received(as_visitor, there, text)
        text.delete()
        assert not all_mentions().exists()

    def test_is_read_by_one_query_under_a_text(
        self, text, there, as_visitor, as_alice, django_assert_max_num_queries
    ):
        for number in range(5):
            decide(as_alice, received(as_visitor, there, text, f"/{number}"), "show")
        Client().get(text.get_absolute_url())
        with django_assert_max_num_queries(14):
            Client().get(text.get_absolute_url())


class TestWhatWaits:
    def test_is_told_to_nobody_else_by_a_count_or_a_page(self, text, there, as_visitor, as_bob):
        before = shown(as_visitor, text), shown(as_bob, text)
        received(as_visitor, there, text)

        assert (shown(as_visitor, text), shown(as_bob, text)) == before
