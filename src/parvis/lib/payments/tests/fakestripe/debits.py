"""PaymentIntents and what follows them: charges, refunds, disputes."""

from copy import deepcopy

from parvis.lib.payments.samples import Sample
from parvis.lib.payments.tests.fakestripe.account import Account, Fault, Object, refusal
from parvis.lib.payments.tests.fakestripe.forms import said, whole
from parvis.lib.payments.tests.fakestripe.methods import behaviour, method_for

CONFIRMABLE = {"requires_payment_method", "requires_confirmation", "requires_action"}
CANCELABLE = CONFIRMABLE | {"requires_capture"}


def create_intent(account: Account, form: Object) -> Object:
    amount = whole(form, "amount")
    if form.get("customer"):
        account.get(form["customer"], "customer")
    intent = account.add(
        "pi",
        "payment_intent",
        status="requires_payment_method",
        amount=amount,
        amount_received=0,
        amount_capturable=0,
        currency=form["currency"].lower(),
        customer=form.get("customer"),
        description=form.get("description"),
        capture_method=form.get("capture_method", "automatic"),
        payment_method=None,
        payment_method_types=form.get("allowed_payment_method_types", ["card"]),
        latest_charge=None,
        last_payment_error=None,
        next_action=None,
        canceled_at=None,
        cancellation_reason=None,
        metadata=form.get("metadata", {}),
    )
    intent["client_secret"] = f"{intent['id']}_secret_1"
    account.tell("payment_intent.created", intent)
    if said(form, "confirm"):
        confirm_intent(account, form, intent["id"])
    return intent


def confirm_intent(account: Account, form: Object, name: str) -> Object:
    intent = account.get(name, "payment_intent")
    _expect(intent, CONFIRMABLE, "confirm")
    method = method_for(account, form.get("payment_method") or intent["payment_method"], intent["customer"])
    intent |= {"payment_method": method["id"], "next_action": None}
    found = behaviour(account, method)
    if found.on_charge == "declines":
        raise _decline(account, intent, method, found.code, found.decline_code, found.advice_code)
    if found.on_charge == "asks" and said(form, "off_session"):
        code = "authentication_required"
        raise _decline(account, intent, method, code, code, "")
    if found.on_charge == "asks":
        url = f"https://hooks.stripe.example/redirect/{name}"
        redirect = {"url": url, "return_url": form.get("return_url")}
        intent["status"] = "requires_action"
        intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
        account.tell("payment_intent.requires_action", intent)
        return intent
    return _debit(account, intent, method, found, form.get("mandate"))


def _debit(account: Account, intent: Object, method: Object, found: Sample, mandate: str | None) -> Object:
    charge = _charge(account, intent, method, "pending" if found.on_charge == "processes" else "succeeded")
    if mandate and account.get(mandate, "mandate")["type"] == "single_use":
        account.objects[mandate]["status"] = "inactive"
    if found.on_charge == "processes":
        intent["status"] = "processing"
        account.tell("payment_intent.processing", intent)
    elif intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        charge |= {"captured": False, "amount_captured": 0}
    else:
        _succeed(account, intent, charge)
        if found.is_disputed:
            dispute(account, intent["id"])
    return intent


def _charge(account: Account, intent: Object, method: Object, status: str) -> Object:
    failed = status == "failed"
    charge = account.add(
        "ch" if method["type"] == "card" else "py",
        "charge",
        status=status,
        amount=intent["amount"],
        amount_captured=0 if failed else intent["amount"],
        amount_refunded=0,
        captured=not failed,
        paid=status == "succeeded",
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"type": method["type"], method["type"]: dict(method[method["type"]])},
        failure_code=None,
        outcome={"network_status": "declined_by_network" if failed else "approved_by_network"},
        refunded=False,
        disputed=False,
        metadata=dict(intent["metadata"]),
    )
    intent["latest_charge"] = charge["id"]
    return charge


def _succeed(account: Account, intent: Object, charge: Object) -> None:
    charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": intent["amount"]}
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "amount_capturable": 0}
    intent |= {"next_action": None, "last_payment_error": None}
    account.tell("charge.succeeded", charge)
    account.tell("payment_intent.succeeded", intent)


