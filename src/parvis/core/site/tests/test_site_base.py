"""The page that all pages are made of: what members get, what visitors are spared."""

import pytest


class TestBase:
    def test_visitors_get_no_script_no_cookie_and_no_mark(self, as_visitor):
        answer = as_visitor.get("/nowhere/")
        page = answer.content.decode()
        assert "<script" not in page
        assert "csrfmiddlewaretoken" not in page
        assert not answer.cookies

    def test_members_get_their_menu_and_a_way_out(self, as_charlie, charlie):
        page = as_charlie.get("/nowhere/").content.decode()
        assert charlie.name in page
        assert 'action="/account/logout/"' in page
        assert "data-leaving" in page
        assert "house-words" in page

    def test_the_page_says_its_language_and_is_reached_by_keyboard(self, as_charlie):
        page = as_charlie.get("/nowhere/").content.decode()
        assert '<html lang="en"' in page
        assert '<a class="skip" href="#main">' in page
        assert '<main id="main"' in page

    def test_the_theme_is_the_person_s_and_the_accent_the_square_s(self, as_charlie, charlie, square):
        charlie.theme, square.accent = "dark", "moss"
        charlie.save()
        square.save()
        page = as_charlie.get("/nowhere/").content.decode()
        assert 'data-theme="dark"' in page
        assert 'data-accent="moss"' in page

    def test_visitors_may_choose_the_language_of_the_house(self, as_visitor):
        page = as_visitor.get("/account/login/").content.decode()
        assert '<button name="language" value="en" lang="en">English</button>' in page

    @pytest.mark.parametrize(
        "path",
        [
            "/account/login/",
            "/account/signup/",
            "/account/login/code/",
            "/account/password/reset/",
            "/account/password/reset/done/",
        ],
    )
    def test_the_entrance_speaks_like_the_house(self, as_visitor, path):
        answer = as_visitor.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<h1") == 1
        assert "parvis.css" in page

    @pytest.mark.parametrize(
        "path",
        [
            "/account/2fa/",
            "/account/2fa/webauthn/",
            "/account/sessions/",
            "/account/logout/",
            "/account/password/change/",
        ],
    )
    def test_the_keys_of_an_account_look_like_the_house(self, as_charlie, path):
        answer = as_charlie.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert page.count("<h1") == 1
        assert "parvis.css" in page
