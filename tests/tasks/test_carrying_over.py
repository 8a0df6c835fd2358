"""Open work of one year goes on in the next year's notice; before that is issued nothing changes for the units."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from ninghai.models import AuditEntry
from ninghai.models.state_machine import StaleError, TransitionError
from reports.facts.duties import duties
from tasks.models import Assignment, WorkPoint, WorkPointNotice
from tasks.models.states import AssignmentStatus
from tasks.notices.carrying_over import carriable, carry_over
from tasks.notices.issuing import NoticeIncomplete, issue_notice, revoke_notice
from tests.tasks import factories
from tests.tasks.factories import PDF, assignment_of, moment

SPRING = moment(3, 4, year=2019)
END = date(2019, 12, 31)


@pytest.fixture
def draft(cast, notice) -> WorkPointNotice:
    """Next year's notice with one point of its own for the finance bureau, in part 一."""
    draft = WorkPointNotice.objects.create(
        title="2019年政务公开工作要点",
        issued_on=date(2019, 3, 1),
        year=2019,
        source_file=notice.source_file,
        imported_by=cast.office,
        imported_at=moment(3, 1, year=2019),
    )
    point = draft.points.create(
        position=1, key="一1", part_number="一", part_title="主动公开", number="1", text="新的工作", due_date=END
    )
    named = point.responsibilities.create(position=1, name="县财政局", role="lead", is_resolved=True)
    named.units.add(cast.finance)
    return draft


def carry(cast, draft, *assignments, at=SPRING, **changed):
    how = {"due_date": END, "version": draft.version, "by": cast.office, **changed}
    return carry_over(notice=draft, assignments=assignments, at=at, **how)


def issue(cast, draft, at=SPRING):
    return issue_notice(notice=draft, by=cast.office, at=at)


@pytest.mark.django_db
class TestCarrying:
    def test_each_point_is_added_once_for_the_units_that_were_chosen(self, cast, draft):
        finance, town = assignment_of(cast), assignment_of(cast, unit="town")
        other = assignment_of(cast, point=2, unit="town")

        assert carry(cast, draft, finance, town, other) == 3

        added = draft.points.filter(carried_from__isnull=False)
        assert [(each.key, each.part, each.text, each.due_date) for each in added] == [
            ("二1", "二、上年结转事项", "第1条要做的工作", END),
            ("二2", "二、上年结转事项", "第2条要做的工作", END),
        ]
        assert [[(r.name, r.role) for r in each.responsibilities.all()] for each in added] == [
            [("县财政局", "lead"), ("深甽镇", "responsible")],
            [("深甽镇", "responsible")],
        ]

    def test_what_is_there_already_is_not_offered_again(self, cast, draft):
        carry(cast, draft, assignment_of(cast))

        offered = carriable(draft, on=SPRING.date())
        assert assignment_of(cast) not in offered
        assert carry(cast, draft, *offered) == 3
        assert draft.points.filter(carried_from__isnull=False).count() == 2

    def test_nothing_changes_for_the_units_before_it_is_issued(self, cast, notice, draft):
        before = duties(notice=notice, on=SPRING.date())
        carry(cast, draft, assignment_of(cast))

        assert duties(notice=notice, on=SPRING.date()) == before
        assert assignment_of(cast).status == AssignmentStatus.TODO

    def test_it_is_on_record(self, cast, draft):
        carry(cast, draft, assignment_of(cast))

        entry = AuditEntry.objects.get(action="carry_over")
        assert entry.detail == {"assignments": ["2018-一(一)1-002"], "due_date": "2019-12-31"}

    def test_refusals(self, cast, notice, draft):
        done = factories.accepted(cast, percent=100, claims_completion=True, proof=PDF).assignment
        with pytest.raises(ValidationError, match="刚刚办结"):
            carry(cast, draft, done)
        with pytest.raises(ValidationError, match="请至少选择一项"):
            carry(cast, draft)
        with pytest.raises(ValidationError, match="2019年内"):
            carry(cast, draft, assignment_of(cast, point=2), due_date=date(2018, 12, 31))
        with pytest.raises(StaleError):
            carry(cast, draft, assignment_of(cast, point=2), version=draft.version + 1)
        with pytest.raises(PermissionDenied):
            carry(cast, draft, assignment_of(cast, point=2), by=cast.clerk)
        with pytest.raises(TransitionError):
            carry(cast, notice, assignment_of(cast, point=2))


