"""Every page of this floor, tried by the four personas."""

import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from parvis.core.people.actions import invite, mirror
from parvis.core.people.models import Address, Invitation, JoinPolicy, Person

OWN_PAGES = ["settings", "profile", "preferences", "addresses"]


class TestOwnPages:
    @pytest.mark.parametrize("name", OWN_PAGES)
    def test_each_person_has_theirs(self, name, as_alice, as_bob, as_charlie):
        for client in (as_alice, as_bob, as_charlie):
            assert client.get(reverse(name)).status_code == 200

    @pytest.mark.parametrize("name", [*OWN_PAGES, "invitations"])
    def test_a_visitor_is_led_to_log_in(self, name, as_visitor):
        answer = as_visitor.get(reverse(name))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))

    @pytest.mark.parametrize(
        "name",
        ["portrait-change", "address-verify", "address-primary", "address-remove", "invitation-withdraw"],
    )
    def test_a_button_is_no_page(self, name, as_alice):
        assert as_alice.get(reverse(name)).status_code == 405


class TestProfile:
    def test_says_who_one_is_in_both_languages(self, as_charlie, charlie):
        words = {
            "name": " Charlie  Roux ",
            "about_fr": "Je pêche.",
            "about_en": "",
            "link_1": "https://charlie.example/",
        }
        assert as_charlie.post(reverse("profile"), words).status_code == 303
        charlie.refresh_from_db()
        assert charlie.name == "Charlie Roux"
        assert charlie.about == {"fr": "Je pêche."}
        assert charlie.links == [{"label": "charlie.example", "url": "https://charlie.example/"}]
        assert not charlie.is_listed

    def test_names_languages_in_french_with_small_letters(self, as_charlie, charlie):
        Person.objects.filter(pk=charlie.pk).update(language="fr")
        page = as_charlie.get(reverse("profile")).text
        assert "À propos de vous, en français" in page
        assert "À propos de vous, en anglais" in page

    def test_names_the_same_pictures_before_and_after(self, as_charlie):
        picture = SimpleUploadedFile("x.png", b"no picture")
        form = as_charlie.post(reverse("portrait-change"), {"picture": picture}).context["portrait_form"]
        said = [str(form.fields["picture"].help_text), str(form.errors)]
        assert all(re.search("JPEG, PNG, GIF, WebP (or|and) AVIF", words) for words in said)

    def test_refuses_a_link_that_is_a_script(self, as_charlie, charlie):
        answer = as_charlie.post(reverse("profile"), {"name": "Charlie", "link_1": "javascript:alert(1)"})
        assert answer.status_code == 200
        charlie.refresh_from_db()
        assert charlie.links == []

    def test_changes_language_clock_and_light(self, as_charlie, charlie):
        as_charlie.post(reverse("preferences"), {"language": "fr", "zone": "Asia/Tokyo", "theme": "dark"})
        charlie.refresh_from_db()
        assert (charlie.language, charlie.zone, charlie.theme) == ("fr", "Asia/Tokyo", "dark")

    def test_knows_no_other_clock(self, as_charlie, charlie):
        as_charlie.post(reverse("preferences"), {"language": "fr", "zone": "Moon/Base", "theme": ""})
        charlie.refresh_from_db()
        assert charlie.zone == "UTC"


