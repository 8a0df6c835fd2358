"""The real notice of 2018, imported, corrected, resolved and issued on the county's real units."""

import json
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from fixtures.reference_data import load_unit_groups, load_units, load_workdays, read
from ninghai.models import AuditEntry, Role, StoredFile, Unit
from ninghai.models.state_machine import StaleError
from tasks.models import Assignment, Responsibility, WorkPoint, WorkPointNotice
from tasks.notices.correcting import (
    add_point,
    add_responsibility,
    edit_point,
    edit_responsibility,
    remove_point,
    remove_responsibility,
    resolve_responsibility,
)
from tasks.notices.importing import import_notice
from tasks.notices.issuing import issue_notice, preview_assignments
from tasks.notices.reading import NotANotice
from tests.cast import person
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


# --- Importing ---------------------------------------------------------------------------------------


def test_the_real_notice_becomes_its_43_points(notice):
    expected = json.loads((DATA / "2018-notice.expected.json").read_text(encoding="utf-8"))

    assert (notice.title, notice.document_number, notice.issued_on) == (
        expected["title"],
        expected["document_number"],
        date(2018, 8, 13),
    )
    kept = [(point.key, point.text) for point in notice.points.order_by("position")]
    assert kept == [(point["key"], point["text"]) for point in expected["points"]]


def test_every_named_unit_and_the_towns_resolve_by_themselves(notice):
    responsibilities = Responsibility.objects.filter(point__notice=notice)

    left = set(responsibilities.filter(is_resolved=False).values_list("name", flat=True))
    named = set(responsibilities.filter(is_group=False).values_list("units__short_name", flat=True))
    towns = responsibilities.filter(name="各乡镇(街道)").first().units.count()
    assert left == {"有关部门", "各有关部门", "其他有关部门"}
    assert (len(named), None in named, towns) == (17, False, 18)


def test_the_text_beside_the_tree_is_the_file(notice):
    assert notice.source_text.rstrip("\n") == (DATA / "2018-notice.txt").read_text(encoding="utf-8").rstrip("\n")


def test_a_point_without_a_date_is_due_at_the_end_of_its_year(notice):
    dates = {point.key: (point.due_date, point.due_date_is_default) for point in notice.points.all()}

    assert dates["四(四)1"] == (date(2018, 11, 30), False)
    assert dates["一(二)1"] == (date(2018, 12, 31), False)
    assert dates["一(一)1"] == (date(2018, 12, 31), True)


