"""Which day counts when an application comes in, and when its answer goes out."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosure.requests.rules.delivery import AnswerDelivery, DeliveryWay, check_delivery
from disclosure.requests.rules.receipt import RequestChannel, receipt_day, rules_of
from fixtures.reference_data import load_workdays
from ninghai.calendar.law import NoRuleSet
from ninghai.calendar.legal_duties import of_law, reckon_by_law
from ninghai.calendar.reckoning import History
from ninghai.calendar.workdays import WorkCalendar

D = date


@pytest.mark.parametrize(
    ("channel", "arrived", "confirmed", "received", "rules"),
    [
        pytest.param("counter", D(2018, 11, 20), None, D(2018, 11, 20), "2008", id="R01 in person"),
        pytest.param("signed_post", D(2018, 10, 4), None, D(2018, 10, 4), "2008", id="R06 signed for on a holiday"),
        pytest.param("signed_post", D(2019, 5, 14), None, D(2019, 5, 14), "2008", id="R04 the old rules' last day"),
        pytest.param("signed_post", D(2019, 5, 15), None, D(2019, 5, 15), "2019", id="R04 the new rules' first day"),
        pytest.param("plain_post", D(2018, 11, 20), None, None, "2008", id="a plain letter waits"),
        pytest.param(
            "plain_post", D(2018, 11, 20), D(2018, 11, 21), D(2018, 11, 21), "2008", id="until it is confirmed"
        ),
        pytest.param("passed_on", D(2019, 9, 2), D(2019, 9, 4), D(2019, 9, 4), "2019", id="sent to somebody else"),
        pytest.param("email", D(2018, 11, 20), None, D(2018, 11, 20), "2008", id="an announced mail box"),
        pytest.param("online", D(2018, 11, 20), None, D(2018, 11, 20), "2008", id="the announced form"),
        pytest.param("fax", D(2018, 11, 20), None, None, "2008", id="a fax both confirm"),
        pytest.param("email", D(2019, 9, 2), None, None, "2019", id="since 2019 both confirm an e-mail"),
        pytest.param("online", D(2019, 9, 2), D(2019, 9, 3), D(2019, 9, 3), "2019", id="and the form"),
        pytest.param("email", D(2019, 5, 14), D(2019, 5, 20), D(2019, 5, 14), "2008", id="in time for the old rules"),
        pytest.param("email", D(2019, 5, 15), D(2019, 5, 16), D(2019, 5, 16), "2019", id="a day too late for them"),
        pytest.param("fax", D(2019, 5, 14), D(2019, 5, 15), D(2019, 5, 15), "2019", id="confirmed under the new rules"),
        pytest.param("fax", D(2019, 5, 14), None, None, "2008", id="not confirmed yet"),
    ],
)
def test_the_day_of_receipt_follows_from_the_way_and_the_regulation(channel, arrived, confirmed, received, rules):
    found = receipt_day(channel=RequestChannel(channel), arrived_on=arrived, confirmed_on=confirmed)

    assert (found.day, found.rules.code) == (received, rules)
    assert found.is_confirmed == (received is not None)
    assert ("尚未确认，期限没有起算" in found.words) == (received is None)


def test_a_way_that_no_guide_names_is_confirmed_first():
    asked = {"channel": RequestChannel.EMAIL, "arrived_on": D(2018, 11, 20), "is_announced": False}

    assert receipt_day(**asked).day is None
    assert receipt_day(**asked, confirmed_on=D(2018, 11, 22)).day == D(2018, 11, 22)


def test_days_out_of_order_or_before_the_law_are_refused():
    with pytest.raises(ValidationError, match="确认日期不能早于"):
        receipt_day(channel=RequestChannel.FAX, arrived_on=D(2018, 11, 20), confirmed_on=D(2018, 11, 19))
    with pytest.raises(NoRuleSet):
        receipt_day(channel=RequestChannel.COUNTER, arrived_on=D(2008, 4, 30))


def test_an_amended_paper_follows_the_rules_of_its_own_day():
    assert rules_of(received_on=D(2019, 5, 6)).code == "2008"
    assert rules_of(received_on=D(2019, 5, 6), amended_on=D(2019, 5, 20)).code == "2019"


def posted(**changes) -> AnswerDelivery:
    known = {"way": DeliveryWay.POST, "handed_over_on": D(2018, 12, 11), "delivered_on": D(2018, 12, 14)}
    return AnswerDelivery(**{**known, "carrier": "中国邮政挂号信", **changes})


@pytest.mark.django_db
def test_r15_posted_on_the_last_day_is_in_time_and_remedies_run_from_the_arrival():
    load_workdays()
    calendar = WorkCalendar.load()
    answered = posted()
    asked = History(started=timezone.make_aware(timezone.datetime(2018, 11, 20)))
    due = reckon_by_law(duty=of_law("request", on=D(2018, 11, 20)), history=asked, calendar=calendar).due

    assert answered.answered_on == due.day == D(2018, 12, 11)
    assert answered.known_on == D(2018, 12, 14)
    known = History(started=timezone.make_aware(timezone.datetime(2018, 12, 14)))
    sixty = reckon_by_law(duty=of_law("remedy_review", on=D(2018, 12, 14)), history=known, calendar=calendar).due
    assert sixty.day == D(2019, 2, 12)


@pytest.mark.parametrize("carrier", ["顺丰速运", "圆通", "", "  "])
def test_r15_no_courier_but_the_post(carrier):
    with pytest.raises(ValidationError, match="235号") as refused:
        check_delivery(posted(carrier=carrier), signed_on=D(2018, 12, 10))

    assert list(refused.value.message_dict) == ["carrier"]


@pytest.mark.parametrize("carrier", ["中国邮政", "EMS", "ems特快专递", "邮政挂号信"])
def test_r15_the_post_is_the_post(carrier):
    check_delivery(posted(carrier=carrier), signed_on=D(2018, 12, 10))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"handed_over_on": D(2018, 12, 9)}, "handed_over_on"),
        ({"delivered_on": D(2018, 12, 10)}, "delivered_on"),
    ],
)
def test_days_of_a_delivery_stand_in_their_order(changes, field):
    with pytest.raises(ValidationError) as refused:
        check_delivery(posted(**changes), signed_on=D(2018, 12, 10))

    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("way", "answered", "known"),
    [
        ("picked_up", D(2018, 12, 14), D(2018, 12, 14)),
        ("entrusted", D(2018, 12, 14), D(2018, 12, 14)),
        ("email", D(2018, 12, 11), D(2018, 12, 11)),
    ],
)
def test_each_way_has_its_day(way, answered, known):
    delivery = posted(way=DeliveryWay(way), carrier="")

    assert (delivery.answered_on, delivery.known_on) == (answered, known)


def test_a_paper_that_nobody_has_signed_for_is_no_answer_yet():
    handed = posted(way=DeliveryWay.ENTRUSTED, delivered_on=None)

    assert (handed.answered_on, handed.known_on) == (None, None)
