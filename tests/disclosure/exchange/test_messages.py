"""Messages to and from platforms, against a stand-in: signed, kept, sent until they are taken, once more by the office; and what is never sent."""

import hashlib
import hmac
import json
import time
from ipaddress import ip_network
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from disclosure.exchange import messages
from disclosure.exchange.messages import ADAPTERS, register_adapter, repeat, tell_partners, withdraw_key
from disclosure.hotline import services
from disclosure.models import ExchangeMessage, HotlineCase
from ninghai.cases.kinds import EngineEvent
from ninghai.cases.register import forget_people
from ninghai.models import AuditEntry, Job, Message
from ninghai.models.state_machine import TransitionError
from ninghai.sealed.services import look
from tests.disclosure.exchange.makers import answered, call_sent, handed_over, partner, told_by_worker
from tests.disclosure.hotline import makers as calls
from tests.ninghai.receivers import county_server

pytestmark = pytest.mark.django_db
LATER = calls.later(days=1)


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def platform(settings):
    """The stand-in: takes documents, and answers with its `status`."""
    settings.EXCHANGE_NETWORKS = [ip_network("127.0.0.0/8")]
    with county_server() as server:
        yield server


def documents(platform, kind: str = "request.status") -> list[dict]:
    return [said for each in platform.posted if (said := json.loads(each.body))["type"] == kind]


# How a matter goes on.


def test_a_platform_is_told_of_each_change_that_a_caller_reads(cast, platform):
    _, key = partner(cast, url=f"{platform.url}/status")
    call = call_sent(key, client_reference="A-17")
    assert told_by_worker(at=calls.later(days=8)) == 1
    calls.handed_on(cast, call, at=calls.later(days=9))
    assert told_by_worker(at=calls.later(days=9)) == 1
    calls.stepped(call, "urged", by=cast.office, at=calls.later(days=9), cause="other")

    assert told_by_worker(at=calls.later(days=9)) == told_by_worker(at=calls.later(days=9)) == 0

    said = documents(platform)
    assert [each["status_description"] for each in said] == ["confirmed", "investigating"]
    assert [each["reference"] for each in said] == ["A-17"] * 2
    assert said[1]["agency_responsible"] == "县财政局"
    assert set(ExchangeMessage.objects.values_list("status", flat=True)) == {"sent"}


def test_the_result_goes_out_with_what_the_caller_is_told(cast, platform):
    _, key = partner(cast, url=platform.url)
    call = call_sent(key)
    calls.stepped(call, "direct", by=cast.office, at=calls.later(days=9), words="办理时间是周一到周五。")

    told_by_worker(at=calls.later(days=9))

    [said] = documents(platform)
    assert (said["status"], said["status_description"]) == ("closed", "fixed")
    assert said["answers"] == [["答复", ["办理时间是周一到周五。"]]]


def test_a_message_is_signed_over_the_exact_body(cast, platform):
    made, key = partner(cast, url=f"{platform.url}/in?a=1")
    call_sent(key)
    told_by_worker()

    [posted] = platform.posted
    timestamp, secret = posted.headers["X-Ninghai-Timestamp"], messages.secret_of(made)
    expected = hmac.new(secret.encode(), f"{timestamp}.".encode() + posted.body, hashlib.sha256).hexdigest()
    assert posted.headers["X-Ninghai-Signature"] == f"sha256={expected}"
    assert abs(int(timestamp) - time.time()) < 60
    assert posted.path == "/in?a=1"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_is_posted_again_under_the_same_id_and_given_up_at_last(cast, platform, status):
    _, key = partner(cast, url=platform.url)
    call_sent(key)
    platform.status = status
    told_by_worker()
    assert ExchangeMessage.objects.get().status == "waiting"
    for _ in range(6):
        Job.objects.update(next_try_at=Now())
        told_by_worker()

    message = ExchangeMessage.objects.get()
    assert (message.status, len(platform.posted)) == ("failed", 5)
    assert message.error == f"对方没有接收：{status}"
    assert {json.loads(each.body)["id"] for each in platform.posted} == {str(message.pk)}
    assert AuditEntry.objects.filter(action="exchange", target_id=str(message.pk)).count() >= 5


def test_the_office_sends_it_once_more_the_same_bytes_under_the_same_id(cast, platform):
    _, key = partner(cast, url=platform.url)
    call_sent(key)
    told_by_worker()
    message = ExchangeMessage.objects.get()

    repeat(message=message, by=cast.office, at=LATER)
    with pytest.raises(TransitionError):
        repeat(message=ExchangeMessage.objects.get(), by=cast.office, at=LATER)
    told_by_worker(at=LATER)

    first, again = platform.posted
    assert first.body == again.body
    assert ExchangeMessage.objects.get().status == "sent"


