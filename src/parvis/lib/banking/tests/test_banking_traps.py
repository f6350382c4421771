"""Any statement that adds up is read back, none that was changed is; and files built to break whoever reads them."""

import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.conftest import skip_or_fail
from parvis.lib import banking
from parvis.lib.banking import Reason, StatementRefused, reading
from parvis.lib.money import plain

from .messages import balance, entry, message, mt940, notification, payment, statement, whole

amounts = st.integers(1, 10**9)
signs = st.sampled_from(["CRDT", "DBIT"])
days = st.dates(date(2020, 1, 1), date(2039, 12, 31))
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=30)
slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@st.composite
def booked(draw):
    """What an entry is made of: sign, payments in minor units, whether it is booked, a day, words."""
    return (
        draw(signs),
        draw(st.lists(amounts, min_size=1, max_size=4)),
        draw(st.booleans()),
        draw(days),
        draw(words),
    )


def signed(value):
    return {"value": plain(abs(value), "CHF"), "sign": "CRDT" if value >= 0 else "DBIT"}


def total(entries):
    return sum(
        (1 if sign == "CRDT" else -1) * sum(paid) for sign, paid, is_booked, *_ in entries if is_booked
    )


def as_camt(opening, entries, version):
    closing = opening + total(entries)
    inside = [balance("OPBD", **signed(opening)), balance("CLBD", **signed(closing))]
    for sign, paid, is_booked, on, said in entries:
        details = [
            payment(
                "" if version == "02" else plain(each, "CHF"),
                split=plain(each, "CHF"),
                sign=sign,
                text=[said],
                version=version,
            )
            for each in paid
        ]
        inside.append(
            entry(
                plain(sum(paid), "CHF"),
                *details,
                sign=sign,
                status="BOOK" if is_booked else "PDNG",
                on=on.isoformat(),
                version=version,
            )
        )
    return message(statement(*inside), version=version)


def as_mt940(opening, entries):
    def side(value):
        return f"{'C' if value >= 0 else 'D'}260430CHF{plain(abs(value), 'CHF').replace('.', ',')}"

    fields = [
        f":61:{on:%y%m%d}{'C' if sign == 'CRDT' else 'D'}{plain(sum(paid), 'CHF').replace('.', ',')}NTRFNONREF"
        for sign, paid, _is_booked, on, _said in entries
    ]
    closing = opening + total([(sign, paid, True) for sign, paid, *_ in entries])
    return mt940(*fields, opening=side(opening), closing=side(closing))


def told(said):
    return " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())


