"""The one way in which a private file leaves the portal; what is not public leaves with a row in the audit trail."""

from datetime import datetime

from django.conf import settings
from django.db.models import Model
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from ninghai.models import AuditEntry, StoredFile, User

SANDBOX = "sandbox; default-src 'none'"
SHOWN_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png"})


def private_file_response(
    stored: StoredFile, *, of: Model, by: User, at: datetime, inline: bool = False
) -> HttpResponseBase:
    """Send the file of this record to this person and note it in the audit trail; the caller has asked its rule."""
    note_download(stored, of=of, by=by, at=at)
    return file_response(stored, inline=inline)


def note_download(stored: StoredFile, *, of: Model, by: User, at: datetime) -> None:
    """下载文件: who took which file of which record."""
    detail = {"file": stored.original_name, "sha256": stored.sha256}
    AuditEntry.objects.record(action=AuditEntry.Action.DOWNLOAD, target=of, by=by, at=at, detail=detail)


def file_response(stored: StoredFile, *, inline: bool = False, name: str = "") -> HttpResponseBase:
    """Send a public file; the caller has asked its rule. Only PDF and pictures are ever shown `inline`.

    It comes under that name, else under the one with which it was uploaded.

    With PRIVATE_FILES_ACCEL set, the web server sends the bytes itself from that internal location.
    """
    response: HttpResponseBase
    if settings.PRIVATE_FILES_ACCEL:
        response = HttpResponse(content_type=stored.media_type)
        response["X-Accel-Redirect"] = f"{settings.PRIVATE_FILES_ACCEL.rstrip('/')}/{stored.file.name}"
    else:
        response = FileResponse(stored.file.open("rb"), content_type=stored.media_type)
    as_attachment = not (inline and stored.media_type in SHOWN_INLINE)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment, name or stored.original_name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store"
    return response
