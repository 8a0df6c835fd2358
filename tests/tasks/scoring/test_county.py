"""A small county whose year comes about through the services; the second implementation reads its plain rows."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.utils import timezone

from tasks.models import (
    Assignment,
    Finding,
    PeriodRecord,
    ProgressReport,
    Rectification,
    ReportingPeriod,
    ScoreEntry,
    ScoreLine,
)
from tasks.scoring.services import compute_scores, record_entry
from tests.cast import Cast
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, accepted, moment
from tests.tasks.scoring import oracle
from tests.tasks.scoring.conftest import make_a_scheme, rule_of

DUE_DATES = [date(2018, month, day) for month in (9, 10, 11) for day in (5, 25)]
PEOPLE = {"finance": ("clerk", "head"), "town": ("other_clerk", "other_head")}
JUDGED_DAYS = [date(2018, 10, 12), date(2018, 10, 20), date(2018, 11, 6), TODAY]


@pytest.fixture
def county(cast: Cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    notice = factories.issued_notice(cast, due_dates=DUE_DATES)
    scheme = make_a_scheme(cast, notice)
    chance = random.Random(44)  # noqa: S311 - the same county every time
    for assignment in Assignment.objects.order_by("pk"):
        clerk, head = (getattr(cast, name) for name in PEOPLE["finance" if assignment.unit == cast.finance else "town"])
        fate = chance.choice(["never", "on time", "late", "done in time", "done late"])
        day = {"late": moment(10, 18), "done late": moment(11, 15)}.get(fate, moment(10, 9))
        if fate != "never":
            done = {"claims_completion": True, "percent": 100, "proof": PDF} if fate.startswith("done") else {}
            accepted(cast, assignment=assignment, of="第三季度", by=clerk, head=head, at=day, **done)
    check = factories.drawn_check(cast, notice, size=6)
    outcomes = ["true", "partly_true", "not_true", "to_rectify"]
    for number, drawn in enumerate(check.drawn.order_by("pk")):
        outcome = outcomes[number % 4]
        by_date = TODAY + timedelta(days=20) if outcome == "to_rectify" else None
        factories.recorded(cast, drawn, outcome=outcome, rectify_by_date=by_date)
    for unit, source, value in [
        (cast.finance, "third_party", "85.55"),
        (cast.finance, "third_party", "70.1"),
        (cast.town, "deduction", "2.5"),
        (cast.town, "bonus", "4"),
    ]:
        record_entry(
            rule=rule_of(scheme, source),
            unit=unit,
            value=Decimal(value),
            happened_on=date(2018, 11, 1),
            reason="依据",
            form_id=uuid4(),
            by=cast.office,
            at=NOW,
        )
    return scheme


# --- The plain rows, read with loops alone -------------------------------------------------------


def reporting(unit, on):
    found = {"in_time": 0, "late": 0, "missing": 0}
    for period in ReportingPeriod.objects.all():
        if period.due_date is None or period.end >= on:
            continue
        for row in Assignment.objects.filter(unit=unit):
            if period.closed_on and period.closed_on <= on:
                for record in PeriodRecord.objects.filter(period=period, assignment=row):
                    found[{"on_time": "in_time"}.get(record.outcome, record.outcome)] += 1
                continue
            over = row.completion_accepted_on and row.completion_accepted_on <= period.end
            if row.made_on >= period.end or over or (row.ended_on and row.ended_on <= period.end):
                continue
            days = [
                timezone.localdate(report.passed_at)
                for report in ProgressReport.objects.filter(assignment=row, period=period)
                if report.status in ("with_office", "accepted") and timezone.localdate(report.passed_at) <= on
            ]
            if days:
                found["in_time" if min(days) <= period.due_date else "late"] += 1
            elif period.due_date < on:
                done = row.completed_on and row.completed_on <= period.due_date and row.completion_accepted_on <= on
                if not done:
                    found["missing"] += 1
    return found


def completion(unit, on):
    found = {"in_time": 0, "late": 0, "missing": 0}
    for row in Assignment.objects.filter(unit=unit):
        if row.made_on > on or (row.ended_on and row.ended_on <= on):
            continue
        if row.completion_accepted_on and row.completion_accepted_on <= on:
            found["in_time" if row.completed_on <= row.due_date else "late"] += 1
        elif row.due_date < on:
            found["missing"] += 1
    return found


def findings(unit, on):
    rows = Finding.objects.filter(drawn__assignment__unit=unit)
    return [
        {"score": row.score, "outcome": row.outcome, "vetoed": row.is_vetoed}
        for row in rows
        if timezone.localdate(row.recorded_at) <= on
    ]


def response(unit, on):
    found = {"in_time": 0, "late": 0, "missing": 0}
    for row in Rectification.objects.filter(finding__drawn__assignment__unit=unit).exclude(status="lifted"):
        if timezone.localdate(row.finding.recorded_at) <= on and row.finding.rectify_by_date < on:
            found["missing"] += 1
    return found


def values(rule, unit, on):
    rows = ScoreEntry.objects.filter(rule=rule, unit=unit)
    return [row.value for row in rows if row.cancelled_at is None and row.happened_on <= on]


def plain_sheet(scheme, unit, on):
    rules, facts = [], {}
    for rule in scheme.rules.order_by("position"):
        named = {"key": rule.pk, "source": rule.source, "marks": rule.full_marks, "parameters": rule.parameters}
        rules.append(named)
        if rule.source in ("reporting", "completion", "response"):
            read = {"reporting": reporting, "completion": completion, "response": response}[rule.source]
            facts[rule.pk] = read(unit, on)
        else:
            facts[rule.pk] = {"findings": findings(unit, on), "values": values(rule, unit, on)}
    return {"cap": scheme.cap, "veto_score": scheme.veto_score, "rules": rules, "facts": facts}


def test_the_county_agrees_with_its_plain_rows_on_every_day(cast, county):
    seen = set()
    for on in JUDGED_DAYS:
        scoring = compute_scores(scheme=county, as_of=on, by=cast.office, at=NOW)
        for score in scoring.unit_scores.select_related("unit"):
            plain = plain_sheet(county, score.unit, on)
            expected = oracle.recompute(plain)
            lines = ScoreLine.objects.filter(unit_score=score).exclude(rule=None)

            assert {line.rule_id: Fraction(line.amount) for line in lines} == expected["amounts"], (on, score.unit)
            assert (Fraction(score.total), score.is_vetoed) == (expected["total"], expected["vetoed"])
            seen.add(score.total)
    assert len(seen) > 4  # the days differ
