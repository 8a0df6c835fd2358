"""No two answers on one screen: every light and label names its noun, the task's or its report's."""

import re
from datetime import date

import lxml.html
import pytest
from django.forms import BaseForm
from django.urls import reverse

from ninghai.calendar import clock
from ninghai.staff_site.forms import ReturnForm
from tasks.models import WorkPointNotice
from tasks.models.states import Light
from tasks.notices.issuing import obstacles
from tasks.petitions.petition_page import PetitionForm
from tasks.progress.report_page import ReportForm
from tasks.progress.services import return_report, submit_report
from tasks.spot_checks.forms import RecheckForm, RectificationForm
from tests.tasks import factories
from tests.tasks.factories import assignment_of, moment, signed_in

NAKED = re.compile(r"(?<![务送改议展项])(?:已逾期|期限内|即将到期|逾期未报|待报送|逾期\d+天)")


def words_of(response) -> str:
    """What is read on the page, without menus and filters."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return "".join(re.sub(r"<form.*?</form>|<[^>]+>", " ", main, flags=re.DOTALL).split())


@pytest.fixture
def late_report(cast, notice):
    """The report of the third quarter is late; the task itself has until the end of the year."""
    assignment = assignment_of(cast, point=2)
    assert assignment.light(on=factories.TODAY) == Light.GREEN
    return assignment


def test_the_work_list_says_whether_the_task_or_its_report_is_late(cast, late_report):
    response = signed_in(cast.clerk).get(reverse("tasks:work"))

    text = words_of(response)
    for words in ("第三季度进展2018-10-01起报送逾期39天", "任务期限内", "任务已逾期", "进展待报送1期，逾期未报1期"):
        assert words in text
    assert "进展待报送2进展逾期未报2任务即将到期0任务已逾期1全部2" in text
    assert not NAKED.findall(text.replace("期，逾期未报", "")), text


def test_the_page_of_a_task_names_the_light_of_the_task(cast, late_report):
    text = words_of(signed_in(cast.clerk).get(late_report.get_absolute_url()))

    assert "任务期限内" in text
    assert "本期逾期未报" in text or "逾期未报" in text.partition("各期填报")[2]


def test_the_office_reads_the_light_of_the_task_beside_a_report(cast, late_report):
    report = factories.with_office(cast, assignment=late_report, of="第三季度", at=moment(11, 5))

    text = words_of(signed_in(cast.office).get(reverse("admin:tasks_progressreport_change", args=[report.pk])))

    assert "任务期限内" in text


def test_the_heat_map_names_what_it_counts(cast, late_report):
    text = words_of(signed_in(cast.office).get("/admin/tasks/assignment/map/2018/", {"report": "mark"}))

    for words in ("任务期限内2", "任务已逾期2", "第三季度进展未报送4"):
        assert words in text


def test_the_public_page_names_the_task(client, cast, notice):
    point = assignment_of(cast).task.point

    assert "任务已逾期" in client.get(reverse("tasks:progress-point", args=[2018, point.key])).content.decode()


# --- When a field has to be filled in -----------------------------------------------------------------------


def labels_of(page, *names: str) -> list[str]:
    """What the labels of these fields say, by their names in the form."""
    tree = lxml.html.fromstring(page.text)
    controls = [tree.xpath(f"//*[@name='{name}' and not(@type='hidden')]")[0] for name in names]
    return [tree.xpath(f"string(//label[@for='{each.get('id')}'])") for each in controls]


def test_a_draft_may_leave_out_what_the_button_asks_for_and_says_when(cast, late_report):
    page = signed_in(cast.clerk).get(late_report.get_absolute_url())

    assert labels_of(page, "text", "upload", "next_step", "wanted_until") == [
        "进展情况 （提交时必填）",
        "上传佐证文件 （申请办结时必填）",
        "下一步打算 （选填）",
        "延至哪一天 （申请延期时必填）",
    ]


def test_whoever_returns_something_is_told_that_it_needs_a_reason(cast, late_report):
    report = factories.with_head(cast, assignment=late_report, of="第三季度")

    page = signed_in(cast.head).get(report.get_absolute_url())

    assert labels_of(page, "reason")[0].startswith("退回理由 （退回时必填")


def test_no_form_speaks_of_a_field_that_it_does_not_have():
    saying = [form for form in all_below(BaseForm) if "needed" in vars(form)]

    assert {ReportForm, ReturnForm, PetitionForm, RectificationForm, RecheckForm} <= set(saying)
    for form in saying:
        assert form.needed.keys() <= form.base_fields.keys(), form


def all_below(form: type[BaseForm]) -> set[type[BaseForm]]:
    return {form}.union(*(all_below(each) for each in form.__subclasses__()))


# --- When it was handed in -------------------------------------------------------------------------------------


def test_what_was_sent_back_and_handed_in_again_does_not_bear_the_former_day(cast, late_report):
    report = factories.with_office(cast, assignment=late_report, of="第三季度", at=moment(11, 5))
    page = signed_in(cast.head)
    assert "报送日期2018-11-05" in words_of(page.get(report.get_absolute_url()))

    return_report(report=report, reason="请补充", by=cast.office, at=moment(11, 6))
    submit_report(report=report, by=cast.clerk, at=moment(11, 8))

    text = words_of(page.get(report.get_absolute_url()))
    assert "报送日期" not in text
    assert "上次报送2018-11-05" in text


# --- A notice that is to be issued --------------------------------------------------------------------------


@pytest.fixture
def draft(cast, three_drafted: WorkPointNotice) -> WorkPointNotice:
    """Every name is resolved."""
    for named in three_drafted_names(three_drafted):
        named.is_resolved = True
        named.save(update_fields=["is_resolved"])
        named.units.add(cast.finance)
    return three_drafted


def three_drafted_names(notice: WorkPointNotice):
    return [named for point in notice.points.all() for named in point.responsibilities.filter(is_resolved=False)]


@pytest.mark.parametrize("issued_on", [None, date(2018, 8, 13)])
def test_a_notice_is_said_to_be_ready_only_when_nothing_is_left(cast, draft, issued_on):
    WorkPointNotice.objects.filter(pk=draft.pk).update(issued_on=issued_on)
    draft.refresh_from_db()
    left = obstacles(draft, on=clock.today())

    text = words_of(signed_in(cast.office).get(reverse("admin:tasks_workpointnotice_change", args=[draft.pk])))

    assert bool(left) is (issued_on is None)
    assert ("可以下达" in text) is (not left)
    assert (f"下达前还需处理{len(left)}项" in text) is bool(left)
