"""Bills as people and their banks' apps see them."""

import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from parvis.lib.bills import Line, draw_pdf, draw_svg, payload
from parvis.lib.bills.layout import FOOT, layout
from parvis.lib.bills.marks import PAGE_HEIGHT, PAGE_WIDTH, Code, Shape, Text
from parvis.lib.bills.slip import TOP, payment_part, receipt
from parvis.lib.bills.typeface import MM_PER_POINT, width, wrap
from parvis.lib.bills.words import WORDS, long_day, money, thousands

from .samples import BY_QR_IBAN, IN_EUROS, IN_FRANCS, PIA, ROBERT, bills, of_pdf, of_svg, scanned
from .samples import texts as texts_of_any_kind

SVG = "{http://www.w3.org/2000/svg}"
EACH = pytest.mark.parametrize("bill", [IN_FRANCS, BY_QR_IBAN, IN_EUROS], ids=["francs", "qr-iban", "euros"])
WIDEST = replace(
    ROBERT,
    name="@" * 70,
    street="@" * 70,
    house_number="@" * 16,
    postal_code="@" * 16,
    town="@" * 35,
    country="LI",
)
FULLEST = replace(
    IN_FRANCS, creditor=WIDEST, debtor=WIDEST, additional_information="@" * 140, title="@" * 140
)
FULLEST_IN_EUROS = replace(
    FULLEST, currency="EUR", iban=IN_FRANCS.iban, bic="POFICHBEXXX", additional_information="@" * 70
)
FULLEST_OPEN = replace(FULLEST, debtor=None)
LONG = replace(
    IN_FRANCS, lines=tuple(Line(f"Une affiche, et une autre, et encore la numéro {number}, " * 3, 299) for number in range(50))
)  # fmt: skip
slow = settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
many = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def texts(marks):
    return [mark for mark in marks if isinstance(mark, Text)]


def box(text):
    """Left, top, right, bottom of the ink of letters without accents."""
    height = text.size * MM_PER_POINT
    return text.x, text.y - 0.74 * height, text.x + text.width, text.y + 0.21 * height


def overlap(one, other):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 0.01
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.01
    )


class TestCode:
    @EACH
    def test_is_read_from_the_pdf(self, bill):
        octets, code = scanned(of_pdf(draw_pdf(bill)))
        assert octets == payload(bill).encode()
        assert code.ec_level == "M"

    @EACH
    def test_is_read_from_the_svg(self, bill):
        assert scanned(of_svg(draw_svg(bill)))[0] == payload(bill).encode()

    @slow
    @given(bills())
    @example(FULLEST)
    def test_says_the_same_for_any_bill(self, bill):
        pdf = draw_pdf(bill)
        assert scanned(of_pdf(pdf))[0] == payload(bill).encode()
        assert scanned(of_svg(draw_svg(bill)))[0] == payload(bill).encode()
        assert len(pdf) < 60_000

    def test_is_46_mm_wide_where_the_guidelines_put_it(self):
        (code,) = [mark for mark in payment_part(IN_FRANCS, WORDS["fr"]) if isinstance(mark, Code)]
        assert (code.x, code.y, code.size) == (67, TOP + 17, 46)
        corners = scanned(of_pdf(draw_pdf(IN_FRANCS), 254))[1].position
        assert corners.top_right.x - corners.top_left.x == pytest.approx(460, abs=3)
        assert corners.top_left.x == pytest.approx(670, abs=3)
        assert corners.top_left.y == pytest.approx((TOP + 17) * 10, abs=3)

    def test_has_the_swiss_cross_in_its_middle(self):
        page = of_pdf(draw_pdf(IN_FRANCS), 254).convert("L")  # ten pixels a millimetre
        middle, y = 900, round((TOP + 17 + 23) * 10)
        shades = {
            "arm": page.getpixel((middle + 15, y)),
            "corner": page.getpixel((middle + 15, y + 15)),
            "edge": page.getpixel((middle + 33, y + 8)),
        }
        assert shades == {"arm": 255, "corner": 0, "edge": 255}

    def test_of_euros_has_no_cross(self):
        assert not [mark for page in layout(IN_EUROS).pages for mark in page if isinstance(mark, Shape)]


