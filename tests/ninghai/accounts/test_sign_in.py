"""The first door: wrong passwords, pauses, and where one goes afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

from ninghai.accounts.login_throttle import (
    Blocked,
    forget_old_tries,
    of_account,
    of_address,
    of_known_browser,
    open_for,
    register_attempt,
)
from ninghai.calendar import clock
from ninghai.models import AuditEntry, Tries, User
from tests.ninghai.accounts.conftest import NEW, PASSWORD, is_in, sign_in

WRONG = "用户名或密码不正确，请检查后重试；多次输错会暂停登录。"


def said(response) -> str:
    return "".join(response.context["form"].non_field_errors())


def at_later(monkeypatch, **later) -> None:
    moment = clock.true_now() + timedelta(**later)
    monkeypatch.setattr(clock, "true_now", lambda: moment)


def test_the_right_password_opens(client, clerk):
    response = sign_in(client, clerk.username)

    assert response["Location"] == "/start/"
    assert is_in(client)
    assert [entry.action for entry in AuditEntry.objects.about(clerk)] == ["sign_in"]


def test_after_five_failures_even_the_right_password_is_refused(client, clerk):
    answers = [sign_in(client, clerk.username, "错误的密码").status_code for _ in range(5)]

    right = sign_in(client, clerk.username)

    assert answers == [422] * 5
    assert (right.status_code, right["Retry-After"].isdecimal()) == (429, True)
    assert said(right) == "登录失败次数过多，请在10分钟后再试；急用时请联系安全管理员解除限制。"
    assert not is_in(client)
    actions = [entry.action for entry in AuditEntry.objects.about(clerk)]
    assert actions == [*["sign_in_failed"] * 5, "block_sign_in"]


def test_the_pause_ends_by_itself_and_each_further_failure_doubles_it(client, clerk, monkeypatch):
    for _ in range(5):
        sign_in(client, clerk.username, "错误的密码")
    at_later(monkeypatch, minutes=11)
    again = sign_in(client, clerk.username, "错误的密码")
    paused = sign_in(client, clerk.username)
    at_later(monkeypatch, minutes=21)
    right = sign_in(client, clerk.username)

    assert (again.status_code, paused.status_code, right.status_code) == (422, 429, 302)
    assert said(paused).startswith("登录失败次数过多，请在20分钟后再试")
    assert Tries.objects.get(kind="account").count == 0


def test_a_pause_grows_no_longer_than_the_longest(cast, settings):
    settings.LOGIN_PAUSE, settings.LOGIN_LONGEST_PAUSE = 10, 60
    door = of_account("somebody")

    minutes = [door.pause(count).total_seconds() / 60 for count in (5, 6, 7, 8, 9, 500)]

    assert minutes == [10, 20, 40, 60, 60, 60]


def test_a_success_begins_the_count_anew(client, clerk):
    for _ in range(3):
        for _ in range(4):
            sign_in(client, clerk.username, "错误的密码")
        assert sign_in(client, clerk.username).status_code == 302


def test_a_name_that_nobody_has_is_answered_like_one_that_somebody_has(client, clerk):
    answers = {}
    for name in (clerk.username, "nobody-at-all"):
        shown = [sign_in(client, name, "错误的密码") for _ in range(7)]
        answers[name] = [(each.status_code, said(each)) for each in shown]

    assert answers[clerk.username] == answers["nobody-at-all"]
    assert answers[clerk.username][0] == (422, WRONG)
    assert answers[clerk.username][-1][0] == 429


@pytest.mark.parametrize("kind", ["wrong password", "nobody", "deactivated", "no password"])
def test_each_kind_of_failure_costs_one_hash(client, clerk, cast, monkeypatch, kind):
    """What takes the time of an answer is hashing: as often for a name that nobody has as for a wrong password."""
    User.objects.filter(pk=cast.head.pk).update(is_active=False)
    User.objects.filter(pk=cast.signer.pk).update(password="!")
    name = {"wrong password": clerk.username, "nobody": "nobody", "deactivated": cast.head.username}.get(kind, "signer")
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: hashed.append(1) or encode(self, *args))

    response = sign_in(client, name, "错误的密码")

    assert said(response) == WRONG
    assert len(hashed) == 1


def test_nothing_is_hashed_while_the_door_pauses(client, clerk, monkeypatch):
    for _ in range(5):
        sign_in(client, clerk.username, "错误的密码")
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: pytest.fail("looked at the password"))

    assert sign_in(client, clerk.username).status_code == 429


def test_a_deactivated_account_is_refused_in_the_same_words(client, clerk):
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    assert said(sign_in(client, clerk.username)) == WRONG


def test_capitals_do_not_give_more_tries(client, clerk):
    for name in ("finance-clerk", "Finance-Clerk", "FINANCE-CLERK", "finance-CLERK", "finance-clerK"):
        sign_in(client, name, "错误的密码")

    assert sign_in(client, clerk.username).status_code == 429
    tried = AuditEntry.objects.about(clerk).values_list("action", flat=True)
    assert list(tried) == [*["sign_in_failed"] * 5, "block_sign_in"]


def test_what_is_typed_for_a_name_is_not_kept(client, clerk):
    sign_in(client, "我不小心在这里输入了密码", "错误的密码")

    assert "密码" not in str(list(Tries.objects.values()))
    assert not AuditEntry.objects.exists()


# --- Whose browser it is ------------------------------------------------------------------------------------


def sign_out(client) -> None:
    client.post("/logout/")


def guess(name: str) -> None:
    """Somebody elsewhere, until the door pauses."""
    stranger = Client()
    for _ in range(5):
        sign_in(stranger, name, "错误的密码")
    assert sign_in(Client(), name).status_code == 429


def test_strangers_do_not_keep_the_owner_out_of_a_browser_that_they_have_used(client, clerk):
    sign_in(client, clerk.username)
    sign_out(client)
    guess(clerk.username)

    assert sign_in(client, clerk.username).status_code == 302


def test_strangers_do_not_keep_the_owner_from_changing_the_password(client, clerk):
    sign_in(client, clerk.username)
    guess(clerk.username)

    new = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/account/password/", new).status_code == 302


def test_a_known_browser_gives_no_more_tries_than_any_other(client, clerk):
    sign_in(client, clerk.username)
    sign_out(client)
    for _ in range(5):
        sign_in(client, clerk.username.upper(), "错误的密码")

    assert sign_in(client, clerk.username).status_code == 429
    assert sign_in(Client(), clerk.username).status_code == 302


def test_a_browser_is_known_to_whom_it_belongs_only(client, clerk, office):
    sign_in(client, office.username)
    sign_out(client)
    guess(clerk.username)
    forger = Client()
    forger.cookies["known"] = of_known_browser(clerk.username).key[:32] + client.cookies["known"].value[32:]

    assert sign_in(client, clerk.username).status_code == 429
    assert sign_in(forger, clerk.username).status_code == 429


def test_several_people_share_a_browser(client, clerk, office):
    for person in (clerk, office):
        sign_in(client, person.username)
        sign_out(client)
        guess(person.username)

    assert [sign_in(client, person.username).status_code for person in (clerk, office)] == [302, 302]


def test_lifting_the_pause_lets_the_owner_in_everywhere(client, clerk):
    sign_in(client, clerk.username)
    sign_out(client)
    for browser in (client, Client()):
        for _ in range(5):
            sign_in(browser, clerk.username, "错误的密码")

    open_for(clerk)

    assert [sign_in(browser, clerk.username).status_code for browser in (client, Client())] == [302, 302]


# --- Addresses ----------------------------------------------------------------------------------------------


def test_many_names_from_one_address_pause_that_address_only(client, clerk, settings):
    settings.LOGIN_TRIES_PER_ADDRESS = 6
    for number in range(6):
        sign_in(client, f"guess-{number}", "错误的密码", REMOTE_ADDR="198.51.100.9")

    assert sign_in(client, clerk.username, REMOTE_ADDR="198.51.100.9").status_code == 429
    assert sign_in(client, clerk.username, REMOTE_ADDR="198.51.100.10").status_code == 302


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP"])
def test_a_forged_header_gives_no_new_address(client, clerk, settings, header):
    settings.LOGIN_TRIES_PER_ADDRESS = 6
    for number in range(6):
        sign_in(client, f"guess-{number}", "错误的密码", **{header: f"203.0.113.{number}"})

    assert sign_in(client, clerk.username, **{header: "203.0.113.200"}).status_code == 429
    assert set(Tries.objects.filter(kind="address").values_list("key", flat=True)) == {"127.0.0.1"}


def test_behind_the_trusted_proxy_its_own_word_counts(client, clerk, settings):
    settings.LOGIN_TRIES_PER_ADDRESS, settings.CLIENT_ADDRESS_HEADER = 3, "X-Forwarded-For"
    for number in range(3):  # the visitor forges all but the last
        sign_in(client, f"guess-{number}", "错误的密码", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 198.51.100.7")

    assert sign_in(client, clerk.username, HTTP_X_FORWARDED_FOR="10.9.9.9, 198.51.100.7").status_code == 429
    assert sign_in(client, clerk.username, HTTP_X_FORWARDED_FOR="198.51.100.8").status_code == 302


def test_a_right_password_costs_the_address_no_try(client, clerk, settings):
    settings.LOGIN_TRIES_PER_ADDRESS = 3

    assert [sign_in(Client(), clerk.username).status_code for _ in range(9)] == [302] * 9


def test_all_addresses_of_one_visitor_in_the_new_protocol_are_one():
    assert of_address("2001:db8::1") == of_address("2001:db8::ffff:1")
    assert of_address("2001:db8::1") != of_address("2001:db8:1::1")


def test_an_address_counts_within_its_window(cast, settings):
    settings.LOGIN_TRIES_PER_ADDRESS, settings.LOGIN_ADDRESS_WINDOW = 3, 15
    door, at = of_address("198.51.100.7"), clock.true_now()
    for minutes in (0, 10, 20):
        assert not register_attempt(door, at=at + timedelta(minutes=minutes))
    register_attempt(door, at=at + timedelta(minutes=21))
    assert register_attempt(door, at=at + timedelta(minutes=22))
    with pytest.raises(Blocked):
        register_attempt(door, at=at + timedelta(minutes=22))


def test_old_tries_are_forgotten(cast):
    register_attempt(of_account("somebody"), at=clock.true_now() - timedelta(days=3))
    register_attempt(of_account("another"), at=clock.true_now())

    forget_old_tries(at=clock.true_now())

    assert [tries.key for tries in Tries.objects.all()] == [of_account("another").key]


# --- Where to ---------------------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://example.org/",
    "http://example.org",
    "//example.org",
    "///example.org",
    "////example.org/",
    "/\\example.org",
    "\\\\example.org",
    "\\/example.org",
    "https:example.org",
    "https:/example.org",
    "https:///example.org",
    "HTTPS://EXAMPLE.ORG",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "http://testserver@example.org/",
    "http://testserver.example.org/",
    "https://testserver:pw@example.org",
    "ftp://example.org/",
    " https://example.org",
    "\thttps://example.org",
    "/\t/example.org",
    "http://[::1",
    "//example.org\\@testserver/",
    "%0d%0aLocation:https://example.org",
]


@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("how", ["field", "address"])
def test_the_door_leads_to_no_other_site(clerk, place, how):
    browser = Client()
    sent = {"username": clerk.username, "password": PASSWORD}

    if how == "field":
        response = browser.post("/login/", sent | {"next": place})
    else:
        response = browser.post("/login/", sent, QUERY_STRING=f"next={place}")

    assert response.status_code == 302
    target = response["Location"]
    assert target.startswith("/")
    assert target == "/start/" or browser.get(target).status_code in {200, 404}
    assert "example" not in target.split("?")[0].split("/")[1]


def test_the_door_leads_to_the_page_that_was_wanted(client, clerk):
    wanted = client.get("/work/messages/?page=2")

    response = client.post(
        wanted["Location"], {"username": clerk.username, "password": PASSWORD, "next": "/work/messages/?page=2"}
    )

    assert response["Location"] == "/work/messages/?page=2"


def test_a_very_long_password_is_refused_without_hashing(client, clerk, monkeypatch):
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: pytest.fail("hashed a book"))

    assert said(sign_in(client, clerk.username, "长" * 100_000)) == WRONG


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_get_no_further_than_one_by_one():
    door, at = of_account("somebody"), clock.true_now()

    def attempt(_) -> bool:
        try:
            register_attempt(door, at=at)
        except Blocked:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        let_through = sum(threads.map(attempt, range(40)))

    assert let_through == 5
