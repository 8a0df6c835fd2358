"""A register of before as an Excel sheet (原登记簿), one row an application, with the columns that counties keep.

A row becomes a case of a register's file, and the days in it become events; everything else is what `services` does with a file.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from disclosure.legacy_import.values import day_of
from disclosure.requests.applying.forms import ApplicantCategory
from disclosure.requests.importing.register_file import ImportFault, ImportRefused
from disclosure.requests.importing.services import ImportOutcome, import_register
from disclosure.requests.rules.answers import ANSWERS, AS_IN_2008
from disclosure.requests.rules.delivery import DeliveryWay
from disclosure.requests.rules.receipt import RequestChannel
from ninghai.calendar.reckoning import local_day
from ninghai.cases.earlier import NumberGiven
from ninghai.cases.lookup import read_number
from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetColumn, SheetRow, one_of
from ninghai.files.workbooks.writing import as_xlsx
from ninghai.models import Unit, User

# The columns.


def _day(text: str) -> date | None:
    return day_of(text) if text else None


def _amount(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and 0 < int(text) < 1000):
        raise ValueError(f"“{text}”不是大于零的整数。")
    return int(text) if text else None


def _labels(choices: Any) -> dict[str, str]:
    return {str(label): code for code, label in choices.choices} | {"": ""}


ANSWER_LABELS = {answer.label: answer.code for answer in ANSWERS}
ANSWER_LABELS |= {str(changed["label"]): code for code, changed in AS_IN_2008.items()} | {"": ""}
OPINIONS = {"同意": "agrees", "不同意": "refuses", "没有答复": "silent", "": "silent"}
COLUMNS = (
    SheetColumn("登记号", "number", is_required=True, longest=80),
    SheetColumn("收到日期", "received", _day),
    SheetColumn("收到方式", "channel", one_of(_labels(RequestChannel))),
    SheetColumn("申请人类别", "category", one_of(_labels(ApplicantCategory))),
    SheetColumn("申请人", "name", longest=100),
    SheetColumn("证件号码", "identity_number", longest=50),
    SheetColumn("联系电话", "phone", longest=50),
    SheetColumn("申请内容", "text", longest=2000),
    SheetColumn("补正告知日期", "amendment_asked", _day),
    SheetColumn("补正期限（工作日）", "days", _amount),
    SheetColumn("收到补正日期", "amended", _day),
    SheetColumn("征求第三方日期", "third_party_asked", _day),
    SheetColumn("第三方答复日期", "third_party_said", _day),
    SheetColumn("第三方意见", "opinion", one_of(OPINIONS)),
    SheetColumn("征求其他机关日期", "agency_asked", _day),
    SheetColumn("其他机关答复日期", "agency_said", _day),
    SheetColumn("延期日期", "extended", _day),
    SheetColumn("延期（工作日）", "amount", _amount),
    SheetColumn("延期理由", "extension_reason", longest=500),
    SheetColumn("答复种类", "code", one_of(ANSWER_LABELS)),
    SheetColumn("答复日期", "signed", _day),
    SheetColumn("答复文号", "answer_number", longest=80),
    SheetColumn("送达方式", "way", one_of(_labels(DeliveryWay))),
    SheetColumn("寄出日期", "answer_posted", _day),
    SheetColumn("送达日期", "answer_received", _day),
    SheetColumn("撤回日期", "withdrawn", _day),
    SheetColumn("作废日期", "void", _day),
    SheetColumn("作废原因", "void_reason", longest=500),
    SheetColumn("备注", "note", longest=2000),
)
MOST_ROWS = 100
REGISTER = FlatSheet(
    columns=COLUMNS,
    most_rows=MOST_ROWS,
    besides="登记簿",
    advice="请下载模板，把原登记簿的内容填入模板。",
    too_many=f"一次最多导入{MOST_ROWS}件，请按年度或者按月分成几个文件，先导入早的。",
    no_rows="表中没有申请，请填写后再上传。",
)
HINTS = {
    "number": "# 照原登记簿填写，如 县财政局公开申〔2018〕3号；号码连续，作废的也要列入",
    "received": "法律上的收到日期；待确认的留空",
    "channel": "、".join(RequestChannel.labels),
    "category": "、".join(ApplicantCategory.labels),
    "name": "加密保存，以下两列同",
    "text": "加密保存",
    "opinion": "、".join(each for each in OPINIONS if each),
    "code": "、".join(each for each in ANSWER_LABELS if each),
    "way": "、".join(DeliveryWay.labels),
    "answer_posted": "邮寄的填写",
    "answer_received": "申请人签收或者收到的日期",
    "note": "加密保存",
}


def template() -> bytes:
    """An empty register with its columns; the row that begins with # explains them and is not read."""
    hints = [HINTS.get(column.name, "") for column in COLUMNS]
    return as_xlsx([REGISTER.labels, hints], title="登记簿", widths=[28, *[16] * (len(COLUMNS) - 1)])


# A row as a case of a file.


def _case(values: dict[str, Any], *, today: date) -> dict[str, Any]:
    person = {name: values.get(name, "") for name in ("name", "identity_number", "phone")}
    told = {name: values.get(name, "") for name in ("number", "channel", "category", "text")}
    received = values.get("received")
    events = sorted(_events(values, today), key=lambda event: event["at"])
    told |= {"kind": "request", "applicant": person, "received": str(received) if received else ""}
    return {**told, "events": [{**event, "at": str(event["at"])} for event in events]}


