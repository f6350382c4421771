"""Files made by hand, and a way to read them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parvis.lib.checkins import Report, Visit
from parvis.lib.checkins.reading import Reading

type Read = tuple[list[Visit], Report]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A file of this content; JSON for what is no text nor bytes."""

    def make(content: Any, name: str = "file") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return make


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Read]:
    """What is read of a file of this content, or at this path, and the report."""

    def do(content: Any, name: str = "file") -> Read:
        reading = Reading(content if isinstance(content, Path) else write(content, name))
        return list(reading), reading.report

    return do
