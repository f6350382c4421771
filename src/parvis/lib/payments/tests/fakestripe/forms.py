"""What is in a request: forms with brackets, held against the parameters that the official library knows."""

from typing import Any
from urllib.parse import parse_qsl

import stripe.params
from stripe import RequestOptions

from parvis.lib.payments.tests.fakestripe.account import refusal

_REPLACED_AT = "2026-09-30"
"""From this version on (endive), `payment_method_types` may no longer be said, only `allowed_payment_method_types`."""


def decoded(text: str) -> dict[str, Any]:
    """`a[b]=1&c[0]=2` as {"a": {"b": "1"}, "c": ["2"]}."""
    form: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, *rest = name.replace("]", "").split("[")
        here = form
        for step, following in zip([first, *rest], rest, strict=False):
            here = here.setdefault(step, {} if following else [])
        if isinstance(here, list):
            here.append(value)
        else:
            here[([first, *rest])[-1]] = value
    return {name: _as_list(value) for name, value in form.items()}


def _as_list(value: Any) -> Any:
    if isinstance(value, dict):
        value = {name: _as_list(one) for name, one in value.items()}
        if value and all(name.isdecimal() for name in value):
            return list(value.values())
    return value


def check(form: dict[str, Any], known_as: str, version: str) -> None:
    """Refuses what this type of the library (`PaymentIntentCreateParams`) does not have, at any depth."""
    old = form.pop("payment_method_types", None)
    if old is not None and version >= _REPLACED_AT:
        code = "payment_method_types_no_longer_supported"
        raise refusal(code, "Use allowed_payment_method_types", param="payment_method_types")
    if old is not None:
        form["allowed_payment_method_types"] = old
    _check(form, known_as, "")


def _check(form: dict[str, Any], known_as: str, inside: str) -> None:
    module = stripe.params.checkout if known_as.startswith("Session") else stripe.params
    known = getattr(module, known_as, None)
    if known is None:
        return
    names = set(known.__annotations__) - (set(RequestOptions.__annotations__) - {"expand"})
    for name, value in form.items():
        if name not in names:
            path = f"{inside}[{name}]" if inside else name
            raise refusal("parameter_unknown", f"Received unknown parameter: {path}", param=path)
        if isinstance(value, dict):
            camel = "".join(part.capitalize() for part in name.split("_"))
            _check(value, known_as + camel, f"{inside}[{name}]" if inside else name)


def whole(form: dict[str, Any], name: str) -> int:
    """An amount. Raises Fault."""
    text = str(form.get(name, ""))
    if not text:
        raise refusal("parameter_missing", f"Missing required param: {name}.", param=name)
    if not text.isdecimal() or int(text) < 1:
        raise refusal("parameter_invalid_integer", f"Invalid integer: {text}", param=name)
    return int(text)


def said(form: dict[str, Any], name: str) -> bool:
    return str(form.get(name, "")).lower() == "true"
