"""One event of a register's file happens to its case, through the services by which it would have happened here.

What has no line in ACTS is simply recorded by its own rule, so a new event of the kind needs nothing here. Letters keep
number and day; there is no PDF of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from disclosure.requests.importing.register_file import GivenEvent
from disclosure.requests.inquiries.services import is_of_2008
from disclosure.requests.letters.papers import ANSWER, answer_of, rules_of_case
from disclosure.requests.rules.delivery import AnswerDelivery, DeliveryWay, check_delivery
from ninghai.cases.assignments import accept_assignment, assign_case, give_back
from ninghai.cases.events import record, replay
from ninghai.cases.kinds import EngineEvent, kind_of
from ninghai.cases.lookup import read_number
from ninghai.cases.papers import deliver, hand_over, issue_paper, take_in_paper
from ninghai.cases.register import mark_duplicate, merge_case, moment_on, void_case
from ninghai.models import Case, CaseAssignment, CasePaper, Unit, User
from ninghai.models.state_machine import TransitionError

TITLES = {  # of letters whose register keeps none
    "amendment": "政府信息公开申请补正告知书",
    "third_party": "政府信息公开征求意见书",
    "extension": "政府信息公开延期答复告知书",
}


OF_2008 = {  # the first regulation stops the limit for third parties alone
    "agency_asked": "agency_consulted",
    "agency_said": "agency_replied",
}


class NotImported(Exception):
    """Another case on which this event bears is faulty itself, and said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayStep:
    """An event of the file, about to happen; `cases` are those of the unit by number, those that are faulty as None."""

    case: Case
    event: GivenEvent
    by: User | None
    at: datetime
    cases: Mapping[str, Case | None]

    @property
    def moment(self) -> datetime:
        if self.event.kind in {EngineEvent.REDATE, EngineEvent.RECEIVE}:
            return self.event.at
        return self.event.moment or moment_on(self.event.day, case=self.case)

    @property
    def kind(self) -> str:
        """What it is under the regulation of the case."""
        event = self.event
        if event.kind == "agency_asked" and is_of_2008(self.case):
            return OF_2008[event.kind]
        if event.kind == "agency_said" and replay(self.case).waits_for("agency_consulted", event.of):
            return OF_2008[event.kind]
        return event.kind

    @property
    def told(self) -> dict[str, Any]:
        """What every service takes."""
        return {"case": self.case, "by": self.by, "at": self.at}

    def fact(self, name: str) -> Any:
        return self.event.facts.get(name)

    def other(self, name: str) -> Case:
        number = read_number(str(self.fact(name)))
        if number in self.cases and self.cases[number] is None:
            raise NotImported
        found = self.cases.get(number) or Case.objects.filter(unit=self.case.unit, number=number).first()
        if found is None:
            raise ValidationError(f"没有登记号是“{number}”的另一件。")
        return found


def happen(step: ReplayStep) -> None:
    """Let it happen; raises TransitionError or ValidationError with a sentence."""
    act = ACTS.get(step.event.kind)
    if step.event.kind.endswith(ARRIVES):
        _arrive(step)
    elif act:
        act(step)
    elif step.event.paper:
        _issue(step)
    else:
        _record(step)


def _record(step: ReplayStep, **more: Any) -> None:
    event = step.event
    record(
        kind=step.kind,
        happened_at=step.moment,
        of=event.of,
        facts={**_facts(step), **more},
        reason=event.reason,
        words=event.words,
        **step.told,
    )


def _facts(step: ReplayStep) -> dict[str, Any]:
    """As the event keeps them: a record that is named by code, number or account by its key."""
    found = {name: value for name, value in step.event.facts.items() if value is not None and name not in NOT_KEPT}
    return {name: REFERENCES[name](step) if name in REFERENCES else value for name, value in found.items()}


def _unit(name: str) -> Callable[[ReplayStep], int]:
    def key(step: ReplayStep) -> int:
        return _unit_of(step, name).pk

    return key


def _unit_of(step: ReplayStep, name: str) -> Unit:
    unit = Unit.objects.filter(code=step.fact(name)).first()
    if unit is None:
        raise ValidationError(f"没有编码为“{step.fact(name)}”的单位。")
    return unit


