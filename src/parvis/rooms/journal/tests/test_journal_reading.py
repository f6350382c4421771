"""Each reader finds exactly their part, on every page of the journal, in the right language."""

from datetime import UTC, datetime, timedelta
from typing import Any

import mf2py
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html as lxml_html

from parvis.conftest import AT
from parvis.core.audiences.actions import audience_for
from parvis.core.audiences.actions.expressions import Expression
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.rooms.journal.actions import Draft, add_update, make_category, publish_post
from parvis.rooms.journal.actions.posts import First
from parvis.rooms.journal.models import Category, Post, PostAddress
from parvis.rooms.journal.tests.worlds import WIDTHS, audience, publish

pytestmark = pytest.mark.django_db
SPRING = datetime(2024, 4, 2, 9, 0, tzinfo=UTC)
SESSION = ("django_session", "usersessions_", "BEGIN", "COMMIT")
SEES = {
    "as_alice": {"public", "members", "connections", "me"},
    "as_bob": {"public", "members", "connections"},
    "as_charlie": {"public", "members"},
    "as_visitor": {"public"},
}


@pytest.fixture
def garden(square: Any) -> Category:
    return make_category(names={"fr": "Jardin", "en": "Garden"}, descriptions={"fr": "Ce qui pousse."})


@pytest.fixture
def four(alice: Any, bob: Any, garden: Category) -> dict[str, Post]:
    """A post for each width, all in one theme, with one tag and a note."""
    return {
        width: publish(
            alice,
            f"Billet ({width})",
            width=width,
            at=SPRING + timedelta(hours=hours),
            categories=[garden],
            tags=["arrosoir"],
            notes={"en": f"A note on {width}"},
        )
        for hours, width in enumerate(WIDTHS)
    }


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def lists(alice: Any) -> list[str]:
    return [
        "/journal/",
        "/journal/fr/",
        "/journal/en/",
        "/journal/2024/",
        "/journal/2024/04/",
        "/journal/category/jardin/",
        "/journal/tag/arrosoir/",
        f"/journal/author/{alice.public_id}/",
    ]


