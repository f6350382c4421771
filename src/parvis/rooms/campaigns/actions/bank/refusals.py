"""Why a file from a bank is not taken, in sentences to whoever brings it."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parvis.lib.banking import Reason, StatementRefused
from parvis.lib.refusal import Refusal

SENTENCES: Mapping[Reason, Promise] = {
    Reason.UNKNOWN: _(
        "This is no bank statement that can be read here. Download it from the bank as camt.053, camt.054 or MT940."
    ),
    Reason.PACKED: _("This file is packed. Unpack it, and bring the files that are in it."),
    Reason.INTERIM: _(
        "This is an interim report, and its lines may still change. Download the statement of the day (camt.053 or MT940), or the notification (camt.054)."
    ),
    Reason.BROKEN: _(
        "The file breaks off or is damaged in line %(line)d. Nothing was taken from it; download it again."
    ),
    Reason.DECLARES: _(
        "The file declares a document type in line %(line)d, which files from banks do not. Nothing was taken from it; download it again from the bank itself."
    ),
    Reason.TOO_DEEP: _(
        "The file is built as no statement is, in line %(line)d. Nothing was taken from it; download it again from the bank itself."
    ),
    Reason.TOO_LARGE: _(
        "The file holds more than can be taken at once, from line %(line)d on. Nothing was taken from it; download shorter spans of time."
    ),
    Reason.AMOUNT: _(
        "In line %(line)d, entry %(entry)d of statement %(statement)s, the amount “%(text)s” cannot be read. Nothing was taken from the file; ask the bank for it again."
    ),
    Reason.CURRENCY: _(
        "In line %(line)d, entry %(entry)d of statement %(statement)s, the currency “%(text)s” is not the one of the account, or is not known. Nothing was taken from the file; ask the bank for it again."
    ),
    Reason.SIGN: _(
        "In line %(line)d, entry %(entry)d of statement %(statement)s, nothing says whether the amount was paid in or out. Nothing was taken from the file; ask the bank for it again."
    ),
    Reason.DAY: _(
        "In line %(line)d, entry %(entry)d of statement %(statement)s, the day “%(text)s” cannot be read. Nothing was taken from the file; ask the bank for it again."
    ),
    Reason.ONE_BALANCE: _(
        "Statement %(statement)s has only one of its two balances, and cannot be checked. Nothing was taken from the file; ask the bank for it again."
    ),
    Reason.BALANCE: _(
        "Statement %(statement)s does not add up: it opens with %(opening)s %(currency)s, its booked lines come to %(lines)s, and it closes with %(closing)s, which differs by %(difference)s. Nothing was taken from the file; ask the bank for it again."
    ),
    Reason.DETAILS: _(
        "In line %(line)d, the payments in entry %(entry)d of statement %(statement)s come to %(details)s %(currency)s, but the entry to %(amount)s. Nothing was taken from the file; ask the bank for it again."
    ),
}


class FileRefused(Refusal):
    """The file is not taken, not even in part."""

    def __init__(self, refused: StatementRefused) -> None:
        super().__init__(SENTENCES[refused.reason] % refused.values)
        self.reason = refused.reason


class NotYourAccount(Refusal):
    """A statement of an account that is none of the person's; `accounts` are what it calls them."""

    def __init__(self, accounts: Iterable[str]) -> None:
        self.accounts = sorted(set(accounts))
        super().__init__(
            _(
                "This statement is of the account %(accounts)s, which is none of yours here. Add it to your accounts first. "
                "If it is that of your QR-IBAN, bring the file on the page of payments, and say so there."
            )
            % {"accounts": ", ".join(self.accounts)}
        )
