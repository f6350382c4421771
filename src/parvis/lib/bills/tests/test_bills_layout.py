"""Where things stand on a bill, and how large they are."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from parvis.lib.bills import Fault, Line, Unbillable, draw_pdf, draw_svg
from parvis.lib.bills.columns import Block, Style, column, fitted
from parvis.lib.bills.layout import layout
from parvis.lib.bills.letter import BOTTOM, LEFT, Row, flow
from parvis.lib.bills.marks import Code, Shape, Stroke, Text, moved
from parvis.lib.bills.slip import TOP, payment_part, receipt
from parvis.lib.bills.words import WORDS

from .samples import BY_QR_IBAN, IN_EUROS, IN_FRANCS, PIA

STYLES = (Style(value=10, heading=8, leading=11, gap=11), Style(value=8, heading=6, leading=9, gap=9))


def said(bill, page=-1):
    return [mark for mark in layout(bill).pages[page] if isinstance(mark, Text)]


def find(words, texts):
    (found,) = [text for text in texts if text.words == words]
    return found


class TestPaymentPart:
    def test_is_set_in_the_sizes_of_the_guidelines(self):
        sizes = {
            text.words: (text.size, text.bold)
            for text in payment_part(IN_FRANCS, WORDS["fr"])
            if isinstance(text, Text)
        }
        assert sizes["Section paiement"] == (11, True)
        assert {
            sizes[heading] for heading in ("Compte / Payable à", "Référence", "Payable par", "Monnaie")
        } == {(8, True)}
        assert {sizes[value] for value in ("RF18 5390 0754 7034", "Robert Schneider SA", "149.50")} == {
            (10, False)
        }

    def test_has_headings_of_one_size_when_it_is_full(self):
        address = replace(PIA, name="M" * 70, street="M" * 70, town="M" * 35)
        full = replace(IN_FRANCS, creditor=address, debtor=address, additional_information="M" * 140)
        sizes = {
            text.size
            for text in payment_part(full, WORDS["fr"])
            if isinstance(text, Text) and text.bold and text.words != "Section paiement"
        }
        assert len(sizes) == 1
        assert min(sizes) >= 6

    def test_says_its_facts_in_the_order_of_the_guidelines(self):
        headings = [
            text.words
            for text in payment_part(IN_FRANCS, WORDS["en"])
            if isinstance(text, Text) and text.bold and text.x >= 118
        ]
        assert headings == ["Account / Payable to", "Reference", "Additional information", "Payable by"]

    def test_has_no_heading_for_what_is_not_said(self):
        words = [text.words for text in said(replace(IN_FRANCS, additional_information=""))]
        assert "Informations supplémentaires" not in words

    def test_leaves_a_box_of_65_by_25_mm_for_an_unknown_debtor(self):
        strokes = [mark for mark in payment_part(BY_QR_IBAN, WORDS["fr"]) if isinstance(mark, Stroke)]
        assert extent(strokes) == pytest.approx((65, 25))
        assert all(stroke.thickness == pytest.approx(0.75 * 25.4 / 72) for stroke in strokes)

    def test_is_all_black_and_white(self):
        shapes = [mark for mark in payment_part(IN_FRANCS, WORDS["fr"]) if isinstance(mark, Shape)]
        assert [shape.white for shape in shapes] == [True, False, True, True]


def extent(strokes):
    """Width and height of all that strokes span."""
    across = [x for stroke in strokes for x in (stroke.x, stroke.x2)]
    down = [y for stroke in strokes for y in (stroke.y, stroke.y2)]
    return max(across) - min(across), max(down) - min(down)


class TestReceipt:
    def test_is_set_in_the_sizes_of_the_guidelines(self):
        sizes = {
            text.words: (text.size, text.bold)
            for text in receipt(IN_FRANCS, WORDS["fr"])
            if isinstance(text, Text)
        }
        assert sizes["Récépissé"] == (11, True)
        assert {sizes[heading] for heading in ("Compte / Payable à", "Montant", "Point de dépôt")} == {
            (6, True)
        }
        assert {sizes[value] for value in ("Rue du Lac 1268", "149.50")} == {(8, False)}

    def test_leaves_a_box_of_52_by_20_mm_for_an_unknown_debtor(self):
        strokes = [mark for mark in receipt(BY_QR_IBAN, WORDS["fr"]) if isinstance(mark, Stroke)]
        assert extent(strokes) == pytest.approx((52, 20))
        assert max(stroke.y2 for stroke in strokes) <= TOP + 68

    def test_is_cut_along_two_lines_with_scissors(self):
        page = layout(IN_FRANCS).pages[-1]
        cuts = [mark for mark in page if isinstance(mark, Stroke) and mark.dash]
        assert [(cut.x, cut.y, cut.x2, cut.y2) for cut in cuts] == [(0, TOP, 210, TOP), (62, TOP, 62, 297)]
        for cut in cuts:
            assert [mark for mark in page if isinstance(mark, Shape) and (mark.x == cut.x or mark.y == cut.y)]


class TestTransfer:
    def test_says_what_to_type_from_top_to_bottom(self):
        facts = sorted((text for text in said(IN_EUROS) if text.x == 84), key=lambda text: text.y)
        assert [text.words for text in facts if text.bold] == [
            "Payable to", "IBAN", "Amount", "Reference", "Additional information",
        ]  # fmt: skip
        assert find("DE89 3704 0044 0532 0130 00", facts)
        assert find("€149.50", facts)

    def test_names_the_bank_when_it_is_known(self):
        assert "BIC" not in [text.words for text in said(IN_EUROS)]
        assert find("COBADEFFXXX", said(replace(IN_EUROS, bic="COBADEFFXXX")))


class TestLetter:
    def test_begins_higher_without_a_receiver_and_lower_below_long_addresses(self):
        long = replace(
            PIA, name="Association " * 5, street="Chemin des Écoliers " * 3, town="La Chaux-de-Fonds"
        )
        tops = [
            find(IN_FRANCS.title, said(bill)).y
            for bill in (replace(IN_FRANCS, debtor=None), IN_FRANCS, replace(IN_FRANCS, debtor=long))
        ]
        assert tops == sorted(tops)
        assert tops[0] < tops[1]

    def test_leaves_the_town_out_of_the_date_where_it_has_no_room(self):
        assert find("Bienne, 27 novembre 2026", said(IN_FRANCS))
        far = replace(
            IN_FRANCS, creditor=replace(IN_FRANCS.creditor, town="La Neuveville-sur-le-Lac-de-Bienne")
        )
        assert find("27 novembre 2026", said(far))

    def test_sets_amounts_flush_right(self):
        texts = said(IN_FRANCS)
        ends = {
            round(find(words, texts).x + find(words, texts).width, 3)
            for words in ("CHF 120.00", "CHF 9.50", "CHF 149.50")
        }
        assert ends == {190}

    def test_keeps_a_line_on_one_page_with_its_rule(self):
        many = replace(IN_FRANCS, amount=40, lines=(Line("Deux lignes " * 12, 1),) * 40)
        for page in layout(many).pages[:-1]:
            rules = [mark.y for mark in page if isinstance(mark, Stroke) and mark.x == LEFT]
            words = [mark.y for mark in page if isinstance(mark, Text)]
            assert max(words) > max(rules)

    def test_puts_on_the_next_page_what_has_no_room(self):
        rows = [Row(100, (Text(LEFT, 5, str(number), 10),)) for number in range(5)]
        pages, end = flow(rows, 50)
        assert [[text.words for text in page] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]
        assert end <= BOTTOM

    def test_says_on_each_further_page_which_bill_it_belongs_to(self):
        many = replace(IN_FRANCS, amount=60, lines=(Line("Une affiche", 1),) * 60)
        pages = layout(many).pages
        assert find(f"Page 2 sur {len(pages)}", said(many, 1))
        assert find(IN_FRANCS.title, said(many, 1))


class TestColumns:
    def test_take_the_first_style_that_fits(self):
        blocks = [Block("Account", ("CH58", "Robert")), Block("Reference", ("RF18",))]
        heights = [column(blocks, 0, 0, 50, style)[1] for style in STYLES]
        choices = [(blocks, style) for style in STYLES]
        assert fitted(choices, 0, 0, 50, heights[0])[1] == STYLES[0]
        assert fitted(choices, 0, 0, 50, heights[0] - 0.01)[1] == STYLES[1]
        assert fitted(choices, 0, 0, 50, 1)[1] == STYLES[1]

    def test_go_down_line_by_line_with_a_gap_between_blocks(self):
        marks, bottom = column([Block("A", ("b",)), Block("C", ("d",))], 5, 0, 50, STYLES[1])
        assert [mark.words for mark in marks] == ["A", "b", "C", "d"]
        assert bottom == pytest.approx((4 * 9 + 9) * 25.4 / 72)


class TestMarks:
    def test_move_down_whole(self):
        assert moved(Stroke(1, 2, 3, 4), 10) == Stroke(1, 12, 3, 14)
        assert moved(Text(1, 2, "x", 10), 10) == Text(1, 12, "x", 10)
        assert moved(Code(1, 2, 46, ((True,),), "QR"), 10).y == 12


class TestPages:
    def test_are_as_many_in_svg_as_in_pdf(self):
        many = replace(IN_FRANCS, amount=60, lines=(Line("Une affiche", 1),) * 60)
        root = ET.fromstring(draw_svg(many))
        with pypdfium2.PdfDocument(draw_pdf(many)) as document:
            assert len(document) == len(layout(many).pages)
            assert root.get("viewBox") == f"0 0 210 {297 * len(document)}"

    def test_are_read_from_the_letter_to_the_payment(self):
        with pypdfium2.PdfDocument(draw_pdf(IN_FRANCS)) as document:
            words = document[0].get_textpage().get_text_range()
        order = [
            words.index(one)
            for one in ("Bonjour", "Affiche signée", "Total", "Récépissé", "Section paiement")
        ]
        assert order == sorted(order)


class TestFaults:
    @pytest.mark.parametrize("fault", Fault)
    def test_are_whole_sentences_without_blame(self, fault):
        values = {"most": 70, "length": 71, "characters": "Ж", "sum": 1, "amount": 2}
        sentence = fault % values
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "invalid" not in sentence.lower()

    def test_carry_the_field_and_what_is_needed_to_say_it_in_another_language(self):
        with pytest.raises(Unbillable) as refusal:
            replace(IN_FRANCS, debtor=replace(PIA, name="x" * 71))
        assert (refusal.value.field, refusal.value.values) == ("debtor.name", {"most": 70, "length": 71})
        assert str(refusal.value).startswith("debtor.name: At most 70 characters fit here, and there are 71.")
