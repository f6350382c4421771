"""How long one waits before something is carried to its readers, and when it is too old to be news."""

from datetime import timedelta

RECENT = timedelta(days=2)
AFTER = timedelta(minutes=1)
"""What was published can be taken back for some seconds: nothing has left by then."""
