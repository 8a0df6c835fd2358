"""机构改革: the successor takes over what is open, what was said of earlier days stays as it was said."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from ninghai.models import AuditEntry, Message, Role, Unit, User
from tasks import rules
from tasks.assignments.lights import with_standing
from tasks.handovers.unit_reform import ReformPlan, reform_unit
from tasks.models import Assignment, Petition, ProgressReport, UnitReform
from tasks.models.states import AssignmentStatus
from tasks.petitions.services import ask, grant_petition
from tasks.progress.services import Written, accept_report, pass_report, save_draft
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import NOW, PDF, TODAY, moment, signed_in

pytestmark = pytest.mark.django_db

DAYS = [date(2018, 8, 20), date(2018, 10, 20), date(2018, 11, 2), TODAY - timedelta(days=1)]


@pytest.fixture
def heir(cast) -> Unit:
    """The development bureau, which takes over; it owes nothing of the notice yet."""
    return Unit.objects.get(short_name="县发改局")


@pytest.fixture
def heirs_clerk(cast, heir) -> User:
    return person("heir-clerk", "发改局经办人", heir, Role.EDITOR)


@pytest.fixture
def heirs_head(cast, heir) -> User:
    return person("heir-head", "发改局审核人", heir, Role.REVIEWER)


def reformed(cast, heir, **how) -> UnitReform:
    chosen = {"moves_people": False, "last_day": TODAY, "reason": "机构改革方案", "form_id": uuid4(), **how}
    return reform_unit(unit=cast.finance, successor=heir, by=cast.office, at=NOW, **chosen)


def of(unit, *, point=1) -> Assignment:
    return Assignment.objects.get(unit=unit, task__point__position=point - 1)


def said_of(day: date) -> list[tuple]:
    """What every page, report and score starts from: who owes what on that day, until when, and how it stands."""
    owed = with_standing(Assignment.objects.owed(on=day), on=day).order_by("key")
    return list(owed.values_list("key", "due_on_day", "light_on_day", "owed", "owed_late"))


@pytest.mark.parametrize("who", ["signer", "inspector", "clerk", "head"])
def test_only_the_office_reforms(cast, notice, heir, who):
    with pytest.raises(PermissionDenied):
        reform_unit(
            unit=cast.finance, successor=heir, last_day=TODAY, reason="方案", moves_people=False,
            form_id=uuid4(), by=getattr(cast, who), at=NOW,
        )  # fmt: skip


def test_the_successor_goes_on_with_each_open_assignment(cast, notice, heir):
    reform = reformed(cast, heir)

    old, new = of(cast.finance), of(heir)
    assert (reform.handed_over, reform.merged) == (2, 0)
    assert (old.status, old.ended_on, old.ended_reason) == (
        "handed_over", TODAY, "机构改革，由县发改局承接。",
    )  # fmt: skip
    assert (new.continues, new.role, new.status, new.made_on, new.due_date) == (
        old, "lead", "todo", TODAY, old.due_date,
    )  # fmt: skip
    finance = Unit.objects.get(pk=cast.finance.pk)
    assert (finance.valid_until, finance.successor) == (TODAY, heir)


def test_a_granted_extension_goes_along(cast, notice, heir):
    petition = ask(
        assignment=of(cast.finance), kind="extension", wanted_until=date(2018, 12, 10), reason="验收未完",
        form_id=uuid4(), by=cast.clerk, at=NOW,
    )  # fmt: skip
    grant_petition(petition=petition, by=cast.signer, at=NOW)

    reformed(cast, heir)

    assert of(heir).due_words == "2018-12-10（原定2018-11-01）"


def test_what_is_finished_stays_where_it_was_done(cast, notice, heir):
    factories.accepted(cast, percent=100, claims_completion=True, proof=PDF)

    reform = reformed(cast, heir)

    assert (of(cast.finance).status, reform.handed_over) == ("completed", 1)
    assert not Assignment.objects.filter(unit=heir, task__point__position=0).exists()


def test_earlier_days_are_told_as_before(cast, notice, heir):
    factories.accepted(cast, of="第三季度", at=moment(10, 9))
    factories.drafted(cast, assignment=of(cast.town, point=2), by=cast.other_clerk)
    before = {day: said_of(day) for day in DAYS}

    reformed(cast, heir)

    assert {day: said_of(day) for day in DAYS} == before
    assert said_of(TODAY) != before[DAYS[-1]]


def test_a_task_that_the_successor_has_keeps_the_stronger_role(cast, notice):
    """The town is responsible for both points, the finance bureau leads them."""
    plan = ReformPlan.of(cast.finance, successor=cast.town, on=TODAY)

    reform = reformed(cast, cast.town)

    assert {each.words for each in plan.successions} == {"并入承接单位的同一任务，角色改为牵头"}
    assert (reform.handed_over, reform.merged) == (0, 2)
    assert (of(cast.town).role, of(cast.finance).status) == ("lead", "handed_over")
    assert Assignment.objects.filter(unit=cast.town).count() == 2


@pytest.mark.parametrize("status", sorted(AssignmentStatus.ended))
def test_what_ended_for_the_successor_does_not_stand_for_the_duty(cast, notice, status):
    """The town needed not do the first point; now it owes it in the place of the bureau, and nobody else does."""
    of(cast.town).end(AssignmentStatus(status), reason="已调整", by=cast.office, at=moment(11, 10))
    report = factories.drafted(cast)

    reform = reformed(cast, cast.town)

    standing = Assignment.objects.open(on=TODAY).get(task__point__position=0)
    report.refresh_from_db()
    assert (standing.unit, standing.role, standing.continues.unit) == (cast.town, "lead", cast.finance)
    assert (reform.handed_over, reform.merged, report.assignment) == (1, 1, standing)
    assert standing.key == f"{of_all(cast.town)[0].key}#2"


def of_all(unit, *, point=1) -> list[Assignment]:
    """Also what ended."""
    return list(Assignment.objects.filter(unit=unit, task__point__position=point - 1).order_by("pk"))


def test_what_the_successor_finished_stands_for_the_duty(cast, notice):
    factories.accepted(
        cast, assignment=of(cast.town), by=cast.other_clerk, head=cast.other_head, percent=100,
        claims_completion=True, proof=PDF,
    )  # fmt: skip

    reform = reformed(cast, cast.town)

    assert (reform.handed_over, reform.merged) == (0, 2)
    assert of(cast.town).status == "completed"


def test_a_stronger_role_of_the_successor_stays(cast, notice):
    reform_unit(
        unit=cast.town, successor=cast.finance, last_day=TODAY, reason="方案", moves_people=False,
        form_id=uuid4(), by=cast.office, at=NOW,
    )  # fmt: skip

    assert (of(cast.finance).role, of(cast.finance).version) == ("lead", 1)


@pytest.mark.parametrize("station", ["draft", "with_head", "with_office"])
def test_what_was_not_accepted_goes_along(cast, notice, heir, heirs_clerk, heirs_head, station):
    report = factories.STATIONS[station](cast, proof=PDF)

    reform = reformed(cast, heir)

    report.refresh_from_db()
    assert (report.assignment, reform.reports, report.evidence.count()) == (of(heir), 1, 1)
    assert AuditEntry.objects.about(report).filter(action="hand_over").count() == 1
    if station == "with_head":
        pass_report(report=report, version=report.version, by=heirs_head, at=NOW)
    if station == "with_office":
        accept_report(report=report, version=report.version, by=cast.office, at=NOW)
        assert of(heir).status == "in_progress"


def test_what_the_successor_has_begun_is_not_replaced(cast, notice):
    mine = factories.drafted(cast)
    theirs = factories.drafted(cast, assignment=of(cast.town), by=cast.other_clerk)

    reform = reformed(cast, cast.town)

    mine.refresh_from_db()
    assert (mine.assignment, theirs.assignment, reform.reports) == (of(cast.finance), of(cast.town), 0)
    page = signed_in(cast.other_clerk).get(of(cast.finance).get_absolute_url())
    assert (page.status_code, page.context["current"]) == (200, None)
    assert "已完成大半" in page.text


def test_a_report_for_a_period_that_the_successor_does_not_owe_stays(cast, notice, heir):
    report = factories.with_office(cast, of="第三季度", percent=100, claims_completion=True, proof=PDF)

    reformed(cast, heir)

    accept_report(report=report, by=cast.office, at=NOW)
    report.refresh_from_db()
    assert (report.assignment, report.status) == (of(cast.finance), "accepted")
    assert (of(cast.finance).status, of(heir).status) == ("handed_over", "todo")


def test_open_petitions_lapse_with_their_reason(cast, notice, heir):
    ask(
        assignment=of(cast.finance), kind="not_applicable", reason="职责划转", form_id=uuid4(), by=cast.clerk, at=NOW
    )  # fmt: skip

    reformed(cast, heir)

    petition = Petition.objects.get()
    assert (petition.status, petition.decision_reason) == (
        "lapsed", "任务已移交：机构改革，由县发改局承接。",
    )  # fmt: skip


def test_the_successor_reads_what_was_and_changes_nothing_of_it(cast, notice, heir, heirs_clerk):
    factories.accepted(cast, of="第三季度", at=moment(10, 9))
    assert signed_in(heirs_clerk).get(of(cast.finance).get_absolute_url()).status_code == 404
    reformed(cast, heir)
    old, client = of(cast.finance), signed_in(heirs_clerk)

    page = client.get(old.get_absolute_url())
    saved = client.post(
        reverse("tasks:report-draft", args=[old.pk, factories.period().pk]),
        {"version": "0", "text": "改写", "percent": "1"},
    )

    assert (page.status_code, page.context["current"], saved.status_code) == (200, None, 403)
    assert "机构改革，由县发改局承接。" in page.text
    assert of(heir).get_absolute_url() in page.text
    assert old.get_absolute_url() in client.get(of(heir).get_absolute_url()).text


def test_the_successors_list_holds_what_is_to_be_done(cast, notice, heir, heirs_clerk):
    reformed(cast, heir)

    rows = signed_in(heirs_clerk).get(reverse("tasks:work")).context["rows"]

    assert [(row.key, row.unit) for row in rows] == [  # its own: none names a unit
        ("2018年 一(一)1　做的工作", ""),
        ("2018年 一(一)2　做的工作", ""),
    ]
    assert {row.url for row in rows} == {each.get_absolute_url() for each in Assignment.objects.filter(unit=heir)}


def test_the_heir_answers_for_what_was_found_about_the_ended_unit(cast, notice, heir, heirs_clerk):
    old = of(cast.finance)
    assert not rules.stands_for(heirs_clerk, old)

    reformed(cast, heir)

    assert rules.stands_for(User.objects.get(pk=heirs_clerk.pk), old)
    assert not rules.stands_for(cast.other_clerk, old)


def test_an_heir_of_an_heir_still_reads(cast, notice, heir):
    reformed(cast, heir)
    reform_unit(
        unit=heir, successor=cast.town, last_day=TODAY, reason="方案", moves_people=False,
        form_id=uuid4(), by=cast.office, at=NOW,
    )  # fmt: skip

    assert set(Unit.objects.inherited_by(cast.town)) == {cast.town, heir, cast.finance}
    assert signed_in(cast.other_clerk).get(of(cast.finance).get_absolute_url()).status_code == 200


@pytest.mark.parametrize("moves_people", [True, False])
def test_people_go_along_as_the_office_chooses(cast, notice, heir, moves_people):
    reform = reformed(cast, heir, moves_people=moves_people)

    place = User.objects.get(pk=cast.clerk.pk).acting.unit
    assert (place, reform.memberships) == ((heir, 2) if moves_people else (cast.finance, 0))


def test_moved_people_go_on_with_their_work(cast, notice, heir):
    report = factories.drafted(cast)
    reformed(cast, heir, moves_people=True)
    clerk = User.objects.get(pk=cast.clerk.pk)

    report.refresh_from_db()
    save_draft(
        assignment=of(heir), period=report.period, written=Written(text="接着写"), version=report.version,
        by=clerk, at=NOW,
    )  # fmt: skip

    report.refresh_from_db()
    assert (report.text, report.assignment) == ("接着写", of(heir))


def test_the_successor_is_told(cast, notice, heir, heirs_clerk):
    reformed(cast, heir)

    assert [message.subject for message in Message.objects.filter(recipient=heirs_clerk)] == [
        "机构改革：承接县财政局的2项任务"
    ]


def test_the_same_form_sent_twice_does_it_once(cast, notice, heir):
    form_id = uuid4()

    assert reformed(cast, heir, form_id=form_id) == reformed(cast, heir, form_id=form_id)
    assert Assignment.objects.filter(unit=heir).count() == 2


@pytest.mark.parametrize(
    ("how", "field"),
    [({"last_day": TODAY + timedelta(days=1)}, "last_day"), ({"reason": " "}, "reason")],
)
def test_what_cannot_be_is_refused_and_changes_nothing(cast, notice, heir, how, field):
    with pytest.raises(ValidationError) as refused:
        reformed(cast, heir, **how)

    assert list(refused.value.message_dict) == [field]
    assert not Assignment.objects.filter(unit=heir).exists()
    assert ProgressReport.objects.count() == 0


def test_a_unit_is_not_its_own_successor_and_ends_once(cast, notice, heir):
    with pytest.raises(ValidationError, match="不能是撤销单位本身"):
        reformed(cast, cast.finance)
    reformed(cast, heir)
    with pytest.raises(ValidationError, match="已经办理过撤销"):
        reformed(cast, heir)


def test_the_page_shows_first_and_does_it_after_confirmation(cast, notice, heir):
    factories.drafted(cast)
    client, url = signed_in(cast.office), reverse("admin:tasks_unitreform_add")
    chosen = {
        "unit": cast.finance.pk, "successor": heir.pk, "last_day": TODAY.isoformat(), "reason": "方案",
        "moves_people": "on", "form_id": str(uuid4()),
    }  # fmt: skip

    shown = client.post(url, chosen)
    assert (shown.status_code, len(shown.context["shown"].successions), UnitReform.objects.count()) == (200, 2, 0)
    assert "第四季度（草稿）" in shown.text
    done = client.post(url, {**chosen, "confirmed": "yes"}, follow=True)

    assert "已撤销，在办的工作由县发改局承接" in done.text
    assert UnitReform.objects.get().memberships == 2
    assert client.post(url, {**chosen, "unit": "x"}).context["form"].errors["unit"]


def test_a_reform_costs_the_same_reads_to_plan_for_any_number_of_tasks(
    cast, settings, heir, django_assert_max_num_queries
):
    settings.CLOCK_DATE = TODAY.isoformat()
    factories.issued_notice(cast, due_dates=[date(2018, 12, 31)] * 30)

    with django_assert_max_num_queries(7):
        ReformPlan.of(cast.finance, successor=heir, on=TODAY)
