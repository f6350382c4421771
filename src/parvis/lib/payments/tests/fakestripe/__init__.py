"""Our own Stripe: a server on the loopback with a clock of its own, and everything at command that goes wrong at the real one."""

from parvis.lib.payments.tests.fakestripe.server import FakeStripe, fake_stripe

__all__ = ["FakeStripe", "fake_stripe"]
