"""What the DNS says of a domain that sends mail, asked of a real server that answers, lies, stumbles and is silent."""

import dns.resolver
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from parvis.lib.mail.dkim import Key, strings
from parvis.lib.mail.domain import CannotAsk, Names, Sender, discover, examine
from parvis.lib.mail.domain.dmarc import targets

from .name_server import name_server

DOMAIN, HOST, ADDRESS = "asso.example", "parvis.asso.example", "203.0.113.7"
RSA, ED25519 = Key.make("parvis1", "rsa"), Key.make("parvis1e", "ed25519")
OURS = Sender(HOST, is_ours=True)


@pytest.fixture
def zone():
    with name_server() as server:
        yield server


@pytest.fixture
def good(zone):
    """A zone with nothing left to do."""
    zone.add(DOMAIN, "A", ADDRESS)
    zone.add(HOST, "A", ADDRESS)
    zone.add("7.113.0.203.in-addr.arpa", "PTR", f"{HOST}.")
    zone.add(DOMAIN, "TXT", f"v=spf1 a:{HOST} -all", "something-else=yes")
    zone.add(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=quarantine")
    zone.add(DOMAIN, "MX", f"10 {HOST}.")
    for key in (RSA, ED25519):
        pieces = " ".join(f'"{piece}"' for piece in strings(key.record))
        zone.add(key.name(DOMAIN), "TXT", pieces)
    return zone


def names(zone, budget=2.0):
    return Names(zone.resolver(), budget=budget)


def found(zone, about, *, keys=(RSA, ED25519), sender=OURS, budget=2.0):
    every = examine(names(zone, budget), DOMAIN, keys, sender)
    return [finding for finding in every if finding.about == about]


def codes(zone, about, **more):
    return [finding.code for finding in found(zone, about, **more)]


class TestADomain:
    def test_that_is_well_kept_has_nothing_to_do(self, good):
        every = list(examine(names(good), DOMAIN, (RSA, ED25519), OURS))
        assert {finding.level for finding in every} == {"good"}
        assert [finding.about for finding in every] == ["spf", "dkim", "dkim", "dmarc", "ptr", "mx"]

    def test_is_asked_of_each_thing_once(self, good):
        list(examine(names(good), DOMAIN, (RSA, ED25519), OURS))
        assert len(set(good.asked)) == len(good.asked) - len(cut_short(good))

    def test_that_does_not_exist_is_said_to_be_missing_and_nothing_else(self, zone):
        (only,) = examine(names(zone), DOMAIN, (RSA,), OURS)
        assert (only.code, only.level) == ("domain-missing", "wrong")

    def test_whose_servers_fail_hides_nothing_of_what_can_be_asked(self, good):
        good.broken = {DOMAIN, f"_dmarc.{DOMAIN}"}
        every = list(examine(names(good), DOMAIN, (RSA, ED25519), OURS))
        assert [(finding.about, finding.level) for finding in every] == [
            ("domain", "could not ask"),
            ("spf", "could not ask"),
            ("dkim", "good"),
            ("dkim", "good"),
            ("dmarc", "could not ask"),
            ("ptr", "good"),
            ("mx", "could not ask"),
        ]

    def test_behind_a_silent_network_is_not_asked_for_ever(self, good):
        good.mute = {name for name, _kind in good.records} | {f"_dmarc.{DOMAIN}"}
        every = list(examine(names(good, budget=0.05), DOMAIN, (RSA, ED25519), OURS))
        assert {finding.level for finding in every} == {"could not ask"}
        assert len({name for name, _kind in good.asked}) <= 3

    def test_without_a_resolver_on_this_machine_cannot_be_asked(self, monkeypatch):
        def nothing(*_given):
            raise dns.resolver.NoResolverConfiguration

        monkeypatch.setattr("dns.resolver.Resolver.read_resolv_conf", nothing)
        every = list(examine(Names(), DOMAIN, (RSA,), OURS))
        assert {finding.level for finding in every} == {"could not ask"}


def cut_short(zone):
    """Answers that did not fit UDP and were asked for again by TCP: those of the RSA key."""
    return [one for one in set(zone.asked) if zone.asked.count(one) > 1 and one[0] == RSA.name(DOMAIN)]


class TestSPF:
    @pytest.mark.parametrize(
        ("records", "code", "level"),
        [
            ([], "spf-missing", "to do"),
            (["v=spf1 mx -all", "v=spf1 a -all"], "spf-two", "wrong"),
            (["v=spf1 +all"], "spf-open", "wrong"),
            (["v=spf1 all"], "spf-open", "wrong"),
            ([f"v=spf1 ip4:{ADDRESS}"], "spf-without-end", "to do"),
            ([f"v=spf1 ip4:{ADDRESS} ?all"], "spf-without-end", "to do"),
            (["v=spf1 ip4:198.51.100.1 -all"], "spf-not-allowed", "wrong"),
            (["v=spf1 -ip4:203.0.113.0/24 ?all"], "spf-not-allowed", "wrong"),
            (["v=spf1 ip4:nonsense -all"], "spf-broken", "wrong"),
            (["v=spf1 ip4:203.0.113.0/99 -all"], "spf-broken", "wrong"),
            (["v=spf1 dance -all"], "spf-broken", "wrong"),
            (["v=spf1 include: -all"], "spf-broken", "wrong"),
            (["v=spf1 include:nowhere.example -all"], "spf-broken", "wrong"),
            (["v=spf1 a:a.example a:b.example a:c.example -all"], "spf-broken", "wrong"),
            (["v=spf1 redirect=a.example redirect=b.example"], "spf-broken", "wrong"),
            (["v=spf10 -all"], "spf-missing", "to do"),
            ([f"V=SPF1 IP4:{ADDRESS} -ALL"], "spf-good", "good"),
            (["v=spf1 ip4:203.0.113.0/24 ~all"], "spf-good", "good"),
            (["v=spf1 ip6:2001:db8::/32 a -all"], "spf-good", "good"),
            (["v=spf1 mx -all"], "spf-good", "good"),
            (["v=spf1 a:other.example/24 -all"], "spf-good", "good"),
            (["v=spf1 include:_spf.other.example -all"], "spf-good", "good"),
            (["v=spf1 redirect=_spf.other.example"], "spf-good", "good"),
            (["v=spf1 exists:%{ir}.list.example -all"], "spf-good", "good"),
            (["v=spf1 exists:%{d2}.%{l1r-}.%%x -all"], "spf-not-allowed", "wrong"),
            (["v=spf1 exists:%{q} -all"], "spf-broken", "wrong"),
            (["v=spf1 ptr -all"], "spf-good", "good"),
            (["v=spf1 a exp=why.example unknown=x -all"], "spf-good", "good"),
        ],
    )
    def test_is_read_as_the_standard_writes_it(self, good, records, code, level):
        good.records[DOMAIN, "TXT"] = []
        good.add(DOMAIN, "TXT", *records)
        good.add("other.example", "A", "203.0.113.200")
        good.add("_spf.other.example", "TXT", f"v=spf1 ip4:{ADDRESS} -all")
        good.add("7.113.0.203.list.example", "A", "127.0.0.2")
        (finding,) = found(good, "spf")
        assert (finding.code, finding.level) == (code, level)

    def test_may_take_ten_questions_and_no_more(self, good):
        good.records[DOMAIN, "TXT"] = []
        good.add(DOMAIN, "TXT", "v=spf1 include:s1.example -all")
        for number in range(1, 9):
            good.add(f"s{number}.example", "TXT", f"v=spf1 include:s{number + 1}.example ?all")
        good.add("s9.example", "TXT", f"v=spf1 a:{HOST} -all")
        (ten,) = found(good, "spf")
        assert (ten.code, ten.about_what) == ("spf-good", "10")
        good.records["s9.example", "TXT"] = [f'"v=spf1 include:s10.example a:{HOST} -all"']
        good.add("s10.example", "TXT", "v=spf1 -all")
        (eleven,) = found(good, "spf")
        assert (eleven.code, eleven.about_what) == ("spf-too-many", "11")

    def test_that_goes_round_in_circles_ends(self, good):
        good.records[DOMAIN, "TXT"] = [f'"v=spf1 include:{DOMAIN} -all"']
        assert codes(good, "spf") == ["spf-too-many"]

    def test_gets_the_record_to_copy_with_our_machine_before_its_end(self, good):
        good.records[DOMAIN, "TXT"] = ['"v=spf1 ip4:198.51.100.1 -all"']
        assert found(good, "spf")[0].wanted == f"v=spf1 ip4:198.51.100.1 a:{HOST} -all"
        good.records[DOMAIN, "TXT"] = ['"v=spf1 redirect=_spf.example"']
        good.add("_spf.example", "TXT", "v=spf1 -all")
        assert found(good, "spf")[0].wanted == f"v=spf1 a:{HOST} redirect=_spf.example"
        good.records[DOMAIN, "TXT"] = []
        assert found(good, "spf")[0].wanted == f"v=spf1 mx a:{HOST} ~all"
        assert (
            found(good, "spf", sender=Sender(ADDRESS, is_ours=True))[0].wanted
            == f"v=spf1 mx ip4:{ADDRESS} ~all"
        )

    def test_of_somebody_elses_relay_is_a_question_for_them(self, good):
        good.records[DOMAIN, "TXT"] = ['"v=spf1 ip4:198.51.100.1 -all"']
        (finding,) = found(good, "spf", sender=Sender(HOST, is_ours=False))
        assert (finding.code, finding.level, finding.about_what) == ("spf-relay-not-named", "to do", ADDRESS)

    def test_without_a_known_machine_is_read_alone(self, good):
        assert codes(good, "spf", sender=None) == ["spf-present"]
        good.records[HOST, "A"] = ["10.0.0.7"]
        assert codes(good, "spf") == ["spf-present"]

    def test_that_cannot_be_asked_to_its_end_says_so(self, good):
        good.records[DOMAIN, "TXT"] = ['"v=spf1 include:_spf.other.example -all"']
        good.broken = {"_spf.other.example"}
        (finding,) = found(good, "spf")
        assert (finding.code, finding.name) == ("unasked", "_spf.other.example")


class TestDKIM:
    def change(self, zone, *texts):
        zone.records[ED25519.name(DOMAIN), "TXT"] = []
        zone.add(ED25519.name(DOMAIN), "TXT", *texts)
        return found(zone, "dkim", keys=(ED25519,))[0]

    @pytest.mark.parametrize(
        ("texts", "code"),
        [
            ([ED25519.record], "dkim-good"),
            ([f"k=ed25519;p={ED25519.public};"], "dkim-good"),
            ([ED25519.record.replace("p=", 'p=" "')], "dkim-good"),
            ([], "dkim-missing"),
            ([ED25519.record, ED25519.record + ";"], "dkim-two"),
            ([ED25519.record.replace("ed25519", "rsa")], "dkim-other-key"),
            ([Key.make("parvis1e", "ed25519").record], "dkim-other-key"),
            (["v=DKIM1; k=ed25519; p="], "dkim-revoked"),
            ([ED25519.record + "; t=y:s"], "dkim-testing"),
            ([ED25519.record.replace("DKIM1", "DKIM2")], "dkim-broken"),
            (["hello"], "dkim-broken"),
            (["v=DKIM1; k=ed25519"], "dkim-broken"),
        ],
    )
    def test_record_is_held_against_our_key(self, good, texts, code):
        assert self.change(good, *texts).code == code

    def test_record_may_stand_elsewhere_under_another_name(self, good):
        del good.records[RSA.name(DOMAIN), "TXT"]
        good.add(RSA.name(DOMAIN), "CNAME", "key.host.example.")
        good.add("key.host.example", "TXT", " ".join(f'"{piece}"' for piece in strings(RSA.record)))
        assert codes(good, "dkim", keys=(RSA,)) == ["dkim-good"]

    def test_record_to_copy_comes_along_until_it_is_there(self, good):
        assert self.change(good, "v=DKIM1; p=").wanted == ED25519.record
        assert self.change(good, ED25519.record).wanted == ""

    @pytest.mark.parametrize(("size", "level"), [(1024, "to do")])
    def test_key_that_is_short_is_said_to_be(self, good, size, level):
        short = Key(selector="short", private=generate_private_key(public_exponent=65537, key_size=size))
        good.add(short.name(DOMAIN), "TXT", short.record)
        (finding,) = found(good, "dkim", keys=(short,))
        assert (finding.code, finding.level, finding.about_what) == ("dkim-weak", level, str(size))

    def test_without_keys_is_to_do(self, good):
        assert codes(good, "dkim", keys=()) == ["dkim-no-key"]


class TestTheWalkOfDMARC:
    def put(self, zone, **records):
        for name, texts in records.items():
            zone.add(
                f"_dmarc.{name.replace('_', '.')}", "TXT", *([texts] if isinstance(texts, str) else texts)
            )

    def test_asks_eight_questions_at_most(self):
        # RFC 9989 §4.10 gives this name as its example.
        assert targets("a.b.c.d.e.f.g.h.i.j.mail.example.com") == [
            "a.b.c.d.e.f.g.h.i.j.mail.example.com",
            "g.h.i.j.mail.example.com",
            "h.i.j.mail.example.com",
            "i.j.mail.example.com",
            "j.mail.example.com",
            "mail.example.com",
            "example.com",
            "com",
        ]
        assert targets("a.mail.example.com") == [
            "a.mail.example.com",
            "mail.example.com",
            "example.com",
            "com",
        ]

    def test_finds_the_highest_record_without_a_border(self, zone):
        # §4.10.2, first example.
        self.put(zone, mail_example_com="v=DMARC1; p=none", example_com="v=DMARC1; p=reject; sp=quarantine")
        zone.add("a.mail.example.com", "A", ADDRESS)
        policy = discover(names(zone), "a.mail.example.com")
        assert policy.organization == "example.com"
        assert (policy.record.domain, policy.applied) == ("example.com", "quarantine")
        assert [name for name, kind in zone.asked if kind == "TXT"] == [
            "_dmarc.a.mail.example.com",
            "_dmarc.mail.example.com",
            "_dmarc.example.com",
            "_dmarc.com",
        ]

    def test_ends_one_label_below_a_public_suffix(self, zone):
        # §4.10.2, second example.
        self.put(zone, com="v=DMARC1; p=reject; psd=y; np=quarantine")
        policy = discover(names(zone), "a.mail.example.com")
        assert (policy.organization, policy.record.domain, policy.applied) == (
            "example.com",
            "com",
            "quarantine",
        )

    def test_of_a_suffix_itself_ends_there(self, zone):
        self.put(zone, gov_example="v=DMARC1; p=reject; psd=y")
        assert discover(names(zone), "gov.example").organization == "gov.example"

    def test_ends_where_a_domain_says_that_it_is_no_suffix(self, zone):
        self.put(zone, mail_example_com="v=DMARC1; p=reject; psd=n", example_com="v=DMARC1; p=none")
        policy = discover(names(zone), "a.mail.example.com")
        assert (policy.organization, policy.applied) == ("mail.example.com", "reject")
        assert not any(name == "_dmarc.example.com" for name, _kind in zone.asked)

    @pytest.mark.parametrize(
        ("record", "applied"),
        [
            ("v=DMARC1; p=reject", "reject"),
            ("v=DMARC1; p=reject; sp=none", "reject"),
            ("v=DMARC1; p=reject; t=y", "quarantine"),
            ("v=DMARC1; p=quarantine; t=y", "none"),
            ("v=DMARC1; p=none; t=y", "none"),
            ("v=DMARC1", "none"),
            ("v=DMARC1; p=whatever", "none"),
            ("v=DMARC1; p = REJECT ; x=y; pct=10; nonsense", "reject"),
            ("v=DMARC2; p=reject", "none"),
            ("p=reject; v=DMARC1", "none"),
            ("v=dmarc1; p=reject", "none"),
        ],
    )
    def test_takes_the_policy_of_the_domain_itself(self, zone, record, applied):
        self.put(zone, example_com=record)
        assert discover(names(zone), "example.com").applied == applied

    @pytest.mark.parametrize(
        ("is_there", "record", "applied"),
        [
            (True, "v=DMARC1; p=reject; sp=quarantine; np=none", "quarantine"),
            (False, "v=DMARC1; p=none; sp=quarantine; np=reject", "reject"),
            (False, "v=DMARC1; p=none; sp=quarantine", "quarantine"),
            (True, "v=DMARC1; p=reject; np=none", "reject"),
        ],
    )
    def test_takes_the_policy_for_those_below_from_above(self, zone, is_there, record, applied):
        self.put(zone, example_com=record)
        if is_there:
            zone.add("mail.example.com", "A", ADDRESS)
        assert discover(names(zone), "mail.example.com").applied == applied

    def test_passes_over_a_name_with_two_records(self, zone):
        self.put(
            zone,
            mail_example_com=["v=DMARC1; p=none", "v=DMARC1; p=reject"],
            example_com="v=DMARC1; p=reject",
        )
        assert discover(names(zone), "mail.example.com").record.domain == "example.com"
        self.put(zone, example_com="v=DMARC1; p=none")
        assert discover(names(zone), "example.com").record is None

    def test_concludes_nothing_from_a_server_that_fails(self, zone):
        self.put(zone, example_com="v=DMARC1; p=none")
        zone.broken = {"_dmarc.mail.example.com"}
        with pytest.raises(CannotAsk):
            discover(names(zone), "mail.example.com")


class TestDMARC:
    @pytest.mark.parametrize(
        ("texts", "code"),
        [
            (["v=DMARC1; p=reject"], "dmarc-good"),
            (["v=DMARC1; p=none"], "dmarc-watching"),
            ([], "dmarc-missing"),
            (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "dmarc-two"),
            (["v=DMARC1; p=rejct"], "dmarc-broken"),
        ],
    )
    def test_is_said_to_stand_as_it_does(self, good, texts, code):
        good.records[f"_dmarc.{DOMAIN}", "TXT"] = []
        good.add(f"_dmarc.{DOMAIN}", "TXT", *texts)
        assert codes(good, "dmarc") == [code]


class TestTheMachines:
    def test_need_a_name_that_leads_back(self, good):
        assert codes(good, "ptr") == ["ptr-good"]
        good.records["7.113.0.203.in-addr.arpa", "PTR"] = ["elsewhere.example."]
        (elsewhere,) = found(good, "ptr")
        assert (elsewhere.code, elsewhere.wanted) == ("ptr-elsewhere", HOST)
        good.records["7.113.0.203.in-addr.arpa", "PTR"] = []
        (missing,) = found(good, "ptr")
        assert (missing.code, missing.level) == ("ptr-missing", "wrong")
        assert found(good, "ptr", sender=Sender(HOST, is_ours=False))[0].level == "to do"

    def test_are_asked_by_both_their_addresses(self, good):
        good.add(HOST, "AAAA", "2001:db8::7")
        assert codes(good, "ptr") == ["ptr-good", "ptr-missing"]

    @pytest.mark.parametrize(
        ("records", "code"),
        [
            ([f"10 {HOST}.", "5 gone.example."], "mx-good"),
            (["0 ."], "mx-null"),
            (["10 gone.example."], "mx-nowhere"),
            ([], "mx-implicit"),
        ],
    )
    def test_that_take_what_comes_back_are_looked_for(self, good, records, code):
        good.records[DOMAIN, "MX"] = records
        assert codes(good, "mx") == [code]

    def test_without_any_leave_bounces_nowhere_to_go(self, good):
        good.records[DOMAIN, "MX"] = []
        del good.records[DOMAIN, "A"]
        (finding,) = found(good, "mx")
        assert (finding.code, finding.level, finding.wanted) == ("mx-missing", "wrong", f"10 {HOST}.")
