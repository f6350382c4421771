"""What the check of a domain says to its owner, asked of a real DNS server on the loopback."""

import json
from typing import get_args

import pytest
from django.utils import translation

from parvis.conftest import AT
from parvis.core.delivery.domain_words import ADVICE, SENTENCES
from parvis.core.delivery.domains import domain_of_mails, look_at, look_at_mail_in, sending_machine, told
from parvis.core.delivery.signing import make_keys
from parvis.core.site.command.line import run
from parvis.core.site.keeping.findings import findings
from parvis.lib.mail.domain import Code, Finding, Names, Sender
from parvis.lib.mail.tests.name_server import name_server

CODES = get_args(Code.__value__)


@pytest.fixture
def zone():
    with name_server() as server:
        yield server


@pytest.fixture
def world(zone, monkeypatch, settings, tmp_path, square):
    """This machine asks the test's server, and sends for asso.zz by a relay of its own."""

    def configure(resolver, *_given):
        resolver.nameservers, resolver.port = ["127.0.0.1"], zone.port

    monkeypatch.setattr("dns.resolver.Resolver.read_resolv_conf", configure)
    monkeypatch.setenv("PARVIS_DATA", str(tmp_path))
    monkeypatch.setenv("LANGUAGE", "en")
    settings.PARVIS_DATA = tmp_path
    (tmp_path / "secret.key").write_text("x")
    settings.DEFAULT_FROM_EMAIL = "parvis@asso.zz"
    settings.PARVIS_URL = "https://parvis.asso.zz"
    settings.PARVIS_MAIL_URL = "smtp://127.0.0.1:1?tls=no"
    zone.add("asso.zz", "A", "203.0.113.7")
    zone.add("parvis.asso.zz", "A", "203.0.113.7")
    with translation.override("en"):
        yield zone


class TestTheWords:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("code", CODES)
    def test_say_each_thing_in_a_sentence(self, code, language):
        finding = Finding(
            about="spf", code=code, level="wrong", name="asso.zz", found="F", wanted="W", about_what="42"
        )
        with translation.override(language):
            one = told(finding)
        assert one.words.endswith(".")
        assert "%(" not in one.words + one.advice
        assert one.record == "asso.zz  TXT  W"

    def test_are_there_for_every_code_and_no_other(self):
        assert set(SENTENCES) == set(CODES)
        assert set(ADVICE) < set(CODES)

    def test_advise_whenever_something_is_to_do(self):
        well = {code for code in CODES if code.endswith(("-good", "-present", "-watching"))}
        assert set(ADVICE) == set(CODES) - well


class TestTheDomainOfMails:
    @pytest.mark.parametrize(
        ("sender", "domain"),
        [
            ("Parvis <parvis@asso.zz>", "asso.zz"),
            ("parvis@localhost", ""),
            ("parvis@parvis.example", ""),
            ("parvis@parvis.test", ""),
            ("parvis@parvis.invalid", ""),
        ],
    )
    def test_is_asked_for_only_where_the_world_can_know_it(self, settings, sender, domain):
        settings.DEFAULT_FROM_EMAIL = sender
        assert domain_of_mails() == domain


@pytest.mark.django_db
class TestTheMachine:
    @pytest.mark.parametrize(
        ("relay", "sender"),
        [
            ("", None),
            ("nonsense", None),
            ("smtp://127.0.0.1:25?tls=no", Sender("parvis.asso.zz", is_ours=True)),
            ("smtp://localhost:25?tls=no", Sender("parvis.asso.zz", is_ours=True)),
            ("smtp://mail.asso.zz", Sender("mail.asso.zz", is_ours=True)),
            ("smtps://u:p@relay.zz", Sender("relay.zz", is_ours=False)),
        ],
    )
    def test_is_the_one_that_others_see(self, world, settings, relay, sender):
        settings.PARVIS_MAIL_URL = relay
        assert sending_machine() == sender

    def test_is_unknown_to_a_square_without_an_address(self, world, settings):
        settings.PARVIS_URL = "http://localhost:8000"
        assert sending_machine() is None


