"""Each cell that is counted from the register opens what it counts; the county's opens each unit's part. Counted again in SQL."""

import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from random import Random
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse

from disclosure.annual_reports import register, services
from disclosure.annual_reports.blanks import TOTAL, ReportCell, blank_of
from disclosure.annual_reports.county import county_figures
from disclosure.annual_reports.figures import value_at
from disclosure.annual_reports.tally import is_counted
from disclosure.models import AnnualReport
from disclosure.requests.rules.answers import ANSWERS
from disclosure.requests.rules.receipt import RequestChannel
from fixtures.reference_data import load_workdays
from tests.disclosure.annual_reports.shapes import whole
from tests.disclosure.annual_reports.test_annual_report_pages import address, applied, happened, page_of, reported
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers as requests
from tests.disclosure.requests.test_remedies import begin, decide
from tests.worlds import world

pytestmark = pytest.mark.django_db

CATEGORIES = {
    "person": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal": "法律服务机构",
    "organisation": "其他",
}
ROWS = {  # cases.md 2.6, typed again
    "published": "三（一）", "open": "三（一）", "partial": "三（二）", "refuse_secret": "三（三）1", "refuse_banned": "三（三）2",
    "refuse_safety": "三（三）3", "refuse_third": "三（三）4", "refuse_internal": "三（三）5", "refuse_process": "三（三）6",
    "refuse_file": "三（三）7", "refuse_register": "三（三）8", "not_held": "三（四）1", "other_agency": "三（四）1",
    "to_be_made": "三（四）2", "still_unclear": "三（四）3", "petition": "三（五）1", "repeat": "三（五）2",
    "publication": "三（五）3", "excessive": "三（五）4", "confirm_again": "三（五）5", "lapsed_unamended": "三（六）1",
    "lapsed_unpaid": "三（六）2", "other": "三（六）3",
}  # fmt: skip
COUNTED_IN_SQL = """
WITH ended AS (
    SELECT DISTINCT ON (case_id) case_id, kind, (happened_at AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM ninghai_caseevent WHERE kind IN ('answer_posted', 'answer_received', 'withdrawn') ORDER BY case_id, number
), told AS (
    SELECT c.category, c.received_on, e.day, CASE WHEN e.kind = 'withdrawn' THEN 'other' ELSE (
        SELECT facts->>'code' FROM ninghai_caseevent s WHERE s.case_id = c.id AND s.kind = 'signed' ORDER BY number DESC LIMIT 1
    ) END AS code
    FROM ninghai_case c LEFT JOIN ended e ON e.case_id = c.id
    WHERE c.kind = 'request' AND c.unit_id = %(unit)s AND c.status NOT IN ('void', 'split', 'merged', 'duplicate')
)
SELECT 'new', category, count(*) FROM told WHERE received_on BETWEEN %(first)s AND %(last)s GROUP BY 2
UNION ALL
SELECT 'in', category, count(*) FROM told WHERE received_on < %(first)s AND (day IS NULL OR day >= %(first)s) GROUP BY 2
UNION ALL
SELECT code, category, count(*) FROM told WHERE day BETWEEN %(first)s AND %(last)s GROUP BY 1, 2
UNION ALL
SELECT 'out', category, count(*) FROM told WHERE received_on <= %(last)s AND (day IS NULL OR day > %(last)s) GROUP BY 2
"""


def make_register(cast) -> None:
    """Three years of requests of every category and answer, of two units, some withdrawn, some open, some void."""
    chosen = Random(16)  # noqa: S311 - figures for a test
    for unit, many in ((cast.finance, 160), (cast.town, 30)):
        for _ in range(many):
            received = date(2020, 7, 1) + timedelta(days=chosen.randrange(700))
            case = applied(unit, received, category=chosen.choice(list(CATEGORIES)))
            end(case, received + timedelta(days=chosen.randrange(60)), chosen)


def end(case, day: date, chosen: Random) -> None:
    match chosen.randrange(10):
        case 0:
            pass
        case 1:
            happened(case, "withdrawn", day)
        case 2:
            type(case).objects.filter(pk=case.pk).update(status="void")
        case _:
            happened(case, "signed", day, code=chosen.choice(ANSWERS).code)
            if chosen.randrange(2):
                happened(case, "answer_posted", day + timedelta(days=chosen.randrange(9)))
            happened(case, "answer_received", day + timedelta(days=9))


many_requests = world("many_requests", make_register, on=("cast",))


