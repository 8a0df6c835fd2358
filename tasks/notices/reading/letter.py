"""What surrounds the points (版头、通知正文、落款): title, document number, date, openness, page furniture; the rest is the body."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, takewhile
from typing import NamedTuple

from tasks.notices.reading.blocks import Passage, TableRow, folded, is_page_number
from tasks.notices.reading.brackets import Tag, cut_tags
from tasks.notices.reading.numbering import SENTENCE_END, NumberLevel, level_at_start, value_of
from tasks.notices.reading.parsed import Other, PlacedKind
from tasks.notices.reading.unit_names import looks_like_unit

# Page furniture (网页和页面的附属文字): what a web site or a printed page puts around a document.

CHROME = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*(?:发布|更新)(?:日期|时间)",
        r"\s*(?:来源|浏览次数|阅读次数|字号|字体|索引号|主题分类|发布机构|信息来源|作者|责任编辑)\s*[:：]",
        r"\s*[>\uff1e]",
        r"\s*(?:首页|当前位置|您(?:现在)?的位置|打印|关闭|分享|收藏|返回|上一篇|下一篇|扫一扫|版权所有|主办单位|网站地图)",
        r".*(?:打印本页|关闭窗口)",
    )
)


def is_chrome(line: Passage) -> bool:
    return is_page_number(line) or any(pattern.match(line.text) for pattern in CHROME)


# The date of a document (成文日期): 2018年8月13日, ２０１８年８月１３日, 二〇一八年八月十三日, or when a page was published.

YEAR = r"(?P<year>(?:19|20)\d{2})"
WRITTEN = rf"{YEAR}\s*年\s*(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*日"
AT_END = re.compile(rf"{WRITTEN}\s*(?=[(（]此件|$)")
ALONE = re.compile(rf"\s*{WRITTEN}\s*(?:印发)?\s*$")
PUBLISHED = re.compile(
    r"(?:发布|发文|成文)(?:日期|时间)\s*[:：]\s*(?P<year>(?:19|20)\d{2})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})"
)


def ends_with_date(text: str) -> bool:
    return bool(AT_END.search(folded(text)))


def is_date(text: str) -> bool:
    return bool(ALONE.match(folded(text)))


def date_signed(text: str) -> date | None:
    """The date that a line ends with."""
    return _date(AT_END.search(folded(text)))


def date_published(text: str) -> date | None:
    return _date(PUBLISHED.search(folded(text)))


def _date(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    try:
        return date(int(found["year"]), value_of(found["month"]), value_of(found["day"]))
    except ValueError:
        return None


# What surrounds the points (版头、通知正文、落款): title, document number, date, openness; the rest is the body.

DOCUMENT = "通知|意见|决定|方案|要点|分工|办法|通报|规定|计划|批复|函"
NUMBER_IN_BRACKETS = r"[〔\[（(\uff3b【]\s*\d{4}\s*[〕\]）)\uff3d】]\s*\d{1,5}\s*号"
DOCUMENT_NUMBER = re.compile(rf"[\u4e00-\u9fff]{{2,10}}{NUMBER_IN_BRACKETS}")
# …关于…的通知 up to the end of the line or to the document number that stands behind it
TITLE = re.compile(
    rf"\s*(?P<title>(?P<office>[\u4e00-\u9fff（）()]{{2,40}}?)关于.{{2,200}}(?:{DOCUMENT}))"
    rf"(?=\s*$|\s*[\u4e00-\u9fff]{{2,8}}{NUMBER_IN_BRACKETS})"
)
TITLE_BEGINS = re.compile(r"\s*[\u4e00-\u9fff（）()]{2,40}?关于[^>\uff1e。]{2,}$")
SHORT_TITLE = re.compile(rf"\s*(?P<title>[^。；，,;:：\t]{{4,60}}(?:{DOCUMENT}|[分任]\S{{0,6}}表|清单))\s*$")
YEAR_IN_TITLE = re.compile(r"((?:19|20)\d{2})年")

OPENNESS = (
    (re.compile(r"此件(?:主动)?公开|[:：]\s*主动公开"), "主动公开"),
    (re.compile(r"此件依申请公开|[:：]\s*依申请公开"), "依申请公开"),
    (re.compile(r"此件(?:不予|不)公开|[:：]\s*不予公开"), "不予公开"),
)
OPENNESS_LINE = re.compile(r"\s*[(（]?此件.{0,12}公开.{0,6}[)）]?\s*$")
COPIED_TO = re.compile(r"\s*(?:抄送|抄报|主题词|联系人|附件)\s*[:：]")
ADDRESSEES = re.compile(r".{2,200}[:：]\s*$")
LINES_OF_A_TITLE = 4
SEARCHED_FOR_TITLE = 60
SHORTEST_HEADING = 6
LONGEST_SIGNATURE = 30


@dataclass(frozen=True, slots=True)
class Frame:
    """What a notice says about itself, and its body still to be read."""

    title: str
    document_number: str | None
    issuing_office: str | None
    issued_on: date | None
    openness: str | None
    title_passages: tuple[Passage, ...]
    other: tuple[Other, ...]
    body: tuple[Passage, ...]

    @property
    def year(self) -> int | None:
        """The year the notice plans: the one in its title, else the one it was issued in, else that of its number."""
        if named := YEAR_IN_TITLE.search(folded(self.title)):
            return int(named[1])
        if self.issued_on:
            return self.issued_on.year
        number = re.search(r"(?:19|20)\d{2}", folded(self.document_number or ""))
        return int(number[0]) if number else None


class TitlePlace(NamedTuple):
    """The lines a title stands on, the offset on the last of them at which it ends, and what it says."""

    first: int
    last: int
    end: int
    text: str
    office: str | None


NO_TITLE = TitlePlace(-1, -1, 0, "", None)


def read_frame(lines: Sequence[Passage]) -> Frame:
    """Take off everything around the body of the notice, each line of it with its kind."""
    title = find_title(lines)
    begin = _begin_of_body(lines, title)
    end = _end_of_body(lines, begin)
    front, back = lines[:begin], lines[end:]
    return Frame(
        title=title.text,
        document_number=_document_number(front, title),
        issuing_office=title.office or _signature(front) or _signature(back),
        issued_on=_issued_on([*front, *back]),
        openness=next(
            (mark for pattern, mark in OPENNESS for line in (*front, *back) if pattern.search(line.text)), None
        ),
        title_passages=tuple(_title_passages(lines, title)),
        other=(*_front(front, title), *_back(back)),
        body=tuple(lines[begin:end]),
    )


def find_title(lines: Sequence[Passage]) -> TitlePlace:
    """…关于…的通知 on one line, on several, or a short line such as 2018年政务公开工作要点."""
    searched = list(takewhile(lambda line: not isinstance(line, TableRow), lines[:SEARCHED_FOR_TITLE]))
    for find in (_title_on_one_line, _title_on_several_lines, _short_title):
        for index in range(len(searched)):
            if title := find(searched, index):
                return title
    return NO_TITLE


def _title_on_one_line(lines: Sequence[Passage], index: int) -> TitlePlace | None:
    found = TITLE.match(lines[index].text)
    return TitlePlace(index, index, found.end(), found["title"], found["office"]) if found else None


def _title_on_several_lines(lines: Sequence[Passage], index: int) -> TitlePlace | None:
    if not TITLE_BEGINS.match(lines[index].text):
        return None
    joined = lines[index].text.strip()
    for last in range(index + 1, min(index + LINES_OF_A_TITLE, len(lines))):
        before, joined = joined, joined + lines[last].text.strip()
        if found := TITLE.match(joined):
            indent = len(lines[last].text) - len(lines[last].text.lstrip())
            return TitlePlace(index, last, found.end() - len(before) + indent, found["title"], found["office"])
    return None


def _short_title(lines: Sequence[Passage], index: int) -> TitlePlace | None:
    found = SHORT_TITLE.match(lines[index].text)
    if not found or _is_numbered(lines[index]) or is_chrome(lines[index]):
        return None
    return TitlePlace(index, index, found.end(), found["title"], None)


def _title_passages(lines: Sequence[Passage], title: TitlePlace) -> Iterator[Passage]:
    if title is not NO_TITLE:
        yield from lines[title.first : title.last]
        yield lines[title.last].cut(0, title.end)


def _begin_of_body(lines: Sequence[Passage], title: TitlePlace) -> int:
    """After the heading that repeats what the title promulgates; else after the letter's date; else after the addressees."""
    start = title.last + 1
    if heading := _heading_of_body(lines, title):
        return heading.stop
    numbered = next((index for index in range(start, len(lines)) if _is_numbered(lines[index])), len(lines))
    for ends_letter in (_ends_letter, _is_addressed):
        found = [index for index in range(start, numbered) if ends_letter(lines[index])]
        if found:
            return found[-1] + 1
    while start < numbered and (lines[start].is_blank or is_chrome(lines[start]) or _is_document_number(lines[start])):
        start += 1
    return start