@pytest.mark.django_db
class TestTheCheck:
    def said(self):
        subjects = {
            "SPF",
            "DKIM",
            "DMARC",
            "Name of the sending machine",
            "Mail that comes back",
            "Mail that comes in",
            "Mail domain",
        }
        return [one for one in findings(AT, knocks=True) if one.subject in subjects]

    def test_says_what_to_add_with_the_record_to_copy(self, world):
        keys = make_keys("parvis1")
        every = self.said()
        assert [(one.subject, one.state) for one in every] == [
            ("SPF", "note"),
            ("DKIM", "note"),
            ("DKIM", "note"),
            ("DMARC", "note"),
            ("Name of the sending machine", "wrong"),
            ("Mail that comes back", "note"),
        ]
        text = "\n".join(one.advice for one in every)
        assert "asso.zz  TXT  v=spf1 mx a:parvis.asso.zz ~all" in text
        assert f"parvis1._domainkey.asso.zz  TXT  {keys[0].record}" in text
        assert "_dmarc.asso.zz  TXT  v=DMARC1; p=none" in text
        assert "203.0.113.7  PTR  parvis.asso.zz" in text

    def test_goes_on_without_a_network(self, world):
        world.broken = {name for name, _kind in world.records} | {"_dmarc.asso.zz"}
        every = findings(AT, knocks=True)
        assert {one.state for one in every if one.subject in {"SPF", "DMARC"}} == {"note"}
        assert any(one.subject == "Backups" for one in every)

    def test_says_nothing_of_a_name_for_trying_out(self, world, settings):
        settings.DEFAULT_FROM_EMAIL = "parvis@parvis.test"
        assert self.said() == []
        assert world.asked == []

    def test_says_nothing_without_a_relay(self, world, settings):
        settings.PARVIS_MAIL_URL = ""
        assert self.said() == []

    def test_names_a_key_that_cannot_be_read(self, world, settings):
        make_keys("parvis1")
        path = settings.PARVIS_DATA / "dkim" / "parvis1.pem"
        path.write_text("nonsense")
        assert any(one.state == "wrong" and str(path) in one.words for one in self.said())


@pytest.mark.django_db
class TestMailThatComesIn:
    @pytest.fixture(autouse=True)
    def taken(self, world, settings):
        settings.PARVIS_MAIL_IN_DOMAIN = "in.asso.zz"
        world.add("mx.asso.zz", "A", "203.0.113.7")
        world.add("far.asso.zz", "A", "203.0.113.99")

    @pytest.mark.parametrize(
        ("records", "code", "level"),
        [
            (["10 mx.asso.zz."], "in-good", "good"),
            (["10 far.asso.zz.", "20 mx.asso.zz."], "in-good", "good"),
            (["10 far.asso.zz."], "in-elsewhere", "to do"),
            (["10 gone.asso.zz."], "in-nowhere", "wrong"),
            (["0 ."], "in-null", "wrong"),
            ([], "in-missing", "wrong"),
        ],
    )
    def test_finds_this_machine_or_the_owner_learns_why_not(self, world, records, code, level):
        for record in records:
            world.add("in.asso.zz", "MX", record)
        (finding,) = look_at_mail_in()
        assert (finding.code, finding.level, finding.about) == (code, level, "mail-in")

    def test_may_find_a_machine_of_that_name_without_a_record(self, world):
        world.add("in.asso.zz", "A", "203.0.113.7")
        (finding,) = look_at_mail_in()
        assert (finding.code, finding.wanted) == ("in-implicit", "10 parvis.asso.zz.")

    def test_is_not_compared_where_the_square_has_no_name(self, world, settings):
        settings.PARVIS_URL = "http://127.0.0.1:8000"
        world.add("in.asso.zz", "MX", "10 far.asso.zz.")
        (finding,) = look_at_mail_in()
        assert finding.code == "in-present"

    def test_is_not_asked_about_without_a_network(self, world):
        world.broken = {"in.asso.zz"}
        (finding,) = look_at_mail_in()
        assert finding.level == "could not ask"

    @pytest.mark.parametrize("domain", ["", "in.parvis.test"])
    def test_is_nothing_where_none_is_taken_from_the_world(self, world, settings, domain):
        settings.PARVIS_MAIL_IN_DOMAIN = domain
        assert look_at_mail_in() == []
        assert world.asked == []

    def test_is_told_by_the_command_and_by_the_check(self, world, capsys):
        assert run(["delivery", "check-domain", "asso.zz"]) == 1
        assert "No machine takes mail for in.asso.zz" in capsys.readouterr().out
        every = findings(AT, knocks=True)
        assert [one.state for one in every if one.subject == "Mail that comes in"] == ["wrong"]