def _events(values: dict[str, Any], today: date) -> Iterator[dict[str, Any]]:
    """In the order in which those of one day come."""
    day: Callable[[str], date | None] = values.get
    answered = day("signed")
    if values.get("note") and (first := day("received") or answered):
        yield {"kind": "note", "at": first, "words": values["note"]}
    if asked := day("amendment_asked"):
        yield {"kind": "amendment_asked", "at": asked, "days": values.get("days") or 0, "paper": {"kind": "amendment"}}
        yield from _when("amended" if day("amended") else "unamended", day("amended") or answered)
    for kind, said, facts in (
        ("third_party_asked", "third_party_said", {"opinion": values.get("opinion") or "silent"}),
        ("agency_asked", "agency_said", {}),
    ):
        yield from _when(kind, day(kind))
        if day(kind):
            yield from _when(said, day(said) or answered, **facts)
    reason = values.get("extension_reason", "")
    yield from _when("extended", day("extended"), amount=values.get("amount") or 0, reason=reason)
    yield from _answer(values)
    yield from _when("withdrawn", day("withdrawn"), reason="申请人撤回")
    if values.get("void_reason") or day("void"):
        voided = day("void") or day("received") or min(today, _end_of_year(values["number"]))
        yield {"kind": "void", "at": voided, "reason": values.get("void_reason", "")}


def _answer(values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    paper, way = {"number": values.get("answer_number", "")}, values.get("way", "")
    is_answered = values.get("code") or values.get("signed")
    if is_answered:
        signed = values.get("signed") or values.get("answer_posted")
        yield from _when("signed", signed, code=values.get("code", ""), paper=paper)
    yield from _when("answer_posted", values.get("answer_posted"))
    yield from _when("answer_received", values.get("answer_received"), **({"way": way} if way else {}))


def _when(kind: str, at: date | None, **told: Any) -> Iterator[dict[str, Any]]:
    if at:
        yield {"kind": kind, "at": at, **told}


def _end_of_year(number: str) -> date:
    """A void number of which no day is known."""
    given = NumberGiven.read(number)
    return date(given.year, 12, 31) if given else date.min


# Taking over.


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetDryRun:
    """What the rows would become, and what keeps them from it."""

    cases: list[dict[str, Any]]
    problems: list[CellProblem]
    outcome: ImportOutcome | None = None


def take_over(rows: Sequence[SheetRow], *, unit: Unit, by: User, at: datetime, is_dry_run: bool) -> SheetDryRun:
    """All rows or none; a look only with `is_dry_run`."""
    cases, problems, numbers = list[dict[str, Any]](), list[CellProblem](), dict[str, SheetRow]()
    for row in rows:
        values, wrong = REGISTER.parse(row, {})
        problems += [*wrong, *_incomplete(row, values)]
        numbers.setdefault(read_number(row["number"]), row)
        if not wrong:
            cases.append(_case(values, today=local_day(at)))
    if problems:
        return SheetDryRun(cases=cases, problems=problems)
    try:
        told = {"unit": unit.code, "cases": cases}
        outcome = import_register(told, by=by, at=at, is_dry_run=is_dry_run)
    except ImportRefused as refused:
        return SheetDryRun(cases=cases, problems=[_problem(fault, numbers) for fault in refused.faults])
    return SheetDryRun(cases=cases, problems=[], outcome=outcome)


def _incomplete(row: SheetRow, values: dict[str, Any]) -> Iterator[CellProblem]:
    """What one column asks of another."""
    given = NumberGiven.read(row["number"])
    if given and given.part:
        yield REGISTER.problem(row, "number", "是拆分出来的一件；请导入原来的一件，再在登记簿中办理拆分。")
    if values.get("code") and not (values.get("signed") or values.get("answer_posted")):
        yield REGISTER.problem(row, "signed", "写了答复种类，请填写答复日期。")
    if values.get("signed") and not values.get("code"):
        yield REGISTER.problem(row, "code", "写了答复日期，请填写答复种类。")
    if values.get("amendment_asked") and not values.get("days"):
        yield REGISTER.problem(row, "days", "请填写补正期限是几个工作日。")
    if values.get("extended") and not (values.get("amount") and values.get("extension_reason")):
        yield REGISTER.problem(row, "amount", "请填写延长几个工作日和延期理由。")
    for end, begin in (
        ("amended", "amendment_asked"),
        ("third_party_said", "third_party_asked"),
        ("agency_said", "agency_asked"),
    ):
        if values.get(end) and not values.get(begin):
            yield REGISTER.problem(row, begin, "没有填写，不能只有答复的日期。")
    if values.get("void") and not values.get("void_reason"):
        yield REGISTER.problem(row, "void_reason", "请填写作废原因。")


def _problem(fault: ImportFault, numbers: dict[str, SheetRow]) -> CellProblem:
    """At the row of the case, and in the column of the event."""
    row = numbers.get(fault.number)
    if row is None:
        return CellProblem(0, "", str(fault))
    label = next((column.label for column in COLUMNS if column.name == fault.kind), "登记号")
    return CellProblem(int(row["row"]), label, fault.message)
