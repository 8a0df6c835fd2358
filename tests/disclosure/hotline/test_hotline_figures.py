"""Figures of the hotline: counted from the events as of a day and once more another way; what the public may read of them; who ranks where."""

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client

from disclosure.hotline import services
from disclosure.hotline.figures.counting import RATES, HotlineFigures, HotlinePeriod, count_hotline
from disclosure.hotline.figures.pages import publish_month
from disclosure.hotline.figures.ranking import closed_in_time
from disclosure.hotline.figures.tables import public_tables, shown_tables, tables_of
from disclosure.models import HotlineCase, HotlineMonth
from disclosure.requests.office.standing import share_words
from ninghai.cases.assignments import accept_assignment
from ninghai.cases.events import record
from ninghai.cases.register import void_case
from ninghai.models import AuditEntry
from tests.disclosure.hotline import makers
from tests.disclosure.hotline.makers import later, seen
from tests.disclosure.hotline.recount import Recount
from tests.disclosure.hotline.volume import make_quarter
from tests.disclosure.leaks.answers import CHANGING
from tests.tasks.factories import signed_in
from tests.worlds import world

pytestmark = pytest.mark.django_db
NOVEMBER = HotlinePeriod(date(2018, 11, 1), date(2018, 11, 30), date(2018, 11, 30))
QUARTER = HotlinePeriod(date(2018, 10, 1), date(2018, 12, 31), date(2018, 12, 31))
LATER = datetime(2018, 12, 5, 9, tzinfo=makers.SHANGHAI)


