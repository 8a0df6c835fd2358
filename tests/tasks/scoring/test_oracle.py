"""10,000 random sheets: the portal and the second implementation agree on every line, to the cent."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest

from tasks.scoring.parameters import Source, read_parameters
from tasks.scoring.sheet import (
    Entered,
    Facts,
    FindingFact,
    JudgedRule,
    Lapse,
    Record,
    Scheme,
    Timely,
    places,
    score_unit,
)
from tests.tasks.scoring import oracle

SHEETS = 10_000
RECORD = Record("tasks.assignment", "1")
OUTCOMES = ("true", "partly_true", "not_true", "to_rectify")


def a_number(chance, least, most, places=2):
    return Decimal(chance.randint(least * 10**places, most * 10**places)).scaleb(-places)


def some_parameters(chance, source):
    stored = {}
    if chance.random() < 0.8 and source in Source.weighted:
        stored["nothing"] = chance.choice(["full", "left_out"])
    if source in {"reporting", "completion", "coverage", "requests", "hotline", "response"}:
        stored["late_percent"] = chance.choice([0, 50, 100, chance.randint(0, 100)])
    if source == "quality":
        stored |= {outcome: chance.randint(0, 100) for outcome in OUTCOMES}
    if source == "veto":
        stored["from_findings"] = chance.random() < 0.5
    return read_parameters(source, stored)


def some_facts(chance, source):
    """The same facts twice: as the portal reads them, and as plain data."""
    how_many = chance.choice([0, 0, 1, 2, 3, chance.randint(0, 60)])
    if source in {"reporting", "completion", "coverage", "requests", "hotline", "response"}:
        late, missing = chance.randint(0, how_many), chance.choice([0, chance.randint(0, 7)])
        lapses = [Lapse("迟报", RECORD, late=1)] * late + [Lapse("缺报", RECORD, missing=1)] * missing
        timely = Timely(how_many - late, tuple(lapses))
        return Facts(timely=timely), {"in_time": how_many - late, "late": late, "missing": missing}
    found, findings, entered, values = [], [], [], []
    if source in {"quality", "veto"}:
        for _ in range(min(how_many, 6)):
            score = chance.choice([None, a_number(chance, 0, 110, 1)])
            outcome, vetoed = chance.choice(OUTCOMES), chance.random() < 0.1
            found.append(FindingFact("抽查", RECORD, outcome, score=score, is_vetoed=vetoed))
            findings.append({"score": score, "outcome": outcome, "vetoed": vetoed})
    if source in {"third_party", "deduction", "bonus", "veto"}:
        for _ in range(min(how_many, 4)):
            value = a_number(chance, 0, 100 if source == "third_party" else 8)
            value = Decimal(0) if source == "veto" else value
            entered.append(Entered("记录", RECORD, value))
            values.append(value)
    return Facts(found=tuple(found), entered=tuple(entered)), {"findings": findings, "values": values}


def some_sheet(chance):
    cap = a_number(chance, 60, 120)
    sources = chance.sample(Source.values, chance.randint(1, len(Source.values)))
    sources += [chance.choice(Source.values) for _ in range(chance.choice([0, 0, 1, 3]))]
    rules, facts, plain = [], {}, {}
    for key, source in enumerate(sources, start=1):
        marks = Decimal(0) if source == "veto" else a_number(chance, 1, 40, chance.choice([0, 0, 2]))
        rules.append(JudgedRule(key, Source(source), marks, some_parameters(chance, source)))
        if chance.random() < 0.9:
            facts[key], plain[key] = some_facts(chance, source)
    veto_score = min(cap, a_number(chance, 0, 60))
    scheme = Scheme(cap=cap, veto_score=veto_score, rules=tuple(rules))
    named = [{"key": r.key, "source": str(r.source), "marks": r.full_marks, "parameters": r.parameters} for r in rules]
    return scheme, facts, {"cap": cap, "veto_score": veto_score, "rules": named, "facts": plain}


@pytest.mark.exhaustive
def test_ten_thousand_random_sheets_agree_to_the_cent():
    chance = random.Random(20181120)  # noqa: S311 - the same sheets every time
    totals, expected_totals, kinds = [], [], set()

    for _ in range(SHEETS):
        scheme, facts, plain = some_sheet(chance)
        expected = oracle.recompute(plain)
        sheet = score_unit(scheme=scheme, facts=facts)
        own = {line.rule: Fraction(line.amount) for line in sheet.lines if line.rule}
        bound = sum(Fraction(line.amount) for line in sheet.lines if line.rule is None)
        assert own == expected["amounts"], plain
        assert (bound, Fraction(sheet.total), sheet.is_vetoed) == (
            expected["bound"],
            expected["total"],
            expected["vetoed"],
        ), plain
        kinds |= {("bound", bound > 0, bound < 0), ("veto", sheet.is_vetoed), ("scaled", " ÷ " in sheet.lines[0].words)}
        totals.append(sheet.total)
        expected_totals.append(expected["total"])

    assert len(kinds) == 7  # bounded below, above and not; vetoed and not; with a sum in words and without
    by_total = places(totals)
    some = range(0, SHEETS, 400)
    assert [by_total[totals[n]] for n in some] == [oracle.place(expected_totals[n], expected_totals) for n in some]


def test_all_that_was_asked_gives_the_same_whatever_is_left_out():
    """Thirds and sevenths must not put one unit without a fault before another."""
    marks = [20, 30, 20, 10, 10, 10]
    rules = tuple(
        JudgedRule(key, Source.REPORTING, Decimal(each), read_parameters("reporting", {}))
        for key, each in enumerate(marks)
    )
    scheme = Scheme(cap=Decimal(105), veto_score=Decimal(0), rules=rules)

    for counted in range(1, 64):
        facts = {key: Facts(timely=Timely(in_time=7)) for key in range(6) if counted >> key & 1}
        assert score_unit(scheme=scheme, facts=facts).total == 100
