"""The kinds of files that are accepted, and for what."""

from dataclasses import dataclass
from enum import Enum


class Family(Enum):
    """How a format is built, which decides how it is looked into."""

    PDF = "pdf"
    PACKAGE = "package"  # a zip of XML parts: docx, xlsx, pptx, ofd
    COMPOUND = "compound"  # the OLE container of the older office formats
    PICTURE = "picture"
    ARCHIVE = "archive"
    TABLE = "table"  # separated values in plain text: csv


@dataclass(frozen=True, slots=True)
class Kind:
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
        Kind("pdf", "application/pdf", Family.PDF),
        Kind("docx", f"{_OPENXML}.wordprocessingml.document", Family.PACKAGE, frozenset({"word/document.xml"})),
        Kind("xlsx", f"{_OPENXML}.spreadsheetml.sheet", Family.PACKAGE, frozenset({"xl/workbook.xml"})),
        Kind("pptx", f"{_OPENXML}.presentationml.presentation", Family.PACKAGE, frozenset({"ppt/presentation.xml"})),
        Kind("ofd", "application/ofd", Family.PACKAGE, frozenset({"OFD.xml"})),
        Kind("doc", "application/msword", Family.COMPOUND, _WORD),
        Kind("xls", "application/vnd.ms-excel", Family.COMPOUND, _SHEETS),
        Kind("ppt", "application/vnd.ms-powerpoint", Family.COMPOUND, frozenset({"PowerPoint Document"})),
        Kind("wps", "application/vnd.ms-works", Family.COMPOUND, _WORD),
        Kind("et", "application/vnd.ms-excel", Family.COMPOUND, _SHEETS),
        Kind("jpg", "image/jpeg", Family.PICTURE),
        Kind("jpeg", "image/jpeg", Family.PICTURE),
        Kind("png", "image/png", Family.PICTURE),
        Kind("csv", "text/csv", Family.TABLE),
        Kind("zip", "application/zip", Family.ARCHIVE),
    )
}


class Purpose(Enum):
    """What a file is for. What cannot be looked into completely may be evidence but is never published."""

    EVIDENCE = "evidence"
    PUBLICATION = "publication"

    @property
    def kinds(self) -> dict[str, Kind]:
        """The accepted kinds by extension."""
        closed_to_the_public = {Family.COMPOUND, Family.ARCHIVE} if self is Purpose.PUBLICATION else set()
        return {extension: kind for extension, kind in KINDS.items() if kind.family not in closed_to_the_public}

    @property
    def accept(self) -> str:
        """For the `accept` attribute of a file field."""
        return ",".join(f".{extension}" for extension in self.kinds)