def test_nothing_goes_to_a_platform_that_was_withdrawn_or_has_no_address(cast, platform):
    made, key = partner(cast, url=platform.url)
    call_sent(key)
    _, silent = partner(cast, "只收不推")
    call_sent(silent)
    tell_partners(at=calls.CALLED)
    withdraw_key(partner=made, by=cast.office, at=calls.CALLED)

    told_by_worker()

    assert platform.posted == []
    assert ExchangeMessage.objects.get().job.error.startswith("这个平台已经停用")


def test_messages_are_destroyed_with_their_case(cast, platform):
    _, key = partner(cast, url=platform.url)
    call = call_sent(key)
    calls.stepped(call, "direct", by=cast.office, at=calls.later(days=9), words="已经处理。")
    told_by_worker(at=calls.later(days=9))
    forget_people(at=calls.later(days=365 * 12))

    message = ExchangeMessage.objects.get()
    with pytest.raises(TransitionError, match="销毁"):
        repeat(message=message, by=cast.office, at=calls.later(days=365 * 12))

    assert opened(message, "body") == "已按期限销毁"
    assert tell_partners(at=calls.later(days=365 * 12)) == 0


def test_where_an_address_leads_inside_nothing_is_sent(cast, platform, settings):
    settings.EXCHANGE_NETWORKS = []
    _, key = partner(cast, url=platform.url)
    call_sent(key)

    told_by_worker()

    assert platform.posted == []
    assert "内部网络" in Job.objects.get(kind="exchange").error


# Handed over to the platform of a unit, and what comes back.


def test_what_a_unit_leads_is_handed_to_its_platform_once(cast, platform):
    made, _ = partner(cast, "基层治理平台", url=platform.url, unit=cast.finance)
    call = calls.handed_on(cast)
    calls.handed_on(cast, lead=cast.town)

    assert (told_by_worker(), told_by_worker()) == (1, 0)

    [said] = documents(platform, "request.handover")
    assert said["id"] == str(handed_over(made).pk)
    assert said["number"] == call.case.number
    assert said["description"] == calls.CONTENT
    assert said["caller"]["phone"] == calls.PHONE
    assert said["due_on"] == "2018-11-21"


def test_of_a_confidential_caller_the_matter_alone_is_handed_over(cast, platform):
    partner(cast, url=platform.url, unit=cast.finance)
    calls.handed_on(cast, is_confidential=True)

    told_by_worker()

    [said] = documents(platform, "request.handover")
    assert said["caller"] == {}
    assert not [value for value in calls.CALLER.values() if value in platform.posted[0].body.decode()]


def test_no_report_and_nothing_about_a_unit_leaves_the_portal(cast, platform):
    partner(cast, url=platform.url, unit=cast.finance)
    calls.handed_on(cast, matter="report")
    calls.handed_on(cast, about=[cast.town])

    assert told_by_worker() == 0
    assert platform.posted == []


def test_what_waited_to_be_sent_stays_here_when_it_turns_out_to_be_about_the_unit(cast, platform):
    made, _ = partner(cast, "基层治理平台", url=platform.url, unit=cast.finance)
    call = calls.handed_on(cast)
    tell_partners(at=calls.CALLED)
    services.recall(**calls.seen(call), reason="反映的就是这个单位", by=cast.office, at=LATER)
    call.about.set([cast.finance])

    told_by_worker(at=LATER)

    assert platform.posted == []
    assert "不再移交" in handed_over(made).job.error


def test_what_is_done_again_is_handed_over_again(cast, platform):
    made, _ = partner(cast, url=platform.url, unit=cast.finance)
    call = calls.handed_on(cast)
    told_by_worker()
    call = calls.called_back(
        cast, calls.calling(cast, calls.answered(cast, calls.handling(cast, call))), outcome="satisfied"
    )
    services.redo(**calls.seen(call), reason="又在施工", by=cast.office, at=calls.later(days=6))

    assert told_by_worker(at=calls.later(days=6)) == 1
    assert made.messages.filter(kind="handover").count() == 2


@pytest.fixture
def handed(cast, platform):
    """A matter that a platform was handed."""
    made, key = partner(cast, "基层治理平台", url=platform.url, unit=cast.finance)
    call = calls.handed_on(cast)
    told_by_worker()
    return made, key, call


def result(made, **changes) -> dict:
    said = {"id": "R-1", "handover": str(handed_over(made).pk), "act": "result", "words": "已经责令停工。"}
    return {**said, **changes}


def test_what_comes_back_is_kept_beside_the_case_and_its_unit_is_told(cast, handed):
    made, key, call = handed

    answer = answered(made, key, result(made))

    assert (answer.status_code, answer.json()["status"]) == (200, "taken")
    note = call.case.events.get(kind=EngineEvent.NOTE)
    said = opened(note)
    assert said == "基层治理平台回传：办理结果\n已经责令停工。"
    assert note.by is None
    assert calls.fresh(call).case.status == "handed_on"  # the unit answers itself
    assert Message.objects.filter(unit=cast.finance, subject__contains="基层治理平台已回传").exists()
    kept = made.messages.get(kind="result")
    assert json.loads(opened(kept, "body"))["words"] == "已经责令停工。"


