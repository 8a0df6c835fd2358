"""A year replayed by `import_cases`, and the annual report counted a second time by SQL alone; planted faults are found."""

from copy import deepcopy
from datetime import date

import pytest
from django.db.models import F

from disclosure.annual_reports.register import counted
from disclosure.annual_reports.services import checks_of
from disclosure.models import AnnualReport
from disclosure.requests.importing.services import import_register
from disclosure.requests.rules.answers import ANSWERS
from ninghai.cases.events import replay
from ninghai.models import Case, CaseEvent, CasePaper, DutyClock, Unit
from tests.disclosure.requests.importing.conftest import NOW, SAMPLE
from tests.disclosure.requests.importing.counted_by_sql import COLUMNS, REMEDIES, ROWS, TOTAL, table_1, table_3, table_4
from tests.disclosure.requests.importing.replayed_year import CATEGORIES, CHANNELS, UNIT, register_of

pytestmark = pytest.mark.django_db
REGISTER = "登记簿的件数＝表中的件数"


def report_on(unit, year, **figures):
    return AnnualReport(unit=unit, year=year, drafted_at=NOW, **figures)


def figures_of(unit, year):
    return counted(report_on(unit, year)).figures


# --- Counted a second time -------------------------------------------------------------------------------------------


@pytest.mark.exhaustive
@pytest.mark.parametrize("year", [2019, 2021])
def test_of_a_whole_year_every_cell_is_what_sql_alone_counts(cast, year, request):
    request.getfixturevalue(f"whole_{year}")

    assert Case.objects.count() >= 300
    require_variety(year)
    for each in (year - 1, year, year + 1):
        require_the_same(cast.finance, each)
    require_columns_told_by_events()


@pytest.mark.usefixtures("sample_2019")
def test_every_cell_is_what_sql_alone_counts(cast):
    require_the_same(cast.finance, 2019)
    require_the_same(cast.finance, 2020)


@pytest.mark.usefixtures("sample_2018")
def test_the_statistics_up_to_2018_are_what_sql_alone_counts(cast):
    require_the_same(cast.finance, 2018)
    assert table_1(unit=cast.finance.pk, year=2018)["收到申请总数"] > SAMPLE / 2


def require_the_same(unit, year):
    """Every cell about applications, and every identity of the form."""
    figures = figures_of(unit, year)
    if year <= 2018:
        told = table_1(unit=unit.pk, year=year)
        assert {row: figures["1"][row]["数量"] for row in told} == told
    else:
        assert figures["3"] == table_3(unit=unit.pk, year=year, is_divided=year >= 2021)
        assert figures["4"] == table_4(unit=unit.pk, year=year)
    found = checks_of(report_on(unit, year, figures=figures))
    assert [check for check in found if not check.is_met and check.place.startswith(("表3", "表4"))] == []


def require_variety(year):
    """Else the comparison would say little."""
    cases = Case.objects.exclude(number="")
    assert set(cases.values_list("channel", flat=True)) == set(CHANNELS)
    assert set(cases.values_list("category", flat=True)) == set(CATEGORIES)
    codes = set(CaseEvent.objects.filter(kind="signed").values_list("facts__code", flat=True))
    assert codes == {answer.code for answer in ANSWERS} - ({"lapsed_unpaid"} if year == 2019 else set())
    happened = set(CaseEvent.objects.values_list("kind", flat=True))
    assert happened >= {"amended", "unamended", "third_party_said", "agency_said", "extended", "returned", "withdrawn"}
    assert happened >= {"void", "reopen", "split", "merge", "joined", "duplicate", "receive", "redate", "move", "rate"}
    assert happened >= {"assign", "accept", "give_back", "reasons_given", "no_reasons", "delayed"}
    assert happened >= {"remedy_begun", "remedy_decided"}
    assert (happened >= {"fee_asked", "fee_objected", "fee_paid", "fee_unpaid"}) == (year == 2021)
    contested = [table_4(unit=Unit.objects.get(code=UNIT).pk, year=each) for each in (year, year + 1)]
    assert all(sum(table[row][TOTAL] for table in contested) for row in REMEDIES.values())
    assert set(cases.values_list("rule_set", flat=True)) >= ({"2008", "2019"} if year == 2019 else {"2019"})


