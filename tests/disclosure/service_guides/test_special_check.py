"""The special check of guides: services drawn by everybody's recipe, what is frozen, the sheet, what follows, and the circular."""

from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from disclosure.models import Service
from disclosure.service_guides.special_check import QUESTIONS, draw_special_check
from ninghai.models import Message
from reports.facts.request import Request
from reports.kinds import KINDS
from reports.letters.special_check import special_check_letter
from reports.pdf import letter_html
from reports.snapshots.snapshot import compose
from tasks.models import Drawn, Finding, InspectionSheet, Rectification, SpotCheck
from tasks.spot_checks.drawing import took_part
from tasks.spot_checks.findings import record_finding
from tasks.spot_checks.sampling import DrawError, recipe_data
from tests.disclosure.makers import AT
from tests.disclosure.service_guides.makers import (
    DENIED,
    answered,
    guide_found,
    listed,
    published,
    special_check,
)
from tests.tasks import factories
from tests.tasks.factories import issued_notice, objected, signed_in
from tests.tasks.test_draw_recipe import recomputed

pytestmark = pytest.mark.django_db
OPEN = reverse("admin:disclosure_service_special_check")


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def notice(cast):
    return issued_notice(cast)


@pytest.fixture
def services(cast):
    """Two of the bureau, of which one has no guide; one of the town, whose guide lacks the reason for coming."""
    listed(cast.finance, "002-public-2", name="会计证明")
    published(cast, listed(cast.finance))
    town = listed(cast.town, "108-public-1", name="生育登记")
    published(cast, town, by=cast.other_clerk, head=cast.other_head, 到现场原因="", 自然人主题分类="生育收养")


def row(check: SpotCheck, key: str) -> Drawn:
    return check.drawn.select_related("spot_check", "unit").get(key=key)


def all_drawn(cast, notice) -> SpotCheck:
    return special_check(cast, notice, number=9)


# The draw.


@pytest.mark.parametrize(
    ("asked", "sizes"),
    [
        pytest.param({"number": 1}, {"县财政局": 1, "深甽镇": 1}, id="S-check one of each"),
        pytest.param({"number": 9}, {"县财政局": 2, "深甽镇": 1}, id="S-check more than there are"),
        pytest.param({"number": None, "share": 1}, {"县财政局": 1, "深甽镇": 1}, id="S-check at least one"),
        pytest.param({"number": None, "share": 51}, {"县财政局": 2, "深甽镇": 1}, id="S-check a share rounded up"),
    ],
)
def test_of_each_unit_so_many_are_drawn(cast, notice, services, asked, sizes):
    check = special_check(cast, notice, **asked)

    assert {each["name"]: each["size"] for each in check.strata} == sizes
    assert check.size == check.drawn.count() == sum(sizes.values())
    assert {each.unit.short_name for each in check.drawn.all()} == set(sizes)


def test_anybody_recomputes_it_by_the_recipe(cast, notice, services):
    for number in range(8):
        listed(cast.finance, f"002-more-{number}", name=f"其他事项{number}")
    check = special_check(cast, notice, number=None, share=40)

    drawn = check.drawn.order_by("pk").values_list("key", "inspector__username")
    assert recomputed(recipe_data(check)) == [list(each) for each in drawn]
    assert check.size == 5


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        pytest.param({"themes": ["生育收养"]}, ["108-public-1"], id="by theme"),
        pytest.param({"themes": ["证件办理", "生育收养"]}, ["002-permit-1", "108-public-1"], id="by themes"),
    ],
)
def test_the_population_is_narrowed_by_theme(cast, notice, services, asked, keys):
    check = special_check(cast, notice, number=9, **asked)

    assert sorted(check.drawn.values_list("key", flat=True)) == keys
    assert "主题" in check.scope


def test_the_population_is_narrowed_by_unit_and_may_be_empty(cast, notice, services):
    assert special_check(cast, notice, number=9, units=[cast.town]).drawn.get().key == "108-public-1"
    with pytest.raises(DrawError, match="没有服务事项"):
        special_check(cast, notice, units=[cast.county_office])