class TestPersonas:
    @pytest.mark.parametrize("who", SEES)
    def test_each_list_shows_each_reader_their_part(self, who, four, alice, request):
        client = request.getfixturevalue(who)
        for path in lists(alice):
            shown = page(client, path)
            assert {width for width in WIDTHS if f"Billet ({width})" in shown} == SEES[who], path

    @pytest.mark.parametrize("who", SEES)
    def test_each_post_opens_for_those_whom_it_is_for(self, who, four, request):
        client = request.getfixturevalue(who)
        for width, post in four.items():
            wanted = 200 if width in SEES[who] else 404
            assert client.get(post.get_absolute_url()).status_code == wanted

    @pytest.mark.parametrize("who", SEES)
    def test_counts_are_those_of_the_reader(self, who, four, request):
        client = request.getfixturevalue(who)
        tree = lxml_html.fromstring(page(client, "/journal/archives/"))
        assert tree.xpath("//ul[@class='years']//li/ul/li/span/text()") == [str(len(SEES[who]))]

    @pytest.mark.parametrize("who", SEES)
    def test_neighbours_are_those_the_reader_sees(self, who, four, request):
        client = request.getfixturevalue(who)
        tree = lxml_html.fromstring(page(client, four["public"].get_absolute_url()))
        after = tree.xpath("//a[@rel='next']//text()")
        nearest = next((width for width in WIDTHS[1:] if width in SEES[who]), None)
        assert "".join(after).strip() == (f"Billet ({nearest})" if nearest else "")

    def test_what_a_reader_may_not_see_is_absent_to_the_byte(self, as_visitor, four):
        path = four["me"].get_absolute_url()
        hidden = as_visitor.get(path)
        PostAddress.objects.filter(post=four["me"]).delete()
        absent = as_visitor.get(path)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
        assert hidden.headers == absent.headers

    def test_a_theme_in_which_one_sees_nothing_is_not_there(self, alice, as_visitor, as_charlie, as_alice):
        secret = make_category(names={"fr": "Divorce"})
        publish(alice, "À moi", width="me", categories=[secret])
        assert "Divorce" not in page(as_charlie, "/journal/") + page(as_visitor, "/journal/archives/")
        assert as_visitor.get("/journal/category/divorce/").status_code == 404
        assert as_visitor.get("/category/divorce/").status_code == 404
        assert as_alice.get("/journal/category/divorce/").status_code == 200

    def test_the_largest_themes_stand_beside_the_journal_and_all_of_them_in_the_archives(
        self, alice, as_visitor
    ):
        for number in range(10):
            theme = make_category(names={"fr": f"Theme-{number}"})
            for _time in range(1 if number < 2 else 2):
                publish(alice, f"Billet {number}", categories=[theme])
        below = make_category(names={"fr": "Dessous"}, parent=theme)
        publish(alice, "Plus bas", categories=[below])
        home, archives = page(as_visitor, "/journal/"), page(as_visitor, "/journal/archives/")
        beside = home[home.index("<aside") :]
        assert [number for number in range(10) if f">Theme-{number}<" in beside] == list(range(2, 10))
        assert "/journal/archives/#themes" in beside
        assert all(f">Theme-{number}<" in archives for number in range(10))
        assert '<li class="depth-1"><a href="/journal/category/dessous/"' in archives

    @pytest.mark.parametrize("path", ["/journal/", "", "/"])
    def test_a_french_title_is_set_as_french_is_though_stored_as_it_came(self, alice, as_visitor, path):
        post = publish(alice, "Et alors")
        rows = Publication.objects.unguarded("as an old blog wrote it").filter(pk=post.publication_id)
        rows.update(title="Et alors : qui vient ?", language="fr")
        shown = page(as_visitor, path or post.get_absolute_url())
        assert "Et alors\N{NO-BREAK SPACE}: qui vient\N{NARROW NO-BREAK SPACE}?" in shown
        assert "Et alors : qui vient ?</" not in shown

    def test_what_is_not_for_everyone_is_kept_from_search_engines(self, as_charlie, as_visitor, four):
        assert 'content="noindex"' in page(as_charlie, four["members"].get_absolute_url())
        assert "noindex" not in page(as_visitor, four["public"].get_absolute_url())

    def test_a_passer_by_gets_no_cookie_and_no_script(self, as_visitor, four, alice):
        for path in [
            *lists(alice),
            four["public"].get_absolute_url(),
            "/journal/feeds/",
            "/journal/archives/",
        ]:
            answer = as_visitor.get(path)
            assert not answer.cookies, path
            scripts = lxml_html.fromstring(answer.content.decode()).xpath("//script")
            assert all(script.get("type") == "application/ld+json" for script in scripts)

    def test_a_blocked_reader_sees_what_is_public_and_nothing_else(self, alice, bob, as_bob, four):
        from parvis.core.audiences.actions import block

        block(by=alice, person=bob, at=AT)
        shown = page(as_bob, "/journal/")
        assert {width for width in WIDTHS if f"Billet ({width})" in shown} == {"public"}


