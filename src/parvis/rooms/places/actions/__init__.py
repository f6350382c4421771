"""Everything that can be done here: the only place that writes."""

from .attending import stand
from .badging import add_badge, drop_badge
from .caring import (
    VENUE,
    NothingToChange,
    NotThatOne,
    accept,
    bring_back,
    decide_state,
    decline,
    propose,
    report_venue,
)
from .checking_in import (
    AheadOfTime,
    CheckingIn,
    Nowhere,
    change_words,
    check_in,
    forget_evidence,
    leave,
)
from .companions import agree_to_be_named, ask_company, decline_to_be_named
from .meeting import be_met
from .merging import NotAsOpen, NotYours, OneAlready, merge, take_apart
from .playing import catch_up, credit_makers, play, replay
from .presiding import settle, settle_due
from .venues import Described, NoName, NotOnEarth, correct_venue, described, make_venue

__all__ = [
    "VENUE",
    "AheadOfTime",
    "CheckingIn",
    "Described",
    "NoName",
    "NotAsOpen",
    "NotOnEarth",
    "NotThatOne",
    "NotYours",
    "NothingToChange",
    "Nowhere",
    "OneAlready",
    "accept",
    "add_badge",
    "agree_to_be_named",
    "ask_company",
    "be_met",
    "bring_back",
    "catch_up",
    "change_words",
    "check_in",
    "correct_venue",
    "credit_makers",
    "decide_state",
    "decline",
    "decline_to_be_named",
    "described",
    "drop_badge",
    "forget_evidence",
    "leave",
    "make_venue",
    "merge",
    "play",
    "propose",
    "replay",
    "report_venue",
    "settle",
    "settle_due",
    "stand",
    "take_apart",
]
