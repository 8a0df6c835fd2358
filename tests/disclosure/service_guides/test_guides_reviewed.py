"""What a second reading of guides found: limits and locks, what search and machines read, drafts that bind nobody."""

from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disclosure.models import GuideMaterial, OneThing, OneThingStep, Service
from disclosure.service_guides import services
from fixtures.reference_data import load_workdays
from ninghai.models.state_machine import TransitionError
from ninghai.web.public_pages.revision import current_revision
from tests.disclosure import makers as items
from tests.disclosure.makers import AT
from tests.disclosure.service_guides.makers import approved, coming, drafted, listed, published, typed, with_head
from tests.disclosure.service_guides.test_guide_versions import moment
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/services/002-permit-1/"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


# Approval, publication, cancelling.


@pytest.mark.parametrize(
    ("day", "due"),
    [
        pytest.param("2018-09-29", "2018-09-30", id="S01 a Saturday at work, then a Sunday at work"),
        pytest.param("2018-09-30", "2018-10-08", id="S01 before the National Day"),
        pytest.param("2018-12-31", "2019-01-02", id="S01 over the New Year"),
        pytest.param("2018-11-20", "2018-11-21", id="S01 within a week"),
    ],
)
def test_s01_one_working_day_after_the_approval(cast, day, due):
    load_workdays()

    assert approved(cast, at=moment(day)).publish_by == date.fromisoformat(due)


@pytest.mark.parametrize("day", ["0001-01-01", "1018-11-16", "2008-04-30", "2018-11-21", "9999-12-31"])
def test_no_other_day_is_one_of_approval(cast, day):
    guide = with_head(cast)

    answer = signed_in(cast.head).post(
        f"/work/guides/{guide.pk}/approve/", {"version": guide.version, "approved_on": day, "approval_paper": "宁财1号"}
    )

    assert (answer.status_code, "宁财1号" in answer.text) == (422, True)
    assert "批准日期不能晚于今天，也不能早于2008-05-01。" in answer.text


@pytest.mark.parametrize("act", ["approve", "return", "publish"])
def test_the_calendar_is_held_before_the_guide_is_locked(cast, act):
    """Who changes the calendar holds it, then clocks, then guides: in another order each would wait for the other."""
    load_workdays()
    guide = with_head(cast) if act == "approve" else approved(cast)
    said = {"guide": guide, "version": guide.version, "by": cast.head, "at": AT}
    acts = {
        "approve": lambda: services.approve_guide(approved_on=AT.date(), approval_paper="", **said),
        "return": lambda: services.return_guide(reason="电话有误", **said),
        "publish": lambda: services.publish_guide(effective_on=AT.date(), what_changed="", **said),
    }

    with CaptureQueriesContext(connection) as captured:
        acts[act]()

    asked = [each["sql"] for each in captured]
    held = next(n for n, sql in enumerate(asked) if "pg_advisory_xact_lock_shared" in sql)
    locked = next(
        n
        for n, sql in enumerate(asked)
        if "disclosure_guideversion" in sql and ("FOR UPDATE" in sql or sql.startswith("UPDATE"))
    )
    assert held < locked


def test_no_guide_of_a_cancelled_service_is_published(cast):
    guide = approved(cast)
    Service.objects.update(cancelled_on="2018-11-20", cancel_reason="国务院决定取消")
    guide.service.refresh_from_db()

    with pytest.raises(TransitionError, match="已经取消"):
        services.publish_guide(
            guide=guide, effective_on=AT.date(), what_changed="", version=guide.version, by=cast.head, at=AT
        )


# What the public finds.


def found(client, words: str) -> bool:
    return "食品经营许可</a>" in unescape(client.get(f"/services/?q={words}").text)


def test_search_knows_the_guide_that_holds_and_the_one_to_come_and_none_that_was_cancelled(cast, client):
    service = listed(cast.finance)
    published(cast, service, 受理条件="有固定的摊位。")
    later = coming(cast, service, 受理条件="有冷藏设备。")
    assert (found(client, "固定的摊位"), found(client, "冷藏设备")) == (True, True)

    services.cancel_guide(guide=later, reason="暂缓", version=later.version, by=cast.head, at=AT)

    assert (found(client, "固定的摊位"), found(client, "冷藏设备")) == (True, False)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "还没有办事指南"),
        ("?q=没有的", "没有找到这样的事项"),
        ("?page=9", "没有这一页"),
        ("?page=9&q=食品", "没有这一页"),
    ],
)
def test_an_empty_list_says_why(client, cast, query, words):
    assert words in client.get(f"/services/{query}").text


def test_a_material_that_two_rows_name_is_asked_for_once_for_each_service(cast, client):
    rows = [{"名称": "营业执照", "形式": form} for form in ("原件", "复印件")]
    thing = OneThing.objects.create(code="restaurant", name="我要开餐馆")
    OneThingStep.objects.create(one_thing=thing, service=published(cast, 申请材料=rows).service)

    assert "用于：食品经营许可</div>" in client.get("/services/one-things/restaurant/").text


def test_a_material_that_is_cancelled_by_then_is_not_asked_for_by_the_guide_to_come(cast, client):
    coming(cast)
    GuideMaterial.objects.filter(name="营业执照").update(cancelled_on="2018-12-01", cancel_reason="改革")

    assert "2018-12-01起取消，不再提交（改革）" in client.get(f"{PAGE}versions/1/").text


# Drafts bind nobody and show nowhere.


