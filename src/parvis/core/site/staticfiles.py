"""Static files: collected and fingerprinted when the house runs for real, read in place while it is being built."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

COLLECTED = (settings.STATIC_ROOT / "staticfiles.json").exists()
Base: Any = CompressedManifestStaticFilesStorage if COLLECTED else StaticFilesStorage


class Storage(Base):  # type: ignore[misc]
    """Names with a fingerprint once `parvis` has collected the files."""

    manifest_strict = False
