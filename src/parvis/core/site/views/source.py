"""The source of what runs here: whoever uses a changed Parvis over a network may have it (AGPL-3.0, section 13)."""

import io
import tarfile
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.views.decorators.http import require_safe

import parvis
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request

PACKAGE = Path(parvis.__file__).resolve().parent


@require_safe
def source(request: Request) -> HttpResponse:
    """The package as it runs, in one archive."""
    if not allow("source", "10/h", request):
        return too_often(request)
    response = HttpResponse(archive(), content_type="application/gzip")
    response["Content-Disposition"] = 'attachment; filename="parvis.tar.gz"'
    response["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def archive() -> bytes:
    """The files of the package, without what Python made of them."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz", compresslevel=6) as packed:
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                packed.add(path, arcname=f"parvis/{path.relative_to(PACKAGE)}", recursive=False)
    return data.getvalue()
