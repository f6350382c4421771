"""Mail in plain Python: how it is written, sent and taken in."""

from parvis.lib.mail.fanout import fan_out
from parvis.lib.mail.ledger import Ledger
from parvis.lib.mail.line import LineLost
from parvis.lib.mail.message import Message, Outcome, Text
from parvis.lib.mail.smtp import Connection, Relay, Unfit

__all__ = ["Connection", "Ledger", "LineLost", "Message", "Outcome", "Relay", "Text", "Unfit", "fan_out"]
