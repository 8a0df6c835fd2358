"""Texts and tables of separated values, written anew in UTF-8."""

import codecs
import re

from ninghai.sanitizing.refusal import CannotRewrite

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")


def rewrite_text(data: bytes) -> bytes:
    return _clean(data).encode()


def rewrite_table(data: bytes) -> bytes:
    """With the byte order mark by which Excel and WPS know UTF-8."""
    return codecs.BOM_UTF8 + _clean(data).encode()


REWRITERS = {".csv": rewrite_table, ".txt": rewrite_text}


def _clean(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return CONTROL.sub("", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise CannotRewrite("文件的文字编码无法识别。请另存为UTF-8编码后重新上传。")
