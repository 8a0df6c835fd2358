"""The kinds of files that are accepted, and for what; the original name as a label; and how a file is refused."""

import unicodedata
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File


class Family(Enum):
    """How a format is built, which decides how it is looked into."""

    PDF = "pdf"
    PACKAGE = "package"  # a zip of XML parts: docx, xlsx, pptx, ofd
    COMPOUND = "compound"  # the OLE container of the older office formats
    PICTURE = "picture"
    ARCHIVE = "archive"
    TABLE = "table"  # separated values in plain text: csv


@dataclass(frozen=True, slots=True)
class FileKind:
    """A format: its file name extension, media type and family; `mark` is the entry or stream that it must contain."""

    extension: str
    media_type: str
    family: Family
    marks: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.extension.upper()


_OPENXML = "application/vnd.openxmlformats-officedocument"
_WORD = frozenset({"WordDocument"})
_SHEETS = frozenset({"Workbook", "Book"})

KINDS = {
    kind.extension: kind
    for kind in (
        FileKind("pdf", "application/pdf", Family.PDF),
        FileKind("docx", f"{_OPENXML}.wordprocessingml.document", Family.PACKAGE, frozenset({"word/document.xml"})),
        FileKind("xlsx", f"{_OPENXML}.spreadsheetml.sheet", Family.PACKAGE, frozenset({"xl/workbook.xml"})),
        FileKind(
            "pptx", f"{_OPENXML}.presentationml.presentation", Family.PACKAGE, frozenset({"ppt/presentation.xml"})
        ),
        FileKind("ofd", "application/ofd", Family.PACKAGE, frozenset({"OFD.xml"})),
        FileKind("doc", "application/msword", Family.COMPOUND, _WORD),
        FileKind("xls", "application/vnd.ms-excel", Family.COMPOUND, _SHEETS),
        FileKind("ppt", "application/vnd.ms-powerpoint", Family.COMPOUND, frozenset({"PowerPoint Document"})),
        FileKind("wps", "application/vnd.ms-works", Family.COMPOUND, _WORD),
        FileKind("et", "application/vnd.ms-excel", Family.COMPOUND, _SHEETS),
        FileKind("jpg", "image/jpeg", Family.PICTURE),
        FileKind("jpeg", "image/jpeg", Family.PICTURE),
        FileKind("png", "image/png", Family.PICTURE),
        FileKind("csv", "text/csv", Family.TABLE),
        FileKind("zip", "application/zip", Family.ARCHIVE),
    )
}


class Purpose(Enum):
    """What a file is for. What cannot be looked into completely may be evidence but is never published."""

    EVIDENCE = "evidence"
    PUBLICATION = "publication"

    @property
    def kinds(self) -> dict[str, FileKind]:
        """The accepted kinds by extension."""
        closed_to_the_public = {Family.COMPOUND, Family.ARCHIVE} if self is Purpose.PUBLICATION else set()
        return {extension: kind for extension, kind in KINDS.items() if kind.family not in closed_to_the_public}

    @property
    def accept(self) -> str:
        """For the `accept` attribute of a file field."""
        return ",".join(f".{extension}" for extension in self.kinds)


# The original name of a file as a label: it is shown and offered for saving, never used as a path.

LONGEST = 150


def clean_label(name: str) -> str:
    """The last part of the name in NFC, without control, format and direction characters, its extension kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(char for char in unicodedata.normalize("NFC", last) if not _is_invisible(char)).strip(" .")
    if len(shown) <= LONGEST:
        return shown or "未命名"
    suffix = PurePosixPath(shown).suffix[:10]
    return shown[: LONGEST - len(suffix)] + suffix


def extension_of(label: str) -> str:
    """In lower case, without the dot."""
    return PurePosixPath(label).suffix[1:].lower()


def _is_invisible(char: str) -> bool:
    """Control (Cc), format (Cf: direction marks, zero-width), surrogate (Cs), private (Co) and line separators."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


class UnacceptableFile(ValidationError):
    """The file cannot be taken; one sentence for the screen says what is wrong and what to do."""


def refused_by_name(upload: "File[Any]", why: ValidationError) -> UnacceptableFile:
    """The same sentence with the name of the file in it: of several it must be clear which one was meant."""
    label, sentence = clean_label(upload.name or ""), "".join(why.messages)
    return UnacceptableFile(sentence if label in sentence else f"“{label}”没有添加：{sentence}")
