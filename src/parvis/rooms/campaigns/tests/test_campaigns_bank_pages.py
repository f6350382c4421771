"""Bills and payments as pages, and the command: who may see them, and what they do."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from parvis.conftest import logged_in
from parvis.core.site.command.line import run
from parvis.lib.bills.tests.samples import of_pdf, scanned
from parvis.rooms.campaigns.links import bill_path, token_of
from parvis.rooms.campaigns.models import BankLine
from parvis.rooms.campaigns.tests.banks import billed, bring, came, lines, notification, paid, told
from parvis.rooms.campaigns.tests.makers import QR_IBAN, bank_of

pytestmark = pytest.mark.django_db
PATH = "/campaigns/statements/"


def sent(browser, content, name="april.xml"):
    return browser.post(PATH, {"file": SimpleUploadedFile(name, content)}, follow=True)


def do(browser, line, deed, **more):
    return browser.post(f"{PATH}{line.public_id}/decide/", {"do": deed} | more, follow=True)


class TestBillPages:
    def test_open_by_their_link_alone(self, alice):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        answer = Client().get(bill_path(pledge))
        assert answer.status_code == 200
        assert pledge.reference in answer.text.replace(" ", "")
        assert "<svg" in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "sessionid" not in answer.cookies
        pdf = Client().get(bill_path(pledge)[:-1] + ".pdf")
        assert scanned(of_pdf(pdf.content))[0].startswith(b"SPC")
        assert Client().get(bill_path(pledge)[:-1] + ".svg").headers["Content-Type"] == "image/svg+xml"

    @pytest.mark.parametrize("ending", ["/", ".pdf", ".svg"])
    def test_open_to_nobody_else(self, alice, as_charlie, ending):
        _campaign, (pledge, other), _clock = billed(alice, 40_00, 20_00)
        for token in (pledge.public_id, f"{pledge.public_id}{token_of(other)[20:]}", "x" * 60):
            for browser in (Client(), as_charlie, logged_in(other.person)):
                assert browser.get(f"/campaigns/pledge/{token}/bill{ending}").status_code == 404

    def test_open_to_their_backer_and_their_creator_who_are_logged_in(self, alice):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        for person in (alice, pledge.person):
            assert logged_in(person).get(f"/campaigns/pledge/{pledge.public_id}/bill/").status_code == 200

    def test_say_that_it_is_paid_and_show_no_code_any_more(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge)), clock.at)
        answer = Client().get(bill_path(pledge))
        assert "The number of the receipt is" in answer.text
        assert pledge.reference not in answer.text.replace(" ", "")
        assert Client().get(bill_path(pledge)[:-1] + ".pdf").status_code == 404

    def test_speak_the_language_of_the_pledge(self, alice):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        pledge.language = "fr"
        pledge.save()
        assert '<html lang="fr"' in Client().get(bill_path(pledge)).text


class TestStatementsPage:
    def test_is_for_those_who_make_campaigns(self, alice, as_charlie, as_visitor):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge)), clock.at)
        line = BankLine.objects.get()
        for path in (PATH, f"{PATH}{line.public_id}/", f"{PATH}refund/{pledge.public_id}/"):
            assert as_charlie.get(path).status_code == 404
            assert as_visitor.get(path).status_code == 302

    def test_shows_another_creator_nothing_of_it(self, alice, as_owner):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge), came(7_00, debtor="Zoé Favre", ref="9")), clock.at)
        line = BankLine.objects.latest("pk")
        for show in ("", "?show=paid", "?show=open"):
            assert "Favre" not in as_owner.get(PATH + show).text
        assert as_owner.get(f"{PATH}{line.public_id}/").status_code == 404
        assert do(as_owner, line, "aside").status_code == 404
        assert as_owner.get(f"{PATH}refund/{pledge.public_id}/").status_code == 404
        assert BankLine.objects.get(pk=line.pk).state == "open"

    def test_takes_a_file_and_says_what_came_of_it(self, alice, as_alice):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        answer = sent(as_alice, notification(paid(pledge), came(7_00, debtor="Zoé Favre", ref="9")))
        assert "1 payment paid a pledge. 1 payment is open." in answer.text
        assert "Zoé Favre" in answer.text
        assert told(pledge) == ("collected", 40_00)

    def test_says_why_a_file_is_not_taken(self, alice, as_alice):
        billed(alice, 40_00)
        assert "This is no bank statement that can be read here." in sent(as_alice, b"hello").text
        assert lines() == []

    def test_lets_a_qr_iban_be_known_by_its_other_name(self, alice, as_alice):
        account = bank_of(alice, iban=QR_IBAN)
        _campaign, (pledge,), _clock = billed(alice, 40_00, bank=account)
        file = notification(paid(pledge), account="CH9300762011623852957")
        assert "It is the same account" in sent(as_alice, file).text
        as_alice.post(f"{PATH}account/{account.public_id}/", {"stated_as": "CH9300762011623852957"})
        sent(as_alice, file)
        assert told(pledge) == ("collected", 40_00)

    @pytest.mark.parametrize(
        ("show", "seen"), [("", True), ("proposed", True), ("open", False), ("paid", False)]
    )
    def test_filters_by_what_became_of_a_payment(self, alice, as_alice, show, seen):
        _campaign, _pledges, clock = billed(alice, 40_00, names=["Zoé Favre"])
        bring(alice, notification(came(40_00, debtor="Favre Zoé")), clock.at)
        assert ("Favre Zoé" in as_alice.get(PATH, {"show": show}).text) is seen

    def test_asks_few_questions_of_the_database(self, alice, as_alice, django_assert_max_num_queries):
        _campaign, pledges, clock = billed(alice, 40_00, 20_00, 30_00)
        entries = [paid(one, one.amount + 1, ref=str(one.number)) for one in pledges]
        bring(alice, notification(*entries), clock.at)
        with django_assert_max_num_queries(16):
            assert as_alice.get(PATH, {"show": "paid"}).status_code == 200


class TestOnePayment:
    def test_can_be_accepted(self, alice, as_alice):
        _campaign, (pledge,), clock = billed(alice, 40_00, names=["Zoé Favre"])
        bring(alice, notification(came(40_00, debtor="Favre Zoé")), clock.at)
        assert "It pays pledge 1." in do(as_alice, BankLine.objects.get(), "accept").text
        assert told(pledge) == ("collected", 40_00)

    @pytest.mark.parametrize("asked", ["2", "favre zo", "CODE"])
    def test_finds_its_pledge_by_number_name_or_code(self, alice, as_alice, asked):
        _campaign, (_other, pledge), clock = billed(alice, 20_00, 40_00, names=["Marc Rey", "Zoé Favre"])
        bring(alice, notification(came(30_00)), clock.at)
        line = BankLine.objects.get()
        words = pledge.code if asked == "CODE" else asked
        answer = as_alice.get(f"{PATH}{line.public_id}/", {"q": words})
        assert "Favre" in answer.text
        assert "Rey" not in answer.text
        do(as_alice, line, "allocate", pledge=pledge.public_id)
        assert told(pledge) == ("part-paid", 30_00)

    def test_pays_no_pledge_of_somebody_elses_campaign(self, alice, as_owner, owner):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bank_of(owner, iban=QR_IBAN)
        bring(owner, notification(came(40_00), account=QR_IBAN), clock.at)
        assert do(as_owner, BankLine.objects.get(), "allocate", pledge=pledge.public_id).status_code == 404
        assert told(pledge) == ("billed", 0)

    def test_can_be_put_aside_and_taken_up_again(self, alice, as_alice):
        _campaign, _pledges, clock = billed(alice, 40_00)
        bring(alice, notification(came(30_00)), clock.at)
        line = BankLine.objects.get()
        assert "Take it up again" in do(as_alice, line, "aside").text
        assert "Put it aside" in do(as_alice, line, "take-up").text

    def test_shows_what_is_owed_until_it_was_sent_back(self, alice, as_alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge, 50_00)), clock.at)
        line = BankLine.objects.get()
        assert "CHF\xa010.00 belongs to no pledge" in as_alice.get(f"{PATH}{line.public_id}/").text
        assert "was sent back" in do(as_alice, line, "send-back").text
        assert as_alice.post(f"{PATH}{line.public_id}/decide/", {"do": "burn"}).status_code == 404

    def test_shows_mistyped_references_and_lets_nobody_write_into_the_page(self, alice, as_alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        wrong = f"RF00{pledge.reference[4:]}"
        bring(alice, notification(came(1_00, references=[wrong], debtor="<b>Zoé")), clock.at)
        answer = as_alice.get(f"{PATH}{BankLine.objects.get().public_id}/")
        assert "wrong check digits" in answer.text
        assert "&lt;b&gt;Zoé" in answer.text
        assert "<b>Zoé" not in answer.text


class TestRefundPage:
    def test_writes_down_what_went_back(self, alice, as_alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge)), clock.at)
        path = f"{PATH}refund/{pledge.public_id}/"
        assert 'value="40.00"' in as_alice.get(path).text
        too_much = as_alice.post(path, {"amount": "41"})
        assert "40.00 can go back" in too_much.text
        as_alice.post(path, {"amount": "15.50", "because": "One book less"})
        assert told(pledge)[0] == "part-refunded"
        assert "One book less" in as_alice.get(path).text


@pytest.fixture
def command(square, monkeypatch, capsys):
    """Runs the command on the test's database."""
    monkeypatch.setattr("parvis.core.site.command.line.build_house", lambda: None)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def act(*words):
        status = run(["campaigns", "import-statement", *map(str, words)])
        return status, *capsys.readouterr()

    return act