class TestLists:
    @pytest.mark.parametrize("who", ["as_bob", "as_visitor"])
    def test_ask_a_bounded_number_of_times(self, who, alice, garden, request):
        for number in range(20):
            publish(
                alice, f"Billet {number}", at=SPRING + timedelta(days=number), categories=[garden], tags=["a"]
            )
        client = request.getfixturevalue(who)
        for path in lists(alice):
            with CaptureQueriesContext(connection) as asked:
                client.get(path.replace("arrosoir", "a"))
            own = [one for one in asked if not any(word in one["sql"] for word in SESSION)]
            assert len(own) <= 15, path

    def test_a_page_never_shifts_when_something_new_comes(self, alice, as_visitor):
        for number in range(20):
            publish(alice, f"Billet n{number:02d}", at=SPRING + timedelta(days=number))
        first = lxml_html.fromstring(page(as_visitor, "/journal/"))
        older = first.xpath("//a[@rel='next']/@href")[0]
        before = page(as_visitor, f"/journal/{older}")
        publish(alice, "Tout neuf", at=AT)
        assert page(as_visitor, f"/journal/{older}") == before
        assert before.count('<article class="card') == 5

    def test_lead_back_to_the_newest(self, alice, as_visitor):
        for number in range(40):
            publish(alice, f"Billet n{number:02d}", at=SPRING + timedelta(days=number))
        second = lxml_html.fromstring(page(as_visitor, "/journal/")).xpath("//a[@rel='next']/@href")[0]
        third = lxml_html.fromstring(page(as_visitor, f"/journal/{second}")).xpath("//a[@rel='next']/@href")[
            0
        ]
        back = lxml_html.fromstring(page(as_visitor, f"/journal/{third}")).xpath("//a[@rel='prev']/@href")[0]
        assert "Billet n10" in page(as_visitor, f"/journal/{back}")

    @pytest.mark.parametrize(
        "nonsense", ["before=x", "before=-1", "before=" + "9" * 40, "after=٣", "before="]
    )
    def test_bear_nonsense(self, nonsense, four, as_visitor):
        assert as_visitor.get(f"/journal/?{nonsense}").status_code == 200

    @pytest.mark.parametrize(
        "path", ["/journal/0000/", "/journal/2024/13/", "/journal/9999/", "/journal/de/", "/journal/2023/"]
    )
    def test_of_nothing_are_not_there(self, path, four, as_visitor):
        assert as_visitor.get(path).status_code == 404

    def test_what_is_pinned_stands_on_top_once(self, alice, as_visitor):
        publish(alice, "Épinglé", at=SPRING, is_pinned=True)
        publish(alice, "Plus tard", at=AT)
        shown = page(as_visitor, "/journal/")
        assert shown.index("Épinglé") < shown.index("Plus tard")
        assert shown.count(">Épinglé<") == 1

    def test_of_a_theme_hold_those_below_it(self, alice, as_visitor):
        above = make_category(names={"fr": "Maison"})
        below = make_category(names={"fr": "Cuisine"}, parent=above)
        publish(alice, "La soupe", categories=[below])
        assert "La soupe" in page(as_visitor, "/journal/category/maison/")
        assert "Cuisine" in page(as_visitor, "/journal/category/maison/")


