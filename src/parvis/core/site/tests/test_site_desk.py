"""The owner's desk: for owners alone; what is decided there shows at once."""

import pytest
from django.test import Client
from django.utils import timezone

from parvis.core.people.models import Notice, Person, Role, Square
from parvis.core.site.actions import Opening, give_role, open_square, shut_out
from parvis.core.site.actions.members import GuestHasNoRole, NotYourself
from parvis.core.site.models import StandingPage

PAGES = (
    "/desk/",
    "/desk/first-steps/",
    "/desk/square/",
    "/desk/menu/",
    "/desk/pages/",
    "/desk/pages/about/fr/",
    "/desk/people/",
    "/desk/reports/",
    "/desk/backups/",
    "/desk/jobs/",
    "/desk/mails/",
    "/desk/import/",
    "/desk/version/",
)
SETTINGS = {
    "name": "Les Pavés",
    "tagline_fr": "Entre voisins",
    "tagline_en": "Among neighbours",
    "language": "en",
    "languages": ["en"],
    "join": "closed",
    "accent": "plum",
    "zone": "Europe/Paris",
}


@pytest.mark.parametrize("path", PAGES)
class TestDeskPages:
    def test_are_open_to_owners(self, as_owner, path):
        page = as_owner.get(path)
        assert page.status_code == 200
        assert page.content.decode().count("<h1") == 1

    def test_are_not_there_for_authors_and_members(self, as_alice, as_bob, as_charlie, path):
        assert [client.get(path).status_code for client in (as_alice, as_bob, as_charlie)] == [404] * 3

    def test_lead_visitors_to_log_in(self, as_visitor, path):
        answer = as_visitor.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


@pytest.mark.django_db
class TestDeskWrites:
    @pytest.mark.parametrize(
        "path", ["/desk/square/", "/desk/menu/", "/desk/rooms/", "/desk/pages/about/fr/", "/desk/backups/"]
    )
    def test_need_a_token_and_an_owner(self, owner, as_alice, path):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.post(path, SETTINGS).status_code == 403
        assert as_alice.post(path, SETTINGS).status_code == 404

    def test_get_changes_nothing(self, as_owner, charlie):
        for path in ("/desk/rooms/", f"/desk/people/{charlie.public_id}/suspend/"):
            assert as_owner.get(path).status_code == 405


@pytest.mark.django_db
class TestSettings:
    def test_show_on_the_next_page(self, as_owner, as_visitor):
        assert as_owner.post("/desk/square/", SETTINGS).status_code == 303
        square = Square.objects.get()
        assert (square.name, square.tagline["fr"], square.join, square.zone) == (
            "Les Pavés",
            "Entre voisins",
            "closed",
            "Europe/Paris",
        )
        page = as_visitor.get("/").content.decode()
        assert "Les Pavés" in page
        assert '<html lang="en"' in page
        assert 'data-accent="plum"' in page

    def test_a_new_version_makes_old_pages_stale(self, as_owner, square):
        as_owner.post("/desk/square/", SETTINGS)
        assert Square.objects.get().version > square.version

    def test_keep_the_square_language_among_its_languages(self, as_owner):
        as_owner.post("/desk/square/", SETTINGS | {"language": "fr", "languages": ["en"]})
        assert Square.objects.get().languages == ["fr", "en"]

    def test_are_asked_again_when_a_choice_is_unknown(self, as_owner, square):
        page = as_owner.post("/desk/square/", SETTINGS | {"accent": "neon", "name": ""})
        assert set(page.context["form"].errors) == {"accent", "name"}
        assert Square.objects.get().name == square.name


@pytest.mark.django_db
class TestBringingIn:
    def test_says_wordpress_on_its_link(self, as_owner):
        page = as_owner.get("/desk/import/").text
        assert '<a href="/journal/import/">A WordPress blog, into the journal</a>' in page


@pytest.mark.django_db
class TestMenu:
    def places(self, client):
        return {
            line["entry"].key: n
            for n, line in enumerate(client.get("/desk/menu/").context["form"].lines(), 1)
        }

    def test_holds_what_was_chosen_in_its_order(self, as_owner, as_visitor, at):
        StandingPage.objects.create(
            slug="about", language="fr", title="À propos", source="", html="", changed_at=at
        )
        places = self.places(as_owner)
        about, journal = places["page:about"], places["room:journal"]
        form = {
            f"shown_{about}": "on",
            f"place_{about}": "1",
            f"place_{journal}": "2",
            f"shown_{journal}": "on",
            f"place_{places['room:places']}": "3",
            f"place_{places['room:campaigns']}": "4",
        }
        link = {"link_url": "https://example.org/", "link_fr": "Le voisin", "link_en": ""}
        assert as_owner.post("/desk/menu/", form | link).status_code == 303
        page = as_visitor.get("/").content.decode()
        assert page.index("À propos") < page.index('href="/journal/"') < page.index("Le voisin")

    def test_refuses_links_that_run(self, as_owner):
        page = as_owner.post("/desk/menu/", {"link_url": "javascript:alert(1)", "link_fr": "Non"})
        assert "link_url" in page.context["form"].errors
        assert (
            as_owner.post("/desk/menu/", {"link_url": "//example.org", "link_fr": "Non"}).status_code == 200
        )
        assert Square.objects.get().menu == []

    def test_asks_for_the_words_of_a_link(self, as_owner):
        assert as_owner.post("/desk/menu/", {"link_url": "https://example.org/"}).status_code == 200

    def test_a_closed_room_is_out_of_the_menu_and_answers_nobody(self, as_owner, as_visitor):
        as_owner.post("/desk/rooms/", {"open": []})
        assert Square.objects.get().closed_rooms == ["campaigns", "journal", "places"]
        assert 'href="/journal/"' not in as_visitor.get("/").content.decode()
        as_owner.post("/desk/rooms/", {"open": ["journal"]})
        assert 'href="/journal/"' in as_visitor.get("/").content.decode()


