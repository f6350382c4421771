"""Asking who will read a post, without JavaScript: the text is kept first, and is there when one comes back."""

import re

import pytest
from django.urls import reverse

from parvis.core.stream.models import Attachment
from parvis.rooms.journal.tests.test_journal_writing import address, begun, copy_of, newest, picture, words
from parvis.rooms.journal.tests.worlds import publish

pytestmark = pytest.mark.django_db


def asked(client, post, **over):
    """Press “Who will read this” in the editor; the page that follows."""
    answer = client.post(address("edit", post), words(post, do="readers", **over))
    assert answer.status_code == 303
    assert answer.headers["Location"] == address("readers", post)
    return client.get(answer.headers["Location"]).content.decode()


class TestAskingWhoWillRead:
    def test_the_button_is_in_the_form_of_the_text(self, as_alice):
        page = as_alice.get(address("edit", begun(as_alice))).content.decode()
        assert 'name="do" value="readers" formnovalidate' in page
        assert "formaction" not in page

    def test_keeps_everything_that_was_typed(self, as_alice, bob):
        post = begun(as_alice)
        typed = {
            "title": "Sans filet",
            "text": "  Un *mot*.\r\n\r\n",
            "tags": "eau",
            "note_en": "A note",
            "slug": "filet",
        }
        page = asked(as_alice, post, audience="connections", **typed)

        assert "Visible to 1 person: my connections" in page
        assert "Bob" in page
        assert copy_of(post).fields.items() >= typed.items()
        assert newest().publication.published_at is None

    def test_leads_back_to_the_text_with_the_choice(self, as_alice, bob):
        post = begun(as_alice)
        page = asked(as_alice, post, text="Toujours là.", audience="everyone")
        sent = {"audience": "connections", "do": "back"}
        answer = as_alice.post(address("readers", post), sent)

        assert answer.headers["Location"] == address("edit", post)
        page = as_alice.get(answer.headers["Location"]).content.decode()
        assert "Toujours là.</textarea>" in page
        assert "Publish to 1 person" in page
        assert re.search(r'value="connections"[^>]* checked', page)

    def test_says_it_again_for_another_choice(self, as_alice, bob):
        post = begun(as_alice)
        page = asked(as_alice, post, audience="custom", **{"audience-in": ["connections"]})
        sent = {"audience": "me", "do": "look"}
        page = as_alice.post(address("readers", post), sent, follow=True).content.decode()

        assert "Nobody but you will see this." in page
        assert "audience-in" not in copy_of(post).fields

    def test_lets_in_someone_who_is_mentioned(self, as_alice, bob, charlie):
        post = begun(as_alice)
        page = asked(as_alice, post, text="Merci @Charlie.", audience="connections")
        button = re.search(r'name="audience-add" value="([^"]+)" formnovalidate>Let Charlie read it', page)
        assert button is not None

        sent = {"audience": "connections", "audience-add": button[1]}
        page = as_alice.post(address("readers", post), sent, follow=True).content.decode()
        assert "Visible to 2 people" in page
        assert "is mentioned" not in page
        assert copy_of(post).fields["text"] == "Merci @Charlie."

    def test_says_what_is_wrong_with_a_choice(self, as_alice, bob):
        post = begun(as_alice)
        page = asked(as_alice, post, audience="custom", **{"audience-in-names": "Nobody"})
        assert "There is nobody named “Nobody”" in page
        assert 'value="Nobody"' in page

    def test_takes_the_pictures_that_were_chosen_along(self, as_alice, bob):
        post = begun(as_alice)
        asked(as_alice, post, pictures=[picture()])
        made = Attachment.objects.unguarded("test").get(publication=post.publication)
        assert f"![](/media/{made.public_id}/" in str(copy_of(post).fields["text"])

    def test_shows_both_texts_when_another_window_wrote(self, as_alice):
        post = begun(as_alice)
        opened_at = words(post)["version"]
        as_alice.post(address("save", post), words(post, text="Le premier onglet."))
        answer = as_alice.post(
            address("edit", post), words(post, version=opened_at, text="Le second.", do="readers")
        )
        assert answer.status_code == 409
        assert "Le premier onglet." in answer.content.decode()
        assert "Le second.</textarea>" in answer.content.decode()

    def test_an_old_page_of_readers_overwrites_no_text(self, as_alice, bob):
        post = begun(as_alice)
        page = asked(as_alice, post, text="Ancien.")
        as_alice.post(address("save", post), words(post, text="Nouveau."))
        sent = {"audience": "me", "do": "back", "text": "Forged."}
        page = as_alice.post(address("readers", post), sent, follow=True).content.decode()

        assert "Nouveau.</textarea>" in page
        assert copy_of(post).fields["audience"] == "me"

    def test_never_touches_what_is_published(self, as_alice, alice, as_visitor, bob):
        post = publish(alice, "Publié")
        asked(as_alice, post, title="En travail", audience="me")
        shown = as_visitor.get(post.get_absolute_url()).content.decode()
        assert "Publié" in shown
        assert "En travail" not in shown

    @pytest.mark.parametrize(("who", "status"), [("as_bob", 404), ("as_owner", 404), ("as_visitor", 302)])
    def test_is_for_its_author_alone(self, who, status, as_alice, request):
        post = begun(as_alice)
        client = request.getfixturevalue(who)
        path = reverse("journal:readers", args=[post.publication.public_id])
        assert client.get(path).status_code == status
        assert client.post(path, {"audience": "me"}).status_code == status


class TestSaving:
    def test_keeps_the_words_given_to_pictures(self, as_alice):
        post = begun(as_alice)
        page = as_alice.post(address("edit", post), words(post, do="pictures", pictures=[picture()]))
        assert page.status_code == 200
        made = Attachment.objects.unguarded("test").get(publication=post.publication)
        text = f"![](/media/{made.public_id}/)"
        said = words(post, do="save", text=text) | {f"alt-{made.public_id}": "Un mur"}
        as_alice.post(address("edit", post), said)
        assert "![Un mur]" in str(copy_of(post).fields["text"])
