"""The living duties of a catalogue as plain rows in the order of the tree: what an edition freezes and a workbook holds."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast

from disclosure.basic_catalogue.time_limits import LimitRule
from disclosure.models import Audience, BasicCatalogue, CatalogueEntry, Channel, UpdateRhythm
from disclosure.models.states import DisclosureMethod

PLAIN = (  # the fields that a row takes over as they are
    "code",
    "name",
    "content_elements",
    "legal_basis",
    "time_limit",
    "limit_amount",
    "limit_unit",
    "limit_event",
    "limit_month",
    "limit_day",
    "rhythm",
    "publisher",
    "channels",
    "audience",
    "audience_words",
    "method",
    "at_county",
    "at_town",
    "duration",
    "site_column",
)


class OwingUnit(TypedDict):
    """A unit that owes the duty, as it was called then; the days are ISO dates or empty."""

    code: str
    name: str
    since: str
    until: str


class CatalogueRow(TypedDict):
    """A duty or a heading, frozen."""

    code: str
    parent: str  # the code of the heading above it, empty at the top
    name: str
    content_elements: str
    legal_basis: str
    time_limit: str
    limit_amount: int | None
    limit_unit: str
    limit_event: str
    limit_month: int | None
    limit_day: int | None
    rhythm: str
    publisher: str
    units: list[OwingUnit]
    channels: list[str]
    audience: str
    audience_words: str
    method: str
    at_county: bool
    at_town: bool
    duration: str
    site_column: str


def rows_of(catalogue: BasicCatalogue, *, on: date) -> list[CatalogueRow]:
    """The duties that stand on that day, each below its heading; three queries."""
    entries = catalogue.entries.living(on=on).select_related("parent").prefetch_related("owed_by__unit")
    return [row_of(entry) for entry in in_tree_order(entries)]


def in_tree_order(entries: Iterable[CatalogueEntry]) -> Iterator[CatalogueEntry]:
    """Each entry followed by what is below it; what stands below a missing heading is left out."""
    children: dict[int | None, list[CatalogueEntry]] = {}
    for entry in entries:
        children.setdefault(entry.parent_id, []).append(entry)
    return _below(None, children)


def _below(parent: int | None, children: dict[int | None, list[CatalogueEntry]]) -> Iterator[CatalogueEntry]:
    for entry in children.get(parent, []):
        yield entry
        yield from _below(entry.pk, children)


def row_of(entry: CatalogueEntry) -> CatalogueRow:
    plain = {name: getattr(entry, name) for name in PLAIN}
    owing = sorted(entry.owed_by.all(), key=lambda each: (each.unit.position, each.unit.code))
    units = [
        OwingUnit(code=each.unit.code, name=each.unit.short_name, since=_iso(each.since), until=_iso(each.until))
        for each in owing
    ]
    return cast(CatalogueRow, {"parent": entry.parent.code if entry.parent else "", "units": units, **plain})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def fingerprint(value: object) -> str:
    """Tells two states of a catalogue apart."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# The columns of the national form (国家标准目录的栏目) and the office's own: how a row is printed in each.

TICK = "√"
TICKED, UNTICKED = "■", "□"


@dataclass(frozen=True, slots=True)
class FormColumn:
    """`key` is kept in `BasicCatalogue.columns`; `width` is in Excel's characters."""

    key: str
    label: str
    text: Callable[[CatalogueRow], str]
    width: int = 12
    group: str = ""  # the heading above this column and its neighbours
    is_national: bool = True

    @property
    def full_label(self) -> str:
        return f"{self.group}：{self.label}" if self.group else self.label


def rule_of(row: CatalogueRow) -> LimitRule:
    return LimitRule(
        amount=row["limit_amount"],
        unit=row["limit_unit"],
        event=row["limit_event"],
        month=row["limit_month"],
        day=row["limit_day"],
    )


def rule_text(row: CatalogueRow) -> str:
    return str(rule_of(row))


def rhythm_text(row: CatalogueRow) -> str:
    return str(UpdateRhythm(row["rhythm"]).label)


def units_text(row: CatalogueRow) -> str:
    return "、".join(f"{unit['name']}{_span(unit)}" for unit in row["units"])


def _span(unit: OwingUnit) -> str:
    days = [f"{unit['since']}起" if unit["since"] else "", f"{unit['until']}止" if unit["until"] else ""]
    listed = "，".join(filter(None, days))
    return f"（{listed}）" if listed else ""


