"""The addresses of a person. `Address` is the truth; allauth's table mirrors those that are verified."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import Address, Person
from ..models.person import canonical


class AddressInUse(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("This address was confirmed by someone else in the meantime. If it is yours, log in with it.")
        )


class LastAddress(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "This is your only confirmed address: without it you could not log in. Confirm another one first."
            )
        )


class NotVerified(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Confirm this address first; then it can be your main one."))


def mails_of(person: Person) -> list[Address]:
    """Their mail addresses, the main one first, then the confirmed ones, then by name."""
    rows = Address.objects.filter(person=person, kind="mail")
    return sorted(rows, key=lambda row: (not row.is_primary, row.verified_at is None, row.canonical))


@transaction.atomic
def mirror(person: Person) -> None:
    """Make allauth's rows for this person say what `Address` says: its verified addresses and no other.

    An unverified row there would let whoever wrote it first stand between an address and its owner.
    """
    verified = {row.canonical: row for row in mails_of(person) if row.verified_at is not None}
    EmailAddress.objects.filter(user=person).exclude(email__in=verified).delete()
    EmailAddress.objects.filter(user=person, primary=True).update(primary=False)
    for mail, row in verified.items():
        EmailAddress.objects.update_or_create(
            user=person, email=mail, defaults={"verified": True, "primary": row.is_primary}
        )
    if hasattr(person, "_emailaddress_cache"):
        del person._emailaddress_cache


@transaction.atomic
def add_address(*, person: Person, value: str, at: datetime) -> Address:
    """Note a mail address that a person says is theirs; it gives nothing until it is verified."""
    return Address.objects.get_or_create(
        person=person,
        kind="mail",
        canonical=canonical(value),
        defaults={"value": value.strip(), "added_at": at},
    )[0]


@transaction.atomic
def verify_address(*, person: Person, value: str, at: datetime) -> Address:
    """The person has shown that this mail address is theirs. Raises AddressInUse when somebody else was first."""
    address = add_address(person=person, value=value, at=at)
    if address.verified_at is None:
        if Person.objects.reached_by(value).exists():
            raise AddressInUse
        address.verified_at = at
        address.is_primary = not Address.objects.filter(person=person, is_primary=True).exists()
        try:
            with transaction.atomic():
                address.save(update_fields=["verified_at", "is_primary"])
        except IntegrityError:
            raise AddressInUse from None
    mirror(person)
    return address


@transaction.atomic
def remove_address(*, address: Address) -> None:
    """Forget an address; the next confirmed one becomes the main one. Raises LastAddress."""
    person = address.person
    others = (
        Address.objects.filter(person=person, kind="mail").exclude(pk=address.pk).exclude(verified_at=None)
    )
    if address.verified_at is not None and not others.exists():
        raise LastAddress
    was_primary = address.is_primary
    address.delete()
    heir = others.order_by("verified_at", "pk").first()
    if was_primary and heir is not None:
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])
    mirror(person)


@transaction.atomic
def make_primary(*, address: Address) -> Address:
    """Mail to this person goes here from now on. Raises NotVerified."""
    if address.verified_at is None:
        raise NotVerified
    Address.objects.filter(person=address.person, is_primary=True).update(is_primary=False)
    address.is_primary = True
    address.save(update_fields=["is_primary"])
    mirror(address.person)
    return address
