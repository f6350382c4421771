"""What statements that are written out need of the database."""

from datetime import datetime
from typing import Any

from django.db import connection


def as_kept(at: datetime) -> Any:
    """A moment as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)
