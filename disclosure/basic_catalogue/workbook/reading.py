"""Reading a table back (识别目录表): its rows by column, whatever the order of columns, the merging and the depth of levels, and what each cell means."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from disclosure.basic_catalogue.time_limits import LimitRule, proposed_rule
from disclosure.models import Audience, Channel, UpdateRhythm
from disclosure.models.states import DisclosureMethod
from ninghai.personal_data.folding import fold
from tasks.notices.reading.blocks import PARAGRAPH_IN_CELL, NotANotice, TableCell
from tasks.notices.reading.document import ending_of
from tasks.notices.reading.office_files import MOST_ROWS, ReadSheet
from tasks.notices.reading.reader import sheets_in_sandbox

# What a cell of the table means (单元格): each reader gives the fields of a row, or refuses with a sentence.

NOTHING = {"", "×", "x", "否", "/", "\\", "-", "—", "无", "□"}
TICKS = "■√☑✔✓●▣"
BOXES = re.compile(rf"([{TICKS}□☐○])\s*([^{TICKS}□☐○\n]+)")
BETWEEN = re.compile(r"[、，,；;\n]")
OTHER_NAMES = {
    "发布会": Channel.HEARING,
    "听证会": Channel.HEARING,
    "发布会听证会": Channel.HEARING,
    "政务服务网": Channel.WEBSITE,
    "网站": Channel.WEBSITE,
    "入户现场": Channel.AT_HOME,
    "微信微博": Channel.NEW_MEDIA,
    "社区企事业单位村公示栏": Channel.NOTICE_BOARD,
    "公示栏": Channel.NOTICE_BOARD,
}
RHYTHMS = {
    **{str(each.label): each for each in UpdateRhythm},
    "": UpdateRhythm.AS_IT_ARISES,
    "实时": UpdateRhythm.AS_IT_ARISES,
    "及时": UpdateRhythm.AS_IT_ARISES,
    "不定期": UpdateRhythm.AS_IT_ARISES,
    "动态更新": UpdateRhythm.AS_IT_ARISES,
    "长期": UpdateRhythm.LASTING,
    "月": UpdateRhythm.MONTHLY,
    "季度": UpdateRhythm.QUARTERLY,
    "季": UpdateRhythm.QUARTERLY,
    "半年": UpdateRhythm.HALF_YEARLY,
    "年": UpdateRhythm.YEARLY,
    "年度": UpdateRhythm.YEARLY,
}
OWING = re.compile(
    r"(?P<name>.+?)(?:[（(](?:(?P<since>\d{4}-\d{1,2}-\d{1,2})起)?[，,]?(?:(?P<until>\d{4}-\d{1,2}-\d{1,2})止)?[）)])?"
)


def ticked(text: str) -> bool:
    return fold(text).lower() not in NOTHING


def channels_in(text: str) -> list[str]:
    """The ticked channels in the form's order; names without boxes are ticked. Raises ValueError for an unknown one."""
    boxes = BOXES.findall(text)
    names = [name for box, name in boxes if box in TICKS] if boxes else BETWEEN.split(text)
    found = {_channel(name) for name in names if name.strip()}
    return [each.value for each in Channel if each in found]


def _bare(text: str) -> str:
    """Without brackets, signs, blanks and the line to write on."""
    return re.sub(r"[（(].*?[）)]|[\s/、_:]", "", unicodedata.normalize("NFKC", text))


def _channel(name: str) -> Channel:
    bare = _bare(name)
    for each in Channel:
        if bare == _bare(str(each.label)):
            return each
    if bare in OTHER_NAMES:
        return OTHER_NAMES[bare]
    if bare.startswith("其他"):
        return Channel.OTHER
    raise ValueError(f"“{name.strip()}”不在渠道和载体之列，请改为：{'、'.join(map(str, Channel.labels))}。")


def rhythm_in(text: str) -> str:
    rhythm = RHYTHMS.get(fold(text)) or RHYTHMS.get(fold(text).removeprefix("每").removesuffix("更新"))
    if rhythm is None:
        raise ValueError(f"“{text}”不能识别，请填写：{'、'.join(map(str, UpdateRhythm.labels))}。")
    return rhythm.value


def rule_in(text: str) -> dict[str, Any]:
    """时限规则 as the export writes it."""
    rule = proposed_rule(text)
    if text and (rule.is_empty or rule.problem):
        raise ValueError(f"“{text}”不能识别，请写成“自信息形成或者变更之日起20个工作日内”或者“每年3月31日前”。")
    return rule_fields(rule)


def rule_fields(rule: LimitRule) -> dict[str, Any]:
    return {
        "limit_amount": rule.amount,
        "limit_unit": rule.unit,
        "limit_event": rule.event if rule.amount else "",
        "limit_month": rule.month,
        "limit_day": rule.day,
    }