@pytest.mark.django_db
class TestPeople:
    def test_are_found_by_name_and_by_address(self, as_owner, alice, charlie):
        by_name = as_owner.get("/desk/people/", {"q": "harl"}).content.decode()
        assert "Charlie" in by_name
        assert "Alice" not in by_name
        assert "Alice" in as_owner.get("/desk/people/", {"q": "alice@parvis"}).content.decode()

    def test_of_a_kind_are_listed_apart(self, as_owner, alice, charlie, at):
        charlie.suspended_at = at
        charlie.save()
        assert "Charlie" not in as_owner.get("/desk/people/").content.decode()
        assert "Charlie" in as_owner.get("/desk/people/", {"which": "suspended"}).content.decode()

    def test_take_few_queries_however_many_they_are(self, as_owner, at, django_assert_max_num_queries):
        for n in range(60):
            Person.objects.create(name=f"N{n}", joined_at=at)
        as_owner.get("/desk/people/")
        with django_assert_max_num_queries(12):
            assert as_owner.get("/desk/people/").status_code == 200

    def test_get_another_role_and_are_told(self, as_owner, charlie):
        path = f"/desk/people/{charlie.public_id}/role/"
        assert as_owner.post(path, {"role": "author"}).status_code == 303
        charlie.refresh_from_db()
        assert charlie.role == Role.AUTHOR
        assert Notice.objects.get(person=charlie).kind == "site.role"

    def test_the_last_owner_stays_one(self, as_owner, owner):
        page = as_owner.post(f"/desk/people/{owner.public_id}/role/", {"role": "member"})
        assert page.status_code == 200
        assert page.context["role_form"].non_field_errors()
        assert Person.objects.owners().get() == owner

    def test_guests_are_invited_rather_than_promoted(self, owner, at):
        guest = Person.objects.create(name="G", role=Role.GUEST, joined_at=at)
        with pytest.raises(GuestHasNoRole):
            give_role(person=guest, role=Role.MEMBER, by=owner, at=at)


@pytest.mark.django_db
class TestSuspension:
    def test_puts_a_person_out_at_their_next_request(self, as_owner, as_charlie, charlie):
        assert as_charlie.get("/notices/").status_code == 200
        path = f"/desk/people/{charlie.public_id}/suspend/"
        assert as_owner.post(path, {"because": "Noise at night"}).status_code == 303
        assert as_charlie.get("/notices/").status_code == 302
        assert "Noise at night" in as_owner.get(f"/desk/people/{charlie.public_id}/").content.decode()

    def test_ends_with_a_notice_and_a_new_login(self, as_owner, as_charlie, charlie):
        as_charlie.get("/notices/")
        as_owner.post(f"/desk/people/{charlie.public_id}/suspend/", {"because": "x"})
        as_owner.post(f"/desk/people/{charlie.public_id}/reinstate/")
        charlie.refresh_from_db()
        assert charlie.is_active
        assert Notice.objects.get(person=charlie).kind == "site.reinstated"

    def test_is_said_in_french_of_one_person(self, as_owner, owner, charlie, at):
        shut_out(person=charlie, by=owner, because="x", at=at)
        Person.objects.filter(pk=owner.pk).update(language="fr")
        page = as_owner.get(f"/desk/people/{charlie.public_id}/").text
        assert "<dt>Accès suspendu</dt>" in page
        assert ">Lever la suspension</h2>" in page
        assert "Accès suspendu" not in as_owner.get("/desk/people/?which=members").text

    def test_needs_a_reason(self, as_owner, charlie):
        page = as_owner.post(f"/desk/people/{charlie.public_id}/suspend/", {"because": ""})
        assert "because" in page.context["suspend_form"].errors
        charlie.refresh_from_db()
        assert charlie.is_active

    def test_is_for_others(self, owner, at):
        with pytest.raises(NotYourself):
            shut_out(person=owner, by=owner, because="x", at=at)

    def test_of_somebody_who_is_not_there_is_nothing(self, as_owner):
        assert as_owner.post("/desk/people/nobody/suspend/", {"because": "x"}).status_code == 404


@pytest.mark.django_db
class TestAttention:
    def test_names_mail_that_cannot_leave_and_missing_backups(self, as_owner, settings):
        settings.PARVIS_MAIL_URL = ""
        matters = as_owner.get("/desk/").context["matters"]
        said = " ".join(matter.sentence + matter.advice for matter in matters)
        assert "PARVIS_MAIL_URL" in said
        assert "parvis backup" in said

    def test_counts_who_joined_lately(self, as_owner, charlie):
        Person.objects.filter(pk=charlie.pk).update(joined_at=timezone.now())
        assert any(matter.url == "/desk/people/" for matter in as_owner.get("/desk/").context["matters"])


@pytest.mark.django_db
def test_first_run_leads_everywhere_to_the_set_up(client, tmp_path, at):
    from parvis.core.site.setup import setup_code

    setup_code(tmp_path)
    for path in ("/", "/search/", "/account/login/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/setup/")
    open_square(opening=Opening(owner_name="Olive", address="olive@parvis.example"), at=at)
    assert client.get("/").status_code == 200
