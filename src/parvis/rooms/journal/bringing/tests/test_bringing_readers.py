"""Who sees what was brought: exactly those who saw it on the old site."""

import re
import zipfile
from typing import Any

import pytest
from django.core import serializers
from django.utils.translation import override
from PIL import Image

from parvis.core.audiences.models import Group
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Address, Person
from parvis.core.stream.models import Attachment, Comment, Placement, Publication, WorkingCopy
from parvis.core.stream.search import search
from parvis.rooms.journal.actions import render, set_page
from parvis.rooms.journal.bringing import views
from parvis.rooms.journal.bringing.foreseeing import foresee
from parvis.rooms.journal.bringing.jobs import figures
from parvis.rooms.journal.bringing.running import Wishes
from parvis.rooms.journal.drafts import initial_of
from parvis.rooms.journal.models import ImportItem, Post

pytestmark = pytest.mark.django_db
SECRET = "zanzibar"


@pytest.fixture
def states(item: Any, file: Any, brought: Any, alice: Any, comment: Any) -> None:
    """One post in each state, all of them alice's, all with the same word in them."""
    say = {"content_encoded": f"Un texte sur {SECRET} que peu de gens lisent.", "title": SECRET}
    ahead = {"wp_post_date": "2031-01-01 08:00:00", "wp_post_date_gmt": "2031-01-01 07:00:00"}
    brought(
        file(
            item(1, wp_status="private", **say),
            item(2, wp_post_password="sésame", **say),
            item(3, wp_status="draft", wp_post_date_gmt="0000-00-00 00:00:00", **say),
            item(4, wp_status="pending", **say),
            item(5, wp_status="future", **ahead, **say),
            item(6, wp_status="trash", **say),
            item(7, **ahead, **say),
            item(8, wp_status="archive", **say),
            item(9, wp_status="private", wp_post_password="sésame", **say),
            item(10, comment(1, content=SECRET, approved=0) + comment(2, content=SECRET, approved="trash")),
        ),
        mine=alice,
    )


class TestRepeatedNumbers:
    def test_of_other_texts_are_other_posts_and_a_second_run_finds_nothing_to_do(
        self, item, file, brought, at
    ):
        path = file(
            item(1, title="Un", guid="https://a.example/?p=1", wp_post_name="un"),
            item(1, title="Deux", guid="https://b.example/?p=1", wp_post_name="deux"),
            item(1, title="Trois", guid="https://a.example/?p=1", content_encoded="Autre chose encore."),
            item(1, title="Un", guid="https://a.example/?p=1", content_encoded="Une fois de trop."),
        )
        forecast = foresee(path, wishes=Wishes(), at=at).report.as_json()
        report = brought(path)
        assert report.as_json() == forecast
        assert report.here["post"] == 3
        assert [row.reason for row in report.skipped] == ["twice"]
        again = brought(path)
        assert (again.here["post"], again.all_created, again.all_changed) == (3, 0, 0)
        titles = Publication.objects.unguarded("test").values_list("title", flat=True)
        assert sorted(titles) == ["Deux", "Trois", "Un"]


