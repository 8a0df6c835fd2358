"""The security administrator's acts on accounts, through the admin; and who may hold which roles."""

import re
import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from ninghai.accounts import login_throttle, people, second_factor
from ninghai.accounts.people import grant_role
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Membership, Message, Role, User
from tests.ninghai.accounts.conftest import NEW, PASSWORD, engage, is_in, sign_in
from tests.ninghai.accounts.test_second_factor import set_up
from tests.seen import post_as_seen

ONE_TIME = re.compile(r"<code>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</code>")
ACTS = ["reset_password", "reset_codes", "unblock", "sign_out", "deactivate", "reactivate"]


def act(browser, name, person, **sent):
    return browser.post(reverse(f"admin:ninghai_user_{name}", args=[person.pk]), sent)


def actions(person) -> list[str]:
    return [entry.action for entry in AuditEntry.objects.about(person)]


def inlines(*rows, initial=()):
    """The roles of a person as the form sends them."""
    sent = {"memberships-TOTAL_FORMS": len(initial) + len(rows), "memberships-INITIAL_FORMS": len(initial)}
    sent |= {"memberships-MIN_NUM_FORMS": 0, "memberships-MAX_NUM_FORMS": 1000}
    for place, held in enumerate(initial):
        sent |= {f"memberships-{place}-id": held.pk, f"memberships-{place}-user": held.user_id}
        sent |= {f"memberships-{place}-unit": held.unit_id, f"memberships-{place}-role": held.role}
    for place, (unit, role) in enumerate(rows, start=len(initial)):
        sent |= {f"memberships-{place}-unit": unit.pk, f"memberships-{place}-role": role}
    return sent


def test_an_account_is_opened_with_a_password_for_the_first_sign_in(admin, cast):
    sent = {"username": "newcomer", "name": "新来的人", "email": "", **inlines((cast.finance, "editor"))}

    page = admin.post(reverse("admin:ninghai_user_add"), sent)

    (password,) = ONE_TIME.findall(page.text)
    assert "no-store" in page.headers["Cache-Control"]
    newcomer = User.objects.get(username="newcomer")
    assert str(newcomer.memberships.get()) == "县财政局经办人"
    assert actions(newcomer) == ["create_account", "grant_role"]
    assert password not in str(list(AuditEntry.objects.values()))
    browser = Client()
    sign_in(browser, "newcomer", password)
    assert browser.get("/work/")["Location"] == "/account/password/"
    browser.post("/account/password/", {"old_password": password, "new_password1": NEW, "new_password2": NEW})
    assert browser.get("/work/").status_code == 200
    assert sign_in(Client(), "newcomer", password).status_code == 422


def test_the_file_of_the_password_is_only_for_who_saw_it_and_only_for_minutes(admin, cast, clerk, monkeypatch):
    sealed = act(admin, "reset_password", clerk).context["sealed"]
    second = Client()
    second.force_login(engage(cast, "security2", Role.SECURITY))
    address = reverse("admin:ninghai_user_one_time_list")

    assert admin.post(address, {"sealed": sealed})["Content-Type"].startswith("application/vnd")
    assert second.post(address, {"sealed": sealed}).status_code == 302
    assert admin.post(address, {"sealed": "made up"}).status_code == 302
    assert clerk.username not in sealed
    later = time.time() + 700
    monkeypatch.setattr(time, "time", lambda: later)
    assert admin.post(address, {"sealed": sealed}).status_code == 302


def test_a_reset_password_ends_sessions_and_pauses_and_must_be_changed(admin, clerk):
    theirs = Client()
    sign_in(theirs, clerk.username)
    for _ in range(5):
        sign_in(Client(), clerk.username, "错误的密码")

    (password,) = ONE_TIME.findall(act(admin, "reset_password", clerk).text)

    assert not is_in(theirs)
    assert sign_in(Client(), clerk.username).status_code == 422
    assert sign_in(theirs, clerk.username, password).status_code == 302
    assert theirs.get("/account/")["Location"] == "/account/password/"
    assert "reset_password" in actions(clerk)
    assert [each.subject for each in Message.objects.filter(recipient=clerk)] == ["您的密码已由安全管理员重置"]


def test_a_lost_telephone_is_reset(admin, clerk, settings):
    settings.SECOND_FACTOR = True
    session = admin.session
    session["second_factor"] = True
    session.save()
    set_up(clerk)

    assert act(admin, "reset_codes", clerk).status_code == 302

    assert not second_factor.is_set_up(clerk)
    assert clerk.recovery_codes.count() == 0
    assert actions(clerk)[-1] == "reset_codes"


