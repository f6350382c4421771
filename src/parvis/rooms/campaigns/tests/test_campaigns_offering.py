"""What a campaign offers and explains: free before anybody chose it, and then as it was promised."""

from datetime import date
from typing import Any

import pytest

from parvis.conftest import AT
from parvis.rooms.campaigns.actions import explaining, launching, offering
from parvis.rooms.campaigns.actions.offering import Offer, rates_of, rewards_of
from parvis.rooms.campaigns.forms.offering import MonthField, RewardForm
from parvis.rooms.campaigns.models import BudgetLine, Campaign, Milestone, Question, Reward
from parvis.rooms.campaigns.tests.makers import Hands, make_campaign, make_pledge, make_reward

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(alice: Any) -> Campaign:
    return make_campaign(alice, is_launched=False)


@pytest.fixture
def live(alice: Any) -> Campaign:
    return make_campaign(alice, goal=1000_00)


def an_offer(**over: Any) -> Offer:
    about: dict[str, Any] = {"words": {"fr": {"title": "Un livre"}}, "price": 25_00}
    return Offer(**about | over)


def as_now(reward: Reward, **over: Any) -> Offer:
    """The offer that changes nothing, but for this."""
    about = {
        name: getattr(reward, name)
        for name in ("words", "price", "limit", "is_addon", "most_each", "is_shipped", "delivery_on")
    }
    return Offer(**about | {"rates": rates_of(reward)} | over)


def path(campaign: Campaign, name: str) -> str:
    return f"/campaigns/{campaign.slug}/edit/{name}"


def typed(**over: Any) -> dict[str, Any]:
    """The form of a reward as a browser sends it."""
    return {"do": "keep", "title_fr": "Un livre", "holds_fr": "Cent recettes.", "price": "25.–"} | over


def chosen(campaign: Campaign, **over: Any) -> Reward:
    """A reward that somebody has."""
    reward = make_reward(campaign, **over)
    make_pledge(campaign, reward=reward, country="CH")
    reward.refresh_from_db()
    return reward


