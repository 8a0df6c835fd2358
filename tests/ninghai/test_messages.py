"""Messages leave over real servers, once; the inbox shows a person their own and nobody else's."""

import hashlib
import hmac
import json
import re
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from ninghai.jobs.claims import ClaimLost, claim_next, run_due, take_back_lost
from ninghai.models import Delivery, Job, JobStatus, Membership, Message, Role, User
from ninghai.notifications import outbox, webhook
from ninghai.notifications.notify import Announcement, gather_digests, notify, notify_in_digest
from tests.cast import Cast, make_cast
from tests.ninghai.receivers import MailServer, county_server, mail_server
from tests.tasks.factories import NOW

ROOT = Path(__file__).parents[2]
SECRET = "only for the tests of this webhook, long enough"
LATER = NOW + timedelta(days=1)
Status = Delivery.Status


@pytest.fixture
def mail(settings):
    with mail_server() as server:
        use_mail(settings, server)
        yield server


@pytest.fixture
def county(settings):
    with county_server() as server:
        settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = f"{server.url}/messages?from=ninghai", SECRET
        yield server


def use_mail(settings, server: MailServer) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.DEFAULT_FROM_EMAIL = "gk@example.cn"
    settings.SITE_URL = "https://gk.example.cn"


def words(event: str = "due:1", subject: str = "7天后到期：3项任务") -> dict[str, Any]:
    kind, text = Message.Kind.DUE, "退回理由：只在平台内可见"
    return {"kind": kind, "event": event, "subject": subject, "text": text, "url": "/work/"}


def with_address(*people: User) -> None:
    for person in people:
        person.email = f"{person.username}@example.cn"
        person.save(update_fields=["email"])


def told(cast: Cast, *events: str, at=NOW) -> None:
    for event in events:
        notify(cast.finance, **words(event), at=at)


def send(at=NOW) -> int:
    """As workers do; how many were sent."""
    before = Delivery.objects.filter(status=Status.SENT).count()
    take_back_lost(at=at)
    run_due("email", "webhook", at=at)
    return Delivery.objects.filter(status=Status.SENT).count() - before


def try_now() -> None:
    """As if the pause were over."""
    Job.objects.update(next_try_at=Now())


# --- Telling --------------------------------------------------------------------------------------


def test_a_unit_s_clerk_and_head_are_told_once_of_an_event(cast):
    told(cast, "due:1", "due:1", "due:2")

    people = Message.objects.order_by("event", "recipient__username").values_list("event", "recipient__username")
    assert list(people) == [
        ("due:1", "finance-clerk"),
        ("due:1", "finance-head"),
        ("due:2", "finance-clerk"),
        ("due:2", "finance-head"),
    ]


def test_who_is_clerk_and_head_of_a_unit_is_told_once(cast):
    Membership.objects.create(user=cast.clerk, unit=cast.finance, role=Role.REVIEWER)

    told(cast, "due:1")

    assert Message.objects.filter(recipient=cast.clerk).count() == 1


def test_of_a_unit_without_people_the_office_is_told(cast):
    User.objects.filter(pk__in=[cast.clerk.pk, cast.head.pk]).update(is_active=False)

    told(cast, "due:1", "due:1")

    assert {message.recipient for message in Message.objects.all()} == {cast.office, cast.second_office}
    message = Message.objects.filter(recipient=cast.office).get()
    assert message.subject == "县财政局没有可以通知的人员"
    assert "县财政局：7天后到期：3项任务" in message.text


# --- E-mail -----------------------------------------------------------------------------------------


