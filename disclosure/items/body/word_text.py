"""The words of a Word paragraph as its reader sees them, and a count of what is there besides and is not read (文字以外的内容)."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from disclosure.items.text import many_lines
from ninghai.files.kinds import UnacceptableFile

LONGEST = 100_000  # characters of a body
STYLE_DEPTH = 9  # styles on which a style may be based, one on the other
MATH, COMPATIBILITY = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}",
)
SIGNS = {
    qn("w:tab"): "\u3000",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "",
}
# What is not read, and under which name it is counted.
COUNTED = {
    qn("w:del"): "changes",
    qn("w:moveFrom"): "changes",
    qn("w:footnoteReference"): "notes",
    qn("w:endnoteReference"): "notes",
    qn("w:commentReference"): "comments",
    qn("w:drawing"): "pictures",
    qn("w:pict"): "pictures",
    qn("w:object"): "pictures",
    qn("w:sym"): "signs",
}
INSERTED = frozenset({qn("w:ins"), qn("w:moveTo")})
SKIPPED = frozenset({qn("w:pPr"), qn("w:rPr"), qn("w:sdtPr"), qn("w:rt"), qn("w:rubyPr"), f"{COMPATIBILITY}Fallback"})
LINK = re.compile(r"\s*HYPERLINK\s+\"([^\"]+)\"", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
TWICE = re.compile(
    r"(https?://[^\s（）]{1,2000}|[A-Za-z0-9._+\-]{1,64}@[A-Za-z0-9.\-]{1,190})（\1/?）"
)  # an address whose words are the address
TOO_LONG = "文件的正文超过10万字，放不进正文。请只留要公开的部分，或者把文件作为附件上传，正文写内容概述。"
SENTENCES = {
    "changes": "有修订：按接受全部修订后的文字读入",
    "pictures": "{}张图片或图形没有读入，需要的请作为附件上传",
    "text boxes": "{}个文本框里的文字没有读入",
    "notes": "{}条脚注、尾注没有读入",
    "comments": "{}条批注没有读入",
    "hidden": "隐藏的文字没有读入",
    "contents": "自动生成的目录没有读入",
    "margins": "页眉、页脚和页码没有读入",
    "signs": "{}个特殊符号没有读入，请核对",
    "formulas": "{}个公式按文字读入，请核对",
    "merged": "{}处合并的单元格拆开了，每格写同样的内容",
    "tables in tables": "{}个表格里的表格按文字放进所在的格",
    "long rows": "{}个表格有过长的行，按一行一段读入",
    "deep headings": "{}个三级以下的标题按二级标题显示",
}


def refuse_long(length: int) -> None:
    if length > LONGEST:
        raise UnacceptableFile(TOO_LONG)


def said_by(seen: Counter[str], document: Document) -> list[str]:
    """What was left out or changed, in sentences."""
    seen["margins"] += any(_has_words(part) for part in _margins(document))
    return [sentence.format(seen[name]) for name, sentence in SENTENCES.items() if seen[name]]


def _margins(document: Document) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")) and not relation.is_external:
            part = relation.target_part
            yield part.element if hasattr(part, "element") else parse_xml(part.blob)


def _has_words(part: Any) -> bool:
    return any((text.text or "").strip() for text in part.iter(qn("w:t")))


class WordText:
    """Reads paragraphs, and counts what is `seen` in them; raises UnacceptableFile as soon as it is more than a body holds."""

    def __init__(self, document: Document) -> None:
        self.seen: Counter[str] = Counter()
        self.left = LONGEST
        self.links = {key: each.target_ref for key, each in document.part.rels.items() if each.is_external}
        self.fields: list[str] = []  # instructions of fields that are open, the innermost last

    def take(self, length: int) -> None:
        self.left -= length
        refuse_long(LONGEST - self.left)

    def of(self, paragraph: Any) -> str:
        """Its words; a line break is a line end, a tab an ideographic blank."""
        written = "".join(self._pieces(paragraph))
        self.take(len(written))
        return TWICE.sub(r"\1", many_lines(written).replace("\u2028", "\n").replace("\u2029", "\n"))

    def _pieces(self, element: Any) -> Iterator[str]:
        for child in element:
            if child.tag in (qn("w:t"), f"{MATH}t"):
                yield child.text or ""
            elif child.tag in SIGNS:
                yield SIGNS[child.tag]
            elif child.tag == qn("w:br"):
                yield "" if child.get(qn("w:type")) in {"page", "column"} else "\n"
            elif child.tag in COUNTED:
                self._count(child)
            elif child.tag in SPECIAL:
                yield from SPECIAL[child.tag](self, child)
            elif child.tag not in SKIPPED:
                self.seen["changes"] += child.tag in INSERTED
                yield from self._pieces(child)

    def _count(self, child: Any) -> None:
        boxes = sum(1 for _ in child.iter(qn("w:txbxContent")))
        self.seen["text boxes" if boxes else COUNTED[child.tag]] += boxes or 1

    def _run(self, run: Any) -> Iterator[str]:
        """A run of words, unless it is hidden."""
        hidden = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
        if hidden is not None and hidden.get(qn("w:val"), "1") not in {"0", "false", "off"}:
            self.seen["hidden"] += any(True for _ in run.iter(qn("w:t")))
            return
        yield from self._pieces(run)

    def _control(self, control: Any) -> Iterator[str]:
        """A content control, unless it only says what is to be typed in it."""
        if control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}") is None:
            yield from self._pieces(control)

    def _formula(self, formula: Any) -> Iterator[str]:
        self.seen["formulas"] += 1
        yield from self._pieces(formula)

    def _link(self, link: Any) -> Iterator[str]:
        yield from self._pieces(link)
        yield self._address(self.links.get(link.get(qn("r:id")), ""))

    def _field(self, mark: Any) -> Iterator[str]:
        """A link that is written as a field: its address stands behind it."""
        kind = mark.get(qn("w:fldCharType"))
        if kind == "begin":
            self.fields.append("")
        elif kind == "end" and self.fields and (link := LINK.match(self.fields.pop())):
            yield self._address(link[1])

    def _instruction(self, instruction: Any) -> Iterator[str]:
        if self.fields:
            self.fields[-1] += (instruction.text or "")[:LONGEST]
        yield ""

    def _address(self, target: str) -> str:
        if not ADDRESS.fullmatch(target):
            return ""
        self.seen["links"] += 1
        return f"（{target.removeprefix('mailto:')}）"


SPECIAL = {
    qn("w:r"): WordText._run,
    qn("w:sdt"): WordText._control,
    f"{MATH}oMath": WordText._formula,
    qn("w:hyperlink"): WordText._link,
    qn("w:fldChar"): WordText._field,
    qn("w:instrText"): WordText._instruction,
}
