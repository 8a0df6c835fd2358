"""Stored files in one archive (打包下载), sent while they are read.

Files are stored as they are, since most are compressed already; so the length is known and the browser shows progress.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from zipstream import ZipStream

from ninghai.archive_names import safe_name
from ninghai.database import give_back_connection
from ninghai.files.response import SANDBOX
from ninghai.models import StoredFile


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
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store"
    return response


def _content(stored: StoredFile) -> Iterator[bytes]:
    """The file's bytes; it is opened when its turn comes."""
    with stored.file.storage.open(str(stored.file.name), "rb") as opened:
        while piece := opened.read(64 * 1024):
            yield piece


def _without_connection(pieces: Iterator[bytes] | ZipStream) -> Iterator[bytes]:
    """Whoever downloads slowly holds no connection to the database."""
    give_back_connection()
    yield from pieces