def _approver(step: ReplayStep) -> int:
    username = str(step.fact("approved_by"))
    person = User.objects.filter(username=username).first()
    if person is None:
        raise ValidationError(f"没有账号“{username}”；不知道由谁批准的，可以不写 approved_by。")
    return person.pk


REFERENCES: dict[str, Callable[[ReplayStep], int]] = {
    "unit": _unit("unit"),
    "belongs_to": _unit("belongs_to"),
    "approved_by": _approver,
    "from": lambda step: step.other("from").pk,
}
ARRIVES = "_delivered"
NOT_KEPT = frozenset({"paper_number", "carrier", "into"})


# The register.


def _void(step: ReplayStep) -> None:
    void_case(reason=step.event.reason, happened_at=step.moment, **step.told)


def _merge(step: ReplayStep) -> None:
    merge_case(into=step.other("into"), reason=step.event.reason, happened_at=step.moment, **step.told)


def _duplicate(step: ReplayStep) -> None:
    mark_duplicate(of=step.other("into"), reason=step.event.reason, happened_at=step.moment, **step.told)


# Assignments.


def _assign(step: ReplayStep) -> None:
    part = step.fact("part") or CaseAssignment.Part.LEAD
    if part not in CaseAssignment.Part.values:
        raise ValidationError("part 应当是 lead（主办）或者 co（协办）。")
    assign_case(
        unit=_unit_of(step, "unit"),
        part=CaseAssignment.Part(part),
        is_designated=bool(step.fact("designated")),
        happened_at=step.moment,
        **step.told,
    )


def _accept(step: ReplayStep) -> None:
    accept_assignment(assignment=_assigned(step), by=step.by, at=step.at, happened_at=step.moment)


def _give_back(step: ReplayStep) -> None:
    belongs_to = _unit_of(step, "belongs_to") if step.fact("belongs_to") else None
    told: dict[str, Any] = {"by": step.by, "at": step.at, "happened_at": step.moment}
    give_back(assignment=_assigned(step), reason=step.event.reason, belongs_to=belongs_to, **told)


def _assigned(step: ReplayStep) -> CaseAssignment:
    found = step.case.assignments.standing().filter(unit=_unit_of(step, "unit")).first()
    if found is None:
        raise TransitionError("这一件没有分给这个单位。")
    return found


# Letters.


def _issue(step: ReplayStep, *, kind: str = "", title: str = "", **facts: Any) -> CasePaper:
    event, given = step.event, step.event.paper
    kind = (given.kind if given else "") or kind or event.kind
    rule = kind_of(step.case).rule(step.kind)
    title = (given.title if given else "") or title or TITLES.get(kind) or rule.label
    return issue_paper(
        kind=kind,
        title=title,
        dated=event.day,
        number=given.number if given else "",
        event=step.kind,
        of=event.of,
        facts={**_facts(step), **facts},
        reason=event.reason,
        **step.told,
    )


def _take_in(step: ReplayStep) -> None:
    given = step.event.paper
    told: dict[str, Any] = {"kind": (given.kind if given else "") or "other", "of": step.event.of}
    take_in_paper(title=(given.title if given else "") or "来件", received_on=step.event.day, **told, **step.told)


def _hand_over(step: ReplayStep) -> None:
    """Posted, sent or given: the day that counts for the limit."""
    if step.event.kind == "answer_posted" or step.fact("carrier"):
        _require_post(step)
    default = DeliveryWay.POST if step.event.kind == "answer_posted" else DeliveryWay.PICKED_UP
    paper = _paper(step, handed_over_on=None)
    hand_over(paper=paper, way=_way(step, default), on=step.event.day, event=step.event.kind, by=step.by, at=step.at)


def _require_post(step: ReplayStep) -> None:
    """By post an answer goes through the postal enterprise alone, where the register says by whom it went."""
    delivery = AnswerDelivery(
        way=DeliveryWay.POST,
        handed_over_on=step.event.day,
        carrier=str(step.fact("carrier") or "中国邮政"),
    )
    check_delivery(delivery, signed_on=step.event.day)


