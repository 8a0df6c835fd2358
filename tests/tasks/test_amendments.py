"""Amending an issued notice: what changes from today on, what stays as it was, and who is told."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from ninghai.models import Message, Role, Unit
from ninghai.models.state_machine import TransitionError
from reports.facts.inspections import inspected
from reports.facts.request import Request
from reports.models import Report
from reports.snapshots.snapshot import compose
from tasks.models import (
    Assignment,
    DueDateChange,
    Evidence,
    Finding,
    ProgressReport,
    Responsibility,
    WorkPoint,
    WorkPointNotice,
)
from tasks.models.states import AssignmentStatus
from tasks.notices.amending import AmendmentIncomplete, compare, import_amendment, merge_amendment
from tasks.notices.correcting import edit_point, resolve_responsibility, retitle_point
from tasks.notices.editions import as_written
from tasks.notices.issuing import NoticeIncomplete, issue_notice
from tasks.notices.reading import NotANotice
from tasks.progress.services import accept_report
from tasks.public_progress.counts import in_parts, public_points
from tasks.spot_checks.drawing import draw_spot_check, redraw
from tests.cast import person
from tests.tasks.issued import LATER as AT
from tests.tasks.issued import TEXT, draft_notice, waiting_report

pytestmark = pytest.mark.django_db

TODAY = AT.date()
YESTERDAY = TODAY - timedelta(days=1)
EARLIER = AT - timedelta(days=1)
AMENDED = """宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点（修订）的通知
宁政办发〔2018〕60号
一、着力加强主动公开
（一）围绕重点领域公开
1.公开财政预决算和“三公”经费。[牵头单位：县财政局；责任单位：县发改局]
2.公开建议提案办理结果。[责任单位：县政府办公室]
3.公开常务会议事项，2018年12月15日前完成。[责任单位：县政府办公室、有关部门]
宁海县人民政府办公室
2018年11月16日
"""


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.CLOCK_DATE = TODAY.isoformat()
    settings.CLOCK_SINCE = TODAY.isoformat()


@pytest.fixture
def notice(three_points):
    """Issued in August: 一（一）1 finance; 一（一）2 office, both towns and (有关部门) finance; 二（一）1 development, both towns."""
    return three_points


@pytest.fixture
def draft(cast, notice):
    return imported(cast, notice)


def imported(cast, notice, text=AMENDED, form_id=None):
    return import_amendment(
        notice=notice, data=text.encode(), filename="修订.txt", form_id=form_id or uuid4(), by=cast.office, at=AT
    )


def merge(cast, draft, *, at=AT, by=None):
    draft.refresh_from_db()
    notice = WorkPointNotice.objects.get(pk=draft.amends_id)
    return merge_amendment(
        amendment=draft, version=draft.version, notice_version=notice.version, by=by or cast.office, at=at
    )


def of(unit, key):
    """The unit's assignment that was made first under this number."""
    made = Assignment.objects.filter(unit__short_name=unit, key__startswith=f"2018-{key}-")
    return made.earliest("pk")


def units(key):
    open_ones = Assignment.objects.open(on=TODAY).filter(task__point__key=key, task__point__removed_on=None)
    return dict(open_ones.values_list("unit__short_name", "role"))


def finished(assignment):
    """As an accepted claim of completion leaves it, the day before."""
    person_ = person("second", "经办", assignment.unit, Role.OFFICE)
    assignment.complete(handed_in_on=YESTERDAY, by=person_, at=EARLIER)
    return assignment


def test_a_title_that_somebody_wrote_stays_and_one_that_was_made_follows_the_words(cast, notice, draft):
    written, made = notice.points.get(key="一（一）1"), notice.points.get(key="一（一）2")
    retitle_point(point=written, version=written.version, title="预决算", by=cast.office, at=EARLIER)

    merge(cast, draft)

    titles = dict(notice.points.values_list("key", "title"))
    before = {point.key: point.title for point in as_written(WorkPoint.ever.filter(notice=notice), on=YESTERDAY)}
    assert (titles["一（一）1"], titles["一（一）2"]) == ("预决算", "公开建议提案办理结果")
    assert (before["一（一）1"], before["一（一）2"]) == ("预决算", made.title)