def channels_text(row: CatalogueRow) -> str:
    """All tick boxes, one a line, as the form prints them."""
    return "\n".join(f"{TICKED if each in row['channels'] else UNTICKED}{each.label}" for each in Channel)


def ticked_channels(row: CatalogueRow) -> str:
    """Only those that are ticked."""
    return "、".join(str(each.label) for each in Channel if each in row["channels"])


def audience_text(row: CatalogueRow) -> str:
    if row["audience"] == Audience.EVERYBODY:
        return str(Audience.EVERYBODY.label)
    return f"{Audience.GROUPS.label}：{row['audience_words']}" if row["audience_words"] else str(Audience.GROUPS.label)


def groups_text(row: CatalogueRow) -> str:
    """特定群体: a tick and which ones."""
    tick = TICK if row["audience"] == Audience.GROUPS else ""
    return " ".join(filter(None, (tick, row["audience_words"])))


def method_text(row: CatalogueRow) -> str:
    return str(DisclosureMethod(row["method"]).label)


def levels_text(row: CatalogueRow) -> str:
    return "、".join(filter(None, ("县级" if row["at_county"] else "", "乡级" if row["at_town"] else "")))


def _tick(test: Callable[[CatalogueRow], bool]) -> Callable[[CatalogueRow], str]:
    return lambda row: TICK if test(row) else ""


COLUMNS = (
    FormColumn("content", "公开内容（要素）", lambda row: row["content_elements"], 34),
    FormColumn("basis", "公开依据", lambda row: row["legal_basis"], 26),
    FormColumn("limit", "公开时限", lambda row: row["time_limit"], 18),
    FormColumn("publisher", "公开主体", lambda row: row["publisher"], 18),
    FormColumn("channels", "公开渠道和载体", channels_text, 22),
    FormColumn("everybody", "全社会", _tick(lambda row: row["audience"] == Audience.EVERYBODY), 7, "公开对象"),
    FormColumn("groups", "特定群体", groups_text, 10, "公开对象"),
    FormColumn("proactive", "主动", _tick(lambda row: row["method"] == DisclosureMethod.PROACTIVE), 6, "公开方式"),
    FormColumn(
        "on_request", "依申请公开", _tick(lambda row: row["method"] == DisclosureMethod.ON_REQUEST), 7, "公开方式"
    ),
    FormColumn("county", "县级", _tick(lambda row: row["at_county"]), 6, "公开层级"),
    FormColumn("town", "乡级", _tick(lambda row: row["at_town"]), 6, "公开层级"),
    FormColumn("rhythm", "更新周期", rhythm_text, 11, is_national=False),
    FormColumn("units", "责任单位", units_text, 22, is_national=False),
    FormColumn("duration", "公开时长", lambda row: row["duration"], 12, is_national=False),
    FormColumn("site_column", "网站所属栏目", lambda row: row["site_column"], 16, is_national=False),
    FormColumn("rule", "时限规则", rule_text, 24, is_national=False),
    FormColumn("code", "编码", lambda row: row["code"], 12, is_national=False),
)
BY_KEY: Mapping[str, FormColumn] = {column.key: column for column in COLUMNS}
NATIONAL = tuple(column for column in COLUMNS if column.is_national)


def columns_of(keys: list[str]) -> tuple[FormColumn, ...]:
    """The columns that a catalogue shows, in the form's order; those of the national form when it names none."""
    return tuple(column for column in COLUMNS if column.key in keys) or NATIONAL


def shown_columns(catalogue: BasicCatalogue) -> tuple[FormColumn, ...]:
    return columns_of(catalogue.columns)


# What a change of a duty is told in: one name for each thing that may change.
COMPARED: Mapping[str, Callable[[CatalogueRow], str]] = {
    "公开事项": lambda row: row["name"],
    "公开内容（要素）": lambda row: row["content_elements"],
    "公开依据": lambda row: row["legal_basis"],
    "公开时限": lambda row: row["time_limit"],
    "时限规则": rule_text,
    "更新周期": rhythm_text,
    "公开主体": lambda row: row["publisher"],
    "责任单位": units_text,
    "公开渠道和载体": ticked_channels,
    "公开对象": audience_text,
    "公开方式": method_text,
    "公开层级": levels_text,
    "公开时长": lambda row: row["duration"],
    "网站所属栏目": lambda row: row["site_column"],
}
