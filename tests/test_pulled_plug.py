"""The plug is pulled while mails leave: none is lost, none is sent twice, and the few of which nobody knows are named."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailroom
from houses import BUILD, Ground, environment, until
from parvis.core.delivery.relay import CONNECTIONS
from parvis.core.delivery.tests.sink import Sink, sink

MAILROOM = BUILD + "import mailroom\nmailroom.main()"
FEW, MANY = 60, 10_000
PULLS = (400, 900, 1_700, 2_800, 4_000, 5_500, 7_000, 8_800)


def mailroom_at(ground: Ground, *words: str) -> subprocess.Popen[bytes]:
    env = environment(PYTHONPATH=str(Path(__file__).parent), **ground.variables)
    return subprocess.Popen([sys.executable, "-c", MAILROOM, *words], env=env)


def filled(data: Path, count: int) -> Ground:
    ground = Ground(data).build()
    assert mailroom_at(ground, "fill", str(count)).wait() == 0
    return ground


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A house with some subscribers, to be copied."""
    ground = filled(tmp_path_factory.mktemp("few") / "data", FEW)
    yield ground
    ground.leave()


@pytest.fixture
def ground(few: Ground, tmp_path: Path) -> Iterator[Ground]:
    copied = Ground(tmp_path / "data", like=few)
    yield copied
    copied.leave()


def send(ground: Ground, relay: Sink, *words: str) -> int:
    """Let a worker send all that waits, or until its plug is pulled; its exit code."""
    return mailroom_at(ground, "send", str(relay.server_address[1]), *words).wait()


def check(ground: Ground, relay: Sink, count: int, *, pulls: int) -> Counter[str]:
    """What is down for each of `count` mails is true of what the relay has taken; how many are in which state."""
    taken = Counter(recipient for _sender, recipient, _data in relay.taken)
    assert set(taken.values()) <= {1}, "none was sent twice"
    states: dict[str, str] = {
        f"{name}@there.example": state
        for name, state in ground.tell(
            "SELECT r.name, m.state FROM delivery_mail m JOIN people_person r ON r.id = m.person_id"
        )
    }
    assert len(states) == count, "each has one mail"
    assert {address for address, state in states.items() if state == "left"} <= set(taken), (
        "what left was taken"
    )
    assert set(taken) <= {address for address, state in states.items() if state in {"left", "unknown"}}
    found = Counter(states.values())
    assert set(found) <= {"left", "unknown"}, "none was lost"
    assert found["unknown"] <= pulls * CONNECTIONS, "one for each line that was cut"
    ledger = ground.tell("SELECT state, count(*) FROM delivery_copy GROUP BY state")
    assert Counter(dict(ledger)) == found, "the ledger says the same"
    return found


class TestThePlug:
    @pytest.mark.parametrize("times", ["1", "3"])
    @pytest.mark.parametrize("point", mailroom.POINTS)
    def test_pulled_anywhere_loses_none_and_sends_none_twice(self, ground: Ground, point: str, times: str):
        with sink() as relay:
            ended = send(ground, relay, "alone", point, times)
            once = point in {"queueing", "queued", "claimed", "sent", "giving back"} and times == "3"
            assert ended == (0 if once else -signal.SIGKILL), "this point of the way is passed"
            assert send(ground, relay, "alone") == 0
            found = check(ground, relay, FEW, pulls=1)
        if point in {"queueing", "queued", "claimed"} or (point, times) == ("written", "1"):
            assert found["unknown"] == 0, "nothing was on its way"
        if point == "dotted":
            assert found["unknown"] >= 1

    def test_pulled_beside_another_worker_leaves_its_mails_to_it(self, ground: Ground):
        with sink() as relay:
            assert send(ground, relay, "alone", "dotted", "20") == -signal.SIGKILL
            assert send(ground, relay, "beside") == 0
            waiting = ground.tell("SELECT count(*) FROM delivery_mail WHERE state IN ('queued', 'leaving')")
            assert waiting != [(0,)], "it may be alive"
            assert send(ground, relay, "beside", "later") == 0
            check(ground, relay, FEW, pulls=1)

    def test_pulled_again_and_again_while_ten_thousand_leave(self, tmp_path: Path):
        ground = filled(tmp_path / "data", MANY)
        try:
            with sink() as relay:
                for reached in PULLS:
                    worker = mailroom_at(ground, "send", str(relay.server_address[1]), "alone")
                    until(lambda most=reached: len(relay.taken) >= most, "mails leave")
                    worker.kill()
                    assert worker.wait() == -signal.SIGKILL
                assert send(ground, relay, "alone") == 0
                found = check(ground, relay, MANY, pulls=len(PULLS))
            assert found["left"] >= MANY - len(PULLS) * CONNECTIONS
        finally:
            ground.leave()


class TestSeveralWorkers:
    def test_share_what_waits(self, ground: Ground):
        with sink() as relay:
            port = str(relay.server_address[1])
            workers = [mailroom_at(ground, "send", port, "beside") for _number in range(3)]
            assert [worker.wait() for worker in workers] == [0, 0, 0]
            assert check(ground, relay, FEW, pulls=0) == Counter(left=FEW)
