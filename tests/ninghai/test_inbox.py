"""A person's messages on the site, and what they want to be told."""

from typing import Any

import pytest
from django.core.checks import run_checks

from ninghai.models import Membership, Message, Role, User
from ninghai.notifications.notify import notify
from tests.cast import Cast
from tests.tasks.factories import NOW, signed_in

SECRET = "only for the tests of this webhook, long enough"


def words(event: str = "due:1", subject: str = "7天后到期：3项任务") -> dict[str, Any]:
    kind, text = Message.Kind.DUE, "退回理由：只在平台内可见"
    return {"kind": kind, "event": event, "subject": subject, "text": text, "url": "/work/"}


def told(cast: Cast, *events: str, at=NOW) -> None:
    for event in events:
        notify(cast.finance, **words(event), at=at)


# --- The inbox -----------------------------------------------------------------------------------------


def test_the_frame_shows_how_many_are_unread(cast):
    told(cast, "due:1", "due:2")
    client = signed_in(cast.clerk)

    assert "消息（2条未读）" in client.get("/work/messages/").content.decode()
    client.get(Message.objects.filter(recipient=cast.clerk).first().get_absolute_url())
    assert "消息（1条未读）" in client.get("/work/").content.decode()


def test_opening_a_message_marks_it_read(cast):
    told(cast, "due:1")
    mine = Message.objects.get(recipient=cast.clerk)

    page = signed_in(cast.clerk).get(mine.get_absolute_url())

    assert page.status_code == 200
    mine.refresh_from_db()
    assert mine.read_at is not None
    assert Message.objects.get(recipient=cast.head).read_at is None


@pytest.mark.parametrize("stranger", ["head", "other_clerk", "office", "signer", "inspector"])
def test_nobody_reads_another_s_message(cast, stranger):
    told(cast, "due:1")
    theirs = Message.objects.get(recipient=cast.clerk)
    client = signed_in(getattr(cast, stranger))

    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.post(f"{theirs.get_absolute_url()}go/").status_code == 404
    client.post("/work/messages/read/")

    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_a_visitor_signs_in_first(cast, client):
    told(cast, "due:1")

    assert client.get("/work/messages/").status_code == 302
    assert client.get(Message.objects.first().get_absolute_url()).status_code == 302


def test_who_left_the_unit_no_longer_reads_its_messages(cast):
    told(cast, "due:1")
    mine = Message.objects.get(recipient=cast.clerk)
    cast.clerk.memberships.update(unit=cast.town)

    assert signed_in(cast.clerk).get(mine.get_absolute_url()).status_code == 404


def test_all_are_marked_read_by_post_only(cast):
    told(cast, "due:1", "due:2")
    client = signed_in(cast.clerk)

    assert client.get("/work/messages/read/").status_code == 405
    assert Message.objects.filter(recipient=cast.clerk).unread().count() == 2
    client.post("/work/messages/read/")
    assert Message.objects.filter(recipient=cast.clerk).unread().count() == 0
    assert Message.objects.filter(recipient=cast.head).unread().count() == 2


def test_going_there_changes_to_the_capacity_that_the_message_is_meant_for(cast):
    second = Membership.objects.create(user=cast.clerk, unit=cast.town, role=Role.EDITOR)
    notify(cast.town, **words(), at=NOW)
    mine = Message.objects.get(recipient=cast.clerk)
    client = signed_in(cast.clerk)
    assert "会切换到这一身份" in client.get(mine.get_absolute_url()).content.decode()

    answer = client.post(f"{mine.get_absolute_url()}go/")

    assert answer["Location"] == "/work/"
    assert client.session["acting_membership"] == second.pk


def test_the_list_has_pages_and_an_empty_state(cast, django_assert_num_queries):
    client = signed_in(cast.clerk)
    assert "没有消息" in client.get("/work/messages/").content.decode()
    told(cast, *(f"due:{number}" for number in range(25)))

    first, second = (client.get(f"/work/messages/?page={number}") for number in (1, 2))

    assert (len(first.context["rows"]), len(second.context["rows"])) == (20, 5)
    assert "共25条，其中25条未读" in first.content.decode()


@pytest.mark.parametrize("who", ["clerk", "head", "office", "signer", "inspector"])
def test_every_role_has_an_inbox(cast, who):
    assert signed_in(getattr(cast, who)).get("/work/messages/").status_code == 200


def test_the_office_finds_its_messages_from_the_admin(cast):
    User.objects.filter(pk__in=[cast.clerk.pk, cast.head.pk]).update(is_active=False)
    told(cast, "due:1")

    assert "消息（1条未读）" in signed_in(cast.office).get("/admin/").content.decode()


def test_a_person_switches_mail_off_and_on(cast):
    client = signed_in(cast.clerk)
    assert "没有登记电子邮箱" in client.get("/work/messages/settings/").content.decode()

    client.post("/work/messages/settings/", {})
    cast.clerk.refresh_from_db()
    assert cast.clerk.wants_email is False

    client.post("/work/messages/settings/", {"wants_email": "on"})
    cast.clerk.refresh_from_db()
    assert cast.clerk.wants_email is True


# --- Settings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, []),
        ({"EMAIL_HOST": "mail.example.cn", "DEFAULT_FROM_EMAIL": "gk@example.cn"}, []),
        ({"EMAIL_HOST": "mail.example.cn"}, ["ninghai.E002"]),
        ({"DEFAULT_FROM_EMAIL": "gk@example.cn"}, ["ninghai.E001"]),
        (
            {"EMAIL_HOST": "mail.example.cn", "DEFAULT_FROM_EMAIL": "gk@example.cn", "EMAIL_HOST_USER": "gk"},
            ["ninghai.E003"],
        ),
        ({"EMAIL_TLS": "yes"}, ["ninghai.E004"]),
        ({"WEBHOOK_URL": "https://sms.example.cn/", "WEBHOOK_SECRET": SECRET}, []),
        ({"WEBHOOK_URL": "https://sms.example.cn/"}, ["ninghai.E005"]),
        ({"WEBHOOK_SECRET": SECRET}, ["ninghai.E005"]),
        ({"WEBHOOK_URL": "http://sms.example.cn/", "WEBHOOK_SECRET": SECRET}, ["ninghai.E006"]),
        ({"WEBHOOK_URL": "https://sms.example.cn/", "WEBHOOK_SECRET": "short"}, ["ninghai.E007"]),
    ],
)
def test_a_channel_set_up_by_halves_is_said(settings, values, found):
    for name, value in values.items():
        setattr(settings, name, value)

    assert [each.id for each in run_checks() if (each.id or "").startswith("ninghai.E")] == found
