"""Houses for browsers to walk in: furnished, with the wall up, and an outbox one can read."""

import json
import re
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import houses
from houses import Ground, environment, until

FURNISH = Path(__file__).with_name("furnish.py")


class House(houses.House):
    """A house with people in it."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground, PARVIS_STRICT="1", PARVIS_WEB_WORKERS="1")
        self.variables["PARVIS_URL"] = self.address  # letters of the worker leave no house without an address
        self.people: dict[str, dict[str, Any]] = {}
        self.paths: dict[str, str] = {}

    def furnish(self) -> "House":
        """Open the square, and bring people in with what they have made."""
        command = [sys.executable, str(FURNISH)]
        done = subprocess.run(
            command, env=environment(**self.ground.variables), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        self.people, self.paths = told["people"], told["paths"]
        return self

    def speaks(self, language: str) -> None:
        """From now on everybody reads the house in this language."""
        self.ground.tell("UPDATE people_person SET language = ?", language)
        self.ground.tell("UPDATE people_square SET language = ?, version = version + 1", language)

    def letter(self, to: str, count: int = 1, *, says: str = "") -> str:
        """The words of the newest mail to an address that says this, once there are `count` of them."""

        def newest() -> str:
            files = sorted((self.data / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
            found = [words for path in files if (words := words_to(to, path.read_bytes())) and says in words]
            return found[-1] if len(found) >= count else ""

        return until(newest, f"a mail to {to}")

    def code_for(self, to: str, count: int = 1) -> str:
        """The code in the newest mail to an address."""
        return re.findall(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", self.letter(to, count), re.MULTILINE)[
            -1
        ]


def words_to(address: str, mail: bytes) -> str:
    """What a mail says, if it goes to this address."""
    message = message_from_bytes(mail, policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None and address in str(message["To"]) else ""
