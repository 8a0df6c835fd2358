"""The office's look at the applications of all units: counts, facts for the score, what people are told when they fall due."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from disclosure.annual_reports.register import registered
from disclosure.models import RequestUnit
from disclosure.requests.desk import registering, steps
from disclosure.requests.office.reminders import remind_of_applications
from disclosure.requests.office.standing import answered_in_time, applications
from disclosure.requests.office.urging import plan_request_urging, urge_applications
from fixtures.reference_data import load_workdays
from ninghai.calendar.workdays import WorkCalendar
from ninghai.cases.register import enter_case, void_case
from ninghai.models import AuditEntry, Case, Membership, Message, Role, User
from reports.facts.applications import application_totals
from tasks.assignments.urging import take_back_urging
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers

pytestmark = pytest.mark.django_db

LIST = reverse("admin:disclosure_requestunit_changelist")
TODAY = AT.date()
OCTOBER = AT.replace(month=10, day=8)  # due on 29 October
WORDS = "请抓紧办理。"


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


def overdue(cast, **changes) -> Case:
    return makers.applied(cast, at=OCTOBER, **changes)


def due_today(cast, **changes) -> Case:
    return makers.applied(cast, at=AT.replace(month=10, day=30), **changes)


def answered_late(cast) -> Case:
    """Received on 8 October, posted on 20 November."""
    case = makers.signed(cast, at=OCTOBER)
    makers.hand_to_post(cast, case)
    return case


def row_of(client, unit, query: str = "") -> dict[str, str]:
    """What the list says of one unit, by the heads of its columns."""
    shown = client.get(f"{LIST}{query}").context["cl"]
    (row,) = [each for each in shown.result_list if each.pk == unit.pk]
    columns = ("received", "answered", "in_time", "open", "overdue", "soon", "handling", "waiting", "with_head")
    return {name: getattr(row, name) for name in columns if getattr(row, name)}


def messages(case: Case) -> list[tuple[str, str]]:
    """(who, which stage) was told about the case."""
    told = Message.objects.filter(event__startswith=f"request-due:{case.pk}:").order_by("pk")
    return [(each.recipient.username, each.event.rpartition(":")[2]) for each in told.select_related("recipient")]


def remind(on: date = TODAY) -> int:
    at = AT + timedelta(days=(on - TODAY).days)
    return remind_of_applications(on=on, at=at, calendar=WorkCalendar.load())


# The list.


def test_the_list_counts_the_applications_of_each_unit(client, cast):
    overdue(cast)
    due_today(cast)
    makers.asking(cast)
    makers.posted(cast)
    answered_late(cast)
    client.force_login(cast.office)

    counts = {
        "received": 5,
        "answered": 2,
        "in_time": 1,
        "open": 3,
        "overdue": 1,
        "soon": 1,
        "handling": 2,
        "waiting": 1,
    }
    assert row_of(client, cast.finance) == counts
    page = client.get(LIST).content.decode()
    assert "33.3%（1/3）" in page
    assert (
        f'href="{reverse("admin:disclosure_requestunit_cases")}?unit={cast.finance.code}&amp;state=late">1</a>' in page
    )
    assert cast.town.short_name not in page  # it has no register


def test_list_report_and_yearly_report_count_the_same_as_received(client, cast):
    void_case(case=makers.applied(cast), reason="登记错误", by=cast.clerk, at=AT)
    whole, moved = makers.applied(cast), makers.applied(cast)
    registering.split(case=whole, parts=["预算表", "决算表"], version=whole.version, by=cast.head, at=AT)
    told = {"unit": cast.town, "reason": "由镇里办理", "version": moved.version, "by": cast.office}
    registering.designate(case=moved, at=AT, **told)
    makers.on_paper(cast, channel="plain_post")  # nobody has confirmed it yet
    client.force_login(cast.office)

    for unit, number in ((cast.finance, 2), (cast.town, 1)):
        assert row_of(client, unit)["received"] == number
        rows = applications(since=date(2018, 1, 1), on=TODAY, unit=unit)
        assert application_totals(rows, since=date(2018, 1, 1), on=TODAY)["received"] == number
        assert registered().filter(unit=unit).count() == number
        found = client.get(f"{reverse('admin:disclosure_requestunit_cases')}?unit={unit.code}&state=received")
        assert found.context["page"].paginator.count == number


def test_what_got_no_answer_is_in_no_share(client, cast):
    void_case(case=makers.applied(cast), reason="登记错误", by=cast.clerk, at=AT)
    makers.posted(cast)
    client.force_login(cast.office)

    assert "100.0%（1/1）" in client.get(LIST).content.decode()


def test_the_year_of_the_register_narrows_what_is_counted(client, cast):
    makers.applied(cast, at=AT.replace(year=2017))
    makers.applied(cast)
    client.force_login(cast.office)

    assert row_of(client, cast.finance)["received"] == 2
    assert row_of(client, cast.finance, "?year=2017")["received"] == 1
    assert client.get(f"{LIST}?year=2016").status_code == 404


def test_it_is_sorted_by_any_column(client, cast):
    overdue(cast)
    makers.posted(cast)
    makers.applied(cast, unit=cast.town)
    client.force_login(cast.office)

    orders = [[each.pk for each in client.get(f"{LIST}?o={sign}6").context["cl"].result_list] for sign in ("", "-")]

    assert orders == [[cast.town.pk, cast.finance.pk], [cast.finance.pk, cast.town.pk]]  # by what is overdue


def test_late_units_stand_first_then_those_that_soon_will_be(client, cast):
    makers.applied(cast)
    overdue(cast, unit=cast.town)
    due_today(cast, unit=cast.county_office)
    client.force_login(cast.office)

    shown = [each.pk for each in client.get(LIST).context["cl"].result_list]

    assert shown == [cast.town.pk, cast.county_office.pk, cast.finance.pk]


def test_neither_list_nor_unit_page_opens_anything_of_people(client, cast):
    case = overdue(cast)
    client.force_login(cast.office)

    unit = client.get(reverse("admin:disclosure_requestunit_change", args=[cast.finance.pk])).content.decode()
    assert "2018年" in unit
    for page in (unit, client.get(LIST).content.decode(), client.get(f"{LIST}list.csv").getvalue().decode()):
        assert "王小明" not in page
        assert case.subject not in page
    assert not AuditEntry.objects.filter(action=AuditEntry.Action.READ_PERSONAL_DATA).exists()


# The score.


def test_the_score_counts_answers_in_time_late_ones_and_what_is_overdue(cast):
    makers.posted(cast)
    late, open_one = answered_late(cast), overdue(cast)
    due_today(cast)

    known = answered_in_time(year=2018, on=TODAY)

    assert known.keys() == {cast.finance.pk}
    assert known[cast.finance.pk].in_time == 1
    assert [(each.words, each.is_late) for each in known[cast.finance.pk].lapses] == [
        (f"{late.number}：应于2018-10-29前答复，2018-11-20答复", True),
        (f"{open_one.number}：应于2018-10-29前答复，还没有答复", False),
    ]


def test_a_unit_of_which_nothing_is_to_be_judged_is_not_assessed(cast):
    due_today(cast)

    assert answered_in_time(year=2018, on=TODAY) == {}


def test_what_is_not_registered_yet_stands_in_no_account_of_a_day(cast):
    enter_case(kind="request", unit=cast.finance, channel="post", subject="申请", by=cast.clerk, at=AT)

    assert applications(since=TODAY, on=TODAY) == []


def test_what_happened_later_changes_no_earlier_day(cast):
    """On the evening before the answer was posted the application was overdue, whatever its columns say by now."""
    case = answered_late(cast)
    before = TODAY - timedelta(days=1)

    (then,) = applications(since=date(2018, 1, 1), on=before)
    (now,) = applications(since=date(2018, 1, 1), on=TODAY)

    assert (then.number, then.state, then.due, then.answered_on) == (case.number, "signed", date(2018, 10, 29), None)
    assert (now.state, now.answered_on, now.answer) == ("posted", TODAY, "not_held")
    assert then.is_overdue(on=before)
    assert not answered_in_time(year=2018, on=before)[cast.finance.pk].lapses[0].is_late


# Reminders.


def test_each_stage_is_told_once_to_clerk_and_head(cast):
    case = due_today(cast)

    for day in (10, 14, 14, 15, 20, 20, 21, 22):
        remind(date(2018, 11, day))

    people = [cast.clerk.username, cast.head.username]
    stages = ["soon", "today", "overdue"]
    assert sorted(messages(case)) == sorted((who, stage) for who in people for stage in stages)


def test_it_is_reminded_of_five_working_days_before_and_not_earlier(cast):
    case = due_today(cast)

    remind(date(2018, 11, 12))
    assert messages(case) == []
    remind(date(2018, 11, 13))
    assert {stage for _, stage in messages(case)} == {"soon"}


def test_what_is_stopped_reminds_nobody_and_a_new_last_day_does_again(cast):
    stopped, case = makers.asking(cast), due_today(cast)
    remind()
    steps.extend(case=case, amount=5, reason="需要查阅档案", version=case.version, by=cast.head, at=AT)

    remind(date(2018, 11, 27))

    assert messages(stopped) == []
    assert [stage for who, stage in messages(case) if who == cast.clerk.username] == ["today", "today"]


def test_reminders_say_numbers_and_days_alone(cast):
    case = overdue(cast)

    remind()

    for message in Message.objects.exclude(event=f"request:{case.pk}"):
        assert "王小明" not in f"{message.subject}{message.text}"
        assert "三公" not in f"{message.subject}{message.text}"
    assert Message.objects.filter(subject=f"已逾期22天：{case.number} 依申请公开").exists()


def test_the_office_s_own_applications_are_told_to_the_office(cast):
    case = overdue(cast, unit=cast.county_office)

    remind()

    told = {Membership.objects.get(user__username=who).role for who, _ in messages(case)}
    assert told == {Role.OFFICE, Role.SIGNER}
    assert not Message.objects.filter(kind=Message.Kind.NOBODY, event__startswith="nobody:requests:").exists()


def test_the_office_learns_once_a_week_how_it_stands(cast):
    case = overdue(cast)
    due_today(cast)

    for day in (19, 20, 23, 26):
        remind(date(2018, 11, day))

    weekly = Message.objects.filter(event__startswith="requests-week:", recipient=cast.office).order_by("pk")
    assert [each.event for each in weekly] == ["requests-week:2018-47", "requests-week:2018-48"]
    assert weekly[0].subject == "本周依申请公开：办理中2件，逾期1件，5个工作日内到期1件"
    assert f"{case.number}：最迟2018-10-29答复" in weekly[0].text
    assert not Message.objects.filter(event__startswith="requests-week:", recipient=cast.clerk).exists()


def test_without_applications_nobody_is_told_anything(cast):
    assert remind() == 0


# Urging by hand.


def chosen(cast):
    return RequestUnit.objects.filter(pk__in=[cast.finance.pk, cast.town.pk])


def urged(cast, **changes):
    return urge_applications(**{"units": chosen(cast), "words": WORDS, "by": cast.office, "at": AT, **changes})


def test_the_page_shows_whom_and_in_which_words_before_anything_is_sent(client, cast):
    case = overdue(cast)
    client.force_login(cast.office)
    address = reverse("admin:disclosure_requestunit_remind")

    shown = client.post(LIST, {"action": "remind_selected", "_selected_action": [cast.finance.pk]}).content.decode()

    assert "将向 1 个单位催办 1 件申请" in shown
    assert case.number in shown
    assert not Message.objects.filter(kind=Message.Kind.URGED).exists()
    client.post(address, {"units": [cast.finance.pk], "words": WORDS, "confirmed": "yes"})
    assert {each.recipient for each in Message.objects.filter(kind=Message.Kind.URGED)} == {cast.clerk, cast.head}


def test_an_application_is_urged_once_a_day(cast):
    case = overdue(cast)
    urged(cast)

    again = urged(cast, at=AT + timedelta(hours=1))
    tomorrow = plan_request_urging(chosen(cast), words=WORDS, on=TODAY + timedelta(days=1))

    assert again.letters == []
    assert dict(again.left_out)[RequestUnit.objects.get(pk=cast.finance.pk)] == "今天已经催办过"
    assert [letter.about for letter in tomorrow.letters] == [[case]]
    assert AuditEntry.objects.filter(action="remind", target_id=str(case.pk)).count() == 1


def test_an_urging_undone_is_as_if_it_had_not_been(cast):
    case, told = overdue(cast), set(Message.objects.values_list("pk", flat=True))
    first = urged(cast).first

    with pytest.raises(AuditEntry.DoesNotExist):
        take_back_urging(first=first, by=cast.office, at=AT)  # none about tasks begins there
    assert take_back_urging(first=first, of=Case, by=cast.office, at=AT + timedelta(seconds=9)) == 1

    assert set(Message.objects.values_list("pk", flat=True)) == told
    assert [letter.about for letter in urged(cast, at=AT + timedelta(minutes=1)).letters] == [[case]]


def test_the_button_beside_the_sentence_undoes_it(client, cast):
    overdue(cast)
    client.force_login(cast.office)
    sent = {"units": [cast.finance.pk], "words": WORDS, "confirmed": "yes"}
    page = client.post(reverse("admin:disclosure_requestunit_remind"), sent, follow=True).text
    address = re.search(r'action="(/admin/disclosure/requestunit/remind/\d+/take-back/[^"]*)"', page)[1]

    back, again = client.post(address, follow=True), client.post(address)

    assert "已撤销，1件申请没有催办。" in back.text
    assert again.status_code == 409
    assert not Message.objects.filter(kind=Message.Kind.URGED).exists()


@pytest.mark.parametrize("words", ["请联系13805741234", "见 https://example.cn"])
def test_no_people_and_no_addresses_are_written_to_a_unit(client, cast, words):
    overdue(cast)
    client.force_login(cast.office)
    sent = {"units": [cast.finance.pk], "words": words, "confirmed": "yes"}

    answer = client.post(reverse("admin:disclosure_requestunit_remind"), sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Message.objects.filter(kind=Message.Kind.URGED).exists()


def test_urging_is_the_office_s(client, cast):
    overdue(cast)
    for who in (cast.signer, cast.clerk, cast.head):
        client.force_login(User.objects.get(pk=who.pk))
        sent = {"units": [cast.finance.pk], "words": WORDS, "confirmed": "yes"}
        assert client.post(reverse("admin:disclosure_requestunit_remind"), sent).status_code == 403
    assert not Message.objects.filter(kind=Message.Kind.URGED).exists()


def test_of_an_application_to_the_county_office_its_own_people_are_told(cast):
    """The office has no clerks and heads as the units have: its people work on what comes to it."""
    case = makers.applied(cast, unit=cast.county_office)

    told = Message.objects.filter(subject__endswith=case.number)
    assert set(told.values_list("recipient", flat=True)) == {cast.office.pk, cast.second_office.pk, cast.signer.pk}
    assert set(told.values_list("unit", flat=True)) == {cast.county_office.pk}
