"""The text inside a bill's code, line by line as banks' apps read it."""

from typing import TYPE_CHECKING

from parvis.lib.banking.references import is_qr_iban

if TYPE_CHECKING:
    from .bill import Address, Bill

LONGEST = {"CHF": 997, "EUR": 331}
"""Octets, with error correction M: what fits in version 25 (IG 2.3, §6.2), and what EPC069-12 allows."""


def payload(bill: "Bill") -> str:
    """What the code of a bill says: a Swiss QR code for francs, an EPC code for euros."""
    return swiss(bill) if bill.currency == "CHF" else epc(bill)


def swiss(bill: "Bill") -> str:
    """Swiss Payments Code 0200 (IG QR-bill 2.3, §4): 31 lines, up to the mark that ends them."""
    no_ultimate_creditor = [""] * 7
    debtor = _address(bill.debtor) if bill.debtor is not None else [""] * 7
    lines = [
        *("SPC", "0200", "1"),
        bill.iban,
        *_address(bill.creditor),
        *no_ultimate_creditor,
        decimal(bill.amount),
        bill.currency,
        *debtor,
        "QRR" if is_qr_iban(bill.iban) else "SCOR",
        bill.reference,
        bill.additional_information,
        "EPD",
    ]
    return "\n".join(lines)


def epc(bill: "Bill") -> str:
    """SEPA credit transfer, version 002, UTF-8 (EPC069-12, “Quick Response Code: Guidelines”); lines after the last filled one are left out."""
    no_purpose = no_free_text = ""
    lines = [
        *("BCD", "002", "1", "SCT"),
        bill.bic,
        bill.creditor.name,
        bill.iban,
        f"EUR{decimal(bill.amount)}",
        no_purpose,
        bill.reference,
        no_free_text,  # a structured reference stands instead of it
        bill.additional_information,
    ]
    return "\n".join(lines).rstrip("\n")


def decimal(amount: int) -> str:
    """Hundredths as a number with two decimals."""
    return f"{amount // 100}.{amount % 100:02d}"


def _address(address: "Address") -> list[str]:
    street = [address.street, address.house_number]
    return ["S", address.name, *street, address.postal_code, address.town, address.country]