# --- The draft ------------------------------------------------------------------------------------------


def test_the_amendment_is_a_draft_in_which_open_names_are_resolved_as_before(draft, notice, cast):
    assert (draft.status, draft.amends) == ("draft", notice)
    named = Responsibility.objects.get(point__notice=draft, name="有关部门")
    assert (named.is_resolved, list(named.units.all())) == (True, [cast.finance])
    assert compare(draft, on=AT.date()).obstacles == ()


def test_a_date_that_the_office_had_set_stays_where_the_words_stay(cast):
    notice = draft_notice(cast)
    point = notice.points.get(key="一（一）1")
    edit_point(point=point, version=1, number="1", text=point.text, due_date=date(2018, 12, 1), by=cast.office, at=AT)
    left = Responsibility.objects.get(point__notice=notice, is_resolved=False)
    resolve_responsibility(responsibility=left, units=[cast.finance], by=cast.office, at=AT)
    issue_notice(notice=notice, by=cast.office, at=AT)

    draft = imported(cast, notice, AMENDED.replace("和“三公”经费", ""))

    kept = draft.points.get(key="一（一）1")
    assert (kept.due_date, kept.due_date_is_default) == (date(2018, 12, 1), False)


def test_the_same_form_sent_twice_makes_one_amendment(cast, notice):
    form_id = uuid4()

    first, second = (imported(cast, notice, form_id=form_id) for _ in range(2))

    assert first == second
    assert notice.amendments.count() == 1


def test_a_notice_of_another_year_is_no_amendment(cast, notice):
    with pytest.raises(NotANotice, match="2017年度"):
        imported(cast, notice, AMENDED.replace("2018", "2017"))


def test_an_amendment_is_not_issued_and_the_sentence_says_what_to_do(cast, draft):
    draft.refresh_from_db()

    with pytest.raises(NoticeIncomplete, match="修订稿，不能单独下达，请使用“并入”"):
        issue_notice(notice=draft, by=cast.office, at=AT)


def test_only_an_issued_notice_is_amended_and_only_by_the_office(cast, notice):
    with pytest.raises(TransitionError, match="只有已下达的通知"):
        imported(cast, draft_notice(cast))
    for who in (cast.signer, cast.clerk):
        with pytest.raises(PermissionDenied):
            import_amendment(notice=notice, data=b"", filename="a.txt", form_id=uuid4(), by=who, at=AT)


def test_an_amendment_names_the_units_of_today(cast, notice):
    """The notice is of August, the amendment is merged in November: the new bureau may be asked, the old one may not."""
    Unit.objects.create(
        code="009", name="宁海县大数据局", short_name="县大数据局", kind="department", valid_from=date(2018, 10, 1)
    )
    Unit.objects.filter(short_name="县发改局").update(valid_until=date(2018, 10, 31))
    dated = AMENDED.replace("2018年11月16日", "2018年8月13日").replace("县政府办公室]\n3", "县大数据局]\n3")

    draft = imported(cast, notice, dated)

    named = dict(Responsibility.objects.filter(point__notice=draft).values_list("name", "is_resolved"))
    assert (named["县大数据局"], named["县发改局"]) == (True, False)


def test_a_unit_that_ceased_before_the_merge_is_given_nothing(cast, draft):
    development = Unit.objects.get(short_name="县发改局")
    Unit.objects.filter(pk=development.pk).update(valid_until=YESTERDAY, successor=cast.finance)

    with pytest.raises(AmendmentIncomplete, match=r"“县发改局”在.*不是现有单位.*“县财政局”：一（一）1"):
        merge(cast, draft)

    assert not Assignment.objects.filter(unit=development, made_on=TODAY).exists()


