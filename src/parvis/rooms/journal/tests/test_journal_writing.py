"""A text is never lost, never published by itself, and never overwrites another."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from parvis.conftest import AT
from parvis.core.stream.actions import version_of
from parvis.core.stream.alt import with_words, without_words
from parvis.core.stream.models import Attachment, WorkingCopy
from parvis.rooms.journal.actions import make_category
from parvis.rooms.journal.actions.erasing import empty_trash
from parvis.rooms.journal.models import Category, Original, Post, PostNote, Tag
from parvis.rooms.journal.tests.worlds import publish

pytestmark = pytest.mark.django_db


def begun(client: Client) -> Post:
    """A new post of this browser's author."""
    client.post("/journal/write/begin/")
    return newest()


def newest() -> Post:
    return Post.objects.unguarded("a test looks").select_related("publication").latest("pk")


def copy_of(post: Post) -> WorkingCopy:
    return WorkingCopy.objects.unguarded("a test looks").get(publication=post.publication)


def address(name: str, post: Post, *more: object) -> str:
    return reverse(f"journal:{name}", args=[post.publication.public_id, *more])


def words(post: Post, version: int | None = None, **over: Any) -> dict[str, Any]:
    """The editor's form as a browser sends it."""
    post.publication.refresh_from_db()
    copy = WorkingCopy.objects.unguarded("a test looks").filter(publication=post.publication).first()
    now = version_of(post.publication, copy)
    said = {
        "title": "Le titre",
        "text": "Le *texte*.",
        "language": "fr",
        "audience": "everyone",
        "do": "publish",
    }
    return said | {"version": now if version is None else version} | over


def picture() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (900, 600), "teal").save(file, "PNG")
    file.seek(0)
    file.name = "mur.png"
    return file


class TestDoors:
    @pytest.mark.parametrize(("who", "status"), [("as_visitor", 302), ("as_charlie", 404), ("as_alice", 200)])
    def test_the_desk_is_for_authors(self, who, status, request):
        client = request.getfixturevalue(who)
        assert client.get("/journal/write/").status_code == status
        assert client.get("/journal/categories/").status_code == status

    def test_the_desk_says_how_open_each_post_is(self, alice, as_alice):
        for width in ("public", "members", "me"):
            publish(alice, f"Billet ({width})", width=width)
        page = as_alice.get("/journal/write/").content.decode()
        for width, glyph in (("public", "everyone"), ("members", "members"), ("me", "me")):
            line = page[page.index(f"Billet ({width})") :].split("</li>")[0]
            assert f"#open-{glyph}" in line

    @pytest.mark.parametrize("who", ["as_charlie", "as_owner"])
    def test_nobody_opens_the_editor_of_another(self, who, as_alice, request):
        post = begun(as_alice)
        client = request.getfixturevalue(who)
        for name in ("edit", "delete"):
            assert client.get(address(name, post)).status_code == 404
        for name in ("edit", "save", "pictures", "preview", "delete", "forget", "update"):
            assert client.post(address(name, post), words(post)).status_code == 404
        assert newest().publication.published_at is None

    def test_to_begin_takes_a_button(self, as_alice):
        assert as_alice.get("/journal/write/begin/").status_code == 405


