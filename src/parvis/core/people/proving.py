"""Is it still the same person? Asked once more before what touches the keys of an account or hands all of it out."""

import secrets
import time
from hmac import compare_digest

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from . import mails
from .models import Address, Person

KEY = "proof"
CODE_GOOD_FOR = 10 * 60
MOST_TRIES = 5


def proved_lately(request: HttpRequest) -> bool:
    """Whether they have logged in or been asked in this browser within the last quarter of an hour.

    Who has no way to prove it (no password, no second step, no address) is taken at their word.
    """
    person = request.user
    proofs = [record["at"] for record in get_authentication_records(request, person)]  # type: ignore[arg-type]
    if proofs and time.time() - max(proofs) < REAUTHENTICATION_TIMEOUT:
        return True
    return person.is_authenticated and not get_adapter().get_reauthentication_methods(person)


def ask_again(request: HttpRequest) -> None:
    """Raises ReauthenticationRequired, which allauth turns into its page, unless they proved it lately."""
    if not proved_lately(request):
        raise ReauthenticationRequired


def note_proof(request: HttpRequest, person: Person, method: str) -> None:
    """They have just shown who they are."""
    record_authentication(request, person, method=method, reauthenticated=True)


def address_for_code(person: Person) -> Address | None:
    """Where a code to prove it goes; nowhere for whoever has a second step, which a mail must not stand in for."""
    if is_mfa_enabled(person):
        return None
    rows = Address.objects.filter(person=person, kind="mail").exclude(verified_at=None)
    return rows.order_by("-is_primary", "pk").first()


def send_code(request: HttpRequest, person: Person, address: Address) -> None:
    """Mail a code, and keep in the session only what it is compared with."""
    code: str = get_adapter().generate_login_code()
    salt = secrets.token_hex(8)
    request.session[KEY] = {"salt": salt, "sum": summed(salt, code), "at": time.time(), "tries": 0}
    mails.send("people/email/prove", to=address.value, language=person.language, context={"code": code})


def code_was_sent(request: HttpRequest) -> bool:
    """Whether a code is on its way that still works."""
    kept = request.session.get(KEY)
    return kept is not None and time.time() - kept["at"] < CODE_GOOD_FOR and kept["tries"] < MOST_TRIES


def is_right(request: HttpRequest, code: str) -> bool:
    """Whether this is the code; it works once, and after some wrong ones no more."""
    if not code_was_sent(request):
        return False
    kept = request.session[KEY]
    if compare_digest(kept["sum"], summed(kept["salt"], code)):
        del request.session[KEY]
        return True
    request.session[KEY] = {**kept, "tries": kept["tries"] + 1}
    return False


def summed(salt: str, code: str) -> str:
    """What is kept of a code, however its letters and dashes are typed."""
    plain = "".join(letter for letter in code if letter.isalnum()).upper()
    return salted_hmac(f"parvis.proof.{salt}", plain, algorithm="sha256").hexdigest()