def audience_in(texts: Mapping[str, str]) -> dict[str, Any]:
    """公开对象, in one column or in two."""
    if "everybody" in texts or "groups" in texts:
        everybody, groups = ticked(texts.get("everybody", "")), texts.get("groups", "")
        words = "".join(char for char in groups if char not in TICKS).strip()
        is_group = ticked(groups) and not everybody
        return {
            "audience": Audience.GROUPS if is_group else Audience.EVERYBODY,
            "audience_words": words if ticked(words) else "",
        }
    text = texts.get("audience", "")
    ticked_names = "".join(name for box, name in BOXES.findall(text) if box in TICKS) or text
    if not ticked_names or "社会" in ticked_names:
        return {"audience": Audience.EVERYBODY, "audience_words": ""}
    words = re.sub(r"^特定群[体众][：:]?", "", ticked_names.strip())
    return {"audience": Audience.GROUPS, "audience_words": words}


def method_in(texts: Mapping[str, str]) -> dict[str, Any]:
    text = texts.get("method", "")
    ticked_names = "".join(name for box, name in BOXES.findall(text) if box in TICKS) or text
    on_request = ticked(texts.get("on_request", "")) or ("依申请" in ticked_names and "主动" not in ticked_names)
    is_proactive = ticked(texts.get("proactive", "")) or not on_request
    return {"method": DisclosureMethod.PROACTIVE if is_proactive else DisclosureMethod.ON_REQUEST}


def levels_in(texts: Mapping[str, str]) -> dict[str, Any]:
    """公开层级, in one column or in two."""
    if "county" in texts or "town" in texts:
        return {"at_county": ticked(texts.get("county", "")), "at_town": ticked(texts.get("town", ""))}
    text = texts.get("levels", "")
    ticked_names = "".join(name for box, name in BOXES.findall(text) if box in TICKS) or text
    return {
        "at_county": "县" in ticked_names or not ticked_names,
        "at_town": "乡" in ticked_names or "镇" in ticked_names,
    }