def test_the_same_form_twice_is_one_draw(cast, notice, services):
    how = {"title": "专项检查", "as_of": AT.date(), "seed": "1", "number": 1, "form_id": uuid4()}
    first, second = (draw_special_check(notice=notice, by=cast.office, at=AT, **how) for _ in range(2))

    assert first == second
    assert SpotCheck.objects.count() == 1


def test_nobody_but_the_office_draws(cast, notice, services):
    with pytest.raises(PermissionDenied):
        draw_special_check(
            notice=notice, title="", as_of=AT.date(), seed="1", number=1, form_id=uuid4(), by=cast.clerk, at=AT
        )


def test_who_wrote_in_the_guide_does_not_inspect_it(cast, notice, services):
    check = all_drawn(cast, notice)

    assert took_part(cast.clerk, row(check, "002-permit-1"))
    assert not took_part(cast.clerk, row(check, "108-public-1"))
    assert not took_part(cast.inspector, row(check, "002-permit-1"))


def test_the_unit_is_told_what_was_drawn(cast, notice, services):
    all_drawn(cast, notice)

    message = Message.objects.get(recipient=cast.clerk, kind=Message.Kind.DRAWN)
    assert message.subject == "办事指南专项检查抽中：2项办事指南"
    assert "会计证明" in message.text


# What is frozen.


def test_the_sheet_asks_what_the_checker_found_in_its_words_and_the_three_questions(cast, notice, services):
    check = all_drawn(cast, notice)

    (found, *asked) = row(check, "108-public-1").asked
    assert found["rule"] == "到现场次数不是0的写明原因，是0的不写"
    assert found["title"] == "到现场次数不是0的写明原因，是0的不写：到现场1次，没有写原因。"
    assert [each["title"] for each in asked] == [title for _, title, _ in QUESTIONS]
    assert [each["code"] for each in row(check, "002-permit-1").asked] == [code for code, _, _ in QUESTIONS]
    assert [each["code"] for each in row(check, "002-public-2").asked] == ["no-guide"]


def test_the_version_of_the_day_of_the_draw_stays_the_one_that_is_inspected(cast, notice, services):
    check = all_drawn(cast, notice)
    drawn, later = row(check, "108-public-1"), AT + timedelta(hours=1)
    service = {"by": cast.other_clerk, "head": cast.other_head, "at": later}

    published(
        cast, Service.objects.get(code="108-public-1"), 到现场原因="核对原件", 办理地点="深甽镇2号窗口", **service
    )

    page = unescape(signed_in(cast.inspector).get(drawn.get_absolute_url()).content.decode())
    assert "生育登记办事指南（第1版）" in page
    assert "宁海县行政服务中心一楼3号窗口" in page
    assert "已经施行第2版" in page
    assert "深甽镇2号窗口" not in page
    assert len(row(check, "108-public-1").asked) == 4


# The sheet.


def typed(drawn: Drawn, answers: dict, **more) -> dict[str, str]:
    said = {f"{part}_{place}": text for place, each in answers.items() for part, text in each.items()}
    return {"outcome": "faultless", "note": "", "sheet_version": "0", "version": "0", "conclude": "1", **said, **more}


def test_nothing_of_it_falls_away_in_silence(cast, notice, services):
    drawn = row(all_drawn(cast, notice), "108-public-1")
    answers = answered(drawn, as_done={"answer": ""}) | {"0": {"answer": "", "words": "写到一半", "evidence": ""}}

    answer = signed_in(cast.inspector).post(drawn.get_absolute_url(), typed(drawn, answers))

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "请确认或者划去这个问题。" in page
    assert "请回答这个问题。" in page
    assert "写到一半" in page
    assert InspectionSheet.objects.get().answers["0"]["words"] == "写到一半"
    assert not Finding.objects.exists()


