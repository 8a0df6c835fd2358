"""The second step: set up, asked for, spent, lost."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from ninghai.accounts import second_factor
from ninghai.accounts.second_factor import renew_recovery_codes
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Authenticator, RecoveryCode, Role
from tests.cast import person
from tests.ninghai.accounts.conftest import PASSWORD, is_in, sign_in


@pytest.fixture(autouse=True)
def _asked_for(settings):
    settings.SECOND_FACTOR = True


def set_up(user) -> str:
    """With a telephone and confirmed, some time ago; the secret that the telephone holds."""
    secret = second_factor.begin(user)
    long_ago = clock.true_now() - timedelta(hours=1)
    second_factor.confirm(user=user, code=pyotp.TOTP(secret).at(long_ago), at=long_ago, recorded_at=clock.now())
    return secret


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).now()


def test_the_office_has_to_set_up_a_telephone_before_anything_else(client, office):
    sign_in(client, office.username)

    assert client.get("/admin/")["Location"] == "/account/authenticator/"
    assert client.get("/work/")["Location"] == "/account/authenticator/"
    assert client.get("/account/")["Location"] == "/account/authenticator/"
    assert client.get("/").status_code == 200
    page = client.get("/account/authenticator/")
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page.text)[1].replace(" ", "")
    assert '<svg viewBox="0 0 ' in page.text
    assert "data:" not in page.text  # the walls would hold such a picture back
    assert "<script>" not in page.text

    done = client.post("/account/authenticator/", {"code": code_of(secret)})

    shown = re.findall(r"<li><code>([a-z2-9-]{19})</code></li>", done.text)
    assert len(set(shown)) == 10
    assert client.get("/admin/").status_code == 200
    assert AuditEntry.objects.about(office).filter(action="set_up_codes").exists()


def test_nobody_sets_up_a_telephone_or_reads_its_secret_at_a_browser_left_open(client, clerk):
    sign_in(client, clerk.username)
    session = client.session
    session["password_shown"] -= 700
    session.save()
    address, secret = "/account/authenticator/", second_factor.begin(clerk)

    pages = [
        client.get(address),
        client.post(address, {"code": code_of(secret)}),
        client.post(address, {"old_password": "错误的密码", "code": code_of(secret)}),
    ]
    assert ["请先填写当前密码" in page.text and "密钥" not in page.text for page in pages] == [True] * 3
    assert not second_factor.is_set_up(clerk)

    assert client.post(address, {"old_password": PASSWORD})["Location"] == address
    client.post(address, {"code": code_of(secret)})
    assert second_factor.is_set_up(clerk)


def test_neither_secret_nor_recovery_codes_lie_open_in_the_database_or_are_shown_again(client, office):
    secret = set_up(office)
    codes = renew_recovery_codes(office)

    kept = str(list(Authenticator.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    client.force_login(office)
    session = client.session
    session["second_factor"] = True
    session.save()
    assert client.get("/account/authenticator/")["Location"] == "/account/"
    assert secret not in client.get("/account/").text
    assert 'class="qr"' not in client.get("/account/").text


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SIGNER, Role.SYSTEM, Role.SECURITY, Role.AUDITOR])
def test_whoever_works_in_the_admin_must_have_it(cast, role):
    assert second_factor.is_required(person("somebody", "某人", cast.county_office, role))


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.INSPECTOR])
def test_others_may_have_it(client, cast, role):
    user = person("somebody", "某人", cast.county_office, role)
    client.force_login(user)

    assert not second_factor.is_required(user)
    assert client.get("/account/").status_code == 200
    assert client.get("/account/authenticator/").status_code == 200


def test_the_demo_asks_nobody_for_it(client, office, settings):
    settings.SECOND_FACTOR = False
    set_up(office)

    assert sign_in(client, office.username)["Location"] == "/start/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/account/authenticator/").status_code == 403


def test_the_password_alone_opens_nothing_once_a_telephone_is_set_up(client, clerk):
    set_up(clerk)

    response = sign_in(client, clerk.username)

    assert response["Location"] == "/login/code/"
    assert not is_in(client)
    assert "_auth_user_id" not in client.session


def test_the_code_opens_and_leads_where_the_person_wanted(client, clerk):
    secret = set_up(clerk)
    client.post("/login/", {"username": clerk.username, "password": PASSWORD, "next": "/work/messages/"})

    response = client.post("/login/code/", {"code": code_of(secret)})

    assert response["Location"] == "/work/messages/"
    assert is_in(client)


def test_the_second_step_leads_to_no_other_site_either(client, clerk):
    secret = set_up(clerk)
    client.post("/login/", {"username": clerk.username, "password": PASSWORD, "next": "//example.org/"})

    assert client.post("/login/code/", {"code": code_of(secret), "next": "//example.org"})["Location"] == "/start/"


def test_a_code_is_good_once(clerk):
    secret, first, second = set_up(clerk), Client(), Client()
    for browser in (first, second):
        sign_in(browser, clerk.username)
    code = code_of(secret)

    first.post("/login/code/", {"code": code})
    again = second.post("/login/code/", {"code": code})

    assert (is_in(first), is_in(second)) == (True, False)
    assert "已经用过" in again.text


def test_an_older_code_is_spent_with_a_newer_one(clerk):
    secret, now = set_up(clerk), clock.true_now()
    totp = pyotp.TOTP(secret)
    assert second_factor.spend_code(clerk, totp.at(now), at=now)

    assert not second_factor.spend_code(clerk, totp.at(now - timedelta(seconds=30)), at=now)
    assert second_factor.spend_code(clerk, totp.at(now + timedelta(seconds=30)), at=now)


def test_the_code_that_confirmed_the_telephone_does_not_open_the_door(clerk):
    secret, at = second_factor.begin(clerk), clock.true_now()
    code = pyotp.TOTP(secret).at(at)
    assert second_factor.confirm(user=clerk, code=code, at=at, recorded_at=at)

    assert not second_factor.spend_code(clerk, code, at=at)


def test_a_code_of_another_time_is_wrong(clerk):
    secret, at = set_up(clerk), clock.true_now()

    for seconds in (-120, -90, 90, 120, 3600):
        assert not second_factor.spend_code(clerk, pyotp.TOTP(secret).at(at + timedelta(seconds=seconds)), at=at)


def test_a_recovery_code_opens_once_in_whatever_way_it_is_typed(client, clerk):
    set_up(clerk)
    code = renew_recovery_codes(clerk)[3]
    sign_in(client, clerk.username)

    page = client.post("/login/code/", {"code": f" {code.upper().replace('-', ' ')} "}, follow=True)

    assert is_in(client)
    assert "还剩9个" in page.text
    again = Client()
    sign_in(again, clerk.username)
    again.post("/login/code/", {"code": code})
    assert not is_in(again)


def test_nobody_uses_the_recovery_codes_of_somebody_else(cast, clerk, office):
    set_up(clerk)
    set_up(office)
    code = renew_recovery_codes(office)[0]

    assert not second_factor.spend_code(clerk, code, at=clock.true_now())


def test_wrong_codes_pause_the_second_door(client, clerk):
    secret = set_up(clerk)
    sign_in(client, clerk.username)
    right = code_of(secret)
    wrong = [client.post("/login/code/", {"code": "abcdef"}).status_code for _ in range(5)]

    paused = client.post("/login/code/", {"code": right})

    assert wrong == [422] * 5
    assert paused.status_code == 429
    assert "登录失败次数过多" in paused.text
    assert not is_in(client)


def test_the_right_password_again_does_not_give_more_codes(client, clerk):
    secret = set_up(clerk)
    for _ in range(5):
        sign_in(client, clerk.username)
        client.post("/login/code/", {"code": "abcdef"})
    sign_in(client, clerk.username)

    assert client.post("/login/code/", {"code": code_of(secret)}).status_code == 429


def test_the_second_step_waits_ten_minutes(client, clerk, monkeypatch):
    secret = set_up(clerk)
    sign_in(client, clerk.username)
    later = clock.true_now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "true_now", lambda: later)

    assert client.post("/login/code/", {"code": code_of(secret)})["Location"] == "/login/"
    assert not is_in(client)


def test_the_second_step_asks_for_the_first(client, db):
    assert client.get("/login/code/")["Location"] == "/login/"
    assert client.post("/login/code/", {"code": "123456"})["Location"] == "/login/"


def test_a_session_without_the_second_factor_ends_when_one_is_set_up_elsewhere(client, office):
    sign_in(client, office.username)
    set_up(office)

    assert client.get("/admin/")["Location"] == "/login/"
    assert not is_in(client)


def test_setting_up_ends_the_other_sessions(clerk):
    here, there = Client(), Client()
    for browser in (here, there):
        sign_in(browser, clerk.username)
    here.get("/account/authenticator/")
    secret = second_factor.begin(clerk)

    here.post("/account/authenticator/", {"code": code_of(secret)})

    assert (is_in(here), is_in(there)) == (True, False)


def test_a_wrong_first_code_sets_up_nothing(client, clerk):
    sign_in(client, clerk.username)
    client.get("/account/authenticator/")

    page = client.post("/account/authenticator/", {"code": "000000"})

    assert "口令不正确" in page.text
    assert not second_factor.is_set_up(clerk)


def test_new_recovery_codes_void_the_old_and_ask_for_the_password(client, clerk):
    set_up(clerk)
    old = renew_recovery_codes(clerk)
    client.force_login(clerk)

    refused = client.post("/account/authenticator/recovery/", {"old_password": "错误的密码"})
    done = client.post("/account/authenticator/recovery/", {"old_password": PASSWORD})

    assert "当前密码不正确" in refused.text
    new = re.findall(r"<li><code>([a-z2-9-]{19})</code></li>", done.text)
    assert len(new) == 10
    assert not second_factor.spend_code(clerk, old[0], at=clock.true_now())
    assert second_factor.spend_code(clerk, new[0], at=clock.true_now())


def test_who_need_not_have_it_can_give_it_up_and_who_must_cannot(client, clerk, office):
    for user, status in ((clerk, 302), (office, 403)):
        set_up(user)
        client.force_login(user)
        session = client.session
        session["second_factor"] = True
        session.save()
        assert client.post("/account/authenticator/remove/", {"old_password": PASSWORD}).status_code == status

    assert (second_factor.is_set_up(clerk), second_factor.is_set_up(office)) == (False, True)


def test_the_secret_opens_after_a_change_of_the_key(clerk, settings):
    secret = set_up(clerk)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next key", [settings.SECRET_KEY]

    assert second_factor.spend_code(clerk, code_of(secret), at=clock.true_now())


def test_without_the_key_the_secret_stays_shut(clerk, settings):
    secret = set_up(clerk)
    settings.SECRET_KEY = "a thief's guess"

    assert not second_factor.spend_code(clerk, code_of(secret), at=clock.true_now())


def test_what_was_typed_before_the_duty_is_shown_to_be_copied(client, office):
    sign_in(client, office.username)

    response = client.post("/work/items/new/", {"title": "写了很久的名称"})

    assert response.status_code == 403
    assert "写了很久的名称" in response.text
    assert "/account/authenticator/" in response.text