class TestPublishing:
    def test_from_the_editor_to_every_reader(self, as_alice, as_visitor):
        post = begun(as_alice)
        theme = make_category(names={"fr": "Jardin"})
        said = words(
            post,
            note_en="What it says",
            tags="eau, terre",
            categories=[theme.pk],
            original_url="https://a.example/b",
        )
        answer = as_alice.post(address("edit", post), said)
        assert answer.status_code == 303
        shown = as_visitor.get(answer.headers["Location"]).content.decode()
        assert "Le <em>texte</em>." in shown
        assert "What it says" in shown
        assert "https://a.example/b" in shown
        assert list(Tag.objects.filter(posts=post).values_list("slug", flat=True)) == ["eau", "terre"]
        assert list(Category.objects.filter(posts=post)) == [theme]

    def test_for_the_people_chosen(self, as_alice, as_bob, as_charlie):
        post = begun(as_alice)
        where = as_alice.post(address("edit", post), words(post, audience="connections")).headers["Location"]
        assert as_bob.get(where).status_code == 200
        assert as_charlie.get(where).status_code == 404

    def test_of_nothing_is_refused_in_words(self, as_alice):
        post = begun(as_alice)
        answer = as_alice.post(address("edit", post), words(post, title="", text="  "))
        assert answer.status_code == 422
        assert "nothing to publish yet" in answer.content.decode()

    def test_the_button_says_to_whom(self, as_alice, bob):
        post = begun(as_alice)
        as_alice.post(address("edit", post), words(post, do="save", audience="connections"))
        assert "Publish to 1 person" in as_alice.get(address("edit", post)).content.decode()

    def test_later_on_the_authors_own_clock(self, as_alice, alice, as_visitor):
        alice.zone = "America/New_York"
        alice.save()
        post = begun(as_alice)
        as_alice.post(address("edit", post), words(post, do="schedule", on_day="2099-01-15", on_time="09:30"))
        assert newest().publication.published_at == datetime(2099, 1, 15, 14, 30, tzinfo=UTC)
        assert as_visitor.get(newest().get_absolute_url()).status_code == 404

    def test_a_moment_that_has_passed_is_refused(self, as_alice):
        post = begun(as_alice)
        answer = as_alice.post(address("edit", post), words(post, do="schedule", on_day="2001-01-15"))
        assert answer.status_code == 422
        assert newest().publication.published_at is None

    def test_on_a_chosen_day_is_later_whatever_the_button(self, as_alice, alice, as_visitor):
        post = begun(as_alice)
        said = words(post, on_day="2099-01-15", on_time="09:30")
        answer = as_alice.post(address("edit", post), said, follow=True)
        assert newest().publication.published_at == datetime(2099, 1, 15, 9, 30, tzinfo=ZoneInfo(alice.zone))
        assert f"Comes out on 15 January 2099, 9:30 a.m. ({alice.zone})." in answer.content.decode()
        assert as_visitor.get(newest().get_absolute_url()).status_code == 404

    def test_on_a_day_that_has_passed_publishes_nothing(self, as_alice):
        post = begun(as_alice)
        answer = as_alice.post(address("edit", post), words(post, on_day="2001-01-15"))
        assert answer.status_code == 422
        assert "leave the day empty" in answer.content.decode()
        assert newest().publication.published_at is None

    def test_at_a_time_without_its_day_publishes_nothing(self, as_alice):
        post = begun(as_alice)
        answer = as_alice.post(address("edit", post), words(post, on_time="09:30"))
        assert answer.status_code == 422
        assert "Choose the day" in answer.content.decode()
        assert newest().publication.published_at is None

    def test_anew_before_its_day_keeps_the_day(self, as_alice, alice):
        post = publish(alice, "Plus tard", come_out_at=datetime(2099, 1, 15, 9, 30, tzinfo=UTC))
        form = as_alice.get(address("edit", post)).context["form"]
        day, hour = form["on_day"].value(), form["on_time"].value()
        as_alice.post(address("edit", post), words(post, title="Autrement", on_day=day, on_time=hour))
        assert newest().publication.title == "Autrement"
        assert newest().publication.published_at == datetime(2099, 1, 15, 9, 30, tzinfo=UTC)

    def test_of_what_has_come_out_meanwhile_minds_no_day(self, as_alice, alice):
        post = publish(alice, "Sorti", at=AT)
        as_alice.post(address("edit", post), words(post, title="Après", on_day="2001-01-15"))
        assert newest().publication.title == "Après"

    def test_the_button_says_on_which_day(self, as_alice):
        post = begun(as_alice)
        as_alice.post(address("edit", post), words(post, do="save", on_day="2099-01-15"))
        shown = as_alice.get(address("edit", post)).content.decode()
        assert ">Publish to everyone on 15 January 2099</button>" in shown

    def test_again_changes_words_and_keeps_the_moment(self, as_alice, alice, as_visitor):
        post = publish(alice, "Avant", at=AT, notes={"en": "Before"})
        as_alice.post(address("edit", post), words(post, title="Après", note_en="After"))
        changed = newest()
        assert changed.publication.published_at == AT
        assert changed.get_absolute_url() == post.get_absolute_url()
        assert PostNote.objects.unguarded("a test looks").get(post=post).text == "After"
        assert "Après" in as_visitor.get(post.get_absolute_url()).content.decode()

    def test_impossible_dates_of_an_original_are_said(self, as_alice):
        post = begun(as_alice)
        said = words(
            post, original_url="https://a.example/", original_on="2019-01-02", original_gone_on="2018-01-02"
        )
        assert as_alice.post(address("edit", post), said).status_code == 422
        assert not Original.objects.unguarded("a test looks").exists()


