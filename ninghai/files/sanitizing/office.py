"""Word documents, workbooks and presentations, written anew: the parts that a reader sees, reached from the document itself.

Each part is parsed and written again, each picture drawn again. Properties, custom XML, embedded files, printers'
settings, previews, caches of pivot tables, links to other files and parts that nothing leads to are gone; links to
pages and addresses of mail stay.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lxml import etree

from ninghai.files.sanitizing import CannotRewrite, pictures
from ninghai.files.sanitizing.package import BROKEN, parse, read_parts, serialized, write_parts
from ninghai.personal_data.masking import mask_text

# Which parts of a Word document, workbook or presentation are kept, by what leads to them (ECMA-376).

IMAGES = {"png", "jpeg", "jpg", "gif", "bmp", "tif", "tiff"}
ALSO_DRAWN = {
    "chart",
    "chartUserShapes",
    "diagramData",
    "diagramLayout",
    "diagramQuickStyle",
    "diagramColors",
    "diagramDrawing",
}
EVERYWHERE = {"image", "hyperlink", "theme", "themeOverride", "drawing", "vmlDrawing", *ALSO_DRAWN}
KEPT = {
    "docx": EVERYWHERE
    | {
        "officeDocument",
        "styles",
        "settings",
        "fontTable",
        "numbering",
        "footnotes",
        "endnotes",
        "header",
        "footer",
        "comments",
    },
    "xlsx": EVERYWHERE
    | {"officeDocument", "worksheet", "chartsheet", "styles", "sharedStrings", "table", "comments", "sheetMetadata"},
    "pptx": EVERYWHERE
    | {
        "officeDocument",
        "slide",
        "slideMaster",
        "slideLayout",
        "notesMaster",
        "notesSlide",
        "handoutMaster",
        "presProps",
        "tableStyles",
        "comments",
        "commentAuthors",
    },
}
FOLDERS = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}
EMBEDDED = {"oleObject", "package", "control", "aFChunk", "subDocument", "frame", "ink"}
NAMESPACES = (
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/ooxml/",
    "http://schemas.microsoft.com/office/",
    "urn:schemas-microsoft-com:",
    "http://www.wps.cn/officeDocument/",
    "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2001/XMLSchema-instance",
)
# Elements that tell of the maker, of data elsewhere, or of what nobody sees.
GONE = {
    "docVars", "attachedTemplate", "mailMerge", "rsids", "dataBinding", "customXmlPr", "smartTagPr", "saveThroughXslt",
    "schemaLibrary", "attachedSchema", "hdrShapeDefaults", "embedRegular", "embedBold", "embedItalic", "embedBoldItalic",
    "externalReferences", "pivotCaches", "customWorkbookViews", "fileSharing", "webPublishing", "webPublishItems",
    "fileRecoveryPr", "functionGroups", "smartTags", "scenarios", "customProperties", "externalData", "printerSettings",
    "custDataLst", "custShowLst", "smartTagType", "docPartObj", "lastEdited", "proofState", "writeProtection", "absPath",
    "fldData", "binData", "helpText", "statusText", "entryMacro", "exitMacro",
}  # fmt: skip
WORDS = {"descr", "title", "tooltip", "alt", "name"}
MAKERS = {"author", "initials"}  # of changes and comments in Word
# Where a reference to what is gone is taken off and its element stays.
STAYS = {"pageSetup", "blip", "imagedata", "fill", "stroke", "hyperlink"}
# Where parts lie, by which readers know them again.
PLACES = {
    "image": "media/",
    "worksheet": "worksheets/",
    "chartsheet": "chartsheets/",
    "slide": "slides/",
    "slideMaster": "slideMasters/",
    "slideLayout": "slideLayouts/",
    "notesMaster": "notesMasters/",
    "notesSlide": "notesSlides/",
    "handoutMaster": "handoutMasters/",
    "chart": "charts/",
    "drawing": "drawings/",
    "table": "tables/",
    "chartUserShapes": "drawings/",
    "diagramData": "diagrams/",
    "diagramLayout": "diagrams/",
    "diagramQuickStyle": "diagrams/",
    "diagramColors": "diagrams/",
    "diagramDrawing": "diagrams/",
    "theme": "theme/",
}
ALONE = {
    "styles", "settings", "fontTable", "numbering", "footnotes", "endnotes", "sharedStrings", "presProps", "tableStyles",
}  # fmt: skip
# Elements in which words stand; in all others there are numbers at most.
TEXTS = {
    "t", "instrText", "delText", "delInstrText", "v", "f", "formula", "formula1", "formula2", "definedName", "author",
    "text", "formatCode", "separator", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter",
    "calculatedColumnFormula", "totalsRowFormula", "align", "sqref", "pt",
}  # fmt: skip
# Parts that say nothing to a reader.
WORDLESS = {
    "styles", "settings", "fontTable", "numbering", "theme", "themeOverride", "presProps", "tableStyles", "sheetMetadata",
    "diagramLayout", "diagramQuickStyle", "diagramColors", "notesMaster", "handoutMaster",
}  # fmt: skip
# Within these stand the words that somebody reads, and that the finder of personal data reads, too.
READ_WITHIN = {"p", "c", "si", "is", "comment", "cm"}
SHAPES = {"path", "points", "fmla", "coordsize", "coordorigin", "adj", "style", "d"}  # attributes of many numbers


RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
REFERENCES = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)
OLD_REFERENCE = "{urn:schemas-microsoft-com:office:office}relid"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
LINK = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)
MIMES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff"}
HARMLESS_TYPE = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument|ms-(?:word|excel|powerpoint|office))[\w.+-]*\+xml"
)
NUMBERS = re.compile(r"\s*-?\d{1,10}(?:[\s,.]+-?\d{1,10})*\s*|True|False|[a-z]")
ELSEWHERE = re.compile(r"\[\d+\]")
LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){10}")  # as a telephone has it, or a person or an account
VECTOR = "文件里有不能重新写出的图片（{}格式）。请在文件中把它另存为PNG图片后换上，或者另存为PDF后重新上传。"
OBJECT = "文件里嵌有其他文件或对象，不能公开。请删除对象（或换成图片），另存一份后重新上传。"


@dataclass(slots=True)
class Relation:
    """Where a part leads to."""

    id: str
    kind: str  # the last word of its type
    target: str
    is_outside: bool
    type: str


@dataclass(slots=True)
class DocumentPart:
    """A part that is kept: its new name and content, and the relations that are kept, under their new ids."""

    name: str
    media_type: str
    kind: str = ""  # what led to it
    data: bytes = b""
    relations: list[tuple[str, Relation, str]] = field(default_factory=list)


def rewrite(data: bytes, *, kind: str) -> bytes:
    """`kind` is docx, xlsx or pptx."""
    return _Rewriting(read_parts(data), kind).written()


class _Rewriting:
    """From the root along the relations, each part once."""

    def __init__(self, parts: dict[str, bytes], kind: str) -> None:
        self.kind, self.parts = kind, {name.lstrip("/").casefold(): part for name, part in parts.items()}
        self.media_types = dict(self._declared_types())
        self.kept: dict[str, DocumentPart] = {}
        self.numbers: dict[str, int] = {}
        self.named_strings: set[str] = set()  # of those that the cells share

    def written(self) -> bytes:
        main = [each for each in self._relations_of("") if each.kind == "officeDocument" and not each.is_outside]
        if len(main) != 1:
            raise CannotRewrite(BROKEN)
        waiting = [_target("", main[0].target)]
        self._keep(waiting[0], main[0])
        while waiting:
            waiting += self._rewrite(waiting.pop())
        self._empty_strings()
        return write_parts(dict(self._all_parts(self.kept[_target("", main[0].target)])))

    # Reading.

    def _declared_types(self) -> Iterator[tuple[str, str]]:
        for element in parse(self._part("[content_types].xml")):
            if element.get("PartName"):
                yield unquote(element.get("PartName", "")).lstrip("/").casefold(), element.get("ContentType", "")
            elif element.get("Extension"):
                yield "." + element.get("Extension", "").casefold(), element.get("ContentType", "")

    def _part(self, name: str) -> bytes:
        found = self.parts.get(name)
        if found is None:
            raise CannotRewrite(BROKEN)
        return found

    def _relations_of(self, name: str) -> list[Relation]:
        folder, _, base = name.rpartition("/")
        xml = self.parts.get(posixpath.join(folder, "_rels", f"{base}.rels"))
        return [
            Relation(
                id=each.get("Id", ""),
                kind=each.get("Type", "").rpartition("/")[2],
                target=each.get("Target", ""),
                is_outside=each.get("TargetMode", "").lower() == "external",
                type=each.get("Type", ""),
            )
            for each in (parse(xml) if xml else [])
        ]

    # Keeping.

    def _keep(self, name: str, relation: Relation) -> DocumentPart:
        """The part under a name of our own, which tells only what it is."""
        known = self.kept.get(name)
        if known:
            return known
        extension = posixpath.splitext(name)[1][1:] or "xml"
        if relation.kind == "image" and extension not in IMAGES:
            raise CannotRewrite(VECTOR.format(extension.upper()[:8]))
        extension = extension if relation.kind == "image" else "vml" if relation.kind == "vmlDrawing" else "xml"
        kind = re.sub(r"[^A-Za-z]", "", relation.kind) or "part"
        number = self.numbers[kind] = self.numbers.get(kind, 0) + 1
        new = DocumentPart(
            f"{_folder(self.kind, relation.kind)}{_base(self.kind, kind, number)}.{extension}",
            self._type_of(name, extension),
            relation.kind,
        )
        self.kept[name] = new
        return new

    def _type_of(self, name: str, extension: str) -> str:
        if extension in IMAGES:
            return MIMES.get(extension, f"image/{extension}")
        if extension == "vml":
            return "application/vnd.openxmlformats-officedocument.vmlDrawing"
        declared = self.media_types.get(name) or self.media_types.get(posixpath.splitext(name)[1], "")
        if not HARMLESS_TYPE.fullmatch(declared) or "macroenabled" in declared.casefold():
            raise CannotRewrite(BROKEN)
        return declared

    def _rewrite(self, name: str) -> list[str]:
        """Write the part; returns the parts that it leads to and that are new."""
        part, extension = self.kept[name], posixpath.splitext(self.kept[name].name)[1]
        if extension[1:] in IMAGES:
            part.data = pictures.rewrite(self._part(name), suffix=extension)
            return []
        new = []
        for relation in self._relations_of(name):
            target = self._kept_target(name, relation)
            if target is None:
                continue
            if not relation.is_outside and target not in self.kept:
                self._keep(target, relation)
                new.append(target)
            part.relations.append((f"rId{len(part.relations) + 1}", relation, target))
        ids = {relation.id: new_id for new_id, relation, _ in part.relations}
        root = _rewritten_xml(self._part(name), ids, kind=part.kind)
        if part.kind == "worksheet":
            self.named_strings |= {
                each.findtext("{*}v", "").strip() for each in root.iter("{*}c") if each.get("t") == "s"
            }
        part.data = serialized(root)
        return new

    def _empty_strings(self) -> None:
        """What was in a cell that is gone stays in the list of strings, where nobody sees it."""
        for part in self.kept.values():
            if part.kind != "sharedStrings":
                continue
            root = parse(part.data)
            for number, string in enumerate(root.iterchildren("{*}si")):
                if str(number) not in self.named_strings:
                    string.clear()
            part.data = serialized(root)

    def _kept_target(self, name: str, relation: Relation) -> str | None:
        if relation.kind in EMBEDDED and not (relation.kind == "package" and self._is_chart(name)):
            raise CannotRewrite(OBJECT)
        if relation.kind not in KEPT[self.kind]:
            return None
        if relation.is_outside:
            return relation.target if relation.kind == "hyperlink" and LINK.match(relation.target.strip()) else None
        if relation.kind == "hyperlink" and relation.target.startswith("#"):
            return None
        target = _target(name, relation.target)
        return target if target in self.parts else None

    def _is_chart(self, name: str) -> bool:
        return "chart" in self.kept[name].media_type

    # Writing.

    def _all_parts(self, main: DocumentPart) -> Iterator[tuple[str, bytes]]:
        kept = sorted(self.kept.values(), key=lambda part: part.name)
        yield "[Content_Types].xml", _content_types(kept)
        yield "_rels/.rels", _relations([("rId1", f"{OFFICE}officeDocument", f"/{main.name}", False)])
        for part in kept:
            yield part.name, part.data
            if part.relations:
                folder, _, base = part.name.rpartition("/")
                yield f"{folder}/_rels/{base}.rels", _relations(list(self._declared_relations(part)))

    def _declared_relations(self, part: DocumentPart) -> Iterator[tuple[str, str, str, bool]]:
        for new_id, relation, target in part.relations:
            place = target if relation.is_outside else f"/{self.kept[target].name}"
            yield new_id, relation.type, place, relation.is_outside


def _target(name: str, address: str) -> str:
    """The part that is meant, whatever its letters' case."""
    place = unquote(address.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(name), place)).lstrip("/").casefold()


