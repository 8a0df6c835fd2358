"""From the draft to what people read: three answers, the source shown and not copied, checked when it changes, gone with it."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from disclosure.items.lifecycle import withdraw_item
from disclosure.knowledge import services
from disclosure.knowledge.shown import GONE, OVERDUE, PAST, SINCE
from disclosure.knowledge.waiting import remind_of_knowledge
from disclosure.models import Answer, Correction, GuideMaterial, Knowledge, Service
from fixtures.reference_data import load_workdays
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import Message
from ninghai.models.state_machine import StaleError, TransitionError
from tests.disclosure import makers as items
from tests.disclosure.knowledge.makers import (
    AT,
    QUESTION,
    answered,
    drafted,
    given,
    in_review,
    passed,
    published,
    signed,
    source_changes,
    sourced,
    typed,
    with_head,
)
from tests.disclosure.makers import corrected
from tests.disclosure.service_guides.makers import coming
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
FEE = {"收费": "收费", "收费标准": "每证20元", "收费依据": "浙价费〔2018〕1号"}


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


@pytest.fixture
def client() -> Client:
    return Client()


def page_of(client: Client, knowledge: Knowledge, *, status: int = 200) -> str:
    answer = client.get(knowledge.get_absolute_url())
    assert answer.status_code == status
    return unescape(answer.content.decode())


def standing(knowledge: Knowledge) -> str:
    return Knowledge.objects.get(pk=knowledge.pk).status


# One source for site and hall.


def test_s12_the_fee_is_changed_once_and_both_pages_show_it_with_its_version(cast, client):
    knowledge = published(cast, fields=["收费", "收费标准"])
    before = page_of(client, knowledge)
    assert "不收费" in before
    assert "办事指南第1版" in before

    source_changes(cast, **FEE)

    answer, guide = page_of(client, knowledge), client.get("/services/002-permit-1/").content.decode()
    assert "每证20元" in answer
    assert "每证20元" in guide
    assert "办事指南第2版，2018-11-20起施行" in answer
    assert SINCE in answer
    assert "每证20元" in client.get(f"/api/v1/knowledge/{knowledge.number}/").json()["fields"][1]["text"]


def test_a_version_to_come_changes_the_answer_on_its_day_alone(cast, client, settings):
    knowledge = published(cast)
    coming(cast, knowledge.service, **FEE)
    assert SINCE not in page_of(client, knowledge)

    settings.CLOCK_DATE = settings.CLOCK_SINCE = f"{AT.date() + timedelta(days=30)}"

    assert SINCE in page_of(client, knowledge)


def test_figures_of_the_guide_are_not_copied_into_the_answer(cast):
    draft = drafted(cast, answer="请打0574-65261234，5个工作日办好。")

    with pytest.raises(ValidationError, match="承诺办结时限"):
        services.hand_in_knowledge(knowledge=draft, version=draft.version, by=cast.clerk, at=AT)


def test_a_material_that_is_cancelled_is_not_asked_for(cast, client):
    knowledge = published(cast, fields=["申请材料"])
    GuideMaterial.objects.filter(name="营业执照").update(cancelled_on=AT.date(), cancel_reason="数据共享")

    page = page_of(client, knowledge)

    assert "食品经营许可申请书" in page
    assert "营业执照" not in page


def test_an_item_is_a_source_too_and_gone_when_it_is_withdrawn(cast, client):
    item = items.published(cast, title="预算公开办法", document_number="宁财〔2018〕9号")
    knowledge = published(cast, item=item, fields=["发文字号"])
    page = page_of(client, knowledge)
    assert "宁财〔2018〕9号" in page
    assert "《预算公开办法》第1版" in page

    withdraw_item(item=item, reason="wrong", explanation="数字有误", by=cast.office, at=AT)

    gone = page_of(client, knowledge, status=410)
    assert GONE in gone
    assert "宁财〔2018〕9号" not in gone
    assert "没有其他费用" not in gone
    assert QUESTION not in client.get("/knowledge/").content.decode()


def test_without_its_service_an_answer_is_not_shown(cast, client):
    knowledge = published(cast)
    Service.objects.update(cancelled_on=AT.date(), cancel_reason="取消")

    assert GONE in page_of(client, knowledge, status=410)
    assert client.get(f"/api/v1/knowledge/{knowledge.number}/").status_code == 410
    with pytest.raises(ValidationError, match="来源已经取消"):
        services.confirm_knowledge(
            knowledge=knowledge, review_by=date(2019, 6, 1), valid_until=None, version=knowledge.version, by=cast.head, at=AT
        )  # fmt: skip


def test_past_its_last_day_an_answer_is_not_shown(cast, client, settings):
    knowledge = published(cast, valid_until=date(2018, 11, 20))
    assert page_of(client, knowledge)

    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-21"

    assert PAST in page_of(client, knowledge, status=410)
    assert QUESTION not in client.get("/feeds/knowledge.xml").content.decode()


def test_past_its_day_of_review_it_says_that_it_is_checked(cast, client, settings):
    knowledge = published(cast, review_by=date(2018, 11, 21))
    assert OVERDUE not in page_of(client, knowledge)

    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-22"

    assert OVERDUE in page_of(client, knowledge)
    assert client.get(f"/api/v1/knowledge/{knowledge.number}/").json()["is_being_checked"]
    assert "核对中" in unescape(signed_in(cast.clerk).get("/work/knowledge/").content.decode())


def test_materials_are_told_in_words(cast, client):
    page = page_of(client, published(cast, fields=["申请材料"]))

    assert "食品经营许可申请书（" in page
    assert "｜" not in page


# The review.


def test_what_has_no_source_any_more_is_not_published(cast):
    knowledge = in_review(cast)
    Service.objects.update(cancelled_on=AT.date(), cancel_reason="取消")

    with pytest.raises(ValidationError, match="来源已经取消"):
        answered(cast, knowledge)

    assert standing(knowledge) == "in_review"
    assert knowledge.answers.count() == 2


def test_a_clerk_drafts_for_the_own_unit_alone_and_the_office_for_any(cast):
    said = {"unit": cast.finance, "given": given(cast), "at": AT}
    with pytest.raises(PermissionDenied, match="不是本单位"):
        services.begin_knowledge(**said, by=cast.other_clerk)

    assert services.begin_knowledge(**said, by=cast.office).unit == cast.finance


def test_the_last_of_three_answers_publishes(cast):
    knowledge = in_review(cast)
    kind = Answer.Kind.PERSONAL_DATA
    services.answer_knowledge(knowledge=knowledge, kind=kind, by=cast.office, **signed(kind, knowledge))
    assert standing(knowledge) == "in_review"

    kind = Answer.Kind.LEGALITY
    services.answer_knowledge(knowledge=knowledge, kind=kind, by=cast.signer, **signed(kind, knowledge))

    assert standing(knowledge) == "published"
    assert sorted(knowledge.answers.values_list("kind", flat=True)) == sorted(Answer.Kind.values)


def test_nobody_signs_for_what_they_wrote_and_nobody_all_three(cast):
    own = drafted(cast, by=cast.office)
    own = services.hand_in_knowledge(knowledge=own, version=own.version, by=cast.office, at=AT)
    with pytest.raises(PermissionDenied):
        services.pass_knowledge(knowledge=own, by=cast.office, **signed(Answer.Kind.SECRECY, own))
    own = services.pass_knowledge(knowledge=own, by=cast.second_office, **signed(Answer.Kind.SECRECY, own))
    kind = Answer.Kind.PERSONAL_DATA
    own = services.answer_knowledge(knowledge=own, kind=kind, by=cast.second_office, **signed(kind, own))

    with pytest.raises(PermissionDenied):
        services.answer_knowledge(
            knowledge=own, kind=Answer.Kind.LEGALITY, by=cast.second_office, **signed(Answer.Kind.LEGALITY, own)
        )


def test_what_was_returned_is_answered_for_anew(cast):
    knowledge = in_review(cast)
    services.return_knowledge(knowledge=knowledge, reason="写清楚", version=knowledge.version, by=cast.office, at=AT)
    assert not knowledge.answers.filter(dropped_at=None).exists()

    again = services.hand_in_knowledge(knowledge=knowledge, version=knowledge.version, by=cast.clerk, at=AT)

    assert standing(answered(cast, passed(cast, again))) == "published"


def test_an_answer_for_other_words_is_refused(cast):
    knowledge = with_head(cast)

    with pytest.raises(StaleError):
        services.pass_knowledge(knowledge=knowledge, by=cast.head, seen_hash="0" * 64, at=AT)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"source_words": "", "service": None}, "填写来源"),
        ({"answer": "", "fields": []}, "填写解答"),
        ({"review_by": None}, "复核日期"),
        ({"review_by": AT.date()}, "复核日期"),
        ({"valid_until": date(2018, 11, 19)}, "有效期"),
        ({"answer": "请带身份证330226199001011237来。"}, "身份证"),
    ],
)
def test_what_is_not_fit_is_not_handed_in(cast, changed, words):
    draft = drafted(cast, **changed)

    with pytest.raises(ValidationError, match=words):
        services.hand_in_knowledge(knowledge=draft, version=draft.version, by=cast.clerk, at=AT)


# Editions, and checking.


def test_another_edition_takes_the_place_of_the_first(cast, client):
    first = published(cast)
    second = services.revise_knowledge(knowledge=first, version=first.version, by=cast.clerk, at=AT)
    assert services.revise_knowledge(knowledge=first, version=first.version, by=cast.clerk, at=AT) == second
    said = {**{name: getattr(second, name) for name in services.WRITTEN}, "answer": "第二版的解答。"}
    second = services.write_knowledge(knowledge=second, given=said, version=second.version, by=cast.clerk, at=AT)
    second = services.hand_in_knowledge(knowledge=second, version=second.version, by=cast.clerk, at=AT)
    assert "没有其他费用" in page_of(client, first)

    answered(cast, passed(cast, second))

    assert "第二版的解答。" in page_of(client, first)
    assert (standing(first), standing(second)) == ("replaced", "published")


def test_confirmed_it_holds_for_the_new_version(cast, client):
    knowledge = published(cast)
    source_changes(cast, **FEE)
    asked = {"knowledge": knowledge, "valid_until": None, "version": knowledge.version, "at": AT}
    with pytest.raises(PermissionDenied):
        services.confirm_knowledge(**asked, review_by=date(2019, 6, 1), by=cast.clerk)
    with pytest.raises(ValidationError, match="晚于今天"):
        services.confirm_knowledge(**asked, review_by=AT.date(), by=cast.head)

    services.confirm_knowledge(**asked, review_by=date(2019, 6, 1), by=cast.head)

    page = page_of(client, knowledge)
    assert SINCE not in page
    assert "2019-06-01以前复核" in page


def test_doubted_it_says_that_it_is_checked(cast, client):
    knowledge = published(cast)
    services.question_knowledge(
        knowledge=knowledge, reason="窗口反映地址变了", version=knowledge.version, by=cast.office, at=AT
    )

    page = page_of(client, knowledge)

    assert "这条解答正在核对" in page
    assert "窗口反映地址变了" not in page


def test_withdrawn_it_is_gone(cast, client):
    knowledge = published(cast)
    services.withdraw_knowledge(knowledge=knowledge, reason="重复", version=knowledge.version, by=cast.head, at=AT)

    assert client.get(knowledge.get_absolute_url()).status_code == 404
    with pytest.raises(TransitionError):
        services.withdraw_knowledge(knowledge=knowledge, reason="重复", version=knowledge.version, by=cast.head, at=AT)


def test_the_owner_is_told_once_that_the_source_has_changed(cast):
    load_workdays()
    published(cast)
    source_changes(cast, **FEE)
    told = {"on": AT.date(), "calendar": WorkCalendar.load()}

    assert remind_of_knowledge(**told, at=AT) == 2
    assert remind_of_knowledge(**told, at=AT + timedelta(hours=1)) == 0

    message = Message.objects.filter(recipient=cast.clerk, subject__contains="来源有变化").get()
    assert QUESTION in message.subject


def test_the_owner_is_told_of_its_day_of_review(cast):
    load_workdays()
    published(cast, review_by=date(2018, 12, 10))
    calendar = WorkCalendar.load()

    assert remind_of_knowledge(on=AT.date(), at=AT, calendar=calendar) == 2
    assert remind_of_knowledge(on=date(2018, 12, 11), at=AT, calendar=calendar) == 2
    assert Message.objects.filter(recipient=cast.head, subject__contains="复核日期2018-12-10已过").exists()


# The screens.


def test_a_unit_writes_by_form_and_nothing_typed_is_lost(cast):
    sourced(cast)
    clerk = signed_in(cast.clerk)
    wrong = clerk.post("/work/knowledge/new/", typed(service="没有", answer="留着的话", review_by="明年"))
    assert wrong.status_code == 422
    page = unescape(wrong.content.decode())
    assert "没有这个代码的事项" in page
    assert "日期请按" in page
    assert "留着的话" in page

    assert clerk.post("/work/knowledge/new/", typed(question="\u200b")).status_code == 422

    done = clerk.post("/work/knowledge/new/", typed())

    knowledge = Knowledge.objects.get()
    assert done["Location"] == f"/work/knowledge/{knowledge.pk}/"
    assert (knowledge.number, knowledge.unit, knowledge.fields) == (knowledge.pk, cast.finance, ["收费"])
    assert clerk.get(done["Location"]).status_code == 200
    assert signed_in(cast.other_clerk).get(done["Location"]).status_code == 404


def test_two_sources_and_fields_of_another_are_refused(cast):
    sourced(cast)
    clerk = signed_in(cast.clerk)

    both = clerk.post("/work/knowledge/new/", typed(source_words="某条例"))
    other = clerk.post("/work/knowledge/new/", typed(service="", source_words="某条例"))

    assert "来源只填一种" in unescape(both.content.decode())
    assert "来源里没有栏目“收费”" in unescape(other.content.decode())


def test_the_office_signs_on_its_own_page(cast):
    knowledge = in_review(cast)
    url = f"/admin/disclosure/knowledge/{knowledge.pk}/"
    page = unescape(signed_in(cast.office).get(f"{url}change/").content.decode())
    assert "签署个人信息审查意见：同意公布" in page
    assert "签署合法性与文字审查意见：同意公布" in page
    kind = Answer.Kind.LEGALITY
    said = {"kind": kind, "seen_hash": knowledge.content_hash(), "version": knowledge.version, "checks": signed(kind, knowledge)["checked"]}  # fmt: skip

    done = signed_in(cast.office).post(f"{url}answer/", said)

    assert done.status_code == 302
    assert knowledge.answers.filter(kind=kind, signed_by=cast.office).exists()


def test_what_is_wrong_on_the_page_reaches_its_owner(cast):
    knowledge = published(cast)

    corrected(page=knowledge.get_absolute_url())

    assert Correction.objects.latest("pk").unit == cast.finance
