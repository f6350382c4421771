"""What this app keeps."""

from .accounts import BankAccount, CardAccount, Provider
from .books import Account, Entry, Leg, Receipt, Series
from .campaigns import BACKERS, HAVE_REWARD, KIND, SOURCE, Campaign, Fulfilment, Passed, Story
from .collecting import OPEN, Attempt, AttemptState, Detachment, Dispute, ProviderEvent, Refund, RefundState
from .pledges import Pledge, PledgeEvent, PledgeItem, Shown, Way
from .rewards import Reward, ShippingRate, Waiting
from .statements import BankLine, BankStatement, LineState, Why
from .telling import UPDATE, WORK, Answer, BudgetLine, Milestone, Question, Survey, Update, Work

__all__ = [
    "BACKERS",
    "HAVE_REWARD",
    "KIND",
    "OPEN",
    "SOURCE",
    "UPDATE",
    "WORK",
    "Account",
    "Answer",
    "Attempt",
    "AttemptState",
    "BankAccount",
    "BankLine",
    "BankStatement",
    "BudgetLine",
    "Campaign",
    "CardAccount",
    "Detachment",
    "Dispute",
    "Entry",
    "Fulfilment",
    "Leg",
    "LineState",
    "Milestone",
    "Passed",
    "Pledge",
    "PledgeEvent",
    "PledgeItem",
    "Provider",
    "ProviderEvent",
    "Question",
    "Receipt",
    "Refund",
    "RefundState",
    "Reward",
    "Series",
    "ShippingRate",
    "Shown",
    "Story",
    "Survey",
    "Update",
    "Waiting",
    "Way",
    "Why",
    "Work",
]
