"""A small county's year, reached through the services, and a scheme over it."""

from decimal import Decimal

import pytest

from tasks.models import ScoreScheme, WorkPointNotice
from tasks.scoring.parameters import Source
from tasks.scoring.services import add_rule, make_scheme
from tests.cast import Cast
from tests.tasks import factories
from tests.worlds import world

RULES = [
    (Source.REPORTING, "按时报送进展", 30, {}),
    (Source.COMPLETION, "按时办结任务", 30, {"late_percent": 50}),
    (Source.QUALITY, "抽查质量", 20, {}),
    (Source.RESPONSE, "整改与回应", 10, {"answer_workdays": 3}),
    (Source.THIRD_PARTY, "第三方评估", 10, {}),
    (Source.DEDUCTION, "专项扣分", 10, {}),
    (Source.BONUS, "加分", 5, {}),
    (Source.VETO, "单项否决", 0, {}),
]


def make_a_scheme(cast: Cast, notice: WorkPointNotice, *, name: str = "2018年考核方案", rules=None) -> ScoreScheme:
    at = factories.moment(8, 20)
    scheme = make_scheme(notice=notice, name=name, cap=Decimal(100), veto_score=Decimal(0), by=cast.office, at=at)
    for position, (source, title, marks, parameters) in enumerate(RULES if rules is None else rules, start=1):
        add_rule(
            scheme=scheme,
            version=scheme.version,
            source=source,
            title=title,
            full_marks=Decimal(marks),
            position=position,
            parameters=parameters,
            by=cast.office,
            at=at,
        )
    return scheme


usual_scheme = world("usual_scheme", make_a_scheme, on=("cast", "small_notice"))


@pytest.fixture
def scheme(notice: WorkPointNotice, usual_scheme: ScoreScheme) -> ScoreScheme:
    return usual_scheme


def rule_of(scheme: ScoreScheme, source: str):
    return scheme.rules.get(source=source)