def _decline(
    account: Account, intent: Object, method: Object, code: str, decline_code: str, advice: str
) -> Fault:
    charge = _charge(account, intent, method, "failed")
    charge["failure_code"] = code
    error = {"type": "card_error", "code": code, "message": "Your card was declined.", "charge": charge["id"]}
    error |= {"decline_code": decline_code} if decline_code else {}
    error |= {"advice_code": advice} if advice else {}
    error |= {"payment_method": deepcopy(method)}
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    intent["last_payment_error"] = error
    account.tell("charge.failed", charge)
    account.tell("payment_intent.payment_failed", intent)
    kept = {name: value for name, value in error.items() if name not in {"type", "code", "message"}}
    return Fault(402, "card_error", code, error["message"], payment_intent=deepcopy(intent), **kept)


def capture_intent(account: Account, _form: Object, name: str) -> Object:
    intent = account.get(name, "payment_intent")
    _expect(intent, {"requires_capture"}, "capture")
    _succeed(account, intent, account.objects[intent["latest_charge"]])
    return intent


def cancel_intent(account: Account, _form: Object, name: str) -> Object:
    intent = account.get(name, "payment_intent")
    _expect(intent, CANCELABLE, "cancel")
    intent |= {"status": "canceled", "canceled_at": account.clock, "next_action": None}
    account.tell("payment_intent.canceled", intent)
    return intent


def _expect(intent: Object, statuses: set[str], deed: str) -> None:
    if intent["status"] not in statuses:
        message = f"You cannot {deed} this PaymentIntent because it has a status of {intent['status']}."
        raise refusal("payment_intent_unexpected_state", message, payment_intent=deepcopy(intent))


def authenticate(account: Account, name: str, *, agrees: bool) -> None:
    """The person answers their bank on the page that was opened for it."""
    intent = account.get(name, "payment_intent")
    _expect(intent, {"requires_action"}, "authenticate")
    method = account.objects[intent["payment_method"]]
    if agrees:
        _succeed(account, intent, _charge(account, intent, method, "succeeded"))
    else:
        _decline(account, intent, method, "payment_intent_authentication_failure", "", "")


def arrive(account: Account, name: str) -> None:
    """Days later: what was processing is paid, or comes back."""
    intent = account.get(name, "payment_intent")
    _expect(intent, {"processing"}, "settle")
    charge, method = account.objects[intent["latest_charge"]], account.objects[intent["payment_method"]]
    found = behaviour(account, method)
    if found.arrives:
        _succeed(account, intent, charge)
        return
    charge |= {"status": "failed", "failure_code": found.code, "paid": False}
    error = {"type": "card_error", "code": found.code, "charge": charge["id"], "message": "It came back."}
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    account.tell("charge.failed", charge)
    account.tell("payment_intent.payment_failed", intent)


def create_refund(account: Account, form: Object) -> Object:
    intent = account.get(form.get("payment_intent", ""), "payment_intent")
    _expect(intent, {"succeeded"}, "refund")
    charge = account.objects[intent["latest_charge"]]
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = whole(form, "amount") if "amount" in form else left
    if not left:
        raise refusal("charge_already_refunded", "Charge has already been refunded.")
    if amount > left:
        raise refusal("", "Refund amount is greater than unrefunded amount on charge", param="amount")
    refund = account.add(
        "re",
        "refund",
        status="succeeded",
        amount=amount,
        currency=intent["currency"],
        charge=charge["id"],
        payment_intent=intent["id"],
        metadata=form.get("metadata", {}),
        reason=form.get("reason"),
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    account.tell("refund.created", refund)
    account.tell("charge.refunded", charge)
    return refund


def fail_refund(account: Account, name: str) -> None:
    """The bank does not take it: the money is here again."""
    refund = account.get(name, "refund")
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    account.objects[refund["charge"]]["amount_refunded"] -= refund["amount"]
    account.tell("refund.failed", refund)


def dispute(account: Account, name: str, amount: int | None = None) -> Object:
    """The person tells their bank that they never wanted it; for the whole, or for a part."""
    intent = account.get(name, "payment_intent")
    account.objects[intent["latest_charge"]]["disputed"] = True
    opened = account.add(
        "dp",
        "dispute",
        status="needs_response",
        amount=amount or intent["amount"],
        currency=intent["currency"],
        charge=intent["latest_charge"],
        payment_intent=name,
        reason="fraudulent",
        evidence_details={"due_by": account.clock + 7 * 86_400, "has_evidence": False},
    )
    account.tell("charge.dispute.created", opened)
    return opened


def close_dispute(account: Account, name: str, *, won: bool) -> None:
    closed = account.get(name, "dispute")
    closed["status"] = "won" if won else "lost"
    account.tell("charge.dispute.closed", closed)