class TestPage:
    @many
    @given(bills())
    @example(FULLEST)
    @example(FULLEST_OPEN)
    @example(FULLEST_IN_EUROS)
    @example(LONG)
    def test_keeps_words_apart_and_inside(self, bill):
        for page in layout(bill).pages:
            boxes = [box(text) for text in texts(page) if text.words]
            assert all(
                left >= 5 and top > 0 and right <= 205.01 and bottom < 295
                for left, top, right, bottom in boxes
            )
            assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]

    @many
    @given(bills())
    @example(FULLEST)
    @example(FULLEST_IN_EUROS)
    def test_leaves_the_code_its_quiet_zone(self, bill):
        page = layout(bill).pages[-1]
        (code,) = [mark for mark in page if isinstance(mark, Code)]
        quiet = 4 * code.size / len(code.modules)
        zone = (code.x - quiet, code.y - quiet, code.x + code.size + quiet, code.y + code.size + quiet)
        assert not [text.words for text in texts(page) if text.words and overlap(box(text), zone)]

    @many
    @given(bills("CHF"))
    @example(FULLEST)
    @example(FULLEST_OPEN)
    def test_keeps_each_section_in_its_place(self, bill):
        *_, currency, _, amount, _, acceptance = texts(receipt(bill, WORDS[bill.language]))
        assert currency.y > TOP + 68
        assert box(acceptance)[2] == pytest.approx(57)
        informed = texts(receipt(bill, WORDS[bill.language]))[:-5]
        assert all(box(text)[2] <= 57.01 and box(text)[3] <= TOP + 68.01 for text in informed)
        paid = [text for text in texts(payment_part(bill, WORDS[bill.language])) if text.x >= 118]
        assert all(box(text)[2] <= 205.01 and box(text)[3] <= TOP + 90.01 for text in paid)
        assert amount.x > currency.x

    def test_leaves_streets_out_of_a_receipt_only_where_room_is_short(self):
        short = [text.words for text in texts(receipt(IN_FRANCS, WORDS["fr"]))]
        assert "Rue du Lac 1268" in short
        assert not any("@ @" in text.words for text in texts(receipt(FULLEST, WORDS["fr"])))

    def test_puts_a_long_letter_on_several_pages_and_pays_on_the_last(self):
        pages = layout(LONG).pages
        assert len(pages) > 2
        assert [any(isinstance(mark, Code) for mark in page) for page in pages] == [False] * (
            len(pages) - 1
        ) + [True]
        assert all("Page" in " ".join(text.words for text in texts(page)) for page in pages[1:])
        assert all(text.y < FOOT for text in texts(pages[-1]) if text.x == 20)

    def test_gives_the_payment_part_a_page_of_its_own_before_it_covers_the_letter(self):
        for count in range(1, 30):
            bill = replace(IN_FRANCS, amount=count, lines=(Line("Une affiche", 1),) * count)
            last = layout(bill).pages[-1]
            letter = [text for text in texts(last) if text.x == 20 or text.words == "CHF 0.01"]
            assert all(box(text)[3] < TOP for text in letter)

    def test_names_a_country_only_to_those_abroad(self):
        at_home, abroad = (
            {text.words for page in layout(replace(IN_FRANCS, debtor=debtor)).pages for text in texts(page)}
            for debtor in (PIA, replace(PIA, country="FR", postal_code="75001", town="Paris"))
        )
        assert "9400 Rorschach" in at_home
        assert "FR-75001 Paris" in abroad