def test_a_unit_that_ceased_and_is_asked_nothing_new_is_no_obstacle(cast, notice):
    """Its work went to its heir; the point that names it stays as it is."""
    Unit.objects.filter(short_name="县发改局").update(valid_until=YESTERDAY, successor=cast.finance)
    kept = TEXT.replace("1.公开财政预决算", "1.公开财政预决算和“三公”经费")

    found = compare(imported(cast, notice, kept), on=TODAY)

    assert (found.obstacles, [change.after.key for change in found.difference.changed]) == ((), ["一（一）1"])


# --- What is shown --------------------------------------------------------------------------------------


def test_points_are_found_again_by_their_words_where_they_were_numbered_anew(draft):
    found = compare(draft, on=AT.date()).difference

    assert [(change.before.key, change.after.key) for change in found.changed] == [
        ("一（一）1", "一（一）1"),
        ("一（一）2", "一（一）3"),
    ]
    assert [point.key for point in found.added] == ["一（一）2"]
    assert [point.key for point in found.removed] == ["二（一）1"]
    assert found.summary == "将新增1条、修改2条、删除1条要点；任务分工增加2项、减少5项、角色变化1项。"


def test_other_brackets_and_blanks_are_no_change(cast, notice):
    text = TEXT.replace("（", "(").replace("）", ")").replace("1.公开", "1. 公开").replace("，", ",")

    assert not compare(imported(cast, notice, text), on=AT.date()).difference


def test_what_is_left_to_do_keeps_it_from_being_merged(cast, notice):
    draft = imported(
        cast,
        notice,
        AMENDED.replace(
            "2.公开建议提案办理结果。[责任单位：县政府办公室]", "2.公开建议提案办理结果。[责任单位：县新设局]"
        ),
    )

    with pytest.raises(AmendmentIncomplete, match="“县新设局”在 1 条要点中还没有确定单位"):
        merge(cast, draft)

    draft.refresh_from_db()
    assert draft.status == "draft"


def test_an_amendment_that_changes_nothing_is_not_merged(cast, notice):
    with pytest.raises(AmendmentIncomplete, match="没有需要并入的变化"):
        merge(cast, imported(cast, notice, TEXT))


# --- What becomes of it ---------------------------------------------------------------------------------


def test_tasks_and_assignments_follow(cast, draft, notice):
    merge(cast, draft)

    assert list(notice.points.values_list("key", "number", "position")) == [
        ("一（一）1", "1", 1),
        ("一（一）2", "2", 2),
        ("一（一）3", "3", 3),
    ]
    first = notice.points.get(key="一（一）1")
    assert first.task.requirement == "公开财政预决算和“三公”经费。"
    assert units("一（一）1") == {"县财政局": "lead", "县发改局": "responsible"}
    assert units("一（一）2") == {"县政府办公室": "responsible"}
    assert units("一（一）3") == {"县政府办公室": "responsible", "县财政局": "responsible"}
    new = of("县发改局", "一（一）1")
    assert (new.made_on, new.due_date, new.status) == (TODAY, first.due_date, "todo")
    assert Assignment.objects.owed(on=YESTERDAY).filter(pk=new.pk).count() == 0


def test_who_is_named_no_longer_ends_with_a_reason_and_a_removed_point_with_all_its_units(cast, draft):
    merge(cast, draft)

    town, lead = of("深甽镇", "一（一）2"), of("县发改局", "二（一）1")
    assert (town.status, town.ended_on, town.ended_reason) == (
        "not_applicable",
        TODAY,
        f"修订后不再承担：{draft.title}",
    )
    assert (lead.status, lead.ended_reason) == (
        "not_applicable",
        f"要点二（一）1　推进一窗受理，修订后删除：{draft.title}",
    )