class TestAReward:
    def test_is_typed_with_its_postage(self, as_alice, draft):
        sent = typed(
            title_en="A book",
            price="1'200,50",
            limit="12",
            delivery_on="2027-05",
            is_shipped="on",
            country_0="CH",
            cost_0="7",
            country_1="FR",
            cost_1="14.50",
            cost_elsewhere="0",
        )
        assert as_alice.post(path(draft, "rewards/new/"), sent).status_code == 303
        reward = rewards_of(draft).get()
        assert (reward.price, reward.limit, reward.delivery_on) == (1200_50, 12, date(2027, 5, 1))
        assert reward.words["en"] == {"title": "A book"}
        assert rates_of(reward) == {"CH": 700, "FR": 1450, "": 0}
        page = as_alice.get(path(draft, f"rewards/{reward.public_id}/")).content.decode()
        assert 'value="14.50"' in page
        assert 'value="2027-05"' in page
        listed = as_alice.get(path(draft, "rewards/")).content.decode()
        assert "Switzerland" in listed
        assert "everywhere else" in listed

    @pytest.mark.parametrize(
        ("over", "words"),
        [
            ({"title_fr": ""}, "Give it a title in one language at least."),
            ({"price": "beaucoup"}, "is not understood as an amount"),
            ({"price": "1.234"}, "Write 1234, or 1.23."),
            ({"price": "0"}, "more than nothing"),
            ({"price": "9'501"}, "so a reward cannot cost more"),
            ({"is_shipped": "on"}, "to which countries it is sent"),
            ({"is_shipped": "on", "country_0": "CH"}, "what sending it there costs"),
            ({"is_shipped": "on", "cost_0": "7"}, "to which country this postage applies"),
            ({"country_0": "CH", "cost_0": "7", "country_1": "CH", "cost_1": "8"}, "in the list twice"),
            ({"delivery_on": "au printemps"}, "Write the month and the year"),
        ],
    )
    def test_is_refused_in_words_with_all_that_was_typed(self, as_alice, draft, over, words):
        answer = as_alice.post(path(draft, "rewards/new/"), typed(**over))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        assert "Cent recettes." in page
        assert not rewards_of(draft).exists()

    def test_has_room_for_more_countries(self, as_alice, draft):
        page = as_alice.post(path(draft, "rewards/new/"), typed(do="more", country_2="FR", cost_2="9"))
        assert page.status_code == 200
        assert 'name="country_5"' in page.content.decode()
        assert 'value="9"' in page.content.decode()

    def test_takes_no_countless_lines_from_a_form(self):
        form = RewardForm({"country_9999": "CH"}, codes=["fr"], currency="CHF")
        assert form.rows == 260

    def test_moves_among_its_like(self, draft):
        for title in ("un", "deux", "trois"):
            offering.add_reward(campaign=draft, offer=an_offer(words={"fr": {"title": title}}), at=AT)
        offering.add_reward(campaign=draft, offer=an_offer(is_addon=True, most_each=3), at=AT)
        last = rewards_of(draft).get(position=2)
        offering.move_reward(reward=last, by=-1)
        offering.move_reward(reward=rewards_of(draft).get(position=0, is_addon=False), by=-1)
        rows = rewards_of(draft).offered().filter(is_addon=False)
        assert [row.said("title", "fr") for row in rows] == ["un", "trois", "deux"]

    def test_is_taken_from_the_list_with_a_way_back(self, as_alice, live):
        reward = make_reward(live)
        where = path(live, f"rewards/{reward.public_id}/")
        page = as_alice.post(f"{where}retire/", follow=True).content.decode()
        assert f'action="{where}again/"' in page
        assert not rewards_of(live).offered().exists()
        as_alice.post(f"{where}again/")
        assert rewards_of(live).offered().exists()

    def test_costs_the_list_nothing_more(self, as_alice, draft, django_assert_max_num_queries):
        for number in range(6):
            make_reward(draft, rates={"CH": 700, "": 900}, title=f"n° {number}")
        with django_assert_max_num_queries(12):
            as_alice.get(path(draft, "rewards/"))


