"""What the office urges by hand (催办): seen first, sent in its own words within bounds, undone for a moment, and told afterwards."""

import html
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse, reverse_lazy

from ninghai.calendar import clock
from ninghai.models import AuditEntry, Message, User
from ninghai.models.state_machine import TransitionError
from tasks.assignments.urging import remind_units, reminder_words, take_back_urging, with_last_reminder
from tasks.assignments.waiting import OverdueToRemind
from tasks.models import Assignment
from tests.tasks.factories import NOW, accepted, assignment_of, signed_in
from tests.tasks.test_office_races import Later
from tests.tasks.test_reminders import read_by_all, subjects

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(notice):
    """The small notice, once everybody has read that it was issued."""
    return read_by_all(notice)


def test_the_office_urges_each_task_once_a_day(cast, notice):
    everything = Assignment.objects.all()

    first = remind_units(assignments=everything, by=cast.office, at=NOW)
    second = remind_units(assignments=everything, by=cast.second_office, at=NOW + timedelta(hours=3))
    tomorrow = remind_units(assignments=everything[:1], by=cast.office, at=NOW + timedelta(days=1))

    assert str(first) == "已向2个单位催办4项任务。"
    assert str(second) == "没有发出催办；4项今天已经催办过，没有再催。"
    assert str(tomorrow) == "已向1个单位催办1项任务。"
    assert subjects(cast.clerk)[0] == "县政府办公室催办：2项任务"
    entries = AuditEntry.objects.filter(action="remind")
    assert entries.count() == 5
    assert entries.first().actor == cast.office


def test_what_is_closed_is_not_urged(cast, notice):
    Assignment.objects.filter(unit=cast.town).update(
        status="not_applicable", ended_on=NOW.date(), ended_reason="无此职责"
    )

    urged = remind_units(assignments=Assignment.objects.all(), by=cast.office, at=NOW)

    assert str(urged) == "已向1个单位催办2项任务；2项已办结或不适用，没有催办。"


@pytest.mark.parametrize("who", ["clerk", "head", "signer", "inspector"])
def test_only_the_office_urges(cast, notice, who):
    with pytest.raises(PermissionDenied):
        remind_units(assignments=Assignment.objects.all(), by=getattr(cast, who), at=NOW)


REMIND = reverse_lazy("admin:tasks_assignment_remind")


def test_the_office_sees_whom_it_urges_in_which_words_and_then_urges(cast, notice):
    report, client = accepted(cast), signed_in(cast.office)
    remind_units(assignments=[report.assignment], by=cast.office, at=NOW)
    Assignment.objects.filter(task__point__position=0, unit=cast.town).update(
        status="not_applicable", ended_on=NOW.date(), ended_reason="无此职责"
    )
    chosen = {"action": "remind_selected", "_selected_action": [each.pk for each in Assignment.objects.all()]}

    seen = client.post(reverse("admin:tasks_assignment_changelist"), chosen)

    plan = seen.context["shown"]
    assert [(str(each.unit), each.people) for each in plan.letters] == [
        ("县财政局", "财政局经办人、财政局审核人"),
        ("深甽镇", "深甽镇经办人、深甽镇审核人"),
    ]
    assert all(letter.message.text.startswith("请尽快办理并报送进展。\n") for letter in plan.letters)
    why = [words for _, words in plan.left_out]
    assert why == ["今天已经催办过（2018-11-20 催办，还没有人看）", "不适用，没有要办的"]
    assert all(words in seen.text for words in why)
    assert (
        Message.objects.filter(kind="urged").values("event").distinct().count() == 1
    )  # nothing but what was sent before

    sent = {"assignments": chosen["_selected_action"], "words": "周五下班前务必报送。", "confirmed": "yes"}
    page = client.post(REMIND, sent, follow=True)

    assert "已向2个单位催办2项任务；1项今天已经催办过，没有再催；1项已办结或不适用，没有催办。" in page.text
    told = Message.objects.filter(recipient=cast.clerk, kind="urged").latest("pk")
    assert told.text.startswith("周五下班前务必报送。\n")