def test_a_changed_date_moves_open_assignments_and_says_why(cast, draft):
    merge(cast, draft)

    assignment = of("县政府办公室", "一（一）2")
    change = DueDateChange.objects.get(assignment=assignment)
    assert (assignment.due_date, assignment.due_date_since) == (date(2018, 12, 15), TODAY)
    assert (change.before, change.reason) == (date(2018, 11, 30), f"修订：{draft.title}")
    assert assignment.due_words == "2018-12-15（原定2018-11-30）"


def test_a_longer_extension_stays(cast, draft):
    of("县政府办公室", "一（一）2").change_due_date(to=date(2018, 12, 31), reason="延期", by=cast.office, at=EARLIER)

    merge(cast, draft)

    assert of("县政府办公室", "一（一）2").due_date == date(2018, 12, 31)


def test_finished_work_reports_findings_and_evidence_stay(cast, draft, notice):
    done = finished(of("深甽镇", "二（一）1"))
    accept_report(report=waiting_report(cast, of("县财政局", "一（一）1")), by=cast.second_office, at=AT)
    check = drawn(cast, notice)
    Finding.objects.create(
        drawn=check.drawn.first(), outcome=Finding.Outcome.TRUE, recorded_by=cast.inspector, recorded_at=AT
    )
    before = kept_records()
    sheet = redraw(check)

    merge(cast, draft)

    done.refresh_from_db()
    assert (done.status, done.ended_on) == ("completed", None)
    assert kept_records() == before
    check.refresh_from_db()
    assert redraw(check) == sheet
    assert [each.assignment.key for each in check.drawn.order_by("pk")] == [
        ticket.key for stratum in sheet.strata for ticket in stratum.drawn
    ]


def kept_records():
    return [list(model.objects.order_by("pk").values()) for model in (ProgressReport, Finding, Evidence)]


def drawn(cast, notice):
    return draw_spot_check(
        notice=notice, title="抽查", size=3, seed="7", stratified_by=[], as_of=YESTERDAY, form_id=uuid4(),
        by=cast.office, at=EARLIER,
    )  # fmt: skip


def test_a_unit_that_comes_back_gets_a_new_assignment_under_a_new_key(cast, draft, notice):
    merge(cast, draft)
    again = imported(
        cast,
        notice,
        AMENDED.replace("[责任单位：县政府办公室、有关部门]", "[责任单位：县政府办公室、有关部门、深甽镇]"),
    )

    merge(cast, again, at=AT + timedelta(days=1))

    keys = Assignment.objects.filter(unit__short_name="深甽镇", task__point__key="一（一）3").order_by("pk")
    assert list(keys.values_list("key", "status")) == [
        ("2018-一（一）2-108", "not_applicable"),
        ("2018-一（一）3-108", "todo"),
    ]


def test_a_new_point_may_bear_the_number_of_a_removed_one(cast, draft, notice):
    merge(cast, draft)
    text = AMENDED.replace(
        "宁海县人民政府办公室\n2018",
        "二、着力提升服务\n（一）优化审批\n1.公布办事指南。[责任单位：县发改局]\n宁海县人民政府办公室\n2018",
    )

    merge(cast, imported(cast, notice, text), at=AT + timedelta(days=1))

    keys = Assignment.objects.filter(unit__short_name="县发改局", key__startswith="2018-二（一）1-").order_by("pk")
    assert list(keys.values_list("key", flat=True)) == ["2018-二（一）1-003", "2018-二（一）1-003#2"]


def test_the_successor_of_a_unit_that_is_named_no_longer_ends_too(cast, draft):
    town = of("深甽镇", "一（一）2")
    new = Unit.objects.create(code="109", name="新镇", short_name="新镇", kind=Unit.Kind.TOWN, position=109)
    town.end(AssignmentStatus.HANDED_OVER, reason="区划调整", by=cast.office, at=EARLIER)
    taken = Assignment.of(task=town.task, unit=new, role=town.role, on=YESTERDAY, continues=town)
    taken.save()

    merge(cast, draft)

    taken.refresh_from_db()
    assert taken.status == "not_applicable"


