"""Workbooks that people send to be read row by row (用 Excel 导入): looked into before they are opened, and of bounded size."""

from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile

from ninghai.files import Purpose, UnacceptableFile
from ninghai.files.inspection import inspect

MEGABYTE = 1024**2


def workbook_bytes(upload: UploadedFile[Any], *, most: int, besides: str) -> bytes:
    """The .xlsx of at most so many megabytes, found harmless. Raises UnacceptableFile, whose sentence says what to leave out
    of a larger one: all `besides` what is asked for."""
    name, size = upload.name or "", upload.size or 0
    if not name.lower().endswith(".xlsx"):
        raise UnacceptableFile("请上传 .xlsx 文件。")
    if size > most * MEGABYTE:
        raise UnacceptableFile(f"文件超过 {most} MB，请删除{besides}以外的内容。")
    stream = cast(IO[bytes], upload)
    inspect(stream, label=name, purpose=Purpose.EVIDENCE)
    upload.seek(0)
    return bytes(upload.read())
