"""Addresses of this square at which mail is taken, and how many mails have been."""

import json

from parvis.core.delivery.inbound import address
from parvis.core.delivery.models import InboundMail
from parvis.core.people.models import public_id


def run(asked: str) -> None:
    """`asked` is how many addresses are wanted, or `count`."""
    if asked == "count":
        print(json.dumps(InboundMail.objects.count()))
    else:
        print(json.dumps([address("leave", public_id()) for _number in range(int(asked))]))
