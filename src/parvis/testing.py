"""Sets the ground before Django reads its settings: a data folder of the test's own, and the wall up (a pytest plugin)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="parvis-test-"))
(DATA / "static").mkdir()
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ["PARVIS_DATA"] = str(DATA)
os.environ["PARVIS_STRICT"] = "1"
for name in (
    "PARVIS_URL",
    "PARVIS_MAIL_URL",
    "PARVIS_MAIL_FROM",
    "PARVIS_DKIM_SELECTOR",
    "PARVIS_WEBSUB_HUB",
    "PARVIS_MAIL_IN_DOMAIN",
    "PARVIS_MAIL_IN_DELIMITER",
    "PARVIS_LMTP",
    "PARVIS_STREETS",
    "PARVIS_OPENSTREETMAP",
    "PARVIS_PRETEND_PAYMENTS",
    "PARVIS_DEBUG",
    "PARVIS_BEHIND_PROXY",
):
    os.environ.pop(name, None)