def test_one_task_is_urged_from_its_page(cast, notice):
    of, client = assignment_of(cast), signed_in(cast.office)
    page = reverse("admin:tasks_assignment_change", args=[of.pk])
    address = f"{REMIND}?assignments={of.pk}"
    assert address in client.get(page).text

    plan = client.get(address).context["shown"]
    done = client.post(REMIND, {"assignments": [of.pk], "words": "请报送。", "confirmed": "yes"})

    assert (plan.count, done.status_code, done.url) == (1, 302, page)
    assert signed_in(cast.signer).get(address).status_code == 403


def test_the_office_urges_from_the_list_of_reports(cast, notice):
    report = accepted(cast)

    seen = signed_in(cast.office).post(
        reverse("admin:tasks_progressreport_changelist"),
        {"action": "remind_selected", "_selected_action": [report.pk]},
    )

    assert [letter.about for letter in seen.context["shown"].letters] == [[report.assignment]]


@pytest.mark.parametrize("words", ["", "　", "字" * 201, "请打开 https://example.cn/ 填报", "见 www.example.cn"])
def test_the_words_have_bounds(cast, notice, words):
    of, client = assignment_of(cast), signed_in(cast.office)

    page = client.post(REMIND, {"assignments": [of.pk], "words": words, "confirmed": "yes"})

    assert page.context["form"].errors["words"]
    assert not AuditEntry.objects.filter(action="remind").exists()


# --- Undone (撤销)


@pytest.fixture
def running(notice, settings):
    """On a clock that runs."""
    settings.CLOCK_DATE = ""
    return clock.now()


def reminded(cast):
    """What the task's page says of the last urging."""
    return reminder_words(with_last_reminder(Assignment.objects.filter(pk=assignment_of(cast).pk)).get())


def test_an_urging_undone_is_as_if_it_had_not_been(cast, running):
    of = assignment_of(cast)
    remind_units(assignments=[of], by=cast.office, at=running - timedelta(days=9))
    before, told = reminded(cast), set(Message.objects.values_list("pk", flat=True))
    waiting = [each.pk for each in OverdueToRemind().records(cast.office, running.date())]

    urged = remind_units(assignments=Assignment.objects.all(), by=cast.office, at=running)
    assert not Message.objects.visible_to(cast.clerk).exclude(pk__in=told).exists()
    assert reminded(cast) != before
    assert take_back_urging(first=urged.first, by=cast.office, at=running + timedelta(seconds=9)) == 4

    assert reminded(cast) == before
    assert set(Message.objects.values_list("pk", flat=True)) == told
    assert [each.pk for each in OverdueToRemind().records(cast.office, running.date())] == waiting
    again = remind_units(assignments=Assignment.objects.all(), by=cast.office, at=running + timedelta(seconds=30))
    assert again.assignments == 4


def test_only_who_urged_undoes_it_once_and_for_a_moment(cast, running):
    urged = remind_units(assignments=Assignment.objects.all(), by=cast.office, at=running)

    for person in (cast.second_office, cast.signer, cast.clerk):
        with pytest.raises((PermissionDenied, TransitionError)):
            take_back_urging(first=urged.first, by=person, at=running)
    with pytest.raises(TransitionError, match="已经超过"):
        take_back_urging(first=urged.first, by=cast.office, at=running + timedelta(seconds=21))
    take_back_urging(first=urged.first, by=cast.office, at=running)
    with pytest.raises(TransitionError):
        take_back_urging(first=urged.first, by=cast.office, at=running)


def test_no_part_of_an_urging_is_undone_alone(cast, running):
    urged = remind_units(assignments=Assignment.objects.all(), by=cast.office, at=running)

    for row in AuditEntry.objects.filter(action="remind", pk__gt=urged.first):
        with pytest.raises(AuditEntry.DoesNotExist):
            take_back_urging(first=row.pk, by=cast.office, at=running)
    assert Message.objects.filter(kind="urged").count() == 4