def owing_in(text: str) -> list[tuple[str, date | None, date | None]]:
    """责任单位: names, each perhaps with the days from and until which it owes. Raises ValueError for a wrong day."""
    return [_owing(part) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    """Split between units, never within brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "（(") - (char in "）)")
        if depth <= 0 and BETWEEN.fullmatch(char):
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _owing(part: str) -> tuple[str, date | None, date | None]:
    found = OWING.fullmatch(part)
    if found is None:
        return part, None, None
    since, until = (_day(found[name]) for name in ("since", "until"))
    if since and until and until < since:
        raise ValueError(f"“{part}”的终止日期早于起始日期。")
    return found["name"].strip(), since, until


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date(*map(int, text.split("-")))
    except ValueError:
        raise ValueError(f"“{text}”不是日期，请写成 2018-08-13 的形式。") from None


# What a column's head says it is for (表头识别): the national form's words, and those that other counties use.

LEVEL = "level"
NUMERALS = "一二三四五六七八"
WORDS = {
    "公开内容": "content",
    "公开内容要素": "content",
    "公开要素": "content",
    "内容标准": "content",
    "公开依据": "basis",
    "设定依据": "basis",
    "依据": "basis",
    "公开时限": "limit",
    "时限": "limit",
    "公开主体": "publisher",
    "公开责任主体": "publisher",
    "公开渠道和载体": "channels",
    "公开渠道": "channels",
    "公开载体": "channels",
    "全社会": "everybody",
    "特定群体": "groups",
    "特定群众": "groups",
    "公开对象": "audience",
    "主动": "proactive",
    "主动公开": "proactive",
    "依申请公开": "on_request",
    "依申请": "on_request",
    "公开方式": "method",
    "县级": "county",
    "乡级": "town",
    "乡镇级": "town",
    "乡镇、街道级": "town",
    "公开层级": "levels",
    "更新周期": "rhythm",
    "更新频率": "rhythm",
    "责任单位": "units",
    "公开时长": "duration",
    "网站所属栏目": "site_column",
    "所属栏目": "site_column",
    "时限规则": "rule",
    "编码": "code",
    "事项编码": "code",
}
LEVEL_WORDS = {"公开事项", "事项名称", "公开事项名称"}


@dataclass(frozen=True, slots=True)
class ColumnHead:
    key: str
    label: str  # as the sheet writes it


def head_of(text: str) -> ColumnHead | None:
    """What the column is for, whatever the width and blanks of its head and the remarks in its brackets."""
    folded = fold(text)
    bare = folded.split("(")[0].strip("*:")
    if bare in LEVEL_WORDS or _is_level(bare):
        return ColumnHead(LEVEL, folded)
    key = WORDS.get(bare) or WORDS.get(folded.replace("(", "").replace(")", ""))
    return ColumnHead(key, folded) if key else None


def _is_level(bare: str) -> bool:
    """一级事项, 二级目录, 三级."""
    return len(bare) >= 2 and bare[0] in NUMERALS and bare[1] == "级" and bare[2:] in {"", "事项", "目录", "公开事项"}


SEARCHED_FOR_HEAD = 10  # rows from the top
FEWEST_COLUMNS = 3


class NotACatalogue(ValueError):
    """The file is no table of a catalogue; its message is a sentence for the screen."""


@dataclass(frozen=True, slots=True)
class CatalogueSheetRow:
    """A row that says something; `number` is Excel's own, `levels` the names from the top down, blank where none stands."""

    number: int
    levels: tuple[str, ...]
    texts: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts.get(key, "")


@dataclass(frozen=True, slots=True)
class CatalogueSheet:
    """The rows of a table, the columns that it has, and remarks for the office."""

    keys: frozenset[str]
    heads: Mapping[str, str]  # what the sheet calls each column
    rows: tuple[CatalogueSheetRow, ...]
    remarks: tuple[str, ...]


def read_catalogue(*, data: bytes, filename: str) -> CatalogueSheet:
    """The first table of the workbook; raises NotACatalogue with a sentence when there is none."""
    try:
        if ending_of(data=data, filename=filename) != ".xlsx":
            raise NotACatalogue(f"“{PurePath(filename).name}”不是Excel工作簿，请上传.xlsx文件。")
        sheets = sheets_in_sandbox(data)
    except NotANotice as refused:
        raise NotACatalogue(str(refused)) from refused
    for sheet in sheets:
        if found := _find(sheet):
            if sheet.is_cut:
                raise NotACatalogue(f"工作表“{sheet.title}”超过{MOST_ROWS}行或列数过多，请删去多余的行列后再导入。")
            return _read(sheet, *found)
    raise NotACatalogue(
        "文件里没有目录表：表头要有“一级事项”或“公开事项”，以及“公开内容”“公开依据”“公开时限”“公开主体”中的两列。"
    )


Columns = dict[int, ColumnHead]


def _find(sheet: ReadSheet) -> tuple[int, Columns] | None:
    """The last row of the head, and what its columns are for."""
    rows: dict[int, list[TableCell]] = {}
    for cell in sheet.table.cells:
        if cell.row < SEARCHED_FOR_HEAD + 1 and cell.text:
            rows.setdefault(cell.row, []).append(cell)
    for top in range(SEARCHED_FOR_HEAD):
        upper, lower = rows.get(top, []), rows.get(top + 1, [])
        columns = _columns(upper, [])
        if len({head.key for head in columns.values()} - {LEVEL}) < FEWEST_COLUMNS - 1:
            continue
        both = _columns(upper, lower)
        is_double = any(cell.rows > 1 for cell in upper) or len(both) > len(columns)
        found = both if is_double else columns
        if any(head.key == LEVEL for head in found.values()):
            return top + is_double, found
    return None


def _columns(upper: Sequence[TableCell], lower: Sequence[TableCell]) -> Columns:
    """By column what it is for: what stands below a common head is told apart there."""
    columns: Columns = {}
    for cell in upper:
        for place in range(cell.column, cell.column + cell.columns):
            if head := head_of(cell.text):
                columns[place] = head
    for cell in lower:
        if head := head_of(cell.text):
            columns[cell.column] = head
    return _without_doubles(columns)


def _without_doubles(columns: Columns) -> Columns:
    """The first of two columns with the same purpose counts; levels are as many as there are."""
    seen: set[str] = set()
    kept: Columns = {}
    for place, head in sorted(columns.items()):
        if head.key == LEVEL or head.key not in seen:
            kept[place] = head
            seen.add(head.key)
    return kept


def _read(sheet: ReadSheet, last_head_row: int, columns: Columns) -> CatalogueSheet:
    levels = [place for place, head in sorted(columns.items()) if head.key == LEVEL]
    texts: dict[int, dict[int, str]] = {}
    for cell in sheet.table.cells:
        if cell.row > last_head_row and cell.text:
            for row, place in _places(cell, levels):
                texts.setdefault(row, {})[place] = cell.text.replace(PARAGRAPH_IN_CELL, "\n")
    rows = [
        CatalogueSheetRow(
            number=row + 1,
            levels=tuple(" ".join(by_place.get(place, "").split()) for place in levels),
            texts={
                head.key: by_place[place] for place, head in columns.items() if head.key != LEVEL and place in by_place
            },
        )
        for row, by_place in sorted(texts.items())
        if by_place.keys() & columns.keys()
    ]
    unread = [cell.text for cell in sheet.table.cells if cell.row == last_head_row and cell.column not in columns]
    return CatalogueSheet(
        keys=frozenset(head.key for head in columns.values()),
        heads={head.key: head.label for head in columns.values()},
        rows=tuple(rows),
        remarks=tuple(_remarks(sheet, unread)),
    )


def _places(cell: TableCell, levels: Sequence[int]) -> Iterator[tuple[int, int]]:
    across = 1 if cell.column in levels else cell.columns
    for row in range(cell.row, cell.row + cell.rows):
        yield from ((row, place) for place in range(cell.column, cell.column + across))


def _remarks(sheet: ReadSheet, unread: Sequence[str]) -> Iterator[str]:
    yield from sheet.remarks
    others = [f"“{text}”" for text in unread if text and fold(text) != "序号"]
    if others:
        yield f"{'、'.join(others)}列没有读取。"
