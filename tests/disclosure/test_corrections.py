"""纠错: anybody reports an error, the unit answers, and nobody learns who wrote."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from disclosure.corrections.services import (
    ReportedError,
    TooOften,
    answer_correction,
    draw_receipt_number,
    forget_senders,
    read_receipt_number,
    report_error,
    sender_of,
)
from disclosure.models import Correction, Item
from disclosure.models.states import CorrectionStatus
from ninghai.models import AuditEntry, Membership, Message, Role, Unit
from ninghai.models.sealed import MASK
from ninghai.models.state_machine import StaleError
from tests.cast import person
from tests.disclosure.makers import AT, corrected, drafted, published, revised, updated
from tests.worlds import world

NEW, LOOK_UP = "/corrections/new/", "/corrections/"
WORDS = "第二段写的2017年应为2018年。"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def make_item(cast):
    return published(cast, title="关于公开预算的公告")


budget_item = world("budget_item", make_item, on=("cast",))


@pytest.fixture
def item(budget_item):
    return budget_item


def form(**changes) -> dict[str, str]:
    return {"form_id": str(uuid4()), "page": "/", "words": WORDS, "contact": "", "website": "", **changes}


def answered(correction, *, by, to=CorrectionStatus.EXPLAINED, answer="已核对，页面不作更正。") -> Correction:
    return answer_correction(
        correction=correction, to=to, answer=answer, version=correction.version, by=by, at=AT + timedelta(hours=2)
    )


# --- Reporting -------------------------------------------------------------------------------------------


def test_an_error_report_gets_a_receipt_number_and_reaches_the_unit(client, cast, item):
    response = client.post(NEW, form(page=item.get_absolute_url(), contact="13812345678"), follow=True)

    correction = Correction.objects.get()
    assert (correction.item, correction.unit, correction.words) == (item, cast.finance, WORDS)
    assert correction.receipt_number in response.content.decode()
    told = Message.objects.filter(kind=Message.Kind.CORRECTION)
    assert {message.recipient for message in told} == {cast.clerk, cast.head}
    assert all(WORDS not in message.subject for message in told)  # the subject leaves the portal
    client.force_login(cast.clerk)
    assert WORDS in client.get(told.filter(recipient=cast.clerk).get().url).content.decode()


def test_a_page_that_shows_no_item_is_the_county_offices(client, cast):
    client.post(NEW, form(page="/progress/2018/"))

    assert Correction.objects.get().unit == cast.county_office
    told = Message.objects.get(recipient=cast.office)
    client.force_login(cast.office)
    assert client.get(told.url).status_code == 200


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/x", "/\\evil", "javascript:alert(1)", ""])
def test_an_address_elsewhere_counts_as_the_home_page(client, cast, page):
    client.post(NEW, form(page=page))

    assert Correction.objects.get().page == "/"


@pytest.mark.parametrize("page", ["/catalogue/%00/", "/%2f[x", "/a%0d%0ab", "/%5cevil", "/%2Fevil.example/x"])
def test_what_an_address_hides_in_escapes_breaks_nothing(client, cast, page):
    assert client.get(NEW, {"page": page}).status_code == 200
    assert client.post(NEW, form(page=page)).status_code == 302
    assert Correction.objects.get().page == "/"


def test_the_page_of_an_unpublished_item_says_nothing_of_it(client, cast):
    draft = drafted(cast, title="没有公开的标题")

    response = client.get(NEW, {"page": f"/catalogue/item/{draft.pk}/"})

    assert "没有公开的标题" not in response.content.decode()


def test_the_unit_that_took_over_answers_for_the_ended_one(cast, item):
    cast.finance.valid_until, cast.finance.successor = AT.date() - timedelta(days=1), cast.town
    cast.finance.save()

    assert corrected(item).unit == cast.town


def test_a_unit_that_ended_in_its_own_favour_keeps_nobody_waiting(cast, item):
    cast.finance.valid_until, cast.finance.successor = AT.date() - timedelta(days=1), cast.finance
    cast.finance.save()

    assert corrected(item).unit == cast.finance


def test_sending_twice_makes_one_report(client, cast):
    twice = form()

    first, second = client.post(NEW, twice), client.post(NEW, twice)

    assert first["Location"] == second["Location"]
    assert Correction.objects.count() == 1
    assert Message.objects.count() == 2  # the two office people, once each


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": ""}, "请写明哪里有错。"),
        ({"words": "错" * 501}, "问题不能超过500字"),
        ({"words": "buy cheap pills"}, "请用中文写明哪里有错。"),
        ({"words": "看 http://a.cn http://b.cn www.c.cn"}, "问题中的网址太多"),
        ({"contact": "1" * 101}, "联系方式不能超过100字。"),
        ({"website": "http://spam.example"}, "用来识别自动程序"),
        ({"form_id": "no"}, "请刷新后再提交"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_keeps_what_was_typed(client, cast, wrong, sentence):
    response = client.post(NEW, form(contact="留下的电话", words="留下的话") | wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "留下的话" in page or "words" in wrong
    assert "留下的电话" in page or "contact" in wrong
    assert not Correction.objects.exists()


def test_the_sixth_report_in_an_hour_waits(client, cast):
    for _ in range(5):
        assert client.post(NEW, form()).status_code == 302

    response = client.post(NEW, form())

    assert response.status_code == 429
    assert "请过一小时再提交" in response.content.decode()
    assert WORDS in response.content.decode()
    assert client.post(NEW, form(), REMOTE_ADDR="203.0.113.9").status_code == 302  # somebody else's turn


def test_the_limit_of_a_day_counts_what_is_older_than_an_hour(cast):
    for hour in range(20):
        corrected(at=AT + timedelta(hours=hour))

    with pytest.raises(TooOften):
        corrected(at=AT + timedelta(hours=23))
    corrected(at=AT + timedelta(hours=25))


def test_no_address_is_kept(cast):
    correction = corrected(address="198.51.100.7")

    assert "198.51.100.7" not in str(vars(correction))
    assert correction.sender == sender_of("198.51.100.7") != sender_of("198.51.100.8")
    assert sender_of("2001:db8:1:2::3") == sender_of("2001:db8:1:2:ffff::1") != sender_of("2001:db8:1:3::3")
    assert sender_of("::ffff:198.51.100.7") == sender_of("198.51.100.7")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_the_limit(transactional_db, cast):
    def send(_: int) -> bool:
        try:
            reported = ReportedError(page="/", words=WORDS, contact="", address="198.51.100.7")
            report_error(reported=reported, form_id=uuid4(), at=AT)
        except TooOften:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as crowd:
        sent = list(crowd.map(send, range(12)))

    assert sent.count(True) == Correction.objects.count() == 5


# --- The look-up -----------------------------------------------------------------------------------------


def test_the_receipt_number_shows_the_answer_and_nothing_of_the_sender(client, cast, item):
    correction = corrected(item, words="联系人13712345678，年份有误", contact="13812345678")
    answered(correction, by=cast.clerk)

    page = client.get(LOOK_UP, {"number": correction.receipt_number}).content.decode()

    assert "已核对，页面不作更正。" in page
    assert item.title in page
    for hidden in ("年份有误", "13712345678", "13812345678", cast.clerk.name):
        assert hidden not in page


def test_a_withdrawn_items_title_is_not_shown(client, cast, item):
    correction = corrected(item)
    item.withdraw(by=cast.office, at=AT, reason=item.WithdrawalReason.SECRECY, explanation="说明")

    assert item.title not in client.get(LOOK_UP, {"number": correction.receipt_number}).content.decode()


FULL_WIDTH = str.maketrans({digit: chr(ord(digit) + 0xFEE0) for digit in "0123456789"})


@pytest.mark.parametrize("typed", ["20181120—482—913 557", "20181120482913557", " 20181120-482-913-557 "])
def test_a_receipt_number_is_read_however_it_is_typed(typed):
    assert read_receipt_number(typed) == "20181120-482-913-557"
    assert read_receipt_number(typed.translate(FULL_WIDTH)) == "20181120-482-913-557"


def test_a_receipt_number_that_is_none_says_so(client, db):
    assert read_receipt_number(draw_receipt_number(on=AT.date()))
    for number, sentence in [("abc", "受理编号是17位数字"), ("20181120-000-000-000", "没有这个受理编号")]:
        response = client.get(LOOK_UP, {"number": number})
        assert response.status_code == 422
        assert sentence in response.content.decode()


# --- The sender's contact ----------------------------------------------------------------------------------


def page_of(correction, *, frame: str = "work") -> str:
    names = {"work": "disclosure:correction", "admin": "admin:disclosure_correction_change"}
    return reverse(names[frame], args=[correction.pk])


@pytest.mark.parametrize("contact", ["13812345678", "zhang@example.cn", "微信wx_2018"])
def test_who_answers_sees_it_on_asking_and_the_trail_says_what_for(client, cast, item, contact):
    correction = corrected(item, contact=contact)
    client.force_login(cast.clerk)

    page, asked = client.get(page_of(correction)).text, client.get(page_of(correction), {"contact": "show"}).text

    assert (MASK in page, contact in page, contact in asked) == (True, False, True)
    noted = AuditEntry.objects.get(action="read_personal")
    assert (noted.actor, noted.reason, noted.detail) == (cast.clerk, "核实并答复纠错", {"fields": ["contact"]})


@pytest.mark.parametrize("who", ["office", "signer"])
def test_the_county_office_says_what_for(client, cast, item, who):
    correction = corrected(item, contact="13812345678")
    client.force_login(getattr(cast, who))
    address = page_of(correction, frame="admin")

    without = client.get(address, {"contact": "show", "purpose": "  "}).text
    asked = client.get(address, {"contact": "show", "purpose": "电话回访"}).text

    assert ("13812345678" in without, "查看联系方式的目的" in without) == (False, True)
    assert "13812345678" in asked
    assert [row.reason for row in AuditEntry.objects.filter(action="read_personal")] == ["电话回访"]


def test_whoever_left_none_needs_no_look(client, cast, item):
    correction = corrected(item, contact="")
    client.force_login(cast.clerk)

    assert "没有留下" in client.get(page_of(correction), {"contact": "show"}).text
    assert not AuditEntry.objects.filter(action="read_personal").exists()


def test_a_year_after_the_answer_the_sender_is_forgotten_and_the_report_stays(client, cast, item):
    waiting, kept = corrected(item, contact="13812345678"), answered(corrected(item), by=cast.clerk)

    assert forget_senders(at=kept.answered_at + timedelta(days=365)) == 0
    assert forget_senders(at=kept.answered_at + timedelta(days=366)) == 1
    assert forget_senders(at=kept.answered_at + timedelta(days=366)) == 0

    client.force_login(cast.clerk)
    assert "已按期限销毁" in client.get(page_of(kept), {"contact": "show"}).text
    assert "13812345678" in client.get(page_of(waiting), {"contact": "show"}).text
    kept = Correction.objects.get(pk=kept.pk)
    assert (kept.sender, kept.has_contact, kept.answer) == ("", True, "已核对，页面不作更正。")
    assert [row.reason for row in AuditEntry.objects.filter(action="destroy_key")] == [f"纠错留言 {kept}：保存期满"]
    assert Correction.objects.count() == 2


# --- Answering -------------------------------------------------------------------------------------------


def test_the_unit_answers_once_and_the_trail_says_so(client, cast, item):
    correction = corrected(item)
    client.force_login(cast.head)
    address = reverse("disclosure:correction-answer", args=[correction.pk])
    sent = {"version": 1, "outcome": "explained", "answer": "数字无误，为当年决算数。"}

    assert client.post(address, sent, follow=True).status_code == 200
    late = client.post(address, sent | {"answer": "后来的答复"})

    correction.refresh_from_db()
    assert (correction.status, correction.answered_by) == (CorrectionStatus.EXPLAINED, cast.head)
    assert late.status_code == 409
    assert "后来的答复" in late.content.decode()
    act = AuditEntry.objects.about(correction).exclude(action="read_personal").get()
    assert (act.action, act.to_status) == (AuditEntry.Action.ANSWER_CORRECTION, "explained")


@pytest.mark.parametrize("answer", ["", "  ", "请电13912345678联系", "身份证330226199001011234"])
def test_an_answer_that_tells_about_people_or_nothing_is_refused_beside_its_field(client, cast, item, answer):
    correction = corrected(item)
    client.force_login(cast.clerk)
    sent = {"version": 1, "outcome": "mended", "answer": answer}

    response = client.post(reverse("disclosure:correction-answer", args=[correction.pk]), sent)

    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    correction.refresh_from_db()
    assert correction.is_waiting


def test_mended_is_what_the_public_reads_otherwise_since(client, cast, item):
    updated(cast, item, body="第二版", at=AT - timedelta(hours=1))
    correction = corrected(item)
    client.force_login(cast.clerk)
    sent = {"version": 1, "outcome": "mended", "answer": "已按您指出的改正。"}
    address = reverse("disclosure:correction-answer", args=[correction.pk])

    refused = client.post(address, sent)
    assert (refused.status_code, "还没有公开过修订稿" in refused.text, sent["answer"] in refused.text) == (
        422,
        True,
        True,
    )
    revised(cast, item, body="第三版")  # a draft mends nothing
    assert client.post(address, sent).status_code == 422

    Item.objects.filter(revises=item, status="draft").update(status="discarded")
    updated(cast, item, body="第三版", at=AT + timedelta(hours=1))
    assert client.post(address, sent).status_code == 302
    correction.refresh_from_db()
    assert correction.status == CorrectionStatus.MENDED


def test_a_page_that_is_no_item_may_be_said_to_be_mended(cast):
    assert answered(corrected(page="/"), by=cast.office, to=CorrectionStatus.MENDED).status == "mended"


@pytest.mark.parametrize(
    ("day", "words"),
    [(20, "还有7天"), (27, "今天到期"), (29, "已逾期2天")],
)
def test_sender_and_unit_and_desk_read_by_when_it_is_answered(client, cast, item, settings, day, words):
    """Five working days after 20 November 2018, a Tuesday."""
    correction = corrected(item)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = f"2018-11-{day}"

    receipt = client.get(reverse("disclosure:corrections"), {"number": correction.receipt_number}).text
    client.force_login(cast.clerk)
    unit = client.get(reverse("disclosure:correction-list")).text
    client.force_login(cast.office)
    desk = client.get("/admin/").context["rows"]
    shown = client.get(reverse("admin:disclosure_correction_change", args=[correction.pk])).text

    said = f"应于2018-11-27前答复，{words}"
    assert all("收到后5个工作日内（县政府办公室设定）" in page for page in (receipt, shown))
    assert all(said in page for page in (receipt, unit, shown))
    assert [row.due_words for row in desk if row.verb == "答复"] == (["答复逾期2天"] if day > 27 else [])


def test_the_days_are_the_countys_to_set(client, item, settings):
    settings.CORRECTION_WORKDAYS = 10
    correction = corrected(item)

    page = client.get(reverse("disclosure:corrections"), {"number": correction.receipt_number}).text
    assert "应于2018-12-04前答复" in page
    assert all("收到后10个工作日内" in text for text in (page, client.get(reverse("disclosure:correction-new")).text))


def test_services_refuse_what_the_page_does_not_offer(cast, item):
    correction = corrected(item)
    for stranger in (cast.other_clerk, cast.signer, cast.inspector):
        with pytest.raises(PermissionDenied):
            answered(correction, by=stranger)
    with pytest.raises(ValidationError):
        answered(correction, by=cast.clerk, answer="手机13912345678")
    answered(correction, by=cast.office)
    with pytest.raises(StaleError):
        answered(correction, by=cast.clerk)


def test_another_unit_sees_nothing_of_it(client, cast, item):
    correction = corrected(item)
    client.force_login(cast.other_clerk)

    assert WORDS not in client.get(reverse("disclosure:correction-list")).content.decode()
    assert client.get(reverse("disclosure:correction", args=[correction.pk])).status_code == 404
    sent = {"version": 1, "outcome": "explained", "answer": "改写"}
    assert client.post(reverse("disclosure:correction-answer", args=[correction.pk]), sent).status_code == 404


def test_nobody_who_is_signed_out_sees_or_answers_it(client, cast, item):
    correction = corrected(item)
    for name in ("correction", "correction-answer"):
        address = reverse(f"disclosure:{name}", args=[correction.pk])
        assert client.get(address)["Location"].startswith("/login/")
        assert client.post(address, {"version": 1, "outcome": "mended", "answer": "改写"}).status_code == 403
    correction.refresh_from_db()
    assert correction.is_waiting


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SYSTEM, Role.SECURITY, Role.AUDITOR])
def test_other_roles_see_nothing_of_it(client, cast, item, role):
    correction = corrected(item)
    client.force_login(person("other", "别人", cast.finance, role))

    assert client.get(reverse("disclosure:correction", args=[correction.pk])).status_code == 404


def test_the_office_answers_any_in_the_admin(client, cast, item):
    correction = corrected(item)
    client.force_login(cast.office)

    page = client.get(reverse("admin:disclosure_correction_change", args=[correction.pk]))
    sent = {"version": 1, "outcome": "explained", "answer": "已经核对。"}
    response = client.post(reverse("admin:disclosure_correction_answer", args=[correction.pk]), sent, follow=True)

    assert MASK in page.content.decode()
    assert "已经核对。" in response.content.decode()


def test_a_unit_without_people_is_the_offices_concern(cast, item):
    Membership.objects.filter(unit=cast.finance).delete()

    corrected(item)

    assert Message.objects.get(recipient=cast.office).kind == Message.Kind.NOBODY


def test_a_county_without_its_office_says_so(client, cast):
    Unit.objects.filter(kind=Unit.Kind.OFFICE).update(valid_until="2018-01-01")

    response = client.post(NEW, form())

    assert response.status_code == 403
    assert "暂时不能受理纠错" in response.content.decode()