class TestRepeatedIdentifiers:
    """Two posts of the old site cannot keep one guid: the second gets one of ours, and the ledger says which it had."""

    GUID = "https://blog.example/?p=568"

    def test_are_told_of_in_the_dry_run_in_the_report_and_in_the_ledger(self, item, file, brought, at):
        path = file(item(568, guid=self.GUID), item(1158, guid=self.GUID))
        foreseen = foresee(path, wishes=Wishes(), at=at).report.remarks
        report = brought(path)
        assert list(report.remarks) == list(foreseen)
        assert [(row.item, row.reason, row.detail) for row in report.remarks] == [
            ("Billet 1158", "shared-guid", self.GUID)
        ]
        lines = ImportItem.objects.filter(kind="post").order_by("pk")
        assert [(line.state, line.reason, line.detail) for line in lines] == [
            ("imported", "", ""),
            ("imported", "shared-guid", self.GUID),
        ]
        assert self.GUID in report.grouped(report.remarks)[0][0]

    def test_are_told_of_when_they_come_in_another_file(self, item, file, brought, at):
        brought(file(item(568, guid=self.GUID)))
        path = file(item(568, guid=self.GUID), item(1158, guid=self.GUID))
        foreseen = foresee(path, wishes=Wishes(), at=at).report.remarks
        report = brought(path)
        assert [row.reason for row in report.remarks] == ["shared-guid"]
        assert list(report.remarks) == list(foreseen)

    def test_leave_a_second_run_nothing_to_do(self, item, file, brought):
        path = file(item(568, guid=self.GUID), item(1158, guid=self.GUID))
        brought(path)
        again = brought(path)
        assert (again.all_created, again.all_changed, list(again.remarks)) == (0, 0, [])
        assert ImportItem.objects.get(key="1158").reason == "shared-guid"

    def test_stay_in_the_ledger_when_the_post_changes(self, item, file, brought, at):
        brought(file(item(568, guid=self.GUID), item(1158, guid=self.GUID)))
        path = file(item(568, guid=self.GUID), item(1158, guid=self.GUID, title="Autre titre"))
        foreseen = foresee(path, wishes=Wishes(), at=at).report.remarks
        report = brought(path)
        assert report.changed["post"] == 1
        assert list(report.remarks) == list(foreseen)
        line = ImportItem.objects.get(key="1158")
        assert (line.reason, line.detail) == ("shared-guid", self.GUID)

    def test_do_not_hide_what_else_is_odd(self, item, file, brought):
        report = brought(file(item(568, guid=self.GUID), item(1158, guid=self.GUID, wp_status="pending")))
        assert [row.reason for row in report.remarks] == ["pending", "shared-guid"]

    def test_are_no_matter_where_there_is_none(self, item, file, brought):
        assert not brought(file(item(1, guid=""), item(2, guid=" "))).remarks


class TestWhatIsLost:
    def test_is_told_once_a_post_in_the_dry_run_and_in_the_import(self, item, file, brought, at):
        path = file(
            item(1, content_encoded="[carte x=1]Un lieu[/carte] [gallery ids=7] <!-- wp:calendar /-->"),
            item(2, content_encoded='[caption id="attachment_7"]<img src="/a.jpg"> Un lac[/caption]'),
        )
        foreseen = foresee(path, wishes=Wishes(), at=at).report.remarks
        report = brought(path)
        assert list(report.remarks) == list(foreseen)
        assert [(row.item, row.reason, row.detail) for row in report.remarks] == [
            ("Billet 1", "lost", "wp:calendar, [carte]"),
            ("Billet 1", "absent-files", ""),
        ]
        assert "only the old site could draw" in report.grouped(report.remarks)[0][0]
        assert not brought(path).remarks

    def test_is_named_once_for_all_posts_the_most_frequent_first(self, item, file, brought):
        blocks = ["rss", "calendar", "calendar", "archives"]
        texts = [f"<!-- wp:{name} /--> [carte x=1] <!-- wp:{name} /-->" for name in blocks]
        report = brought(
            file(*(item(number, content_encoded=text) for number, text in enumerate(texts, start=1)))
        )
        said = report.grouped(report.remarks)[0][0]
        assert "([carte], wp:calendar, wp:rss, wp:archives)" in said

    def test_names_a_dozen_and_says_how_many_more(self, item, file, brought):
        text = "".join(f"<!-- wp:block-{letter} /-->" for letter in "abcdefghijklmnop")
        report = brought(file(item(1, content_encoded=text)))
        said = report.grouped(report.remarks)[0][0]
        assert "wp:block-k, wp:block-l and 4 more)" in said
        (group,) = figures(report)["remarks"]
        assert (len(group["details"]), group["more"]) == (12, 4)
        assert said == views.said(group)["words"]
        with override("fr"):
            assert "wp:block-l et 4 autres)" in str(views.said(group)["words"])

    def test_of_a_look_kept_from_before_is_still_read(self):
        group = {"reason": "lost", "count": 1, "details": ["wp:rss", "wp:rss, #7"], "items": ["Billet 1"]}
        assert "(wp:rss, wp:rss, #7)" in views.said(group)["words"]


