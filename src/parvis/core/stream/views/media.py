"""Pictures and files, served through the rule: who may not see the publication finds nothing here."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.people.request import Request

from ..actions.attachments import folder
from ..finding import stands_open
from ..models import Attachment


@require_safe
def original(request: Request, public_id: str) -> HttpResponseBase:
    """The file itself: a picture without what its maker's device wrote into it, anything else as an import brought it."""
    attachment = found(request, public_id)
    return serve(request, attachment, attachment.file, attachment.mime)


@require_safe
def rendition(request: Request, public_id: str, width: int) -> HttpResponseBase:
    """A picture in one of its widths, in pixels."""
    attachment = found(request, public_id)
    if width not in attachment.widths:
        raise Http404
    return serve(request, attachment, f"{folder(attachment)}/{width}.webp", "image/webp")


def found(request: Request, public_id: str) -> Attachment:
    """The attachment, if this viewer may see its publication. Raises Http404."""
    rows = Attachment.objects.visible_to(request.viewer).select_related("publication__under")
    attachment = rows.filter(public_id=public_id, publication__deleted_at=None).first()
    if attachment is None or not stands_open(attachment.publication):
        raise Http404
    return attachment


def serve(request: Request, attachment: Attachment, name: str, mime: str) -> HttpResponseBase:
    """Send a file: kept by nobody unless any passer-by may see it, and then asked about again after five minutes."""
    passer_by = Viewer(at=request.viewer.at)
    is_public = (
        attachment.publication.audience_id == PUBLIC
        and Attachment.objects.visible_to(passer_by).filter(pk=attachment.pk).exists()
    )
    etag = f'"{attachment.public_id}-{attachment.sha256[:16]}-{name.rsplit("/", 1)[-1]}"'
    response: HttpResponse | FileResponse
    if is_public and request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        try:
            response = FileResponse(default_storage.open(name), content_type=mime)
        except FileNotFoundError:
            raise Http404 from None
    response["Cache-Control"] = "public, max-age=300" if is_public else "private, no-store"
    if is_public:
        response["ETag"] = etag
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    shown = mime.startswith(("image/", "audio/", "video/"))
    response["Content-Disposition"] = (
        "inline" if shown else content_disposition_header(True, attachment.name) or "attachment"
    )
    return response