@pytest.mark.parametrize(
    ("other", "outcome", "field"),
    [
        pytest.param({"visit_reason": {"answer": "struck"}}, "faultless", "words_0", id="struck without a reason"),
        pytest.param({"as_done": {"answer": "no", "words": "多要一份"}}, "to_rectify", "evidence_2", id="no evidence"),
        pytest.param({"as_done": {**DENIED, "words": " "}}, "to_rectify", "words_2", id="no without words"),
        pytest.param({"accurate": {"answer": "uncertain"}}, "to_rectify", "words_1", id="uncertain without words"),
        pytest.param({"accurate": {"answer": "confirmed"}}, "to_rectify", "answer_1", id="an answer of another kind"),
        pytest.param({}, "faultless", "outcome", id="confirmed and faultless"),
        pytest.param(
            {"visit_reason": {"answer": "struck", "words": "已写明"}},
            "to_rectify",
            "outcome",
            id="nothing to put right",
        ),
        pytest.param({}, "true", "outcome", id="an outcome of another subject"),
    ],
)
def test_a_finding_is_complete_and_fits_its_outcome(cast, notice, services, other, outcome, field):
    drawn = row(all_drawn(cast, notice), "108-public-1")
    said = {"note": "", "rectify_by_date": date(2018, 12, 20), "version": 0, "by": cast.inspector, "at": AT}

    with pytest.raises(ValidationError) as refused:
        record_finding(drawn=drawn, outcome=outcome, answers=answered(drawn, **other), **said)

    assert list(refused.value.message_dict) == [field]


def test_what_was_struck_out_is_told_with_its_reason(cast, notice, services):
    drawn = row(all_drawn(cast, notice), "108-public-1")
    struck = {"answer": "struck", "words": "原因写在受理条件里"}

    answer = signed_in(cast.inspector).post(
        drawn.get_absolute_url(), typed(drawn, answered(drawn, visit_reason=struck)), follow=True
    )

    assert "抽查结论已记录" in answer.content.decode()
    finding = Finding.objects.get()
    page = unescape(signed_in(cast.other_clerk).get(finding.get_absolute_url()).content.decode())
    assert finding.outcome == "faultless"
    assert "没有问题" in page
    assert "原因写在受理条件里" in page
    assert not Rectification.objects.exists()


# What follows is that of every spot check.


def test_the_unit_reads_objects_and_the_office_corrects(cast, notice, services):
    finding = guide_found(cast, row(all_drawn(cast, notice), "002-permit-1"))

    page = unescape(signed_in(cast.clerk).get(finding.get_absolute_url()).content.decode())
    assert "窗口另外要求复印件" in page
    assert "现场核对记录" in page
    assert "食品经营许可办事指南（第1版）" in page
    assert signed_in(cast.other_clerk).get(finding.get_absolute_url()).status_code == 404
    objection = objected(cast, finding)
    office = signed_in(cast.office)
    address = reverse("admin:tasks_finding_decide", args=[finding.pk])
    sent = {**typed(finding.drawn, answered(finding.drawn)), "verdict": "upheld", "decision": "复印件窗口自行制作"}
    answer = office.post(address, {**sent, "version": objection.version}, follow=True)
    assert "异议已处理：异议成立" in answer.content.decode()
    finding.refresh_from_db()
    assert (finding.outcome, finding.answers) == ("faultless", answered(finding.drawn))


def test_the_unit_puts_right_and_the_inspector_checks_again(cast, notice, services):
    finding = guide_found(cast, row(all_drawn(cast, notice), "002-permit-1"))

    rectification = factories.handed_in(cast, finding)
    listed_there = signed_in(cast.clerk).get(reverse("tasks:finding-list")).content.decode()

    assert rectification.status == "handed_in"
    assert "食品经营许可" in listed_there


def test_scores_and_the_circular_of_the_tasks_do_not_count_it(cast, notice, services):
    guide_found(cast, row(all_drawn(cast, notice), "002-permit-1"))

    assert not Finding.objects.of_notice(notice).exists()
    check = SpotCheck.objects.get()
    request = Request.about(kind="spot-check", notice=notice, as_of=AT.date(), spot_check=check)
    assert KINDS["spot-check"].problems(request) == {"spot_check": "这次抽查的对象是办事指南，请选择另一种通报。"}


def test_no_word_of_it_is_public(cast, notice, services, client):
    guide_found(cast, row(all_drawn(cast, notice), "002-permit-1"), as_done={**DENIED, "words": "暗河水库"})

    pages = ["/", "/services/", "/services/002-permit-1/", "/services/002-permit-1/1/", "/progress/", "/progress/2018/"]
    assert not any("暗河水库" in client.get(page, follow=True).content.decode() for page in pages)


# The circular.


