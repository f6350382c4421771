"""Every address a post ever had answers: 301 to whoever may see it, 410 for what was public and is gone, else 404."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, password_group
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment
from parvis.rooms.journal.actions import (
    Draft,
    delete_post,
    give_address,
    make_category,
    merge_categories,
    publish_post,
    withdraw_post,
)
from parvis.rooms.journal.models import Import, ImportItem, Post, PostAddress
from parvis.rooms.journal.tests.worlds import audience, publish

pytestmark = pytest.mark.django_db
OLD = (
    "/2012/04/02/la-becasse/",
    "/archives/412",
    "/?p=412",
    "/2012/04/02/la-bécasse-du-café/",
    "/journal/vieux/chemin/",
)


@pytest.fixture
def post(alice: Any, square: Any) -> Post:
    """A public post with addresses of another time."""
    made = publish(
        alice,
        "La bécasse",
        at=datetime(2012, 4, 2, tzinfo=UTC),
        categories=[make_category(names={"fr": "Oiseaux"})],
        tags=["vol"],
    )
    for path in OLD:
        give_address(post=made, path=path, at=AT)
    return made


def again(post: Post, title: str, *, audience: Any = None, **over: Any) -> Post:
    """The post published anew."""
    said = {"title": title, "source": "Le texte.", "language": "fr"} | over
    return publish_post(post=post, draft=Draft(**said), audience=audience or post.publication.audience, at=AT)


class TestHistory:
    def test_another_slug_leads_from_the_old_one(self, post, as_visitor):
        before = post.get_absolute_url()
        again(post, "La bécassine", slug="la-becassine")
        answer = as_visitor.get(before)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/journal/2012/04/la-becassine/")

    def test_going_back_to_an_old_slug_makes_no_loop(self, post, as_visitor):
        before = post.get_absolute_url()
        again(post, "La bécassine", slug="la-becassine")
        again(post, "La bécasse", slug="la-becasse")
        assert as_visitor.get(before).status_code == 200
        assert as_visitor.get("/journal/2012/04/la-becassine/").headers["Location"] == before

    def test_two_posts_of_a_month_do_not_share_one(self, alice, post):
        other = publish(alice, "La bécasse", at=datetime(2012, 4, 9, tzinfo=UTC))
        ending = other.publication.public_id[:5]
        assert other.get_absolute_url() == f"/journal/2012/04/la-becasse-{ending}/"

    def test_what_is_not_public_stands_in_nobodys_way(self, alice, post):
        hidden = publish(alice, "Le carnet", width="me")
        shown = publish(alice, "Le carnet")
        ending = hidden.publication.public_id[:5]
        assert shown.get_absolute_url().endswith("/le-carnet/")
        assert hidden.get_absolute_url().endswith(f"/le-carnet-{ending}/")

    def test_who_may_read_it_changes_no_address(self, alice, post):
        before = post.get_absolute_url()
        narrowed = again(post, "La bécasse", audience=audience(alice, "me"))
        assert narrowed.get_absolute_url() == before
        hidden = publish(alice, "Le carnet", width="me")
        widened = again(hidden, "Le carnet", audience=audience(alice, "public"))
        assert widened.get_absolute_url() == hidden.get_absolute_url()

    def test_a_draft_leaves_no_trace(self, as_alice, as_visitor):
        as_alice.post("/journal/write/begin/")
        assert not PostAddress.objects.unguarded("a test looks").exists()


class TestOldAddresses:
    @pytest.mark.parametrize("path", OLD)
    def test_lead_whoever_may_see_it(self, path, post, as_visitor, as_charlie):
        for client in (as_visitor, as_charlie):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (301, "/journal/2012/04/la-becasse/")

    @pytest.mark.parametrize(
        "path", ["/2012/04/02/la-becasse", "/archives/412/", "/journal/2012/04/la-becasse"]
    )
    def test_bear_a_slash_more_or_less(self, path, post, as_visitor):
        answer = as_visitor.get(path, follow=True)
        assert answer.status_code == 200
        assert answer.request["PATH_INFO"] == "/journal/2012/04/la-becasse/"

    @pytest.mark.parametrize("path", OLD)
    def test_are_absent_for_those_who_may_not_see_it(
        self, path, post, alice, as_visitor, as_charlie, as_alice
    ):
        stream.change_audience(publication=post.publication, audience=audience(alice, "me"), at=AT)
        hidden = as_visitor.get(path)
        assert hidden.status_code == 404
        assert as_charlie.get(path).status_code == hidden.status_code
        assert as_alice.get(path).status_code == 301
        PostAddress.objects.filter(path=path).delete()
        assert hidden.content == as_visitor.get(path).content

    @pytest.mark.parametrize("path", [*OLD, "/journal/2012/04/la-becasse/"])
    def test_of_what_was_public_and_is_deleted_say_that_it_is_gone(self, path, post, alice, as_visitor):
        delete_post(post=post, by=alice, at=AT)
        assert as_visitor.get(path).status_code == 410

    def test_of_what_was_never_public_and_is_deleted_say_nothing(self, alice, as_visitor, as_bob):
        post = publish(alice, "Entre nous", width="connections")
        delete_post(post=post, by=alice, at=AT)
        assert as_visitor.get(post.get_absolute_url()).status_code == 404
        assert as_bob.get(post.get_absolute_url()).status_code == 404

    def test_of_what_is_scheduled_are_absent(self, alice, as_visitor):
        post = publish(alice, "Bientôt", come_out_at=datetime.now(UTC) + timedelta(days=9))
        give_address(post=post, path="/?p=7", at=AT)
        assert as_visitor.get(post.get_absolute_url()).status_code == 404
        assert "Bient" not in as_visitor.get("/?p=7").content.decode()


class TestWordPress:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("/feed/", "/journal/feed/rss/"),
            ("/feed", "/journal/feed/rss/"),
            ("/feed/rss2/", "/journal/feed/rss/"),
            ("/feed/atom/", "/journal/feed/atom/"),
            ("/rss", "/journal/feed/rss/"),
            ("/atom/", "/journal/feed/atom/"),
            ("/fr/feed/", "/journal/fr/feed/rss/"),
            ("/?feed=rss2", "/journal/feed/rss/"),
            ("/?feed=atom", "/journal/feed/atom/"),
            ("/?feed=comments-rss2", "/journal/comments/feed/rss/"),
            ("/comments/feed/", "/journal/comments/feed/rss/"),
            ("/category/oiseaux/", "/journal/category/oiseaux/"),
            ("/category/nature/oiseaux/", "/journal/category/oiseaux/"),
            ("/en/category/oiseaux/", "/journal/category/oiseaux/"),
            ("/category/oiseaux/feed/", "/journal/category/oiseaux/feed/rss/"),
            ("/en/category/oiseaux/feed/atom/", "/journal/category/oiseaux/feed/atom/"),
            ("/tag/vol/", "/journal/tag/vol/"),
            ("/tag/vol/feed/", "/journal/tag/vol/feed/rss/"),
            ("/?tag=vol", "/journal/tag/vol/"),
            ("/language/fr/", "/journal/fr/"),
            ("/fr/", "/journal/fr/"),
            ("/2012/", "/journal/2012/"),
            ("/2012/04/", "/journal/2012/04/"),
            ("/2012/04/02/", "/journal/2012/04/"),
            ("/?m=201204", "/journal/2012/04/"),
            ("/archives/", "/journal/archives/"),
            ("/page/2/", "/journal/"),
            ("/?paged=2", "/journal/"),
            ("/category/oiseaux/page/2/", "/journal/category/oiseaux/"),
            ("/index.php/category/nature/oiseaux/page/12", "/journal/category/oiseaux/"),
            ("/index.php/2012/04/", "/journal/2012/04/"),
            ("/2012/04/page/3/", "/journal/2012/04/"),
            ("/index.php", "/"),
            ("/index.php?p=412", "/journal/2012/04/la-becasse/"),
            ("/index.php/2012/04/02/la-becasse/", "/journal/2012/04/la-becasse/"),
            ("/index.php/journal/2012/04/la-becasse/", "/journal/2012/04/la-becasse/"),
            ("/2012/04/02/la-becasse/comment-page-2/", "/journal/2012/04/la-becasse/"),
            ("/fr/2012/04/02/", "/journal/fr/2012/04/"),
            ("/fr/category/oiseaux/page/2/", "/journal/fr/category/oiseaux/"),
            ("/fr/tag/vol/feed/", "/journal/fr/tag/vol/feed/rss/"),
            ("/fr/2012/04/02/la-becasse/", "/journal/2012/04/la-becasse/"),
            ("/?s=b%C3%A9casse+au+vol", "/search/?q=b%C3%A9casse+au+vol"),
            ("/fr/search/vol/", "/search/?q=vol"),
            ("/?category_name=nature/oiseaux", "/journal/category/oiseaux/"),
        ],
    )
    def test_its_lists_and_feeds_lead_to_ours(self, old, new, post, as_visitor):
        answer = as_visitor.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
        assert as_visitor.get(new).status_code == 200

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("/wp-sitemap.xml", "/sitemap.xml"),
            ("/wp-sitemap-posts-post-1.xml", "/sitemap.xml"),
            ("/en/2012/04/02", "/journal/2012/04/"),
        ],
    )
    def test_its_lists_lead_to_ours(self, old, new, post, as_visitor):
        answer = as_visitor.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)

    @pytest.mark.parametrize(
        "path",
        [
            "/index.php//evil.example/",
            "/index.php/%5C/evil.example/page/2/",
            "/index.php//evil.example/page/2/",
            "//evil.example/page/2/",
            "/fr//evil.example/2012/",
            "/?s=//evil.example",
            "/?category_name=//evil.example",
        ],
    )
    def test_nothing_leads_out_of_the_house(self, path, post, as_visitor):
        answer = as_visitor.get(path)
        where = answer.headers.get("Location", "/")
        assert where.startswith("/")
        assert not where.startswith(("//", "/\\"))

    @pytest.mark.parametrize("name", ["p", "page_id", "attachment_id"])
    @pytest.mark.parametrize("state", ["me", "draft", "scheduled", "deleted"])
    def test_the_number_of_a_post_that_is_not_for_the_reader_is_absent(self, name, state, alice, as_visitor):
        later = datetime.now(UTC) + timedelta(days=9)
        width = "public" if state in {"scheduled", "draft"} else "me"
        post = publish(alice, "Secret", width=width, come_out_at=later if width == "public" else None)
        give_address(post=post, path=f"/?{name}=7", at=AT)
        if state == "draft":
            withdraw_post(post=post, at=AT)
        if state == "deleted":
            delete_post(post=post, by=alice, at=AT)
        answers, counts = [], []
        for number in (7, 8):
            with CaptureQueriesContext(connection) as queries:
                answers.append(as_visitor.get(f"/?{name}={number}"))
            counts.append(len(queries))
        assert [answer.status_code for answer in answers] == [404, 404]
        assert counts[0] == counts[1]
        assert answers[0].content.replace(b"%3D7", b"%3D8") == answers[1].content

    def test_the_number_of_a_post_leads_to_its_password(self, alice, as_visitor):
        group = password_group(owner=alice, password="sésame", at=AT)
        post = publish(alice, "Secret")
        opened = audience_for(expression=Expression(frozenset({group.pk})), owner=alice)
        stream.change_audience(publication=post.publication, audience=opened, at=AT)
        give_address(post=post, path="/?p=7", at=AT)
        answer = as_visitor.get("/?p=7")
        assert answer.status_code == 404
        assert "/unlock/?at=%2F%3Fp%3D7" in answer.content.decode()
        answer = as_visitor.post("/unlock/", {"path": "/?p=7", "password": "sésame"}, follow=True)
        assert answer.request["PATH_INFO"] == post.get_absolute_url()
        assert answer.status_code == 200

    def test_its_authors_have_numbers_too(self, post, alice, as_visitor):
        brought = Import.objects.create(source="https://old.example", began_at=AT)
        ImportItem.objects.create(
            import_of=brought, kind="author", key="alix", state="imported", person=alice, detail="3", at=AT
        )
        assert as_visitor.get("/?author=3").headers["Location"] == f"/journal/author/{alice.public_id}/"
        assert as_visitor.get("/?author=4").status_code == 404

    def test_its_authors_are_those_an_import_brought(self, post, alice, as_visitor):
        brought = Import.objects.create(source="https://old.example", began_at=AT)
        ImportItem.objects.create(
            import_of=brought, kind="author", key="alix", state="imported", person=alice, at=AT
        )
        assert as_visitor.get("/author/alix/").headers["Location"] == f"/journal/author/{alice.public_id}/"
        assert as_visitor.get("/author/nobody/").status_code == 404

    def test_the_feed_below_a_post_is_that_of_its_comments(self, post, as_visitor):
        new = f"/journal/comments/{post.publication.public_id}/feed/rss/"
        assert as_visitor.get("/2012/04/02/la-becasse/feed/").headers["Location"] == new
        assert as_visitor.get(new).status_code == 200

    @pytest.mark.parametrize(
        "path",
        [
            "/category/nothing/",
            "/tag/nothing/",
            "/wp-login.php",
            "/xx/",
            "/2012/99/99/99/",
            "/feed/nonsense/",
        ],
    )
    def test_what_never_was_is_not_there(self, path, post, as_visitor):
        answer = as_visitor.get(path, follow=True)
        assert answer.status_code == 404


class TestWhatAnImportBrought:
    """Addresses of the old blog that are no post's: its files and its categories."""

    FILE = "http://old.example/wp-content/uploads/2012/04/becasse.jpg"

    @pytest.fixture
    def import_of(self) -> Import:
        return Import.objects.create(source="http://old.example", began_at=AT)

    def bring(self, import_of: Import, kind: str, key: str, **over: Any) -> ImportItem:
        return ImportItem.objects.create(
            import_of=import_of, kind=kind, key=key, state="imported", at=AT, **over
        )

    @pytest.fixture
    def picture(self, alice: Any, post: Post, import_of: Import) -> Attachment:
        attachment = stream.attach(
            publication=post.publication, owner=alice, name="becasse.jpg", data=drawing(), at=AT
        )
        self.bring(import_of, "attachment", "7", detail=self.FILE, target=attachment.pk)
        return attachment

    @pytest.mark.parametrize("size", ["", "-300x200", "-1024x683", "-scaled"])
    def test_a_file_is_found_in_every_size_wordpress_made(self, picture, as_visitor, size):
        answer = as_visitor.get(f"/wp-content/uploads/2012/04/becasse{size}.jpg")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/media/{picture.public_id}/")

    def test_a_hidden_file_looks_absent(self, picture, post, alice, as_alice, as_visitor):
        stream.change_audience(publication=post.publication, audience=audience(alice, "me"), at=AT)
        hidden, absent = "/wp-content/uploads/2012/04/becasse.jpg", "/wp-content/uploads/2012/04/absente.jpg"
        answers, counts = [], []
        for path in (hidden, absent):
            with CaptureQueriesContext(connection) as queries:
                answers.append(as_visitor.get(path))
            counts.append(len(queries))
        assert [answer.status_code for answer in answers] == [404, 404]
        assert counts[0] == counts[1]
        assert as_alice.get(hidden).status_code == 301

    def test_a_file_is_found_by_its_number_by_those_who_may_see_it(self, picture, post, alice, as_visitor):
        for path in ("/?attachment_id=7", "/?p=7"):
            assert as_visitor.get(path).headers["Location"] == f"/media/{picture.public_id}/"
        stream.change_audience(publication=post.publication, audience=audience(alice, "me"), at=AT)
        assert as_visitor.get("/?attachment_id=7").status_code == 404

    def test_a_category_is_found_by_its_number(self, post, import_of, as_visitor):
        theme = post.categories.get()
        self.bring(import_of, "category", theme.slug, detail="12", target=theme.pk)
        assert as_visitor.get("/?cat=12").headers["Location"] == f"/journal/category/{theme.slug}/"
        assert as_visitor.get("/?cat=13").status_code == 404
        assert as_visitor.get("/category/animaux/oiseaux/").headers["Location"].endswith("/oiseaux/")

    def test_the_address_of_a_merged_category_leads_to_where_its_posts_went(
        self, post, import_of, as_visitor
    ):
        theme = post.categories.get()
        self.bring(import_of, "category", theme.slug, detail="12", target=theme.pk)
        middle, last = (make_category(names={"fr": name}) for name in ("Bêtes", "Nature"))
        merge_categories(category=theme, into=middle)
        merge_categories(category=middle, into=last)
        for path in ("/journal/category/oiseaux/", "/category/betes/", "/?cat=12"):
            answer = as_visitor.get(path)
            assert (answer.status_code, answer.headers["Location"]) == (301, "/journal/category/nature/")

    def test_a_merged_category_tells_nothing_to_those_who_read_nothing_in_it(self, post, alice, as_visitor):
        theme = post.categories.get()
        merge_categories(category=theme, into=make_category(names={"fr": "Nature"}))
        stream.change_audience(publication=post.publication, audience=audience(alice, "me"), at=AT)
        assert as_visitor.get("/journal/category/oiseaux/").status_code == 404


def drawing() -> bytes:
    data = BytesIO()
    Image.new("RGB", (900, 600), "brown").save(data, "JPEG")
    return data.getvalue()
