"""Small exports made by hand, and a way to bring them."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parvis.rooms.places.bringing.report import Report
from parvis.rooms.places.bringing.running import bring
from parvis.rooms.places.models import Import

CAFE, HARBOUR = "4b0588f1f964a52", "4b0588f1f964a53"


@pytest.fixture
def item() -> Callable[..., dict[str, Any]]:
    """A check-in as the export of Swarm writes it: by its number, at one of the two venues that have a position."""

    def write(number: int = 1, **instead: Any) -> dict[str, Any]:
        return {
            "id": f"c{number:04d}",
            "createdAt": f"2023-05-{number % 28 + 1:02d} 16:30:00.000000",
            "type": "checkin",
            "timeZoneOffset": 120,
            "venue": {"id": CAFE, "name": "Café de la Place"},
        } | instead

    return write


@pytest.fixture
def swarm(tmp_path: Path) -> Callable[..., Path]:
    """A zip of Swarm with these check-ins; a phone was at the café and at the harbour."""

    def write(*items: dict[str, Any], name: str = "data-export.zip", **visits: Any) -> Path:
        positions = [
            {"startTime": "2023-05-01 10:00:00", "endTime": "2023-05-01 11:00:00", "venueId": venue, **where}
            for venue, where in (
                (CAFE, {"lat": 46.5196, "lng": 6.6322}),
                (CAFE, {"lat": 46.5197, "lng": 6.6323}),
                (CAFE, {"lat": 12.0, "lng": 100.0}),
                (HARBOUR, {"lat": 46.5060, "lng": 6.6260}),
            )
        ]
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("checkins1.json", json.dumps({"count": len(items), "items": items}))
            archive.writestr("unconfirmed_visits.json", json.dumps({"count": 4, "items": positions}))
            archive.writestr("readme.html", "<html>Hello</html>")
        return path

    return write


@pytest.fixture
def brought(alice: Any, at: Any) -> Callable[..., Report]:
    """Brings a file for somebody, alice when nobody is named; gives the report."""

    def do(path: Path, *, person: Any = None, when: Any = None) -> Report:
        report = Report()
        bring(path, person=person or alice, at=when or at, report=report)
        return report

    return do


@pytest.fixture
def last() -> Callable[[], Import]:
    """The import that was begun last."""

    def find() -> Import:
        return Import.objects.order_by("-pk")[0]

    return find