class TestAnyStatementThatAddsUp:
    @slow
    @given(st.integers(-(10**9), 10**9), st.lists(booked(), max_size=6), st.sampled_from(["02", "04", "08"]))
    def test_is_read_back_exactly(self, opening, entries, version):
        (found,) = banking.read(as_camt(opening, entries, version))
        assert (found.opening, found.closing) == (opening, opening + total(entries))
        assert [(line.amount, line.is_booked, line.booked_on, line.text) for line in found.lines] == [
            ((1 if sign == "CRDT" else -1) * each, is_booked, on, told(said))
            for sign, paid, is_booked, on, said in entries
            for each in paid
        ]
        assert len({line.key for line in found.lines}) == len(found.lines)

    @slow
    @given(st.integers(-(10**9), 10**9), st.lists(booked(), max_size=6))
    def test_is_read_back_exactly_from_mt940(self, opening, entries):
        (found,) = banking.read(as_mt940(opening, entries))
        assert [(line.amount, line.value_on) for line in found.lines] == [
            ((1 if sign == "CRDT" else -1) * sum(paid), on) for sign, paid, _booked, on, _said in entries
        ]

    @slow
    @given(
        st.integers(-(10**9), 10**9),
        st.lists(booked().filter(lambda each: each[2]), min_size=1, max_size=4),
        st.sampled_from(["02", "04", "08"]),
        st.data(),
    )
    def test_is_refused_when_one_digit_of_one_amount_is_another(self, opening, entries, version, data):
        content = as_camt(opening, entries, version)
        starts = [at for at in range(len(content)) if content.startswith(b'<Amt Ccy="CHF">', at)]
        begin = data.draw(st.sampled_from(starts)) + len(b'<Amt Ccy="CHF">')
        digits = [at for at in range(begin, content.index(b"<", begin)) if content[at : at + 1].isdigit()]
        at = data.draw(st.sampled_from(digits))
        digit = data.draw(st.sampled_from([each for each in b"0123456789" if each != content[at]]))
        changed = content[:at] + bytes([digit]) + content[at + 1 :]
        # In a payment that is alone in its entry, `TxAmt` is what was ordered, and need not be what came.
        is_order = content[:at].endswith((b"<TxAmt>",)) or b"<TxAmt>" in content[begin - 25 : begin]
        if is_order and (version != "02" or all(len(paid) == 1 for _sign, paid, *_ in entries)):
            assert banking.read(changed)[0].lines == banking.read(content)[0].lines
        elif not is_order:
            with pytest.raises(StatementRefused):
                banking.read(changed)

    @slow
    @given(st.lists(booked(), min_size=1, max_size=3), st.data())
    def test_is_read_as_before_or_refused_whatever_bytes_are_damaged(self, entries, data):
        good = bytearray(data.draw(st.sampled_from([as_camt(0, entries, "08"), as_mt940(0, entries)])))
        for _flip in range(data.draw(st.integers(0, 4))):
            good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(good)) | st.just(len(good)))
        try:
            found = banking.read(bytes(good[:cut]))
        except StatementRefused as refusal:
            assert str(refusal).endswith(".")  # noqa: PT017
            return
        for each in found:
            if each.is_checked:
                assert (
                    each.opening + sum(line.amount for line in each.lines if line.is_booked) == each.closing
                )

    def test_of_many_days_has_as_many_keys(self):
        first = date(2026, 1, 1)
        entries = [entry("20", on=(first + timedelta(n)).isoformat()) for n in range(300)] * 2
        found = [line.key for each in banking.read(message(statement(*entries))) for line in each.lines]
        assert len(set(found)) == 600


def refused(content):
    with pytest.raises(StatementRefused) as refusal:
        banking.read(content)
    return refusal.value.reason


