"""The ways in which private files leave the portal: one by one, or several in one archive (打包下载), with safe names."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import TypeVar

from django.conf import settings
from django.db.models import Model
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from zipstream import ZipStream

from ninghai.files.drawing.drawn import PagePicture
from ninghai.models import AuditEntry, SealedRecord, StoredFile, User
from ninghai.operations.database.connections import give_back_connection
from ninghai.sealed.services import is_masked_for

# The one way in which a private file leaves the portal; what is not public leaves with a row in the audit trail.

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
    return _guarded(response)


def content_response(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Send what is kept nowhere as it is, such as a file under seal; the caller has asked its rule and noted it."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(media_type not in SHOWN_INLINE, name) or "attachment"
    return _guarded(response)


def sealed_file_response(
    stored: StoredFile | None, *, of: SealedRecord, about: str, name: str, media_type: str, by: User, at: datetime
) -> HttpResponse:
    """A file whose bytes are sealed under the record's key, for this person, with a row in the trail; the caller has asked its rule."""
    if stored is None or is_masked_for(by) or of.data_key.is_destroyed:
        raise Http404
    note_download(stored, of=of, by=by, at=at)
    with stored.file.open("rb") as opened:
        content = of.data_key.unseal_bytes(opened.read(), about=about)
    return content_response(content, name=name, media_type=media_type)


def picture_response(picture: PagePicture) -> HttpResponse:
    """Send a picture that was drawn of a private file, to be shown on a page; the caller has asked the file's rule."""
    shown = {"Content-Disposition": "inline"}
    response = HttpResponse(picture.data, content_type=picture.media_type, headers=shown)
    return _guarded(response)


R = TypeVar("R", bound=HttpResponseBase)


def _guarded(response: R) -> R:
    """Nothing in it is run, guessed at or kept on the way."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store"
    return response


# Names inside an archive: safe to unpack on any system, short, and no two alike.

FULL_WIDTH = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")  # noqa: RUF001 - what Windows forbids, and its twins
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
LONGEST = 60  # characters: folder and file together stay below what Windows unpacks


def safe_name(name: str, *, longest: int = LONGEST) -> str:
    """The name without what a file system refuses or takes for a path, its extension kept."""
    shown = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char)[0] != "C")
    shown = shown.translate(FULL_WIDTH).strip(" .")
    if RESERVED.match(shown):
        shown = f"_{shown}"
    if len(shown) > longest:
        suffix = PurePosixPath(shown).suffix[:10]
        shown = shown[: longest - len(suffix)].rstrip(" .") + suffix
    return shown or "未命名"


class UniqueNames:
    """Gives each name once, upper and lower case alike: 附件.pdf, 附件（2）.pdf."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        path, number, free = PurePosixPath(name), 1, name
        while free.casefold() in self._taken:
            number += 1
            free = str(path.with_name(f"{path.stem}（{number}）{path.suffix}"))
        self._taken.add(free.casefold())
        return free


# Stored files in one archive (打包下载), sent while they are read.


def archive_response(
    *, files: Iterable[tuple[str, StoredFile]], listed: Mapping[str, bytes], name: str
) -> StreamingHttpResponse:
    """`listed` are small texts that lie beside the files, such as a list of them; names are safe and unique already."""
    archive = ZipStream(sized=True)
    for label, text in listed.items():
        archive.add(text, label)
    for label, stored in files:
        archive.add(_content(stored), label, size=stored.size)
    response = StreamingHttpResponse(_without_connection(archive), content_type="application/zip")
    response["Content-Length"] = str(len(archive))
    response["Content-Disposition"] = content_disposition_header(True, f"{safe_name(name)}.zip")
    return _guarded(response)


def _content(stored: StoredFile) -> Iterator[bytes]:
    """The file's bytes; it is opened when its turn comes."""
    with stored.file.storage.open(str(stored.file.name), "rb") as opened:
        while piece := opened.read(64 * 1024):
            yield piece


def _without_connection(pieces: Iterator[bytes] | ZipStream) -> Iterator[bytes]:
    """Whoever downloads slowly holds no connection to the database."""
    give_back_connection()
    yield from pieces