def test_the_same_form_sent_twice_makes_one_notice(office):
    form_id = uuid4()

    first, second = (
        import_notice(data=SMALL.encode(), filename="a.txt", form_id=form_id, by=office, at=AT) for _ in range(2)
    )

    assert first == second
    assert (WorkPointNotice.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_a_notice_in_gbk_is_simply_read(office):
    notice = import_notice(data=SMALL.encode("gbk"), filename="a.txt", form_id=uuid4(), by=office, at=AT)

    assert notice.points.count() == 2


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.txt"),
        (b"%PDF-1.4 scan", "scan.txt"),
        (b"\x89PNG\r\n\x1a\n", "scan.txt"),
        ("今天天气很好。".encode(), "a.txt"),
    ],
)
def test_what_is_no_notice_is_refused_and_nothing_is_kept(office, data, name):
    with pytest.raises(NotANotice):
        import_notice(data=data, filename=name, form_id=uuid4(), by=office, at=AT)

    assert (WorkPointNotice.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_unit_that_had_ceased_by_the_notices_date_is_not_meant(office):
    Unit.objects.filter(short_name="县财政局").update(valid_until=date(2018, 8, 12))

    notice = import_notice(data=SMALL.encode(), filename="a.txt", form_id=uuid4(), by=office, at=AT)

    assert Responsibility.objects.get(point__notice=notice, name="县财政局").is_resolved is False


# --- Resolving ---------------------------------------------------------------------------------------


def test_an_open_group_is_resolved_at_one_point_or_wherever_it_is_open(notice, office):
    first, second, *_ = Responsibility.objects.filter(point__notice=notice, name="有关部门")
    units = departments("县财政局", "县民政局")

    assert resolve_responsibility(responsibility=first, units=units, by=office, at=AT) == 1
    assert second.is_resolved is False
    assert resolve_responsibility(responsibility=second, units=units, all_alike=True, by=office, at=AT) == 23
    assert not Responsibility.objects.filter(point__notice=notice, name="有关部门", is_resolved=False).exists()


def test_an_unknown_name_is_matched_and_remembered(small, office):
    unknown = Responsibility.objects.get(point__notice=small, name="县新设局")
    unit = Unit.objects.get(short_name="县环保局")

    resolve_responsibility(responsibility=unknown, units=[unit], learn_name=True, by=office, at=AT)

    again = import_notice(data=SMALL.encode(), filename="again.txt", form_id=uuid4(), by=office, at=AT)
    learned = Responsibility.objects.get(point__notice=again, name="县新设局")
    assert (learned.is_resolved, list(learned.units.all())) == (True, [unit])


def test_a_name_for_several_units_cannot_become_one_units_name(small, office):
    unknown = Responsibility.objects.get(point__notice=small, name="县新设局")

    with pytest.raises(ValidationError):
        resolve_responsibility(
            responsibility=unknown, units=departments("县环保局", "县财政局"), learn_name=True, by=office, at=AT
        )

    unknown.refresh_from_db()
    assert unknown.is_resolved is False


def test_the_preview_tells_what_issuing_makes(notice, office):
    one = Responsibility.objects.filter(point__notice=notice, name="有关部门").first()
    units = departments("县财政局", "县民政局")

    before = preview_assignments(notice)
    tried = preview_assignments(notice, instead={one.pk: units})

    assert tried[one.point_id] == before[one.point_id] + 2
    resolve_all(notice, by=office, units=units)
    promised = preview_assignments(notice)
    assert issue_notice(notice=notice, by=office, at=AT) == sum(promised.values())
    for point in notice.points.all():
        assert point.task.assignments.count() == promised[point.pk]


def test_the_named_role_wins_over_the_group_and_else_the_stronger(small, office):
    point = small.points.get(number="1")
    add_responsibility(
        point=point, version=point.version, name="县民政局", role="supporting", is_group=False, by=office, at=AT
    )
    point.refresh_from_db()
    add_responsibility(
        point=point, version=point.version, name="县环保局", role="guiding", is_group=False, by=office, at=AT
    )
    point.refresh_from_db()
    add_responsibility(
        point=point, version=point.version, name="县环保局", role="lead", is_group=False, by=office, at=AT
    )
    resolve_all(small, by=office, units=departments("县民政局", "县财政局"))

    issue_notice(notice=small, by=office, at=AT)

    roles = dict(Assignment.objects.filter(task__point=point).values_list("unit__short_name", "role"))
    assert roles == {"县财政局": "responsible", "县民政局": "supporting", "县环保局": "lead"}


def test_a_name_in_two_roles_at_one_point_is_resolved_in_both(small, office):
    point = small.points.get(number="1")
    add_responsibility(point=point, version=1, name="有关部门", role="supporting", is_group=True, by=office, at=AT)
    first = point.responsibilities.filter(name="有关部门").first()

    assert (
        resolve_responsibility(responsibility=first, units=departments("县民政局"), all_alike=True, by=office, at=AT)
        == 2
    )


# --- Correcting --------------------------------------------------------------------------------------


def test_a_corrected_date_is_no_default_any_more(small, office):
    point = small.points.get(number="1")

    edit_point(point=point, version=1, number="1", text="新的内容", due_date=date(2018, 10, 31), by=office, at=AT)

    point.refresh_from_db()
    assert (point.text, point.due_date, point.due_date_is_default, point.version) == (
        "新的内容",
        date(2018, 10, 31),
        False,
        2,
    )


def test_a_stale_correction_is_refused_and_changes_nothing(small, office):
    point = small.points.get(number="1")
    seen = point.version
    edit_point(point=point, version=seen, number="1", text="甲", due_date=point.due_date, by=office, at=AT)

    with pytest.raises(StaleError):
        edit_point(point=point, version=seen, number="1", text="乙", due_date=point.due_date, by=office, at=AT)

    assert WorkPoint.objects.get(pk=point.pk).text == "甲"


def test_another_number_makes_another_key_but_not_a_neighbours(small, office):
    point = small.points.get(number="1")

    with pytest.raises(ValidationError):
        edit_point(point=point, version=1, number="2", text="甲", due_date=point.due_date, by=office, at=AT)
    point = small.points.get(number="1")
    edit_point(point=point, version=1, number="5", text="甲", due_date=point.due_date, by=office, at=AT)

    assert WorkPoint.objects.get(pk=point.pk).key.endswith("5")


def test_an_added_point_stands_after_its_neighbour_in_the_same_section(small, office):
    first = small.points.get(number="1")

    add_point(notice=small, after=first, number="1之一", text="补充", due_date=date(2018, 12, 31), by=office, at=AT)

    assert [point.number for point in small.points.order_by("position")] == ["1", "1之一", "2"]
    added = small.points.get(number="1之一")
    assert (added.part, added.section) == (first.part, first.section)


def test_points_and_names_can_be_taken_out(small, office):
    first, second = small.points.order_by("position")
    group = first.responsibilities.get(name="有关部门")

    remove_responsibility(responsibility=group, version=first.version, by=office, at=AT)
    remove_point(point=second, version=second.version, by=office, at=AT)

    assert [each.name for each in Responsibility.objects.filter(point__notice=small)] == ["县财政局"]


def test_a_corrected_name_is_resolved_anew(small, office):
    unknown = Responsibility.objects.get(point__notice=small, name="县新设局")

    edit_responsibility(
        responsibility=unknown,
        version=unknown.point.version,
        name="县环保局",
        role="lead",
        is_group=False,
        by=office,
        at=AT,
    )

    corrected = Responsibility.objects.get(pk=unknown.pk)
    assert (corrected.is_resolved, str(corrected.units.get()), corrected.role) == (True, "县环保局", "lead")


def test_every_correction_is_in_the_audit_trail(small, office):
    point = small.points.get(number="1")
    edit_point(point=point, version=1, number="1", text="甲", due_date=point.due_date, by=office, at=AT)

    entry = AuditEntry.objects.about(small).last()
    assert (entry.action, entry.actor, entry.detail["before"]["text"]) == ("correct_point", office, "公开财政预决算。")
