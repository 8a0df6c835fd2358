"""Looking at an upload: what it is by its content, whether its name says the same, whether it is harmless.

This runs in the sandbox (`storing` is the way there) and therefore asks no database.
"""

import hashlib
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Any
from zipfile import ZipFile

from PIL import Image, UnidentifiedImageError

from ninghai.files.archive import BROKEN_ZIP, LARGEST_CONTENT, entry_name, open_zip
from ninghai.files.boundaries import check_jpeg_ends, check_pdf_ends, check_png_ends
from ninghai.files.kinds import Family, FileKind, Purpose, UnacceptableFile, clean_label, extension_of
from ninghai.files.office_document import MAGIC as COMPOUND_MAGIC
from ninghai.files.office_document import (
    OBJECT_INSIDE,
    check_compound,
    check_document,
    embedded_documents,
    has_hidden_sheets,
)
from ninghai.files.workbooks.writing import starts_formula
from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.plain import decoded, each_row

# PDF files: whole, and without scripts, programs or files inside.

PDF_MAGIC = b"%PDF-"
TAIL = 2048  # bytes in which the end mark must stand
HEAD = 2000  # bytes before a stream in which its dictionary is looked for
LARGEST_OBJECTS = 20 * 1024 * 1024  # bytes of one object stream unpacked
LARGEST_STREAMS = 200 * 1024 * 1024  # bytes of all of them, packed and unpacked
MOST_STREAMS = 100_000  # a page has a few
ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|Rendition|GoToE|ImportData|SubmitForm|XFA)(?![A-Za-z0-9])")
# A file's own mark may be missing; what a reader opens is the EF of its specification (7.11.3). Between the two nobody writes
# long comments: they would only cost time.
BLANK = rb"(?:[\s\0]|%[^\r\n]{0,200}[\r\n])"
EMBEDDED = re.compile(
    rb"/(?:EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])"
    rb"|/EF(?:" + BLANK + rb"{20}|" + BLANK + rb"{0,19}(?:<<|\d+\s+\d+\s+R|%[^\r\n]{200}))"
)
OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9])")
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
HIDDEN = "PDF的内部结构特殊，无法检查。请用“打印为PDF”另存一份后再上传。"
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# Packed once, and neither by a filter that stands elsewhere nor by one that mixes bytes in between.
PACKED = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])\s*(?=/|>>)")
MIXED = re.compile(rb"/Predictor(?![A-Za-z0-9])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class HoldsFiles(UnacceptableFile):
    """The PDF is sound, but files are packed into it, which nobody looked at."""


def check_pdf(stream: IO[bytes], *, size: int, must_be_readable: bool) -> None:
    """Refuse a cut-off file, whatever a reader would run or unpack, and, to be published, what is encrypted."""
    stream.seek(max(0, size - TAIL))
    if b"%%EOF" not in stream.read():
        raise UnacceptableFile("PDF文件不完整。请重新导出或下载后再上传。")
    stream.seek(0)
    content = stream.read()
    check_pdf_ends(content)
    plain = _plain(content)
    is_encrypted = bool(ENCRYPTED.search(plain))
    if must_be_readable and is_encrypted:
        raise UnacceptableFile("PDF设有密码或权限限制，无法检查。请取消限制后再上传。")
    _check_names(plain)
    for objects in _object_streams(content, named=len(OBJECTS.findall(plain)), is_encrypted=is_encrypted):
        _check_names(_plain(objects))


def _check_names(objects: bytes) -> None:
    if ACTIVE.search(objects):
        raise UnacceptableFile("PDF中含有脚本或动态内容。请用“打印为PDF”另存一份后再上传。")
    if EMBEDDED.search(objects):
        raise HoldsFiles("PDF中夹带了其他文件。请取出附件单独上传，并用“打印为PDF”另存一份。")


def _plain(objects: bytes) -> bytes:
    """With the characters that names may write as #xx."""
    return ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), objects)


def _object_streams(content: bytes, *, named: int, is_encrypted: bool) -> Iterator[bytes]:
    """Each of them unpacked, `named` at least. Raises UnacceptableFile for one that is packed otherwise than office programs
    do, and when together they are too much: streams that lie in one another cost more than any file is worth."""
    left = LARGEST_STREAMS
    for number, match in enumerate(STREAM.finditer(content)):
        if number == MOST_STREAMS:
            raise UnacceptableFile(HIDDEN)
        head = _plain(content[max(0, match.start() - HEAD) : match.start()].rpartition(b"endobj")[2])
        if not OBJECTS.search(head):
            continue
        named -= 1
        end = content.find(b"endstream", match.end(), match.end() + left)
        if end < 0:
            raise UnacceptableFile(HIDDEN)
        left -= end - match.end()
        try:
            objects = _unpacked(content[match.end() : end], head=head)
        except UnacceptableFile:
            if not is_encrypted:
                raise
            continue
        left -= len(objects)
        yield objects
    if named > 0 or left < 0:
        raise UnacceptableFile(HIDDEN)


