"""What the file of a register (登记簿) says: its applications, each with its events, held against the rules of the kind alone.

The rules of the kind are the schema: which events there are, and which facts and reasons each needs, nobody says a second
time here. People and words have fields of their own, which are sealed; a fact is a number, a day, a code, or names a record.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosure.models import RequestInquiry
from disclosure.requests.applying.forms import ApplicantCategory, InformationForm
from disclosure.requests.keeping import PEOPLE
from disclosure.requests.kind import REQUEST, REQUEST_KIND
from disclosure.requests.rating import Satisfaction
from disclosure.requests.rules.answers import ANSWERS, FIELDS
from disclosure.requests.rules.delivery import DeliveryWay
from disclosure.requests.rules.fees import FeeBy
from disclosure.requests.rules.receipt import RequestChannel
from disclosure.requests.standing import RemedyOutcome, RemedyWay
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.law import REGULATION_2008
from ninghai.cases.earlier import NumberGiven
from ninghai.cases.kinds import EngineEvent, EventRule
from ninghai.cases.lookup import read_number
from ninghai.files.workbooks.opening import storable

MOST_CASES, MOST_EVENTS = 5000, 100
AMOUNTS = {"amount": 100_000, "days": 365, "parts": 100}  # more is a slip of the pen
LARGEST = 1_000_000_000
CODES = [answer.code for answer in ANSWERS]
CODE = re.compile(
    r"[A-Za-z][A-Za-z0-9_.-]{0,39}|\d{4}-\d\d-\d\d|\d{1,6}"
)  # what a fact may be, so that it names nobody
OF = re.compile(r"[A-Za-z0-9_-]{1,20}")
WORDED = frozenset(
    {"agency", "authority", "number", "paper_number", "carrier", "unit", "belongs_to", "into", "from", "approved_by"}
)
CASE_FIELDS = frozenset({"number", "year", "serial", "kind", "received", "channel", "category", "subject", "text"}) | {
    "applicant",
    "form",
    "way",
    "accepts_other",
    "part_of",
    "events",
}
BY_ITSELF = {
    EngineEvent.ENTER: "录入由系统自动记录，不写。",
    EngineEvent.REGISTER: "登记由系统按登记号自动记录，不写。",
    EngineEvent.JOINED: "并入由另一件的“merge”自动记录，不写。",
    EngineEvent.FORGET: "个人信息到期由系统自动销毁，不写。",
    EngineEvent.NEW_CODE: "查询码在系统中更换，不写。",
    "publication_drafted": "转为主动公开时由系统自动记录，不写。",
}
BACKDATED = frozenset({EngineEvent.REDATE})  # the corrected day of receipt may lie before what happened
JOINS = frozenset({EngineEvent.MERGE, EngineEvent.DUPLICATE})
VALUES = {  # what the pages and the yearly report read by its code, by event and fact
    (EngineEvent.RATE, "score"): Satisfaction.values,
    ("third_party_said", "opinion"): RequestInquiry.Opinion.values,
    ("fee_asked", "by"): [*FeeBy],
    ("remedy_begun", "way"): RemedyWay.values,
    ("remedy_decided", "outcome"): RemedyOutcome.values,
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFault:
    """What is wrong, and where: in the file, in a case, or in one of its events, counted from 1."""

    message: str
    number: str = ""
    event: int | None = None
    kind: str = ""

    def __str__(self) -> str:
        place = f"第{self.event}个事件（{self.kind or '未写类别'}）" if self.event else ""
        where = " ".join(each for each in (self.number, place) if each)
        return f"{where}：{self.message}" if where else self.message

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "event": self.event, "kind": self.kind, "message": self.message}


class ImportRefused(ValidationError):
    """Nothing was imported, and why: every fault."""

    def __init__(self, faults: list[ImportFault]) -> None:
        super().__init__([str(fault) for fault in faults])
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPaper:
    """A letter of before: its number and title are kept, there is no PDF of it."""

    kind: str = ""
    title: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvent:
    """`place` counts from 1; `moment` is None where the file says the day alone."""

    place: int
    kind: str
    day: date
    moment: datetime | None = None
    of: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    words: str = ""
    answer: Mapping[str, str] = field(default_factory=dict)
    paper: GivenPaper | None = None

    @property
    def open_words(self) -> list[str]:
        """What is kept of it in the open, and so names nobody."""
        columns = self.facts.get("case") or {}
        worded = [value for value in (*self.facts.values(), *columns.values()) if isinstance(value, str)]
        return [self.reason, *([self.paper.title, self.paper.number] if self.paper else []), *worded]

    @property
    def at(self) -> datetime:
        """By which events of several cases stand in one order."""
        return self.moment or beginning_of(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCase:
    number: NumberGiven
    received: date | None
    channel: str
    category: str
    subject: str
    text: str
    applicant: Mapping[str, str]
    form: str
    way: str
    accepts_other: bool
    part_of: str
    events: tuple[GivenEvent, ...]

    @property
    def first_day(self) -> date:
        """When it was entered in its register, as far as the file knows."""
        days = [event.day for event in self.events]
        return min([*([self.received] if self.received else []), *days], default=date(self.number.year, 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """`faulty` are the numbers of cases that are in the file and cannot be read."""

    unit: str
    cases: tuple[GivenCase, ...]
    faults: tuple[ImportFault, ...]
    faulty: frozenset[str]


# Reading.


def read_register(told: object, *, today: date) -> RegisterFile:
    """What the file says, with every fault that can be told from it alone. Raises ImportRefused for what is no register."""
    if not isinstance(told, dict) or not isinstance(told.get("cases"), list) or not isinstance(told.get("unit"), str):
        raise ImportRefused([ImportFault(message="文件应当是 {“unit”: 单位编码, “cases”: [ … ]}。")])
    if len(told["cases"]) > MOST_CASES:
        raise ImportRefused([ImportFault(message=f"一个文件最多{MOST_CASES}件，请按年度分成几个文件。")])
    try:
        storable(told)
    except ValueError:
        unkept = "文件中有不能保存的字符（如空字符、不成对的代理字符），请删去。"
        raise ImportRefused([ImportFault(message=unkept)]) from None
    cases, faults, faulty = list[GivenCase](), list[ImportFault](), set[str]()
    for place, each in enumerate(told["cases"], start=1):
        reader = _CaseReader(place, today)
        case = reader.read(each)
        faults += reader.faults
        if case and not reader.faults:
            cases.append(case)
        else:
            faulty.add(reader.number)
    faults += _twice(cases)
    return RegisterFile(unit=told["unit"], cases=tuple(cases), faults=tuple(faults), faulty=frozenset(faulty))


def _twice(cases: list[GivenCase]) -> Iterator[ImportFault]:
    """By year and serial, and as printed: by that other cases are named."""
    seen = set[tuple[int, int, int] | str]()
    for case in cases:
        place = (case.number.year, case.number.serial, case.number.part)
        keys: set[tuple[int, int, int] | str] = {place, case.number.text}
        if keys & seen:
            yield ImportFault(number=case.number.text, message="登记号在文件中重复。")
        seen |= keys


@dataclass
class _CaseReader:
    """Reads one case, and gathers what is wrong with it."""

    place: int
    today: date
    number: str = ""
    faults: list[ImportFault] = field(default_factory=list)

    def read(self, told: object) -> GivenCase | None:
        self.number = f"第{self.place}件"
        if not isinstance(told, dict):
            self._refuse("每一件应当是一个对象。")
            return None
        self.number = str(told.get("number") or self.number)[:80]
        number = self._take(lambda: self._number(told))
        self.number = number.text if number else self.number
        for unknown in sorted(told.keys() - CASE_FIELDS):
            self._refuse(f"不认识的项目“{str(unknown)[:40]}”。")
        received = self._take(lambda: self._received(told.get("received")))
        events = self._events(told.get("events") or [], since=received or date.min)
        is_void = any(event.kind == EngineEvent.VOID for event in events)
        values: dict[str, Any] = {
            "received": received,
            "channel": self._take(lambda: _choice(told, "channel", RequestChannel, "收到方式", is_void)),
            "category": self._take(lambda: _choice(told, "category", ApplicantCategory, "申请人类别", is_void)),
            "form": self._take(lambda: _choice(told, "form", InformationForm, "信息形式", True)),
            "way": self._take(lambda: _choice(told, "way", DeliveryWay, "获取方式", True)),
            "applicant": self._take(lambda: _words_of(told, "applicant", PEOPLE)),
            "subject": self._take(lambda: _text(told, "subject", 200)),
            "text": self._take(lambda: _text(told, "text", 20_000)),
        }
        self._take(lambda: _kind(told))
        part_of = self._take(lambda: read_number(_text(told, "part_of", 80)))
        if number is None or self.faults:
            return None
        accepts = told.get("accepts_other") is True
        return GivenCase(number=number, events=tuple(events), part_of=part_of or "", accepts_other=accepts, **values)

    def _number(self, told: Mapping[str, Any]) -> NumberGiven:
        number = _number(told)
        if number.year > self.today.year:
            raise ValueError(f"登记号的年度{number.year}晚于今年。")
        if number.part and not told.get("part_of"):
            raise ValueError("拆分的一件请在 part_of 写明原登记号；不是拆分的，请另外写明 year 和 serial。")
        return number

    def _received(self, told: object) -> date | None:
        if told in (None, ""):
            return None
        return self._under_law(_moment(told, "收到日期")[0], "收到日期")

    def _under_law(self, day: date, what: str) -> date:
        if day < REGULATION_2008.valid_from:
            raise ValueError(f"{what}早于{REGULATION_2008.valid_from}，那时还没有政府信息公开的规定。")
        if day > self.today:
            raise ValueError(f"{what}{day}晚于今天。")
        return day

    def _events(self, told: object, *, since: date) -> list[GivenEvent]:
        if not isinstance(told, list) or len(told) > MOST_EVENTS:
            self._refuse(f"events 应当是列表，最多{MOST_EVENTS}个事件。")
            return []
        events, before = list[GivenEvent](), since
        for place, each in enumerate(told, start=1):
            event = self._event(place, each)
            if event is None:
                continue
            if event.day < before and event.kind not in BACKDATED:
                self._refuse(
                    f"日期{event.day}早于收到日期或者前一个事件（{before}）；事件按发生的先后排列。", event=event
                )
            before = max(before, event.day)
            events.append(event)
        self._remedies(events)
        return events

    def _remedies(self, events: list[GivenEvent]) -> None:
        """Each is begun once, told apart by `of`, and decided afterwards."""
        begun = set[str]()
        for event in events:
            if event.kind == "remedy_begun" and event.of in begun:
                self._refuse("另一件复议、诉讼已经用了这个 of，请用 of 区分，如“1”“2”。", event=event)
            if event.kind == "remedy_decided" and event.of not in begun:
                self._refuse("没有对应的 remedy_begun（of 相同），不能只有结果。", event=event)
            begun |= {event.of} if event.kind == "remedy_begun" else set()

    def _event(self, place: int, told: object) -> GivenEvent | None:
        kind = str(told.get("kind") or "")[:40] if isinstance(told, dict) else ""
        at = GivenEvent(place=place, kind=kind, day=date.min)
        if not isinstance(told, dict):
            self._refuse("每个事件应当是一个对象。", event=at)
            return None
        rule = next((each for each in REQUEST_KIND.events if each.code == kind), None)
        if rule is None:
            self._refuse(f"没有“{kind}”这种事件。", event=at)
            return None
        if kind in BY_ITSELF:
            self._refuse(BY_ITSELF[kind], event=at)
            return None
        for fault in _lacks(rule, told):
            self._refuse(fault, event=at)
        return self._take(lambda: self._given(place, kind, told), event=at)

    def _given(self, place: int, kind: str, told: Mapping[str, Any]) -> GivenEvent:
        day, moment = _moment(told.get("at"), "at")
        rest = told.keys() - {"kind", "at", "of", "reason", "words", "answer", "paper"}
        return GivenEvent(
            place=place,
            kind=kind,
            day=self._under_law(day, "日期"),
            moment=moment,
            of=_of(told.get("of")),
            reason=_text(told, "reason", 500),
            words=_text(told, "words", 20_000),
            answer=_words_of(told, "answer", FIELDS),
            paper=_paper(told["paper"]) if "paper" in told else None,
            facts={name: _fact(name, told[name]) for name in sorted(rest)},
        )

    def _take(self, read: Callable[[], T], *, event: GivenEvent | None = None) -> T | None:
        try:
            return read()
        except ValueError as wrong:
            self._refuse(str(wrong), event=event)
            return None

    def _refuse(self, message: str, *, event: GivenEvent | None = None) -> None:
        place, kind = (event.place, event.kind) if event else (None, "")
        self.faults.append(ImportFault(number=self.number, event=place, kind=kind, message=message))


# Single values; each raises ValueError with a sentence.


def _number(told: Mapping[str, Any]) -> NumberGiven:
    text, year, serial = told.get("number"), told.get("year"), told.get("serial")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("还没有写登记号（number）。")
    number = NumberGiven.read(text)
    if isinstance(year, int) and isinstance(serial, int):
        return NumberGiven.named(text, year=year, serial=serial)
    if number is None:
        raise ValueError("从登记号看不出年度和序号，请另外写明 year 和 serial。")
    return number


def _is_whole(value: object, *, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most


def _kind(told: Mapping[str, Any]) -> None:
    if told.get("kind") != REQUEST:
        raise ValueError(f"kind 应当是“{REQUEST}”（依申请公开）。")


def _choice(told: Mapping[str, Any], name: str, choices: Any, label: str, is_open: bool) -> str:
    """A code, or the word that the screens have for it; `is_open`: it may be unknown."""
    value = told.get(name)
    if value in (None, "") and is_open:
        return ""
    for code, word in choices.choices:
        if value in (code, word):
            return str(code)
    listed = "、".join(f"{code}（{word}）" for code, word in choices.choices)
    raise ValueError(f"{label}（{name}）应当是：{listed}。")


def _moment(value: object, what: str) -> tuple[date, datetime | None]:
    """A day, or a moment of the county's clock."""
    text = value if isinstance(value, str) else ""
    try:
        if len(text) == len("2018-11-20"):
            return date.fromisoformat(text), None
        moment = datetime.fromisoformat(text)
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        return timezone.localdate(moment), moment
    except (ValueError, OverflowError):
        raise ValueError(f"{what}应当是日期，如 2018-11-20 或者 2018-11-20T09:30。") from None


