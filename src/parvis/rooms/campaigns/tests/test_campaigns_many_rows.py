"""Many rows at once: as Django would have written them one by one, and refused as one by one."""

import pytest
from django.db import IntegrityError, transaction
from django.forms import model_to_dict

from parvis.rooms.campaigns.actions.writing import add_each, update_each
from parvis.rooms.campaigns.models import Attempt, Entry, Leg
from parvis.rooms.campaigns.tests.card_makers import VISA, paid
from parvis.rooms.campaigns.tests.makers import AT, Hands, make_campaign, make_pledge

pytestmark = pytest.mark.django_db


def an_entry(key, campaign, pledge=None):
    return {"key": key, "what": "collected", "campaign_id": campaign.pk, "pledge_id": pledge and pledge.pk}


class TestAddEach:
    def test_writes_what_create_writes(self, alice):
        campaign = make_campaign(alice)
        pledge = make_pledge(campaign, amount=60_00, card=VISA)
        words = {"key": "k", "amount": 60_00, "charge": {"to": ["é", None, 1]}, "method": "pm_1\t\\N"}
        same = {
            "campaign_id": campaign.pk,
            "account_id": campaign.card_id,
            "prepared_at": AT,
            "state_at": AT,
        }
        add_each(Attempt, [{"pledge_id": pledge.pk, "number": 1, **words}], **same)
        added = model_to_dict(Attempt.objects.get())
        Attempt.objects.all().delete()
        made = Attempt.objects.create(pledge=pledge, number=1, **words, **same)
        made.refresh_from_db()
        assert added | {"id": 0} == model_to_dict(made) | {"id": 0}

    def test_writes_none_of_them_when_one_is_refused(self, alice):
        campaign = make_campaign(alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            add_each(Entry, [an_entry("one", campaign), an_entry("one", campaign)], at=AT)
        assert not Entry.objects.exists()

    def test_refuses_a_leg_of_no_entry(self, alice):
        add_each(Leg, [{"entry_id": 99, "account": "pledges", "amount": 1, "currency": "CHF"}])
        with pytest.raises(IntegrityError):
            transaction.get_connection().check_constraints()
        transaction.set_rollback(True)

    def test_names_a_column_that_is_not_there(self, alice):
        with pytest.raises(TypeError, match="Entry has no when"):
            add_each(Entry, [{"key": "one", "when": AT}], at=AT)


class TestUpdateEach:
    def test_writes_these_fields_of_each_and_no_others(self, alice):
        _campaign, _pledge, attempt = paid(alice, Hands())
        attempt.problem, attempt.payment, attempt.key = "a", "pi_9", "another"
        update_each([attempt], ["problem", "payment"])
        now = Attempt.objects.get()
        assert (now.problem, now.payment) == ("a", "pi_9")
        assert now.key != "another"
