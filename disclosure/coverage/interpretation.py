"""Policy and interpretation (文件与解读): what owes an interpretation, by when, and whether it came.

国办发〔2016〕19号: 解读材料于文件公开后3个工作日内发布. Which policies owe one is marked at each (须配发解读). What counts is the first public item that names the policy as the one it explains.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from disclosure.coverage.holdings import Items, public_on_day
from disclosure.coverage.limits import Days
from ninghai.calendar.time_limits import Limit, LimitUnit
from ninghai.calendar.workdays import WorkCalendar

LIMIT = Limit(LimitUnit.WORKING_DAY, 3)
BASIS = "国办发〔2016〕19号"


@dataclass(frozen=True, slots=True)
class OwedInterpretation:
    """A marked policy, when its interpretation is due, and when the first one became public."""

    document: int
    unit: int
    title: str
    public_on: date
    due_on: date
    interpreted_on: date | None

    def days_late(self, *, on: date) -> int:
        """By how many days it came late, or is late on that day."""
        return max(0, ((self.interpreted_on or on) - self.due_on).days)

    def is_missing(self, *, on: date) -> bool:
        return self.interpreted_on is None and self.due_on < on

    @property
    def derivation(self) -> str:
        return f"{self.public_on:%Y-%m-%d}公开，{LIMIT}内（当日不计）即{self.due_on:%Y-%m-%d}前应公开解读（{BASIS}）"

    def words(self, *, on: date) -> str:
        """How it stands on that day, in a sentence."""
        late = f"，逾期{self.days_late(on=on)}天" if self.days_late(on=on) else ""
        stands = f"{self.interpreted_on:%Y-%m-%d}已公开" if self.interpreted_on else "还没有公开"
        return f"《{self.title}》{self.derivation}，{stands}{late}。"


def owed_interpretations(
    *,
    on: date,
    calendar: WorkCalendar,
    units: Collection[int] | None = None,
    documents: Collection[int] | None = None,
) -> list[OwedInterpretation]:
    """Every marked policy that was public at the end of the day, or those of some units, or some; the latest first."""
    marked = public_on_day(on).filter(owes_interpretation=True)
    if units is not None:
        marked = marked.filter(unit__in=units)
    if documents is not None:
        marked = marked.filter(pk__in=documents)
    rows = list(marked.order_by("-public_on", "-pk").values_list("pk", "unit_id", "title", "public_on"))
    interpreted = _interpreted_on([row[0] for row in rows], on)
    return list(_owed(rows, interpreted, Days(calendar)))


def _owed(
    rows: Iterable[tuple[int, int, str, date]], interpreted: dict[int, date], days: Days
) -> Iterator[OwedInterpretation]:
    for pk, unit, title, public_on in rows:
        yield OwedInterpretation(pk, unit, title, public_on, days.after(LIMIT, public_on), interpreted.get(pk))


def _interpreted_on(documents: Collection[int], on: date) -> dict[int, date]:
    """By policy: the day on which the first of its interpretations became public."""
    items: Items = public_on_day(on).filter(explains__in=documents)
    return dict(items.values("explains").annotate(first=Min("public_on")).values_list("explains", "first"))