def _text(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"{name} 应当是文字，不超过{longest}字。")
    return value.strip()


def _words_of(told: Mapping[str, Any], name: str, known: Any) -> dict[str, str]:
    value = told.get(name) or {}
    if not isinstance(value, dict):
        raise ValueError(f"{name} 应当是一个对象。")
    if unknown := sorted(value.keys() - set(known)):
        raise ValueError(f"{name} 中有不认识的项目：{'、'.join(str(each)[:40] for each in unknown)}。")
    return {each: _text(value, each, 20_000) for each in value}


def _of(value: object) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or not OF.fullmatch(value):
        raise ValueError("of 用来区分几个第三方等，只写编号，如“1”“2”，不写姓名。")
    return value


def _paper(value: object) -> GivenPaper:
    if not isinstance(value, dict) or value.keys() - {"kind", "title", "number"}:
        raise ValueError("paper 应当是 {“kind”: 文书种类, “title”: 标题, “number”: 文号}。")
    kind = _text(value, "kind", 40)
    if kind and not CODE.fullmatch(kind):
        raise ValueError("paper 的 kind 应当是代码，如 answer。")
    return GivenPaper(kind=kind, title=_text(value, "title", 200), number=_text(value, "number", 80))


def _fact(name: str, value: object) -> Any:
    """A number, a day or a code, so that no person is told of in the open; who or which is named by number or code."""
    if name == "case":
        return _corrected(value)
    if value is None or isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= LARGEST):
        return value
    if isinstance(value, str) and (CODE.fullmatch(value) or (name in WORDED and len(value) <= 80)):
        return value
    raise ValueError(f"“{name[:40]}”应当是数字、日期或者代码；文字请写在 reason（可以显示）或者 words（加密）中。")