def _folder(kind: str, relation: str) -> str:
    within = "comments/" if kind == "pptx" and relation == "comments" else PLACES.get(relation, "")
    return f"{FOLDERS[kind]}/{within}"


def _base(kind: str, relation: str, number: int) -> str:
    if relation == "officeDocument":
        return {"docx": "document", "xlsx": "workbook", "pptx": "presentation"}[kind]
    short = {"worksheet": "sheet", "comments": "comment" if kind == "pptx" else "comments"}.get(relation, relation)
    is_alone = relation in ALONE or (kind == "docx" and relation == "comments")
    return short if number == 1 and is_alone else f"{short}{number}"


def _content_types(parts: list[DocumentPart]) -> bytes:
    root = etree.Element(f"{{{TYPES}}}Types", nsmap={None: TYPES})
    etree.SubElement(
        root,
        f"{{{TYPES}}}Default",
        Extension="rels",
        ContentType="application/vnd.openxmlformats-package.relationships+xml",
    )
    etree.SubElement(root, f"{{{TYPES}}}Default", Extension="xml", ContentType="application/xml")
    for extension, media_type in sorted(
        {(_extension(part), part.media_type) for part in parts if _extension(part) != "xml"}
    ):
        etree.SubElement(root, f"{{{TYPES}}}Default", Extension=extension, ContentType=media_type)
    for part in parts:
        if _extension(part) == "xml":
            etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{part.name}", ContentType=part.media_type)
    return serialized(root)