def _unpacked(packed: bytes, *, head: bytes) -> bytes:
    """The objects to their end, as the dictionary before them says. Raises UnacceptableFile for any but plain Flate."""
    if b"/Filter" not in head:
        return packed
    unpacker = zlib.decompressobj()
    try:
        objects = unpacker.decompress(packed, LARGEST_OBJECTS)
    except zlib.error:
        raise UnacceptableFile(HIDDEN) from None
    is_plain = PACKED.search(head) and head.count(b"/Filter") == 1 and not MIXED.search(head)
    if unpacker.unconsumed_tail or not is_plain:
        raise UnacceptableFile(HIDDEN)
    return objects


# Tables of separated values (.csv): really text, and without a cell that a spreadsheet would take for a formula.

PROGRAM = re.compile(
    r"<(?:\?(?:php|=|xml)|%|!doctype|html|script|svg|iframe|object|body)\b|<%|<\?=|%PDF-|GIF8[79]a", re.IGNORECASE
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def check_table(stream: IO[bytes], *, label: str) -> None:
    """Refuse what is no table of text, and formulas: whoever opens the published file must not run anything by it."""
    stream.seek(0)
    try:
        text = decoded(stream.read())
        if not text.strip():
            raise UnacceptableFile(f"“{label}”里没有内容，请重新选择文件。")
        if CONTROL.search(text) or PROGRAM.search(text):
            raise UnacceptableFile(f"“{label}”的内容不是CSV格式，与扩展名不一致。请用原来的软件打开后另存再上传。")
        _refuse_formulas(each_row(text))
    except UnreadableFile as refused:
        raise UnacceptableFile(str(refused)) from None


def _refuse_formulas(rows: Iterable[list[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        for cell in row:
            if cell and not cell[0].isalnum() and starts_formula(cell):  # a large table has ten million cells
                raise UnacceptableFile(
                    f"第{number}行第{row.index(cell) + 1}列以“{cell.strip()[:1]}”开头，表格软件会当作公式。请改成文字或者数值后再上传。"
                )


# Pictures: really JPEG or PNG, and of a size that a browser can show.

MOST_PIXELS = 100_000_000


def check_picture(stream: IO[bytes], *, media_type: str) -> None:
    """Refuse a broken picture, one of another format or with something behind it, one with more pixels than a phone or
    scanner makes."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=["JPEG", "PNG"]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise UnacceptableFile(f"图片有{width}乘{height}个像素，过大。请缩小后再上传。")
            if Image.MIME[str(picture.format)] != media_type:
                raise UnacceptableFile("图片的扩展名与内容不一致。请改正扩展名（jpg或png）后再上传。")
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise UnacceptableFile("图片已损坏，无法打开。请重新导出后再上传。") from None
    stream.seek(0)
    check_ends = check_png_ends if media_type == "image/png" else check_jpeg_ends
    check_ends(stream.read())


# How large a zip is once it is unpacked, without unpacking it.


def unpacked_size(data: bytes) -> int:
    """As its entries say; of anything that is no zip, its own size."""
    try:
        with ZipFile(io.BytesIO(data)) as package:
            return sum(entry.file_size for entry in package.infolist())
    except BROKEN_ZIP:
        return len(data)


DEEPEST = 2  # a document in an archive may bring the workbook behind a chart
MAGICS = {
    Family.PDF: (PDF_MAGIC,),
    Family.PACKAGE: (b"PK\x03\x04",),
    Family.ARCHIVE: (b"PK\x03\x04", b"PK\x05\x06"),
    Family.COMPOUND: (COMPOUND_MAGIC,),
    Family.PICTURE: (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"),
    Family.TABLE: (b"",),  # text begins with anything
}


def inspected(data: bytes, *, label: str, purpose: str) -> dict[str, Any]:
    """For the sandbox: the extension of the file's kind, and by hash which PDFs in it hold files, with what to say of them."""
    holding: dict[str, str] = {}
    kind = look_into(io.BytesIO(data), label=label, size=len(data), purpose=Purpose(purpose), holding=holding)
    return {"extension": kind.extension, "holding": holding}


def look_into(
    stream: IO[bytes], *, label: str, size: int, purpose: Purpose, holding: dict[str, str], depth: int = 0
) -> FileKind:
    """The file's kind. Raises UnacceptableFile unless content, structure and name agree and nothing in it is active.

    A PDF that holds files is noted in `holding`: the portal's own do. `depth` counts the files around this one.
    """
    if depth > DEEPEST:
        raise UnacceptableFile("文件里嵌套的文件层数过多。请把内层的文件取出后再上传。")
    kind = _kind_of(stream, label=label, purpose=purpose)
    if kind.family is Family.PDF:
        _check_pdf(stream, size=size, purpose=purpose, holding=holding)
    elif kind.family is Family.COMPOUND:
        check_compound(stream, kind=kind)
    elif kind.family is Family.PICTURE:
        check_picture(stream, media_type=kind.media_type)
    elif kind.family is Family.TABLE:
        check_table(stream, label=label)
    elif kind.family is Family.PACKAGE:
        _check_package(open_zip(stream, size=size), kind=kind, purpose=purpose, depth=depth)
    else:
        _check_archive(open_zip(stream, size=size), purpose=purpose, depth=depth, holding=holding)
    return kind


def _kind_of(stream: IO[bytes], *, label: str, purpose: Purpose) -> FileKind:
    """As the name says, if the file begins like one of this kind."""
    kind = purpose.kinds.get(extension_of(label))
    if kind is None:
        accepted = "、".join(purpose.kinds)
        raise UnacceptableFile(f"不接受“{label}”这种类型的文件。可以上传：{accepted}。")
    stream.seek(0)
    if not stream.read(8).startswith(MAGICS[kind.family]):
        raise UnacceptableFile(f"“{label}”的内容不是{kind}格式，与扩展名不一致。请用原来的软件打开后另存再上传。")
    return kind


def _check_pdf(stream: IO[bytes], *, size: int, purpose: Purpose, holding: dict[str, str]) -> None:
    """The portal's own circulars bring their tables along as files, and come back as evidence: to the byte, no other."""
    try:
        check_pdf(stream, size=size, must_be_readable=purpose is Purpose.PUBLICATION)
    except HoldsFiles as refusal:
        stream.seek(0)
        holding[hashlib.sha256(stream.read()).hexdigest()] = str(refusal.message)


def _check_package(container: ZipFile, *, kind: FileKind, purpose: Purpose, depth: int) -> None:
    if not kind.marks <= set(container.namelist()):
        raise UnacceptableFile(f"文件内容不是{kind}格式，与扩展名不一致。请用办公软件打开后另存再上传。")
    check_document(container)
    if purpose is Purpose.PUBLICATION and kind.extension == "xlsx" and has_hidden_sheets(container):
        raise UnacceptableFile("表格中有隐藏的工作表。请取消隐藏，删去不公开的内容后再上传。")
    for name in embedded_documents(container):
        _check_embedded(container, name, purpose=purpose, depth=depth)


def _check_embedded(container: ZipFile, name: str, *, purpose: Purpose, depth: int) -> None:
    """A chart brings its workbook along; any other object inside a document is refused."""
    embedded = purpose.kinds.get(extension_of(name))
    if embedded is None or embedded.family is not Family.PACKAGE:
        raise UnacceptableFile(OBJECT_INSIDE)
    content = container.read(name)
    inner = io.BytesIO(content)
    look_into(inner, label=clean_label(name), size=len(content), purpose=purpose, depth=depth + 1, holding={})


def _check_archive(container: ZipFile, *, purpose: Purpose, depth: int, holding: dict[str, str]) -> None:
    """Every file in the archive must itself be acceptable; archives in archives are not."""
    files = [info for info in container.infolist() if not info.is_dir()]
    if not files:
        raise UnacceptableFile("压缩包里没有文件，请重新选择文件。")
    left = LARGEST_CONTENT  # for what the documents in it unpack into
    for info in files:
        label = clean_label(entry_name(info))
        if extension_of(label) == "zip":
            raise UnacceptableFile(f"压缩包里还有压缩包“{label}”。请先解压，再一起压缩。")
        content = container.read(info)
        left -= unpacked_size(content)
        if left < 0:
            raise UnacceptableFile("压缩包里的文件展开后过大，请拆分后再上传。")
        inside: dict[str, str] = {}
        within, inner = f"压缩包中的“{label}”不能接受：", io.BytesIO(content)
        try:
            look_into(inner, label=label, size=len(content), purpose=purpose, depth=depth + 1, holding=inside)
        except UnacceptableFile as refusal:
            raise UnacceptableFile(f"{within}{refusal.message}") from None
        holding |= {sha256: f"{within}{sentence}" for sha256, sentence in inside.items()}
