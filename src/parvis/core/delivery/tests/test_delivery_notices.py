"""What people are told by mail: at once or in the digest, only what still holds, only what they did not see, once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from parvis.conftest import AT, make_person
from parvis.core.audiences.actions import block, connections_group
from parvis.core.delivery import actions
from parvis.core.delivery.actions.noticing import choose_ways, end_mails_of, hand_over_notices
from parvis.core.delivery.actions.sending import about_to_leave, claim, recover
from parvis.core.delivery.leaving import Sent, may_still_leave
from parvis.core.delivery.letters import letter_for
from parvis.core.delivery.links import notices_leaving_path
from parvis.core.delivery.models import Copy, Mail, NoticeChoice, Reading, Telling
from parvis.core.delivery.notices import unseen
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.core.stream.actions.connections import ask, withdraw

from .worlds import LATER, outbox, said, sent, text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
CANARY = "canari-7f3a"


@pytest.fixture(autouse=True)
def known(settings):
    settings.PARVIS_URL = "https://parvis.example"


def choose(person, way, *kinds):
    choose_ways(person=person, ways=dict.fromkeys(kinds or ["stream.comment"], way), at=AT)


@pytest.fixture
def status(alice):
    """Something alice says to her connections."""
    return said(alice, "Entre nous.", groups=frozenset({connections_group(alice).pk}), title="Un titre")


@pytest.fixture
def answered(alice, bob, status):
    """bob answers it, and alice is told of answers by mail at once."""
    choose(alice, "now")
    return stream.answer(subject=status, author=bob, source=CANARY, at=AT)


class TestAtOnce:
    def test_says_who_did_what_and_where_and_quotes_nothing(self, answered):
        (mail,) = sent()
        assert mail["To"] == "Alice <alice@parvis.example>"
        assert mail["Subject"] == "Bob answered “Un titre”"
        assert f"https://parvis.example{answered.publication.get_absolute_url()}" in text(mail)
        for words in (CANARY, "Entre nous"):
            assert words not in mail.as_string()

    def test_bears_the_headers_of_a_mail_that_a_machine_writes_and_one_click_ends(self, answered, alice):
        (mail,) = sent()
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path = notices_leaving_path(alice, ["stream.comment"])
        assert mail["List-Unsubscribe"] == f"<https://parvis.example{path}>"
        assert mail["List-Id"].endswith("<notices.parvis.example>")
        assert mail["List-Post"] is None
        assert mail["Reply-To"] is None
        assert mail["Content-Language"] == "en"

    def test_waits_a_minute(self, answered):
        assert sent(AT + timedelta(seconds=30)) == []
        assert len(sent(AT + timedelta(seconds=61))) == 1

    def test_comes_once(self, answered):
        assert len(sent()) == 1
        assert sent(AT + HOUR) == sent(AT + DAY) == []

    def test_tells_in_one_mail_what_waits_together(self, answered, status, charlie, alice, bob):
        choose(alice, "now", "people.asked")
        stream.answer(subject=status, author=bob, source="Encore", at=AT)
        ask(asker=charlie, asked=alice, at=AT + timedelta(seconds=1))
        (mail,) = sent()
        assert mail["Subject"] == "Charlie asks to be connected with you, and 1 more"
        assert text(mail).count("Bob answered") == 1, "what is about one text is one line"
        assert "/mail/notices/people.asked+stream.comment/" in mail["List-Unsubscribe"]

    def test_keeps_mails_about_one_text_together(self, answered, status, alice, bob):
        (first,) = sent()
        stream.answer(subject=status, author=bob, source="Encore", at=AT + HOUR)
        (second,) = sent(AT + HOUR + LATER)
        assert first["References"] == second["References"]
        assert first["Message-ID"] != second["Message-ID"]
        assert status.public_id not in first["References"]

    def test_is_written_in_its_readers_language(self, answered, alice):
        alice.language = "fr"
        alice.save()
        (mail,) = sent()
        assert mail["Subject"] == "Bob a répondu à « Un titre »"
        assert "Vous recevez ceci" in text(mail)
        assert 'lang="fr"' in mail.get_body(("html",)).get_content()

    def test_does_not_come_when_it_was_seen_meanwhile(self, answered, alice):
        Notice.objects.filter(person=alice).update(seen_at=AT)
        assert sent() == []
        assert not Mail.objects.exists()

    @pytest.mark.parametrize(
        "end", ["seen", "block", "withdrawal", "hiding", "suspension", "one click", "never", "all mails"]
    )
    def test_what_ends_between_the_queue_and_the_line_is_not_sent(self, end, answered, alice, bob):
        hand_over_notices(AT + LATER)
        assert Mail.objects.get().state == "queued"
        match end:
            case "seen":
                Notice.objects.filter(person=alice).update(seen_at=AT)
            case "block":
                block(by=alice, person=bob, at=AT)
            case "withdrawal":
                stream.withdraw_comment(comment=answered, by=bob, at=AT)
            case "hiding":
                stream.delete(publication=answered.publication, by=alice, at=AT)
            case "suspension":
                alice.suspended_at = AT
                alice.save()
            case "one click":
                end_mails_of(person=alice, kinds=["stream.comment"], at=AT)
            case "never":
                choose(alice, "never")
            case "all mails":
                actions.leave_all(person=alice, at=AT)
        assert sent() == []
        assert Mail.objects.get().state == "cancelled"
        assert not Copy.objects.exists()

    @pytest.mark.parametrize("end", ["seen", "block", "never", "renaming"])
    def test_what_ends_while_it_is_on_the_line_is_asked_once_more(self, end, answered, alice, bob, status):
        hand_over_notices(AT + LATER)
        (mail,) = claim(worker="one", at=AT + LATER, limit=10)
        letter = letter_for(mail, AT + LATER)
        assert may_still_leave(Sent(mail, letter), AT + LATER)
        match end:
            case "seen":
                Notice.objects.filter(person=alice).update(seen_at=AT)
            case "block":
                block(by=alice, person=bob, at=AT)
            case "never":
                choose(alice, "never")
            case "renaming":
                stream.edit(
                    publication=status, said=stream.Said(title="Autrement", language="fr"), at=AT + LATER
                )
        assert not may_still_leave(Sent(mail, letter), AT + LATER)
        assert (letter_for(mail, AT + LATER) is None) == (end != "renaming")

    def test_is_marked_before_it_leaves_and_never_sent_again_when_nobody_knows(self, answered):
        hand_over_notices(AT + LATER)
        (mail,) = claim(worker="one", at=AT + LATER, limit=10)
        about_to_leave(mails=[Sent(mail, letter_for(mail, AT + LATER))], at=AT + LATER)
        recover(at=AT + LATER, everything=True)
        assert Mail.objects.get().state == "unknown"
        assert sent(AT + DAY) == []

    def test_is_queued_by_one_worker_alone(self, answered):
        hand_over_notices(AT + LATER)
        (telling,) = Telling.objects.select_related("notice__person")
        Telling.objects.update(mail=None)
        stale = [telling]
        assert actions.noticing.queue_notices(stale, AT + LATER) == 1
        assert actions.noticing.queue_notices(stale, AT + LATER) == 0
        assert Telling.objects.get().mail is not None

    def test_is_a_copy_of_what_it_names_unless_that_is_the_readers_own(self, answered, alice, bob, charlie):
        choose(bob, "now", "stream.mention")
        said(alice, "Avec @Bob.", groups=frozenset({connections_group(alice).pk}), title="Pour B.")
        assert len(sent(AT + 2 * LATER)) == 1, "the mention is told a minute after it was found"
        assert len(sent(AT + 4 * LATER)) == 1
        (copy,) = Copy.objects.all()
        assert (copy.publication.title, copy.person, copy.is_whole) == ("Pour B.", bob, False)

    def test_old_news_stays_on_the_page(self, alice, bob, status):
        choose(alice, "now")
        stream.answer(subject=status, author=bob, source="Il y a longtemps", at=AT)
        assert sent(AT + 3 * DAY) == []
        assert unseen(alice, AT + 3 * DAY).count() == 1


class TestInTheDigest:
    def test_stands_on_top_of_what_came_out(self, alice, bob, status):
        actions.subscribe(
            person=alice, source=stream.source_of(bob), channel="mail", rhythm="daily", at=AT - DAY
        )
        stream.answer(subject=status, author=bob, source=CANARY, at=AT)
        said(bob, "Une bécasse.")
        (mail,) = sent_in_a_day()
        body = text(mail)
        assert body.index("NOTICES") < body.index("Bob answered") < body.index("BOB")
        assert "No more notices of this kind:\r\nhttps://parvis.example/mail/notices/stream.comment/" in body
        assert CANARY not in mail.as_string()

    def test_comes_daily_when_nothing_else_comes_and_only_when_there_is_something(self, alice, bob, status):
        stream.answer(subject=status, author=bob, source=CANARY, at=AT)
        (mail,) = sent_in_a_day()
        assert mail["Subject"] == "Bob answered “Un titre”"
        assert "You get this because it concerns you" in text(mail)
        assert sent(AT + 2 * DAY) == sent(AT + 3 * DAY) == []
        stream.answer(subject=status, author=bob, source="Encore", at=AT + 3 * DAY)
        sent(AT + 3 * DAY + LATER)
        assert len(sent(AT + 4 * DAY)) == 1

    def test_comes_in_the_weekly_one_of_those_who_have_that(self, alice, bob, status):
        actions.subscribe(
            person=alice, source=stream.source_of(bob), channel="mail", rhythm="weekly", at=AT - DAY
        )
        stream.answer(subject=status, author=bob, source=CANARY, at=AT)
        sent()
        reading = Reading.objects.get(person=alice)
        assert reading.next_daily_at is None
        assert len(sent(reading.next_weekly_at)) == 1

    def test_is_not_told_again_unless_the_mail_was_refused(self, alice, bob, status):
        stream.answer(subject=status, author=bob, source=CANARY, at=AT)
        sent_in_a_day()
        Mail.objects.update(state="refused")
        assert len(sent(AT + 2 * DAY)) == 1
        assert sent(AT + 3 * DAY) == []

    def test_leaves_out_what_was_seen_or_may_not_be_known_any_more(self, alice, bob, status):
        stream.answer(subject=status, author=bob, source=CANARY, at=AT)
        sent()
        block(by=alice, person=bob, at=AT)
        assert sent_in_a_day() == []
        assert Mail.objects.get().state == "cancelled"

    def test_holds_back_while_the_reader_pauses(self, alice, bob, status):
        stream.answer(subject=status, author=bob, source=CANARY, at=AT)
        actions.pause_all(person=alice, until=AT + 5 * DAY, at=AT)
        assert sent_in_a_day() == []
        assert len(sent(AT + 6 * DAY)) == 1


def sent_in_a_day():
    """What leaves once the first digest is due."""
    return [*sent(), *sent(AT + DAY)]


class TestChoosing:
    def test_keeps_only_what_is_not_usual(self, alice):
        choose(alice, "now")
        assert NoticeChoice.objects.get().way == "now"
        choose(alice, "digest")
        assert not NoticeChoice.objects.exists()

    def test_never_hides_and_loses_nothing(self, alice, bob, status, as_alice):
        stream.answer(subject=status, author=bob, source=CANARY, at=AT)
        choose(alice, "never")
        assert unseen(alice, AT).count() == 0
        assert as_alice.get("/notices/").context["sections"] == []
        choose(alice, "web")
        assert unseen(alice, AT).count() == 1

    def test_carries_over_to_what_waits(self, answered, alice):
        hand_over_notices(AT + LATER)
        choose(alice, "digest")
        assert sent() == []
        assert len(sent(AT + DAY)) == 1

    def test_that_all_mails_end_holds_for_every_kind_but_those_chosen_later(
        self, answered, alice, bob, status
    ):
        actions.leave_all(person=alice, at=AT)
        choose(alice, "now", "people.asked")
        ask(asker=make_person("dan"), asked=alice, at=AT)
        stream.answer(subject=status, author=bob, source="Encore", at=AT)
        (mail,) = [*sent(), *sent(AT + DAY)]
        assert "Dan asks to be connected" in text(mail)
        assert "Bob" not in text(mail)

    def test_what_was_withdrawn_tells_nobody(self, alice, charlie):
        choose(alice, "now", "people.asked")
        request = ask(asker=charlie, asked=alice, at=AT)
        hand_over_notices(AT + LATER)
        withdraw(request=request, at=AT + LATER)
        assert sent() == []


class TestOneClick:
    def test_shows_on_get_and_acts_on_post_without_login(self, answered, alice):
        path = notices_leaving_path(alice, ["stream.comment"])
        program = Client(enforce_csrf_checks=True)
        assert "Someone answers what you wrote" in program.get(path).content.decode()
        assert not NoticeChoice.objects.filter(way="web").exists()
        answer = program.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert NoticeChoice.objects.get().way == "web"
        assert sent() == []
        assert unseen(alice, AT).count() == 1

    def test_ends_only_what_the_link_was_written_for(self, alice, bob):
        path = notices_leaving_path(alice, ["stream.comment"])
        for forged in (
            path.replace("stream.comment", "people.asked"),
            path.replace(alice.public_id, bob.public_id),
            path[:-2] + "x/",
        ):
            assert Client().post(forged).status_code == 200
        assert not NoticeChoice.objects.exists()

    def test_leaves_never_as_it_is(self, alice):
        choose(alice, "never")
        Client().post(notices_leaving_path(alice, ["stream.comment"]))
        assert NoticeChoice.objects.get().way == "never"


class TestThePage:
    def test_holds_each_kind_that_may_come(self, as_alice, as_owner):
        member, owner = (
            client.get(reverse("subscriptions")).context["notices"].fields for client in (as_alice, as_owner)
        )
        assert "stream.mention" in member
        assert "site.report" in owner
        assert "site.report" not in member

    def test_keeps_what_is_chosen(self, alice, as_alice):
        form = as_alice.get(reverse("subscriptions")).context["notices"]
        chosen = {form.add_prefix(name): field.initial for name, field in form.fields.items()}
        chosen[form.add_prefix("stream.comment")] = "now"
        as_alice.post(reverse("subscriptions"), chosen | {"do": "notices"})
        assert list(NoticeChoice.objects.values_list("kind", "way")) == [("stream.comment", "now")]

    def test_says_what_is_wrong_with_quiet_hours(self, as_alice, alice):
        for begins, ends, words in (("22", "", "Choose both hours"), ("7", "7", "two different hours")):
            page = as_alice.post(
                reverse("subscriptions"), {"do": "quiet", "quiet-begins": begins, "quiet-ends": ends}
            )
            assert words in page.content.decode()
        as_alice.post(reverse("subscriptions"), {"do": "quiet", "quiet-begins": "22", "quiet-ends": "7"})
        reading = Reading.objects.get(person=alice)
        assert (reading.quiet_from, reading.quiet_to) == (22, 7)
        as_alice.post(reverse("subscriptions"), {"do": "quiet", "quiet-begins": "", "quiet-ends": ""})
        assert Reading.objects.get(person=alice).quiet_from is None

    def test_shows_guests_only_what_has_come_to_them(self, alice):
        gus = make_person("gus", role="guest")
        stream.follow_person(person=gus, other=alice, at=AT)
        from parvis.core.delivery.links import reading_path

        assert Client().get(reading_path(gus)).context["notices"] is None
        Notice.objects.create(person=gus, kind="stream.comment", about={"comment": 0}, at=AT)
        assert list(Client().get(reading_path(gus)).context["notices"].fields) == ["stream.comment"]


class TestWithoutAnybodyWaiting:
    def test_costs_few_queries(self, alice, django_assert_max_num_queries):
        with django_assert_max_num_queries(3):
            hand_over_notices(AT)
        assert outbox() == []