class TestLanguage:
    def test_is_kept_in_a_cookie_for_visitors(self, as_visitor):
        answer = as_visitor.post(reverse("language"), {"language": "en", "next": "/people/"})
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/people/"
        assert answer.cookies["django_language"].value == "en"

    def test_is_kept_with_the_person(self, as_charlie, charlie):
        as_charlie.post(reverse("language"), {"language": "fr", "next": "/"})
        charlie.refresh_from_db()
        assert charlie.language == "fr"

    @pytest.mark.parametrize(
        "there", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""]
    )
    def test_leads_nowhere_else(self, there, as_visitor):
        answer = as_visitor.post(reverse("language"), {"language": "en", "next": there})
        assert answer.headers["Location"] == "/"

    def test_of_a_person_needs_the_token(self, charlie):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(charlie, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert strict.post(reverse("language"), {"language": "fr", "next": "/"}).status_code == 403


class TestInvitations:
    def test_show_the_link_once(self, as_charlie, charlie):
        first = as_charlie.post(reverse("invitations"), {"address": "", "words": ""}).content.decode()
        assert "/invited/" in first
        assert "/invited/" not in as_charlie.get(reverse("invitations")).content.decode()
        assert Invitation.objects.get().by == charlie

    def test_mail_the_link_when_there_is_an_address(self, as_charlie):
        as_charlie.post(reverse("invitations"), {"address": "zoe@parvis.example", "words": "Viens voir"})
        (sent,) = mail.outbox
        assert sent.to == ["zoe@parvis.example"]
        assert "/invited/" in sent.body
        assert "Viens voir" in sent.body

    def test_make_owners_only_when_an_owner_says_so(self, as_charlie, as_owner):
        as_charlie.post(reverse("invitations"), {"role": "owner"})
        assert Invitation.objects.get().role == "member"
        as_owner.post(reverse("invitations"), {"role": "author"})
        assert Invitation.objects.filter(role="author").count() == 1

    def test_are_not_offered_where_the_square_is_closed(self, as_charlie, as_owner, square):
        square.join = JoinPolicy.CLOSED
        square.save()
        assert as_charlie.get(reverse("invitations")).status_code == 404
        assert as_owner.get(reverse("invitations")).status_code == 200

    def test_are_withdrawn_by_a_name_that_is_not_their_number(self, as_charlie):
        as_charlie.post(reverse("invitations"), {"address": "zoe@parvis.example", "words": "Viens voir"})
        invitation = Invitation.objects.get()
        page = as_charlie.get(reverse("invitations")).content.decode()
        assert f'name="invitation" value="{invitation.mark}"' in page
        assert (
            as_charlie.post(reverse("invitation-withdraw"), {"invitation": invitation.pk}).status_code == 404
        )

        as_charlie.post(reverse("invitation-withdraw"), {"invitation": invitation.mark})
        invitation.refresh_from_db()
        assert invitation.withdrawn_at is not None

    def test_of_others_cannot_be_withdrawn(self, as_charlie, bob, square, at):
        invitation, _code = invite(by=bob, square=square, at=at)
        assert (
            as_charlie.post(reverse("invitation-withdraw"), {"invitation": invitation.mark}).status_code
            == 404
        )


class TestInvited:
    def test_shows_who_invites(self, as_visitor, bob, square):
        from django.utils import timezone

        _invitation, code = invite(by=bob, square=square, words="Venez", at=timezone.now())
        page = as_visitor.get(reverse("invited", args=[code]))
        assert page.status_code == 200
        assert "Bob" in page.content.decode()
        assert page.headers["X-Robots-Tag"] == "noindex"

    def test_looks_the_same_for_invented_used_and_withdrawn_links(self, as_visitor, bob, square, at):
        from datetime import timedelta

        from django.utils import timezone

        from parvis.core.people.actions import accept_invitation, withdraw_invitation

        now = timezone.now()
        used, used_code = invite(by=bob, square=square, at=now)
        accept_invitation(invitation=used, person=bob, at=now)
        gone, gone_code = invite(by=bob, square=square, at=now)
        withdraw_invitation(invitation=gone, at=now)
        _late, late_code = invite(by=bob, square=square, at=now - timedelta(days=31))
        answers = [
            as_visitor.get(reverse("invited", args=[c]))
            for c in ("invented", used_code, gone_code, late_code)
        ]
        bodies = {
            answer.content.replace(code.encode(), b"")
            for answer, code in zip(answers, ("invented", used_code, gone_code, late_code), strict=True)
        }
        assert {answer.status_code for answer in answers} == {404}
        assert len(bodies) == 1


class TestAddresses:
    def test_cannot_lose_the_last_one(self, as_charlie, charlie):
        own = charlie.addresses.get()
        as_charlie.post(reverse("address-remove"), {"address": own.value})
        assert charlie.addresses.get() == own

    def test_of_others_cannot_be_touched(self, as_charlie, bob):
        theirs = bob.addresses.get()
        for name in ("address-remove", "address-primary", "address-verify"):
            assert as_charlie.post(reverse(name), {"address": theirs.value}).status_code == 404

    def test_are_removed_and_made_main(self, as_charlie, charlie, at):
        second = Address.objects.create(
            person=charlie,
            value="c2@parvis.example",
            canonical="c2@parvis.example",
            added_at=at,
            verified_at=at,
        )
        as_charlie.post(reverse("address-primary"), {"address": second.value})
        second.refresh_from_db()
        assert second.is_primary
        assert [sent.to for sent in mail.outbox] == [["charlie@parvis.example"]]
        first = charlie.addresses.get(is_primary=False)
        as_charlie.post(reverse("address-remove"), {"address": first.value})
        assert charlie.addresses.get() == second

    def test_allauths_own_page_leads_to_ours(self, as_charlie):
        assert as_charlie.get("/account/email/").headers["Location"] == reverse("addresses")


class TestPortrait:
    @pytest.fixture
    def picture(self):
        from io import BytesIO

        from PIL import Image

        out = BytesIO()
        exif = Image.Exif()
        exif[0x010F] = "CANARY-camera"
        Image.new("RGB", (600, 500), "teal").save(out, "JPEG", exif=exif)
        return out.getvalue()

    def put(self, client, data):
        from django.core.files.uploadedfile import SimpleUploadedFile

        return client.post(reverse("portrait-change"), {"picture": SimpleUploadedFile("me.jpg", data)})

    def test_is_seen_by_whoever_may_see_the_page(self, as_charlie, charlie, as_bob, as_visitor, picture):
        assert self.put(as_charlie, picture).status_code == 303
        there = reverse("portrait", args=[charlie.public_id])
        shown = as_bob.get(there)
        assert shown.status_code == 200
        data = b"".join(shown)
        assert data.startswith(b"RIFF")
        assert b"CANARY" not in data
        assert "no-cache" in shown.headers["Cache-Control"]
        assert as_visitor.get(there).status_code == 404

    def test_is_asked_for_anew_after_a_block(self, as_charlie, charlie, as_bob, bob, picture, at):
        from parvis.core.audiences.actions import block

        self.put(as_charlie, picture)
        there = reverse("portrait", args=[charlie.public_id])
        tag = as_bob.get(there).headers["ETag"]
        assert as_bob.get(there, headers={"If-None-Match": tag}).status_code == 304
        block(by=charlie, person=bob, at=at)
        assert as_bob.get(there, headers={"If-None-Match": tag}).status_code == 404

    def test_refuses_what_is_no_picture(self, as_charlie, charlie):
        answer = self.put(as_charlie, b"%PDF-1.7 not a picture")
        assert answer.status_code == 200
        charlie.refresh_from_db()
        assert charlie.portrait == ""

    def test_can_be_taken_away(self, as_charlie, charlie, picture):
        self.put(as_charlie, picture)
        as_charlie.post(reverse("portrait-change"), {"remove": "yes"})
        charlie.refresh_from_db()
        assert charlie.portrait == ""


class TestMirror:
    def test_holds_verified_addresses_and_no_other(self, charlie, at):
        from allauth.account.models import EmailAddress

        Address.objects.create(person=charlie, value="bob@x.example", canonical="bob@x.example", added_at=at)
        EmailAddress.objects.create(user=charlie, email="left@over.example", verified=False)
        mirror(charlie)
        assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
            ("charlie@parvis.example", True, True)
        ]