class TestTraps:
    def test_of_entities_are_refused_before_any_is_looked_at(self):
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<!DOCTYPE Document [<!ENTITY l0 "ha">{laughs}]>'
        for content in (notification(entry("20", note="x"), before=bomb), notification(before=bomb)):
            assert refused(content.replace(b">x<", b">&l9;<")) == Reason.DECLARES

    @pytest.mark.parametrize(
        "declared",
        [
            '<!DOCTYPE Document [<!ENTITY x SYSTEM "file://{secret}">]>',
            '<!DOCTYPE Document SYSTEM "file://{secret}">',
            '<!DOCTYPE Document PUBLIC "-//X//EN" "http://bank.example/x.dtd">',
            "<!DOCTYPE Document>",
            "{blank}<!DOCTYPE Document>",
        ],
    )
    def test_that_ask_for_another_file_are_refused(self, declared, tmp_path):
        secret = tmp_path / "secret"
        secret.write_text("20")
        before = declared.format(secret=secret, blank=f"<!--{' ' * 200_000}-->")
        content = notification(entry("20", note="&x;"), before=before)
        assert refused(content) == Reason.DECLARES
        assert refused(content.decode().replace("UTF-8", "UTF-16").encode("utf-16")) == Reason.DECLARES

    def test_of_an_entity_that_nobody_declared_are_refused(self):
        assert refused(notification(entry("20").replace(">20<", ">2&x;0<"))) == Reason.BROKEN

    @pytest.mark.parametrize("around", [b"", b"<Document><BkToCstmrStmt><Stmt><Ntry>"])
    def test_of_depth_are_stopped(self, around):
        assert refused(around + b"<a>" * (50 * 2**20 // 3)) == Reason.TOO_DEEP

    @pytest.mark.parametrize(
        "endless", [b"<x/>", b"x", b"<Ntry2><x></x></Ntry2>", b"<!-- x -->", b"<x y='z'/>"]
    )
    @pytest.mark.parametrize("around", [b"<Document>", b"<Document><BkToCstmrStmt><Stmt><Ntry>"])
    def test_of_something_endless_are_stopped(self, around, endless):
        assert refused(around + endless * (20 * 2**20 // len(endless))) in {Reason.TOO_LARGE, Reason.BROKEN}

    def test_of_one_endless_name_are_stopped(self):
        assert refused(b"<Document><" + b"a" * 20 * 2**20) == Reason.TOO_LARGE

    def test_of_too_many_payments_are_stopped(self, monkeypatch):
        monkeypatch.setattr("parvis.lib.banking.camt.MOST_LINES", 5)
        monkeypatch.setattr("parvis.lib.banking.mt940.MOST_LINES", 5)
        assert refused(notification(*[entry("20")] * 6)) == Reason.TOO_LARGE
        assert refused(notification(entry("120", *[payment("20")] * 6))) == Reason.TOO_LARGE
        assert refused(mt940(*[":61:260430C20,NTRFNONREF"] * 6)) == Reason.TOO_LARGE

    def test_of_too_much_text_are_stopped(self, monkeypatch):
        monkeypatch.setattr(reading, "LARGEST_TEXT", 50)
        assert refused(mt940()) == Reason.TOO_LARGE

    def test_of_long_texts_are_cut(self):
        (found,) = banking.read(
            notification(entry("20", payment("20", text=["x" * 50_000], debtor="y" * 9_000)))
        )
        assert len(found.lines[0].text) == 4_000
        assert len(found.lines[0].party_name) == 140


class TestOtherFiles:
    @pytest.mark.parametrize(
        "content",
        [b"", b"\n", b"Date;Amount\n1;2", b"%PDF-1.7", b"\x00\xff\xfe", b"<html></html>", b"<Document/>"],
    )
    def test_are_refused_with_what_to_bring_instead(self, content):
        assert refused(content) == Reason.UNKNOWN

    def test_of_xml_that_breaks_off_are_refused_with_the_line(self):
        content = whole(entry("20"), closing="20")
        with pytest.raises(StatementRefused) as refusal:
            banking.read(content[: len(content) // 2])
        assert refusal.value.reason == Reason.BROKEN
        assert refusal.value.values["line"] == 3

    @pytest.mark.parametrize("content", [b"PK\x03\x04", b"\x1f\x8b\x08"])
    def test_that_are_packed_are_refused_with_what_to_do(self, content):
        assert refused(content) == Reason.PACKED

    def test_that_are_interim_reports_are_refused_as_such(self):
        content = notification(entry("20")).replace(b"BkToCstmrDbtCdtNtfctn", b"BkToCstmrAcctRpt")
        assert refused(content.replace(b"Ntfctn>", b"Rpt>")) == Reason.INTERIM

    def test_are_read_from_a_path_as_from_their_bytes(self, tmp_path):
        content = whole(entry("20"), closing="20")
        path = tmp_path / "statement.xml"
        path.write_bytes(content)
        assert banking.read(path) == banking.read(content)


class TestRefusals:
    def test_are_each_a_whole_sentence_in_plain_words(self):
        values = {
            name: "1"
            for name in (
                "statement",
                "text",
                "currency",
                "opening",
                "closing",
                "lines",
                "difference",
                "details",
                "amount",
            )
        }
        for reason in Reason:
            sentence = str(StatementRefused(reason, line=1, entry=1, **values))
            assert sentence.endswith(".")
            assert "%(" not in sentence
            assert not {"invalid", "error", "successfully"} & set(sentence.lower().split())


MEASURED = """
import sys
from pathlib import Path
from parvis.lib import banking
(found,) = banking.read(Path(sys.argv[1]))
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(len(found.lines), most.split()[1])
"""


class TestALargeFile:
    @pytest.mark.parametrize("is_batch", [False, True])
    def test_is_read_in_little_memory(self, tmp_path, is_batch):
        if not Path("/proc/self/status").exists():
            skip_or_fail("only Linux tells how much memory a process took at most")

        def most(count):
            paid = [payment("1.00", ref=f"D{n}", text=["Merci"], debtor=f"Payer {n}") for n in range(count)]
            entries = [entry(f"{count}.00", *paid)] if is_batch else [entry("1.00", each) for each in paid]
            path = tmp_path / "large.xml"
            path.write_bytes(whole(*entries, closing=f"{count}.00"))
            done = subprocess.run(
                [sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True
            )
            read, kilobytes = map(int, done.stdout.split())
            assert read == count
            return kilobytes * 1024

        few, many = 500, 5_500
        grown = [after - before for before, after in pairwise([most(few), most(many)])]
        assert grown[0] / (many - few) < 3_000
