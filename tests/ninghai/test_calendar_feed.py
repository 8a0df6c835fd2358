"""日历订阅: iCalendar as RFC 5545 wants it, at an address that opens for whoever knows it and for nobody else."""

import io
import logging
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from ninghai.calendar import feed
from ninghai.calendar.feed import CalendarEvent, calendar_text, escaped, folded, token_of
from ninghai.models import AuditEntry, Membership, Role, User
from ninghai.operations.maintenance import Closing, close
from tests.tasks import factories
from tests.tasks.factories import NOW, TODAY, signed_in
from tests.tasks.test_office_races import Later

ACCOUNT = "/account/calendar/"


def unfolded(text: str) -> list[str]:
    """As a reader of calendars takes it (RFC 5545, 3.1)."""
    return re.sub(r"\r\n[ \t]", "", text).split("\r\n")


def switched_on(user: User) -> str:
    """The person's address."""
    signed_in(user).post(ACCOUNT, {"renew": "yes"})
    return reverse("calendar-feed", args=[token_of(User.objects.get(pk=user.pk))])


# --- The format ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["", "SUMMARY:短", "SUMMARY:" + "政务公开" * 60, "A" * 75, "A" * 76, "A" * 74 + "政", "😀" * 40, "é" * 100]
)
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(line):
    lines = folded(line).split("\r\n")

    assert all(len(each.encode()) <= 75 for each in lines)
    assert all(each.startswith(" ") for each in lines[1:])
    assert "".join([lines[0], *(each[1:] for each in lines[1:])]) == line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a;b,c\\d", "a\\;b\\,c\\\\d"),
        ("一行\n二行\r\n三行\r四行", "一行\\n二行\\n三行\\n四行"),
        ("铃\x07\x00声", "铃声"),
        ("冒号:不变", "冒号:不变"),
    ],
)
def test_marks_in_text_are_escaped(text, said):
    assert escaped(text) == said


def test_a_calendar_has_what_the_standard_asks_for():
    words = "填报：一(三)2，完善;制度\nBEGIN:VEVENT"
    event = CalendarEvent(date(2018, 12, 31), words, "很长的说明" * 40, "https://gk.example.cn/work/")

    text = calendar_text([event, event._replace(day=date(2019, 1, 1))], name="待办", at=NOW)

    lines = unfolded(text)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ninghai//Openness//ZH"]
    assert (lines.count("BEGIN:VEVENT"), lines.count("END:VEVENT")) == (2, 2)
    assert {"DTSTART;VALUE=DATE:20181231", "DTEND;VALUE=DATE:20190101", "DTSTAMP:20181120T010000Z"} <= set(lines)
    identities = [line for line in lines if line.startswith("UID:")]
    assert len(set(identities)) == 2
    assert all(re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z]+)?:.*", line) for line in lines if line)


# --- The address ----------------------------------------------------------------------------------------------------


@pytest.fixture
def notice(cast, settings):
    settings.CLOCK_DATE, settings.CLOCK_SINCE = TODAY.isoformat(), TODAY.isoformat()
    return factories.issued_notice(cast)


@pytest.fixture
def address(cast, notice) -> str:
    return switched_on(cast.clerk)


def test_whoever_has_the_address_reads_what_falls_due(cast, address):
    answer = Client().get(address)

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, no-store"
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("same-origin", "noindex, nofollow")
    assert "SUMMARY:1项任务到期" in unfolded(answer.text)
    assert "DTSTART;VALUE=DATE:20181231" in unfolded(answer.text)
    assert any("第四季度进展报送截止" in line for line in unfolded(answer.text))


def test_it_holds_nothing_of_another_unit(cast, notice):
    factories.recorded(cast, factories.drawn_of_finance(cast, notice))
    own, others = (Client().get(switched_on(who)).text for who in (cast.clerk, cast.other_clerk))

    assert "查看结论" in own
    assert "查看结论" not in others


def test_of_several_roles_each_event_says_whose_it_is(cast, notice):
    Membership.objects.create(user=cast.clerk, unit=cast.town, role=Role.EDITOR)

    lines = unfolded(Client().get(switched_on(cast.clerk)).text)

    assert {"SUMMARY:[县财政局] 1项任务到期", "SUMMARY:[深甽镇] 1项任务到期"} <= set(lines)


def test_the_days_of_what_an_inspector_looks_at_are_others_to_keep(cast, notice):
    finding = factories.recorded(cast, factories.drawn_of_finance(cast, notice))
    inspector, clerk = (unfolded(Client().get(switched_on(who)).text) for who in (cast.inspector, cast.clerk))

    assert {"SUMMARY:1项任务到期", "SUMMARY:1项整改到期"} <= set(clerk), finding
    assert not [line for line in inspector if "到期" in line or "报送截止" in line]


def test_what_two_roles_in_a_unit_have_in_common_stands_there_once(cast, notice):
    Membership.objects.create(user=cast.clerk, unit=cast.finance, role=Role.REVIEWER)

    identities = [line for line in unfolded(Client().get(switched_on(cast.clerk)).text) if line.startswith("UID:")]

    assert identities
    assert len(set(identities)) == len(identities)


