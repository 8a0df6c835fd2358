"""Texts and tables of separated values, written anew in UTF-8."""

import codecs
import re

from ninghai.files.sanitizing import CannotRewrite
from ninghai.files.workbooks.writing import starts_formula
from ninghai.personal_data.reading.plain import each_row

# Also what turns the direction of words, by which a number reads otherwise than it is written.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def rewrite_text(data: bytes) -> bytes:
    return _clean(data).encode()


def rewrite_table(data: bytes) -> bytes:
    """With the byte order mark by which Excel and WPS know UTF-8."""
    text = _clean(data)
    if any(starts_formula(cell) for row in each_row(text) for cell in row):
        raise CannotRewrite("表中有以等号等开头的单元格，表格软件会当作公式。请改成文字或者数值后重新上传。")
    return codecs.BOM_UTF8 + text.encode()


REWRITERS = {".csv": rewrite_table, ".txt": rewrite_text}


def _clean(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return CONTROL.sub("", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise CannotRewrite("文件的文字编码无法识别。请另存为UTF-8编码后重新上传。")