def test_one_mail_a_day_holds_what_is_unread(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1", "due:2", "due:3")
    Message.objects.filter(recipient=cast.clerk, event="due:3").mark_read(at=NOW)

    for _ in range(2):
        gather_digests(on=NOW.date(), at=NOW)
        send()

    assert [each["To"] for each in mail.mails] == ["finance-clerk@example.cn"]
    text = mail.mails[0].get_content()
    assert mail.mails[0]["From"] == "gk@example.cn"
    assert mail.mails[0]["Subject"].endswith("：2条新消息")
    for message in Message.objects.filter(recipient=cast.clerk, event__in=["due:1", "due:2"]):
        assert f"https://gk.example.cn{message.get_absolute_url()}" in text
    assert "只在平台内可见" not in text


def test_the_next_day_s_mail_holds_only_what_is_new(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)
    told(cast, "due:2", at=LATER)
    gather_digests(on=LATER.date(), at=LATER)

    send(at=LATER)

    assert [each["Subject"].partition("：")[2] for each in mail.mails] == ["1条新消息", "1条新消息"]
    new = Message.objects.get(recipient=cast.clerk, event="due:2")
    assert new.get_absolute_url() in mail.mails[1].get_content()


def test_what_was_written_before_a_long_holiday_goes_after_it(cast, mail):
    """The round of 30 September is over at eight; the next is on 9 October."""
    before, after = NOW.replace(month=9, day=30, hour=8), NOW.replace(month=10, day=9, hour=8)
    with_address(cast.clerk)
    told(cast, "old:1", at=before - timedelta(days=40))
    told(cast, "due:1", at=before + timedelta(hours=9))

    gather_digests(on=after.date(), at=after, since=before)

    assert [each.event for each in Delivery.objects.get().messages.all()] == ["due:1"]


def test_however_long_there_was_no_round_nobody_is_told_of_last_year(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1", at=NOW - timedelta(days=60))

    assert gather_digests(on=NOW.date(), at=NOW, since=NOW - timedelta(days=90)) == 0


def test_what_failed_for_good_goes_again_with_the_next_day_s_mail(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)
    Delivery.objects.update(status=Status.FAILED)
    Job.objects.update(status=JobStatus.FAILED)

    gather_digests(on=NOW.date(), at=NOW)
    assert send() == 0
    gather_digests(on=LATER.date(), at=LATER)

    assert send(at=LATER) == 1
    assert Message.objects.get(recipient=cast.clerk).get_absolute_url() in mail.mails[0].get_content()


@pytest.mark.parametrize("change", [{"email": ""}, {"wants_email": False}, {"is_active": False}])
def test_who_has_no_address_or_wants_none_gets_no_mail(cast, mail, change):
    with_address(cast.clerk)
    told(cast, "due:1")
    User.objects.filter(pk=cast.clerk.pk).update(**change)

    gather_digests(on=NOW.date(), at=NOW)
    send()

    assert mail.mails == []
    assert Message.objects.filter(recipient=cast.clerk).unread().count() == 1


def test_who_left_the_unit_since_gets_no_mail(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)
    cast.clerk.memberships.all().delete()

    send()

    assert mail.mails == []
    assert Delivery.objects.get().status == Status.DROPPED


@pytest.mark.parametrize(("days", "status"), [(10, Status.SENT), (15, Status.DROPPED), (200, Status.DROPPED)])
def test_a_channel_that_was_off_for_months_sends_no_old_messages(cast, mail, days, status):
    with_address(cast.clerk)
    notify(cast.finance, **words(), at=NOW)
    gather_digests(on=NOW.date(), at=NOW)

    send(at=NOW + timedelta(days=days))

    assert [each.status for each in Delivery.objects.all()] == [status]


def test_mail_is_off_until_a_server_is_named(cast, settings):
    with_address(cast.clerk)
    told(cast, "due:1")

    assert gather_digests(on=NOW.date(), at=NOW) == 0


def test_what_the_server_refuses_is_tried_again_after_a_pause(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)
    mail.answer = "451 try later"

    send()
    send()

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.job.tries, delivery.job.error) == (Status.WAITING, 1, "邮件服务器没有接收：451")
    mail.answer = "250 OK"
    try_now()
    assert send() == 1
    assert len(mail.mails) == 1


def test_after_the_last_try_it_has_failed(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)
    mail.answer = "550 no such user"

    for _ in range(7):
        try_now()
        send()

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.job.tries) == (Status.FAILED, 5)


def test_mail_that_may_have_arrived_is_not_sent_twice(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)
    mail.hangs_up = True

    send()
    mail.hangs_up = False
    try_now()
    send()

    assert Delivery.objects.get().status == Status.UNCERTAIN
    assert len(mail.mails) == 1  # the server had it all before it hung up


def test_a_server_that_is_away_makes_the_others_wait(cast, settings):
    with mail_server() as gone:
        use_mail(settings, gone)
    with_address(cast.clerk, cast.head)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)

    assert send() == 0

    assert sorted(Job.objects.values_list("tries", flat=True)) == [0, 1]
    assert not Job.objects.filter(next_try_at__lte=Now()).exists()


def test_who_was_killed_while_sending_a_mail_leaves_it_unsent_and_said(cast, mail):
    with_address(cast.clerk)
    told(cast, "due:1")
    gather_digests(on=NOW.date(), at=NOW)
    claim_next(kinds=["email"])
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))

    send()

    assert mail.mails == []
    assert Delivery.objects.get().status == Status.UNCERTAIN


# --- The county's own channel -------------------------------------------------------------------------


