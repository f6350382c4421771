"""Stripe beside the test, and an account there."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import stripe as library

from parvis.lib.payments.stripe_gateway import StripeGateway
from parvis.lib.payments.tests.charges import at_stripe
from parvis.lib.payments.tests.fakestripe import FakeStripe, fake_stripe


@pytest.fixture
def there() -> Iterator[FakeStripe]:
    with fake_stripe() as fake:
        yield fake


@pytest.fixture
def stripe(there: FakeStripe) -> StripeGateway:
    return at_stripe(there)


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked but servers on the loopback, and no file is left in the home folder."""
    monkeypatch.setattr(library, "enable_telemetry", False)
    connect = socket.socket.connect

    def checked(line: socket.socket, address: Any) -> None:
        assert address[0] == "127.0.0.1", "a test asks another machine"
        connect(line, address)

    monkeypatch.setattr(socket.socket, "connect", checked)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