class TestWorkingCopy:
    def test_saving_never_touches_what_is_published(self, as_alice, alice, as_visitor):
        post = publish(alice, "Publié")
        answer = as_alice.post(address("save", post), words(post, title="En travail", text="Autre chose."))
        assert answer.status_code == 200
        assert answer.json()["version"] > 0
        shown = as_visitor.get(post.get_absolute_url()).content.decode()
        assert "Publié" in shown
        assert "En travail" not in shown
        assert "En travail" in as_alice.get(address("edit", post)).content.decode()

    def test_keeps_everything_that_is_filled_in(self, as_alice, bob):
        post = begun(as_alice)
        src = as_alice.post(address("pictures", post), {"picture": picture()}).json()["src"]
        name, theme = src.split("/")[2], make_category(names={"fr": "Jardin"})
        said = {
            "text": f"![]({src})",
            "language": "en",
            "slug": "ici",
            "excerpt": "Peu",
            "tags": "eau",
            "is_pinned": "on",
            "original_url": "https://a.example/",
            "original_on": "2019-01-02",
            "on_day": "2099-01-15",
            "on_time": "09:30",
            "note_fr": "Une note",
            "without_alt": "1",
            "audience": "custom",
            "audience-kept": "a-token",
            f"alt-{name}": "Un mur",
        }
        chosen = {
            "categories": [str(theme.pk)],
            "audience-in": [f"person:{bob.pk}"],
            "audience-out": ["connections"],
        }
        as_alice.post(address("save", post), words(post, **said, **chosen))
        kept = copy_of(post).fields
        assert kept == {"title": "Le titre", **said, **chosen}
        shown = as_alice.get(address("edit", post)).content.decode()
        assert 'value="Un mur"' in shown
        assert 'name="without_alt" value="1" checked' in shown

    def test_a_stale_version_is_refused_with_the_other_text(self, as_alice):
        post = begun(as_alice)
        opened_at = words(post)["version"]
        as_alice.post(address("save", post), words(post, text="Le premier onglet."))
        answer = as_alice.post(
            address("save", post), words(post, version=opened_at, text="Le second onglet.")
        )
        assert answer.status_code == 409
        assert answer.json()["current"]["text"] == "Le premier onglet."
        assert copy_of(post).fields["text"] == "Le premier onglet."

    def test_without_javascript_both_texts_are_shown_and_saving_again_keeps_mine(self, as_alice):
        post = begun(as_alice)
        opened_at = words(post)["version"]
        as_alice.post(address("save", post), words(post, text="Le premier onglet."))
        said = words(post, version=opened_at, text="Le second onglet.", do="save")
        answer = as_alice.post(address("edit", post), said)
        assert answer.status_code == 409
        shown = answer.content.decode()
        assert "Le premier onglet." in shown
        assert "Le second onglet." in shown
        as_alice.post(address("edit", post), said | {"version": words(post)["version"]})
        assert copy_of(post).fields["text"] == "Le second onglet."

    def test_a_tab_opened_before_publishing_cannot_overwrite_it(self, as_alice):
        post = begun(as_alice)
        opened_at = words(post)["version"]
        as_alice.post(address("edit", post), words(post, text="Publié ailleurs."))
        answer = as_alice.post(address("edit", post), words(post, version=opened_at, text="Vieux."))
        assert answer.status_code == 409
        assert newest().source == "Publié ailleurs."

    def test_when_the_login_has_run_out_the_text_is_shown_again(self, as_alice, as_visitor):
        post = begun(as_alice)
        answer = as_visitor.post(address("edit", post), words(post, text="Des heures de travail."))
        assert answer.status_code == 401
        assert "Des heures de travail." in answer.content.decode()
        assert as_visitor.post(address("save", post), words(post)).status_code == 401

    def test_changes_can_be_forgotten(self, as_alice, alice):
        post = publish(alice, "Publié")
        as_alice.post(address("save", post), words(post, title="En travail"))
        as_alice.post(address("forget", post))
        assert "En travail" not in as_alice.get(address("edit", post)).content.decode()

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
    def test_bears_nonsense_for_a_version(self, version, as_alice):
        post = begun(as_alice)
        said = words(post) | {"version": version}
        assert as_alice.post(address("save", post), said).status_code in {200, 409}

    def test_the_preview_is_what_the_readers_will_see(self, as_alice):
        post = begun(as_alice)
        answer = as_alice.post(address("preview", post), {"text": "Le *texte*. <script>x</script>"})
        assert answer.content.decode().strip() == "<p>Le <em>texte</em>. </p>"


