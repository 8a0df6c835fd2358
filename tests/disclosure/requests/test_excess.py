"""Unreasonably many applications: reasons asked for, and a fee charged by one schedule of two."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from disclosure.requests.desk import answering, excess
from disclosure.requests.desk.excess_acts import FeeForm
from disclosure.requests.letters.papers import frozen_letter
from ninghai.cases.clocks import open_inner_clocks
from ninghai.models import AuditEntry, Case, CaseEvent
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers
from tests.disclosure.requests.test_life import looked_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_calendar")]


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, 10, tzinfo=AT.tzinfo)


def due(case: Case) -> date:
    case.refresh_from_db()
    case.legal_clock.refresh_from_db()
    return case.legal_clock.due_at.date()


def letter_of(case: Case, kind: str) -> str:
    paper = case.papers.get(kind=kind)
    return "".join(frozen_letter(paper.making, by=None, purpose="test", at=AT).paragraphs)


def as_seen(cast, case, **said):
    return {"case": case, "version": case.version, "by": cast.clerk, **said}


# Reasons.


def test_reasons_are_asked_once_and_leave_the_limit_as_it_runs(client, cast):
    plain = makers.confirmed(cast)
    case = makers.explaining(cast)

    assert (case.status, due(case)) == ("reasons", due(plain))
    assert "今年已经申请60件" in letter_of(case, "reasons")
    found = looked_up(client, case).content.decode()
    for words in ("请按通知书在期限内说明理由", "要求说明理由", "理由不合理的，本机关将告知您不予处理"):
        assert words in found

    excess.take_reasons(**as_seen(cast, case, given_on=date(2019, 6, 10), reasons="为了写论文", at=day(2019, 6, 10)))
    assert case.status == "handling"
    with pytest.raises(TransitionError, match="不能再次要求"):
        excess.ask_reasons(**as_seen(cast, case, why="x", days=5, at=day(2019, 6, 11)))


def test_while_reasons_are_awaited_it_can_be_answered_all_the_same(cast):
    case = makers.explaining(cast)
    told = {"code": "open", "filled": makers.FILLED["open"], "at": day(2019, 6, 6)}

    answering.propose(**as_seen(cast, case, **told))
    assert case.status == "with_head"
    excess.take_reasons(**as_seen(cast, case, given_on=date(2019, 6, 10), reasons="为了写论文", at=day(2019, 6, 10)))
    answering.sign(case=case, version=case.version, by=cast.head, at=day(2019, 6, 11))

    assert case.status == "signed"


def test_nobody_is_asked_for_reasons_before_2019(client, cast):
    case = makers.applied(cast)
    with pytest.raises(TransitionError, match="没有说明理由的程序"):
        excess.ask_reasons(**as_seen(cast, case, why="x", days=5, at=AT))
    client.force_login(cast.clerk)
    assert "要求说明理由" not in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()


def test_bad_reasons_are_answered_with_not_handled_and_the_letter_is_named_for_the_drafter(client, cast, settings):
    case = makers.confirmed(cast)
    filled = {"reasons_letter": "某号"}
    with pytest.raises(ValidationError, match="要先有“收到说明的理由”或者“逾期没有说明理由”"):
        answering.propose(**as_seen(cast, case, code="excessive", filled=filled, at=day(2019, 6, 4)))

    case = makers.explaining(cast)
    excess.take_reasons(**as_seen(cast, case, given_on=date(2019, 6, 10), reasons="没有理由", at=day(2019, 6, 10)))
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2019-06-11"
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])
    assert "没有理由" in client.get(page).content.decode()
    shown = client.get(f"{page}answer/?code=excessive").content.decode()
    number = case.papers.get(kind="reasons").number
    assert f"{number}（2019-06-05），申请人说明了理由，理由不合理" in shown

    answering.propose(**as_seen(cast, case, code="excessive", filled=filled, at=day(2019, 6, 11)))
    assert case.status == "with_head"


def test_good_reasons_get_a_reasonable_later_day_without_a_longest(client, cast):
    case = makers.explaining(cast)
    with pytest.raises(TransitionError):
        excess.delay(**as_seen(cast, case, amount=40, reason="要整理60件", at=day(2019, 6, 6)) | {"by": cast.head})
    excess.take_reasons(**as_seen(cast, case, given_on=date(2019, 6, 10), reasons="为了写论文", at=day(2019, 6, 10)))
    before = due(case)

    excess.delay(**as_seen(cast, case, amount=40, reason="要整理60件", at=day(2019, 6, 11)) | {"by": cast.head})

    assert before == date(2019, 7, 2)  # 20 working days from 2019-06-03, 端午 left out
    assert due(case) == date(2019, 8, 27)
    assert "延迟40个工作日，将于2019年8月27日前答复" in letter_of(case, "delay")
    assert "确定延迟答复的合理期限" in looked_up(client, case).content.decode()
    with pytest.raises(TransitionError, match="已经确定过"):
        excess.delay(**as_seen(cast, case, amount=1, reason="x", at=day(2019, 6, 12)) | {"by": cast.head})


def test_reasons_and_objections_are_sealed(cast):
    case = makers.explaining(cast)
    excess.take_reasons(**as_seen(cast, case, given_on=date(2019, 6, 10), reasons="王小明写论文", at=day(2019, 6, 10)))

    event = case.events.get(kind="reasons_given")
    assert str(event.words) == "●●●"
    assert "王小明" not in f"{event.facts}{event.reason}{list(AuditEntry.objects.values_list('reason', 'detail'))}"


# A fee.


@pytest.mark.core
@pytest.mark.parametrize(
    ("schedule", "amount", "total", "step"),
    [
        pytest.param("items", 35, 3000, "第31至35件：每件200元，1000元", id="R19 35 items"),
        pytest.param("items", 45, 5500, "第41至45件：每件300元，1500元", id="R19 45 items"),
        pytest.param("pages", 120, 1100, "第101至120页：每页20元，400元", id="R19 120 pages"),
        pytest.param("pages", 201, 2740, "第201至201页：每页40元，40元", id="R19 201 pages"),
    ],
)
def test_r19_the_notice_says_the_amount_each_tranche_and_how_to_pay(client, cast, schedule, amount, total, step):
    case = makers.charged(cast, schedule=schedule, amount=amount)

    told = letter_of(case, "fee")
    for words in (f"信息处理费{total}元", step, "到代收银行缴纳", "20个工作日内缴纳", "视为放弃申请", "不影响缴费期限"):
        assert words in told
    assert case.events.get(kind="fee_asked").facts == {
        **{"by": schedule, "amount": amount, "total": total},
        **{"paper": "fee", "number": case.papers.get(kind="fee").number},
    }
    found = looked_up(client, case).content.decode()
    assert "请按收费通知书缴纳信息处理费" in found
    assert f"{total}元" in found


def test_r19_both_schedules_on_one_application_are_refused(cast):
    case = makers.charged(cast)
    excess.take_fee(**as_seen(cast, case, paid_on=date(2021, 3, 5), at=day(2021, 3, 5)))

    with pytest.raises(TransitionError, match="只能按件或者按量收一次"):
        excess.charge(**as_seen(cast, case, schedule="pages", amount=120, how="x", at=day(2021, 3, 8)))
    both = FeeForm({"schedule": ["items", "pages"], "amount": "35", "how": "x"}, case)
    assert "schedule" in both.errors


@pytest.mark.parametrize("make", [makers.applied, makers.confirmed], ids=["R19 received 2018", "R19 received 2019"])
def test_r19_no_schedule_is_offered_before_2021(client, cast, make):
    case = make(cast)
    client.force_login(cast.clerk)

    assert "收取信息处理费" not in client.get(reverse("disclosure:request", args=[case.pk])).content.decode()
    assert FeeForm(None, case).fields["schedule"].choices == []
    with pytest.raises(TransitionError, match="没有收费标准"):
        excess.charge(**as_seen(cast, case, schedule="items", amount=35, how="x", at=day(2019, 6, 5)))


@pytest.mark.parametrize(("schedule", "amount"), [("items", 10), ("pages", 30)])
def test_what_costs_nothing_needs_no_notice(cast, schedule, amount):
    case = makers.chargeable(cast)
    with pytest.raises(ValidationError, match="不用再收费"):
        excess.charge(**as_seen(cast, case, schedule=schedule, amount=amount, how="x", at=day(2021, 3, 3)))


def test_what_was_charged_for_the_month_is_not_charged_again(cast):
    makers.charged(cast, amount=35)  # 3,000
    case, somebody = makers.chargeable(cast), makers.chargeable(cast, identity_number="330226198001011234")

    for each in (case, somebody):
        excess.charge(**as_seen(cast, each, schedule="items", amount=36, how="x", at=day(2021, 3, 4)))

    assert case.events.get(kind="fee_asked").fact("total") == 200
    assert "其中3000元是当月另外的申请的费用，已经另行通知，不在本次缴纳；本次缴纳200元" in letter_of(case, "fee")
    assert somebody.events.get(kind="fee_asked").fact("total") == 3200
    assert AuditEntry.objects.filter(reason="计算当月申请件数", target_id=str(case.pk)).exists()


def test_what_was_given_up_unpaid_is_charged_with_no_other_application(cast):
    """Each part of what is applied for in a month has its own price; items 11 to 35 were given up with theirs."""
    first = makers.charged(cast, amount=35)
    makers.hand_letter(cast, first, kind="fee", at=day(2021, 3, 3))
    excess.give_up_fee(**as_seen(cast, first, at=day(2021, 4, 2)))
    case = makers.chargeable(cast)

    excess.charge(**as_seen(cast, case, schedule="items", amount=36, how="x", at=day(2021, 3, 4)))

    assert case.events.get(kind="fee_asked").fact("total") == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_notices_at_once_the_second_counts_what_the_first_has_charged(cast):
    cases, together = [makers.chargeable(cast), makers.chargeable(cast)], threading.Barrier(2)

    def charge(case):
        try:
            together.wait(timeout=60)
            excess.charge(**as_seen(cast, case, schedule="items", amount=36, how="x", at=day(2021, 3, 4)))
        except ValidationError as refused:  # nothing is left to be charged
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as clerks:
        told = list(clerks.map(charge, cases))

    charged = CaseEvent.objects.filter(kind="fee_asked").values_list("facts__total", flat=True)
    assert list(charged) == [3200]
    assert [words for words in told if words and "不用再收费" in words]


def test_paid_the_limit_counts_anew_from_the_next_day_and_waiting_does_not_count(client, cast):
    case = makers.charged(cast)
    assert case.legal_clock.state == "paused"

    excess.take_fee(**as_seen(cast, case, paid_on=date(2021, 3, 12), at=day(2021, 3, 15)))

    assert (case.status, due(case)) == ("handling", date(2021, 4, 12))  # 20 working days after 03-12, 清明 left out
    assert "已缴纳" in looked_up(client, case).content.decode()


def test_an_objection_does_not_suspend_and_unpaid_means_given_up(client, cast):
    case = makers.charged(cast)
    deliver(cast, case, "fee", date(2021, 3, 3))
    until = paying_until(case)
    excess.object_to_fee(**as_seen(cast, case, objected_on=date(2021, 3, 10), words="太贵了", at=day(2021, 3, 10)))
    assert (case.status, paying_until(case)) == ("fee", until)
    assert "对收费提出异议" in looked_up(client, case).content.decode()

    with pytest.raises(ValidationError, match="还没有届满"):
        excess.give_up_fee(**as_seen(cast, case, at=day(2021, 3, 31)))
    with pytest.raises(ValidationError, match="要先有“逾期没有缴费”"):
        propose_lapse(cast, makers.chargeable(cast), at=day(2021, 4, 2))
    excess.give_up_fee(**as_seen(cast, case, at=day(2021, 4, 2)))
    propose_lapse(cast, case, at=day(2021, 4, 2))

    assert case.information_request.answer_code == "lapsed_unpaid"
    assert "逾期没有缴纳" in looked_up(client, case).content.decode()


def propose_lapse(cast, case: Case, *, at: datetime) -> None:
    filled = {"fee_notice": "某号", "expired_on": "2021-03-31"}
    if case.status == "handling":
        answering.propose(**as_seen(cast, case, code="lapsed_unpaid", filled=filled, at=at))


def test_a_notice_goes_out_within_the_limit_of_the_answer(cast):
    case = makers.chargeable(cast)
    last = due(case)
    late = day(last.year, last.month, last.day) + timedelta(days=1)
    with pytest.raises(ValidationError, match="已经届满"):
        excess.charge(**as_seen(cast, case, schedule="items", amount=35, how="x", at=late))


def paying_until(case: Case) -> date:
    return open_inner_clocks(case).get(duty="fee_payment").due_at.date()


def deliver(cast, case: Case, kind: str, on: date) -> None:
    """Its limit counts from here."""
    makers.hand_letter(cast, case, kind=kind, at=day(on.year, on.month, on.day))
