"""One Chromium for all journeys, one furnished house, and visits that complain of whatever goes wrong in a page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from houses import Ground
from journeys.houses import House
from journeys.visits import Visit
from parvis.conftest import a_chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys walk in one house, so one worker runs them."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One for all journeys."""
    yield from a_chromium()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The ground of a house that nobody has set up yet."""
    ground = Ground(tmp_path_factory.mktemp("houses") / "begun").build()
    yield ground
    ground.leave()


def opened(house: House) -> Iterator[House]:
    """Serve a house for as long as it is wanted; when it closes, it has not stumbled once."""
    house.start()
    yield house
    house.end()
    house.ground.leave()
    assert "Traceback" not in house.said()


@pytest.fixture(scope="session")
def house(begun: Ground) -> Iterator[House]:
    """A furnished house."""
    yield from opened(House(Ground(begun.data.with_name("furnished"), like=begun)).furnish())


@pytest.fixture
def new_house(begun: Ground, tmp_path: Path) -> Iterator[House]:
    """A house that nobody has set up yet."""
    yield from opened(House(Ground(tmp_path / "new", like=begun)))


@pytest.fixture
def visit(chromium: Any, house: House) -> Iterator[Callable[..., Visit]]:
    """Opens a browser of somebody's own: `visit("alice")`, `visit()` for a passer-by; `to=` another house."""
    house.speaks("en")
    made: list[Visit] = []

    def begin(name: str = "", *, to: House | None = None, **options: Any) -> Visit:
        made.append(Visit(chromium, to or house, name, **options))
        return made[-1]

    yield begin
    for one in made:
        one.context.close()
    assert [line for one in made for line in one.complaints] == []
