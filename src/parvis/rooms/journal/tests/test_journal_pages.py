"""Pages made beforehand are byte for byte what the live view answers, and show nothing the rule would not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parvis.conftest import AT
from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.site.models import StandingPage
from parvis.core.stream import actions as stream
from parvis.rooms.journal import quick
from parvis.rooms.journal.actions import (
    Draft,
    add_update,
    change_category,
    delete_post,
    make_category,
    publish_post,
    set_page,
    set_stale_pages,
)
from parvis.rooms.journal.actions.posts import First
from parvis.rooms.journal.answering import answer_at
from parvis.rooms.journal.models import Category, Original, Post, PostPage
from parvis.rooms.journal.tests.worlds import audience, publish

pytestmark = pytest.mark.django_db
SPRING = datetime(2024, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def post(alice: Any, bob: Any) -> Post:
    """A public post between two others, with all that can stand on its page, and its page made."""
    theme = make_category(names={"fr": "Jardin", "en": "Garden"})
    publish(alice, "Avant", at=SPRING - timedelta(days=1))
    publish(alice, "Après", at=SPRING + timedelta(days=1))
    made = publish(
        alice,
        "Le billet",
        at=SPRING,
        categories=[theme],
        tags=["eau"],
        original=First(url="https://gazette.example/a"),
    )
    stream.answer(subject=made.publication, author=bob, source="Bien vu.", at=SPRING)
    set_page(post=made, at=AT)
    return made


def test_a_page_is_made_without_holding_up_those_who_write(post: Post, monkeypatch: Any) -> None:
    depths = []

    def watched(*asked: Any) -> Any:
        depths.append(len(connection.savepoint_ids))
        return answer_at(*asked)

    monkeypatch.setattr("parvis.rooms.journal.actions.pages.answer_at", watched)
    outside = len(connection.savepoint_ids)
    set_page(post=post, at=AT)
    assert depths == [outside]


def is_quick(client: Any, post: Post) -> bool:
    """Whether the page came from one statement alone."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(post.get_absolute_url())
    assert answer.status_code == 200
    return len(asked) == 2  # the test's own get_absolute_url asks once


def rename(alice: Any, bob: Any, post: Post, square: Any) -> None:
    bob.name = "Robert"
    bob.save()


def retitle_the_neighbour(alice: Any, bob: Any, post: Post, square: Any) -> None:
    other = Post.objects.unguarded("a test looks").get(slug="avant")
    draft = Draft(title="Avant cela", source="Texte.", language="fr")
    publish_post(post=other, draft=draft, audience=audience(alice, "public"), at=AT)


def hide_the_neighbour(alice: Any, bob: Any, post: Post, square: Any) -> None:
    other = Post.objects.unguarded("a test looks").get(slug="apres")
    stream.change_audience(publication=other.publication, audience=audience(alice, "members"), at=AT)


def comment(alice: Any, bob: Any, post: Post, square: Any) -> None:
    stream.answer(subject=post.publication, author=bob, source="Encore.", at=AT)


def hide_the_comment(alice: Any, bob: Any, post: Post, square: Any) -> None:
    from parvis.core.stream.models import Comment

    stream.hide_comment(comment=Comment.objects.unguarded("a test looks").get(), by=alice, at=AT)


def close_comments(alice: Any, bob: Any, post: Post, square: Any) -> None:
    stream.close_comments(publication=post.publication, at=AT)


def rename_the_theme(alice: Any, bob: Any, post: Post, square: Any) -> None:
    change_category(category=Category.objects.get(), names={"fr": "Potager"}, descriptions={}, parent=None)


def update(alice: Any, bob: Any, post: Post, square: Any) -> None:
    add_update(post=post, source="Il a plu depuis.", at=AT)


def lose_the_original(alice: Any, bob: Any, post: Post, square: Any) -> None:
    Original.objects.filter(post=post).update(gone_on=AT.date())


def rename_the_square(alice: Any, bob: Any, post: Post, square: Any) -> None:
    square.name, square.version = "Autre place", square.version + 1
    square.save()


def write_a_standing_page(alice: Any, bob: Any, post: Post, square: Any) -> None:
    StandingPage.objects.create(slug="about", language="fr", title="Qui nous sommes", changed_at=AT)


CHANGES: list[Callable[[Any, Any, Post, Any], None]] = [
    rename,
    retitle_the_neighbour,
    hide_the_neighbour,
    comment,
    hide_the_comment,
    close_comments,
    rename_the_theme,
    update,
    lose_the_original,
    rename_the_square,
    write_a_standing_page,
]