def test_the_document_is_signed_and_says_whom_to_tell(cast, county):
    told(cast, "due:1")

    assert send() == 2

    posted = county.posted[0]
    timestamp = posted.headers["X-Ninghai-Timestamp"]
    signature = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + posted.body, hashlib.sha256).hexdigest()
    assert posted.headers["X-Ninghai-Signature"] == f"sha256={signature}"
    assert abs(int(timestamp) - time.time()) < 60
    assert posted.path == "/messages?from=ninghai"
    documents = [json.loads(each.body) for each in county.posted]
    assert sorted(document["recipient"]["username"] for document in documents) == ["finance-clerk", "finance-head"]
    document = next(each for each in documents if each["recipient"]["username"] == "finance-clerk")
    assert document["recipient"]["name"] == "财政局经办人"
    assert document["messages"][0]["subject"] == "7天后到期：3项任务"
    assert document["messages"][0]["unit"] == {"code": "002", "name": "宁海县财政局"}
    assert "只在平台内可见" not in posted.body.decode()


def test_a_day_s_reminders_go_in_one_document(cast, county):
    notify_in_digest(
        [(cast.finance, Announcement(**words("due:1"))), (cast.finance, Announcement(**words("due:2")))],
        event="round:1",
        at=NOW,
    )
    gather_digests(on=NOW.date(), at=NOW)

    send()

    assert [len(json.loads(each.body)["messages"]) for each in county.posted] == [2, 2]  # to the clerk and the head


def test_the_county_is_told_of_every_kind_of_message():
    said = (ROOT / "docs/webhook.md").read_text(encoding="utf-8")

    kinds = re.search(r"`kind` is one of\s+`([a-z\s]+)`", said)
    assert kinds is not None
    assert kinds[1].split() == Message.Kind.values


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_is_posted_again_under_the_same_id_and_no_redirect_followed(cast, county, status):
    told(cast, "due:1")
    county.status = status
    send()
    assert Delivery.objects.filter(status=Status.WAITING, job__tries=1).count() == 2
    county.status = 204
    try_now()

    assert send() == 2

    ids = [json.loads(each.body)["id"] for each in county.posted]
    assert len(ids) == 4
    assert len(set(ids)) == 2
    assert {each.path for each in county.posted} == {"/messages?from=ninghai"}


def test_a_document_that_lost_its_sender_goes_again_under_the_same_id(cast, county):
    told(cast, "due:1")
    first = claim_next(kinds=["webhook"])
    assert first is not None
    first.at = NOW
    Job.objects.filter(pk=first.job.pk).update(lease_until=Now() - timedelta(seconds=1))

    assert send() == 2
    outbox.send(first)  # the one that hung comes back to life, and finds it sent
    with pytest.raises(ClaimLost), first.finish():
        pytest.fail("kept although another has sent it")

    assert Delivery.objects.get(job=first.job).job.attempt == 2
    assert {json.loads(each.body)["id"] for each in county.posted} == {
        str(pk) for pk in Delivery.objects.values_list("pk", flat=True)
    }
    assert len(county.posted) == 2


@pytest.mark.parametrize("status", [each for each in Status if each != Status.WAITING])
def test_what_has_ended_is_not_sent_whatever_its_job_says(cast, county, status):
    told(cast, "due:1")
    Delivery.objects.update(status=status, ended_at=NOW)

    assert run_due("webhook", at=NOW) == 2

    assert county.posted == []
    assert set(Delivery.objects.values_list("status", "ended_at", "job__status")) == {(status, NOW, JobStatus.DONE)}


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://sms.example.cn/in", True),
        ("http://127.0.0.1:8080/in", True),
        ("http://[::1]/in", True),
        ("http://localhost/in", True),
        ("http://sms.example.cn/in", False),
        ("http://127.0.0.1.example.cn/in", False),
        ("http://user@10.0.0.1/in", False),
        ("ftp://127.0.0.1/in", False),
        ("https:///in", False),
        ("file:///etc/passwd", False),
        ("http://[::1/in", False),
    ],
)
def test_words_leave_encrypted_or_not_at_all(url, safe, settings):
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = url, SECRET

    assert webhook.is_safe(url) is safe
    assert webhook.is_on() is safe


# --- Two at once ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(mail):
    cast = make_cast()
    people = User.objects.filter(memberships__role__in=[Role.EDITOR, Role.REVIEWER])
    with_address(*people)
    for unit in (cast.finance, cast.town):
        notify(unit, **words(), at=NOW)
    gather_digests(on=NOW.date(), at=NOW)
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        send()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each["To"] for each in mail.mails) == sorted(person.email for person in people)