def test_the_basis_in_a_draft_binds_no_other_unit_until_it_is_published(cast):
    rows = [{"名称": "居住证明", "依据": "只有本单位知道的依据"}]
    own = drafted(cast, 申请材料=rows).service
    other = listed(cast.town, "108-public-1")
    said = [{"名称": "居住证明", "依据": "《居住证暂行条例》第九条"}]

    drafted(cast, other, by=cast.other_clerk, 申请材料=said)

    assert GuideMaterial.objects.get(name="居住证明").basis == ""
    published(cast, other, by=cast.other_clerk, head=cast.other_head, 申请材料=said)
    assert GuideMaterial.objects.get(name="居住证明").basis == "《居住证暂行条例》第九条"
    with pytest.raises(ValidationError, match="是共用材料"):
        drafted(cast, own, 申请材料=rows)


def test_nobody_outside_learns_when_a_draft_is_saved(cast):
    service = published(cast).service
    before = current_revision()

    drafted(cast, service, 申请材料=[{"名称": "从来没有的材料", "依据": "某条"}])

    assert current_revision() == before


def test_marks_that_turn_the_text_around_are_not_kept(cast):
    guide = drafted(cast)
    sent = {**typed(guide.content), "conditions": "有\u202e固定\u200b的场所", "version": guide.version}

    signed_in(cast.clerk).post(f"/work/guides/{guide.pk}/edit/", sent)

    guide.refresh_from_db()
    assert guide.content["受理条件"] == "有固定的场所"


def test_an_abolished_document_is_found_behind_other_words(cast):
    items.published(cast, title="旧办法", document_number="宁政发〔2009〕5号", validity="repealed")

    guide = drafted(cast, 设定依据="根据宁政发〔2009〕5号第三条")

    assert [each["rule"] for each in guide.findings] == ["abolished"]


# What programs read.


def test_the_interface_tells_what_the_page_shows_and_nothing_that_is_not_public(cast, client):
    service = listed(cast.finance)
    published(cast, service)
    later = coming(cast, service, 承诺办结时限="3个工作日", 办理流程=[{"环节": "办结", "时限": "3个工作日"}])
    secret = "只有本单位知道的受理条件"
    drafted(cast, service, 受理条件=secret)
    approved(cast, listed(cast.finance, "002-hidden-1", name=secret), 受理条件=secret)

    [row] = client.get("/api/v1/services/").json()["services"]
    told = client.get("/api/v1/services/002-permit-1/").json()

    assert (row["code"], row["version"], row["promise"], row["fee"]) == ("002-permit-1", 1, "5个工作日", "不收费")
    assert row.items() <= told.items()
    assert told["shown"]["effective_on"] == "2018-11-20"
    assert [each["version"] for each in told["editions"]] == [2, 1]
    assert told["editions"][0]["verify_code"] == later.verify_code
    assert told["content"]["办理流程"][0] == {"环节": "受理", "时限": "1个工作日", "内容": "材料齐全的当场受理。"}
    assert [each["name"] for each in told["materials"]] == ["食品经营许可申请书", "营业执照"]
    assert client.get("/api/v1/services/002-hidden-1/").status_code == 404
    for address in (
        "/api/v1/services/",
        "/api/v1/services/002-permit-1/",
        "/feeds/services.xml",
        "/catalogue/dcat.jsonld",
    ):
        assert secret not in client.get(address).content.decode(), address
    Service.objects.filter(pk=service.pk).update(cancelled_on="2018-11-20", cancel_reason="国务院决定取消。")
    gone = client.get("/api/v1/services/002-permit-1/")
    assert (gone.status_code, gone.json()["error"]["message"]) == (410, "这个事项从2018-11-20起取消：国务院决定取消。")


def test_the_interface_lists_services_page_by_page(cast, client):
    for number in range(5):
        published(cast, listed(cast.finance, f"002-permit-{number}"))
    published(cast, listed(cast.town, "108-public-1", kind="public"), by=cast.other_clerk, head=cast.other_head)

    codes, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/services/?size=4&cursor={cursor}").json()
        codes += [each["code"] for each in page["services"]]
        cursor = page["next"]

    assert (page["count"], codes) == (6, [*(f"002-permit-{number}" for number in range(5)), "108-public-1"])
    assert client.get("/api/v1/services/?unit=108&kind=public").json()["count"] == 1
    for broken in ("unit=x", "kind=x", "size=101", "cursor=x", "cursor=eyJhZnRlciI6MX0"):
        assert client.get(f"/api/v1/services/?{broken}").status_code == 422, broken


def test_the_feed_tells_each_version_with_its_day(cast, client):
    service = listed(cast.finance)
    published(cast, service)
    coming(cast, service)

    answer = client.get("/feeds/services.xml")

    root, atom = ElementTree.fromstring(answer.content), "{http://www.w3.org/2005/Atom}"  # noqa: S314 - our own file
    entries = list(root.iter(f"{atom}entry"))
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert [each.findtext(f"{atom}title") for each in entries] == [f"食品经营许可办事指南（第{n}版）" for n in (2, 1)]
    assert entries[0].findtext(f"{atom}summary") == "2018-12-20起施行。时限缩短"
    assert entries[0].find(f"{atom}link").get("href") == f"http://testserver{PAGE}versions/2/"


def test_open_data_has_the_services_as_a_data_set(cast, client):
    assert client.get("/catalogue/dcat.jsonld").json()["dcat:dataset"] == []
    published(cast)

    [told] = client.get("/catalogue/dcat.jsonld").json()["dcat:dataset"]

    assert (told["dct:title"], "共 1 项" in told["dct:description"]) == ("宁海县服务事项和办事指南", True)
    for way in told["dcat:distribution"]:
        assert client.get(way["dcat:accessURL"]["@id"].removeprefix("http://testserver")).status_code == 200
