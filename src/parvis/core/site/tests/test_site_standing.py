"""Standing pages: for everyone, in the languages they are written in and no others."""

import pytest

from parvis.core.people.models import Square
from parvis.core.site.actions import change_menu, remove_page, write_page


@pytest.fixture
def about(square, at):
    return write_page(slug="about", language="fr", title="À propos", source="Une *place*.", at=at)


class TestStandingPage:
    def test_is_read_by_everyone_without_a_cookie(self, about, as_alice, as_bob, as_charlie, as_visitor):
        for client in (as_alice, as_bob, as_charlie, as_visitor):
            page = client.get("/about/")
            assert page.status_code == 200
            assert "Une <em>place</em>." in page.content.decode()
        assert not as_visitor.get("/about/").cookies

    def test_is_not_there_before_it_is_written(self, as_visitor, as_owner):
        assert as_visitor.get("/legal/").status_code == 404
        form = {"title": "Mentions", "source": "Tenu par Olive."}
        assert as_owner.post("/desk/pages/legal/fr/", form).status_code == 303
        assert "Tenu par Olive." in as_visitor.get("/legal/").content.decode()

    def test_offers_no_language_it_is_not_written_in(self, about, as_visitor, at):
        page = as_visitor.get("/about/").content.decode()
        assert "/about/en/" not in page
        assert as_visitor.get("/about/en/").status_code == 404
        write_page(slug="about", language="en", title="About", source="A square.", at=at)
        assert "/about/en/" in as_visitor.get("/about/").content.decode()
        assert "A square." in as_visitor.get("/about/en/").content.decode()

    def test_speaks_the_language_of_its_address_to_visitors(self, about, as_visitor, at):
        write_page(slug="about", language="en", title="About", source="A square.", at=at)
        for language in ("fr", "en"):
            page = as_visitor.get(f"/about/{language}/")
            assert f'<html lang="{language}"' in page.content.decode()
            assert page["Content-Language"] == language

    def test_speaks_to_members_in_their_own_language_around_the_text(self, about, as_charlie):
        page = as_charlie.get("/about/").content.decode()
        assert '<html lang="en"' in page
        assert '<article lang="fr">' in page

    def test_runs_nothing_that_an_owner_pastes(self, square, as_visitor, at):
        write_page(slug="about", language="fr", title="<b>x", source="<script>alert(1)</script>ok", at=at)
        page = as_visitor.get("/about/").content.decode()
        assert "alert(1)" not in page
        assert "<b>x" not in page


class TestWritingPages:
    def test_a_further_page_stands_under_its_name(self, as_owner, as_visitor):
        answer = as_owner.post("/desk/pages/", {"slug": "opening-hours", "language": "fr"})
        assert answer["Location"] == "/desk/pages/opening-hours/fr/"
        as_owner.post(answer["Location"], {"title": "Horaires", "source": "De 8 à 12."})
        assert "De 8 à 12." in as_visitor.get("/pages/opening-hours/").content.decode()
        assert (
            "slug"
            in as_owner.post("/desk/pages/", {"slug": "opening-hours", "language": "en"})
            .context["form"]
            .errors
        )

    def test_a_language_nobody_knows_is_not_there(self, as_owner):
        assert as_owner.get("/desk/pages/about/xx/").status_code == 404

    def test_what_is_taken_away_leaves_the_menu(self, about, as_owner, as_visitor):
        change_menu(menu=[{"page": "about"}])
        assert "À propos" in as_visitor.get("/").content.decode()
        assert as_owner.post("/desk/pages/about/fr/delete/").status_code == 303
        assert as_visitor.get("/about/").status_code == 404
        assert Square.objects.get().menu == []

    def test_what_stays_in_another_language_keeps_its_place(self, about, at):
        write_page(slug="about", language="en", title="About", source="x", at=at)
        change_menu(menu=[{"page": "about"}])
        remove_page(page=about)
        assert Square.objects.get().menu == [{"page": "about"}]