class TestSameness:
    def test_a_page_is_byte_for_byte_the_live_one(self, post, as_visitor, monkeypatch):
        ready = as_visitor.get(post.get_absolute_url())
        assert is_quick(as_visitor, post)
        monkeypatch.setattr(quick, "quick", lambda request: None)
        live = as_visitor.get(post.get_absolute_url())
        assert ready.content == live.content
        assert ready.headers == live.headers

    @pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
    def test_whatever_changes_the_page_is_never_stale(
        self, change, post, alice, bob, square, as_visitor, monkeypatch
    ):
        before = as_visitor.get(post.get_absolute_url()).content
        change(alice, bob, post, square)
        after = as_visitor.get(post.get_absolute_url()).content
        assert not is_quick(as_visitor, post)
        with monkeypatch.context() as patch:
            patch.setattr(quick, "quick", lambda request: None)
            assert as_visitor.get(post.get_absolute_url()).content == after
        assert after != before
        set_stale_pages(datetime.now(UTC))
        assert is_quick(as_visitor, post)
        assert as_visitor.get(post.get_absolute_url()).content == after

    def test_who_has_it_gets_nothing_again(self, post, as_visitor, monkeypatch):
        etag = as_visitor.get(post.get_absolute_url()).headers["ETag"]
        assert as_visitor.get(post.get_absolute_url(), headers={"if-none-match": etag}).status_code == 304
        monkeypatch.setattr(quick, "quick", lambda request: None)
        assert (
            as_visitor.get(post.get_absolute_url(), headers={"if-none-match": f"W/{etag}"}).status_code == 304
        )


class TestTheRule:
    def test_a_page_is_shown_to_nobody_once_its_post_is_narrowed(self, post, alice, as_visitor, as_charlie):
        stream.change_audience(publication=post.publication, audience=audience(alice, "connections"), at=AT)
        assert PostPage.objects.unguarded("a test looks").filter(post=post).exists()
        assert as_visitor.get(post.get_absolute_url()).status_code == 404
        assert as_charlie.get(post.get_absolute_url()).status_code == 404

    def test_nor_once_it_is_deleted(self, post, alice, as_visitor):
        where = post.get_absolute_url()
        delete_post(post=post, by=alice, at=AT)
        assert as_visitor.get(where).status_code == 410

    def test_nor_once_time_has_narrowed_it(self, post, alice, as_visitor):
        only_me = audience(alice, "me")
        stream.set_standing_rule(person=alice, kind="", after_days=7, audience=only_me, at=AT)
        assert as_visitor.get(post.get_absolute_url()).status_code == 404

    def test_no_page_is_made_of_what_is_not_for_everyone(self, alice, bob):
        for width in ("members", "connections", "me"):
            assert set_page(post=publish(alice, f"Billet {width}", width=width), at=AT) is None
        assert set_page(post=publish(alice, "Bientôt", come_out_at=AT + timedelta(days=1)), at=AT) is None
        assert not PostPage.objects.unguarded("a test looks").exists()

    def test_the_statement_holds_the_rule(self):
        text, _values = quick.statement("/journal/", 0)
        assert "/*the rule*/" in text
        assert Audience._meta.db_table not in text
        assert f"flow.audience_id = {PUBLIC}" in text

    def test_a_reader_with_a_cookie_is_answered_by_the_view(self, post, as_bob):
        with CaptureQueriesContext(connection) as asked:
            answer = as_bob.get(post.get_absolute_url())
        assert len(asked) > 5
        assert "bob" in answer.content.decode().lower()

    def test_a_closed_room_answers_nobody(self, post, square, as_visitor):
        from parvis.core.site.actions.square import close_rooms

        close_rooms(slugs=["journal"])
        assert as_visitor.get(post.get_absolute_url()).status_code == 404

    def test_old_addresses_are_left_to_the_view(self, post, alice, as_visitor):
        before = post.get_absolute_url()
        draft = Draft(title="Le billet", source="Texte.", language="fr", slug="autre")
        publish_post(post=post, draft=draft, audience=audience(alice, "public"), at=AT)
        set_page(post=post, at=AT)
        assert as_visitor.get(before).status_code == 301


class TestChore:
    def test_makes_what_is_missing_once(self, post, as_visitor):
        set_stale_pages(datetime.now(UTC))
        assert PostPage.objects.unguarded("a test looks").count() == 3
        made = set(PostPage.objects.unguarded("a test looks").values_list("pk", "made_at"))
        set_stale_pages(datetime.now(UTC) + timedelta(minutes=1))
        assert set(PostPage.objects.unguarded("a test looks").values_list("pk", "made_at")) == made
