"""A quarter of the hotline by the ten thousand: some hundred matters live through the services as chance leads them, and each is copied
with all that was written of it, to other units and topics.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Model

from disclosure.hotline import services
from disclosure.models import HotlineCase, HotlineRound, HotlineTopic
from disclosure.public_opinion.rules import lead_of
from ninghai.models import Case, CaseEvent, DutyClock, Unit
from ninghai.models.state_machine import TransitionError
from tests.cast import Cast
from tests.disclosure.hotline import makers

SPAN = 1_000_000  # between the keys of a matter and those of its next copy
FIRST, DAYS, LAST = date(2018, 9, 20), 102, makers.at_day(date(2019, 1, 8))
MATTERS = ("ask", "help", "complaint", "advice", "praise")
HOURS = (1, 2, 5, 16, 24, 24, 48, 70, 120)
COPIES = """
WITH copies AS MATERIALIZED (
    SELECT n, n::bigint * %(span)s AS shift, (%(stories)s::bigint[])[1 + n %% cardinality(%(stories)s::bigint[])] AS story,
        (%(units)s::bigint[])[1 + n / 3 %% cardinality(%(units)s::bigint[])] AS one,
        (%(units)s::bigint[])[1 + (n / 3 + 1) %% cardinality(%(units)s::bigint[])] AS other,
        (%(topics)s::bigint[])[1 + n / 7 %% cardinality(%(topics)s::bigint[])] AS topic
    FROM generate_series(%(first)s, %(last)s) AS n
)
"""


def live(cast: Cast, chance: Random) -> HotlineCase:
    """One matter, from its taking in until nothing more happens to it."""
    at = makers.at_day(FIRST + timedelta(days=chance.randrange(DAYS)), minute=chance.randrange(60))
    told = {"matter": chance.choice(MATTERS), "urgency": chance.choice(("normal", "normal", "complex", "urgent"))}
    call = makers.taken(cast, at=at, wants_reply=chance.random() < 0.9, **told)
    while acts := _acts(cast, chance, call, at):
        weights, does = zip(*acts, strict=True)
        try:
            if chance.choices(does, weights)[0]() is ENOUGH:
                break
        except (TransitionError, ValidationError, PermissionDenied):
            pass  # not possible now, or not any more: then something else
        at += timedelta(hours=chance.choice(HOURS), minutes=chance.randrange(30))
        call = makers.fresh(call)
        if at > LAST:
            break
    return call


ENOUGH = object()  # it stays like this


def enough() -> object:
    return ENOUGH


def _acts(cast: Cast, chance: Random, call: HotlineCase, at: datetime) -> Sequence[tuple[int, Callable[[], object]]]:
    """What may happen next, each as likely as its weight; none where it has ended."""
    lead, status = lead_of(call), call.case.status
    worker = cast.other_clerk if lead and lead.unit == cast.town else cast.clerk
    office = {"call": call, "version": call.case.version, "by": cast.office, "at": at}
    unit = {**office, "by": worker}
    to = chance.choice((cast.finance, cast.town))
    some_day = at.astimezone(makers.SHANGHAI).date() + timedelta(days=chance.randint(9, 30))
    score = chance.choice(("satisfied", "satisfied", "fairly", "unsatisfied"))
    ask_return = (5, lambda: services.ask_return(reason="不是本单位的职责", belongs_to=to, **unit))
    recall = (2, lambda: services.recall(reason="转办有误", **office))

    def step(weight: int, kind: str, who: dict = office, **said: object) -> tuple[int, Callable[[], object]]:
        return weight, lambda: services.step(kind=kind, **{"reason": "如实说明", "words": "情况如下。", **said}, **who)

    def call_back(weight: int, outcome: str) -> tuple[int, Callable[[], object]]:
        return weight, lambda: services.call_back(outcome=outcome, words="", **office)

    rated = [(9, lambda: services.rate(call=call, score=score, words="", at=at))] if services.may_be_rated(call) else []
    void = step(1, "void")
    guided = step(2, "guided")
    return {
        "taken": [
            (60, lambda: services.hand_on(lead=to, **office)),
            step(6, "direct"),
            step(2, "refused", ground="procedure"),
            guided,
            void,
        ],
        "handed_on": [(60, lambda: services.sign(**unit)), ask_return, recall, guided, (4, enough)],
        "handling": [
            (70, lambda: services.answer(result="solved", words="已经办理。", **unit)),
            (8, lambda: services.ask_extension(amount=chance.randint(1, 7), reason="要等检测结果", **unit)),
            (5, lambda: services.promise(promised_for=some_day, reason="要先招标", **unit)),
            *(step(8, "caller_asked", unit), step(4, "end_asked", unit, ground="done")),
            *(ask_return, recall, guided, (4, enough)),
        ],
        "extending": [(4, lambda: services.grant_extension(**office)), step(1, "extension_refused")],
        "asking": [step(9, "caller_said"), (1, enough)],
        "returning": [
            (3, lambda: services.grant_return(**office)),
            (1, lambda: services.refuse_return(reason="属于职责范围", **office)),
        ],
        "ending": [(3, lambda: services.grant_end(**office)), step(1, "end_refused")],
        "answered": [(80, lambda: services.pass_answer(**office)), step(15, "sent_back"), (5, enough)],
        "calling": [call_back(80, score), call_back(8, "unreached"), call_back(8, "unreached_closed"), (4, enough)],
        "closed": [(60, enough), (9, lambda: services.redo(reason="再次核实", **office)), *rated],
        "direct": [(5, enough), *rated],
    }.get(status, [])


def make_quarter(cast: Cast, *, handed: int, others: int, stories: int = 150) -> None:
    """So many that were handed on, and so many that were not, of so many stories."""
    makers.topic()
    chance = Random(20181001)  # noqa: S311 - the same stories every time
    calls = [live(cast, chance) for _ in range(stories)]
    counted = [call for call in calls if call.case.status != "void"]
    told = [call.pk for call in counted if call.rounds.exists()]
    quiet = [call.pk for call in counted if call.pk not in told]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    copy(cast, told, first=1, last=handed - len(told))
    copy(cast, quiet, first=handed + 1, last=handed + others - len(quiet))


def copy(cast: Cast, stories: Sequence[int], *, first: int, last: int) -> None:
    """What is counted: the case and its events, the rounds and their limits; the two units of the stories become two of the county's."""
    units = Unit.objects.exclude(kind=Unit.Kind.OFFICE).values_list("pk", flat=True)
    topics = HotlineTopic.objects.values_list("pk", flat=True)
    asked = {
        "stories": list(stories),
        "units": list(units),
        "topics": list(topics),
        "first": first,
        "last": last,
        "span": SPAN,
    }

    def add(model: type[Model], story: str, joined: str = "", **changed: str) -> None:
        """The rows of each copy's story, with what changes; keys that are not named are new."""
        table, keys = model._meta.db_table, {"id"} - changed.keys()
        columns = [each.column for each in model._meta.concrete_fields if each.column not in keys]
        values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        source = f"SELECT {values} FROM copies c {joined} JOIN {table} t ON t.{story}"  # noqa: S608 - our own names
        with connection.cursor() as cursor:
            cursor.execute(f"{COPIES} INSERT INTO {table} ({names}) {source}", asked)

    mapped = f"CASE {{}} WHEN {cast.finance.pk} THEN c.one WHEN {cast.town.pk} THEN c.other END"
    lead = mapped.format("(t.facts->>'unit')::bigint")
    facts = f"CASE t.kind WHEN 'assign' THEN jsonb_set(t.facts, '{{unit}}', to_jsonb({lead})) ELSE t.facts END"
    numbers = {
        "serial": "10000000 + c.n",
        "number": "'热线' || c.n",
        "form_id": "gen_random_uuid()",
        "legal_clock_id": "NULL",
    }
    key, owner, limit = (f"t.{name} + c.shift" for name in ("id", "case_id", "clock_id"))
    add(Case, "id = c.story", id=key, **numbers)
    add(HotlineCase, "case_id = c.story", case_id=owner, topic_id="c.topic")
    of_case = {"id": key, "target_id": "(c.story + c.shift)::text"}
    add(DutyClock, "id = r.clock_id", "JOIN disclosure_hotlineround r ON r.hotline_case_id = c.story", **of_case)
    of_round = {"hotline_case_id": "t.hotline_case_id + c.shift", "clock_id": limit}
    add(HotlineRound, "hotline_case_id = c.story", unit_id=mapped.format("t.unit_id"), **of_round)
    add(CaseEvent, "case_id = c.story", case_id=owner, facts=facts)
