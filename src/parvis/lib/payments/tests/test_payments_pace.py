"""A provider is asked no faster than it allows."""

from parvis.lib.payments.pace import Pace


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


class TestPace:
    def test_lets_the_first_pass_and_the_others_in_turn(self) -> None:
        time = Time()
        pace = Pace(20, clock=lambda: time.now, sleep=time.sleep)
        for _turn in range(41):
            pace.wait()
        assert time.slept == [0.05] * 40
        assert round(time.now, 6) == 102.0

    def test_saves_nothing_up_while_nobody_asks(self) -> None:
        time = Time()
        pace = Pace(20, clock=lambda: time.now, sleep=time.sleep)
        pace.wait()
        time.now += 60
        for _turn in range(3):
            pace.wait()
        assert time.slept == [0.05, 0.05]
