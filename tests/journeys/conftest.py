"""One Chromium for all journeys, one furnished house, and visits that complain of whatever goes wrong in a page."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from journeys.houses import House
from journeys.visits import QUIET, Visit
from parvis.conftest import skip_or_fail


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys walk in one house, so one worker runs them."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        skip_or_fail("Chromium is absent")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A furnished house, served; when it closes, it has not stumbled once."""
    house = House(tmp_path_factory.mktemp("furnished") / "data").furnish().start()
    yield house
    house.stop()
    assert "Traceback" not in house.said()


@pytest.fixture
def new_house(house: House) -> Iterator[House]:
    """A house that nobody has set up yet."""
    new = House(house.data.with_name("begun")).start()
    yield new
    new.stop()
    assert "Traceback" not in new.said()


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
