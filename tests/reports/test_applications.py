"""依申请公开情况: what the report on applications freezes and says, of the county and of one unit."""

import pytest
from django.core.exceptions import ValidationError

from fixtures.reference_data import load_workdays
from ninghai.cases.register import move_case, split_case, void_case
from reports.facts.request import Request
from reports.pdf import letter_html, render_pdf
from reports.snapshots.snapshot import compose
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers
from tests.reports.makers import TODAY, requested
from tests.reports.reading import files_inside, text_of

pytestmark = pytest.mark.django_db
OCTOBER = AT.replace(month=10, day=8)  # due on 29 October


@pytest.fixture
def county(cast, notice):
    """Three of the finance bureau, of which one is late and one overdue; one of the town."""
    load_workdays()
    makers.posted(cast)
    late = makers.signed(cast, at=OCTOBER)
    makers.hand_to_post(cast, late)
    makers.applied(cast, at=OCTOBER)
    makers.applied(cast, unit=cast.town)
    return notice


def frozen(notice, **about):
    return compose(Request.about(kind="applications", notice=notice, as_of=TODAY, **about))


def test_the_county_is_counted_with_numerator_and_denominator(county):
    snapshot = frozen(county)

    assert snapshot["applications"] == {"received": 4, "answered": 2, "in_time": 1, "open": 2, "overdue": 1}
    assert snapshot["answers"] == [{"label": "信息不存在", "count": 2}]
    assert snapshot["states"] == [{"label": "办理中", "count": 2}]
    assert [(row["unit"], row["received"], row["overdue"]) for row in snapshot["by_unit"]] == [
        ("县财政局", 3, 1),
        ("深甽镇", 1, 0),
    ]
    assert snapshot["late"] == [
        {"unit": "县财政局", "number": "县财政局公开申〔2018〕3号", "due_date": "2018-10-29", "days_late": 22}
    ]
    page = letter_html(snapshot=snapshot)
    assert "应当答复的申请3件，按时答复1件，按时答复率33.3%；逾期答复1件，逾期未答复1件。" in page
    assert "县财政局公开申〔2018〕3号，应于2018年10月29日前答复，已逾期22天。" in page


def test_what_was_split_handed_on_or_voided_is_received_once(cast, notice):
    load_workdays()
    whole, moved, void = (makers.applied(cast) for _ in range(3))
    split_case(case=whole, subjects=["甲类文件", "乙类文件"], by=cast.head, at=AT)
    move_case(case=moved, to=cast.town, reason="属于深甽镇职责", by=cast.head, at=AT)
    void_case(case=void, reason="登记了两次", by=cast.head, at=AT)

    snapshot = frozen(notice)

    assert (snapshot["applications"]["received"], snapshot["applications"]["open"]) == (3, 3)
    assert [(row["unit"], row["received"]) for row in snapshot["by_unit"]] == [("县财政局", 2), ("深甽镇", 1)]


def test_a_unit_s_paper_tells_of_its_own(cast, county):
    snapshot = frozen(county, unit=cast.town)

    assert snapshot["applications"] == {"received": 1, "answered": 0, "in_time": 0, "open": 1, "overdue": 0}
    assert snapshot["by_unit"] == []
    page = letter_html(snapshot=snapshot)
    assert "没有到期应当答复的申请。" in page
    assert "县财政局" not in page


def test_a_period_counts_what_came_and_was_answered_in_it(county):
    snapshot = frozen(county, since=TODAY)

    assert (snapshot["since"], snapshot["applications"]["received"]) == (TODAY.isoformat(), 2)


def test_no_people_and_no_words_of_theirs_stand_in_it(county):
    pdf = render_pdf(snapshot=frozen(county))
    said = text_of(pdf) + "".join(content.decode() for _, content in files_inside(pdf))

    assert "县财政局公开申〔2018〕3号" in said
    for words in ("王小明", "三公", "13805741234", "公民"):
        assert words not in said


def test_without_applications_there_is_nothing_to_tell(cast, notice):
    with pytest.raises(ValidationError, match="这一时段没有收到"):
        requested(cast, notice, kind="applications")