def counted_again(unit, year: int) -> Counter[ReportCell]:
    """The same of table 3 in SQL, sums added up here."""
    found: Counter[ReportCell] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(COUNTED_IN_SQL, {"unit": unit.pk, "first": date(year, 1, 1), "last": date(year, 12, 31)})
        for what, category, count in cursor.fetchall():
            row = {"new": "一", "in": "二", "out": "四"}.get(what) or ROWS[what]
            if year < 2021 and row.startswith("三（六）"):
                row = "三（六）"
            rows = [row] if row in "一二四" else [row, "三（七）"]
            for each in rows:
                found[ReportCell("3", each, CATEGORIES[category])] += count
                found[ReportCell("3", each, "总计")] += count
    return found


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_every_cell_of_table_3_is_what_sql_counts_and_lists_as_many_requests(cast, many_requests, year):
    report, blank = AnnualReport(unit=cast.finance, year=year), blank_of(year)
    counted, again = register.counted(report), counted_again(cast.finance, year)

    assert again
    for cell in blank.table("3").cells():
        behind = counted.behind(cell, blank)
        assert (value_at(counted.figures, cell), len(behind)) == (again[cell], again[cell]), cell
        assert len({each.case for each in behind}) == len(behind)


@pytest.mark.parametrize("year", [2018, 2021])
def test_every_counted_cell_of_every_table_lists_what_it_says(cast, many_requests, year):
    report, blank = AnnualReport(unit=cast.finance, year=year), blank_of(year)
    counted = register.counted(report)

    cells = [cell for cell in blank.cells() if is_counted(cell)]
    assert len(cells) > 10
    assert [value_at(counted.figures, cell) for cell in cells] == [len(counted.behind(cell, blank)) for cell in cells]


@pytest.mark.parametrize(
    ("channel", "row"),
    [
        (RequestChannel.COUNTER, "当面申请数"),
        (RequestChannel.SIGNED_POST, "信函申请数"),
        (RequestChannel.PLAIN_POST, "信函申请数"),
        (RequestChannel.PASSED_ON, "信函申请数"),
        (RequestChannel.ONLINE, "网络申请数"),
        (RequestChannel.EMAIL, "电子邮件申请数"),
        (RequestChannel.FAX, "传真申请数"),
    ],
)
def test_the_statistics_up_to_2018_count_each_channel_in_its_row(cast, channel, row):
    case = applied(cast.finance, date(2018, 3, 1))
    type(case).objects.filter(pk=case.pk).update(channel=channel)

    figures = register.counted(AnnualReport(unit=cast.finance, year=2018)).figures["1"]

    assert [name for name, cells in figures.items() if cells.get("数量")] == ["收到申请总数", row]


LINK = re.compile(r'<a href="([^"]*/cell/[^"]*)">([^<]*)</a>')


def test_each_cell_on_the_page_opens_as_many_requests_as_it_says(client, cast, many_requests):
    report = services.open_report(year=2021, unit=cast.finance, by=cast.clerk, at=AT.replace(year=2022))
    client.force_login(cast.clerk)

    links = LINK.findall(client.get(address(report)).content.decode())

    nonzero = [cell for cell in blank_of(2021).table("3").cells() if value_at(report.figures, cell)]
    assert len(links) == len(nonzero) > 30
    for url, value in links:
        answer = client.get(unescape(url))
        assert answer.context["page"].paginator.count == int(value)
        assert f"登记簿中有 {value} 件" in answer.content.decode()


def cell_url(report: AnnualReport, row: str, column: str, name: str = "disclosure:annual-report-cell") -> str:
    named = ReportCell("3", row, column)._asdict()
    return f"{reverse(name, args=[report.pk])}?{urlencode(named)}"


def test_a_request_behind_a_cell_is_opened_by_who_may_see_it(client, cast):
    case = requests.applied(cast)
    report = reported(cast.finance, 2018, whole(2018), status="draft")
    named = urlencode(ReportCell("1", "网络申请数", "数量")._asdict())
    client.force_login(cast.clerk)

    page = page_of(client, f"{address(report, 'cell')}?{named}")

    assert case.number in page
    assert "王小明" not in page
    assert reverse("disclosure:request", args=[case.pk]) in page
    assert "表中的数字与登记簿不一致" in page
    client.force_login(cast.other_clerk)
    assert client.get(f"{address(report, 'cell')}?{named}").status_code == 404


def test_the_office_opens_a_request_behind_a_cell_in_its_own_frame(client, cast):
    case = requests.applied(cast)
    report = reported(cast.finance, 2018, whole(2018))
    named = urlencode(ReportCell("1", "网络申请数", "数量")._asdict())
    client.force_login(cast.office)

    page = page_of(client, f"{reverse('admin:disclosure_annualreport_cell', args=[report.pk])}?{named}")

    assert f'href="{reverse("admin:disclosure_requestunit_case", args=[case.pk])}"' in page
    assert reverse("disclosure:request", args=[case.pk]) not in page


def test_a_cell_that_the_form_does_not_have_is_not_there(client, cast):
    report = reported(cast.finance, 2021, whole(2021), status="draft")
    client.force_login(cast.clerk)

    assert client.get(address(report, "cell")).status_code == 404
    assert client.get(cell_url(report, "三（九）", "总计")).status_code == 404