class TestWords:
    @pytest.mark.parametrize(("language", "heading"), [
        ("en", "Payment part"), ("fr", "Section paiement"), ("de", "Zahlteil"), ("it", "Sezione pagamento"),
    ])  # fmt: skip
    def test_are_in_the_language_of_the_bill(self, language, heading):
        page = layout(replace(IN_FRANCS, language=language)).pages[0]
        assert heading in [text.words for text in texts(page)]

    @EACH
    def test_say_all_it_takes_to_pay_by_hand(self, bill):
        said = selectable(draw_pdf(bill))
        assert bill.creditor.name in said
        assert " ".join(re.findall(".{1,4}", bill.iban)) in said
        assert "149.50" in said
        assert {IN_FRANCS: "RF18 5390 0754 7034", IN_EUROS: "RF18 5390 0754 7034"}.get(
            bill, "21 00000 00003 13947 14300 09017"
        ) in said

    def test_say_who_asks_for_what_by_when(self):
        said = selectable(draw_pdf(IN_FRANCS))
        for words in (
            "« Le lac en hiver » : votre contribution",
            "Affiche signée",
            "CHF 20.00",
            "CHF 149.50",
            "7 décembre 2026",
        ):
            assert words in said

    @EACH
    def test_are_the_same_in_svg_and_pdf(self, bill):
        drawn = [element.text for element in ET.fromstring(draw_svg(bill)).iter(f"{SVG}text")]
        said = re.sub(r"\s+", "", selectable(draw_pdf(bill)))
        assert [words for words in drawn if re.sub(r"\s+", "", words) not in said] == []

    @pytest.mark.parametrize(("amount", "written"), [
        (1, "0.01"), (99_999, "999.99"), (194_975, "1 949.75"), (99_999_999_999, "999 999 999.99"), (-950, "-9.50"),
    ])  # fmt: skip
    def test_write_amounts_as_the_guidelines_do(self, amount, written):
        assert thousands(amount) == written

    @pytest.mark.parametrize(
        ("day", "language", "written"),
        [
            (date(2026, 12, 1), "fr", "1er décembre 2026"),
            (date(2026, 12, 11), "fr", "11 décembre 2026"),
            (date(2026, 12, 1), "en", "1 December 2026"),
            (date(2026, 12, 1), "de", "1. Dezember 2026"),
            (date(2026, 12, 1), "it", "1 dicembre 2026"),
        ],
    )
    def test_write_days_as_the_language_does(self, day, language, written):
        assert long_day(day, language) == written

    @pytest.mark.parametrize(
        ("language", "written"),
        [
            ("en", "€1,949.75"),
            ("fr", "1\N{NARROW NO-BREAK SPACE}949,75\N{NO-BREAK SPACE}€"),
            ("de", "1.949,75\N{NO-BREAK SPACE}€"),
        ],
    )
    def test_write_euros_as_the_language_does(self, language, written):
        assert money(194_975, "EUR", language) == written

    def test_wrap_at_spaces_and_cut_only_what_is_too_long_alone(self):
        lines = wrap("court et " + "long" * 20 + " fin", 30, 10)
        assert lines[0] == "court et"
        assert "".join(lines[1:]).replace(" ", "") == "long" * 20 + "fin"
        assert all(width(line, 10) <= 30 for line in lines)

    @given(texts_of_any_kind(200, 1), st.floats(12, 90), st.booleans())
    def test_never_grow_wider_than_their_room_nor_get_lost(self, words, room, bold):
        lines = wrap(words, room, 10, bold=bold)
        assert all(0 < width(line, 10, bold=bold) <= room for line in lines)
        assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def selectable(pdf):
    """What a reader of the PDF can select."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\xa0", " ")


class TestPdf:
    def test_is_a4_and_says_what_it_is_and_in_which_language(self):
        with pypdfium2.PdfDocument(draw_pdf(IN_FRANCS)) as document:
            assert document[0].get_size() == pytest.approx(
                (PAGE_WIDTH / MM_PER_POINT, PAGE_HEIGHT / MM_PER_POINT), abs=0.01
            )
            assert document.get_metadata_value("Title") == "« Le lac en hiver » : votre contribution"
            assert document.get_metadata_value("Author") == "Robert Schneider SA"
        assert b"/Lang (fr)" in draw_pdf(IN_FRANCS)

    def test_is_the_same_for_the_same_bill(self):
        assert draw_pdf(IN_FRANCS) == draw_pdf(replace(IN_FRANCS))

    def test_holds_its_typeface(self):
        assert draw_pdf(IN_FRANCS).count(b"/FontFile2") >= 2


class TestSvg:
    def test_holds_no_script_no_style_and_nothing_from_elsewhere(self):
        names = {element.tag.removeprefix(SVG) for element in ET.fromstring(draw_svg(IN_FRANCS)).iter()}
        assert names == {"svg", "title", "rect", "text", "path", "g"}
        assert draw_svg(IN_FRANCS).count(b"http") == 1

    def test_says_its_title_and_language(self):
        root = ET.fromstring(draw_svg(IN_FRANCS))
        assert root.get("lang") == "fr"
        assert root.findtext(f"{SVG}title") == "« Le lac en hiver » : votre contribution"

    def test_keeps_marks_that_xml_knows_as_words(self):
        bill = replace(IN_FRANCS, title='<script>"&', creditor=replace(ROBERT, name="Son & <Fils>"))
        root = ET.fromstring(draw_svg(bill))
        assert root.findtext(f"{SVG}title") == '<script>"&'
        assert "Son & <Fils>" in [element.text for element in root.iter(f"{SVG}text")]

    def test_holds_words_to_the_width_they_were_measured_with(self):
        lengths = [
            element.get("textLength") for element in ET.fromstring(draw_svg(IN_FRANCS)).iter(f"{SVG}text")
        ]
        assert all(float(length) > 0 for length in lengths)
