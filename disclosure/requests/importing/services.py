"""Taking over a register: every case of a file with all that happened, or nothing of it; a second time it changes nothing.

Cases are entered first, with the numbers that they had; then all events of the file happen in the order of their moments, as
in life, so that a case is still open when another is merged into it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.requests.applying.forms import ApplicantCategory
from disclosure.requests.importing.register_file import (
    GivenCase,
    GivenEvent,
    ImportFault,
    ImportRefused,
    RegisterFile,
    read_register,
)
from disclosure.requests.importing.replaying import OF_2008, REFERENCES, NotImported, ReplayStep, happen
from disclosure.requests.keeping import PEOPLE, digest_of, keep_people, refuse_people_in
from disclosure.requests.kind import REQUEST
from ninghai.calendar.clock import beginning_of
from ninghai.calendar.duty_clocks import hold_calendar
from ninghai.calendar.law import NoRuleSet
from ninghai.calendar.reckoning import local_day
from ninghai.cases.earlier import gaps, register_as_before
from ninghai.cases.kinds import SPLIT, EngineEvent
from ninghai.cases.register import enter_case
from ninghai.models import AuditEntry, Case, CaseEvent, Unit, User
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.sealed.services import digest

SERIES = UUID("8f3d0b0e-3b55-4d0a-9a53-5f1f0c2f2019")  # names each case of a register of before once
MOST_GAPS = 20  # that are named
REFUSALS = (TransitionError, ValidationError, StaleError, NoRuleSet)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """How many cases are new with how many events, and how many were here already."""

    new: int
    unchanged: int
    events: int

    def __str__(self) -> str:
        return f"新增{self.new}件、{self.events}个事件，{self.unchanged}件已经导入过，没有变化"


def import_register(told: object, *, by: User | None, at: datetime, is_dry_run: bool = False) -> ImportOutcome:
    """Take the register over, or look what would become of it. Raises ImportRefused with every fault, and keeps nothing then."""
    file = read_register(told, today=local_day(at))
    with transaction.atomic():
        hold_calendar()
        unit = _unit(file)
        outcome = _Taking(unit=unit, by=by, at=at).take(file)
        if outcome.new:
            detail = {"new": outcome.new, "events": outcome.events}
            AuditEntry.objects.record(action="import", target=unit, by=by, at=at, detail=detail)
        if is_dry_run:
            transaction.set_rollback(True)
    return outcome


def _unit(file: RegisterFile) -> Unit:
    """Held, so that of two who import into one register the second finds what the first has brought."""
    unit = Unit.objects.select_for_update(no_key=True, of=("self",)).filter(code=file.unit).first()
    if unit is None:
        raise ImportRefused([ImportFault(message=f"没有编码为“{file.unit[:40]}”的单位。"), *file.faults])
    return unit


@dataclass
class _Taking:
    """One file on its way in. `cases` are those of the file by number; None is one that is faulty."""

    unit: Unit
    by: User | None
    at: datetime
    cases: dict[str, Case | None] = field(default_factory=dict)
    faults: list[ImportFault] = field(default_factory=list)
    new: int = 0
    events: int = 0

    def take(self, file: RegisterFile) -> ImportOutcome:
        self.faults += file.faults
        self.cases |= dict.fromkeys(file.faulty)
        given = sorted(file.cases, key=lambda case: case.number.part > 0)  # a whole before its parts
        entered = [case for case in given if self._enter(case)]
        for case, event in _in_order(entered):
            self._happen(case, event)
        self.faults += [*self._gaps(file), *self._parts(entered)]
        if self.faults:
            raise ImportRefused(sorted(self.faults, key=_place))
        return ImportOutcome(new=self.new, unchanged=len(given) - self.new, events=self.events)

    # Cases.

    def _enter(self, given: GivenCase) -> bool:
        """Whether its events are still to happen: it is new, and nothing is wrong with it."""
        number = given.number.text
        self.cases[number] = None
        try:
            with transaction.atomic():
                known = Case.objects.filter(form_id=self._form_id(given)).first()
                self.cases[number] = known or self._entered(given)
                if known:
                    _require_same(known, given)
        except NotImported:
            return False
        except REFUSALS as refused:
            self._refuse(given, None, refused)
            return False
        self.new += known is None
        return known is None

    def _form_id(self, given: GivenCase) -> UUID:
        number = given.number
        return uuid5(SERIES, f"{self.unit.code}:{number.year}:{number.serial}:{number.part}:{number.text}")

    def _entered(self, given: GivenCase) -> Case:
        refuse_people_in(given.subject, given.applicant)
        happened_at = beginning_of(given.received or given.first_day)
        if self.unit.standing_in(on=local_day(happened_at)) != self.unit:
            raise ValidationError(f"{self.unit}已于{self.unit.valid_until}撤销，以后的申请请记入承接单位的登记簿。")
        if self.unit.valid_from and local_day(happened_at) < self.unit.valid_from:
            raise ValidationError(f"{self.unit}于{self.unit.valid_from}设立，以前的申请请记入原单位的登记簿。")
        case = enter_case(
            kind=REQUEST,
            unit=self.unit,
            channel=given.channel,
            subject=_subject(given),
            category=given.category,
            form_id=self._form_id(given),
            by=self.by,
            at=self.at,
            happened_at=happened_at,
            received_on=given.received,
            facts={"arrived_on": local_day(happened_at).isoformat()},
        )
        keep_people(case, given=_people(given))
        part_of = self._whole(given)
        told: dict[str, Any] = {"by": self.by, "at": self.at, "happened_at": happened_at}
        register_as_before(case=case, number=given.number, part_of=part_of, **told)
        return case

    def _whole(self, given: GivenCase) -> Case | None:
        """The case from which this one was split off."""
        if not given.part_of:
            return None
        if given.part_of in self.cases and self.cases[given.part_of] is None:
            raise NotImported
        whole = self.cases.get(given.part_of)
        whole = whole or Case.objects.filter(unit=self.unit, kind=REQUEST, number=given.part_of).first()
        if whole is None or not given.number.part:
            raise ValidationError(f"拆分的一件应当写成“原登记号-1”，part_of 写原登记号；没有找到“{given.part_of}”。")
        if (whole.year, whole.serial) != (given.number.year, given.number.serial):
            raise ValidationError(f"登记号的年度和序号应当与“{given.part_of}”相同。")
        return whole

    # Events.

    def _happen(self, given: GivenCase, event: GivenEvent) -> None:
        """After the first event that cannot have happened, the later ones of that case cannot be judged."""
        case = self.cases[given.number.text]
        if case is None:
            return
        try:
            for words in event.open_words:
                refuse_people_in(words, given.applicant, field="reason")
            with transaction.atomic():
                happen(ReplayStep(case=case, event=event, by=self.by, at=self.at, cases=self.cases))
                case.refresh_from_db()
            self.events += 1
        except NotImported:
            self.cases[given.number.text] = None
        except REFUSALS as refused:
            self.cases[given.number.text] = None
            self._refuse(given, event, refused)

    def _refuse(self, given: GivenCase, event: GivenEvent | None, refused: Exception) -> None:
        words = "；".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        place, kind = (event.place, event.kind) if event else (None, "")
        self.faults.append(ImportFault(number=given.number.text, event=place, kind=kind, message=words))

    def _gaps(self, file: RegisterFile) -> Iterator[ImportFault]:
        if file.faulty:  # their numbers may be those that are missing
            return
        missing = gaps(unit=self.unit, kind=REQUEST, given=[case.number for case in file.cases])
        for year, serial in missing[:MOST_GAPS]:
            words = f"{year}年缺第{serial}号。登记号应当连续；作废的号码也要列入，用 void 事件写明作废原因。"
            yield ImportFault(message=words)
        if rest := missing[MOST_GAPS:]:
            yield ImportFault(message=f"还缺{len(rest)}个号码。")

    def _parts(self, entered: Iterable[GivenCase]) -> Iterator[ImportFault]:
        """What was split has all its parts, and a part has a whole that was split, so that nothing counts twice or not at all."""
        for given in entered:
            case = self.cases[given.number.text]
            if case is None or self.faults:
                continue
            for split in (event for event in given.events if event.kind == EngineEvent.SPLIT):
                found, told = case.children.filter(relation=Case.Relation.SPLIT).count(), split.facts["parts"]
                if found != told:
                    yield ImportFault(number=given.number.text, message=f"拆分为{told}件，登记簿中有{found}件。")
            if given.part_of and not Case.objects.filter(children=case, status=SPLIT.code).exists():
                yield ImportFault(number=given.number.text, message=f"“{given.part_of}”没有拆分（split 事件）。")


def _subject(given: GivenCase) -> str:
    category = ApplicantCategory(given.category).label if given.category else ""
    return given.subject or f"{category}的信息公开申请"


def _place(fault: ImportFault) -> tuple[str, int]:
    return fault.number, fault.event or 0


def _in_order(cases: Iterable[GivenCase]) -> list[tuple[GivenCase, GivenEvent]]:
    """All events by their moments; those of one case stay in the order of the file."""
    keyed = []
    for place, case in enumerate(cases):
        latest = None
        for event in case.events:
            latest = max(latest, event.at) if latest else event.at
            keyed.append(((latest, place, event.place), case, event))
    return [(case, event) for _, case, event in sorted(keyed, key=lambda each: each[0])]


def _people(given: GivenCase) -> dict[str, Any]:
    """As an application's form gives them; what an old register does not know is empty."""
    named = {name: given.applicant.get(name, "") for name in PEOPLE}
    more = {"content": given.text, "form": given.form, "way": given.way, "accepts_other": given.accepts_other}
    return {**named, **more}


