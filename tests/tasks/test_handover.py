"""人员交接: what hangs on a person passes on in one go; what was signed stays signed."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from ninghai.models import AuditEntry, Membership, Message, Role, User
from tasks.handovers.people import Leaving, hand_over
from tasks.models import Drawn, HandOver
from tasks.progress.services import pass_report
from tasks.spot_checks.drawing import assign_inspector, draw_spot_check
from tests.cast import person
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, assignment_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def security(cast) -> User:
    return person("security", "安全管理员", cast.county_office, Role.SECURITY)


@pytest.fixture
def newcomer(cast) -> User:
    return User.objects.create_user("newcomer", name="新来的人")


def today(user: User) -> User:
    """The person as the next request finds them."""
    return User.objects.get(pk=user.pk)


def handed(security, leaver, successor, **how) -> HandOver:
    chosen = {"leaver": leaver, "successor": successor, "reason": "调离", "form_id": uuid4(), **how}
    return hand_over(by=security, at=NOW, **chosen)


def inspected_by(cast, inspector, *, size=2) -> list[Drawn]:
    check = draw_spot_check(
        notice=assignment_of(cast).task.point.notice,
        title="抽查", size=size, seed="1", stratified_by=[], as_of=TODAY, form_id=uuid4(), by=cast.office, at=NOW,
    )  # fmt: skip
    return [
        assign_inspector(drawn=drawn, inspector=inspector, reason="只有一人", by=cast.office, at=NOW)
        for drawn in check.drawn.select_related("spot_check", "assignment")
    ]


@pytest.mark.parametrize("who", ["office", "second_office", "signer", "clerk", "head", "inspector"])
def test_only_the_security_administrator_hands_over(cast, notice, newcomer, who):
    with pytest.raises(PermissionDenied):
        handed(getattr(cast, who), cast.clerk, newcomer)

    assert today(cast.clerk).is_active


def test_the_successor_goes_on_where_the_leaver_stood(cast, notice, security, newcomer):
    report = factories.with_head(cast)

    handed(security, cast.head, newcomer)

    pass_report(report=report, version=report.version, by=today(newcomer), at=NOW)
    assert report.passed_by == newcomer
    assert (today(cast.head).is_active, today(cast.head).memberships.count()) == (False, 0)


def test_everything_signed_stays_signed_by_the_one_who_left(cast, notice, security, newcomer):
    report = factories.accepted(cast)
    before = list(AuditEntry.objects.about(report).values_list("actor", "action", "to_status"))

    handed(security, cast.clerk, newcomer)

    report.refresh_from_db()
    assert report.drafted_by == cast.clerk
    assert list(AuditEntry.objects.about(report).values_list("actor", "action", "to_status")) == before


def test_what_hangs_on_the_person_is_shown_first(cast, notice, security, newcomer):
    draft = factories.drafted(cast)
    waiting = factories.with_head(cast, assignment=assignment_of(cast, point=2))

    of_clerk = Leaving.of(cast.clerk, successor=newcomer)
    of_head = Leaving.of(cast.head, successor=cast.clerk)

    assert (of_clerk.drafts, of_clerk.to_check, of_clerk.inspections) == ([draft], [], [])
    assert (of_head.to_check, of_head.own_drafts) == ([waiting], [waiting])
    assert [str(each) for each in of_clerk.memberships] == ["县财政局经办人"]


def test_undone_inspections_are_renamed_unless_the_successor_took_part(cast, notice, security):
    both = person("both", "兼任人员", cast.finance, Role.EDITOR)
    report = factories.drafted(cast, by=both)
    rows = inspected_by(cast, cast.inspector, size=4)

    done = handed(security, cast.inspector, both)

    left = {drawn.pk for drawn in rows if drawn.assignment_id == report.assignment_id}
    assert (done.inspections, done.inspections_left) == (3, 1)
    assert set(Drawn.objects.filter(inspector=None).values_list("pk", flat=True)) == left
    assert Drawn.objects.filter(inspector=both).count() == 3
    told = Message.objects.filter(recipient=cast.office, kind=Message.Kind.DRAWN).get()
    assert "1项待重新指定" in told.subject


def test_a_role_that_the_successor_has_already_is_not_doubled(cast, notice, security):
    colleague = person("colleague", "财政局经办人乙", cast.finance, Role.EDITOR)

    assert handed(security, cast.clerk, colleague).memberships == 0
    assert Membership.objects.filter(unit=cast.finance, role=Role.EDITOR).count() == 1


def test_the_same_form_sent_twice_hands_over_once(cast, notice, security, newcomer):
    form_id = uuid4()

    first, second = (handed(security, cast.clerk, newcomer, form_id=form_id) for _ in range(2))

    assert first == second
    assert AuditEntry.objects.filter(action="hand_over").count() == 1


@pytest.mark.parametrize(
    ("leaver", "successor", "field"),
    [("security", "clerk", "leaver"), ("clerk", "security", "successor"), ("clerk", "clerk", "successor")],
)
def test_a_choice_that_cannot_be_is_named(cast, notice, security, leaver, successor, field):
    people = {"security": security, "clerk": cast.clerk}

    with pytest.raises(ValidationError) as refused:
        handed(security, people[leaver], people[successor])

    assert field in refused.value.message_dict
    assert not HandOver.objects.exists()


def test_administrators_roles_are_not_joined_in_one_person(cast, notice, security):
    auditor = person("auditor", "审计管理员", cast.county_office, Role.AUDITOR)

    with pytest.raises(ValidationError, match="应由不同的人担任"):
        handed(security, auditor, cast.office)


def test_who_left_gets_in_no_more(cast, notice, security, newcomer):
    client = signed_in(cast.clerk)
    handed(security, cast.clerk, newcomer)

    assert client.get(reverse("tasks:work")).status_code == 302
    assert signed_in(newcomer).get(assignment_of(cast).get_absolute_url()).status_code == 200


def test_the_page_shows_first_and_does_it_after_confirmation(cast, notice, security, newcomer):
    factories.drafted(cast)
    client, url = signed_in(security), reverse("admin:tasks_handover_add")
    chosen = {"leaver": cast.clerk.pk, "successor": newcomer.pk, "reason": "退休", "form_id": str(uuid4())}

    shown = client.post(url, chosen)
    assert (shown.status_code, len(shown.context["shown"].drafts), HandOver.objects.count()) == (200, 1, 0)
    assert "尚未交接" in shown.text
    done = client.post(url, {**chosen, "confirmed": "yes"}, follow=True)

    assert "账号已停用" in done.text
    assert client.get(reverse("admin:tasks_handover_change", args=[HandOver.objects.get().pk])).status_code == 200
    assert client.post(url, {**chosen, "leaver": "x"}).context["form"].errors["leaver"]