@pytest.mark.django_db
class TestIssuing:
    def test_the_old_ends_and_the_new_continues_it(self, cast, draft):
        old = assignment_of(cast)
        carry(cast, draft, old)
        issue(cast, draft)

        old.refresh_from_db()
        new = old.continued_by.get()
        assert (old.status, old.ended_on) == (AssignmentStatus.CARRIED_OVER, SPRING.date())
        assert old.ended_reason == "结转至《2019年政务公开工作要点》要点二1　做的工作"
        assert (new.unit, new.role, new.due_date, new.made_on) == (cast.finance, "lead", END, SPRING.date())
        assert assignment_of(cast, unit="town").status == AssignmentStatus.TODO

    def test_earlier_days_stay_as_they_were(self, cast, notice, draft):
        factories.accepted(cast, of="第三季度", at=moment(10, 9))
        days = [date(2018, 10, 20), date(2018, 12, 31), date(2019, 3, 3)]
        before = [duties(notice=notice, on=day) for day in days]

        carry(cast, draft, *carriable(draft, on=SPRING.date()))
        issue(cast, draft)

        assert [duties(notice=notice, on=day) for day in days] == before
        assert duties(notice=notice, on=SPRING.date()) == []
        assert len(duties(notice=draft, on=SPRING.date())) == 5

    def test_what_was_finished_meanwhile_keeps_it_from_being_issued(self, cast, draft):
        carry(cast, draft, assignment_of(cast), assignment_of(cast, unit="town"))
        factories.accepted(cast, percent=100, claims_completion=True, proof=PDF, at=SPRING)

        with pytest.raises(NoticeIncomplete, match="要点二1　做的工作：县财政局的上年任务办结"):
            issue(cast, draft)

        draft.points.get(key="二1").responsibilities.filter(name="县财政局").delete()
        assert issue(cast, draft) == 2

    def test_revoking_gives_the_work_back(self, cast, notice, draft):
        begun = factories.accepted(cast, of="第三季度", at=moment(10, 9)).assignment
        carry(cast, draft, *carriable(draft, on=SPRING.date()))
        issue(cast, draft)

        revoke_notice(notice=draft, reason="责任单位有误", version=draft.version, by=cast.office, at=SPRING)

        begun.refresh_from_db()
        assert (begun.status, begun.ended_on, begun.ended_reason) == (AssignmentStatus.IN_PROGRESS, None, "")
        assert Assignment.objects.filter(status=AssignmentStatus.TODO).count() == 3
        assert Assignment.objects.count() == 4
        assert issue(cast, draft) == 5

    def test_revoking_asks_again_for_work_whose_point_was_split_meanwhile(self, cast, draft):
        old = assignment_of(cast)
        carry(cast, draft, old)
        point = draft.points.get(carried_from=old.task.point)
        twin = draft.points.create(
            position=9,
            key="二9",
            part_number="二",
            number="9",
            text="另一半",
            due_date=END,
            carried_from=old.task.point,
        )
        for named in point.responsibilities.all():
            twin.responsibilities.create(position=1, name=named.name, role=named.role, is_resolved=True).units.set(
                named.units.all()
            )
        issue(cast, draft)
        assert old.continued_by.count() == 2

        revoke_notice(notice=draft, reason="有误", version=draft.version, by=cast.office, at=SPRING)

        old.refresh_from_db()
        assert (old.status, old.continued_by.count()) == (AssignmentStatus.TODO, 0)

    def test_a_notice_whose_work_went_on_elsewhere_is_not_revoked(self, cast, notice, draft):
        carry(cast, draft, assignment_of(cast))
        issue(cast, draft)
        with pytest.raises(TransitionError, match="结转"):
            revoke_notice(notice=notice, reason="有误", version=notice.version, by=cast.office, at=SPRING)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def _in_spring(self, notice, settings):
        settings.CLOCK_DATE, settings.CLOCK_SINCE = "2019-03-04", "2019-03-04"

    def test_some_or_all_that_the_filter_finds(self, client, cast, draft):
        client.force_login(cast.office)
        address = reverse("admin:tasks_notice_carry_over", args=[draft.pk])
        assert "可以结转的任务，共 4 项" in client.get(address).content.decode()

        narrowed = f"{address}?unit={cast.town.pk}"
        form = {"version": draft.version, "due_date": "2019-11-30"}
        empty = client.post(narrowed, form).content.decode()
        assert "请至少选择一项" in empty
        client.post(narrowed, {**form, "everything": "on"})

        assert set(draft.points.filter(carried_from__isnull=False).values_list("key", "due_date")) == {
            ("二1", date(2019, 11, 30)),
            ("二2", date(2019, 11, 30)),
        }
        assert "可以结转的任务，共 2 项" in client.get(address).content.decode()

    @pytest.mark.parametrize("query", ["?unit=x", "?year=1999", "?page=zz", "?unit=999999"])
    def test_nonsense_in_the_address_finds_nothing(self, client, cast, draft, query):
        client.force_login(cast.office)
        address = reverse("admin:tasks_notice_carry_over", args=[draft.pk])
        assert client.get(f"{address}{query}").status_code == 200

    def test_both_pages_link_to_each_other(self, client, cast, notice, draft):
        old = assignment_of(cast)
        carry(cast, draft, old)
        issue(cast, draft)
        new = old.continued_by.get()
        client.force_login(cast.clerk)

        assert new.get_absolute_url() in client.get(old.get_absolute_url()).content.decode()
        assert old.get_absolute_url() in client.get(new.get_absolute_url()).content.decode()
        client.force_login(cast.office)
        point = WorkPoint.objects.get(carried_from=old.task.point)
        for mine, shown, other in [(notice, old.task.point, point), (draft, point, old.task.point)]:
            address = reverse("admin:tasks_workpointnotice_change", args=[mine.pk])
            page = client.get(f"{address}?point={shown.pk}").content.decode()
            assert f"#point-{other.pk}" in page

    def test_the_page_costs_the_same_queries_for_any_number(
        self, client, cast, notice, draft, django_assert_max_num_queries
    ):
        for number in range(30):
            point = WorkPoint.objects.create(notice=notice, position=50 + number, key=f"x{number}", due_date=END)
            task = type(assignment_of(cast).task).objects.create(point=point, due_date=END)
            Assignment.of(task=task, unit=cast.finance, role="lead", on=date(2018, 8, 14)).save()
        client.force_login(cast.office)

        with django_assert_max_num_queries(16):
            client.get(reverse("admin:tasks_notice_carry_over", args=[draft.pk]))

    def test_an_issued_notice_takes_nothing_over_and_says_why(self, client, cast, draft):
        issue(cast, draft)
        client.force_login(cast.office)
        address = reverse("admin:tasks_notice_carry_over", args=[draft.pk])

        answers = [client.get(address), client.post(address, {"version": draft.version, "due_date": END})]

        assert "不能再加入结转事项。上年任务只能结转到尚未下达的通知" in answers[0].content.decode()
        assert answers[0].status_code == 409
        assert "要点和责任单位不能再修改" not in answers[1].content.decode()