class TestLanguages:
    def test_a_public_post_speaks_its_own_language_to_visitors(self, alice, as_visitor):
        english = publish(alice, "A walk", language="en", text="Up the hill.")
        answer = as_visitor.get(english.get_absolute_url())
        assert answer.headers["Content-Language"] == "en"
        assert lxml_html.fromstring(answer.content.decode()).get("lang") == "en"

    def test_members_keep_theirs_and_each_text_says_its_own(self, alice, as_bob):
        french = publish(alice, "Une marche", notes={"en": "A walk"}, tags=["colline"])
        add_update(post=french, source="Il a plu depuis.", at=AT)
        tree = lxml_html.fromstring(page(as_bob, french.get_absolute_url()))
        assert tree.get("lang") == "en"
        assert spoken(tree, "Une marche") == "fr"
        assert spoken(tree, "Le texte de") == "fr"
        assert spoken(tree, "A walk") == "en"
        assert spoken(tree, "Il a plu depuis.") == "fr"
        assert spoken(tree, "colline") == "fr"

    def test_a_language_home_holds_its_texts_and_those_with_a_note(self, alice, as_visitor):
        publish(alice, "Avec note", notes={"en": "Told in English"})
        publish(alice, "Sans note")
        publish(alice, "In English", language="en", text="Words.")
        shown = page(as_visitor, "/journal/en/")
        assert "Avec note" in shown
        assert "Told in English" in shown
        assert "in French" in shown
        assert "In English" in shown
        assert "Sans note" not in shown

    def test_the_switch_of_a_language_home_leads_to_the_others(self, alice, as_visitor):
        publish(alice, "Un billet")
        tree = lxml_html.fromstring(page(as_visitor, "/journal/fr/"))
        assert set(tree.xpath("//footer//a[@hreflang]/@href")) == {"/journal/fr/", "/journal/en/"}

    @pytest.fixture
    def told(self, alice):
        """Two posts in one theme, one of them told in English too; a third in French alone, with another tag."""
        theme = make_category(names={"fr": "Jardin", "en": "Garden"})
        when = datetime(2024, 4, 2, 9, tzinfo=UTC)
        said = {"notes": {"en": "Told in English"}, "categories": [theme], "tags": ["eau"], "at": when}
        publish(alice, "Avec note", **said)
        publish(alice, "Sans note", categories=[theme], tags=["eau"], at=when)
        publish(alice, "Autre mois", tags=["terre"], at=datetime(2023, 4, 2, 9, tzinfo=UTC))

    LISTS = ("category/jardin/", "tag/eau/", "author/{author}/", "2024/", "2024/04/")

    @pytest.mark.parametrize("below", LISTS)
    def test_a_list_below_a_language_holds_what_is_told_in_it_and_speaks_it(
        self, told, alice, as_visitor, as_bob, below
    ):
        below = below.format(author=alice.public_id)
        answer = as_visitor.get(f"/journal/en/{below}")
        shown = answer.content.decode()
        assert answer.headers["Content-Language"] == "en"
        assert "Told in English" in shown
        assert "Sans note" not in shown
        tree = lxml_html.fromstring(shown)
        assert tree.get("lang") == "en"
        both = {f"/journal/{code}/{below}" for code in ("fr", "en")}
        assert set(tree.xpath("//footer//a[@hreflang]/@href")) == both
        alternates = set(tree.xpath("//head/link[@hreflang]/@href"))
        assert alternates == both | {f"/journal/{below}"}
        assert "Sans note" in page(as_visitor, f"/journal/fr/{below}")
        assert "Sans note" in page(as_visitor, f"/journal/{below}")
        assert "Sans note" not in page(as_bob, f"/journal/en/{below}")

    @pytest.mark.parametrize("below", ["tag/terre/", "2023/", "2023/04/", "category/nothing/"])
    def test_a_list_with_nothing_in_a_language_is_not_there_nor_promised(self, told, as_visitor, below):
        assert as_visitor.get(f"/journal/en/{below}").status_code == 404
        assert as_visitor.get(f"/journal/xx/{below}").status_code == 404
        if below != "category/nothing/":
            tree = lxml_html.fromstring(page(as_visitor, f"/journal/fr/{below}"))
            assert tree.xpath("//footer//a[@hreflang]/@href") == [f"/journal/fr/{below}"]

    def test_a_language_home_leads_to_the_lists_of_its_language(self, told, as_visitor):
        tree = lxml_html.fromstring(page(as_visitor, "/journal/en/"))
        assert {"/journal/en/category/jardin/", "/journal/en/archives/"} <= set(
            tree.xpath("//aside//a/@href")
        )
        assert [
            (link.text, link.getnext().text) for link in tree.xpath("//aside//a[contains(@href, 'category')]")
        ] == [("Garden", "1")]
        archives = lxml_html.fromstring(page(as_visitor, "/journal/en/archives/"))
        assert archives.xpath("//main//a[contains(@href, '/20')]/@href") == [
            "/journal/en/2024/",
            "/journal/en/2024/04/",
        ]

    @pytest.mark.parametrize("below", ["", *LISTS[:3]])
    def test_feeds_of_a_language_hold_what_its_lists_hold(self, told, alice, as_visitor, below):
        below = below.format(author=alice.public_id)
        feed = as_visitor.get(f"/journal/en/{below}feed/json/").json()
        assert [one["title"] for one in feed["items"]] == ["Avec note"]
        assert feed["home_page_url"].endswith(f"/journal/en/{below}")
        assert as_visitor.get("/journal/en/tag/terre/feed/json/").status_code == 404
        assert as_visitor.get("/journal/xx/tag/eau/feed/json/").status_code == 404

    def test_a_list_names_its_own_address_once_the_square_has_one(self, told, as_visitor, square):
        square.url = "https://square.example"
        square.save()
        tree = lxml_html.fromstring(page(as_visitor, "/journal/en/tag/eau/"))
        assert tree.xpath("//link[@rel='canonical']/@href") == ["https://square.example/journal/en/tag/eau/"]
        assert "https://square.example/journal/fr/tag/eau/" in tree.xpath("//link[@hreflang='fr']/@href")

    def test_a_post_promises_no_translation(self, alice, as_visitor):
        post = publish(alice, "Un billet", notes={"en": "A post"})
        assert not lxml_html.fromstring(page(as_visitor, post.get_absolute_url())).xpath("//*[@hreflang]")

    @pytest.mark.parametrize(("language", "locale"), [("fr", "fr_FR"), ("en", "en_GB"), ("de", "")])
    def test_a_shared_link_says_language_and_territory(self, alice, as_visitor, language, locale):
        post = publish(alice, "Un titre", language=language)
        shown = as_visitor.get(post.get_absolute_url()).content.decode()
        found = f'property="og:locale" content="{locale}"' if locale else "og:locale"
        assert (found in shown) is bool(locale)

    def test_a_post_in_a_language_the_house_does_not_speak_says_so_on_the_text(self, alice, as_visitor):
        post = publish(alice, "Ein Tag", language="de", text="Ein Tag am See.")
        tree = lxml_html.fromstring(page(as_visitor, post.get_absolute_url()))
        assert tree.get("lang") == "fr"
        assert spoken(tree, "Ein Tag am See.") == "de"