def test_who_is_kept_out_is_listed_and_let_in_again(admin, clerk):
    for _ in range(5):
        sign_in(Client(), clerk.username, "错误的密码")
    listed = admin.get(reverse("admin:ninghai_user_blocked")).text

    act(admin, "unblock", clerk)

    assert clerk.username in listed
    assert sign_in(Client(), clerk.username).status_code == 302
    assert actions(clerk)[-2:] == ["unblock_sign_in", "sign_in"]
    assert clerk.username not in admin.get(reverse("admin:ninghai_user_blocked")).text


def test_an_address_that_is_kept_out_is_listed_and_let_in_again(admin, clerk, settings):
    settings.LOGIN_TRIES_PER_ADDRESS = 2
    for _ in range(2):
        sign_in(Client(), "nobody", "错误的密码", REMOTE_ADDR="198.51.100.7")
    listed = admin.get(reverse("admin:ninghai_user_blocked"))

    (tried,) = listed.context["addresses"]
    admin.post(reverse("admin:ninghai_user_unblock_address", args=[tried.pk]))

    assert "198.51.100.7" in listed.text
    assert sign_in(Client(), clerk.username, REMOTE_ADDR="198.51.100.7").status_code == 302
    assert AuditEntry.objects.about(tried).get().action == "unblock_sign_in"


def test_somebody_is_signed_out_everywhere(admin, clerk):
    theirs = Client()
    sign_in(theirs, clerk.username)

    act(admin, "sign_out", clerk)

    assert not is_in(theirs)
    assert actions(clerk)[-1] == "end_sessions"


def test_a_deactivated_account_is_out_at_once_and_keeps_its_history_and_roles(admin, clerk):
    theirs = Client()
    sign_in(theirs, clerk.username)

    act(admin, "deactivate", clerk, reason="调离")

    assert not is_in(theirs)
    assert sign_in(Client(), clerk.username).status_code == 422
    assert clerk.memberships.count() == 1
    assert AuditEntry.objects.filter(actor=clerk).exists()
    assert AuditEntry.objects.about(clerk).get(action="deactivate").reason == "调离"


def test_it_comes_back_with_a_new_password(admin, clerk):
    act(admin, "deactivate", clerk, reason="休假")

    (password,) = ONE_TIME.findall(act(admin, "reactivate", clerk).text)

    assert sign_in(Client(), clerk.username).status_code == 422
    assert sign_in(Client(), clerk.username, password).status_code == 302
    assert actions(clerk)[:2] == ["deactivate", "reactivate"]


def test_a_reason_is_asked_for(admin, clerk):
    page = act(admin, "deactivate", clerk, reason=" ")

    assert page.status_code == 422
    assert User.objects.get(pk=clerk.pk).is_active


@pytest.mark.parametrize("name", ["deactivate", "reactivate"])
def test_an_act_done_twice_is_done_once(admin, clerk, name):
    if name == "reactivate":
        act(admin, "deactivate", clerk, reason="休假")
    act(admin, name, clerk, reason="休假")
    again = act(admin, name, clerk, reason="休假")

    assert again.status_code == (422 if name == "deactivate" else 302)
    assert actions(clerk).count(name) == 1


@pytest.mark.parametrize("name", ACTS)
def test_nobody_acts_on_their_own_account(admin, security, name):
    assert act(admin, name, security, reason="自己").status_code == 403
    assert User.objects.get(pk=security.pk).is_active
    assert actions(security) == []


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", [Role.OFFICE, Role.SIGNER, Role.SYSTEM, Role.AUDITOR, Role.EDITOR, None])
def test_nobody_else_acts_on_accounts(client, cast, clerk, name, role):
    if role:
        client.force_login(engage(cast, "visitor", role))

    assert act(client, name, clerk, reason="恶意").status_code in {302, 403}
    assert User.objects.get(pk=clerk.pk).password == clerk.password
    assert actions(clerk) == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECURITY])
def test_no_other_role_grants_roles(cast, clerk, role):
    by = engage(cast, "visitor", role)

    with pytest.raises(PermissionDenied):
        grant_role(person=clerk, unit=cast.county_office, role=Role.OFFICE, by=by, at=clock.now())
    with pytest.raises(PermissionDenied):
        people.open_account(person=User(username="x", name="x"), grants=[], by=by, at=clock.now())


def test_nobody_grants_themselves_anything(admin, security, cast):
    with pytest.raises(PermissionDenied, match="不能办理自己的账号"):
        grant_role(person=security, unit=cast.county_office, role=Role.AUDITOR, by=security, at=clock.now())
    held = security.memberships.get()
    sent = {"username": "security", "name": "安全管理员甲", **inlines((cast.county_office, "office"), initial=[held])}

    page = post_as_seen(admin, reverse("admin:ninghai_user_change", args=[security.pk]), sent)

    assert "不能办理自己的账号" in page.text
    assert security.memberships.count() == 1


TOGETHER = [(a, b) for a in ("system", "security", "auditor") for b in Role.values if a != b]