class TestPictures:
    def test_are_told_to_the_editor_and_hang_on_the_post(self, as_alice):
        post = begun(as_alice)
        told = as_alice.post(address("pictures", post), {"picture": picture()}).json()
        made = Attachment.objects.unguarded("a test looks").get()
        assert told == {"src": f"/media/{made.public_id}/", "alt": ""}
        assert made.publication == post.publication

    def test_that_are_none_are_refused_in_words(self, as_alice):
        post = begun(as_alice)
        file = BytesIO(b"<svg onload=alert(1)>")
        file.name = "x.png"
        answer = as_alice.post(address("pictures", post), {"picture": file})
        assert answer.status_code == 422
        assert "x.png" in answer.json()["error"]
        assert as_alice.post(address("pictures", post), {}).status_code == 422

    def test_come_without_javascript_at_the_end_of_the_text(self, as_alice):
        post = begun(as_alice)
        answer = as_alice.post(address("edit", post), words(post, do="pictures", pictures=picture()))
        made = Attachment.objects.unguarded("a test looks").get()
        assert f"![](/media/{made.public_id}/)" in answer.content.decode()

    def test_without_words_are_asked_about_once(self, as_alice, as_visitor):
        post = begun(as_alice)
        src = as_alice.post(address("pictures", post), {"picture": picture()}).json()["src"]
        said = words(post, text=f"![]({src})")
        answer = as_alice.post(address("edit", post), said)
        assert answer.status_code == 422
        name = src.split("/")[2]
        assert f'name="alt-{name}"' in answer.content.decode()
        where = as_alice.post(address("edit", post), said | {f"alt-{name}": "Un mur"}).headers["Location"]
        assert 'alt="Un mur"' in as_visitor.get(where).content.decode()
        assert newest().lead_picture == Attachment.objects.unguarded("a test looks").get()

    def test_may_be_there_for_beauty_alone(self, as_alice):
        post = begun(as_alice)
        src = as_alice.post(address("pictures", post), {"picture": picture()}).json()["src"]
        assert (
            as_alice.post(address("edit", post), words(post, text=f"![]({src})", without_alt="1")).status_code
            == 303
        )

    def test_words_cannot_break_the_text(self):
        src = "/media/" + "a" * 20 + "/"
        text = f'Un ![]({src}) et ![ ]({src} "légende") et ![dit]({src}).'
        assert without_words(text) == ["a" * 20]
        said = with_words(text, {"a" * 20: "un ](x) mur"})
        assert said == f'Un ![un )(x) mur]({src}) et ![un )(x) mur]({src} "légende") et ![dit]({src}).'


