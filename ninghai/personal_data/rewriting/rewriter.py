"""Which module writes which masked copy, by the end of the file's name."""

from collections.abc import Callable

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.reader import suffix
from ninghai.personal_data.rewriting import delimited, pdf, plain_text, word, workbook

REWRITERS: dict[str, Callable[[bytes], bytes]] = {
    ".xlsx": workbook.rewrite,
    ".docx": word.rewrite,
    ".csv": delimited.rewrite,
    ".txt": plain_text.rewrite,
    ".pdf": pdf.rewrite,
}


def masked_copy(*, name: str, data: bytes) -> bytes:
    """The file with everything personal masked and nothing hidden left; raises UnreadableFile where that cannot be done."""
    rewrite = REWRITERS.get(suffix(name))
    if rewrite is None:
        raise UnreadableFile(
            f"“{name}”不能自动生成去标识化副本，只能处理{'、'.join(REWRITERS)}文件。请修改原稿后重新生成。"
        )
    return rewrite(data)
