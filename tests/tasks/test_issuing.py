"""A notice is issued: what it needs, what comes of it, and what happens when two issue at once."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse

from fixtures.reference_data import load_unit_groups, load_units, load_workdays, read
from ninghai.models import AuditEntry, Message, Role, Unit
from ninghai.models.state_machine import StaleError, TransitionError
from tasks.models import Assignment, Responsibility, WorkPoint, WorkPointNotice
from tasks.notices.correcting import (
    add_point,
    add_responsibility,
    edit_notice,
    edit_point,
    edit_responsibility,
    remove_point,
    remove_responsibility,
    resolve_responsibility,
)
from tasks.notices.importing import import_notice
from tasks.notices.issuing import NoticeIncomplete, issue_notice, obstacles, revoke_notice
from tests.cast import person
from tests.tasks import issued
from tests.worlds import world

pytestmark = pytest.mark.django_db


DATA = Path(__file__).parents[1] / "data"


AT = datetime(2018, 8, 14, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


SMALL = """宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点的通知
宁政办发〔2018〕99号
一、着力加强主动公开
（一）围绕重点领域公开
1.公开财政预决算。[责任单位：县财政局、有关部门]
2.公开环境信息，2018年11月底前完成。[责任单位：县新设局、各乡镇（街道）]
宁海县人民政府办公室
2018年8月13日
"""


def load_county():
    """The real units, groups and calendar."""
    load_units(read("units.json")["units"], verified=True)
    load_unit_groups(read("unit_groups.json")["groups"])
    load_workdays()


def make_office(county):
    return person("office", "县府办经办", Unit.objects.get(kind=Unit.Kind.OFFICE), Role.OFFICE)


@pytest.fixture
def clerk(county):
    return person("clerk", "财政局经办人", Unit.objects.get(short_name="县财政局"), Role.EDITOR)


def make_notice(office):
    """The notice of 2018 as it was published."""
    data = (DATA / "2018-notice.txt").read_bytes()
    return import_notice(data=data, filename="2018-notice.txt", form_id=uuid4(), by=office, at=AT)


real_units = world("real_units", load_county)


real_office = world("real_office", make_office, on=("real_units",))


real_notice = world("real_notice", make_notice, on=("real_office",))


@pytest.fixture
def county(real_units) -> None:
    """The real units, groups and calendar."""


@pytest.fixture
def office(county, real_office):
    return real_office


@pytest.fixture
def notice(office, real_notice):
    return real_notice


@pytest.fixture
def small(office):
    return import_notice(data=SMALL.encode(), filename="small.txt", form_id=uuid4(), by=office, at=AT)


def departments(*names):
    return list(Unit.objects.filter(short_name__in=names))


def resolve_all(notice, *, by, units):
    """Resolve every name that is still open to the same units."""
    while left := Responsibility.objects.filter(point__notice=notice, is_resolved=False).first():
        resolve_responsibility(responsibility=left, units=units, all_alike=True, by=by, at=AT)


def test_a_notice_with_open_names_is_not_issued_and_says_which(small, office):
    with pytest.raises(NoticeIncomplete) as refused:
        issue_notice(notice=small, by=office, at=AT)

    assert refused.value.obstacles == obstacles(small, on=AT.date())
    assert [sentence for sentence in obstacles(small, on=AT.date()) if "县新设局" in sentence]
    assert Assignment.objects.count() == 0


def test_issuing_makes_tasks_assignments_and_the_quarters_still_to_end(notice, office):
    resolve_all(notice, by=office, units=departments("县财政局"))

    count = issue_notice(notice=notice, by=office, at=AT)

    assert WorkPoint.objects.filter(task__isnull=False).count() == 43
    assert Assignment.objects.count() == count
    periods = list(notice.periods.values_list("name", "start", "end", "due_date"))
    assert periods == [
        ("2018年第三季度", date(2018, 7, 1), date(2018, 9, 30), date(2018, 10, 12)),
        ("2018年第四季度", date(2018, 10, 1), date(2018, 12, 31), date(2019, 1, 8)),
    ]


def test_issuing_tells_each_unit_of_its_part_once_and_again_after_a_revocation(cast):
    notice = issued.issued_notice(cast)
    notice.refresh_from_db()

    def told(version):
        return Message.objects.filter(event=f"issued:{notice.pk}:{version}")

    first = notice.version
    assert set(told(first).values_list("recipient", flat=True)) >= {
        each.pk for each in (cast.clerk, cast.head, cast.other_clerk, cast.other_head)
    }
    clerks = told(first).get(recipient=cast.clerk)
    assert (clerks.subject, clerks.url) == (f"已下达：{notice.title}，2项任务", reverse("tasks:work"))
    assert "一（一）1　公开财政预决算" in clerks.text
    issue_notice(notice=notice, by=cast.office, at=AT)
    assert told(first).filter(recipient=cast.clerk).count() == 1

    revoke_notice(notice=notice, reason="有误", version=first, by=cast.office, at=AT + timedelta(days=1))
    issue_notice(notice=notice, by=cast.office, at=AT + timedelta(days=2))
    notice.refresh_from_db()
    assert told(notice.version).filter(recipient=cast.clerk).count() == 1


def test_nobody_is_told_of_a_notice_that_was_not_issued(small, office):
    with pytest.raises(NoticeIncomplete):
        issue_notice(notice=small, by=office, at=AT)

    assert not Message.objects.exists()


def test_issuing_twice_makes_nothing_twice(small, office):
    resolve_all(small, by=office, units=departments("县财政局"))

    first = issue_notice(notice=small, by=office, at=AT)
    second = issue_notice(notice=WorkPointNotice.objects.get(pk=small.pk), by=office, at=AT)

    assert first == second == Assignment.objects.count()


def test_a_second_notice_of_the_year_is_not_issued(small, office):
    resolve_all(small, by=office, units=departments("县财政局"))
    issue_notice(notice=small, by=office, at=AT)
    twin = import_notice(data=SMALL.encode(), filename="twin.txt", form_id=uuid4(), by=office, at=AT)
    resolve_all(twin, by=office, units=departments("县财政局"))

    with pytest.raises(NoticeIncomplete, match="2018年度已有下达的工作要点通知"):
        issue_notice(notice=twin, by=office, at=AT)


def test_what_changed_under_ones_eyes_is_not_issued(small, office):
    resolve_all(small, by=office, units=departments("县财政局"))
    small.refresh_from_db()
    seen, point = small.version, small.points.get(number="1")
    edit_point(point=point, version=point.version, number="1", text="甲", due_date=point.due_date, by=office, at=AT)

    with pytest.raises(StaleError):
        issue_notice(notice=small, version=seen, by=office, at=AT)


def test_a_unit_that_ceased_while_the_draft_waited_is_given_nothing_and_its_heir_is_named(small, office):
    resolve_all(small, by=office, units=departments("县财政局"))
    finance, heir = (Unit.objects.get(short_name=name) for name in ("县财政局", "县发改局"))
    Unit.objects.filter(pk=heir.pk).update(valid_from=date(2018, 9, 1))
    Unit.objects.filter(pk=finance.pk).update(valid_until=date(2018, 8, 31), successor=heir)
    later = AT + timedelta(days=30)

    with pytest.raises(
        NoticeIncomplete, match=r"“县财政局”在2018-09-13不是现有单位.*请改为承接其职责的“县发改局”：一（一）1"
    ):
        issue_notice(notice=small, by=office, at=later)
    for named in Responsibility.objects.filter(point__notice=small, units=finance):
        resolve_responsibility(responsibility=named, units=[heir], by=office, at=later)
    issue_notice(notice=small, by=office, at=later)

    assert not Assignment.objects.filter(unit=finance).exists()
    assert Assignment.objects.filter(unit=heir).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_of_a_year_issued_at_once_the_second_is_told_in_a_sentence(small, office):
    twin = import_notice(data=SMALL.encode(), filename="twin.txt", form_id=uuid4(), by=office, at=AT)
    for draft in (small, twin):
        resolve_all(draft, by=office, units=departments("县财政局"))
    told: list[str] = []

    def issue_the_twin():
        try:
            issue_notice(notice=WorkPointNotice.objects.get(pk=twin.pk), by=office, at=AT)
        except NoticeIncomplete as refused:
            told.extend(refused.obstacles)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as somebody, transaction.atomic():
        issue_notice(notice=small, by=office, at=AT)
        waiting = somebody.submit(issue_the_twin)
        wait([waiting], timeout=1)  # until it stands before the database's own rule
        transaction.on_commit(lambda: waiting.result(timeout=200))

    assert told == ["2018年度已有下达的工作要点通知，一年只能下达一份。年度有误的，请修改基本信息。"]
    assert WorkPointNotice.objects.filter(status="issued").get() == small


def test_an_issued_notice_is_not_corrected(small, office):
    resolve_all(small, by=office, units=departments("县财政局"))
    issue_notice(notice=small, by=office, at=AT)
    point = small.points.get(number="1")

    with pytest.raises(TransitionError):
        edit_point(point=point, version=point.version, number="1", text="甲", due_date=point.due_date, by=office, at=AT)
    with pytest.raises(TransitionError):
        edit_notice(notice=small, version=small.version, title="新标题", by=office, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_issue_at_once_make_one_set_of_assignments(small, office):
    resolve_all(small, by=office, units=departments("县财政局"))

    def issue(_):
        try:
            return issue_notice(notice=WorkPointNotice.objects.get(pk=small.pk), by=office, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        counts = set(people.map(issue, range(4)))

    assert counts == {Assignment.objects.count()}
    assert AuditEntry.objects.about(small).filter(to_status="issued").count() == 1


def test_nobody_but_the_office_touches_a_notice(small, clerk):
    point = small.points.get(number="1")
    named = point.responsibilities.first()

    for act in (
        lambda: import_notice(data=SMALL.encode(), filename="a.txt", form_id=uuid4(), by=clerk, at=AT),
        lambda: edit_notice(notice=small, version=1, title="甲", by=clerk, at=AT),
        lambda: edit_point(point=point, version=1, number="1", text="甲", due_date=date(2018, 12, 1), by=clerk, at=AT),
        lambda: add_point(notice=small, after=None, number="9", text="甲", due_date=date(2018, 12, 1), by=clerk, at=AT),
        lambda: remove_point(point=point, version=1, by=clerk, at=AT),
        lambda: add_responsibility(point=point, version=1, name="甲", role="lead", is_group=False, by=clerk, at=AT),
        lambda: edit_responsibility(
            responsibility=named, version=1, name="甲", role="lead", is_group=False, by=clerk, at=AT
        ),
        lambda: remove_responsibility(responsibility=named, version=1, by=clerk, at=AT),
        lambda: resolve_responsibility(responsibility=named, units=departments("县财政局"), by=clerk, at=AT),
        lambda: issue_notice(notice=small, by=clerk, at=AT),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_points_whose_number_repeats_are_told_apart_by_name(small):
    first = small.points.get(number="1")
    again = small.points.create(position=9, key=f"{first.key}#2", number="1", text="乙", due_date=date(2018, 12, 1))

    assert (str(first), str(again)) == ("2018年 一（一）1　公开财政预决算", "2018年 一（一）1（同号第2条）　乙")
