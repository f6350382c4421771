"""The peer of the books: django-hordak on a PostgreSQL of its own schema, its triggers as they come. `python -P hordak_peer.py URL prepare | COUNT BATCH`.

It runs under any Python that has django-hordak and psycopg, and imports nothing of ours.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

SCHEMA = "hordak_peer"
AMOUNT, CURRENCY = 50, "CHF"
WARM = 50


def set_up(url: str) -> None:
    """Django with nothing but what hordak needs, on this database."""
    server = urlsplit(url)
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": server.path.lstrip("/"),
                "HOST": server.hostname or "",
                "PORT": server.port or "",
                "USER": unquote(server.username or ""),
                "PASSWORD": unquote(server.password or ""),
                "OPTIONS": {"options": f"-c search_path={SCHEMA}"},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HORDAK_CURRENCIES=[CURRENCY],
        HORDAK_INTERNAL_CURRENCY=CURRENCY,
        DEFAULT_CURRENCY=CURRENCY,
        USE_TZ=True,
        SECRET_KEY="a bench",
    )
    django.setup()


def prepare() -> None:
    """Its tables, views, functions and triggers, and the two accounts between which money moves."""
    from django.core.management import call_command
    from django.db import connection
    from hordak.models import Account, AccountType  # type: ignore[import-not-found]

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    call_command("migrate", verbosity=0)
    for code, name, kind in (("1", "Provider", AccountType.asset), ("2", "Pledges", AccountType.income)):
        Account.objects.create(name=name, code=code, type=kind, currencies=[CURRENCY])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'check_leg%'")
        if not cursor.fetchone()[0]:
            raise SystemExit("The database does not check the legs of hordak: this is not what is published.")


def measure(count: int, batch: int) -> dict[str, float]:
    """Balanced transactions of two legs a second: one by one, many before one commit, and written by bulk statements."""
    from django.db import transaction
    from hordak.models import Account, Leg, Transaction
    from moneyed import Money  # type: ignore[import-not-found]

    provider, pledges = Account.objects.get(code="1"), Account.objects.get(code="2")
    amount = Money(AMOUNT, CURRENCY)

    def one_by_one(many: int) -> None:
        for _number in range(many):
            with transaction.atomic():
                pledges.transfer_to(provider, amount, description="collected")

    def together(many: int) -> None:
        for start in range(0, many, batch):
            with transaction.atomic():
                for _number in range(start, min(start + batch, many)):
                    pledges.transfer_to(provider, amount, description="collected")

    def in_bulk(many: int) -> None:
        for start in range(0, many, batch):
            with transaction.atomic():
                size = min(batch, many - start)
                made = Transaction.objects.bulk_create(
                    Transaction(description="collected") for _number in range(size)
                )
                legs: list[Any] = []
                for one in made:
                    legs += [
                        Leg(transaction=one, account=pledges, credit=amount),
                        Leg(transaction=one, account=provider, debit=amount),
                    ]
                Leg.objects.bulk_create(legs)

    before = Transaction.objects.count()
    found = {
        "one": rate(one_by_one, count),
        "together": rate(together, count),
        "bulk": rate(in_bulk, count * 5),
    }
    booked = Transaction.objects.count() - before
    if booked != count * 7 + WARM * 3 or pledges.get_balance() != provider.get_balance():
        raise SystemExit("hordak has not booked what was wanted.")
    return found


def rate(book: Callable[[int], None], count: int) -> float:
    """How many a second, after some that are not counted."""
    book(WARM)
    began = time.perf_counter()
    book(count)
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    set_up(sys.argv[1])
    if sys.argv[2] == "prepare":
        prepare()
    else:
        print(json.dumps(measure(int(sys.argv[2]), int(sys.argv[3]))))