@pytest.mark.parametrize(("first", "second"), TOGETHER)
def test_an_administrator_holds_no_other_role(admin, cast, security, first, second):
    person = User.objects.create(username="two-in-one", name="兼任")
    unit = cast.county_office
    grant_role(person=person, unit=unit, role=first, by=security, at=clock.now())

    with pytest.raises(ValidationError, match="应由不同的人担任"):
        grant_role(person=person, unit=unit, role=second, by=security, at=clock.now())
    held = list(person.memberships.all())
    sent = {"username": "two-in-one", "name": "兼任", **inlines((unit, second), initial=held)}
    page = post_as_seen(admin, reverse("admin:ninghai_user_change", args=[person.pk]), sent)

    assert "应由不同的人担任" in page.text
    assert [each.role for each in person.memberships.all()] == [first]


def test_the_database_itself_keeps_the_three_administrators_apart(cast):
    person = engage(cast, "somebody", Role.SYSTEM)

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=person, unit=cast.county_office, role=Role.AUDITOR)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SIGNER, Role.SYSTEM, Role.SECURITY, Role.AUDITOR])
def test_the_offices_roles_are_held_in_the_county_office(admin, cast, clerk, role):
    held = clerk.memberships.get()
    sent = {"username": clerk.username, "name": clerk.name, **inlines((cast.town, role), initial=[held])}

    page = post_as_seen(admin, reverse("admin:ninghai_user_change", args=[clerk.pk]), sent)

    assert "只能在县政府办公室担任" in page.text
    assert clerk.memberships.count() == 1


def test_a_role_is_taken_back_and_another_granted(admin, cast, clerk):
    held = clerk.memberships.get()
    changed = {"username": clerk.username, "name": clerk.name, **inlines(initial=[held])}
    changed["memberships-0-role"] = "reviewer"

    post_as_seen(admin, reverse("admin:ninghai_user_change", args=[clerk.pk]), changed)

    assert [each.role for each in clerk.memberships.all()] == ["reviewer"]
    assert actions(clerk)[:2] == ["revoke_role", "grant_role"]

    held = clerk.memberships.get()
    gone = {"username": clerk.username, "name": clerk.name, **inlines(initial=[held]), "memberships-0-DELETE": "on"}
    post_as_seen(admin, reverse("admin:ninghai_user_change", args=[clerk.pk]), gone)

    assert clerk.memberships.count() == 0


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/tasks/assignment/", "/admin/disclosure/item/", "/admin/ninghai/auditentry/"]
)
def test_the_security_administrator_does_no_office_act(admin, address):
    assert admin.get(address).status_code == (200 if address == "/admin/" else 403)


def test_names_that_differ_by_capitals_are_one(admin, clerk):
    page = admin.post(reverse("admin:ninghai_user_add"), {"username": "Finance-Clerk", "name": "冒名", **inlines()})

    assert "账号“Finance-Clerk”已存在" in page.text


def test_the_old_way_to_set_somebodys_password_is_gone(admin, clerk):
    assert admin.get(f"/admin/ninghai/user/{clerk.pk}/password/").status_code in {302, 404}
    assert admin.get("/admin/password_change/")["Location"] == "/account/password/"
    page = admin.get(reverse("admin:ninghai_user_change", args=[clerk.pk])).text
    assert clerk.password not in page
    assert PASSWORD not in page


def test_nobody_is_deleted(admin, clerk):
    assert admin.get(reverse("admin:ninghai_user_delete", args=[clerk.pk])).status_code == 403
    assert admin.post(reverse("admin:ninghai_user_delete", args=[clerk.pk]), {"post": "yes"}).status_code == 403


def test_the_form_takes_no_field_beside_its_own(admin, clerk):
    held = clerk.memberships.get()
    sent = {"username": clerk.username, "name": "新名字", **inlines(initial=[held])}
    sneaked = {"is_active": "", "is_superuser": "on", "is_staff": "on", "must_change_password": "on", "password": "x"}

    post_as_seen(admin, reverse("admin:ninghai_user_change", args=[clerk.pk]), sent | sneaked)

    after = User.objects.get(pk=clerk.pk)
    assert (after.name, after.is_active, after.is_superuser, after.is_staff) == ("新名字", True, False, False)
    assert after.password == clerk.password


def test_what_an_administrator_sees_of_a_pause(admin, clerk):
    door = login_throttle.of_account(clerk.username)
    for _ in range(5):
        login_throttle.register_attempt(door, at=clock.true_now() - timedelta(minutes=1))

    assert "暂停登录至" in admin.get(reverse("admin:ninghai_user_change", args=[clerk.pk])).text
    assert "解除登录限制" in admin.get(reverse("admin:ninghai_user_acts", args=[clerk.pk])).text
