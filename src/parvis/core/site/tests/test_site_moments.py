"""A crowd is answered with what the one before was answered, for a moment and as long as nobody is somebody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory

from parvis.core.site.moments import MOST, Momentary, Moments

PATH = "/there/"


class Hands:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Counter:
    """A view that says how often it was asked."""

    def __init__(self, made: Callable[[HttpRequest, str], HttpResponseBase] | None = None) -> None:
        self.asked = 0
        self.made = made or (lambda request, words: Momentary(request, words, seconds=2))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self.asked += 1
        return self.made(request, f"asked {self.asked}")


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def view() -> Counter:
    return Counter()


@pytest.fixture
def crowd(view: Counter, hands: Hands) -> Moments:
    return Moments(view, hands, {})


def ask(crowd: Moments, path: str = PATH, **told: Any) -> HttpResponse:
    answer = crowd(RequestFactory().get(path, **told))
    assert isinstance(answer, HttpResponse)
    return answer


class TestMoments:
    def test_answer_the_next_one_as_the_one_before_until_it_is_old(self, crowd, hands):
        first = ask(crowd)
        hands.at += 1.9
        assert ask(crowd).content == first.content == b"asked 1"
        hands.at += 0.1
        assert ask(crowd).content == b"asked 2"

    def test_say_how_old_an_answer_is_so_that_nobody_keeps_it_longer(self, crowd, hands):
        assert "Age" not in ask(crowd).headers
        hands.at += 1.5
        later = ask(crowd)
        assert later.headers["Age"] == "1"
        assert later.headers["Cache-Control"] == "max-age=2"

    def test_tell_a_browser_that_has_it_that_it_is_the_same(self, crowd, view, hands):
        mark = ask(crowd).headers["ETag"]
        assert ask(crowd, headers={"If-None-Match": mark}).status_code == 304
        assert view.asked == 1
        hands.at += 3
        assert ask(crowd, headers={"If-None-Match": mark}).content == b"asked 2"

    def test_are_kept_from_browsers_that_had_it_already_too(self, view, hands):
        same = Moments(Counter(lambda request, _words: Momentary(request, "the same", seconds=2)), hands, {})
        mark = ask(same).headers["ETag"]
        hands.at += 5
        assert ask(same, headers={"If-None-Match": mark}).status_code == 304
        assert ask(same).content == b"the same"
        assert same.get_response.asked == 2

    @pytest.mark.parametrize(
        "told",
        [
            {"headers": {"Cookie": "sessionid=abc"}},
            {"headers": {"Authorization": "Bearer abc"}},
            {"query_params": {"key": "abc"}},
        ],
        ids=["a cookie", "a token", "a question"],
    )
    def test_ask_anew_for_whoever_may_be_somebody_and_keep_nothing_of_it(self, crowd, told):
        ask(crowd)
        assert ask(crowd, **told).content == b"asked 2"
        assert ask(crowd).content == b"asked 1"

    def test_of_somebody_are_private(self, crowd):
        told = ask(crowd, headers={"Cookie": "sessionid=abc"})
        assert told.headers["Cache-Control"] == "private, max-age=2"
        assert ask(crowd).content == b"asked 2"

    def test_answer_no_form(self, crowd):
        ask(crowd)
        assert crowd(RequestFactory().post(PATH)).content == b"asked 2"

    @pytest.mark.parametrize(
        "made",
        [
            lambda _request, words: HttpResponse(words),
            lambda request, words: Momentary(request, words, seconds=2, status=404),
        ],
        ids=["another answer", "of something that is not there"],
    )
    def test_keep_only_what_says_that_it_may_be_kept(self, made, hands):
        crowd = Moments(Counter(made), hands, {})
        ask(crowd)
        assert ask(crowd).content == b"asked 2"

    def test_keep_nothing_that_gives_a_cookie(self, hands):
        def made(request: HttpRequest, words: str) -> HttpResponse:
            answer = Momentary(request, words, seconds=2)
            answer.set_cookie("who", words)
            return answer

        crowd = Moments(Counter(made), hands, {})
        ask(crowd)
        assert ask(crowd).content == b"asked 2"

    def test_keep_no_more_than_so_many_addresses_and_forget_the_old_ones_first(self, crowd, view, hands):
        for number in range(MOST + 20):
            ask(crowd, f"/{number}/")
        assert len(crowd.kept) == MOST
        hands.at += 3
        ask(crowd, "/new/")
        assert set(crowd.kept) == {"/new/"}