def test_what_somebody_has_read_is_not_undone(cast, notice):
    """On a day that is lived again, where messages do not wait."""
    urged = remind_units(assignments=Assignment.objects.all(), by=cast.office, at=clock.now())
    Message.objects.filter(recipient=cast.clerk).mark_read(at=clock.now())

    with pytest.raises(TransitionError, match="已经有人看到"):
        take_back_urging(first=urged.first, by=cast.office, at=clock.now())


def test_the_button_beside_the_sentence_undoes_it(cast, running):
    client = signed_in(cast.office)
    sent = {"assignments": [assignment_of(cast).pk], "words": "请报送。", "confirmed": "yes"}
    page = client.post(REMIND, sent, follow=True).text
    address = re.search(r'action="(/admin/tasks/assignment/remind/\d+/take-back/[^"]*)"', page)[1]

    back, again = client.post(address, follow=True), client.post(address)

    assert "已撤销，1项任务没有催办。" in back.text
    assert again.status_code == 409
    assert reminded(cast) == ""


def test_one_comes_back_to_the_list_as_it_was_and_so_does_who_undoes(cast, running):
    """Its filters and its sort, from the list of tasks as from that of reports."""
    client, ticked = signed_in(cast.office), {"action": "remind_selected", "_selected_action": [assignment_of(cast).pk]}
    here = f"{reverse('admin:tasks_assignment_changelist')}?light=open&o=2"

    asked = client.post(here, ticked)
    sent = {"assignments": [assignment_of(cast).pk], "words": "请尽快办理。", "confirmed": "yes"}
    done = client.post(REMIND, {**sent, "back": asked.context["back"]})
    undo = html.unescape(re.search(r'action="([^"]+take-back[^"]*)"', client.get(done.url).text)[1])

    assert (asked.context["back"], done.url, client.post(undo).url) == (here, here, here)
    elsewhere = client.post(REMIND, {**sent, "back": "//example.org/"}).url
    assert elsewhere == reverse("admin:tasks_assignment_change", args=[assignment_of(cast).pk])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["undo", "urge"])
def test_an_undoing_and_another_act_at_once_leave_one_truth(cast, running, second):
    urged = remind_units(assignments=Assignment.objects.all(), by=cast.office, at=running)
    acts = {
        "undo": lambda: take_back_urging(first=urged.first, by=User.objects.get(pk=cast.office.pk), at=running),
        "urge": lambda: remind_units(assignments=Assignment.objects.all(), by=cast.second_office, at=running),
    }

    outcome = Later(acts[second]).after(acts["undo"])

    if second == "undo":
        assert isinstance(outcome, TransitionError)
        assert not Message.objects.filter(kind="urged").exists()
    else:
        assert (outcome.assignments, outcome.today_already) == (4, 0)
        assert Message.objects.filter(kind="urged").count() == 4


def test_the_signer_finds_no_urging_on_the_lists(cast, notice):
    client = signed_in(cast.signer)

    client.post(
        reverse("admin:tasks_assignment_changelist"),
        {"action": "remind_selected", "_selected_action": [Assignment.objects.first().pk]},
    )

    assert Message.objects.count() == 0


def test_the_page_and_the_list_say_who_was_urged_when_and_whether_it_was_read(cast, notice):
    of, office = assignment_of(cast), signed_in(cast.office)
    remind_units(assignments=[of], by=cast.office, at=NOW)
    page, rows = reverse("admin:tasks_assignment_change", args=[of.pk]), reverse("admin:tasks_assignment_changelist")
    unread = office.get(page).text

    Message.objects.filter(kind="urged", recipient=cast.clerk).mark_read(at=NOW)

    assert "2018-11-20 催办，还没有人看" in unread
    assert "2018-11-20 催办，11-20 已读" in office.get(page).text
    assert "2018-11-20 催办，11-20 已读" in signed_in(cast.clerk).get(of.get_absolute_url()).text
    assert office.get(rows).text.count("2018-11-20 催办") == 1