def spoken(tree: Any, words: str) -> str:
    """The language that holds for the element of the page's body with these words."""
    found = [one for one in tree.xpath("//main//text()") if words in one]
    assert found, words
    holder = found[0].getparent().getparent() if found[0].is_tail else found[0].getparent()
    return str(holder.xpath("ancestor-or-self::*[@lang][1]/@lang")[0])


class TestOrigin:
    def test_says_where_a_column_came_out_and_that_it_is_gone(self, alice, as_visitor):
        first = First(
            url="https://gazette.example/a",
            publication_name="La Gazette du lac",
            published_on=datetime(2010, 2, 9, tzinfo=UTC).date(),
            gone_on=datetime(2019, 3, 29, tzinfo=UTC).date(),
        )
        post = publish(alice, "La chronique", original=first)
        tree = lxml_html.fromstring(page(as_visitor, post.get_absolute_url()))
        line = tree.xpath("//p[@class='origin']")[0]
        assert line.get("lang") == "fr"
        assert "2010" in line.text_content()
        assert "2019" in line.text_content()
        assert line.xpath(".//a[@class='u-syndication']/@href") == ["https://gazette.example/a"]

    def test_search_engines_are_sent_to_the_original_while_it_stands(self, alice, as_visitor, square):
        square.url = "https://parvis.example"
        square.save()
        post = publish(alice, "La chronique", original=First(url="https://gazette.example/a"))
        canonical = lxml_html.fromstring(page(as_visitor, post.get_absolute_url())).xpath(
            "//link[@rel='canonical']/@href"
        )
        assert canonical == ["https://gazette.example/a"]
        draft = Draft(
            title="La chronique",
            source="Le texte.",
            language="fr",
            original=First(url="https://gazette.example/a", gone_on=AT.date()),
        )
        publish_post(post=post, draft=draft, audience=audience(alice, "public"), at=AT)
        canonical = lxml_html.fromstring(page(as_visitor, post.get_absolute_url())).xpath(
            "//link[@rel='canonical']/@href"
        )
        assert canonical == [f"https://parvis.example{post.get_absolute_url()}"]


