"""缺报 and 封账后补报: told apart, counted by unit, named in the unit's own paper; what is nought is not listed."""

import re
from datetime import date
from typing import Any

import pytest

from reports.facts.request import Request
from reports.pdf import letter_html
from reports.snapshots.snapshot import compose, upgraded
from tasks.periods.services import close_period
from tests.reports.reading import stored_snapshot
from tests.tasks import factories
from tests.tasks.factories import TODAY, assignment_of, moment

pytestmark = pytest.mark.django_db

TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def autumn(cast):
    """Four duties owed the third quarter, which was closed on 30 October without a report."""
    notice = factories.issued_notice(cast)
    close_period(period=factories.period("第三季度"), by=cast.office, at=moment(10, 30))
    return notice


def made_up(cast, *, point: int = 1, unit: str = "finance", is_accepted: bool) -> None:
    people = {"by": cast.other_clerk, "head": cast.other_head} if unit == "town" else {}
    station = factories.accepted if is_accepted else factories.with_office
    station(cast, of="第三季度", assignment=assignment_of(cast, point=point, unit=unit), at=moment(11, 5), **people)


def told(notice, *, kind: str = "progress", on: date = TODAY, unit: Any = None) -> tuple[dict[str, Any], str]:
    snapshot = compose(Request.about(kind=kind, notice=notice, as_of=on, unit=unit))
    return snapshot, "".join(TAG.sub("", letter_html(snapshot=snapshot)).split())


@pytest.mark.parametrize(
    ("accepted", "pending", "words"),
    [
        (0, 0, "应报送进展4份，缺报4份。"),
        (0, 1, "应报送进展4份，缺报3份，封账后补报1份，待确认。"),
        (1, 0, "应报送进展4份，缺报3份，封账后补报1份，已确认。"),
        (1, 1, "应报送进展4份，缺报2份，封账后补报2份（已确认1份，待确认1份）。"),
    ],
)
def test_what_came_after_the_closing_is_told_apart(cast, autumn, accepted, pending, words):
    if accepted:
        made_up(cast, point=1, is_accepted=True)
    if pending:
        made_up(cast, point=2, is_accepted=False)

    snapshot, text = told(autumn)

    totals = snapshot["totals"]
    assert (totals["reports_missing"], totals["reports_made_up"]) == (4 - accepted - pending, accepted + pending)
    assert f"各单位{words}" in text
    assert told(autumn, on=date(2018, 11, 4))[0]["totals"]["reports_missing"] == 4  # nothing had come yet


def test_missing_reports_are_counted_by_unit(cast, autumn):
    made_up(cast, point=1, is_accepted=False)

    snapshot, text = told(autumn)

    assert "缺报进展3份，涉及深甽镇2份，县财政局1份。封账后补报1份，待确认，涉及县财政局1份。" in text
    by_unit = {row["unit"]: (row["reports_missing"], row["reports_made_up"]) for row in snapshot["by_unit"]}
    assert by_unit == {"县财政局": (1, 1), "深甽镇": (2, 0)}


def test_a_units_paper_names_its_missing_reports(cast, autumn):
    made_up(cast, point=2, is_accepted=False)

    _, text = told(autumn, kind="unit-progress", unit=cast.finance)

    problems = text.partition("二、存在问题")[2].partition("三、下一步工作要求")[0]
    assert "部分进展没有按期报送" in problems
    assert "缺报进展：第三季度1份；封账后补报：第三季度1份。" in problems
    assert "1.第三季度：“第1条要做的工作”没有报送进展。" in problems
    assert "2.第三季度：“第2条要做的工作”封账后已补报，待确认。" in problems


def test_what_is_nought_is_not_listed(cast):
    """Nothing is done, late or reported: no 0项次, no 0份, in the text of any paper."""
    notice = factories.issued_notice(cast)

    for kind, unit in (("progress", None), ("unit-progress", cast.finance)):
        _, text = told(notice, kind=kind, on=date(2018, 8, 20), unit=unit)
        letter = text.partition("附件：")[0]
        assert not re.search(r"(?<!\d)0(?:项次|份|项|个)", letter), letter
        assert "没有逾期任务，没有缺报进展。" in letter


def test_an_older_snapshot_claims_nothing_that_it_does_not_know():
    """Before schema 3 nobody froze which units were missing, and late reports counted among them."""
    old = stored_snapshot("schema-2/progress")
    text = "".join(TAG.sub("", letter_html(snapshot=old)).split())

    totals = upgraded(old)["totals"]
    assert totals["reports_made_up"] == 0
    assert ("没有缺报进展" in text) is (not totals["reports_missing"])
    if totals["reports_missing"]:
        assert f"缺报进展{totals['reports_missing']}份。" in text