def test_the_circular_tells_each_units_rate_as_of_its_day(cast, notice, services):
    check = all_drawn(cast, notice)
    guide_found(cast, row(check, "002-permit-1"))
    town = row(check, "108-public-1")
    struck = {"answer": "struck", "words": "已写明"}
    record_finding(
        drawn=town,
        outcome="faultless",
        note="",
        rectify_by_date=None,
        answers=answered(town, visit_reason=struck),
        version=0,
        by=cast.inspector,
        at=AT + timedelta(days=1),
    )
    today, next_day = (
        compose(Request.about(kind="special-check", notice=notice, as_of=day, spot_check=check))
        for day in (AT.date(), AT.date() + timedelta(days=1))
    )

    assert [row["outcome"] for row in today["spot_check"]["findings"]].count("") == 2
    (units, _) = special_check_letter(next_day).annexes
    assert units.table.rows == [(1, "县财政局", 2, 1, 0, 1, 0, "0.0%"), (2, "深甽镇", 1, 1, 1, 0, 0, "100.0%")]
    assert units.total == ("", "合计", 3, 2, 1, 1, 0, "50.0%")
    page = letter_html(snapshot=next_day)
    assert "已核查2项，没有问题的1项，合格率50.0%。需整改的1项，其中已整改0项。" in page
    assert "与实际办理一致：是1项，否1项，无法核实0项" in page
    assert "县财政局“食品经营许可”：与实际办理一致：否，窗口另外要求复印件。应于2018年12月20日前完成整改。" in page


def test_the_office_asks_for_the_circular_from_the_page_of_the_check(cast, notice, services):
    check, other = all_drawn(cast, notice), factories.drawn_check(cast, notice)
    office = signed_in(cast.office)

    page = unescape(office.get(check.get_absolute_url()).content.decode())
    assert "制作专项检查通报" in page
    form = office.get(reverse("admin:reports_report_add"), {"kind": "special-check", "spot_check": check.pk})
    assert str(check) in form.content.decode()
    assert str(other) not in form.content.decode()


# The office's page.


def asked(notice, **more) -> dict[str, object]:
    known = {"notice": notice.pk, "title": "十一月专项检查", "seed": "2018-11", "as_of": "2018-11-20", "number": "1"}
    return {**known, "form_id": str(uuid4()), **more}


def test_the_office_sees_the_population_before_it_draws(cast, notice, services):
    office, sent = signed_in(cast.office), asked(notice)

    preview = unescape(office.post(OPEN, sent).content.decode())
    assert "总体 3 项，种子 2018-11，将抽 2 项" in preview
    assert "002-permit-1" not in preview
    assert not SpotCheck.objects.exists()
    answer = office.post(OPEN, {**sent, "confirmed": "on"}, follow=True)
    check = SpotCheck.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("admin:tasks_spotcheck_change", args=[check.pk])
    assert (check.scope, check.quota) == ("全部服务事项", "每个单位1项，不足的全抽")
    quotas = office.get(check.get_absolute_url(), {"tab": "quota"}).content.decode()
    assert "共 2 项，抽 1 项" in quotas


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        pytest.param({"number": ""}, "只填一个", id="neither"),
        pytest.param({"share": "20"}, "只填一个", id="both"),
        pytest.param({"number": "0"}, "最小只能填1", id="nothing"),
        pytest.param({"themes": ["没有的主题"]}, "没有的主题", id="no such theme"),
        pytest.param({"as_of": "2018-08-01"}, "才下达", id="before the notice"),
        pytest.param({"as_of": "2019-08-01"}, "不能晚于今天", id="tomorrow"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(cast, notice, services, wrong, words):
    page = unescape(signed_in(cast.office).post(OPEN, asked(notice, **wrong)).content.decode())

    assert words in page
    assert "十一月专项检查" in page
    assert not SpotCheck.objects.exists()


def test_the_list_of_spot_checks_leads_to_it(cast, notice, services):
    all_drawn(cast, notice)
    office = signed_in(cast.office)

    page = unescape(office.get(reverse("admin:tasks_spotcheck_changelist")).content.decode())
    assert OPEN in page
    assert "办事指南专项检查" in page
    for name in ("drawn", "finding", "rectification"):
        assert office.get(reverse(f"admin:tasks_{name}_changelist")).status_code == 200