@pytest.mark.django_db
class TestTwoYearsSideBySide:
    """Everything that says 通知 says which year."""

    @pytest.fixture(autouse=True)
    def _both(self, cast, notice, draft, settings):
        settings.CLOCK_DATE, settings.CLOCK_SINCE = "2019-03-04", "2019-03-04"
        issue(cast, draft)

    def test_each_year_has_its_public_page(self, client, draft, notice):
        assert client.get("/progress/2018/").context["notice"] == notice
        assert client.get("/progress/2019/").context["notice"] == draft
        years = client.get("/progress/").content.decode()
        assert "/progress/2018/" in years
        assert "/progress/2019/" in years

    def test_the_clerk_narrows_the_list_to_a_year(self, client, cast):
        client.force_login(cast.clerk)
        page = client.get("/work/?year=2019")
        assert [row.key for row in page.context["rows"]] == ["2019年 一1　新的工作"]
        assert len(client.get("/work/").context["rows"]) == 3
        assert client.get("/work/?year=1999").status_code == 404

    def test_parts_of_the_same_title_are_told_apart(self, client, cast, notice):
        notice.points.update(part_title="主动公开")
        client.force_login(cast.clerk)
        labels = dict(client.get("/work/").context["filter_form"].fields["part"].choices)
        assert {"2018-一": "2018年 一、主动公开", "2019-一": "2019年 一、主动公开"}.items() <= labels.items()
        assert len(client.get("/work/?part=2019-一").context["rows"]) == 1
