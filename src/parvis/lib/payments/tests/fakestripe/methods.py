"""Customers, ways to pay, mandates, and how a way to pay is left: SetupIntents and Checkout's pages."""

from typing import Any

from parvis.lib.payments.samples import SAMPLES, Sample, sample
from parvis.lib.payments.tests.fakestripe.account import Account, Fault, Object, refusal
from parvis.lib.payments.tests.fakestripe.forms import said

IBANS = {"DE62370400440532013001": "pm_sepaDebit_fails"}
"""Stripe's test account whose debits fail; any other one pays."""

LASTING = {"sepa_debit", "twint"}
"""What is debited under a mandate."""


def create_customer(account: Account, form: Object) -> Object:
    return account.add(
        "cus", "customer", email=form.get("email"), name=form.get("name"), metadata=form.get("metadata", {})
    )


def create_method(account: Account, form: Object) -> Object:
    iban = form.get("sepa_debit", {}).get("iban", "")
    about = form.get("billing_details", {})
    return add_method(account, IBANS.get(iban, "pm_sepaDebit"), last4=iban[-4:], billing_details=about)


def add_method(account: Account, name: str, *, last4: str = "", **fields: Any) -> Object:
    """A way to pay that does what the sample of this name does."""
    found = sample(name)
    if found is None:
        raise refusal("resource_missing", f"No such PaymentMethod: '{name}'", param="payment_method")
    about: Object = {}
    if found.kind != "twint":
        about = {"last4": last4 or found.last4, "fingerprint": f"print:{name}", "country": "CH"}
    if found.kind == "card":
        about |= {"brand": found.brand, "exp_month": 12, "exp_year": 2030, "funding": "credit"}
    known = {"type": found.kind, found.kind: about, "customer": None, "billing_details": {}}
    made = account.add("pm", "payment_method", **(known | fields))
    account.samples[made["id"]] = name.partition(":")[0]
    return made


def behaviour(account: Account, method: Object) -> Sample:
    return SAMPLES[account.samples[method["id"]]]


def method_for(account: Account, name: str, customer: str | None) -> Object:
    """The way to pay of this name, or a new one that does what the test card of this name does. Raises Fault."""
    if sample(name) is not None:
        return add_method(account, name, customer=customer)
    method = account.get(name, "payment_method")
    if account.samples[name] == "detached":
        message = "The provided PaymentMethod was detached from a Customer. It may not be used again."
        raise refusal("payment_method_unexpected_state", message, param="payment_method")
    if method["customer"] not in {None, customer}:
        message = "The payment method belongs to a different customer."
        raise refusal("payment_method_customer_mismatch", message, param="payment_method")
    return method


def detach(account: Account, _form: Object, name: str) -> Object:
    method = account.get(name, "payment_method")
    if method["customer"] is None:
        raise refusal("payment_method_not_attached", "The payment method is not attached to a customer.")
    method["customer"] = None
    account.samples[name] = "detached"
    account.tell("payment_method.detached", method)
    return method


def create_setup(account: Account, form: Object) -> Object:
    intent = account.add(
        "seti",
        "setup_intent",
        status="requires_payment_method",
        customer=form.get("customer"),
        payment_method=None,
        mandate=None,
        single_use_mandate=None,
        latest_attempt=None,
        last_setup_error=None,
        next_action=None,
        usage=form.get("usage", "off_session"),
        metadata=form.get("metadata", {}),
    )
    intent["client_secret"] = f"{intent['id']}_secret_1"
    if said(form, "confirm"):
        method = method_for(account, form["payment_method"], form.get("customer"))
        set_up(account, intent, method, form, asked=False)
    return intent


def set_up(account: Account, intent: Object, method: Object, form: Object, *, asked: bool) -> None:
    """Attach a way to pay, once its bank agrees; `asked`: the person is there and says yes to it. Raises Fault."""
    found = behaviour(account, method)
    intent["latest_attempt"] = account.name("setatt")
    if found.on_setup == "declines":
        error = {"type": "card_error", "code": "card_declined", "decline_code": found.decline_code}
        intent["last_setup_error"] = error
        account.tell("setup_intent.setup_failed", intent)
        raise Fault(402, "card_error", "card_declined", "Your card was declined.", setup_intent=intent)
    if found.on_setup == "asks" and not asked:
        intent["status"] = "requires_action"
        return
    method["customer"] = intent["customer"]
    intent |= {"status": "succeeded", "payment_method": method["id"]}
    if found.kind in LASTING:
        once = form.get("single_use")
        intent["single_use_mandate" if once else "mandate"] = add_mandate(account, method, form, once)["id"]
    account.tell("payment_method.attached", method)
    account.tell("setup_intent.succeeded", intent)


def add_mandate(account: Account, method: Object, form: Object, once: Object | None) -> Object:
    amount = {"amount": int(once["amount"]), "currency": once["currency"].lower()} if once else {}
    lasting = "single_use" if once else "multi_use"
    return account.add(
        "mandate",
        "mandate",
        status="active",
        type=lasting,
        payment_method=method["id"],
        payment_method_details={"type": method["type"], method["type"]: {}},
        customer_acceptance=form.get("mandate_data", {}).get("customer_acceptance", {"type": "online"}),
        **{lasting: amount},
    )


def create_session(account: Account, form: Object) -> Object:
    if form.get("mode") != "setup":
        raise refusal("parameter_unknown", "This fake opens pages for setups only", param="mode")
    if not form.get("currency"):
        raise refusal("parameter_missing", "Missing required param: currency.", param="currency")
    account.get(form["customer"], "customer")
    intent = create_setup(account, {"customer": form["customer"], **form.get("setup_intent_data", {})})
    session = account.add(
        "cs_test",
        "checkout.session",
        mode="setup",
        status="open",
        customer=form["customer"],
        currency=form["currency"],
        setup_intent=intent["id"],
        payment_intent=None,
        success_url=form["success_url"],
        metadata=form.get("metadata", {}),
    )
    session["url"] = f"https://checkout.stripe.example/c/pay/{session['id']}"
    return session


def leave(account: Account, name: str, method: str) -> Object:
    """The person fills in Checkout's page; what is declined leaves it open."""
    session = account.get(name, "checkout.session")
    intent = account.objects[session["setup_intent"]]
    try:
        set_up(account, intent, add_method(account, method), {}, asked=True)
    except Fault:
        return session
    session |= {"status": "complete", "url": None}
    account.tell("checkout.session.completed", session)
    return session


def expire(account: Account, name: str) -> Object:
    """Nobody came, for a day."""
    session = account.get(name, "checkout.session")
    session |= {"status": "expired", "url": None}
    account.objects[session["setup_intent"]]["status"] = "canceled"
    account.tell("checkout.session.expired", session)
    return session
