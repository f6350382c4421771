"""What the database of a real WordPress held is what is here after the import."""

import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from parvis.conftest import AT, SHARED_DATA, skip_or_fail
from parvis.core.audiences.actions import unlock
from parvis.core.audiences.models import Group
from parvis.core.people.models import Address, Notice, Person, Square
from parvis.core.stream.models import Comment, WorkingCopy
from parvis.rooms.journal.bringing.running import Wishes, bring
from parvis.rooms.journal.models import ImportItem, Post, PostAddress

pytestmark = [pytest.mark.data, pytest.mark.django_db]
NAME = "journal/wxr/generated-wp6.1-bilingual.xml"


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    """The rows of the old database."""
    if not (SHARED_DATA / NAME).exists():
        skip_or_fail("the real files of ../shared/data are absent")
    found: list[dict[str, Any]] = json.loads((SHARED_DATA / f"{NAME}.truth.json").read_text())
    return found


@pytest.fixture(scope="module")
def world(truth: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The file brought once for all tests of this module, and taken back after them."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=hashers):
        Square.objects.create(pk=1, language="fr", languages=["fr", "en"], opened_at=AT, join="open")
        bring(SHARED_DATA / NAME, wishes=Wishes(), at=AT + timedelta(days=30))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rows(truth: Any, world: None, db: None) -> list[tuple[dict[str, Any], Post]]:
    """Each row of the truth that was brought, with its post."""
    posts = {
        post.extra["wordpress"]["id"]: post
        for post in Post.objects.unguarded("test").select_related(
            "publication__author", "publication__audience"
        )
    }
    return [
        (row, posts[row["id"]])
        for row in truth
        if row["type"] in {"post", "page"} and row["status"] != "trash"
    ]


def moment(text: str) -> datetime | None:
    return None if text.startswith("0000") else datetime.fromisoformat(text).replace(tzinfo=UTC)


def plain(title: str) -> str:
    """The title without tags and entities; every other character as the old database held it."""
    return html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", title))


class TestTruth:
    def test_every_item_has_its_line_in_the_ledger(self, truth, rows):
        lines = {(line.key, line.kind): line for line in ImportItem.objects.all()}
        for row in truth:
            kind = row["type"] if row["type"] in {"post", "page", "attachment"} else "other"
            line = lines[str(row["id"]), kind]
            is_here = kind in {"post", "page"} and row["status"] != "trash"
            assert line.state == ("imported" if is_here else "skipped"), row["title"]
            assert is_here or line.reason, row["title"]

    def test_slugs_titles_types_and_places(self, rows):
        for row, post in rows:
            assert (post.slug, post.publication.title, post.kind, post.position, post.is_pinned) == (
                row["slug"],
                plain(row["title"]),
                row["type"],
                row["menu_order"],
                row["sticky"],
            )

    def test_the_state_of_each(self, rows):
        for row, post in rows:
            publication = post.publication
            is_draft = row["status"] in {"draft", "pending", "future"}
            assert publication.is_draft == is_draft, row["status"]
            if row["password"]:
                group = Group.objects.get(terms__audience=publication.audience, kind="password")
                assert unlock(groups=[group], password=row["password"]) == group
                assert row["password"] not in group.secret
            elif not is_draft:
                assert publication.audience.is_public == (row["status"] == "publish")

    def test_the_dates(self, rows):
        for row, post in rows:
            if not post.publication.is_draft:
                assert post.publication.published_at == moment(row["date_gmt"])
            assert post.extra["wordpress"]["local_at"] == row["date"]

    def test_the_authors(self, rows):
        names = {"admin": "admin", "zoe": "Zoë d’Aubépine"}
        for row, post in rows:
            assert post.publication.author.name == names[row["author"]]
            assert post.publication.author.role == "guest"

    def test_the_content_to_the_byte(self, rows):
        for row, post in rows:
            assert hashlib.sha1(post.source.encode()).hexdigest() == row["content_sha1"], row["title"]
            assert post.form == "html"

    def test_the_language_and_the_notes(self, rows):
        for row, post in rows:
            stated = row["bb_language"] or next(
                (slug for tax, slug, _name in row["terms"] if tax == "language"), ""
            )
            assert post.publication.language in ({stated} if stated else {"fr", "en"}), row["title"]
            notes = row["bb_notes"]
            other = {"fr": "en", "en": "fr"}
            if isinstance(notes, str):  # The first generation never wrote down the language of a note.
                notes = {other[post.publication.language]: notes} if notes else {}
            found = {note.language: note.text for note in post.notes.unguarded("test")}
            assert found == {code: text.strip() for code, text in notes.items() if code != stated}, row["id"]

    def test_every_note_of_the_old_database_is_here(self, rows):
        first = [row for row, _post in rows if row["bb_notes"] and isinstance(row["bb_notes"], str)]
        assert any(not row["bb_language"] for row in first)
        for row, post in rows:
            if row in first:
                assert post.notes.unguarded("test").get().text == row["bb_notes"].strip(), row["id"]

    def test_the_categories_and_tags(self, rows):
        for row, post in rows:
            terms = {(tax, slug): html.unescape(name) for tax, slug, name in row["terms"]}
            for taxonomy, found in (("category", post.categories), ("post_tag", post.tags)):
                here = {each.slug: next(iter(each.names.values())) for each in found.all()}
                assert here == {slug: name for (tax, slug), name in terms.items() if tax == taxonomy}
            kept = {(tax, slug) for tax, slug, _name in post.extra["wordpress"].get("terms", [])}
            assert {key for key in terms if key[0] not in {"category", "post_tag"}} <= kept

    def test_the_pages_stand_under_their_parents(self, rows):
        by_id = {row["id"]: post for row, post in rows}
        for row, post in rows:
            assert post.parent == (by_id[row["parent"]] if row["parent"] else None)

    def test_every_meta_value_is_kept(self, rows):
        for row, post in rows:
            meta = dict(row["meta"] or {})
            kept = post.extra["wordpress"].get("meta", [])
            assert len(kept) == sum(len(values) for values in meta.values())

    def test_the_comments_by_state_and_type(self, rows):
        for row, post in rows:
            expected: Counter[tuple[bool, str]] = Counter()
            for group in row["comments"]:
                if group["a"] in {"0", "1"}:
                    expected[group["a"] == "0", group["t"] or "comment"] += int(group["n"])
            found: Counter[tuple[bool, str]] = Counter()
            for comment in Comment.objects.unguarded("test").filter(publication__under=post.publication):
                line = ImportItem.objects.get(kind="comment", target=comment.pk)
                found[comment.is_pending, line.detail if line.reason == "reaction" else "comment"] += 1
            assert found == expected, row["title"]

    def test_the_thread_keeps_its_twelve_steps(self, rows):
        depths = []
        for comment in Comment.objects.unguarded("test").select_related("parent"):
            depth, above = 1, comment.parent
            while above is not None:
                depth, above = depth + 1, above.parent
            depths.append(depth)
        assert max(depths) == 12

    def test_an_answer_to_what_was_trashed_stands_by_itself(self, rows):
        orphan = Comment.objects.unguarded("test").get(source__startswith="orphan reply")
        assert orphan.parent is None

    def test_old_slugs_and_short_addresses_lead_to_the_post(self, rows):
        column = next(post for row, post in rows if row["title"].startswith("Ma chronique"))
        paths = set(PostAddress.objects.unguarded("test").filter(post=column).values_list("path", flat=True))
        for old in ("ma-chronique-1", "chronique-courriels"):
            assert f"/archives/2010/02/09/{old}/" in paths
        assert {
            f"/?p={column.extra['wordpress']['id']}",
            f"/archives/{column.extra['wordpress']['id']}",
        } <= paths
        current = PostAddress.objects.unguarded("test").get(post=column, is_current=True).path
        for path in ("/archives/2010/02/09/ma-chronique-1/", f"/?p={column.extra['wordpress']['id']}"):
            answer = Client().get(path)
            assert (answer.status_code, answer.headers["Location"]) == (301, current)

    def test_guids_are_kept_to_the_byte(self, rows):
        for _row, post in rows:
            assert post.guid == post.extra["wordpress"]["guid"]

    def test_an_original_is_only_proposed(self, rows):
        column = next(post for row, post in rows if row["title"].startswith("Ma chronique"))
        assert column.original.url == "https://journal.example/blogs/42/courriels"
        assert column.original.publication_name == "Les Quotidiennes"
        assert not column.original.is_confirmed

    def test_nobody_is_told_and_nobody_can_be_written_to(self, rows):
        assert not Notice.objects.exists()
        assert not Address.objects.exclude(verified_at=None).exists()
        assert not any(person.has_usable_password() for person in Person.objects.all())

    def test_a_draft_is_in_the_editor(self, rows):
        draft = next(post for row, post in rows if row["title"] == "Brouillon sans slug")
        copy = WorkingCopy.objects.unguarded("test").get(publication=draft.publication)
        assert copy.fields["title"] == "Brouillon sans slug"
        assert "à finir" in copy.fields["text"]

    def test_nothing_of_the_nasty_post_runs(self, rows):
        nasty = next(post for row, post in rows if row["title"].startswith("Nasty"))
        for bad in ("<script", "onerror", "javascript:", "<iframe", "<img"):
            assert bad not in nasty.html
