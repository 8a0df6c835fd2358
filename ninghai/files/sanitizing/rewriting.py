"""Which module writes which kind of file anew, by the end of its name."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

from ninghai.files.sanitizing import CannotRewrite, ofd, office, pdf, pictures, plain

REWRITERS: dict[str, Callable[[bytes], bytes]] = {
    ".pdf": pdf.rewrite,
    ".docx": partial(office.rewrite, kind="docx"),
    ".xlsx": partial(office.rewrite, kind="xlsx"),
    ".pptx": partial(office.rewrite, kind="pptx"),
    ".ofd": ofd.rewrite,
    ".jpg": partial(pictures.rewrite, suffix=".jpg"),
    ".jpeg": partial(pictures.rewrite, suffix=".jpeg"),
    ".png": partial(pictures.rewrite, suffix=".png"),
    **plain.REWRITERS,
}
INSTEAD = {
    ".doc": "docx或PDF",
    ".wps": "docx或PDF",
    ".xls": "xlsx或PDF",
    ".et": "xlsx或PDF",
    ".ppt": "pptx或PDF",
    ".zip": "单个文件（先解压，再逐个上传）",
}


def rewritten(data: bytes, *, name: str) -> bytes:
    """The file as the public may have it; raises CannotRewrite with a sentence that says what to do."""
    suffix = PurePosixPath(name).suffix.lower()
    rewrite = REWRITERS.get(suffix)
    if rewrite is None:
        instead = INSTEAD.get(suffix, "PDF")
        raise CannotRewrite(f"这种文件不能重新写出，不能公开。请换成{instead}后重新上传。")
    return rewrite(data)
