"""The owner's file of street maps, in the parts that maps ask for (RFC 9110 §14)."""

from collections.abc import Iterator
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import condition, require_safe

from parvis.core.people.http import members_only
from parvis.core.people.request import Request
from parvis.lib.geo.streets import StreetFile
from parvis.lib.web.ranges import Unsatisfiable, asked_range

from ..streets import street_file

KIND = "application/vnd.pmtiles"
A_PIECE = 2**16


@require_safe
@members_only
def streets(request: Request) -> HttpResponseBase:
    """The file, or the part that is asked for. Which part tells where somebody looks: no browser keeps it."""
    file = street_file()
    if file is None:
        raise Http404
    return sent(request, file)


def tag_of(request: HttpRequest, file: StreetFile) -> str:
    """What changes with the file."""
    return file.etag


@condition(etag_func=tag_of)
def sent(request: HttpRequest, file: StreetFile) -> HttpResponseBase:
    """A file, or a part of it; only GET knows parts, and `If-Range` wants them of this very file."""
    told = {"Accept-Ranges": "bytes", "Content-Type": KIND}
    part = None
    if request.method == "GET" and request.headers.get("If-Range", file.etag) == file.etag:
        try:
            part = asked_range(request.headers.get("Range", ""), file.size)
        except Unsatisfiable:
            return HttpResponse(status=416, headers={**told, "Content-Range": f"bytes */{file.size}"})
    span = range(file.size) if part is None else part
    told["Content-Length"] = str(len(span))
    if request.method == "HEAD":
        return HttpResponse(headers=told)
    if part is None:
        return StreamingHttpResponse(pieces(file.path, span), headers=told)
    told["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
    return StreamingHttpResponse(pieces(file.path, span), status=206, headers=told)


def pieces(path: Path, span: range) -> Iterator[bytes]:
    """These bytes of a file, a handful at a time."""
    with path.open("rb") as file:
        file.seek(span.start)
        left = len(span)
        while left > 0 and (piece := file.read(min(A_PIECE, left))):
            left -= len(piece)
            yield piece