# --- Telling --------------------------------------------------------------------------------------------


def test_each_unit_is_told_once_what_changed_for_it(cast, draft):
    merge(cast, draft)

    (told,) = Message.objects.filter(recipient=cast.clerk, event__startswith="amended:")
    assert (told.kind, told.subject) == ("changed", "2018年工作要点已修订，本单位有4项变化")
    assert told.text.splitlines() == [
        "一（一）1　公开财政预决算和“三公”经费：角色由责任改为牵头。",
        "一（一）1　公开财政预决算和“三公”经费：工作内容有修改，请查看。",
        "一（一）3　公开常务会议事项：完成时限由2018-11-30改为2018-12-15。",
        "一（一）3　公开常务会议事项：工作内容有修改，请查看。",
    ]
    assert Message.objects.get(recipient=cast.other_clerk, event=told.event).text.splitlines() == [
        "一（一）3　公开常务会议事项：修订后不再由本单位承担。",
        "二（一）1　推进一窗受理：修订后不再列入，不再办理。",
    ]


# --- The days before ------------------------------------------------------------------------------------


def test_what_is_read_of_the_day_before_stays_as_it_was(cast, draft, notice):
    accept_report(report=waiting_report(cast, of("县财政局", "一（一）1")), by=cast.second_office, at=AT)
    finished(of("深甽镇", "二（一）1"))
    check = drawn(cast, notice)
    before = read_of(YESTERDAY, notice, check)
    today = read_of(TODAY, notice, check)

    merge(cast, draft)
    merge(cast, imported(cast, notice, AMENDED.replace("建议提案", "政协提案")), at=AT + timedelta(hours=1))

    assert read_of(YESTERDAY, notice, check) == before
    assert read_of(TODAY, notice, check) != today
    progress = {each.point.key: each for each in public_points(notice=notice, on=TODAY)}
    assert {key: each.is_removed for key, each in progress.items()} == {
        "一（一）1": False,
        "一（一）2": False,
        "一（一）3": False,
        "二（一）1": True,
    }
    assert progress["二（一）1"].counts.total == 1


def read_of(day, notice, check):
    """Lights, public progress, statistics, the spot check and the numbers of the points, as of that day."""
    assignments = Assignment.objects.filter(task__point__notice=notice, made_on__lte=day).order_by("pk")
    progress = [
        (part.title, each.point.label, each.point.section, each.counts, each.is_removed, words_of(each.point))
        for part in in_parts(public_points(notice=WorkPointNotice.objects.get(pk=notice.pk), on=day))
        for each in part.points
    ]
    return {
        "lights": [(each.pk, each.light(on=day)) for each in assignments],
        "progress": progress,
        "numbers": compose(Request.about(kind=Report.Kind.PROGRESS, notice=notice, as_of=day)),
        "check": inspected(spot_check=check, on=day),
    }


def words_of(point):
    return (
        point.position,
        point.key,
        point.part,
        point.section,
        point.text,
        point.due_date,
        point.responsibility_texts,
    )


def test_words_of_every_day_between_two_amendments(cast, draft, notice):
    merge(cast, draft)
    later = AT + timedelta(days=5)
    merge(cast, imported(cast, notice, AMENDED.replace("和“三公”经费", "和政府采购")), at=later)

    def text_on(day):
        return as_written(WorkPoint.ever.filter(key="一（一）1", notice=notice), on=day)[0].text

    days = [YESTERDAY, TODAY, TODAY + timedelta(days=4), later.date()]
    assert [text_on(day) for day in days] == [
        "公开财政预决算。",
        "公开财政预决算和“三公”经费。",
        "公开财政预决算和“三公”经费。",
        "公开财政预决算和政府采购。",
    ]