def _deliver(step: ReplayStep) -> None:
    """It has arrived: the day from which remedies count."""
    _hand_in(step, _paper(step, delivered_on=None))


def _arrive(step: ReplayStep) -> None:
    """A paper that somebody has to answer has arrived (amendment_delivered …); its limit counts from then, paper or not."""
    asked = step.event.kind.removesuffix(ARRIVES)
    issued = [f"{asked}_asked", *(["agency_asked", "agency_consulted"] if asked in {"agency", "co_maker"} else [])]
    papers = step.case.papers.filter(delivered_on=None, events__kind__in=issued, events__of=step.event.of)
    if step.fact("paper_number") or papers.exists():
        _hand_in(step, _paper(step) if step.fact("paper_number") else papers.latest("pk"))
    else:
        _record(step)


def _hand_in(step: ReplayStep, paper: CasePaper) -> None:
    """What nobody has posted was handed over on that very day."""
    told: dict[str, Any] = {"by": step.by, "at": step.at}
    if paper.handed_over_on is None:
        hand_over(paper=paper, way=_way(step, DeliveryWay.PICKED_UP), on=step.event.day, **told)
    facts = {name: value for name, value in _facts(step).items() if name != "way"}
    deliver(paper=paper, on=step.event.day, event=step.event.kind, of=step.event.of, facts=facts, **told)


def _way(step: ReplayStep, default: DeliveryWay) -> DeliveryWay:
    way = step.fact("way") or default
    if way not in DeliveryWay.values:
        raise ValidationError(f"没有“{way}”这种送达方式，可以是：{'、'.join(DeliveryWay.values)}。")
    return DeliveryWay(way)


def _paper(step: ReplayStep, **still: None) -> CasePaper:
    """The letter that the event names by number; else the last answer, or the first other letter that is still on its way."""
    papers = step.case.papers.filter(direction=CasePaper.Direction.OUTGOING)
    if number := step.fact("paper_number"):
        found = papers.filter(number=number).last()
    elif step.event.kind.startswith("answer_"):
        found = papers.filter(kind=ANSWER).last()
    else:
        found = papers.filter(**still).first()
    if found is None:
        raise ValidationError("没有可以送达的文书；文书写在发出它的事件的 paper 中。")
    return found


# The answer.


def _propose(step: ReplayStep) -> None:
    _record(step, code=_keep_answer(step))


def _sign(step: ReplayStep) -> None:
    """Where the register does not say who drafted it, it was drafted on the same day."""
    code = _keep_answer(step)
    if step.case.status == kind_of(step.case).registered:
        record(kind="proposed", happened_at=step.moment, facts={"code": code}, **step.told)
    title = f"{step.case.unit.name}{answer_of(step.case, code).title}"
    _issue(step, kind=ANSWER, title=title, code=code)


def _keep_answer(step: ReplayStep) -> str:
    """The kind of answer as the regulation of the case knows it, its words under the seal of the application."""
    code, rules = str(step.fact("code")), rules_of_case(step.case)
    try:
        answer_of(step.case, code)
    except ValidationError:
        raise ValidationError(f"{rules.name}没有“{code}”这种答复。") from None
    request = step.case.information_request
    request.answer_code, request.answer = code, dict(step.event.answer)
    request.save(update_fields=["answer_code", "answer"])
    return code


ACTS: dict[str, Callable[[ReplayStep], object]] = {
    EngineEvent.VOID: _void,
    EngineEvent.MERGE: _merge,
    EngineEvent.DUPLICATE: _duplicate,
    EngineEvent.ASSIGN: _assign,
    EngineEvent.ACCEPT: _accept,
    EngineEvent.GIVE_BACK: _give_back,
    EngineEvent.PAPER_OUT: _issue,
    EngineEvent.PAPER_IN: _take_in,
    EngineEvent.HANDED_OVER: _hand_over,
    EngineEvent.DELIVERED: _deliver,
    "answer_posted": _hand_over,
    "answer_received": _deliver,
    "proposed": _propose,
    "signed": _sign,
}
