"""Counting the register into the tables: what came in and what was answered in the calendar year, by category and answer.

Nothing here knows a record: `RequestFacts` is what is asked of whoever keeps the register. The day of the answer decides the
year and the row; what is open at the end of the year is carried over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from disclosure.annual_reports import blanks
from disclosure.annual_reports.figures import Figures, put, with_sums
from disclosure.requests.rules.answers import ANSWERS

ROWS = {answer.code: f"三{answer.row}" for answer in ANSWERS}
ROWS_A = {answer.code: answer.row_2008 for answer in ANSWERS}
STATISTIC_CHANNELS = {  # of the statistics up to 2018, by the channels of the register
    **{code: code for code in blanks.CHANNELS},
    **dict.fromkeys(("signed_post", "plain_post", "passed_on"), "post"),
}
OF_REQUESTS = frozenset(
    {blanks.RECEIVED, *blanks.CHANNELS.values(), blanks.ANSWERED, *ROWS_A.values()}
)  # rows of the statistics up to 2018


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyFacts:
    """A reconsideration or a lawsuit: `kind` of REMEDY_ROWS, `outcome` of OUTCOMES once it is decided."""

    kind: str
    begun_on: date
    decided_on: date | None = None
    outcome: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """One application as it counts: a part of one that was split counts for itself, and names it in `split_of`.

    `is_again`: it was answered in a former year, and opened again on the day `received_on`.
    """

    number: str
    received_on: date
    category: str
    case: int = 0  # by which whoever keeps the register finds it again
    channel: str = "other"
    answer: str = ""
    answered_on: date | None = None
    split_of: str = ""
    is_again: bool = False
    remedies: tuple[RemedyFacts, ...] = ()

    @property
    def category_label(self) -> str:
        return blanks.CATEGORIES.get(self.category, "—")  # nobody applied for what a county answers of itself


@dataclass(frozen=True, slots=True)
class RegisterTally:
    """The figures that the register gives, what stands behind each cell that is no sum, and what must be said with them."""

    figures: Figures
    cases: dict[blanks.ReportCell, list[RequestFacts]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def behind(self, cell: blanks.ReportCell, blank: blanks.Blank) -> list[RequestFacts]:
        """The requests that the cell counts, those of a sum by its parts."""
        sums = (identity for identity in blank.identities if identity.is_sum and identity.right == (cell,))
        if identity := next(sums, None):
            return [each for part in identity.left for each in self.behind(part, blank)]
        return self.cases.get(cell, [])


def is_counted(cell: blanks.ReportCell) -> bool:
    """Whether the register can say what stands in the cell."""
    of_statistics = cell.row in OF_REQUESTS or cell.row.startswith(tuple(blanks.REMEDIES_A.values()))
    return cell.table in {"3", "4"} or (cell.table == "1" and (of_statistics or cell.row == blanks.RESPONDED))


def is_about_remedies(cell: blanks.ReportCell) -> bool:
    """Whether it counts reconsiderations or lawsuits."""
    return is_counted(cell) and cell.table != "3" and cell.row not in {*OF_REQUESTS, blanks.RESPONDED}


def tally(
    facts: Iterable[RequestFacts], *, blank: blanks.Blank, year: int, responded: Iterable[RequestFacts] = ()
) -> RegisterTally:
    """The tables that the register can fill, of one year; zeros where nothing happened. `responded`: matters of public opinion."""
    cases: defaultdict[blanks.ReportCell, list[RequestFacts]] = defaultdict(list)
    counted = list(facts)
    for each in counted:
        for cell in _cells_of(each, blank, year):
            cases[cell].append(each)
    if blank.code == "A":
        cases[_statistic(blanks.RESPONDED)] = list(responded)
    return RegisterTally(_counted(cases, blank), dict(cases), notes_on(counted, year=year))


def notes_on(facts: Iterable[RequestFacts], *, year: int) -> list[str]:
    """What was split or opened again among what came in in the year."""
    split: defaultdict[str, list[str]] = defaultdict(list)
    again: list[str] = []
    for each in facts:
        if each.split_of and each.received_on.year == year:
            split[each.split_of].append(each.number)
        if each.is_again and each.received_on.year == year:
            again.append(each.number)
    notes = [f"其中拆分：{whole}拆分为{len(parts)}件。" for whole, parts in sorted(split.items())]
    return [*notes, *(f"其中重新办理：{number}往年已经答复，本年重新办理，按新收计。" for number in sorted(again))]


def _counted(cases: dict[blanks.ReportCell, list[RequestFacts]], blank: blanks.Blank) -> Figures:
    found: Figures = {}
    for cell in blank.cells():
        if is_counted(cell):
            put(found, cell, 0)
    sums = {identity.right[0] for identity in blank.identities if identity.is_sum}
    for cell in sums & {each for each in blank.cells() if found.get(each.table, {}).get(each.row) is not None}:
        put(found, cell, None)
    for cell, requests in cases.items():
        put(found, cell, len(requests))
    return with_sums(found, blank)


def _cells_of(facts: RequestFacts, blank: blanks.Blank, year: int) -> Iterator[blanks.ReportCell]:
    """Where one application counts, but for the sums."""
    yield from _of_remedies(facts, blank, year)
    came_in, answered = facts.received_on.year, facts.answered_on.year if facts.answered_on else None
    if blank.code == "A":
        if came_in == year:
            yield _statistic(blanks.CHANNELS[STATISTIC_CHANNELS.get(facts.channel, "other")])
        if answered == year:
            yield _statistic(ROWS_A[facts.answer])
        return
    column = blanks.CATEGORIES[facts.category]
    if came_in == year:
        yield blanks.ReportCell("3", blanks.NEW, column)
    if came_in < year and (answered is None or answered >= year):
        yield blanks.ReportCell("3", blanks.CARRIED_IN, column)
    if came_in <= year and answered == year:
        yield blanks.ReportCell("3", _row(facts.answer, blank), column)
    if came_in <= year and (answered is None or answered > year):
        yield blanks.ReportCell("3", blanks.CARRIED_OUT, column)


def _row(answer: str, blank: blanks.Blank) -> str:
    row = ROWS[answer]
    return blanks.UNDIVIDED if blank.code == "B" and row.startswith(blanks.UNDIVIDED) else row


def _statistic(row: str) -> blanks.ReportCell:
    return blanks.ReportCell("1", row, blanks.COUNT)


def _of_remedies(facts: RequestFacts, blank: blanks.Blank, year: int) -> Iterator[blanks.ReportCell]:
    """Decided in the year, or begun by its end and still open then."""
    for each in facts.remedies:
        is_open = each.decided_on is None or each.decided_on.year > year
        if each.begun_on.year > year or (not is_open and each.decided_on and each.decided_on.year < year):
            continue
        outcome = "open" if is_open else each.outcome
        if blank.code != "A":
            yield blanks.ReportCell("4", blanks.REMEDY_ROWS[each.kind], blanks.OUTCOMES[outcome])
        elif not is_open:
            words = {"upheld": "维持具体行政行为数", "corrected": "被依法纠错数"}.get(outcome, "其他情形数")
            yield _statistic(f"{blanks.REMEDIES_A[each.kind.partition('_')[0]]}{words}")