# A second time.


def _require_same(case: Case, given: GivenCase) -> None:
    """What is here says at least what the file says; it may have gone on since. Raises ValidationError."""
    events = list(case.events.order_by("number"))
    if not (_is_entered_so(case, events, given) and _are_told(events, given.events)):
        raise ValidationError("这一件已经导入过，文件中的内容与已经导入的不同。要更正的，请在登记簿中办理。")


def _is_entered_so(case: Case, events: list[CaseEvent], given: GivenCase) -> bool:
    """By its first events: what was corrected since is told by later ones. Digests are empty once its people are forgotten."""
    request, entered = case.information_request, events[0].fact("case", {})
    received = next((each.happened_at for each in events if each.kind == EngineEvent.RECEIVE), None)
    columns = {"channel": given.channel, "category": given.category, "subject": _subject(given)}
    return (
        columns.items() <= entered.items()
        and given.received in (None, received and local_day(received))
        and request.content_digest in (digest_of(given.text), "")
        and request.applicant_digest in (digest(given.applicant.get("identity_number", "")), "")
    )


def _are_told(events: Iterable[CaseEvent], given: Iterable[GivenEvent]) -> bool:
    """Whether all of them are among the events of the case, in their order."""
    kept = iter(events)
    return all(any(_says(each, event) for each in kept) for event in given)


def _says(kept: CaseEvent, event: GivenEvent) -> bool:
    """Whether it is this event; of what either leaves open nothing is said."""
    facts = {name: value for name, value in event.facts.items() if value is not None and name not in REFERENCES}
    return (
        kept.kind in (event.kind, OF_2008.get(event.kind))
        and local_day(kept.happened_at) == event.day
        and kept.of in ("", event.of)
        and (kept.reason == event.reason or not (kept.reason and event.reason))
        and all(kept.facts.get(name, value) == value for name, value in facts.items())
    )