class TestAfterTheLaunch:
    def test_a_new_one_can_be_offered(self, live):
        assert offering.add_reward(campaign=live, offer=an_offer(), at=AT).campaign == live

    def test_one_that_nobody_has_can_be_anything_else(self, live):
        reward = make_reward(live, rates={"CH": 700})
        offering.change_reward(reward=reward, offer=an_offer(price=30_00, words={"fr": {"title": "Deux"}}))
        reward.refresh_from_db()
        assert (reward.price, reward.is_shipped, rates_of(reward)) == (30_00, False, {})

    def test_of_one_that_somebody_has_there_can_only_be_more(self, live):
        reward = chosen(live, rates={"CH": 700}, limit=5, delivery_on=date(2027, 5, 1))
        words = reward.words | {"de": {"title": "Ein Buch"}}
        offer = as_now(reward, limit=None, rates={"CH": 700, "FR": 900}, words=words)
        offering.change_reward(reward=reward, offer=offer)
        reward.refresh_from_db()
        assert (reward.limit, reward.taken, rates_of(reward)) == (None, 1, {"CH": 700, "FR": 900})
        assert reward.words["de"] == {"title": "Ein Buch"}

    @pytest.mark.parametrize("price", [24_99, 25_01])
    def test_its_price_stands(self, live, price):
        reward = chosen(live)
        with pytest.raises(offering.PriceStands):
            offering.change_reward(reward=reward, offer=as_now(reward, price=price))

    @pytest.mark.parametrize("over", [{"limit": 4}, {"most_each": 1}])
    def test_there_are_never_fewer(self, live, over):
        reward = chosen(live, limit=5)
        addon = make_reward(live, is_addon=True, most_each=3, limit=5)
        make_pledge(live, reward=reward, additions={addon.pk: 2})
        addon.refresh_from_db()
        with pytest.raises(offering.OnlyMore):
            offering.change_reward(reward=addon, offer=as_now(addon, **over))

    def test_what_had_no_limit_gets_none(self, live):
        reward = chosen(live)
        with pytest.raises(offering.OnlyMore):
            offering.change_reward(reward=reward, offer=as_now(reward, limit=1000))

    @pytest.mark.parametrize(
        "over",
        [
            {"words": {"fr": {"title": "Un autre"}}},
            {"words": {"fr": {"title": "Un livre"}}},  # the English words are gone
            {"delivery_on": date(2028, 1, 1)},
            {"is_addon": True},
            {"is_shipped": False, "rates": {}},
            {"rates": {"CH": 701}},
            {"rates": {"FR": 700}},
        ],
    )
    def test_what_was_promised_stands(self, live, over):
        reward = chosen(live, rates={"CH": 700}, delivery_on=date(2027, 5, 1))
        with pytest.raises(offering.PromiseStands):
            offering.change_reward(reward=reward, offer=as_now(reward, **over))

    def test_the_page_says_so(self, as_alice, live):
        reward = chosen(live)
        answer = as_alice.post(
            path(live, f"rewards/{reward.public_id}/"), typed(price="30", title_en="A book")
        )
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "so its price stands" in page
        assert 'value="30"' in page

    def test_nothing_changes_once_it_has_ended(self, live):
        reward = make_reward(live)
        launching.cancel(campaign=live, by=live.creator, because="Non.", clock=Hands())
        for change in (
            lambda: offering.add_reward(campaign=live, offer=an_offer(), at=AT),
            lambda: offering.change_reward(reward=reward, offer=an_offer()),
            lambda: offering.take_away(reward=reward, at=AT),
            lambda: offering.offer_again(reward=reward),
            lambda: offering.move_reward(reward=reward, by=1),
            lambda: explaining.add_question(
                campaign=live, words={"fr": {"question": "?", "answer": "!"}}, at=AT
            ),
            lambda: explaining.add_milestone(campaign=live, words={"fr": "x"}, amount=2000_00, at=AT),
        ):
            with pytest.raises(launching.Frozen):
                change()


class TestTheBudget:
    def test_is_added_up_beside_the_goal(self, as_alice, draft):
        for words, amount in (("L’impression", "60"), ("La poste", "30.50")):
            sent = {"words_fr": words, "amount": amount}
            assert as_alice.post(path(draft, "budget/"), sent).status_code == 303
        page = as_alice.get(path(draft, "budget/")).content.decode()
        assert "CHF\xa090.50" in page
        assert "come to 9.50\xa0francs less than the goal" in page

    def test_line_is_changed_taken_away_and_put_back(self, as_alice, draft):
        explaining.add_line(campaign=draft, words={"fr": "A"}, amount=1)
        line = explaining.add_line(campaign=draft, words={"fr": "B"}, amount=2)
        explaining.add_line(campaign=draft, words={"fr": "C"}, amount=3)
        as_alice.post(path(draft, f"budget/{line.pk}/"), {"words_fr": "BB", "words_en": "b", "amount": "5"})
        page = as_alice.post(path(draft, f"budget/{line.pk}/remove/"), follow=True).content.decode()
        assert f'action="{path(draft, "budget/back/")}"' in page
        as_alice.post(path(draft, "budget/back/"))
        rows = BudgetLine.objects.unguarded("test").order_by("position")
        assert [(row.words, row.amount) for row in rows] == [
            ({"fr": "A"}, 1),
            ({"fr": "BB", "en": "b"}, 500),
            ({"fr": "C"}, 3),
        ]
        as_alice.post(path(draft, "budget/back/"))
        assert rows.count() == 3

    @pytest.mark.parametrize("sent", [{"words_fr": "", "amount": "5"}, {"words_fr": "A", "amount": "-5"}])
    def test_line_needs_words_and_an_amount(self, as_alice, draft, sent):
        assert as_alice.post(path(draft, "budget/"), sent).status_code == 422
        assert not BudgetLine.objects.unguarded("test").exists()

    def test_stands_from_the_launch_on(self, as_alice, live):
        line = BudgetLine.objects.create(campaign=live, words={"fr": "A"}, amount=1)
        assert as_alice.post(path(live, "budget/"), {"words_fr": "B", "amount": "1"}).status_code == 422
        as_alice.post(path(live, f"budget/{line.pk}/remove/"))
        as_alice.post(path(live, f"budget/{line.pk}/"), {"words_fr": "B", "amount": "1"})
        assert BudgetLine.objects.unguarded("test").get().words == {"fr": "A"}

    def test_of_another_campaign_is_not_found(self, as_alice, alice, draft):
        line = explaining.add_line(
            campaign=make_campaign(alice, is_launched=False), words={"fr": "A"}, amount=1
        )
        assert as_alice.get(path(draft, f"budget/{line.pk}/")).status_code == 404
        assert as_alice.post(path(draft, f"budget/{line.pk}/remove/")).status_code == 404


