"""The entries of a camt message and the payments in them (ISO 20022, versions 02 to 08), as lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parvis.lib.money import plain

from .elements import Element, Kind, Leaf, wanted
from .keys import meant
from .records import LONGEST_NAME, LONGEST_TEXT, Line, Reason, told
from .values import Place, amount_of, day_of, sign_of

type Amount = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Party:
    """A name and an account."""

    name: str = ""
    iban: str = ""


NOBODY = Party()
PARTIES = {
    role: (
        *(f"RltdPties/{ultimate}{role}/{name}" for ultimate in ("", "Ultmt") for name in ("Nm", "Pty/Nm")),
        f"RltdPties/{role}Acct/Id/IBAN",
    )
    for role in ("Dbtr", "Cdtr")
}
CHARGE = "Amt CdtDbtInd ChrgInclInd"
CHARGES = wanted(Kind.PART, CHARGE, {"Rcrd": wanted(Kind.PART, CHARGE)})
AMOUNTS = "Amt CdtDbtInd AmtDtls/InstdAmt/Amt AmtDtls/CntrValAmt/Amt AmtDtls/TxAmt/Amt"
REMITTANCE = "RmtInf/Ustrd RmtInf/Strd/CdtrRefInf/Ref RmtInf/Strd/AddtlRmtInf"
PAYMENT = wanted(
    Kind.RECORD,
    f"{AMOUNTS} Refs/AcctSvcrRef Refs/EndToEndId {REMITTANCE} AddtlTxInf {' '.join(map(' '.join, PARTIES.values()))}",
    {"Chrgs": CHARGES},
)
ENTRY = wanted(
    Kind.RECORD,
    f"{AMOUNTS} AcctSvcrRef RvslInd Sts Sts/Cd BookgDt/Dt BookgDt/DtTm ValDt/Dt ValDt/DtTm "
    "NtryDtls/Btch/NbOfTxs AddtlNtryInf",
    {"Chrgs": CHARGES, "NtryDtls/TxDtls": PAYMENT},
)


@dataclass(frozen=True, slots=True)
class Payment:
    """One `TxDtls`; `amount` is what it says itself, `split` what may tell the payments of an entry apart (version 02)."""

    sign: int | None
    amount: Amount | None
    split: Amount | None
    instructed: Amount | None
    charges: tuple[Amount, ...]
    bank_reference: str
    end_to_end_id: str
    references: tuple[str, ...]
    text: str
    note: str
    debtor: Party
    creditor: Party


def payment_of(element: Element, place: Place) -> Payment:
    """What a `TxDtls` says. Raises StatementRefused."""
    references = element.all("RmtInf/Strd/CdtrRefInf/Ref")
    return Payment(
        sign=sign_of(element, place) if element.find("CdtDbtInd") else None,
        amount=amount_at(element, "Amt", place),
        split=amount_at(element, "AmtDtls/TxAmt/Amt", place),
        instructed=instructed_in(element, place),
        charges=charges_of(element, place),
        bank_reference=meant(told(element.words("Refs/AcctSvcrRef"))),
        end_to_end_id=meant(told(element.words("Refs/EndToEndId"))),
        references=tuple(filter(None, (told(each.text) for each in references))),
        text=joined([*element.all("RmtInf/Ustrd"), *element.all("RmtInf/Strd/AddtlRmtInf")]),
        note=joined(element.all("AddtlTxInf")),
        debtor=party_of(element, "Dbtr"),
        creditor=party_of(element, "Cdtr"),
    )


def amount_at(element: Element, path: str, place: Place) -> Amount | None:
    leaf = element.find(path)
    return None if leaf is None else amount_of(leaf, place)


def instructed_in(element: Element, place: Place) -> Amount | None:
    """What was ordered, or for how much it was exchanged."""
    return amount_at(element, "AmtDtls/InstdAmt/Amt", place) or amount_at(
        element, "AmtDtls/CntrValAmt/Amt", place
    )


def charges_of(element: Element, place: Place) -> tuple[Amount, ...]:
    """What the bank took out of an amount, with the sign it has for the account; not what it books apart.

    Version 02 says it right in `Chrgs`, later ones in records there.
    """
    found = []
    for charge in (each for charges in element.parts for each in (charges.parts or [charges])):
        leaf = charge.find("Amt")
        if leaf is not None and charge.words("ChrgInclInd") not in {"false", "0"}:
            value, currency = amount_of(leaf, place)
            found.append((value if charge.words("CdtDbtInd") == "CRDT" else -value, currency))
    return tuple(found)


def party_of(element: Element, role: str) -> Party:
    """A debtor or creditor: named directly, below `Pty` (version 08), or only as the ultimate one."""
    paths = PARTIES[role]
    name = next(filter(None, map(element.words, paths[:-1])), "")
    account = element.words(paths[-1])
    return Party(told(name), "".join(account.split()).upper()[:LONGEST_NAME]) if name or account else NOBODY


def joined(leaves: Sequence[Leaf]) -> str:
    return "\n".join(filter(None, (told(each.text, LONGEST_TEXT) for each in leaves)))[:LONGEST_TEXT]


def lines_of(entry: Element, payments: Sequence[Payment], place: Place) -> list[Line]:
    """An entry as one line a payment, where it says what each of them is; together they are the amount of the entry.

    Raises StatementRefused.
    """
    amount = amount_at(entry, "Amt", place)
    if amount is None:
        raise place.refusal(Reason.AMOUNT, text="")
    value, currency = amount
    reference = meant(told(entry.words("AcctSvcrRef")))
    whole = Line(
        amount=sign_of(entry, place) * value,
        currency=currency,
        booked_on=day_of(entry, "BookgDt", place),
        value_on=day_of(entry, "ValDt", place),
        is_booked=(entry.words("Sts/Cd") or entry.words("Sts")) == "BOOK",
        is_reversal=entry.words("RvslInd") in {"true", "1"},
        entry_reference=reference,
        bank_reference=reference,
        note=joined(entry.all("AddtlNtryInf")),
        instructed=other(instructed_in(entry, place), currency),
    )
    if not payments:
        return [replace(whole, is_batch=count_of(entry) > 1)]
    amounts = amounts_of(entry, payments, whole, place)
    if amounts is None:
        return [merged(whole, payments)]
    lines = [
        line_of(whole, payment, amount, index)
        for index, (payment, amount) in enumerate(zip(payments, amounts, strict=False))
    ]
    if kept := whole.amount - sum(amounts):
        lines.append(replace(whole, amount=kept, index=len(lines), is_charge=True, instructed=None))
    return lines


def amounts_of(entry: Element, payments: Sequence[Payment], whole: Line, place: Place) -> list[int] | None:
    """What each payment of an entry is, signed; None where the entry does not tell them apart.

    Charges that the bank took out of the entry may stand between the two. Raises StatementRefused.
    """
    sign = sign_of(entry, place)
    said = [own(payment.amount, whole.currency, payment.sign or sign) for payment in payments]
    if len(payments) > 1:
        for at, payment in enumerate(payments):
            if said[at] is None:
                said[at] = own(payment.split, whole.currency, payment.sign or sign)
    amounts = [each for each in said if each is not None]
    if len(amounts) < len(payments):
        return [whole.amount] if len(payments) == 1 else None
    charges = [*charges_of(entry, place), *(each for payment in payments for each in payment.charges)]
    kept = sum(charge for charge, currency in charges if currency == whole.currency)
    if sum(amounts) not in {whole.amount, whole.amount - kept}:
        raise wrong_details(whole, sum(amounts), place)
    return amounts


def own(amount: Amount | None, currency: str, sign: int) -> int | None:
    """An amount with its sign, where it is in this currency."""
    return sign * amount[0] if amount is not None and amount[1] == currency else None


def other(amount: Amount | None, currency: str) -> Amount | None:
    """An amount that is in another currency."""
    return amount if amount is not None and amount[1] != currency else None


def wrong_details(whole: Line, total: int, place: Place) -> Exception:
    return place.refusal(
        Reason.DETAILS,
        details=plain(total, whole.currency),
        amount=plain(whole.amount, whole.currency),
        currency=whole.currency,
    )


def line_of(whole: Line, payment: Payment, amount: int, index: int) -> Line:
    """The line of one payment of an entry."""
    party = party_beside(payment, whole)
    instructed = other(payment.instructed, whole.currency) or other(payment.amount, whole.currency)
    return replace(
        whole,
        amount=amount,
        index=index,
        bank_reference=payment.bank_reference or whole.bank_reference,
        end_to_end_id=payment.end_to_end_id,
        references=payment.references,
        text=payment.text,
        note="\n".join(filter(None, (payment.note, whole.note)))[:LONGEST_TEXT],
        party_name=party.name,
        party_iban=party.iban,
        instructed=instructed or whole.instructed,
    )


def party_beside(payment: Payment, whole: Line) -> Party:
    """Who stands on the other side: the debtor of a credit, the creditor of a debit; a reversal names them as they were."""
    one, two = payment.debtor, payment.creditor
    if whole.amount < 0:
        one, two = two, one
    return two if whole.is_reversal and one == NOBODY else one


def merged(whole: Line, payments: Sequence[Payment]) -> Line:
    """One line for payments that cannot be told apart, with all that they say."""
    return replace(
        whole,
        is_batch=True,
        references=tuple(reference for payment in payments for reference in payment.references)[:100],
        text="\n".join(filter(None, (payment.text for payment in payments)))[:LONGEST_TEXT],
    )


def count_of(entry: Element) -> int:
    """How many payments an entry says it has."""
    counts = [each.text for each in entry.all("NtryDtls/Btch/NbOfTxs")]
    return sum(int(count) for count in counts if count.isascii() and count.isdigit() and len(count) < 10)