def body_of(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def december(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-12-05"


def november(on: int) -> HotlinePeriod:
    return HotlinePeriod(NOVEMBER.since, NOVEMBER.until, date(2018, 11, on))


def agree(period: HotlinePeriod) -> HotlineFigures:
    """The figures, once the plain recount of the events has found the same."""
    found, own = count_hotline(period), Recount(period.since, period.until, period.on)
    assert +found.county == +own.county
    for by, counts in (("units", own.units), ("topics", own.topics)):
        assert {key: +each for key, each in found.by[by].items() if +each} == {
            key: +each for key, each in counts.items() if +each
        }
    return found


def rates(counts: Counter) -> dict[str, str]:
    return {rate.code: share_words(counts[rate.part], counts[rate.whole]) for rate in RATES}


def make_ten(cast):
    makers.ten_due(cast)
    return cast


ten = world("ten", make_ten, on=("cast",))


# Counting.


@pytest.mark.parametrize(("first", "taken", "share"), [(63_260, 281_942, "22.4%"), (16_253, 90_221, "18.0%")])
def test_H12_what_was_handed_on_of_what_was_taken_in(first, taken, share):
    assert share_words(first, taken) == f"{share}（{first}/{taken}）"


def test_H14_an_open_one_that_is_overdue_counts_as_late(ten):
    figures = agree(NOVEMBER)

    unit = figures.by["units"][ten.finance.pk]
    assert rates(unit)["close"] == "90.0%（9/10）"
    assert unit["overdue"] == 1
    assert rates(unit) == {
        "sign": "100.0%（10/10）",
        "close": "90.0%（9/10）",
        "call": "100.0%（9/9）",
        "content": "100.0%（9/9）",
        "return": "0.0%（0/10）",
        "redo": "0.0%（0/9）",
    }


def test_every_state_is_counted_as_the_recount_has_it(cast):
    for make in makers.STATES.values():
        make(cast)

    figures = agree(NOVEMBER)

    county = figures.county
    assert (county["taken"], county["first"], county["handed"]) == (14, 10, 10)
    # Closed, and answered at once; who was guided elsewhere is in neither.
    assert (county["unrated"], county["rated"]) == (2, 0)


def test_who_did_not_rate_is_shown_and_not_counted(cast):
    makers.closed(cast)
    makers.called_back(cast, outcome="fairly")
    makers.unrated(cast)

    (cells,) = [
        cells for name, cells in shown_tables(tables_of(agree(NOVEMBER)))["units"]["rows"] if name == "县财政局"
    ]

    assert dict(cells)["满意率"] == "100.0%（2/2），未评价1"


def test_a_late_entry_counts_from_when_it_was_entered_and_by_when_it_happened(cast):
    """Signed for in time and noted a week later: late until then, in time from then on; nothing is kept that could be stale."""
    call = makers.handed_on(cast)
    before = agree(november(19)).by["units"][cast.finance.pk]
    late = {"by": cast.clerk, "at": later(days=8), "happened_at": later(hours=1)}
    record(case=makers.fresh(call).case, kind="signed", **late)
    accept_assignment(assignment=call.case.assignments.get(), **late)

    assert rates(before)["sign"] == "0.0%（0/1）"
    assert rates(agree(november(19)).by["units"][cast.finance.pk])["sign"] == "0.0%（0/1）"
    assert rates(agree(november(30)).by["units"][cast.finance.pk])["sign"] == "100.0%（1/1）"


def test_what_is_undone_is_counted_anew_each_time(cast):
    """Given back and handed on again, sent back by the review, done again, void: after each the recount finds the same."""
    call = makers.returning(cast)
    services.grant_return(**seen(call), by=cast.office, at=later(days=1, hours=1))
    assert rates(agree(NOVEMBER).by["units"][cast.finance.pk])["return"] == "100.0%（1/1）"

    makers.handed_on(cast, makers.fresh(call), lead=cast.town, at=later(days=1, hours=2))
    services.sign(**seen(call), by=cast.other_clerk, at=later(days=1, hours=3))
    services.answer(**seen(call), result="solved", words="已经处理。", by=cast.other_clerk, at=later(days=2))
    assert agree(NOVEMBER).by["units"][cast.town.pk]["pending"] == 1

    makers.stepped(call, "sent_back", by=cast.office, at=later(days=3), reason="请到现场核实")
    assert agree(NOVEMBER).by["units"][cast.town.pk]["pending"] == 0

    services.answer(**seen(call), result="solved", words="已经到现场。", by=cast.other_clerk, at=later(days=4))
    makers.calling(cast, makers.fresh(call), at=later(days=4))
    makers.called_back(cast, makers.fresh(call), outcome="unsatisfied", at=later(days=4))
    county = agree(NOVEMBER).county
    assert (county["redone"], county["closed"], county["content"], county["rated"]) == (1, 1, 0, 1)

    void_case(case=makers.fresh(call).case, reason="测试登记", by=cast.office, at=later(days=5))
    assert not +agree(NOVEMBER).county


def test_the_running_limit_is_not_judged_yet(cast):
    makers.handed_on(cast)

    unit = agree(november(12)).by["units"][cast.finance.pk]

    assert (unit["to_sign"], unit["signing"], unit["due"]) == (0, 1, 0)


def test_what_is_due_today_is_late_only_when_the_day_is_over(cast, settings):
    makers.handling(cast)  # due on the 21st
    makers.handed_on(cast, at=makers.at_day(date(2018, 11, 20)))  # to be signed for by then
    clerk, told = signed_in(cast.clerk), []

    for today in ("2018-11-21", "2018-11-22"):
        settings.CLOCK_DATE = settings.CLOCK_SINCE = today
        context = clerk.get("/work/hotline/figures/?period=2018-11").context
        told.append((context["overdue"], dict(context["table"]["rows"][0][1])["按期受理率"]))

    assert told == [(0, "100.0%（1/1），未到签收期限1"), (1, "50.0%（1/2）")]


def test_what_is_about_a_unit_is_in_no_figure(cast):
    for matter in ("report", "complaint"):
        makers.taken(cast, matter=matter, about=[cast.finance])
        makers.handed_on(cast, lead=cast.town, matter=matter, about=[cast.finance])

    assert not +agree(NOVEMBER).county
    assert closed_in_time(year=2018, on=date(2018, 12, 31)) == {}


def test_what_was_given_back_is_no_longer_of_the_unit_that_gave_it_back(cast):
    """Nobody leads it while it waits: overdue, answered by the office, or refused, it is no unit's."""
    waits, answered, refused = (makers.returning(cast) for _ in range(3))
    for call in (waits, answered, refused):
        services.grant_return(**seen(call), by=cast.office, at=later(days=1, hours=1))
    makers.stepped(answered, "direct", by=cast.office, at=later(days=2), words="情况如下。")
    makers.stepped(refused, "refused", by=cast.office, at=later(days=2), ground="procedure", reason="已经起诉")

    figures = agree(NOVEMBER)

    unit, nobody = figures.by["units"][cast.finance.pk], figures.by["units"][None]
    assert +unit == Counter(handed=3, first=3, to_sign=3, signed=3, returned=3)
    assert (nobody["due"], nobody["in_time"], nobody["overdue"], nobody["unrated"], nobody["closed"]) == (3, 2, 1, 1, 0)


def test_who_asked_to_give_it_back_in_vain_and_never_signs_is_late(cast):
    call = makers.handed_on(cast)
    told = {"reason": "不是本单位的职责", "belongs_to": cast.town}
    services.ask_return(**seen(call), **told, by=cast.clerk, at=later(hours=1))
    assert rates(agree(NOVEMBER).by["units"][cast.finance.pk])["sign"] == ""
    services.refuse_return(**seen(call), reason="属于职责范围", by=cast.office, at=later(hours=2))

    assert rates(agree(NOVEMBER).by["units"][cast.finance.pk])["sign"] == "0.0%（0/1）"


# The quarter in full size.


def ending_in(days: int) -> HotlinePeriod:
    return HotlinePeriod(QUARTER.since, QUARTER.until, QUARTER.until + timedelta(days=days))


def test_whatever_becomes_of_a_matter_the_recount_finds_the_same(cast):
    make_quarter(cast, handed=0, others=0, stories=25)

    for period in (
        QUARTER,
        ending_in(7),
        NOVEMBER,
        november(30),
        HotlinePeriod(date(2018, 12, 1), date(2018, 12, 14), date(2018, 12, 14)),
    ):
        figures = agree(period)
        late = {unit: len(rows) for unit, rows in figures.late.items()}
        assert late == {unit: counts["late"] for unit, counts in figures.by["units"].items() if counts["late"]}


@pytest.mark.exhaustive
def test_H12_a_quarter_of_a_city_is_counted_the_same_by_plain_sql_and_python(cast):
    """As many as were handed on in 宁波 in 2018 Q4: every count and rate, by unit, by topic and of the county."""
    with transaction.atomic():
        make_quarter(cast, handed=63_260, others=6_740)

        figures = agree(QUARTER)
        assert all(0 < figures.county[rate.part] < figures.county[rate.whole] for rate in RATES)
        assert min(figures.county[name] for name in ("pending", "signing", "unrated", "overdue", "late")) > 0
        assert agree(HotlinePeriod(date(2018, 9, 1), date(2019, 1, 31), date(2019, 1, 31))).county["first"] == 63_260
        transaction.set_rollback(True)  # or the database would look up every key of a million rows


# Published.


def test_two_tables_of_one_total_hide_it_together(cast):
    """One unit has two matters of two topics: the topics hide each other, and the total of two is told by neither table."""
    makers.closed(cast)
    makers.closed(cast, topic=makers.topic("环境保护"))

    figures = count_hotline(NOVEMBER)

    tables = public_tables(figures)

    assert figures.by == count_hotline(NOVEMBER).by  # which the office's page still shows
    assert tables["first"] is None
    for by in ("units", "topics", "county"):
        assert all(numbers["handed"] is None for _, numbers in tables[by])


def test_H20_a_month_is_published_with_its_rates_and_small_cells_are_suppressed(ten, december):
    for _ in range(4):
        makers.direct(ten)
    for lead in (ten.town, ten.town):
        makers.handed_on(ten, lead=lead, topic=makers.topic("环境保护"))
    publish_month(period=NOVEMBER, correction="", by=ten.office, at=LATER)

    page, newest = (body_of(Client().get(f"/hotline/figures/{each}")) for each in ("2018-11/", ""))
    sheet = Client().get("/hotline/figures/2018-11.csv").content.decode("utf-8-sig")
    rows = {(row["分类"], row["名称"]): row for row in csv.DictReader(io.StringIO(sheet))}

    assert "受理 16 件，转办 12 件，占 75.0%（12/16）" in page
    assert "数据截至 2018年11月30日" in page
    assert rows["全县", "全县"]["按期办结率"] == "75.0%（9/12）"  # three are open and overdue
    assert (rows["全县", "全县"]["受理"], rows["全县", "全县"]["转办"]) == ("16", "12")
    # The town was handed two, and of the bureau's the total would tell it.
    assert rows["单位", "深甽镇"]["转办"] == rows["单位", "县财政局"]["转办"] == "不公布"
    assert rows["事项", "环境保护"]["受理"] == rows["事项", "城市管理"]["受理"] == "不公布"
    assert newest.partition("<h1>")[2].partition("下载：")[0] == page.partition("<h1>")[2].partition("下载：")[0]
    kept = Client().get("/hotline/figures/2018-11.json").json()
    assert kept["units"][0][1]["handed"] is None
    assert kept["as_of"] == "2018-11-30"


def test_a_month_is_published_when_it_is_over_and_again_only_with_a_word_on_it(ten, december):
    running = HotlinePeriod(date(2018, 12, 1), date(2018, 12, 31), date(2018, 12, 4))
    with pytest.raises(ValidationError, match="月底以后才能公布"):
        publish_month(period=running, correction="", by=ten.office, at=LATER)
    with pytest.raises(PermissionDenied):
        publish_month(period=NOVEMBER, correction="", by=ten.clerk, at=LATER)
    publish_month(period=NOVEMBER, correction="", by=ten.office, at=LATER)
    makers.closed(ten)
    with pytest.raises(ValidationError, match="已经公布过"):
        publish_month(period=NOVEMBER, correction="", by=ten.office, at=LATER)
    assert HotlineMonth.objects.get().tables["first"] == 10

    publish_month(period=NOVEMBER, correction="补入漏登的签收", by=ten.office, at=LATER + timedelta(hours=1))

    assert "更正说明：补入漏登的签收" in body_of(Client().get("/hotline/figures/2018-11/"))
    (month,) = HotlineMonth.objects.all()
    trail = AuditEntry.objects.filter(target_type=HotlineMonth._meta.label_lower, target_id=str(month.pk))
    assert list(trail.order_by("pk").values_list("action", "reason")) == [("create", ""), ("edit", "补入漏登的签收")]


def test_what_is_published_stays_as_it_was_whatever_is_entered_later(ten, december):
    publish_month(period=NOVEMBER, correction="", by=ten.office, at=LATER)
    before = body_of(Client().get("/hotline/figures/2018-11/"))

    makers.closed(ten)

    assert body_of(Client().get("/hotline/figures/2018-11/")) == before


@pytest.mark.parametrize("month", ["2018-13", "2018-10", "x", "20181-1"])
def test_a_month_that_is_not_public_is_not_found(cast, month):
    assert Client().get(f"/hotline/figures/{month}/").status_code == 404
    assert Client().get(f"/hotline/figures/{month}.csv").status_code == 404


# The office's page.


def test_the_office_counts_ranks_and_publishes_on_one_page(ten, december):
    office, page = signed_in(ten.office), "/admin/disclosure/hotlinemonth/figures/"

    quarter = body_of(office.get(f"{page}?period=2018Q4"))
    month = body_of(office.get(f"{page}?period=2018-11"))
    done = office.post(f"{page}publish/", {"period": "2018-11", "on": "2018-12-02", "correction": ""})

    assert '<option value="2018Q4" selected>2018年第四季度</option>' in body_of(office.get(page))
    assert "季度排名" in quarter
    assert "90.0%（9/10）" in month
    assert "公布出来的样子" in month
    assert done.status_code == 302
    assert done["Location"] == "/hotline/figures/2018-11/"
    assert HotlineMonth.objects.get().as_of == date(2018, 12, 2)


def test_a_refused_publication_keeps_what_was_typed(cast, december):
    office, page = signed_in(cast.office), "/admin/disclosure/hotlinemonth/figures/publish/"
    makers.closed(cast)

    early = office.post(page, {"period": "2018-11", "on": "2018-11-20", "correction": "数据有更正"})
    whole = office.post(page, {"period": "2018Q4", "on": "", "correction": "数据有更正"})

    assert (early.status_code, whole.status_code) == (422, 422)
    assert "截至日期应在2018-11-30到2018-12-05之间。" in body_of(early)
    assert "只能公布一个月的数据" in body_of(whole)
    for answer in (early, whole):
        assert "数据有更正" in body_of(answer)
    assert not HotlineMonth.objects.exists()


# A unit's own.


def test_a_unit_reads_its_own_beside_the_county(ten, december):
    page = body_of(signed_in(ten.clerk).get("/work/hotline/figures/?period=2018-11"))

    assert "90.0%（9/10）" in page
    assert "逾期没有答复的 1 件" in page
    assert signed_in(ten.office).get("/work/hotline/figures/").status_code == 403


def test_each_list_of_matters_leads_to_the_figures_that_are_open_to_its_reader(ten):
    links = {user: body_of(signed_in(user).get("/work/hotline/")) for user in (ten.clerk, ten.signer, ten.office)}

    own, county = "/work/hotline/figures/", "/admin/disclosure/hotlinemonth/figures/"
    assert [(own in page, county in page) for page in links.values()] == [(True, False), (False, True), (False, True)]
    assert signed_in(ten.signer).get(county).status_code == 200


def test_the_accused_unit_and_the_public_read_the_same_with_and_without_a_report_about_it(ten, december):
    def read() -> list[str]:
        publish_month(period=NOVEMBER, correction="复核", by=ten.office, at=LATER)
        unit = signed_in(ten.clerk)
        pages = [unit.get(f"/work/hotline/figures/?period={period}") for period in ("2018-11", "2018Q4", "2018")]
        public = Client().get("/hotline/figures/2018-11.json").json()
        return [*(CHANGING.sub("", body_of(page)) for page in pages), str(public | {"published_at": ""})]

    before = read()
    for _ in range(3):
        makers.handed_on(ten, lead=ten.town, matter="report", about=[ten.finance])

    assert read() == before


# The score.


def test_the_score_has_each_late_one_with_its_number(ten):
    known = closed_in_time(year=2018, on=date(2018, 11, 30))[ten.finance.pk]

    figures = count_hotline(NOVEMBER).by["units"][ten.finance.pk]
    assert (known.in_time, len(known.lapses)) == (figures["in_time"], figures["due"] - figures["in_time"]) == (9, 1)
    assert known.lapses[0].words.endswith("号：应于2018-11-21前办结，还没有答复")
    assert not known.lapses[0].is_late


def test_the_score_of_a_day_stays_whatever_is_entered_later(ten):
    before = closed_in_time(year=2018, on=date(2018, 11, 30))
    call = HotlineCase.objects.get(is_open=True)

    makers.called_back(
        ten, makers.calling(ten, makers.answered(ten, call, at=LATER), at=LATER), outcome="satisfied", at=LATER
    )

    assert closed_in_time(year=2018, on=date(2018, 11, 30)) == before
    (lapse,) = closed_in_time(year=2018, on=LATER.date())[ten.finance.pk].lapses
    assert (lapse.is_late, lapse.words.partition("，")[2]) == (True, "2018-12-05答复")
