"""Bills to try with: one of each kind, and any that the rules allow."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import resvg_py
import zxingcpp
from hypothesis import strategies as st
from PIL import Image
from stdnum.ch import esr
from stdnum.iso7064 import mod_97_10

from parvis.lib.bills import Address, Bill, Line
from parvis.lib.bills.characters import PAYABLE
from parvis.lib.bills.checks import HIGHEST, LOWEST
from parvis.lib.bills.typeface import DATA

ROBERT = Address(
    name="Robert Schneider SA",
    street="Rue du Lac",
    house_number="1268",
    postal_code="2501",
    town="Bienne",
    country="CH",
)
PIA = Address(
    name="Pia-Maria Rutschmann-Schnyder",
    street="Grosse Marktgasse",
    house_number="28",
    postal_code="9400",
    town="Rorschach",
    country="CH",
)
IN_FRANCS = Bill(
    creditor=ROBERT,
    debtor=PIA,
    iban="CH58 0079 1123 0008 8901 2",
    reference="RF18 5390 0754 7034",
    amount=14_950,
    currency="CHF",
    issued_on=date(2026, 11, 27),
    due_on=date(2026, 12, 7),
    title="« Le lac en hiver » : votre contribution",
    words=(
        "Bonjour Pia-Maria,",
        "La campagne a réussi : le film se fera. Voici la facture de ce que vous aviez promis.",
    ),
    lines=(
        Line("Le film en avant-première", 12_000),
        Line("Affiche signée", 2_000),
        Line("Envoi en Suisse", 950),
    ),
    additional_information="Le lac en hiver, contribution 214",
    language="fr",
)
IN_EUROS = replace(IN_FRANCS, currency="EUR", iban="DE89 3704 0044 0532 0130 00", language="en")
BY_QR_IBAN = replace(
    IN_FRANCS,
    debtor=None,
    iban="CH44 3199 9123 0008 8901 2",
    reference="21 00000 00003 13947 14300 09017",
)

letters = st.sampled_from([*sorted(PAYABLE - {"\xa0", "\xad"}), *" " * 60])
"""One in six is a space."""


def texts(most, least=0):
    """Words as they come back: on one line, with single spaces."""
    written = st.text(letters, max_size=most).map(lambda text: " ".join(text.split()))
    return written.filter(lambda text: len(text) >= least)


def with_check_digits(country, account):
    return country + mod_97_10.calc_check_digits(f"{account}{country}00"[:-2]) + account


@st.composite
def addresses(draw):
    return Address(
        name=draw(texts(70, 1)),
        street=draw(texts(70)),
        house_number=draw(texts(16)),
        postal_code=draw(texts(16, 1)),
        town=draw(texts(35, 1)),
        country=draw(st.sampled_from(["CH", "LI", "FR", "DE", "US"])),
    )


@st.composite
def accounts(draw, currency):
    """(IBAN, reference) that belong together."""
    digits = st.text("0123456789", min_size=12, max_size=12)
    if currency == "EUR":
        rest = draw(st.text("0123456789", min_size=18, max_size=18))
        return with_check_digits("DE", rest), draw(creditor_references())
    if draw(st.booleans()):
        number = draw(
            st.text("0123456789", min_size=26, max_size=26).filter(lambda digits: digits.strip("0"))
        )
        bank = draw(st.integers(30_000, 31_999))
        return with_check_digits("CH", f"{bank:05d}{draw(digits)}"), number + esr.calc_check_digit(number)
    bank = draw(st.integers(0, 29_999) | st.integers(32_000, 99_999))
    return with_check_digits(draw(st.sampled_from(["CH", "LI"])), f"{bank:05d}{draw(digits)}"), draw(
        creditor_references()
    )


@st.composite
def creditor_references(draw):
    body = draw(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21))
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


@st.composite
def bills(draw, currency=None):
    """Any bill within the rules whose code still has room."""
    currency = currency or draw(st.sampled_from(["CHF", "EUR"]))
    iban, reference = draw(accounts(currency))
    amount = draw(st.integers(LOWEST, HIGHEST))
    issued_on = draw(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
    part = draw(st.integers(-amount, amount))
    return Bill(
        creditor=draw(addresses()),
        debtor=draw(st.none() | addresses()),
        iban=iban,
        reference=reference,
        amount=amount,
        currency=currency,
        issued_on=issued_on,
        due_on=issued_on + timedelta(draw(st.integers(0, 400))),
        title=draw(texts(140, 1)),
        words=tuple(draw(st.lists(texts(300, 1), max_size=4))),
        lines=(Line(draw(texts(300, 1)), part), Line(draw(texts(80, 1)), amount - part)),
        additional_information=draw(texts(140 if currency == "CHF" else 70)),
        language=draw(st.sampled_from(["en", "fr", "de", "it"])),
    )


def of_pdf(pdf, dots_per_inch=200):
    """The last page of a PDF as a picture."""
    with pypdfium2.PdfDocument(pdf) as document:
        return document[len(document) - 1].render(scale=dots_per_inch / 72).to_pil()


def of_svg(svg, dots_per_inch=200):
    """An SVG as a picture, drawn with our typeface alone."""
    faces = [str(DATA / "regular.ttf"), str(DATA / "bold.ttf")]
    png = resvg_py.svg_to_bytes(
        svg_string=svg.decode(),
        dpi=dots_per_inch,
        skip_system_fonts=True,
        font_files=faces,
        font_family="Parvis Bill",
        sans_serif_family="Parvis Bill",
    )
    return Image.open(io.BytesIO(bytes(png)))


def scanned(picture):
    """The octets in the only QR code of a picture, and the code itself."""
    (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return bytes(code.bytes), code