def _corrected(value: object) -> dict[str, str]:
    """更正登记内容: what of the register's columns reads otherwise from then on."""
    if not isinstance(value, dict) or not value or value.keys() - {"subject", "category", "channel"}:
        raise ValueError("case 应当是对象，可以更正 subject、category、channel。")
    found = {"subject": _text(value, "subject", 200)} if "subject" in value else {}
    for name, choices, label in (
        ("category", ApplicantCategory, "申请人类别"),
        ("channel", RequestChannel, "收到方式"),
    ):
        if name in value:
            found[name] = _choice(value, name, choices, label, False)
    return found


def _lacks(rule: EventRule, told: Mapping[str, Any]) -> Iterator[str]:
    """What the rule of the event needs and the file does not say."""
    needs = {"code"} if rule.code in {"proposed", "signed"} else set(rule.needs)
    needs |= {"into"} if rule.code in JOINS else {"parts"} if rule.code == EngineEvent.SPLIT else set()
    if missing := sorted(name for name in needs if told.get(name) in (None, "", [], {})):
        yield f"{rule.label}还缺少：{'、'.join(missing)}。"
    if rule.needs_reason and not str(told.get("reason") or "").strip():
        yield "请填写理由（reason）。"
    if "code" in needs and told.get("code") and str(told["code"]) not in CODES:
        yield f"没有“{str(told['code'])[:40]}”这种答复。可以是：{'、'.join(CODES)}。"
    for (kind, name), values in VALUES.items():
        if kind == rule.code and told.get(name) not in (None, "", *values):
            yield f"{name} 应当是：{'、'.join(values)}。"
    if told.get("total") is not None and not _is_whole(told["total"], most=LARGEST):
        yield "total 应当是大于零的整数，以元为单位。"
    if wrong := [name for name in AMOUNTS if name in told and not _is_whole(told[name], most=AMOUNTS[name])]:
        yield f"{'、'.join(wrong)}应当是大于零的整数，不能过大。"