def require_columns_told_by_events():
    for case in Case.objects.all():
        told = replay(case).as_columns()
        assert told == {name: getattr(case, name) for name in told}


# --- Planted faults --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sample_2019")
@pytest.mark.parametrize(("row", "column"), [("三（一）", "自然人"), ("四", "商业企业"), ("一", TOTAL)])
def test_a_cell_that_was_changed_is_found(cast, row, column):
    wrong = deepcopy(figures_of(cast.finance, 2019))
    wrong["3"][row][column] += 1

    found = [check for check in checks_of(report_on(cast.finance, 2019, figures=wrong)) if not check.is_met]

    assert f"表3“{row}”“{column}”" in [check.place for check in found if check.rule == REGISTER]
    assert {check.place for check in found} >= {f"表3“{row}”行", f"表3“{column}”列"}


@pytest.mark.usefixtures("sample_2019")
def test_an_event_that_was_dropped_is_found(cast):
    """Another unit has the same register, but for the posting of one answer, and reports the same figures."""
    other = Unit.objects.get(short_name="县发改局")
    register = register_of(2019, cases=SAMPLE, code=other.code, name=other.short_name)
    case = next(each for each in register["cases"] if is_posted_in_2019(each))
    del case["events"][-1]
    import_register(register, by=None, at=NOW)

    found = checks_of(report_on(other, 2019, figures=figures_of(cast.finance, 2019)))

    places = [check.place for check in found if check.rule == REGISTER]
    row, column = ROWS[case["events"][-1]["code"]].split("）")[0], COLUMNS[case["category"]]
    assert len(places) == 6  # the answer's row, the sum of results, what is carried over: each with its total
    assert all(column in place or TOTAL in place for place in places)
    assert any(row in place for place in places)


def is_posted_in_2019(case):
    kinds = [each["kind"] for each in case["events"]]
    is_last = kinds[-2:] == ["signed", "answer_posted"] and "reopen" not in kinds
    return is_last and case["events"][-1]["at"].startswith("2019")


@pytest.mark.usefixtures("sample_2019")
def test_a_wrong_figure_carried_over_is_found(cast):
    wrong = figures_of(cast.finance, 2019)
    wrong["3"]["四"]["自然人"] += 1
    report_on(cast.finance, 2019, figures=wrong, status="reported", drafted_by=cast.clerk).save()

    found = checks_of(report_on(cast.finance, 2020, figures=figures_of(cast.finance, 2020)))

    across = [check for check in found if "结转下年度＝本年的上年结转" in check.rule and "自然人" in check.place]
    assert [abs(check.left - check.right) for check in across] == [1]


# --- What follows from the events ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("sample_2019")
def test_clocks_and_letters_follow_from_the_events():
    answered = Case.objects.filter(status__in=["posted", "delivered"]).select_related("legal_clock")
    assert {case.legal_clock.state for case in answered} == {DutyClock.State.CLOSED}
    assert not answered.filter(closed_at__year__gt=2020).exists()
    assert not answered.exclude(legal_clock__closed_at=F("closed_at")).exists()
    papers = CasePaper.objects.filter(case__in=answered, kind="answer")
    assert not papers.filter(
        handed_over_on=None, case__events__paper=F("pk"), case__events__kind="answer_posted"
    ).exists()
    running = Case.objects.open().exclude(received_on=None).select_related("legal_clock")
    assert all(case.legal_clock.due_at or case.legal_clock.state == DutyClock.State.PAUSED for case in running)
    assert date(2019, 1, 1) <= max(papers.values_list("dated", flat=True)) <= date(2020, 12, 31)
