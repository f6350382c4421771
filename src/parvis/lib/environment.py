"""Settings that come from outside: PARVIS_* variables, or the same names in the data folder's parvis.env."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

SETTINGS_FILE = "parvis.env"
SECRET_FILE = "secret.key"  # noqa: S105


class Environment:
    """Reads typed settings; a variable of the process wins over the data folder's file."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables
        self.data = Path(self.variables.get("PARVIS_DATA") or "parvis-data").absolute()
        self.file = read_settings_file(self.data / SETTINGS_FILE)
        self.asked: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The setting's text, without the spaces around it; the name is remembered among those `asked` for."""
        self.asked.add(name)
        return (self.variables.get(name) or self.file.get(name) or default).strip()

    def number(self, name: str, default: int) -> int:
        """The setting as a whole number; raises ValueError with the setting's name."""
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            raise ValueError(f"{name} must be a whole number, not {value!r}.") from None

    def truth(self, name: str, *, default: bool = False) -> bool:
        """The setting as yes or no."""
        value = self.text(name).casefold()
        return default if not value else value in {"1", "true", "yes", "on", "oui"}


def read_settings_file(path: Path) -> dict[str, str]:
    """The NAME=value lines of a settings file; empty when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read (mode 0600), whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def secret(data: Path) -> str:
    """The house's secret: kept in the data folder once that folder exists, else good for this process only."""
    path = data / SECRET_FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(48)


def prepare(data: Path) -> None:
    """Make the data folder and its secret (folder 0700, secret 0600); keep what is there."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in ("media", "outbox", "mail-in", "backups", "scratch"):
        (data / folder).mkdir(exist_ok=True, mode=0o700)
    if not (data / SECRET_FILE).exists():
        write_private(data / SECRET_FILE, secrets.token_urlsafe(48))
