"""The facts of a scoring (考核依据), read from the records as of a day: a few statements for any number of units."""

from collections.abc import Iterable, Mapping

from tasks.models import ScoreEntry
from tasks.scores.coverage import Coverage, coverage
from tasks.scores.facts.completion import completion
from tasks.scores.facts.ground import Ground, scored_units
from tasks.scores.facts.quality import findings
from tasks.scores.facts.reporting import reporting
from tasks.scores.facts.response import response
from tasks.scoring.facts import Entered, Facts, Lapse, Record, Rule, Timely
from tasks.scoring.source import Source

__all__ = ["Ground", "facts_of_rules", "scored_units"]

FactsByUnit = Mapping[int, Facts]


def facts_of_rules(rules: Iterable[Rule], *, ground: Ground) -> dict[int, FactsByUnit]:
    """By rule and unit; a unit of which a rule knows nothing is absent."""
    return {rule.key: facts_of(rule, ground=ground) for rule in rules}


def facts_of(rule: Rule, *, ground: Ground) -> FactsByUnit:
    if rule.source == Source.QUALITY:
        return {unit: Facts(found=found) for unit, found in findings(ground).items()}
    if rule.source in Source.recorded:
        return _recorded(rule, ground)
    return {unit: Facts(timely=timely) for unit, timely in _timely(rule, ground).items()}


def _timely(rule: Rule, ground: Ground) -> Mapping[int, Timely]:
    if rule.source == Source.REPORTING:
        return reporting(ground)
    if rule.source == Source.COMPLETION:
        return completion(ground)
    if rule.source == Source.RESPONSE:
        return response(ground, answer_workdays=rule.parameters["answer_workdays"])
    known = coverage(year=ground.notice.year, on=ground.on)
    return {unit: _covered(each) for unit, each in known.items()}


def _covered(known: Coverage) -> Timely:
    lapses = (
        Lapse(each.words, Record(each.record_type, each.record_id), late=each.is_late, missing=not each.is_late)
        for each in known.lapses
    )
    return Timely(known.in_time, tuple(lapses))


def _recorded(rule: Rule, ground: Ground) -> FactsByUnit:
    """What the office recorded for the rule; a veto may also come from a finding."""
    entered: dict[int, list[Entered]] = {}
    for entry in ScoreEntry.objects.happened(by=ground.on).filter(rule=rule.key).order_by("happened_on", "pk"):
        words = f"{entry.happened_on:%Y-%m-%d} {entry.reason}"
        made = Entered(words, Record("tasks.scoreentry", str(entry.pk)), entry.value)
        entered.setdefault(entry.unit_id, []).append(made)
    found = findings(ground) if rule.source == Source.VETO else {}
    return {
        unit: Facts(entered=tuple(entered.get(unit, ())), found=found.get(unit, ()))
        for unit in entered.keys() | found.keys()
    }
