"""What the forms of the admin change stands in the audit trail, with what was there before; of accounts only which fields."""

import pytest
from django.urls import reverse

from ninghai.models import AuditEntry, Membership, Role, Unit, User
from tests.cast import person
from tests.seen import post_as_seen

pytestmark = pytest.mark.django_db


def test_a_change_of_a_unit_is_recorded(client, cast):
    client.force_login(cast.office)
    unit = cast.finance
    form = {
        "code": unit.code,
        "name": "宁海县财政税务局",
        "short_name": unit.short_name,
        "aliases": "[]",
        "kind": unit.kind,
        "position": 2,
    }

    post_as_seen(client, reverse("admin:ninghai_unit_change", args=[unit.pk]), form)

    entry = AuditEntry.objects.about(unit).get()
    assert Unit.objects.get(pk=unit.pk).name == "宁海县财政税务局"
    assert (entry.actor, entry.get_action_display(), entry.acting_role) == (cast.office, "修改", "office")
    assert entry.detail["values"]["name"] == ["宁海县财政局", "宁海县财政税务局"]


def test_a_new_role_of_a_person_is_recorded(client, cast):
    security = person("security", "安全管理员", cast.county_office, Role.SECURITY)
    client.force_login(security)
    inlines = {
        "memberships-TOTAL_FORMS": 2,
        "memberships-INITIAL_FORMS": 1,
        "memberships-MIN_NUM_FORMS": 0,
        "memberships-MAX_NUM_FORMS": 1000,
    }
    held = cast.clerk.memberships.get()
    inlines |= {
        "memberships-0-id": held.pk,
        "memberships-0-user": cast.clerk.pk,
        "memberships-0-unit": held.unit_id,
        "memberships-0-role": held.role,
    }
    inlines |= {
        "memberships-1-user": cast.clerk.pk,
        "memberships-1-unit": cast.town.pk,
        "memberships-1-role": Role.REVIEWER,
    }

    post_as_seen(
        client,
        reverse("admin:ninghai_user_change", args=[cast.clerk.pk]),
        {"username": cast.clerk.username, "name": cast.clerk.name, "is_active": "on", **inlines},
    )

    assert Membership.objects.filter(user=cast.clerk, unit=cast.town, role=Role.REVIEWER).exists()
    granted = AuditEntry.objects.about(User.objects.get(pk=cast.clerk.pk)).get(action="grant_role")
    assert (granted.actor, granted.detail) == (security, {"unit": "108", "role": "reviewer"})
    assert not AuditEntry.objects.filter(detail__has_key="values").exists()