def _heading_of_body(lines: Sequence[Passage], title: TitlePlace) -> range | None:
    """The lines, one or more, that repeat the name of what is promulgated; a list of attachments may stand before them."""
    after = takewhile(lambda index: not _is_of_body(lines[index]), range(title.last + 1, len(lines)))
    first = next((index for index in after if _repeats(title, lines[index])), None)
    if first is None:
        return None
    last = first
    while last + 1 < len(lines) and _repeats(title, lines[last + 1]):
        last += 1
    return range(first, last + 1)


def _end_of_body(lines: Sequence[Passage], begin: int) -> int:
    """Before the signature, date, openness mark and page chrome at the foot, as many of them as there are."""
    end = len(lines)
    dated = False
    while end > begin:
        line = lines[end - 1]
        if isinstance(line, TableRow):
            break
        dated = dated or is_date(line.text)
        is_furniture = line.is_blank or is_chrome(line) or _closes(line) or (dated and _signs(line))
        if not is_furniture or (not dated and _is_label(lines[begin:end])):
            break
        end -= 1
    return end


def _is_label(lines: Sequence[Passage]) -> bool:
    """Is the last line the label of the last point (主办单位：县财政局), and not the foot of a web page?"""
    *above, last = (line for line in lines if not line.is_blank)
    if not above or is_chrome(above[-1]) or _closes(above[-1]) or _has_tag(above[-1]):
        return False
    return _has_tag(last)


