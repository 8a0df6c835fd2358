"""What stands around an application on its unit's page: what the same person asked before, who else asks for the same, what was
begun against the answer, and how it was rated. Another unit's people, who read it to help, see nothing of this."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from disclosure.models import Item
from disclosure.requests.desk.answering import handles, heads, is_own
from disclosure.requests.desk.publication import SimilarApplications, similar_applications
from disclosure.requests.desk.repeats import earlier_applications
from disclosure.requests.letters.papers import ANSWER
from disclosure.requests.rating import Satisfaction, rating_of
from disclosure.requests.standing import CaseRemedy, in_time_words, remedies_of
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.cases.clocks import inner_code, open_inner_clocks
from ninghai.models import Case, CaseEvent, User
from ninghai.sealed.services import look

MOST_EARLIER = 5  # of what asks for something else
SIGNED = "signed"  # nothing can be decided differently any more


@dataclass(frozen=True, slots=True)
class ShownRemedy:
    """`gist` was sealed; `ordered_until`: by when the decision wants another answer."""

    remedy: CaseRemedy
    gist: str
    lateness: str
    ordered_until: date | None


@dataclass(frozen=True, slots=True)
class ShownRating:
    label: str
    words: str
    on: date


def around(user: User, case: Case) -> dict[str, Any]:
    """For the page of the unit that answers; the office reads remedies and rating, without words."""
    told: dict[str, Any] = {"remedies": _remedies(user, case), "rating": _rating(user, case)}
    if not (handles(user, case) or heads(user, case)):
        return told
    at = clock.now()
    if case.is_open and case.status != SIGNED:
        told |= {"said": _said(user, case)}
        earlier = earlier_applications(case, by=user, at=at)
        of_month = [each.is_sure for each in earlier if _same_month(each.case, case)]
        others = [each for each in earlier if not each.is_same and each.is_sure]
        told |= {"repeated": [each for each in earlier if each.is_same], "earlier": others[:MOST_EARLIER]}
        told |= {"earlier_count": len(others), "month_count": 1 + sum(of_month)}
        told |= {"perhaps": [each for each in earlier if not each.is_sure], "month_perhaps": of_month.count(False)}
    return told | _similar(similar_applications(case, at=at))


def _same_month(one: Case, other: Case) -> bool:
    days = (one.received_on, other.received_on)
    return all(days) and len({(day.year, day.month) for day in days if day}) == 1


def _said(user: User, case: Case) -> list[tuple[str, str]]:
    """What the applicant said on the way to the answer: reasons, an objection to a fee."""
    labels = {"reasons_given": "申请人说明的理由", "fee_objected": "申请人对收费的异议"}
    events = case.events.filter(kind__in=labels).select_related("data_key", "case__unit")
    words = [(labels[each.kind], _sealed_words(each, user, purpose="办理申请")) for each in events]
    return [(label, text) for label, text in words if text]


def _similar(found: SimilarApplications) -> dict[str, Any]:
    item: Item | None = found.item
    return {"similar": found if found.is_proposed or item else None, "published_as": item}


def _remedies(user: User, case: Case) -> list[ShownRemedy]:
    remedies = remedies_of(case)
    if not remedies:
        return []
    arrived = [day for day in case.papers.filter(kind=ANSWER).values_list("delivered_on", flat=True) if day]
    return [
        ShownRemedy(
            each,
            _sealed_words(each.decided, user, purpose="查看复议、诉讼结果") if each.decided else "",
            in_time_words(each, delivered_on=max((day for day in arrived if day <= each.begun_on), default=None)),
            _ordered_until(case, each),
        )
        for each in remedies
    ]


def _ordered_until(case: Case, remedy: CaseRemedy) -> date | None:
    inner = open_inner_clocks(case).filter(duty=inner_code("ordered_answer", remedy.of)).first()
    return local_day(inner.due_at) if inner and inner.due_at else None


def _rating(user: User, case: Case) -> ShownRating | None:
    event = rating_of(case)
    if event is None:
        return None
    words = _sealed_words(event, user, purpose="查看申请人评价")
    return ShownRating(Satisfaction(event.fact("score")).label, words, local_day(event.happened_at))


def _sealed_words(event: CaseEvent, user: User, *, purpose: str) -> str:
    """For the unit that answers alone, and only where there are any."""
    if event.words is None or not is_own(user, event.case):
        return ""
    return str(look(event, by=user, purpose=purpose, at=clock.now(), only=("words",))["words"] or "")
