"""Sessions: how they end, by the clock and by hand; and a password of one's own first."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from ninghai.accounts.passwords import put_password
from ninghai.accounts.sessions import device_words, forget_old_sessions, open_sessions
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Message, SignedIn, User
from tests.ninghai.accounts.conftest import NEW, PASSWORD, is_in, sign_in

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


@pytest.fixture
def later(monkeypatch):
    """Let time pass."""
    passed = timedelta()
    real = clock.true_now

    def pass_(**more) -> None:
        nonlocal passed
        passed += timedelta(**more)

    monkeypatch.setattr(clock, "true_now", lambda: real() + passed)
    return pass_


def test_a_session_at_which_nobody_sits_ends(client, clerk, later):
    sign_in(client, clerk.username)
    later(minutes=31)

    response = client.get("/work/messages/?page=1")

    assert response["Location"] == "/login/?next=/work/messages/%3Fpage%3D1&ended=idle"
    assert "您离开的时间较长，已自动退出登录" in client.get(response["Location"]).text
    assert not is_in(client)
    assert not SignedIn.objects.exists()


def test_the_trail_says_who_left_and_why_a_session_ended(client, clerk, later):
    sign_in(client, clerk.username)
    client.post("/logout/")
    sign_in(client, clerk.username)
    later(minutes=31)
    client.get("/work/")

    ends = AuditEntry.objects.filter(action="sign_out").order_by("pk")
    assert [(end.actor, end.reason) for end in ends] == [(clerk, ""), (clerk, "长时间没有操作")]


def test_a_session_in_use_goes_on_until_the_longest_time(client, clerk, later):
    sign_in(client, clerk.username)
    for _ in range(19):  # nine and a half hours would pass
        later(minutes=25)
        assert is_in(client)
    later(minutes=10)

    assert client.get("/account/")["Location"].endswith("&ended=long")


def test_a_page_that_asks_by_itself_is_nobody_sitting_there(client, clerk, later):
    sign_in(client, clerk.username)
    for _ in range(5):
        later(minutes=5)
        assert client.get("/account/", headers={"HX-Request": "true", "HX-Trigger": "progress"}).status_code == 200
    later(minutes=6)

    assert not is_in(client)


def test_what_was_typed_when_nobody_sat_there_is_shown_to_be_copied(client, clerk, later):
    sign_in(client, clerk.username)
    later(minutes=31)

    response = client.post("/work/items/new/", {"title": "写了很久的名称"})

    assert response.status_code == 403
    assert "写了很久的名称" in response.text


def test_the_times_are_settings(client, clerk, later, settings):
    settings.SESSION_IDLE = 60
    sign_in(client, clerk.username)
    later(seconds=61)

    assert not is_in(client)


def test_a_page_within_the_minute_writes_nothing(client, clerk, django_assert_max_num_queries):
    sign_in(client, clerk.username)
    before = SignedIn.objects.get().seen_at
    client.get("/account/")

    assert SignedIn.objects.get().seen_at == before


def test_one_sees_where_one_is_signed_in(client, clerk, cast):
    sign_in(client, clerk.username, HTTP_USER_AGENT=CHROME, REMOTE_ADDR="198.51.100.7")
    Client().force_login(cast.head)

    page = client.get("/account/").text

    assert "Windows 电脑，Chrome 浏览器" in page
    assert "198.51.100.7" in page
    assert page.count('<th scope="row" data-label="设备">') == 1


def test_one_closes_another_session(client, clerk):
    other = Client()
    sign_in(other, clerk.username)
    sign_in(client, clerk.username)
    theirs = SignedIn.objects.get(session_key=other.session.session_key)

    client.post(reverse("account-session-end", args=[theirs.pk]))

    assert (is_in(client), is_in(other)) == (True, False)
    assert AuditEntry.objects.about(clerk).filter(action="end_sessions").count() == 1


def test_one_closes_all_others(client, clerk):
    others = [Client(), Client()]
    for browser in (*others, client):
        sign_in(browser, clerk.username)

    client.post(reverse("account-sessions-end"))

    assert [is_in(browser) for browser in (*others, client)] == [False, False, True]


def test_nobody_closes_the_session_of_somebody_else(client, clerk, cast):
    other = Client()
    other.force_login(cast.head)
    sign_in(client, clerk.username)
    theirs = SignedIn.objects.get(user=cast.head)

    assert client.post(reverse("account-session-end", args=[theirs.pk])).status_code == 404
    assert is_in(other)


def test_a_new_password_ends_the_other_sessions(clerk):
    here, there = Client(), Client()
    for browser in (here, there):
        sign_in(browser, clerk.username)
    key = here.session.session_key

    done = here.post("/account/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert done["Location"] == "/account/"
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.session.session_key != key
    assert open_sessions(clerk, at=clock.true_now()).count() == 1
    assert AuditEntry.objects.about(clerk).filter(action="change_password").exists()
    assert sign_in(Client(), clerk.username, NEW).status_code == 302


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"old_password": "错误的密码"}, "当前密码不正确，请重新输入。"),
        ({"new_password2": "不一样的一句话99"}, "两次输入的新密码不一致，请重新输入。"),
        ({"new_password1": PASSWORD, "new_password2": PASSWORD}, "这个密码最近用过"),
        ({"new_password1": "短"}, "密码至少要有12位，现在是1位，请加长。"),
    ],
)
def test_a_new_password_is_refused_with_a_sentence(client, clerk, sent, sentence):
    sign_in(client, clerk.username)

    page = client.post(
        "/account/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW} | sent
    )

    assert sentence in page.text
    assert NEW not in page.text
    assert sign_in(Client(), clerk.username).status_code == 302


def test_guessing_the_old_password_at_an_open_browser_is_counted(client, clerk):
    sign_in(client, clerk.username)
    for _ in range(5):
        client.post("/account/password/", {"old_password": "错", "new_password1": NEW, "new_password2": NEW})

    page = client.post("/account/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})

    assert "登录失败次数过多" in page.text
    tried = AuditEntry.objects.about(clerk).exclude(action="sign_in").values_list("action", flat=True)
    assert list(tried) == [*["sign_in_failed"] * 5, "block_sign_in"]


@pytest.mark.parametrize("old", ["", "错误的密码"])
def test_who_does_not_know_the_password_cannot_try_for_it_as_a_new_one(client, clerk, old):
    """“最近用过” would confirm a guess without counting it."""
    sign_in(client, clerk.username)

    page = client.post(
        "/account/password/", {"old_password": old, "new_password1": PASSWORD, "new_password2": PASSWORD}
    )

    assert "最近用过" not in page.text
    assert page.context["form"].errors["old_password"]


def test_a_given_password_has_to_be_changed_before_anything_else(client, clerk):
    put_password(clerk, "k3fd-9mnp-wq7x-2bcd", must_change=True, at=clock.true_now())
    sign_in(client, clerk.username, "k3fd-9mnp-wq7x-2bcd")

    assert client.get("/work/")["Location"] == "/account/password/"
    assert "您的密码由管理员设定" in client.get("/account/password/").text
    sent = {"old_password": "k3fd-9mnp-wq7x-2bcd", "new_password1": NEW, "new_password2": NEW}
    client.post("/account/password/", sent)
    assert client.get("/work/").status_code == 200


def test_a_password_that_has_grown_old_has_to_be_changed(client, clerk, settings):
    User.objects.filter(pk=clerk.pk).update(password_changed_at=clock.true_now() - timedelta(days=91))
    sign_in(client, clerk.username)

    assert client.get("/work/")["Location"] == "/account/password/"
    assert "已使用超过90天" in client.get("/account/password/").text
    client.post("/account/password/", {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    assert client.get("/work/").status_code == 200


@pytest.mark.parametrize("setting", ["PASSWORD_DAYS", "FIRST_LOGIN_CHANGE"])
def test_the_demo_and_a_county_may_do_without(client, clerk, settings, setting):
    setattr(settings, setting, 0)
    User.objects.filter(pk=clerk.pk).update(password_changed_at=clock.true_now() - timedelta(days=999))
    sign_in(client, clerk.username)

    assert client.get("/work/").status_code == 200


def test_first_login_change_is_off_in_the_demo(client, clerk, settings):
    settings.FIRST_LOGIN_CHANGE = False
    put_password(clerk, NEW, must_change=True, at=clock.true_now())
    sign_in(client, clerk.username, NEW)

    assert client.get("/work/").status_code == 200


def test_what_is_over_is_forgotten(client, clerk):
    sign_in(client, clerk.username)
    Session.objects.update(expire_date=clock.true_now() - timedelta(days=1))
    sign_in(Client(), clerk.username)

    forget_old_sessions(at=clock.true_now())

    assert (Session.objects.count(), SignedIn.objects.count()) == (1, 1)


def test_the_public_needs_no_session(client, db, django_assert_num_queries):
    client.get("/login/")

    assert not Session.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Windows 电脑，Chrome 浏览器"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
            "苹果手机，Safari 浏览器",
        ),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/110 Mobile MicroMessenger/8.0", "安卓手机，微信"),
        ("curl/8", "未知设备"),
        ("", "未知设备"),
    ],
)
def test_a_browser_is_named_so_that_its_owner_knows_it(agent, words):
    assert device_words(agent) == words
