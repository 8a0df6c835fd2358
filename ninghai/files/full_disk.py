"""A full disk is told from a fault of ours: the answer is 507 and says so, and what was typed beside a file is not lost.

Wherever it shows: at the temporary folder of uploads, at the private files, in PostgreSQL.
"""

import errno
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DISK_FULL = "53100"  # PostgreSQL's disk_full
LOST = "ninghai.no_room_for_upload"
SENTENCE = (
    "服务器的存储空间不足，这次提交没有保存。请先复制填写的内容，并告诉县政府办公室的系统管理员清理磁盘，稍后再提交。"
)


def is_full(error: BaseException | None) -> bool:
    """Whether this, or what led to it, was a disk without room."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if (isinstance(error, OSError) and error.errno in FULL) or getattr(error, "sqlstate", "") == DISK_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def require_room(request: HttpRequest) -> None:
    """Raise OSError once the whole form is read, if a file of it found no room."""
    if reason := request.META.get(LOST):
        raise reason


class UploadHandler(TemporaryFileUploadHandler):
    """Files on their way through the temporary folder: one for which there is no room is left out, and the fields
    behind it are still read."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._leave_out(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._leave_out(error)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":  # read before settings make it generic
        try:
            return super().file_complete(file_size)
        except OSError as error:
            if not is_full(error):
                raise
            self._note(error)
            return None

    def _leave_out(self, error: OSError) -> None:
        if not is_full(error):
            raise error
        self._note(error)
        raise SkipFile

    def _note(self, error: OSError) -> None:
        self.request.META[LOST] = error  # type: ignore[union-attr]  # set before any file