class TestMachines:
    def test_microformats_say_what_the_page_says(self, alice, bob, garden, as_visitor):
        post = publish(
            alice,
            "Le billet",
            categories=[garden],
            tags=["arrosoir"],
            original=First(url="https://gazette.example/a"),
            at=SPRING,
        )
        stream.answer(subject=post.publication, author=bob, source="Bien vu.", at=AT)
        url = f"https://parvis.example{post.get_absolute_url()}"
        parsed = mf2py.parse(doc=page(as_visitor, post.get_absolute_url()), url=url)
        [entry] = [item for item in parsed["items"] if item["type"] == ["h-entry"]]
        told = entry["properties"]
        assert told["name"] == ["Le billet"]
        assert told["url"] == [url]
        assert told["published"] == ["2024-04-02T09:00:00+00:00"] or told["published"][0].startswith(
            "2024-04-02T11:00"
        )
        assert "Le texte de" in told["content"][0]["value"]
        assert told["author"][0]["properties"]["name"] == ["Alice"]
        assert set(told["category"]) == {"Jardin", "arrosoir"}
        assert told["syndication"] == ["https://gazette.example/a"]
        assert told["comment"][0]["properties"]["content"][0]["value"].strip() == "Bien vu."

    def test_microformats_of_a_list_are_a_feed(self, four, as_visitor):
        parsed = mf2py.parse(doc=page(as_visitor, "/journal/"), url="https://parvis.example/journal/")
        [feed] = [item for item in parsed["items"] if item["type"] == ["h-feed"]]
        assert [child["properties"]["name"] for child in feed["children"]] == [["Billet (public)"]]
        assert feed["children"][0]["properties"]["author"][0]["properties"]["name"] == ["Alice"]

    def test_data_for_search_engines_cannot_end_the_script(self, alice, as_visitor):
        import json

        post = publish(alice, "</script><script>alert(1)</script>", text="Un texte.")
        shown = page(as_visitor, post.get_absolute_url())
        assert "<script>alert" not in shown
        [data] = lxml_html.fromstring(shown).xpath("//script[@type='application/ld+json']/text()")
        assert json.loads(data)["headline"] == "</script><script>alert(1)</script>"
        assert json.loads(data)["inLanguage"] == "fr"

    def test_the_sitemap_holds_what_is_public_and_stands_here(self, alice, four, as_visitor, square):
        publish(alice, "Ailleurs", original=First(url="https://gazette.example/a"))
        told = page(as_visitor, "/sitemap.xml")
        assert four["public"].get_absolute_url() in told
        assert "billet-members" not in told
        assert "ailleurs" not in told
        assert "Sitemap: http://testserver/sitemap.xml" in page(as_visitor, "/robots.txt")


class TestTime:
    def test_what_is_scheduled_comes_out_without_a_clock_job(self, alice, as_charlie):
        from parvis.core.audiences.rule import Viewer, microseconds
        from parvis.rooms.journal.reading import articles, post_of

        post = publish(alice, "Bientôt", at=AT, come_out_at=AT + timedelta(days=1))
        before, after = (Viewer(at=microseconds(AT + timedelta(days=days))) for days in (0, 2))
        assert not articles(before).exists()
        assert post_of(before, post.pk) is None
        assert articles(after).get() == post.publication
        assert post_of(after, post.pk) == post

    def test_its_author_sees_it_waiting(self, alice, as_alice):
        later = datetime.now(UTC) + timedelta(days=3)
        post = publish(alice, "Bientôt", come_out_at=later)
        assert as_alice.get(post.get_absolute_url()).status_code == 200
        assert "Bientôt" not in page(as_alice, "/journal/")
        assert "Bientôt" in page(as_alice, "/journal/write/")


class TestFollowing:
    def test_a_theme_is_followed_and_comes_home(self, alice, garden, as_charlie, charlie):
        publish(alice, "La bêche", categories=[garden])
        shown = lxml_html.fromstring(page(as_charlie, "/journal/category/jardin/"))
        [action] = shown.xpath("//form[contains(@action, '/follow/')]/@action")
        as_charlie.post(action, {"next": "/journal/category/jardin/"})
        assert "La bêche" in page(as_charlie, "/")

    def test_visitors_are_shown_no_button(self, four, as_visitor):
        assert "/follow/" not in page(as_visitor, "/journal/category/jardin/")


def test_an_audience_is_not_told_by_name(alice, as_bob, bob):
    from parvis.core.audiences.actions import add_to_circle, make_circle

    circle = make_circle(owner=alice, name="Les râleurs", at=AT)
    add_to_circle(circle=circle, person=bob, at=AT, opens_past=True)
    post = publish(alice, "Entre nous", width="me")
    wider = audience_for(expression=Expression(frozenset({circle.pk})), owner=alice)
    stream.change_audience(publication=post.publication, audience=wider, at=AT)
    shown = page(as_bob, post.get_absolute_url())
    assert "Entre nous" in shown
    assert "râleurs" not in shown