def test_a_cell_of_the_county_shows_each_units_part_and_who_is_missing(client, cast):
    town = reported(cast.town, 2021, whole(2021, 一={"自然人": 2}, 四={"自然人": 2}))
    reported(cast.finance, 2021, whole(2021, 一={"自然人": 3}, 四={"自然人": 3}))
    county = reported(None, 2021, county_figures(2021), status="draft")
    client.force_login(cast.office)
    in_admin = "admin:disclosure_annualreport_cell"

    page = client.get(cell_url(county, "一", "总计", in_admin))

    parts = {share.unit: value for share, value, _ in page.context["parts"]}
    assert (parts[cast.town], parts[cast.finance], sum(parts.values())) == (2, 3, 5)
    assert f"{cast.county_office.short_name}" in unescape(page.content.decode())
    assert "个单位还没有报送，没有计入" in page.content.decode()
    assert cell_url(town, "一", "总计", in_admin) in unescape(page.content.decode())
    whole_page = page_of(client, reverse("admin:disclosure_annualreport_change", args=[county.pk]))
    assert len(LINK.findall(whole_page)) == 4  # 一, 四, each with its column and its sum


def test_the_county_tells_what_was_opened_again_in_any_unit(client, cast):
    case = applied(cast.town, date(2021, 3, 1), code="not_held", answered=date(2021, 3, 20))
    happened(case, "reopen", date(2022, 2, 1))
    county = reported(None, 2022, county_figures(2022), status="draft")
    client.force_login(cast.office)

    page = page_of(client, reverse("admin:disclosure_annualreport_change", args=[county.pk]))

    assert f"其中重新办理：{case.number}往年已经答复" in page


# Reconsiderations and lawsuits.


def remedy(case, way: str, begun: date, *, of: str = "1", decided: date | None = None, outcome: str = "upheld") -> None:
    happened(case, "remedy_begun", begun, of=of, way=way)
    if decided:
        happened(case, "remedy_decided", decided, of=of, outcome=outcome)


def test_table_4_is_counted_from_the_register_long_after_the_answer(cast):
    case = applied(cast.finance, date(2020, 3, 1), code="not_held", answered=date(2020, 3, 20))
    type(case).objects.filter(pk=case.pk).update(closed_at=AT.replace(year=2020, month=3, day=20))
    remedy(case, "review", date(2020, 5, 1), decided=date(2021, 6, 1), outcome="corrected")
    remedy(case, "suit_after_review", date(2021, 7, 1), of="2")

    def table(year: int) -> dict[tuple[str, str], object]:
        counted, blank = register.counted(AnnualReport(unit=cast.finance, year=year)), blank_of(year)
        cells = [cell for cell in blank.table("4").cells() if value_at(counted.figures, cell)]
        assert all(len(counted.behind(cell, blank)) == value_at(counted.figures, cell) for cell in cells)
        return {(cell.row, cell.column): value_at(counted.figures, cell) for cell in cells}

    after = "行政诉讼（复议后起诉）"
    assert table(2020) == {("行政复议", "尚未审结"): 1, ("行政复议", "总计"): 1}
    assert table(2021) == {
        ("行政复议", "结果纠正"): 1, ("行政复议", "总计"): 1, (after, "尚未审结"): 1, (after, "总计"): 1,
    }  # fmt: skip
    assert table(2022) == {(after, "尚未审结"): 1, (after, "总计"): 1}


def test_what_the_desk_registers_of_a_review_that_orders_a_new_answer_is_counted_in_its_years(cast):
    load_workdays()
    case = requests.delivered(cast)
    begin(cast, case)
    decide(cast, case, "corrected", anew=True)

    def told(year: int) -> dict[str, object]:
        figures = register.counted(AnnualReport(unit=cast.finance, year=year)).figures
        return {
            row: cells[TOTAL] for table in ("3", "4") for row, cells in figures.get(table, {}).items() if cells[TOTAL]
        }

    statistics = register.counted(AnnualReport(unit=cast.finance, year=2018)).figures["1"]
    assert statistics["答复申请总数"]["数量"] == 1  # that answer stays in its report
    assert told(2019) == {"一": 1, "四": 1, "行政复议": 1}  # and is owed again in the year of the decision
    (note,) = register.notes_of(AnnualReport(unit=cast.finance, year=2019))
    assert "重新办理" in note


def test_table_4_that_was_typed_is_held_against_the_register_once_that_knows_of_a_remedy(cast):
    case = applied(cast.finance, date(2021, 3, 1), code="not_held", answered=date(2021, 3, 20))
    report = reported(cast.finance, 2021, register.counted(AnnualReport(unit=cast.finance, year=2021)).figures)

    def differing() -> list[str]:
        return [each.place for each in services.checks_of(report) if each.rule.startswith("登记簿")]

    assert differing() == []
    remedy(case, "review", date(2021, 5, 1))
    assert differing() == ["表4“行政复议”“尚未审结”", "表4“行政复议”“总计”"]


def test_fees_that_were_paid_are_told_beside_the_text(cast):
    case = applied(cast.finance, date(2021, 3, 1))
    happened(case, "fee_paid", date(2021, 4, 1), total=120)

    notes = register.notes_of(AnnualReport(unit=cast.finance, year=2021))

    assert notes == ["登记簿中本年收到费用120元（1件），请与正文和表中的收费情况核对。"]