class TestQuestions:
    def test_are_answered_while_it_runs(self, as_alice, live):
        sent = {"question_fr": "Quand ?", "answer_fr": "En mai.", "question_en": "", "answer_en": ""}
        assert as_alice.post(path(live, "questions/"), sent).status_code == 303
        question = Question.objects.unguarded("test").get()
        assert question.words == {"fr": {"question": "Quand ?", "answer": "En mai."}}
        as_alice.post(path(live, f"questions/{question.pk}/remove/"))
        as_alice.post(path(live, "questions/back/"))
        assert Question.objects.unguarded("test").get().words == question.words

    @pytest.mark.parametrize("sent", [{"question_fr": "Quand ?"}, {"answer_fr": "En mai."}, {}])
    def test_need_their_answers(self, as_alice, live, sent):
        assert as_alice.post(path(live, "questions/"), sent).status_code == 422


class TestMilestones:
    def test_lie_beyond_the_goal_each_at_another_amount(self, live):
        explaining.add_milestone(campaign=live, words={"fr": "A"}, amount=1500_00, at=AT)
        with pytest.raises(explaining.NotBeyond):
            explaining.add_milestone(campaign=live, words={"fr": "B"}, amount=1000_00, at=AT)
        with pytest.raises(explaining.SameMilestone):
            explaining.add_milestone(campaign=live, words={"fr": "B"}, amount=1500_00, at=AT)

    def test_that_was_reached_stands(self, live):
        milestone = explaining.add_milestone(campaign=live, words={"fr": "A"}, amount=1500_00, at=AT)
        make_pledge(live, amount=1600_00)
        with pytest.raises(explaining.WasReached):
            explaining.remove_milestone(milestone=milestone)
        with pytest.raises(explaining.WasReached):
            explaining.change_milestone(milestone=milestone, words={"fr": "B"}, amount=1700_00, at=AT)

    def test_below_what_is_promised_is_reached_at_once(self, live):
        make_pledge(live, amount=1600_00)
        milestone = explaining.add_milestone(campaign=live, words={"fr": "A"}, amount=1500_00, at=AT)
        assert milestone.reached_at == AT

    def test_changes_and_comes_back_on_its_page(self, as_alice, live):
        milestone = explaining.add_milestone(campaign=live, words={"fr": "A"}, amount=1500_00, at=AT)
        as_alice.post(path(live, f"milestones/{milestone.pk}/"), {"words_fr": "B", "amount": "1500"})
        as_alice.post(path(live, f"milestones/{milestone.pk}/remove/"))
        as_alice.post(path(live, "milestones/back/"))
        again = Milestone.objects.unguarded("test").get()
        assert (again.words, again.amount) == ({"fr": "B"}, 1500_00)


class TestMonths:
    @pytest.mark.parametrize("text", ["2027-05", "05/2027", "5.2027"])
    def test_are_read_as_people_write_them(self, text):
        assert MonthField().clean(text) == date(2027, 5, 1)