class TestCommand:
    def test_prints_its_figures_as_json(self, alice, command, tmp_path):
        _campaign, (pledge, other, third), _clock = billed(
            alice, 40_00, 20_00, 5_00, names=["Marc Rey", "Léa Rey", "Zoé Favre"]
        )
        file = tmp_path / "april.xml"
        file.write_bytes(
            notification(
                paid(pledge, ref="1"),
                paid(other, 1_00, ref="2"),
                came(5_00, debtor="Favre Zoé", ref="3"),
                came(9_00, ref="4"),
            )
        )
        status, out, _err = command(file, "--json")
        assert status == 0
        assert json.loads(out) == {
            "paid": 1,
            "part_paid": 1,
            "proposed": 1,
            "open": 1,
            "known": 0,
            "skipped": [],
        }
        again = json.loads(command(file, "--json")[1])
        assert (again["known"], again["paid"]) == (4, 0)
        assert told(third) == ("billed", 0)

    def test_tells_it_in_words(self, alice, command, tmp_path):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        file = tmp_path / "april.xml"
        file.write_bytes(notification(paid(pledge)))
        status, out, err = command(file, "--person", "alice@parvis.example")
        assert (status, err) == (0, "")
        assert out.startswith("1 payment paid a pledge.\nPaid:\n  2026-04-30 · 40.00 CHF · le-pain-du-lac 1")

    def test_asks_whose_an_account_of_several_is(self, alice, owner, command, tmp_path):
        _campaign, (pledge,), _clock = billed(alice, 40_00)
        bank_of(owner)
        file = tmp_path / "april.xml"
        file.write_bytes(notification(paid(pledge)))
        status, out, err = command(file)
        assert (status, out) == (1, "")
        assert "--person" in err
        assert command(file, "--person", "alice@parvis.example")[0] == 0
        assert told(pledge) == ("collected", 40_00)

    def test_says_in_one_sentence_what_is_wrong(self, alice, command, tmp_path):
        file = tmp_path / "a.xml"
        file.write_bytes(notification(came(1_00)))
        for words in ([tmp_path / "absent"], [file], [file, "--person", "nobody@x.example"]):
            status, out, err = command(*words)
            assert (status, out, len(err.strip().splitlines())) == (1, "", 1)
