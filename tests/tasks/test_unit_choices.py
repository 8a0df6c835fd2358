"""常用单位组合: kept where a name is resolved, offered wherever the name stands again, changed by the office alone."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from ninghai.models import AuditEntry, Unit
from ninghai.models.state_machine import StaleError
from tasks.models import Responsibility, UnitChoice
from tasks.notices.correcting import change_choice, choices_for, resolve_responsibility
from tests.tasks.issued import ISSUED_AT, draft_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(cast):
    """有关部门, open."""
    return Responsibility.objects.get(point__notice=draft_notice(cast), is_resolved=False)


@pytest.fixture
def choice(cast, left):
    resolve_responsibility(
        responsibility=left, units=[cast.finance, cast.town], keep_as="财经类", by=cast.office, at=ISSUED_AT
    )
    return UnitChoice.objects.get()


@pytest.fixture
def office(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    client.force_login(cast.office)
    return client


def change(choice, *, by, **changes):
    asked = {"title": "财经类", "units": list(choice.units.all()), "is_offered": True, "version": choice.version}
    return change_choice(choice=choice, by=by, at=ISSUED_AT, **{**asked, **changes})


def page_of(choice):
    return reverse("admin:tasks_unitchoice_change", args=[choice.pk])


def test_a_kept_choice_is_offered_however_the_name_is_written(cast, choice):
    assert list(choices_for("有 关部门")) == [choice]
    assert list(choices_for("各有关部门")) == []
    assert set(choice.units.all()) == {cast.finance, cast.town}
    assert AuditEntry.objects.about(choice).get().action == "create"


def test_a_title_is_kept_once_for_a_name(cast, choice):
    again = Responsibility.objects.get(point__notice=draft_notice(cast), is_resolved=False)

    with pytest.raises(ValidationError, match="请换一个名称"):
        resolve_responsibility(responsibility=again, units=[cast.town], keep_as="财经类", by=cast.office, at=ISSUED_AT)

    again.refresh_from_db()
    assert (UnitChoice.objects.count(), again.is_resolved) == (1, False)


def test_a_choice_is_renamed_changed_and_offered_no_more(cast, choice, left):
    change(choice, by=cast.office, title="财政类", units=[cast.finance], is_offered=False)

    choice.refresh_from_db()
    assert (choice.title, list(choice.units.all()), choice.version) == ("财政类", [cast.finance], 2)
    assert list(choices_for("有关部门")) == []
    assert set(left.units.all()) == {cast.finance, cast.town}
    entry = AuditEntry.objects.about(choice).last()
    assert (entry.action, entry.detail["before"]["title"]) == ("edit", "财经类")


def test_what_somebody_else_changed_is_left_alone(cast, choice):
    seen = UnitChoice.objects.get(pk=choice.pk)
    change(choice, by=cast.office, title="甲")

    with pytest.raises(StaleError):
        change(seen, by=cast.second_office, title="乙")

    assert UnitChoice.objects.get().title == "甲"


def test_only_the_office_changes_choices(cast, choice, client):
    with pytest.raises(PermissionDenied):
        change(choice, by=cast.signer)
    client.force_login(cast.signer)

    assert client.get(page_of(choice)).status_code == 403


def test_the_office_changes_a_choice_on_its_page(cast, office, choice):
    listed = office.get(reverse("admin:tasks_unitchoice_changelist"))
    form = {"version": choice.version, "title": "财政类", "units": [cast.finance.pk]}

    refused = office.post(page_of(choice), {**form, "units": []})
    done = office.post(page_of(choice), form, follow=True)
    stale = office.post(page_of(choice), {**form, "title": "打好的名称"})

    assert ("财经类" in listed.text, bool(refused.context["form"].errors["units"])) == (True, True)
    assert "常用单位组合“财政类”已修改。" in done.text
    assert UnitChoice.objects.get().is_offered is False
    assert (stale.status_code, "打好的名称" in stale.text) == (409, True)
    assert office.get("/admin/tasks/unitchoice/x/change/").status_code == 404


def test_units_that_are_gone_by_the_notices_day_are_not_offered(cast, office, choice):
    Unit.objects.filter(pk=cast.town.pk).update(valid_until=date(2018, 8, 1))
    again = Responsibility.objects.get(point__notice=draft_notice(cast), is_resolved=False)

    page = office.get(reverse("admin:tasks_responsibility_resolve", args=[again.point.notice_id, again.pk]))

    assert "用“财经类”（1 个单位）" in page.text