@pytest.mark.django_db
class TestTheCommand:
    def test_exits_with_one_when_mails_are_kept_from_arriving(self, world, capsys):
        assert run(["delivery", "check-domain", "asso.zz"]) == 1
        printed = capsys.readouterr()
        assert "    Value: v=spf1 mx a:parvis.asso.zz ~all" in printed.out
        assert printed.err.count("\n") == 1

    def test_exits_with_none_when_what_is_left_is_only_to_do(self, world, capsys):
        world.add("7.113.0.203.in-addr.arpa", "PTR", "parvis.asso.zz.")
        assert run(["delivery", "check-domain", "Asso.ZZ."]) == 0
        del world.records["parvis.asso.zz", "A"]
        assert run(["delivery", "check-domain", "asso.zz"]) == 0

    def test_is_read_by_programs(self, world, capsys):
        run(["delivery", "check-domain", "asso.zz", "--json"])
        every = json.loads(capsys.readouterr().out)
        assert [one["code"] for one in every] == [
            "spf-missing",
            "dkim-no-key",
            "dmarc-missing",
            "ptr-missing",
            "mx-implicit",
        ]
        assert set(every[0]) >= {"about", "level", "name", "kind", "found", "wanted", "words", "advice"}

    def test_says_so_when_nobody_answers(self, world, capsys):
        world.broken = {"asso.zz", "_dmarc.asso.zz", "parvis.asso.zz"}
        assert run(["delivery", "check-domain", "asso.zz"]) == 1
        assert "did not answer at all" in capsys.readouterr().err

    def test_makes_the_keys_and_prints_them_again(self, world, capsys):
        assert run(["delivery", "dkim"]) == 0
        first = capsys.readouterr().out
        assert run(["delivery", "dkim"]) == 0
        assert capsys.readouterr().out == first
        assert "    Name:  parvis1e._domainkey.asso.zz" in first

    def test_says_which_setting_turns_to_new_keys(self, world, capsys):
        assert run(["delivery", "dkim", "--selector", "parvis2"]) == 0
        assert "PARVIS_DKIM_SELECTOR=parvis2" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["check-domain", "localhost"], "“localhost” is no name of a domain."),
            (["dkim", "--selector", "../x"], "cannot stand in the DNS"),
        ],
    )
    def test_refuses_in_one_sentence(self, world, capsys, words, sentence):
        assert run(["delivery", *words]) == 1
        assert sentence in capsys.readouterr().err

    def test_makes_no_keys_without_a_domain(self, world, settings, capsys):
        settings.DEFAULT_FROM_EMAIL = "parvis@localhost"
        assert run(["delivery", "dkim"]) == 1
        assert "PARVIS_MAIL_FROM" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_domain_is_looked_at_with_the_keys_of_this_square(world):
    make_keys("parvis1")
    codes = [finding.code for finding in look_at("asso.zz", Names(world.resolver()))]
    assert codes.count("dkim-missing") == 2
