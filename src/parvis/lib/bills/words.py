"""What a bill says by itself, in each of its languages; and how it writes numbers and days."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from parvis.lib.money import format_amount

from .payload import decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The headings of the payment part and the receipt (IG QR-bill 2.3, annex D), and the sentences of the letter."""

    payment_part: str
    account: str
    reference: str
    additional_information: str
    currency: str
    amount: str
    receipt: str
    acceptance_point: str
    payable_by: str
    payable_by_open: str

    total: str
    due: str
    how: str
    page: str
    transfer: str
    scan: str
    to: str


WORDS = {
    "en": Words(
        payment_part="Payment part",
        account="Account / Payable to",
        reference="Reference",
        additional_information="Additional information",
        currency="Currency",
        amount="Amount",
        receipt="Receipt",
        acceptance_point="Acceptance point",
        payable_by="Payable by",
        payable_by_open="Payable by (name/address)",
        total="Total",
        due="Please pay by {day}.",
        how="Scan the code with your bank’s app, or enter account, reference and amount by hand.",
        page="Page {page} of {pages}",
        transfer="Payment by bank transfer",
        scan="For your bank’s app",
        to="Payable to",
    ),
    "fr": Words(
        payment_part="Section paiement",
        account="Compte / Payable à",
        reference="Référence",
        additional_information="Informations supplémentaires",
        currency="Monnaie",
        amount="Montant",
        receipt="Récépissé",
        acceptance_point="Point de dépôt",
        payable_by="Payable par",
        payable_by_open="Payable par (nom/adresse)",
        total="Total",
        due="À payer jusqu’au {day}.",
        how="Scannez le code avec l’application de votre banque, ou saisissez compte, référence et montant.",
        page="Page {page} sur {pages}",
        transfer="Paiement par virement",
        scan="Pour l’application de votre banque",
        to="Payable à",
    ),
    "de": Words(
        payment_part="Zahlteil",
        account="Konto / Zahlbar an",
        reference="Referenz",
        additional_information="Zusätzliche Informationen",
        currency="Währung",
        amount="Betrag",
        receipt="Empfangsschein",
        acceptance_point="Annahmestelle",
        payable_by="Zahlbar durch",
        payable_by_open="Zahlbar durch (Name/Adresse)",
        total="Total",
        due="Zahlbar bis {day}.",
        how="Scannen Sie den Code mit der App Ihrer Bank, oder geben Sie Konto, Referenz und Betrag von Hand ein.",
        page="Seite {page} von {pages}",
        transfer="Zahlung per Überweisung",
        scan="Für die App Ihrer Bank",
        to="Zahlbar an",
    ),
    "it": Words(
        payment_part="Sezione pagamento",
        account="Conto / Pagabile a",
        reference="Riferimento",
        additional_information="Informazioni supplementari",
        currency="Valuta",
        amount="Importo",
        receipt="Ricevuta",
        acceptance_point="Punto di accettazione",
        payable_by="Pagabile da",
        payable_by_open="Pagabile da (nome/indirizzo)",
        total="Totale",
        due="Da pagare entro il {day}.",
        how="Scansionate il codice con l’app della vostra banca, o inserite conto, riferimento e importo.",
        page="Pagina {page} di {pages}",
        transfer="Pagamento con bonifico",
        scan="Per l’applicazione della vostra banca",
        to="Pagabile a",
    ),
}


def grouped(code: str, size: int = 4) -> str:
    """An IBAN or a creditor reference in groups, as people copy it."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def grouped_reference(reference: str) -> str:
    """27 digits as two, then groups of five; RF… in groups of four (IG 2.3, §3.6.2)."""
    if reference.startswith("RF"):
        return grouped(reference)
    return f"{reference[:2]} {grouped(reference[2:], 5)}"


def thousands(amount: int) -> str:
    """Hundredths as a payment part writes them: 1 949.75 (IG 2.3, §3.5.3)."""
    sign = "-" if amount < 0 else ""
    whole, cents = decimal(abs(amount)).split(".")
    return f"{sign}{int(whole):,}.{cents}".replace(",", " ")


_LOCALES = {"en": "en_GB"}
"""Days are written as in Britain, which more readers of bills expect than any other English."""


def money(amount: int, currency: str, language: str) -> str:
    """An amount as the letter says it: francs as the payment part writes them, euros as the language does."""
    if currency == "CHF":
        return f"CHF {thousands(amount)}"
    return format_amount(amount, currency, _LOCALES.get(language, language))


def long_day(day: date, language: str) -> str:
    """A day in words, with its year; in French, the first of a month is « 1er »."""
    words = format_date(day, "long", locale=_LOCALES.get(language, language))
    return f"1er{words[1:]}" if language == "fr" and day.day == 1 else words