class TestNotesOfTheFirstBasicBilingual:
    """They lie under `other-excerpt`, and nothing says in which language they are but that of the post."""

    NOTE = "A note in English, for whoever does not read French at all."
    GERMAN = "Ein langer Text auf Deutsch, damit man weiß, in welcher Sprache er geschrieben wurde."

    def meta(self, language: str) -> str:
        pairs = {"language": language, "other-excerpt": self.NOTE}
        return "".join(
            f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value>{value}</wp:meta_value></wp:postmeta>"
            for key, value in pairs.items()
        )

    def test_are_in_the_other_language_when_that_of_the_post_had_to_be_guessed(self, item, file, brought):
        report = brought(file(item(1, self.meta(""))))
        post = Post.objects.unguarded("test").select_related("publication").get()
        assert post.publication.language == "fr"
        assert [(note.language, note.text) for note in post.notes.unguarded("test")] == [("en", self.NOTE)]
        assert not report.remarks

    def test_are_in_the_language_they_seem_to_be_in_where_there_are_more_than_two(
        self, item, file, brought, square
    ):
        square.languages = ["fr", "en", "de"]
        square.save()
        brought(file(item(1, self.meta(""), content_encoded=self.GERMAN)))
        post = Post.objects.unguarded("test").get()
        assert [(note.language, note.text) for note in post.notes.unguarded("test")] == [("en", self.NOTE)]

    def test_are_told_of_when_nothing_tells_their_language(self, item, file, brought, square, at):
        square.languages = ["fr", "en", "de"]
        square.save()
        path = file(item(1, self.meta("").replace(self.NOTE, "Ok"), content_encoded=self.GERMAN))
        foreseen = foresee(path, wishes=Wishes(), at=at).report.remarks
        report = brought(path)
        assert [(row.item, row.reason) for row in report.remarks] == [("Billet 1", "note-adrift")]
        assert list(report.remarks) == list(foreseen)
        assert not Post.objects.unguarded("test").get().notes.unguarded("test").exists()
        assert not brought(path).remarks