def opened(record, field: str = "words") -> str:
    return look(record, by=None, purpose="测试", at=calls.CALLED)[field]


def test_the_same_answer_twice_changes_nothing(handed):
    made, key, call = handed

    first, again = answered(made, key, result(made)), answered(made, key, result(made))

    assert first.json() == again.json()
    assert call.case.events.filter(kind=EngineEvent.NOTE).count() == 1


def test_an_answer_that_comes_too_late_is_kept_and_taken_in_later(cast, handed):
    made, key, call = handed
    services.recall(**calls.seen(call), reason="改由深甽镇办理", by=cast.office, at=LATER)

    answer = answered(made, key, result(made))

    assert answer.status_code == 409
    kept = made.messages.get(kind="result")
    assert (kept.status, kept.error) == ("refused", "这一件现在没有主办单位。")
    calls.handed_on(cast, calls.fresh(call), at=calls.later(days=2))
    repeat(message=kept, by=cast.office, at=calls.later(days=3))
    assert made.messages.get(kind="result").status == "taken"
    assert calls.fresh(call).case.events.filter(kind=EngineEvent.NOTE).exists()
    with pytest.raises(TransitionError):
        repeat(message=made.messages.get(kind="result"), by=cast.office, at=calls.later(days=3))


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"secret": "another"}, 403),
        ({"timestamp": "1542675600"}, 403),
        ({"timestamp": "x"}, 403),
        ({"timestamp": " "}, 422),
        ({"body": b"[]"}, 400),
        ({"body": b"{"}, 400),
        ({"body": b"\xff"}, 400),
        ({"body": b"[" * 9000}, 400),
        ({"body": b'{"id": 1, "handover": 2, "act": {}, "words": []}'}, 400),
        ({"body": b"x" * 20_001}, 400),
    ],
)
def test_what_is_not_signed_or_cannot_be_read_is_refused(handed, how, status):
    made, key, _ = handed

    answer = answered(made, key, result(made), **how)

    assert answer.status_code == status
    assert not made.messages.filter(kind="result").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "close"},
        {"words": "长" * 2001},
        {"words": "\ud800"},
        {"id": ""},
        {"id": "x" * 101},
        {"id": "\ud800"},
        {"handover": str(uuid4())},
    ],
)
def test_what_cannot_be_meant_is_refused(handed, changes):
    made, key, _ = handed

    answer = answered(made, key, result(made, **changes))

    assert answer.status_code == 400
    assert answer.json()[0]["description"].endswith("。")


def test_another_platform_cannot_answer_for_it(cast, handed):
    made, _, call = handed
    other, other_key = partner(cast, "别的平台")

    answer = answered(other, other_key, result(made))

    assert answer.status_code == 400
    assert not call.case.events.filter(kind=EngineEvent.NOTE).exists()


class ShoutingAdapter:
    """A platform with words of its own."""

    label = "某平台"

    def outward(self, document):
        return {"type": "request.handover", "GDBH": document["number"], "XH": document["id"]}

    def inward(self, document):
        return {"id": document["XXBH"], "handover": document["XH"], "act": "result", "words": document["JG"]}


def test_an_adapter_is_all_that_a_platform_of_other_words_needs(cast, platform):
    register_adapter("shouting", ShoutingAdapter())
    try:
        made, key = partner(cast, url=platform.url, unit=cast.finance, adapter="shouting")
        call = calls.handed_on(cast)
        told_by_worker()
        [posted] = platform.posted
        said = json.loads(posted.body)

        answer = answered(made, key, {"XXBH": "1", "XH": said["XH"], "JG": "已经办结"})

        assert said["GDBH"] == call.case.number
        assert answer.status_code == 200
    finally:
        ADAPTERS.pop("shouting")


class BrokenAdapter(ShoutingAdapter):
    cannot = ""

    def outward(self, document):
        if document["number"] == self.cannot:
            raise KeyError("GDBH")
        return super().outward(document)


def test_a_matter_on_which_an_adapter_fails_stops_no_other_and_no_other_platform(cast, platform):
    broken = BrokenAdapter()
    register_adapter("broken", broken)
    try:
        partner(cast, "某平台", url=platform.url, unit=cast.finance, adapter="broken")
        partner(cast, "另一平台", url=platform.url, unit=cast.finance)
        broken.cannot = calls.handed_on(cast).case.number
        calls.handed_on(cast)

        assert told_by_worker() == 1 + 2
    finally:
        ADAPTERS.pop("broken")


def test_a_matter_without_a_platform_costs_no_message(cast):
    calls.handed_on(cast)

    assert tell_partners(at=calls.CALLED) == 0
    assert HotlineCase.objects.count() == 1