def _has_tag(line: Passage) -> bool:
    return any(isinstance(piece, Tag) for piece in cut_tags(line))


def _front(lines: Sequence[Passage], title: TitlePlace) -> Iterator[Other]:
    for index, line in enumerate(lines):
        if index < title.first:
            yield Other(line, PlacedKind.CHROME)
        elif index == title.last:
            yield Other(line.cut(title.end), PlacedKind.HEADING)
        elif index > title.last:
            yield Other(line, _kind_after_title(line, title))


def _kind_after_title(line: Passage, title: TitlePlace) -> PlacedKind:
    if is_chrome(line):
        return PlacedKind.CHROME
    return PlacedKind.HEADING if _repeats(title, line) or _is_document_number(line) else PlacedKind.LETTER


def _back(lines: Sequence[Passage]) -> Iterator[Other]:
    for line in lines:
        yield Other(line, PlacedKind.CHROME if is_chrome(line) else PlacedKind.LETTER)


def _document_number(lines: Sequence[Passage], title: TitlePlace) -> str | None:
    """The number behind or below the title; else the first one above it."""
    behind = [lines[title.last].cut(title.end)] if title is not NO_TITLE else []
    below = [line for line in lines[title.last + 1 :] if _begins_with_number(line)]
    above = lines[: max(title.first, 0)]
    found = (DOCUMENT_NUMBER.search(line.text) for line in (*behind, *below, *above))
    return next((number[0] for number in found if number), None)


