"""No two answers on one screen: every light and label names its noun, the task's or its report's."""

import re
from datetime import date

import pytest
from django.urls import reverse

from ninghai.calendar import clock
from tasks.models import WorkPointNotice
from tasks.models.states import Light
from tasks.notices.issuing import obstacles
from tests.tasks import factories
from tests.tasks.factories import assignment_of, moment, signed_in

NAKED = re.compile(r"(?<![务送改议展项])(?:已逾期|期限内|即将到期|逾期未报|待报送)")


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
    for words in ("第三季度进展2018-10-01起逾期39天", "任务期限内", "任务已逾期", "进展逾期未报1期"):
        assert words in text
    assert not NAKED.findall(text.replace("我的任务待报送2即将到期0已逾期1全部2", "")), (
        text
    )  # tabs, below what they count


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
