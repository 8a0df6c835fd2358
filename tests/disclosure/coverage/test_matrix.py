"""The office's matrix: what each cell says, how it is narrowed, what it costs; and the pages behind it."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from disclosure.coverage.admin import CoverageFilter, read_matrix
from disclosure.coverage.services import compute_coverage
from disclosure.models import CatalogueEntry, CoverageCell, EntryUnit
from disclosure.models.basic_catalogue import UpdateRhythm
from ninghai.models import Unit
from tests.disclosure.coverage.county import ON, duty, moment, public
from tests.worlds import world

MATRIX, CELLS, FINDINGS = (
    "/admin/disclosure/coveragecell/matrix/",
    "/admin/disclosure/coveragecell/",
    "/admin/disclosure/coveragefinding/",
)
CELL = re.compile(r'<td class="(\w+)"><a href="/admin/disclosure/coveragecell/(\d+)/change/">([^<]+)</a></td>')


@pytest.fixture(autouse=True)
def _today(settings) -> None:
    settings.CLOCK_DATE = settings.CLOCK_SINCE = ON.isoformat()


@pytest.fixture
def office(client, cast):
    client.force_login(cast.office)
    return client


def make_catalogue(cast):
    """Five duties below two headings, in every state."""
    first, second = duty("1", name="重点领域"), duty("2", name="办事服务")
    monthly = {"rhythm": UpdateRhythm.MONTHLY}
    public(cast, date(2018, 11, 5), entry=duty("11", cast.finance, cast.town, parent=first, **monthly))
    public(cast, date(2018, 9, 5), entry=duty("12", cast.finance, parent=first, **monthly))
    public(cast, date(2018, 11, 5), entry=duty("13", cast.finance, parent=first), formed_date=date(2018, 9, 3))
    public(cast, date(2018, 3, 5), entry=duty("21", cast.finance, parent=second, rhythm=UpdateRhythm.YEARLY))
    duty("22", cast.finance, parent=second, since=ON)
    compute_coverage(on=ON, at=moment(ON, 1))


catalogue_of_five = world("catalogue_of_five", make_catalogue, on=("cast",))


@pytest.fixture
def catalogue(catalogue_of_five) -> None:
    """Five duties below two headings, in every state."""


def cells(response) -> dict[int, tuple[str, str]]:
    return {int(pk): (state, word) for state, pk, word in CELL.findall(response.content.decode())}


@pytest.mark.core
def test_every_duty_of_every_unit_is_a_cell_that_opens_into_its_page(office, catalogue):
    found = cells(office.get(MATRIX))

    assert sorted(found.values()) == [
        ("current", "已公开"),
        ("current", "已公开"),
        ("empty", "空白"),
        ("late", "逾期公开"),
        ("pending", "尚未到期"),
        ("stale", "逾期未更新"),
    ]
    for pk in found:
        assert office.get(f"{CELLS}{pk}/change/").status_code == 200


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (CoverageFilter(), 6),
        (CoverageFilter(heading="1"), 4),
        (CoverageFilter(heading="2"), 2),
        (CoverageFilter(state="empty"), 1),
        (CoverageFilter(kind=Unit.Kind.TOWN), 1),
        (CoverageFilter(catalogue="county"), 6),
        (CoverageFilter(catalogue="fields"), 0),
        (CoverageFilter(heading="2", state="stale"), 0),
    ],
)
def test_it_is_narrowed(catalogue, wanted, number):
    assert read_matrix(wanted).total.asked == number


def test_each_state_counts_what_a_tap_on_it_shows_whichever_is_shown_now(office, catalogue):
    for narrowed in ({}, {"state": "empty"}, {"state": "late", "heading": "1"}):
        for state, count, url in office.get(MATRIX, narrowed).context["figures"]:
            shown = cells(office.get(f"{MATRIX}{url}"))
            assert (len(shown), {each for each, _ in shown.values()} <= {state.value}) == (count, True)
    assert sum(count for _, count, _ in office.get(MATRIX, {"state": "empty"}).context["figures"]) == 6


def test_rows_columns_and_sections_add_up(cast, catalogue):
    shown = read_matrix(CoverageFilter())

    assert [(row.section, row.key) for row in shown.rows] == [
        *(("重点领域", code) for code in ("11", "12", "13")),
        *(("办事服务", code) for code in ("21", "22")),
    ]
    finance = shown.of_units[cast.finance.pk]
    assert (finance.asked, finance.late, finance.done_words) == (5, 1, "4/5")
    assert (shown.total.asked, shown.total.late) == (6, 2)


def test_one_unit_and_one_duty_stand_as_lists(office, cast, catalogue):
    unit = office.get(MATRIX, {"unit": cast.town.code}).context["chosen"]
    entry = office.get(MATRIX, {"entry": "11", "state": "empty"}).context["chosen"]

    assert [(line.title, line.text, line.state) for line in unit.lines] == [("事项11", "重点领域", "empty")]
    assert [(line.title, line.state) for line in entry.lines] == [("深甽镇", "empty")]


@pytest.mark.parametrize(
    "query", [{"catalogue": "x"}, {"heading": "99"}, {"kind": "planet"}, {"state": "blue"}, {"state": "\x00"}]
)
def test_what_is_no_choice_shows_nothing_and_says_so(office, catalogue, query):
    response = office.get(MATRIX, query)

    assert cells(response) == {}
    assert response.status_code == 400 or "筛选条件无法识别" in response.content.decode()


def test_names_are_escaped(office, cast, catalogue):
    Unit.objects.filter(pk=cast.town.pk).update(short_name="<b>镇</b>")
    CatalogueEntry.objects.filter(code="11").update(name="<script>alert(1)</script>")

    page = office.get(MATRIX).content.decode()

    assert "<b>镇" not in page
    assert "<script>alert" not in page


def test_a_county_without_duties_reads_what_to_do(office):
    assert "为事项指定责任单位" in office.get(MATRIX).content.decode()


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_only_the_office_sees_it(client, cast, catalogue, who):
    client.force_login(getattr(cast, who))
    cell = CoverageCell.objects.first().pk

    for address in (MATRIX, CELLS, FINDINGS, f"{CELLS}{cell}/change/"):
        assert client.get(address).status_code in {302, 403}


def test_a_cell_says_how_it_stands_now_and_why(office, cast, catalogue):
    cell = CoverageCell.objects.get(state="stale")
    page = office.get(f"{CELLS}{cell.pk}/change/").content.decode()
    assert "最近一次公开是2018-09-05，应在2018-10-31前公开（每月一次：周期2018-10-31结束），逾期20天。" in page
    assert "尚未消除" in page

    public(cast, ON, entry=cell.entry, title="刚刚补上的公告")

    page = office.get(f"{CELLS}{cell.pk}/change/").content.decode()
    assert "刚刚补上的公告" in page
    assert "2018年11月20日计算时为“逾期未更新”" in page


def test_a_cell_that_is_owed_no_more_says_so(office, catalogue):
    cell = CoverageCell.objects.get(state="stale")
    EntryUnit.objects.filter(entry=cell.entry).update(until=ON - timedelta(days=1))

    assert "已经不再承担这个事项" in office.get(f"{CELLS}{cell.pk}/change/").content.decode()


@pytest.mark.parametrize("pk", ["0", "999999", "x", "99999999999999999999"])
def test_a_cell_that_is_not_there_is_not_found(office, catalogue, pk):
    assert office.get(f"{CELLS}{pk}/change/").status_code == 404


def test_the_office_lists_findings_and_takes_them_along(office, catalogue):
    open_ones = office.get(FINDINGS, {"open": "yes", "kind__exact": "stale"}).content.decode()
    file = office.get(f"{FINDINGS}list.csv", {"open": "yes"})

    assert "“事项12”逾期未更新" in open_ones
    assert "“事项11”空白" not in open_ones
    assert len(b"".join(file.streaming_content).decode("utf-8-sig").splitlines()) == 4
    assert "没有" not in office.get(FINDINGS, {"open": "no"}).context["cl"].title
    assert office.get(FINDINGS, {"open": "no"}).context["cl"].result_count == 0


def test_the_desk_counts_what_is_missing_and_leads_there(office, catalogue):
    part = next(each.shown for each in office.get("/admin/").context["parts"] if "matrix" in each.shown)

    assert [row[:2] for row in part["rows"]] == [("空白", 1), ("逾期未更新", 1)]
    assert len(cells(office.get(part["rows"][0][2]))) == 1
    assert part["matrix"] == reverse("admin:disclosure_coverage_matrix")


@pytest.mark.exhaustive
def test_a_matrix_of_300_duties_by_60_units_costs_no_query_more(office, cast, django_assert_max_num_queries):
    units = [
        Unit(code=f"9{number:03}", name=f"单位{number}", short_name=f"单位{number}", kind=Unit.Kind.DEPARTMENT)
        for number in range(60)
    ]
    units = Unit.objects.bulk_create(units)
    first = duty("1")
    entries = [
        CatalogueEntry(catalogue=first.catalogue, parent=first, code=f"1{number:03}", name=f"事项{number}")
        for number in range(300)
    ]
    entries = CatalogueEntry.objects.bulk_create(entries)
    found = [CoverageCell(entry=entry, unit=unit, state="empty", computed_on=ON) for entry in entries for unit in units]
    CoverageCell.objects.bulk_create(found)

    with django_assert_max_num_queries(32):  # 20 of them for the columns of the site
        response = office.get(MATRIX)

    assert len(cells(response)) == 18_000
