"""The plug is pulled while a campaign is settled: nobody is debited twice, nobody is forgotten, and the books say so."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import countinghouse
from houses import BUILD, Ground, environment

COUNTINGHOUSE = BUILD + "import countinghouse\ncountinghouse.main()"
PLEDGES = 24


def asked(ground: Ground, *words: str) -> Any:
    """What the counting house found when it was asked for this."""
    env = environment(PYTHONPATH=str(Path(__file__).parent), **ground.variables)
    done = subprocess.run(
        [sys.executable, "-c", COUNTINGHOUSE, *words], env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout or "null")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A house in which a campaign has ended while it was down, to be copied."""
    ground = Ground(tmp_path_factory.mktemp("filled") / "data").build()
    asked(ground, "fill", str(PLEDGES), "10000")
    yield ground
    ground.leave()


@pytest.fixture
def ground(filled: Ground, tmp_path: Path) -> Iterator[Ground]:
    copied = Ground(tmp_path / "data", like=filled)
    yield copied
    copied.leave()


def debits(ledger: Path) -> Counter[str]:
    """How often the provider was asked to debit each pledge under a new key: the same key is one debit."""
    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    keys = {line["key"]: line["pledge"] for line in lines}
    return Counter(keys.values())


def check(ground: Ground, ledger: Path) -> None:
    states = Counter(dict(ground.tell("SELECT state, count(*) FROM campaigns_pledge GROUP BY state")))
    assert sum(states.values()) == PLEDGES
    assert not set(states) & {"started", "active", "collecting"}, "nobody was forgotten"
    by_card = ground.tell("SELECT count(*) FROM campaigns_pledge WHERE way = 'card'")[0][0]
    assert set(debits(ledger).values()) == {1}, "nobody was debited twice"
    assert len(debits(ledger)) == by_card
    letters = ground.tell("SELECT count(*), count(DISTINCT \"key\") FROM delivery_mail WHERE kind = 'letter'")
    assert letters[0][0] == letters[0][1] > PLEDGES


class TestThePlug:
    @pytest.mark.parametrize("point", countinghouse.POINTS)
    def test_pulled_anywhere_debits_nobody_twice_and_forgets_nobody(
        self, ground: Ground, tmp_path: Path, point: str
    ):
        ledger = tmp_path / "ledger"
        times = "3" if point in countinghouse.GATEWAY else "1"
        found = asked(ground, "survive", str(ledger), point, times)
        assert found == {"killed": -signal.SIGKILL, "settled": 0, "wrong": []}
        check(ground, ledger)

    def test_may_be_settled_by_several_workers_at_once(self, ground: Ground, tmp_path: Path):
        ledger = tmp_path / "ledger"
        assert asked(ground, "together", str(ledger), "3") == {"codes": [0, 0, 0], "wrong": []}
        check(ground, ledger)


class TestTheLastReward:
    def test_is_had_once_among_eight_processes(self, tmp_path: Path):
        ground = Ground(tmp_path / "data").build()
        try:
            asked(ground, "fill", "0", "10000")
            found = asked(ground, "race", "8", "6")
            assert found["codes"] == [0] * 8
            assert ground.tell('SELECT taken, "limit" FROM campaigns_reward') == [(5, 5)]
            assert ground.tell("SELECT count(*) FROM campaigns_pledge WHERE state = 'started'") == [(5,)]
        finally:
            ground.leave()
