"""Files on their way in: bounded, and in a place that has no name, so that nothing of them can be left behind."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from parvis.core.people.sizes import VISITOR


def scratch() -> Path:
    """The folder for what is under way; on the disk of the data folder, and closed to others."""
    folder = Path(settings.PARVIS_DATA) / "scratch"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


class Nameless(FileUploadHandler):
    """Takes files in memory while they are small, then in files without a name.

    The system takes them back when the process lets go of them, however it ends. `request.takes` bounds the sum of
    all files of a request, whatever length it announced.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.file: Any = None
        self.sum = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        in_memory = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        self.file = tempfile.SpooledTemporaryFile(in_memory, dir=str(scratch()))  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what came. Raises RequestDataTooBig."""
        self.sum += len(raw_data)
        if self.sum > getattr(self.request, "takes", VISITOR):
            self.file.close()
            raise RequestDataTooBig("More was sent than this address takes.")
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.file.seek(0)
        return UploadedFile(
            self.file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )

    def upload_interrupted(self) -> None:
        if self.file is not None:
            self.file.close()