def test_a_renewed_address_opens_alone_and_none_comes_back(cast, address):
    second = switched_on(cast.clerk)
    signed_in(cast.clerk).post(ACCOUNT, {"stop": "yes"})
    stopped = Client().get(second).status_code
    third = switched_on(cast.clerk)

    assert len({address, second, third}) == 3
    assert stopped == 404
    assert [Client().get(each).status_code for each in (address, second, third)] == [404, 404, 200]
    assert AuditEntry.objects.filter(target_id=str(cast.clerk.pk), detail__has_key="calendar").count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_sessions_that_renew_at_once_get_two_addresses(cast):
    one, other = User.objects.get(pk=cast.clerk.pk), User.objects.get(pk=cast.clerk.pk)
    second = Later(lambda: feed._renew(other, is_stopped=True))

    second.after(lambda: feed._renew(one, is_stopped=False))

    assert User.objects.get(pk=cast.clerk.pk).calendar_number == -2
    assert AuditEntry.objects.filter(target_id=str(cast.clerk.pk), detail__has_key="calendar").count() == 2


def test_a_closed_account_has_no_calendar(cast, address):
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)

    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[:-1] + "x", lambda t: "1" + t, str.upper])
def test_no_other_address_opens(cast, address, change):
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    changed = change(token)

    if changed != token:
        assert Client().get(f"/calendar/{changed}.ics").status_code == 404


def test_it_is_read_only(cast, address):
    assert Client().post(address).status_code in {403, 405}


def test_no_log_has_the_address(cast, address, caplog, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "calendar": (2, 600)}
    with caplog.at_level(logging.INFO):
        answers = [Client().get(address).status_code for _ in range(3)]
        signed_in(cast.clerk).post(ACCOUNT, {"renew": "yes"})
        Client().get(address)

    assert answers == [200, 200, 429]
    assert address.removeprefix("/calendar/")[:20] not in caplog.text
    assert all(address not in str(vars(record)) for record in caplog.records)


@pytest.fixture
def log(monkeypatch, caplog) -> io.StringIO:
    """What stands in the portal's own log, written as in production."""
    console = next(handler for handler in logging.getLogger().handlers if handler.name == "console")
    stream = io.StringIO()
    monkeypatch.setattr(console, "stream", stream)
    caplog.set_level(logging.INFO, logger="ninghai.requests")
    return stream


def closed(monkeypatch, settings, tmp_path) -> None:
    settings.MAINTENANCE_FILE = str(tmp_path / "maintenance")
    close(Closing())


def broken(monkeypatch, settings, tmp_path) -> None:
    monkeypatch.setattr(feed, "events_of", lambda *args, **said: 1 / 0)


@pytest.mark.parametrize(("happens", "status"), [(closed, 503), (broken, 500)])
def test_nor_has_it_where_its_own_view_gives_no_answer(address, log, monkeypatch, settings, tmp_path, happens, status):
    happens(monkeypatch, settings, tmp_path)

    assert Client(raise_request_exception=False).get(address).status_code == status

    assert "/calendar/…" in log.getvalue()
    assert address.removeprefix("/calendar/")[:20] not in log.getvalue()


@pytest.mark.parametrize(
    "address", ["/requests/receipt/{}/", "/catalogue/follow/{}/confirm/", "/catalogue/follow/{}/leave/"]
)
def test_nor_has_it_the_other_addresses_that_let_in(client, db, log, address):
    secret = "0f8fad5b-d9cb-469f-a165-70867728950e"

    client.get(address.format(secret))

    assert address.format("…") in log.getvalue()
    assert secret not in log.getvalue()


def test_the_page_shows_the_address_to_its_owner_alone(cast, address):
    page = signed_in(cast.clerk).get(ACCOUNT)

    assert address in page.text
    assert "no-store" in page["Cache-Control"]
    assert address not in signed_in(cast.head).get(ACCOUNT).text
    assert Client().get(ACCOUNT).status_code == 302


def test_the_page_shows_the_address_whole_to_be_copied(cast):
    """And speaks of an old address only to whom had one."""
    first = signed_in(cast.clerk).post(ACCOUNT, {"renew": "yes"}, follow=True)
    assert "已生成新的日历地址。" in first.text

    again = signed_in(cast.clerk).post(ACCOUNT, {"renew": "yes"}, follow=True)
    assert "已生成新的日历地址，原来的地址不能再用。" in again.text

    shown = re.search(r"<code>(http://[^<]+)</code></p>\s*<button[^>]* data-copy", again.text)
    assert shown
    assert Client().get(shown[1]).status_code == 200
    assert "ninghai/copy" in again.text


def test_without_a_role_it_is_empty(cast, address):
    Membership.objects.filter(user=cast.clerk).delete()

    assert "BEGIN:VEVENT" not in Client().get(address).text
    assert feed.TOKEN.fullmatch(token_of(User.objects.get(pk=cast.clerk.pk)))
    assert TODAY
