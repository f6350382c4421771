"""What allauth asks of somebody who logs in or signs up, with our own word on addresses."""

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from django.http import HttpResponseBase

from .actions import mirror
from .models import Person


class ProveAddress(EmailVerificationStage):
    """Mails a code to an address that has not been shown to be theirs.

    However that ends, allauth's row for the unverified address goes: whoever wrote it first would stand between the
    address and its owner, and a code mailed to the owner later would open the account of the other.
    """

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        user = self.login.user
        try:
            return super().handle()  # type: ignore[no-any-return, no-untyped-call]
        finally:
            if isinstance(user, Person) and EmailAddress.objects.filter(user=user, verified=False).exists():
                mirror(user)
