"""Whatever happens in whichever order: the limits that the events tell are those that are counted by hand, and the clocks say the same."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from disclosure.public_opinion import services
from disclosure.public_opinion.limits import limits_of
from ninghai.cases.clocks import open_inner_clocks
from ninghai.cases.events import replay
from ninghai.models import DutyClock
from ninghai.models.state_machine import TransitionError
from tests.disclosure.public_opinion.makers import FOUND, answering_, fresh, responded, seen
from tests.sizes import examples

pytestmark = pytest.mark.django_db
FIRST, PRESS, ANSWER = "opinion_first", "opinion_press", "opinion_answer"
HOURS = {FIRST: 5, PRESS: 24, ANSWER: 48}
WAYS = {"发布权威信息": {FIRST, ANSWER}, "新闻发布会": {PRESS, ANSWER}, "接受媒体采访": {ANSWER}}
OTHERS = ["regrade", "withdraw", "decline", "close", "reopen"]
ACTS = st.tuples(st.sampled_from([*WAYS, *OTHERS]), st.integers(0, 30), st.integers(0, 12))


@dataclass
class Opening:
    """Since when it counts; each limit with the moment at which it was called off; each response that stands."""

    since: datetime
    stopped: dict[str, datetime | None]
    said: dict[int, tuple[str, datetime]] = field(default_factory=dict)

    def limits(self, *, at: datetime) -> list[tuple]:
        return sorted(self._limit(code, off, at=at) for code, off in self.stopped.items())

    def _limit(self, code: str, off: datetime | None, *, at: datetime) -> tuple:
        spoken = [moment for way, moment in self.said.values() if code in WAYS[way] and (off is None or moment <= off)]
        ended, due = min(spoken, default=None), self.since + timedelta(hours=HOURS[code])
        return code, due, ended, None if ended else off, (ended or off or at) > due


@dataclass
class Life:
    """The event by hand; nothing of the product's arithmetic."""

    grade: str
    openings: list[Opening]

    @classmethod
    def of(cls, grade: str) -> "Life":
        return cls(grade, [Opening(FOUND, dict.fromkeys(limits_by(grade)))])

    def regrade(self, at: datetime) -> None:
        self.grade = "other" if self.grade == "major" else "major"
        now = self.openings[-1].stopped
        if self.grade == "major":
            now |= {FIRST: None, PRESS: None}
        else:
            now |= {FIRST: at, PRESS: at, ANSWER: now.get(ANSWER)}

    def end(self, at: datetime) -> None:
        now = self.openings[-1]
        now.stopped = {code: off or at for code, off in now.stopped.items()}

    def reopen(self, at: datetime) -> None:
        self.openings.append(Opening(at, dict.fromkeys(limits_by(self.grade))))


def limits_by(grade: str) -> list[str]:
    return [FIRST, PRESS] if grade == "major" else [ANSWER]


def acted(cast, event, life: Life, act: str, *, at: datetime, lag: int) -> None:
    """The act, if it is possible now; what is refused changes nothing."""
    now, told = life.openings[-1], seen(event)
    if act in WAYS:
        happened_at = at - timedelta(hours=lag)
        response = responded(cast, event, by_way=act, at=at, happened_at=happened_at)
        now.said[response.pk] = (act, happened_at)
    elif act == "regrade":
        services.regrade(**told, level=None, reason="事态变化", by=cast.office, at=at)
        life.regrade(at)
    elif act == "withdraw":
        response = event.responses.standing()[lag % max(1, event.responses.standing().count())]
        services.withdraw_response(**told, response=response, reason="登记有误", by=cast.clerk, at=at)
        del now.said[response.pk]
    elif act == "decline":
        services.propose_decline(**told, reason="已经平息", by=cast.clerk, at=at)
        services.approve_decline(**seen(event), by=cast.signer, at=at)
        life.end(at)
    elif act == "close":
        services.close(**told, by=cast.office, at=at)
        life.end(at)
    else:
        services.reopen(**told, reason="有新的情况", by=cast.office, at=at)
        life.reopen(at)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(grade=st.sampled_from(["major", "other"]), life=st.lists(ACTS, min_size=2, max_size=10))
@example(
    grade="other",
    life=[("接受媒体采访", 30, 0), ("接受媒体采访", 25, 12), ("regrade", 1, 0), ("withdraw", 1, 1), ("regrade", 1, 0),
          ("close", 1, 0), ("reopen", 9, 0), ("regrade", 6, 0), ("新闻发布会", 1, 0), ("发布权威信息", 0, 5), ("close", 1, 0)],
)  # fmt: skip
def test_the_limits_are_those_that_are_counted_by_hand(cast, grade, life):
    event, by_hand, at = answering_(cast, grade=grade), Life.of(grade), FOUND
    for act, hours, lag in life:
        at += timedelta(hours=hours, minutes=1)
        before = event.case.events.count()
        try:
            acted(cast, event, by_hand, act, at=at, lag=lag)
        except (IndexError, PermissionDenied, TransitionError, ValidationError):
            assert event.case.events.count() == before
        event = fresh(event)
        require_agreement(event, by_hand, at=at)


def require_agreement(event, by_hand: Life, *, at: datetime) -> None:
    shown = limits_of([event], at=at)[event.pk]
    for number, opening in enumerate(by_hand.openings):
        ours = [each for each in shown if each.due - timedelta(hours=HOURS[each.code]) == opening.since]
        told = sorted((each.code, each.due, each.ended, each.stopped, each.is_late) for each in ours)
        assert told == opening.limits(at=at)
        assert all(each.is_again == (number > 0) for each in ours)
    assert len(shown) == sum(len(opening.stopped) for opening in by_hand.openings)
    running = {each.code for each in shown if each.is_running}
    assert set(open_inner_clocks(event.case).values_list("duty", flat=True)) == running
    now, closed = by_hand.openings[-1], {}
    for clock in DutyClock.objects.about(event.case).filter(started_at=now.since).order_by("pk"):
        closed[clock.duty] = clock.closed_at
    for code, _, ended, *_ in now.limits(at=at):
        assert now.stopped[code] or closed[code] == ended
    assert (event.case.status, event.grade, event.case.category) == (
        replay(event.case).status,
        by_hand.grade,
        by_hand.grade,
    )