class TestUpdates:
    def test_stand_with_their_date_and_can_go(self, as_alice, alice, as_visitor):
        post = publish(alice, "Le billet")
        as_alice.post(address("update", post), {"update": "Il a plu depuis."})
        assert "Il a plu depuis." in as_visitor.get(post.get_absolute_url()).content.decode()
        update = post.updates.unguarded("a test looks").get()
        as_alice.post(address("update-remove", post, update.moment))
        assert "Il a plu depuis." not in as_visitor.get(post.get_absolute_url()).content.decode()

    def test_are_found_by_the_search(self, as_alice, alice, as_visitor):
        post = publish(alice, "Le billet")
        as_alice.post(address("update", post), {"update": "Une giboulée est passée."})
        assert post.get_absolute_url() in as_visitor.get("/search/?q=giboul%C3%A9e").content.decode()


class TestTrash:
    def test_a_post_goes_and_comes_back(self, as_alice, alice, as_visitor):
        post = publish(alice, "Le billet")
        where = post.get_absolute_url()
        as_alice.post(address("delete", post))
        assert as_visitor.get(where).status_code == 410
        assert "Le billet" in as_alice.get("/journal/write/").content.decode()
        as_alice.post(address("restore", post))
        assert as_visitor.get(where).status_code == 200

    def test_is_emptied_after_thirty_days_and_still_answers_gone(self, as_alice, alice, as_visitor):
        post = publish(alice, "Le billet", notes={"en": "A note"}, tags=["eau"])
        where = post.get_absolute_url()
        as_alice.post(address("delete", post))
        empty_trash(datetime.now(UTC) + timedelta(days=29))
        assert newest().source
        empty_trash(datetime.now(UTC) + timedelta(days=31))
        assert (
            newest().source == newest().html == newest().publication.title == newest().publication.text == ""
        )
        assert not PostNote.objects.unguarded("a test looks").exists()
        assert as_visitor.get(where).status_code == 410


class TestCategories:
    def test_are_made_renamed_moved_and_merged(self, as_alice, alice, charlie):
        as_alice.post("/journal/categories/", {"name_fr": "Jardin", "name_en": "Garden"})
        as_alice.post("/journal/categories/", {"name_fr": "Plantes"})
        garden, plants = Category.objects.order_by("pk")
        post = publish(alice, "La bêche", categories=[plants])
        changed = {"name_fr": "Les plantes", "name_en": "Plants", "parent": garden.pk, "position": 3}
        as_alice.post(f"/journal/categories/{plants.pk}/", changed)
        plants.refresh_from_db()
        assert plants.names == {"fr": "Les plantes", "en": "Plants"}
        assert (plants.parent, plants.position) == (garden, 3)
        as_alice.post(f"/journal/categories/{plants.pk}/merge/", {"into": garden.pk})
        assert list(Category.objects.filter(posts=post)) == [garden]
        assert Category.objects.count() == 1

    def test_do_not_stand_inside_themselves(self, as_alice):
        above = make_category(names={"fr": "Maison"})
        below = make_category(names={"fr": "Cuisine"}, parent=above)
        answer = as_alice.post(f"/journal/categories/{above.pk}/", {"name_fr": "Maison", "parent": below.pk})
        assert answer.status_code == 200
        above.refresh_from_db()
        assert above.parent is None

    def test_want_a_name(self, as_alice):
        as_alice.post("/journal/categories/", {"name_fr": "  "})
        assert not Category.objects.exists()
