"""What else the same person has asked of this unit: whether an application repeats one (重复申请), how many came in a month.

The same person is found by keyed hashes alone; nobody's papers are opened for it, and the trail keeps each time. Who has the same
identity number is the same; a letter may have none, and who has the same name and telephone, e-mail or address may be the same:
a clerk is told of both apart, and what follows by itself follows from the first alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from disclosure.models import InformationRequest
from disclosure.requests.keeping import found_by
from disclosure.requests.kind import NOT_RECEIVED, REQUEST
from disclosure.requests.letters.papers import ANSWER
from disclosure.requests.likeness import are_alike
from disclosure.requests.rules.answers import RequestAnswer
from ninghai.calendar.reckoning import local_day
from ninghai.cases.lookup import read_number
from ninghai.models import Case, CasePaper, Unit, User
from ninghai.sealed.services import find_alike

REPEAT = "repeat"
OF_PERSON = ("applicant_digest",)


@dataclass(frozen=True, slots=True)
class EarlierApplication:
    """An application of the same person, or of who may be (`is_sure`); `answer` is its letter, where it was answered."""

    case: Case
    is_same: bool  # asks for the same
    is_sure: bool
    answer: CasePaper | None

    @property
    def is_answered(self) -> bool:
        return self.is_same and self.answer is not None


def requests_of_unit(unit: Unit, *, on: date) -> QuerySet[InformationRequest]:
    """All that were ever asked of the unit, or of one that it has replaced, but what was entered by mistake, merged or split."""
    cases = Case.objects.of_unit(unit.standing_in(on=on)).filter(kind=REQUEST).exclude(status__in=NOT_RECEIVED)
    return InformationRequest.objects.filter(case__in=cases).select_related("case__unit")


def earlier_applications(case: Case, *, by: User, at: datetime) -> list[EarlierApplication]:
    """Those of the same person that came before this one."""
    before = requests_of_unit(case.unit, on=local_day(at)).filter(case__lt=case.pk)
    return _of_same_person(before, case.information_request, about=case, by=by, at=at)


def repeated_by(given: Mapping[str, Any], *, unit: Unit, by: User, at: datetime) -> list[EarlierApplication]:
    """What an application repeats that is about to be registered; a form that is sent twice repeats nothing."""
    before = requests_of_unit(unit, on=local_day(at)).exclude(case__form_id=given["form_id"])
    found = _of_same_person(before, InformationRequest(**found_by(given)), about=unit, by=by, at=at)
    return [each for each in found if each.is_same]


def _of_same_person(
    requests: QuerySet[InformationRequest], asked: InformationRequest, *, about: Model, by: User, at: datetime
) -> list[EarlierApplication]:
    """The newest first; those that ask for the same at the top, of these those that are surely of the same person."""
    told: dict[str, Any] = {"about": about, "by": by, "purpose": "核对是否重复申请", "at": at}
    same = find_alike(requests, columns=[*OF_PERSON, "contact_digests"], as_in=asked, **told)
    letters = {paper.case_id: paper for paper in _answers_to(same)}
    found = [
        EarlierApplication(
            each.case,
            is_same=asks_the_same(each, asked),
            is_sure=each.applicant_digest == asked.applicant_digest != "",
            answer=letters.get(each.case_id),
        )
        for each in same.order_by("-case")
    ]
    return sorted(found, key=lambda each: (not each.is_same, not each.is_sure))


def _answers_to(requests: QuerySet[InformationRequest]) -> QuerySet[CasePaper]:
    """The answer that each was given last comes last."""
    return CasePaper.objects.filter(kind=ANSWER, case__in=requests.values("case")).order_by("pk")


def asks_the_same(one: InformationRequest, other: InformationRequest) -> bool:
    return one.content_digest == other.content_digest != "" or are_alike(one.content_sketch, other.content_sketch)


def require_former_answer(
    case: Case, answer: RequestAnswer, filled: Mapping[str, Any], *, by: User, at: datetime
) -> None:
    """“Repeated” names the former answer: where the register has it, by its number. Raises ValidationError."""
    if answer.code != REPEAT:
        return
    earlier = earlier_applications(case, by=by, at=at)
    known = [str(each.answer) for each in earlier if each.is_answered and each.is_sure]
    if known and read_number(str(filled.get("former_number") or "")) not in known:
        raise ValidationError({"former_number": f"同一申请人的相同申请，原答复文号是：{'、'.join(known)}。"})


def former_words(case: Case, *, by: User, at: datetime) -> dict[str, str]:
    """Number and day of the former answer, for the form of “repeated”; empty where the register has none."""
    earlier = earlier_applications(case, by=by, at=at)
    paper = next((each.answer for each in earlier if each.is_answered), None)
    return {"former_number": paper.number, "former_date": f"{paper.dated}"} if paper else {}


def others_of_month(case: Case, *, by: User, at: datetime) -> QuerySet[InformationRequest]:
    """What the same person asked of the unit in the calendar month of this one besides it (同一申请人一个自然月)."""
    day = case.received_on or local_day(case.entered_at)
    of_month = requests_of_unit(case.unit, on=local_day(at)).filter(
        case__received_on__year=day.year, case__received_on__month=day.month
    )
    return find_alike(
        of_month,
        columns=OF_PERSON,
        as_in=case.information_request,
        about=case,
        by=by,
        purpose="计算当月申请件数",
        at=at,
    )
