"""Open311: what everybody reads, what a key reads and sends, and that a second sending is the same request."""

from xml.etree import ElementTree

import pytest
from django.core.cache import cache

from disclosure.exchange.messages import withdraw_key
from disclosure.exchange.open311 import RequestIds
from disclosure.hotline.kind import HOTLINE_KIND
from disclosure.models import ExchangeRequest, HotlineCase
from ninghai.cases import register
from ninghai.models import AuditEntry
from ninghai.sealed.services import look
from tests.disclosure.exchange import makers
from tests.disclosure.exchange.makers import WORDS, asked, call_sent, partner, sent
from tests.disclosure.hotline import makers as calls
from tests.disclosure.test_races import at_once
from tests.security.test_sealed_people import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    cache.clear()


def read(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # noqa: S314 - our own


def listed(**params) -> list[dict]:
    answer = asked("requests.json", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


# What everybody reads.


def test_services_and_definitions_are_read_without_a_key():
    topic = calls.topic()

    services = asked("services.json").json()
    definition = asked(f"services/{topic.pk}.json").json()

    assert {"service_code": str(topic.pk), "service_name": "城市管理", "type": "realtime"}.items() <= services[
        0
    ].items()
    assert [each["code"] for each in definition["attributes"]] == ["matter", "confidential", "about"]
    assert {"key": "complaint", "name": "投诉"} in definition["attributes"][0]["values"]


def test_the_same_as_xml():
    topic = calls.topic()

    answer = asked("services.xml")
    root = read(answer.content)

    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert (root.tag, root[0].tag, root[0].findtext("service_code")) == ("services", "service", str(topic.pk))
    assert root[0].findtext("metadata") == "true"
    definition = read(asked(f"services/{topic.pk}.xml").content)
    assert definition.find("attributes/attribute/values/value/key").text == "ask"


def test_discovery_names_both_formats():
    said = asked("discovery.json").json()

    assert said["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert read(asked("discovery.xml").content).find("endpoints/endpoint/formats/format").text


def test_H17_closed_requests_without_callers_in_our_zone_with_the_lead(cast):
    calls.closed(cast)

    [said] = listed(status="closed")

    assert said["agency_responsible"] == "县财政局"
    assert said["requested_datetime"].endswith("+08:00")
    assert (said["status"], said["status_description"]) == ("closed", "fixed")
    assert listed(status="open") == []
    told = asked("requests.json", status="closed").text + asked("requests.xml", status="closed").text
    assert not [word for word in (*calls.CALLER.values(), calls.CONTENT, calls.SUBJECT, "热线〔") if word in told]


EXPECTED = {
    "taken": "confirmed",
    "handed_on": "investigating",
    "returning": "investigating",
    "handling": "in progress",
    "extending": "in progress",
    "asking": "in progress",
    "ending": "in progress",
    "answered": "in progress",
    "calling": "in progress",
    "closed": "fixed",
    "direct": "fixed",
    "guided": "internal referral",
    "refused": "unable to fix",
    "no_longer": "unable to fix",
}


@pytest.mark.parametrize("state", calls.STATES)
def test_the_map_of_states(cast, state):
    made = calls.STATES[state](cast)

    [said] = listed()

    assert said["status_description"] == EXPECTED[state]
    assert said["status"] == ("open" if made.case.is_open else "closed")
    assert said["status_notes"] == HOTLINE_KIND.state(state).public_label


def test_the_map_of_promises_of_what_is_elsewhere_and_of_duplicates(cast):
    calls.services.promise(
        **calls.seen(calls.handling(cast)),
        promised_for=calls.later(days=20).date(),
        reason="要等材料",
        by=cast.clerk,
        at=calls.later(days=1),
    )
    elsewhere = {"ground": "elsewhere", "reason": "不属于本县，请向邻县反映"}
    calls.stepped(calls.taken(cast), "refused", by=cast.office, at=calls.CALLED, **elsewhere)
    first, second = calls.taken(cast), calls.taken(cast)
    register.merge_case(case=second.case, into=first.case, by=cast.office, at=calls.CALLED)

    said = [each["status_description"] for each in listed()]

    assert sorted(said) == ["action scheduled", "confirmed", "duplicate", "not responsible"]


def test_nothing_confidential_no_report_and_nothing_about_a_unit_is_there(cast):
    for kept in (
        {"is_confidential": True},
        {"matter": "report"},
        {"matter": "report", "about": [cast.town]},
        {"about": [cast.town]},
    ):
        hidden = calls.handed_on(cast, **kept)
        ids = RequestIds().of(hidden)
        assert listed() == listed(service_request_id=ids) == []
        assert asked(f"requests/{ids}.json").status_code == 404
    void = calls.stepped(calls.taken(cast), "void", by=cast.office, at=calls.CALLED, reason="重复录入")
    assert void.case.status == "void"
    assert listed() == []


def test_ids_tell_neither_order_nor_how_many_there_are(cast):
    first, second = calls.taken(cast), calls.taken(cast)

    ids = RequestIds()

    assert ids.read(ids.of(first)) == first.pk
    assert ids.of(first) != ids.of(second)
    assert str(first.pk) not in ids.of(first).split("-")
    assert 0 <= ids.read("00000000-0000-0000-0000-000000000001") < 2**63
    assert ids.read("not one") == 0


def test_requests_are_narrowed_by_day_service_and_id(cast):
    call, other = calls.taken(cast), calls.taken(cast, topic=calls.topic("环境保护"), at=calls.later(days=-60))
    ids = RequestIds()

    assert len(listed()) == 2
    assert [each["service_request_id"] for each in listed(start_date="2018-11-01T00:00:00Z")] == [ids.of(call)]
    assert [each["service_name"] for each in listed(service_code=other.topic_id)] == ["环境保护"]
    both = ",".join([ids.of(call), ids.of(other), "nothing"])
    assert len(listed(service_request_id=both)) == 2
    assert len(listed(page_size=1)) == len(listed(page_size=1, page=2)) == 1
    assert listed(page_size=1) != listed(page_size=1, page=2)


@pytest.mark.parametrize(
    "params",
    [
        {"status": "fixed"},
        {"start_date": "2018-01-01T00:00:00Z", "end_date": "2018-11-01T00:00:00Z"},
        {"start_date": "2018-11-02T00:00:00Z", "end_date": "2018-11-01T00:00:00Z"},
        {"start_date": "0001-01-01T00:00:00Z"},
        {"end_date": "9999-12-31T23:59:59Z"},
        {"start_date": "2018-11-01"},
        {"page": "0"},
        {"page_size": "1001"},
    ],
)
def test_what_cannot_be_asked_is_refused_in_the_shape_of_the_specification(params):
    answer = asked("requests.json", **params)
    as_xml = read(asked("requests.xml", **params).content)

    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400
    assert as_xml.findtext("error/code") == "400"
    assert as_xml.findtext("error/description") == answer.json()[0]["description"]


@pytest.mark.parametrize(
    "address",
    ["services/999999.json", "services/x.json", "requests/x.json", "tokens/x.json", "requests.json?service_code=x"],
)
def test_what_is_not_there_is_not_found(address):
    assert asked(address).status_code == 404


def test_a_list_costs_the_same_with_many_as_with_few(cast, django_assert_max_num_queries):
    for _ in range(4):
        calls.handed_on(cast)
    listed()

    with django_assert_max_num_queries(8):
        assert len(listed()) == 4


# Sending.


def test_a_matter_is_taken_in_as_any_other_and_its_words_are_sealed(cast):
    _, key = partner(cast)
    given = {"address_id": "108", "lat": "29.29", "long": "121.42", "first_name": "来电", "last_name": "甄"}

    answer = sent(key, phone=calls.PHONE, email="zhen@example.cn", **given, **{"attribute[matter]": "complaint"})

    [said] = answer.json()
    call = HotlineCase.objects.with_case().get()
    assert (call.case.status, call.case.channel, call.matter, call.town) == (
        "taken",
        "province",
        "complaint",
        cast.town,
    )
    assert call.case.number in said["service_notice"]
    tables = every_table()
    assert [name for name, text in tables.items() if WORDS in text or calls.PHONE in text or "中山路" in text] == []
    words = look(call.case, by=None, purpose="测试", at=calls.CALLED, only=("text",))["text"]
    assert words == f"{WORDS}\n地点：跃龙街道中山路\n经纬度：29.29, 121.42"
    caller = look(call, by=None, purpose="测试", at=calls.CALLED)["caller"]
    assert caller == {"name": "甄来电", "phone": calls.PHONE, "address": "电子邮箱 zhen@example.cn"}


def test_the_round_trip_as_xml(cast):
    _, key = partner(cast)

    root = read(sent(key, ending="xml", client_reference="A-17").content)

    found = read(asked(f"tokens/{root.findtext('request/token')}.xml").content)
    number = root.findtext("request/service_request_id")
    assert root.tag == found.tag == "service_requests"
    assert found.findtext("request/service_request_id") == number
    one = read(asked(f"requests/{number}.xml", key=key).content)
    assert one.findtext("request/status") == "open"
    assert [each["service_request_id"] for each in listed()] == [number]


def test_a_key_reads_what_it_sent_with_what_the_caller_is_told(cast):
    _, key = partner(cast)
    _, other = partner(cast, "别的平台")
    call = call_sent(key, **{"attribute[confidential]": "true"})
    calls.stepped(call, "direct", by=cast.office, at=calls.later(days=9), words="办理时间是周一到周五。")
    number = RequestIds().of(call)

    [own] = asked(f"requests/{number}.json", key=key).json()

    assert "办理时间是周一到周五。" in own["status_notes"]
    assert (
        asked(f"requests/{number}.json").status_code == asked(f"requests/{number}.json", key=other).status_code == 404
    )
    assert len(asked("requests.json", key=key).json()) == 1
    assert asked("requests.json", key=other).json() == []


def test_a_report_that_a_platform_sends_never_reaches_its_unit_nor_the_public(cast):
    _, key = partner(cast)

    call = call_sent(key, **{"attribute[matter]": "report", "attribute[about]": "002"})

    assert list(call.about.all()) == [cast.finance]
    assert call.is_confidential
    assert call not in HotlineCase.objects.visible_to(cast.clerk)
    assert listed() == []


def test_a_platform_takes_no_report_about_the_unit_that_uses_it_and_hears_of_none(cast):
    made, key = partner(cast, "基层治理平台", url="https://platform.example.cn/in", unit=cast.finance)

    refused = sent(key, **{"attribute[matter]": "complaint", "attribute[about]": "002"})
    call = call_sent(key)
    call.about.set([cast.finance])  # as the office corrects it

    assert refused.status_code == 400
    assert "使用这个平台的单位" in refused.json()[0]["description"]
    assert asked("requests.json", key=key).json() == []
    assert asked(f"requests/{RequestIds().of(call)}.json", key=key).status_code == 404
    assert makers.told_by_worker() == 0
    assert not made.messages.exists()


def test_the_same_reference_is_the_same_request(cast):
    _, key = partner(cast)
    _, other = partner(cast, "别的平台")

    first, again = sent(key, client_reference="A-17"), sent(key, client_reference="A-17")
    by_header = sent(key, headers={"Idempotency-Key": "A-17"})
    of_other = sent(other, client_reference="A-17")

    assert first.json() == again.json() == by_header.json()
    assert of_other.json() != first.json()
    assert HotlineCase.objects.count() == 2
    assert sent(key).json()[0]["token"] != sent(key).json()[0]["token"]


def test_the_same_reference_with_other_words_is_refused_and_nothing_changed(cast):
    _, key = partner(cast)
    sent(key, client_reference="A-17")

    answer = sent(key, client_reference="A-17", description="另一件事")

    assert answer.status_code == 409
    assert HotlineCase.objects.count() == ExchangeRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_reference_sent_at_once_is_one_request(cast):
    _, key = partner(cast)
    calls.topic()

    answers = at_once([lambda: sent(key, client_reference="A-17")] * 6)

    assert {each.status_code for each in answers} == {200}
    assert len({each.json()[0]["service_request_id"] for each in answers}) == 1
    assert HotlineCase.objects.count() == ExchangeRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"api_key": ""}, 400),
        ({"api_key": "wrong"}, 403),
        ({"service_code": "999"}, 404),
        ({"service_code": None}, 400),
        ({"description": ""}, 400),
        ({"description": "长" * 4001}, 400),
        ({"address_string": ""}, 400),
        ({"address_id": "999"}, 404),
        ({"address_id": "0\0"}, 400),
        ({"attribute[about]": "\0"}, 400),
        ({"lat": "91", "long": "0"}, 400),
        ({"attribute[matter]": "x"}, 400),
        ({"attribute[about]": "001"}, 400),  # about the county office: elsewhere
        ({"attribute[confidential]": "true", "phone": "13957400021", "description": "请打13957400021"}, 400),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(cast, changes, status):
    _, key = partner(cast)

    answer = sent(key, **changes)

    assert answer.status_code == status, answer.text
    assert answer.json()[0]["description"].endswith("。")
    assert not HotlineCase.objects.exists()


# Keys.


def test_keys_are_kept_as_hashes_and_end_when_they_are_withdrawn(cast):
    made, key = partner(cast)
    assert key not in str(vars(made))

    withdraw_key(partner=made, by=cast.office, at=calls.CALLED)

    assert sent(key).status_code == asked("requests.json", key=key).status_code == 403


def test_a_new_key_ends_the_old_one(cast):
    made, key = partner(cast)

    new, secret = makers.issue_key(partner=made, by=cast.office, at=calls.CALLED)

    assert sent(key).status_code == 403
    assert sent(new).status_code == 200
    assert secret == makers.secret_of(made)


def test_what_is_done_with_a_key_stands_in_the_trail_and_reading_once_an_hour(cast, settings):
    made, key = partner(cast)
    sent(key, client_reference="A-17")
    sent(key, client_reference="A-18")
    for address in ("requests.json", "requests/x.json"):
        asked(address, key=key)
        asked(address, key=key)
    asked("requests.json")
    settings.CLOCK_DATE = "2018-11-21"
    asked("requests.json", key=key)

    calls_noted = AuditEntry.objects.filter(action="exchange", target_id=str(made.pk))

    assert [each.detail["what"] for each in calls_noted] == ["提交", "提交", "查询清单", "查询一件", "查询清单"]
    assert key not in str(list(AuditEntry.objects.values_list("detail", "reason", "target_label")))


def test_who_asks_too_often_waits(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "exchange": (2, 60)}

    answers = [asked("services.json") for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert answers[-1].json()[0]["code"] == 429


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)(f"{makers.BASE}/requests.json").status_code == 405


def test_head_answers_like_get(client):
    calls.topic()

    assert client.head(f"{makers.BASE}/services.json").status_code == 200


# Of the specification's own examples.


def test_the_published_example_of_a_request_is_taken(cast):
    """POST of GeoReport v2, field by field; `jurisdiction_id`, `device_id` and `account_id` are of no use here, and not in the way."""
    _, key = partner(cast)
    example = {
        "jurisdiction_id": "city.gov",
        "lat": "37.76524078",
        "long": "-122.4212043",
        "address_string": "1234 5th street",
        "email": "smit333@sfgov.edu",
        "device_id": "tt222111",
        "account_id": "123456",
        "first_name": "john",
        "last_name": "smith",
        "phone": "111111111",
        "description": "A large sinkhole is destroying the street",
        "media_url": "http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg",
    }

    answer = sent(key, ending="xml", **example)

    assert answer.status_code == 200
    assert read(answer.content).findtext("request/service_request_id")