def _issued_on(lines: Sequence[Passage]) -> date | None:
    """The date of signature (成文日期); else the one the page says it was published on."""
    for read in (date_signed, date_published):
        for line in lines:
            if day := read(line.text):
                return day
    return None


def _signature(lines: Sequence[Passage]) -> str | None:
    """The office that stands right above the date."""
    written = [line for line in lines if not line.is_blank]
    for above, below in pairwise(written):
        if is_date(below.text) and _signs(above):
            return above.text.strip()
    return None


def _is_numbered(line: Passage) -> bool:
    """Does an outline begin on this line, at its start or, where line ends were lost, after a sentence?"""
    if isinstance(line, TableRow):
        return True
    return level_at_start(line) in (NumberLevel.PART, NumberLevel.SECTION, NumberLevel.POINT) or "。一、" in line.text


def _is_of_body(line: Passage) -> bool:
    """Numbers of parts and sections, responsibility brackets and breakdown tables stand in no letter."""
    if isinstance(line, TableRow):
        return True
    begins_part = level_at_start(line) in (NumberLevel.PART, NumberLevel.SECTION) or "。一、" in line.text
    return begins_part or _has_tag(line)


def _is_document_number(line: Passage) -> bool:
    return bool(DOCUMENT_NUMBER.fullmatch(line.text.strip()))


def _begins_with_number(line: Passage) -> bool:
    """A number may share its line with the date."""
    words = line.text.strip()
    found = DOCUMENT_NUMBER.match(words)
    return bool(found and (found.end() == len(words) or is_date(words[found.end() :])))


def _is_addressed(line: Passage) -> bool:
    return bool(ADDRESSEES.match(line.text))


def _repeats(title: TitlePlace, line: Passage) -> bool:
    """Does the line repeat the name of what the title promulgates?"""
    words = line.text.strip()
    return len(words) >= SHORTEST_HEADING and words in title.text.removeprefix(title.office or "")


def _ends_letter(line: Passage) -> bool:
    return ends_with_date(line.text) or bool(OPENNESS_LINE.match(line.text))


def _closes(line: Passage) -> bool:
    return is_date(line.text) or any(pattern.match(line.text) for pattern in (OPENNESS_LINE, COPIED_TO))


def _signs(line: Passage) -> bool:
    words = line.text.strip()
    return len(words) <= LONGEST_SIGNATURE and looks_like_unit(words)


# What is a title and what a statement (标题与正文): 加强领导 names a part, whole sentences say what has to be done.

LONGEST_TITLE = 60  # taken from a statement
LONGEST_HEADING = 100
CLAUSE_END = re.compile(r"[，,：:]")
BLANK_BEHIND_TITLE = re.compile(r"(?<=[\u4e00-\u9fff”）])[ \u3000\t]+(?=[\u4e00-\u9fff“])")


def is_statement(words: str) -> bool:
    """Whole sentences, not a title."""
    return bool(SENTENCE_END.search(words)) or len(words) > LONGEST_HEADING


def is_sentence(words: str) -> bool:
    """One sentence, short enough for a title that ends with a full stop."""
    found = SENTENCE_END.search(words)
    return len(words) <= LONGEST_TITLE and (found is None or found.end() == len(words))


def title_of(words: str) -> str:
    """The words of a heading; of a statement its first sentence, or the first clause of a long one."""
    if not is_statement(words):
        return words
    sentence = SENTENCE_END.split(words, maxsplit=1)[0]
    if len(title := BLANK_BEHIND_TITLE.split(sentence, maxsplit=1)[0]) <= LONGEST_TITLE:
        return title
    return sentence if len(sentence) <= LONGEST_TITLE else CLAUSE_END.split(sentence, maxsplit=1)[0][:LONGEST_TITLE]