def _extension(part: DocumentPart) -> str:
    return posixpath.splitext(part.name)[1][1:]


def _relations(declared: list[tuple[str, str, str, bool]]) -> bytes:
    root = etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS})
    for new_id, kind, target, is_outside in declared:
        outside = {"TargetMode": "External"} if is_outside else {}
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", Id=new_id, Type=kind, Target=target, **outside)
    return serialized(root)


# One part.


def _rewritten_xml(xml: bytes, ids: dict[str, str], *, kind: str) -> Any:
    root = parse(xml)
    for element in list(root.iter()):
        if element is not root and _is_gone(element):
            _take_out(element)
    for element in list(root.iter()):
        _clean_words(element, kind)
        _clean_attributes(element)
        _renumber(element, ids)
    for element in [each for each in root.iter() if _name(each) == "f" and ELSEWHERE.search(each.text or "")]:
        _take_out(element)  # a formula over another file: its value stays
    return root


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _is_gone(element: Any) -> bool:
    if not isinstance(element.tag, str) or not (etree.QName(element).namespace or "").startswith(NAMESPACES):
        return True
    return _name(element) in GONE or (
        _name(element) == "definedName" and ELSEWHERE.search(element.text or "") is not None
    )


def _take_out(element: Any) -> None:
    """Without the text behind it, which is none in these formats; a list that is empty then goes, too."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    if (
        len(parent) == 0
        and not (parent.text or "").strip()
        and _name(parent) in {"ext", "extLst", "definedNames", "legacyDrawing", "tableParts", "hyperlinks"}
    ):
        _take_out(parent)


def _clean_words(element: Any, kind: str) -> None:
    """Words stand in the elements that are made for them, never between or beside others; numbers of people, where they
    are read."""
    element.tail = None
    if element.text and (len(element) > 0 or (_name(element) not in TEXTS and not NUMBERS.fullmatch(element.text))):
        element.text = None
    elif element.text and LONG_NUMBER.search(element.text) and not _is_read(element, kind):
        element.text = mask_text(element.text)


def _is_read(element: Any, kind: str) -> bool:
    return kind not in WORDLESS and any(_name(each) in READ_WITHIN for each in (element, *element.iterancestors()))


def _clean_attributes(element: Any) -> None:
    for name, value in list(element.attrib.items()):
        place = etree.QName(name)
        if (
            (place.namespace and not place.namespace.startswith(NAMESPACES))
            or place.localname.startswith("rsid")
            or place.localname in {"paraId", "textId", "uid", "macro"}
        ):
            del element.attrib[name]
        elif place.localname in MAKERS and place.namespace:
            element.set(name, "")
        elif (place.localname in WORDS and _name(element) != "sheet" and value) or (
            LONG_NUMBER.search(value) and place.localname not in SHAPES
        ):
            element.set(name, mask_text(value))


def _renumber(element: Any, ids: dict[str, str]) -> None:
    """References under their new ids; what refers to what is gone goes, or only its reference does."""
    for name, value in list(element.attrib.items()):
        if not (name.startswith(REFERENCES) or name == OLD_REFERENCE) or not value:
            continue
        if value in ids:
            element.set(name, ids[value])
        elif _name(element) in STAYS:
            del element.attrib[name]
        else:
            _take_out(element)
            return
