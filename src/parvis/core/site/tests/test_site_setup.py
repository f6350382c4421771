"""Setting a new square up in the browser, from the printed code to its first page."""

import stat

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.test import Client

from parvis.core.people.models import Person, Role, Square
from parvis.core.site.actions import Opening, open_square
from parvis.core.site.actions.opening import AlreadyOpen, Nameless
from parvis.core.site.setup import FILE, check_code, setup_code, waits_for_its_owner

FORM = {
    "name": "La place du Marché",
    "language": "en",
    "languages": ["fr", "en"],
    "join": "invitation",
    "zone": "Europe/Zurich",
    "owner_name": "Olive",
    "address": "Olive@parvis.example",
    "password": "a sentence of mine",
}


@pytest.mark.django_db
class TestSetupCode:
    def test_is_kept_only_as_a_hash_in_a_private_file(self, tmp_path):
        code = setup_code(tmp_path)
        assert code is not None
        assert code not in (tmp_path / FILE).read_text()
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600

    def test_is_known_again_whatever_the_case(self, tmp_path):
        code = setup_code(tmp_path)
        assert check_code(tmp_path, f" {code.upper()} ")
        assert not check_code(tmp_path, code[:-1])

    def test_closes_the_codes_printed_before(self, tmp_path):
        old, new = setup_code(tmp_path), setup_code(tmp_path)
        assert not check_code(tmp_path, old)
        assert check_code(tmp_path, new)

    def test_is_not_given_once_somebody_runs_the_square(self, tmp_path, owner):
        (tmp_path / FILE).write_text("left over")
        assert setup_code(tmp_path) is None
        assert not (tmp_path / FILE).exists()

    def test_opens_nothing_where_there_is_no_file(self, tmp_path):
        assert not check_code(tmp_path, "")

    def test_makes_a_new_house_wait_for_its_owner(self, tmp_path):
        assert not waits_for_its_owner(Square(pk=1), tmp_path)
        setup_code(tmp_path)
        assert waits_for_its_owner(Square(pk=1), tmp_path)


@pytest.mark.django_db
class TestSetupPages:
    def test_says_where_to_look_to_whoever_bears_no_code(self, client, tmp_path):
        setup_code(tmp_path)
        page = client.get("/setup/")
        assert page.status_code == 200
        assert b"parvis serve" in page.content
        assert not page.cookies

    def test_refuses_another_code(self, client, tmp_path):
        setup_code(tmp_path)
        assert client.get("/setup/another-code/").status_code == 404
        assert client.post("/setup/another-code/", FORM).status_code == 404
        assert not Person.objects.exists()

    @pytest.mark.parametrize(("language", "words"), [("fr", "un plus récent"), ("en", "a newer one")])
    def test_says_of_another_code_where_to_look_in_the_language_of_the_browser(
        self, client, tmp_path, language, words
    ):
        setup_code(tmp_path)
        page = client.get("/setup/another-code/", headers={"accept-language": language})
        assert page.status_code == 404
        assert f'<html lang="{language}"' in page.text
        assert words in page.text
        assert "parvis serve" in page.text
        assert "/journal/" not in page.text

    def test_opens_the_square_and_logs_its_owner_in(self, client, tmp_path):
        code = setup_code(tmp_path)
        assert client.get(f"/setup/{code}/").status_code == 200
        answer = client.post(f"/setup/{code}/", FORM)
        assert (answer.status_code, answer["Location"]) == (303, "/desk/first-steps/")
        owner = Person.objects.owners().get()
        square = Square.objects.get()
        assert (square.name, square.language, square.join) == ("La place du Marché", "en", "invitation")
        assert square.opened_at is not None
        assert check_password("a sentence of mine", owner.password)
        assert (
            EmailAddress.objects.get(user=owner, verified=True, primary=True).email == "olive@parvis.example"
        )
        page = client.get("/desk/first-steps/")
        assert page.status_code == 200
        assert "La place du Marché" in page.content.decode()
        assert client.get("/desk/import/").status_code == client.get("/me/invitations/").status_code == 200

    def test_happens_once(self, client, tmp_path):
        code = setup_code(tmp_path)
        client.post(f"/setup/{code}/", FORM)
        assert Client().get(f"/setup/{code}/").status_code == 404
        assert Client().get("/setup/").status_code == 404
        assert Client().post(f"/setup/{code}/", FORM | {"address": "x@parvis.example"}).status_code == 404
        assert Person.objects.owners().count() == 1

    def test_asks_again_for_what_is_missing_and_writes_nothing(self, client, tmp_path):
        code = setup_code(tmp_path)
        page = client.post(f"/setup/{code}/", FORM | {"password": "short", "address": "olive"})
        assert page.status_code == 200
        assert set(page.context["form"].errors) == {"password", "address"}
        assert not Person.objects.exists()
        assert not Square.objects.exists()

    def test_speaks_the_language_of_the_browser(self, client, tmp_path):
        code = setup_code(tmp_path)
        for language in ("fr", "en"):
            page = client.get(f"/setup/{code}/", headers={"accept-language": language})
            assert f'<html lang="{language}"' in page.content.decode()
            assert page["Content-Language"] == language

    def test_keeps_its_address_to_itself_out_of_indexes_and_caches(self, client, tmp_path):
        page = client.get(f"/setup/{setup_code(tmp_path)}/")
        assert page["Referrer-Policy"] == "same-origin"
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Cache-Control"] == "no-store"

    def test_takes_the_code_of_the_printed_address(self, client, tmp_path):
        answer = client.get(f"/setup/?code={setup_code(tmp_path)}", follow=True)
        assert answer.status_code == 200
        assert "form" in answer.context


@pytest.mark.django_db
class TestOpenSquare:
    def test_refuses_a_square_that_somebody_runs(self, owner, at):
        with pytest.raises(AlreadyOpen):
            open_square(opening=Opening(owner_name="Eve", address="eve@parvis.example"), at=at)
        assert Person.objects.owners().get() == owner

    def test_makes_an_owner_of_somebody_already_known(self, alice, at):
        owner = open_square(opening=Opening(owner_name="Alice A.", address="alice@parvis.example"), at=at)
        assert owner == alice
        assert (owner.role, owner.addresses.count()) == (Role.OWNER, 1)

    def test_without_a_password_none_opens(self, at):
        owner = open_square(opening=Opening(owner_name="Olive", address="olive@parvis.example"), at=at)
        assert not owner.has_usable_password()


@pytest.mark.django_db
class TestANameOfANewSquare:
    @pytest.mark.parametrize("over", [{"owner_name": " "}, {"owner_name": "O\nX"}, {"name": "A\x0bB"}])
    def test_is_one_line(self, over, tmp_path, settings, at):
        code = setup_code(settings.PARVIS_DATA)
        answer = Client().post(f"/setup/{code}/", FORM | over)
        assert answer.status_code == 200
        assert answer.context["form"].errors
        with pytest.raises(Nameless):
            open_square(opening=Opening(**{"owner_name": "O", "address": "o@parvis.example"} | over), at=at)
        assert not Person.objects.exists()