class TestStates:
    @pytest.mark.parametrize("who", ["visitor", "charlie", "bob"])
    def test_others_see_none_of_it(self, states, request, at, who):
        person = None if who == "visitor" else request.getfixturevalue(who)
        viewer = Viewer.of(person, at)
        seen = Publication.objects.visible_to(viewer)
        assert list(seen.values_list("title", flat=True)) == ["Billet 10"]
        assert not search(viewer, SECRET).hits
        assert not Comment.objects.visible_to(viewer).exists()

    def test_the_author_sees_all_but_the_trashed(self, states, alice, at):
        seen = Post.objects.visible_to(Viewer.of(alice, at)).values_list("slug", flat=True)
        assert set(seen) == {f"billet-{number}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10)}

    def test_a_date_ahead_publishes_nothing_when_it_comes(self, states, at):
        later = Viewer.of(None, at.replace(year=2040))
        assert list(Post.objects.visible_to(later).values_list("slug", flat=True)) == ["billet-10"]

    def test_a_password_opens_its_post_and_no_private_one(self, states, at):
        groups = Group.objects.filter(kind="password")
        held = tuple(groups.values_list("pk", flat=True))
        seen = Post.objects.visible_to(Viewer.of(None, at, held)).values_list("slug", flat=True)
        assert set(seen) == {"billet-2", "billet-10"}

    def test_a_waiting_comment_stands_in_no_stream(self, states):
        waiting = Comment.objects.unguarded("test").get()
        assert waiting.is_pending
        assert not Placement.objects.unguarded("test").filter(publication=waiting.publication).exists()


class TestGuests:
    def test_one_address_is_one_person_without_login(self, item, file, brought, comment):
        comments = (
            comment(1, author="Léa") + comment(2, author="Léa B.") + comment(3, author="Max", author_email="")
        )
        brought(file(item(1, comments)))
        voices = Comment.objects.unguarded("test").select_related("publication__author")
        writers = {voice.publication.author for voice in voices}
        assert {person.name for person in writers} == {"Léa", "Max"}
        assert not any(person.has_usable_password() or person.is_member for person in writers)
        assert not Address.objects.exclude(verified_at=None).exists()

    def test_an_address_in_the_file_never_speaks_for_a_member(self, item, file, brought, comment, bob):
        brought(file(item(1, comment(1, author_email="bob@parvis.example", user_id=1))))
        assert Comment.objects.unguarded("test").get().publication.author != bob

    def test_where_a_comment_came_from_is_kept_nowhere(self, item, file, brought, comment):
        brought(file(item(1, comment(1))))
        tables = [Post, Comment, Publication]
        rows = [row for model in tables for row in model.objects.unguarded("test")]
        assert "192.0.2.7" not in serializers.serialize(
            "json", [*rows, *ImportItem.objects.all(), *Person.objects.all()]
        )


class TestText:
    def test_an_edited_post_keeps_its_paragraphs(self, item, file, brought, alice, square):
        brought(file(item(1, content_encoded="Un paragraphe.\n\nUn autre.")), mine=alice)
        post = Post.objects.unguarded("test").select_related("publication").get()
        text = initial_of(post, None, square)["text"]
        assert text.count("<p>") == 2
        assert render(post, text, "html") == post.html

    def test_a_post_asks_nothing_of_another_house(self, item, file, brought):
        text = (
            'Voir <a href="https://blog.example/archives/2012/07/01/billet-2/#suite">la suite</a> et '
            '<img src="https://blog.example/wp-content/uploads/a.jpg" alt="Un lac"> '
            '<a href="https://elsewhere.example/"><img src="https://pixel.example/p.gif" alt=""></a>'
            '<audio src="https://elsewhere.example/s.mp3"></audio><script>alert(1)</script>'
        )
        brought(file(item(1, content_encoded=text), item(2)))
        html = Post.objects.unguarded("test").get(slug="billet-1").html
        assert "<img" not in html
        assert "<audio" not in html
        assert "<script" not in html
        assert 'href="/journal/2012/07/billet-2/#text-suite"' in html
        assert '<a href="https://blog.example/wp-content/uploads/a.jpg" rel="noopener">Un lac</a>' in html
        assert '<a href="https://elsewhere.example/s.mp3"' in html

    def test_a_comment_cannot_run_either(self, item, file, brought, comment):
        brought(
            file(
                item(
                    1,
                    comment(
                        1,
                        content='<img src="https://x.example/p.gif"><b onclick="x()">Oui</b><script>1</script>',
                    ),
                )
            )
        )
        html = Comment.objects.unguarded("test").get().html
        assert "<img" not in html
        assert "onclick" not in html
        assert "<script" not in html

    def test_two_languages_in_one_text_become_two_posts(self, item, file, brought):
        brought(
            file(
                item(
                    1,
                    title="<!--:en-->Hello<!--:--><!--:fr-->Bonjour<!--:-->",
                    content_encoded="<!--:en-->A text.<!--:--><!--:fr-->Un texte.<!--:-->",
                )
            )
        )
        found = Publication.objects.unguarded("test").values_list("language", "title")
        assert set(found) == {("en", "Hello"), ("fr", "Bonjour")}

    def test_pages_find_parents_that_come_later_and_rings_are_cut(self, item, file, brought):
        page = {"wp_post_type": "page"}
        brought(
            file(
                item(1, wp_post_parent=2, **page),
                item(2, **page),
                item(3, wp_post_parent=4, **page),
                item(4, wp_post_parent=3, **page),
            )
        )
        posts = {post.slug: post for post in Post.objects.unguarded("test").select_related("parent")}
        assert posts["billet-1"].parent == posts["billet-2"]
        assert (posts["billet-3"].parent is None) != (posts["billet-4"].parent is None)


class TestFiles:
    def attachment(self, item: Any, number: int, name: str, parent: int = 0, **more: Any) -> str:
        url = f"https://blog.example/wp-content/uploads/2014/05/{name}"
        return str(
            item(
                number,
                title=name,
                wp_post_type="attachment",
                wp_status="inherit",
                wp_attachment_url=url,
                wp_post_parent=parent,
                **more,
            )
        )

    def picture(self, path: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (640, 480), "teal").save(path)

    @pytest.mark.parametrize("where", ["wp-content/uploads/2014/05/lac.jpg", "lac.jpg"])
    def test_come_with_the_post_that_shows_them(self, item, file, brought, tmp_path, where):
        self.picture(tmp_path / "media" / where)
        shows = '<img src="https://blog.example/wp-content/uploads/2014/05/lac-300x200.jpg" alt="Un lac">'
        path = file(
            item(1, content_encoded=shows),
            self.attachment(item, 2, "lac.jpg"),
            self.attachment(item, 3, "loin.jpg"),
        )
        assert brought(path).here["attachment"] == 0
        report = brought(path, media=tmp_path / "media")
        assert (report.here["attachment"], report.created["attachment"]) == (1, 1)
        assert [(row.item, row.reason) for row in report.skipped] == [("loin.jpg", "no-bytes")]
        html = Post.objects.unguarded("test").get(slug="billet-1").html
        assert 'src="/media/' in html
        again = brought(path, media=tmp_path / "media")
        assert (again.here["attachment"], again.all_created, again.all_changed) == (1, 0, 0)

    def test_that_come_later_leave_no_page_as_it_was(self, item, file, brought, tmp_path, at, as_visitor):
        self.picture(tmp_path / "media/lac.jpg")
        shows = '<img src="https://blog.example/wp-content/uploads/2014/05/lac-300x200.jpg" alt="Un lac">'
        path = file(item(1, content_encoded=shows), self.attachment(item, 2, "lac.jpg"))
        brought(path)
        post = Post.objects.unguarded("test").get(slug="billet-1")
        set_page(post=post, at=at)
        assert "<img" not in as_visitor.get(post.get_absolute_url()).content.decode()
        wishes = Wishes(media=tmp_path / "media")
        foreseen = foresee(path, wishes=wishes, at=at).report.as_json()
        report = brought(path, media=tmp_path / "media")
        assert (report.changed["post"], report.all_changed) == (1, 1)
        assert report.as_json() == foreseen
        assert 'src="/media/' in as_visitor.get(post.get_absolute_url()).content.decode()
        another = file(item(1, content_encoded=f"{shows} Et un mot."), self.attachment(item, 2, "lac.jpg"))
        assert brought(another).changed["post"] == 1
        shown = as_visitor.get(post.get_absolute_url()).content.decode()
        assert "Et un mot." in shown
        assert 'src="/media/' in shown

    def test_of_a_gallery_without_numbers_are_those_of_its_post_in_their_order(
        self, item, file, brought, tmp_path
    ):
        for name in ("lac.jpg", "mont.jpg", "loin.jpg"):
            self.picture(tmp_path / "media" / name)
        path = file(
            item(1, content_encoded="[gallery]"),
            self.attachment(item, 2, "lac.jpg", parent=1, wp_menu_order=2),
            self.attachment(item, 3, "mont.jpg", parent=1, wp_menu_order=1),
            self.attachment(item, 4, "loin.jpg"),
            self.attachment(item, 5, "notes.pdf", parent=1),
        )
        report = brought(path, media=tmp_path / "media")
        assert report.here["attachment"] == 2
        post = Post.objects.unguarded("test").get(slug="billet-1")
        rows = Attachment.objects.unguarded("test").order_by("pk")
        names = {row.public_id: row.name for row in rows}
        assert [names[found] for found in re.findall(r'src="/media/([a-z0-9]{20})/', post.html)] == [
            "mont.jpg",
            "lac.jpg",
        ]

    def test_that_stand_for_a_post_stand_above_its_text(
        self, item, file, brought, tmp_path, as_visitor, alice, at
    ):
        self.picture(tmp_path / "media/lac.jpg")
        lead = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>2</wp:meta_value></wp:postmeta>"
        alt = "<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Un lac</wp:meta_value></wp:postmeta>"
        shows = '<img src="https://blog.example/wp-content/uploads/2014/05/lac-300x200.jpg" alt="Un lac">'
        path = file(
            item(1, lead),
            item(3, lead, content_encoded=shows),
            item(4, lead, wp_status="draft"),
            self.attachment(item, 2, "lac.jpg", more=alt),
        )
        brought(path, media=tmp_path / "media", mine=alice)
        posts = {
            row.slug: row for row in Post.objects.unguarded("test").select_related("publication__author")
        }
        apart, inside = posts["billet-1"], posts["billet-3"]
        shown = as_visitor.get(apart.get_absolute_url()).content.decode()
        text = shown.partition('class="prose e-content"')[2]
        figure = text.partition("<figure>")[2].partition("</figure>")[0]
        assert 'alt="Un lac"' in figure
        assert 'width="640" height="480"' in figure
        assert "sizes=" in figure
        assert text.index("<figure>") < text.index("Un texte")
        assert "<figure>" not in inside.html
        other = as_visitor.get(inside.get_absolute_url()).content.decode()
        assert other.partition('class="prose e-content"')[2].count("<img") == 1
        feed = as_visitor.get("/journal/feed/atom/").content.decode()
        assert feed.count("Un lac") == 2
        assert "<figure>" in initial_of(apart, None, apart)["text"]
        copy = WorkingCopy.objects.unguarded("test").get(publication=posts["billet-4"].publication)
        assert copy.fields["text"].startswith("<figure>")

    def test_come_out_of_a_zip_too(self, item, file, brought, tmp_path):
        self.picture(tmp_path / "lac.jpg")
        with zipfile.ZipFile(tmp_path / "uploads.zip", "w") as archive:
            archive.write(tmp_path / "lac.jpg", "uploads/2014/05/lac.jpg")
            archive.writestr("../../uploads/2014/05/loin.jpg", b"no picture")
        path = file(
            item(1),
            self.attachment(item, 2, "lac.jpg", parent=1),
            self.attachment(item, 3, "loin.jpg", parent=1),
        )
        report = brought(path, media=tmp_path / "uploads.zip")
        assert report.created["attachment"] == 1
        assert [(row.item, row.reason) for row in report.skipped] == [("loin.jpg", "file-refused")]
        assert brought(path, media=tmp_path / "uploads.zip").all_created == 0

    def test_of_a_broken_zip_are_left_out_with_the_reason(self, item, file, brought, tmp_path):
        self.picture(tmp_path / "lac.jpg")
        with zipfile.ZipFile(tmp_path / "uploads.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(tmp_path / "lac.jpg", "lac.jpg")
        data = bytearray((tmp_path / "uploads.zip").read_bytes())
        data[60:90] = bytes(30)
        (tmp_path / "uploads.zip").write_bytes(data)
        path = file(item(1), self.attachment(item, 2, "lac.jpg", parent=1))
        report = brought(path, media=tmp_path / "uploads.zip")
        assert [row.reason for row in report.skipped] == ["file-refused"]

    def test_that_are_no_pictures_are_left_out_with_the_reason(self, item, file, brought, tmp_path):
        (tmp_path / "media").mkdir()
        (tmp_path / "media/lac.jpg").write_text("<?php phpinfo();")
        path = file(item(1), self.attachment(item, 2, "lac.jpg", parent=1))
        report = brought(path, media=tmp_path / "media")
        assert [row.reason for row in report.skipped] == ["file-refused"]
