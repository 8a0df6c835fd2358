"""邮件订阅: a list is followed after a link was opened, told once a day, and left by one click; nobody learns who follows it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse

from disclosure.catalogue.subscriptions import (
    MOST_A_DAY,
    UNCONFIRMED,
    ask_to_follow,
    conditions_in,
    send_subscription_letters,
)
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Item, Subscription
from ninghai.models import AuditEntry, DataKey
from tests.disclosure.makers import AT, published, revised, updated
from tests.ninghai.receivers import mail_server
from tests.ninghai.test_messages import use_mail
from tests.security.test_sealed_people import every_table

ADDRESS = "somebody@example.cn"
FOLLOW = "/catalogue/follow/"
BEFORE, NEXT_DAY = AT - timedelta(days=1), AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def mail(settings):
    with mail_server() as server:
        use_mail(settings, server)
        yield server


def link(letter, part: str) -> str:
    found = re.search(rf"https://gk\.example\.cn(/catalogue/follow/\S+/{part}/)", letter.get_content())
    assert found
    return found[1]


def followed(client, mail, query: str = "", *, at=BEFORE, address: str = ADDRESS) -> Subscription:
    """Asked for and confirmed, as far back as `at`."""
    ask_to_follow(address=address, params=QueryDict(query), at=at)
    send_subscription_letters(at=at)
    assert client.post(link(mail.mails.pop(), "confirm")).status_code == 200
    subscription = Subscription.objects.get(conditions=conditions_in(QueryDict(query)))
    Subscription.objects.filter(pk=subscription.pk).update(confirmed_at=at, told_until=at)
    return subscription


# --- Asking and confirming -------------------------------------------------------------------------------


@pytest.mark.parametrize("fetched", [{}, {"HTTP_HX_REQUEST": "true"}], ids=["page", "htmx"])
@pytest.mark.parametrize("query", ["", "?unit=002"])
@pytest.mark.parametrize("sends", [True, False], ids=["with letters", "without"])
def test_a_list_leads_to_its_letters_where_the_portal_sends_any(client, cast, mail, settings, sends, query, fetched):
    published(cast)
    if not sends:
        settings.EMAIL_HOST = ""

    answer = client.get(f"/catalogue/{query}", **fetched).text

    assert (f'href="{FOLLOW}{query}"' in answer) == sends


@pytest.mark.parametrize("name", ["home", "site-map", "terms"])
@pytest.mark.parametrize("sends", [True, False], ids=["with letters", "without"])
def test_home_site_map_and_terms_lead_there_too(client, cast, mail, settings, sends, name):
    if not sends:
        settings.EMAIL_HOST = ""

    assert (f'href="{FOLLOW}"' in client.get(reverse(f"disclosure:{name}")).text) == sends


def test_a_list_is_followed_once_the_link_was_opened_however_often(client, cast, mail):
    asked = client.post(f"{FOLLOW}?unit=002", {"address": ADDRESS, "website": ""}, follow=True)
    assert "确认邮件正在发往" in asked.text
    assert send_subscription_letters(at=AT) == 1
    (letter,) = mail.mails
    assert (letter["To"], "县财政局" in letter.get_content()) == (ADDRESS, True)
    assert Subscription.objects.get().confirmed_at is None

    asked = client.get(link(letter, "confirm"))
    assert Subscription.objects.get().confirmed_at is None  # what looks at links has not confirmed
    first, again = (client.post(link(letter, "confirm")) for _ in range(2))

    assert [answer.status_code for answer in (asked, first, again)] == [200, 200, 200]
    assert AuditEntry.objects.filter(action="edit", reason="收信人确认订阅").count() == 1
    assert "订阅成功" in again.text
    subscription = Subscription.objects.get()
    assert (subscription.confirmed_at is not None, subscription.told_until) == (True, subscription.confirmed_at)
    assert send_subscription_letters(at=AT) == 0


def test_asking_twice_makes_one_subscription_and_says_the_same(client, cast, mail):
    pages = [client.post(FOLLOW, {"address": typed}, follow=True).text for typed in (ADDRESS, "SomeBody@example.cn")]

    assert Subscription.objects.count() == 1
    assert send_subscription_letters(at=AT) == 1
    assert [page.count("确认邮件正在发往") for page in pages] == [1, 1]


def test_nobody_floods_somebody_elses_mailbox(client, cast, mail):
    for year in range(2008, 2019):
        ask_to_follow(address=ADDRESS, params=QueryDict(f"year={year}"), at=AT)
    for minutes in range(0, 50, 10):
        send_subscription_letters(at=AT + timedelta(minutes=minutes))
        ask_to_follow(address=ADDRESS, params=QueryDict("year=2008"), at=AT + timedelta(minutes=minutes))

    assert len(mail.mails) == MOST_A_DAY


def test_what_nobody_confirms_is_forgotten_with_its_key(client, cast, mail):
    ask_to_follow(address=ADDRESS, params=QueryDict(), at=AT)
    send_subscription_letters(at=AT)
    opened = link(mail.mails[0], "confirm")

    send_subscription_letters(at=AT + UNCONFIRMED + timedelta(minutes=1))

    assert not Subscription.objects.exists()
    assert client.get(opened).status_code == 404
    assert AuditEntry.objects.get(action="destroy_key").reason.endswith("没有确认")


@pytest.mark.parametrize(
    ("address", "sentence"), [("", "请填写电子邮箱。"), ("张三", "这不是电子邮箱"), ("a@b@c.cn", "这不是电子邮箱")]
)
def test_a_wrong_address_is_said_and_kept(client, cast, mail, address, sentence):
    answer = client.post(FOLLOW, {"address": address})

    assert (answer.status_code, sentence in answer.text, address in answer.text) == (422, True, True)
    assert not Subscription.objects.exists()


def test_a_list_that_cannot_be_read_is_followed_by_nobody(client, cast, mail):
    assert client.post(f"{FOLLOW}?unit=no", {"address": ADDRESS}).status_code == 422
    assert not Subscription.objects.exists()


def test_without_a_mail_server_the_page_says_so(client, cast, settings):
    settings.EMAIL_HOST = ""

    assert "还没有开通邮件订阅" in client.get(FOLLOW).text
    client.post(FOLLOW, {"address": ADDRESS})
    assert not Subscription.objects.exists()


def test_asking_is_limited(client, cast, mail, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "follow": (2, 600)}

    answers = [client.post(FOLLOW, {"address": f"a{number}@example.cn"}).status_code for number in range(3)]

    assert answers == [302, 302, 429]
    assert client.get(FOLLOW).status_code == 200


@pytest.mark.parametrize("token", ["x", "ImEi:x:y", "%00", "a:b"])
def test_a_forged_link_opens_nothing(client, cast, token):
    assert client.get(f"{FOLLOW}{token}/confirm/").status_code in {400, 404}
    assert client.post(f"{FOLLOW}{token}/leave/").status_code in {200, 400}


def test_a_subscription_whose_key_is_lost_stops_no_other(client, cast, mail, settings):
    ask_to_follow(address="first@example.cn", params=QueryDict(), at=AT)
    DataKey.objects.filter(pk=Subscription.objects.get().data_key_id).update(master="gone")
    ask_to_follow(address=ADDRESS, params=QueryDict(), at=AT + timedelta(minutes=1))

    assert send_subscription_letters(at=AT + timedelta(minutes=2)) == 1
    assert [letter["To"] for letter in mail.mails] == [ADDRESS]


def test_the_link_that_confirms_does_not_leave(client, cast, mail):
    ask_to_follow(address=ADDRESS, params=QueryDict(), at=AT)
    send_subscription_letters(at=AT)

    client.post(link(mail.mails[0], "confirm").replace("/confirm/", "/leave/"))

    assert Subscription.objects.exists()


# --- One letter a day ------------------------------------------------------------------------------------


def test_one_letter_a_day_tells_what_is_new_changed_and_withdrawn(client, cast, mail):
    known = [published(cast, title=title) for title in ("将要更新的公告", "将要撤回的公告", "不变的公告")]
    Item.objects.update(published_at=BEFORE - timedelta(days=1))
    followed(client, mail)
    new = published(cast, title="刚刚公开的公告")
    updated(cast, known[0], title="已经更新的公告", at=AT)
    gone = Item.objects.get(pk=known[1].pk)
    withdraw_item(item=gone, reason=Item.WithdrawalReason.WRONG, explanation="数据有误", by=cast.office, at=AT)

    sent = [send_subscription_letters(at=NEXT_DAY + timedelta(hours=hours)) for hours in (0, 1, 5)]

    assert sent == [1, 0, 0]
    (letter,) = mail.mails
    text = letter.get_content()
    assert letter["Subject"].endswith("公开目录有3条变化")
    assert f"[新公开] {new.title}" in text
    assert "[有更新] 已经更新的公告" in text
    assert f"[已撤回] 索引号 {gone.index_number}" in text
    assert ("将要撤回的公告" in text, "不变的公告" in text) == (False, False)
    assert f"https://gk.example.cn{new.get_absolute_url()}" in text


def test_no_letter_before_the_hour_of_reminders_nor_without_news(client, cast, mail, settings):
    settings.REMIND_AT = 8
    followed(client, mail)
    assert send_subscription_letters(at=NEXT_DAY) == 0  # nothing has happened
    published(cast, at=NEXT_DAY + timedelta(hours=1))

    early = send_subscription_letters(at=(NEXT_DAY + timedelta(days=1)).replace(hour=7))
    due = send_subscription_letters(at=(NEXT_DAY + timedelta(days=1)).replace(hour=8))

    assert (early, due, len(mail.mails)) == (0, 1, 1)


@pytest.mark.parametrize(("query", "tells"), [("unit=002", 1), ("unit=108", 0), ("q=预算", 1), ("q=水库", 0)])
def test_only_the_list_that_is_followed_is_told(client, cast, mail, query, tells):
    followed(client, mail, query)
    published(cast, title="关于预算的公告")

    assert send_subscription_letters(at=NEXT_DAY) == tells


def test_a_draft_is_told_to_nobody(client, cast, mail):
    followed(client, mail)
    item = published(cast, title="公开的公告")
    revised(cast, item, title="还没有公开的标题")

    send_subscription_letters(at=NEXT_DAY)

    assert "还没有公开的标题" not in mail.mails[0].get_content()


def test_while_the_mail_server_is_away_nothing_is_lost_and_nothing_told_twice(client, cast, mail, settings):
    followed(client, mail)
    published(cast)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9

    assert send_subscription_letters(at=NEXT_DAY) == 0
    settings.EMAIL_PORT = port
    assert [send_subscription_letters(at=NEXT_DAY + timedelta(hours=1)) for _ in range(2)] == [1, 0]


# --- Leaving, and who learns of it -----------------------------------------------------------------------


def test_one_click_of_a_mail_program_leaves_and_nothing_is_kept(client, cast, mail):
    subscription = followed(client, mail)
    published(cast)
    send_subscription_letters(at=NEXT_DAY)
    (letter,) = mail.mails
    address = urlsplit(letter["List-Unsubscribe"].strip(" <>")).path
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client.handler.enforce_csrf_checks = True

    assert address.endswith("/leave/"), letter["List-Unsubscribe"]
    looked = client.get(address)
    assert "退订以后不再收到" in looked.text
    assert Subscription.objects.exists()
    left = client.post(address, {"List-Unsubscribe": "One-Click"}, REMOTE_ADDR="203.0.113.9")

    assert (left.status_code, "已经退订" in left.text) == (200, True)
    assert not Subscription.objects.exists()
    assert DataKey.objects.get(pk=subscription.data_key_id).is_destroyed
    assert not AuditEntry.objects.filter(address="203.0.113.9").exists()
    assert client.post(address).status_code == 200


def test_no_table_and_no_log_holds_an_address(client, cast, mail, caplog):
    caplog.set_level("DEBUG")
    client.post(FOLLOW, {"address": ADDRESS})
    send_subscription_letters(at=AT)
    client.post(link(mail.mails[0], "confirm"))

    assert [name for name, text in every_table().items() if ADDRESS in text or ADDRESS.encode().hex() in text] == []
    ours = [
        record.getMessage() for record in caplog.records if record.name != "mail.log"
    ]  # the mail server of the test
    assert [line for line in ours if ADDRESS in line] == []
    assert [row.reason for row in AuditEntry.objects.filter(action="read_personal")] == ["发送订阅确认邮件"]


def test_the_form_names_the_list(client, cast, mail):
    page = client.get(f"{FOLLOW}?unit=002&q=预算").text

    assert ("检索词：预算" in page, "县财政局" in page) == (True, True)
    assert f"{reverse('disclosure:item-list')}?q=" in page
