"""What may happen to an application in the register besides being answered."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from disclosure.models import InformationRequest
from disclosure.requests.desk import answering, excess, query_codes, registering, steps
from fixtures.reference_data import load_workdays
from ninghai.calendar import clock
from ninghai.cases.events import replay
from ninghai.cases.lookup import lookup_code
from ninghai.models import AuditEntry, Case, CaseAssignment
from ninghai.models.state_machine import StaleError, TransitionError
from ninghai.sealed.services import look
from tests.disclosure.makers import AT
from tests.disclosure.requests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar(cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()


def act(client, case, name, **typed):
    case.refresh_from_db()
    return client.post(f"/work/requests/{case.pk}/{name}/", {"version": case.version, **typed})


def words_of(case):
    return look(case.information_request, by=None, purpose="核对", at=AT)


def june(day: int) -> datetime:
    return datetime(2019, 6, day, 10, tzinfo=AT.tzinfo)


# Void, reopened.


def test_a_void_number_stays_and_says_why(client, cast):
    case = makers.on_paper(cast)
    client.force_login(cast.head)
    assert act(client, case, "void", reason="").status_code == 422
    assert act(client, case, "void", reason="登记到了错误的单位").status_code == 302

    case.refresh_from_db()
    assert (case.status, case.number) == ("void", "县财政局公开申〔2018〕1号")
    assert makers.on_paper(cast).number == "县财政局公开申〔2018〕2号"
    assert "登记到了错误的单位" in client.get(f"/work/requests/{case.pk}/").content.decode()
    shown = client.get(reverse("disclosure:request-list"), {"state": "done"}).content.decode()
    assert f">{case.number}<" in shown


def test_an_answer_that_was_signed_is_not_void(client, cast):
    case = makers.signed(cast)
    client.force_login(cast.head)
    assert act(client, case, "void", reason="x").status_code == 409


@pytest.mark.parametrize(
    ("who", "name", "typed"),
    [
        ("head", "void", {}),
        ("head", "merge", {"number": "1"}),
        ("clerk", "withdraw", {}),
        ("clerk", "give-back", {}),
        ("office", "designate", {"unit": "3"}),
    ],
)
def test_no_reason_names_the_applicant(client, cast, who, name, typed):
    case = makers.applied(cast)
    client.force_login(getattr(cast, who))
    said = {**typed, **({"unit": cast.town.pk} if "unit" in typed else {})}

    refused = act(client, case, name, reason="王小明说不要了", **said)

    assert (refused.status_code, "不要写申请人的姓名" in refused.content.decode()) == (422, True)
    assert not Case.objects.get(pk=case.pk).events.filter(reason__contains="王小明").exists()
    assert not AuditEntry.objects.filter(reason__contains="王小明").exists()


def test_what_was_withdrawn_before_anybody_confirmed_it_is_not_opened_again(client, cast):
    """It has no day of receipt: no paper could be made of it, and nobody could confirm it any more."""
    case = makers.unconfirmed(cast)
    answering.withdraw(case=case, reason="x", version=case.version, by=cast.clerk, at=june(4))
    client.force_login(cast.head)

    assert act(client, case, "reopen", decided_on="2018-11-20", reason="x").status_code == 409
    with pytest.raises(TransitionError, match="还没有确认收到"):
        registering.reopen(
            case=case, decided_on=june(5).date(), reason="x", version=case.version, by=cast.head, at=june(5)
        )


def test_clerks_of_the_unit_and_others_change_nothing_of_the_register(client, cast):
    case = makers.applied(cast)
    for user, status in ((cast.clerk, 403), (cast.other_head, 404), (cast.office, 403)):
        client.force_login(user)
        for name in ("void", "split", "merge", "duplicate"):
            assert act(client, case, name, reason="x", parts="甲乙\n丙丁", number="1").status_code == status, (
                user,
                name,
            )


def test_a_decided_case_is_opened_again_and_both_answers_stay(client, cast):
    case = makers.delivered(cast)
    client.force_login(cast.head)
    page = client.get(f"/work/requests/{case.pk}/").content.decode()
    assert "原答复和文书都保留" in page
    assert act(client, case, "reopen", decided_on="2018-11-21", reason="复议").status_code == 422
    assert act(client, case, "reopen", decided_on="2018-11-20", reason="复议决定责令重新答复").status_code == 302

    case.refresh_from_db()
    assert (case.status, case.legal_clock.due_words) == ("handling", "2018-12-11")
    client.force_login(cast.clerk)
    assert "答复书（未签发）" not in client.get(f"/work/requests/{case.pk}/").content.decode()
    said = {"code": "open", "filled": makers.FILLED["open"], "at": AT}
    answering.propose(case=case, version=case.version, by=cast.clerk, **said)
    answering.sign(case=case, version=case.version, by=cast.head, at=AT)
    assert [paper.number for paper in case.papers.filter(kind="answer")] == [
        "县财政局公复〔2018〕1号",
        "县财政局公复〔2018〕2号",
    ]


# Parts.


def test_each_part_has_its_own_page_and_letter_and_the_same_last_day(client, cast):
    case = makers.applied(cast)
    client.force_login(cast.head)
    assert act(client, case, "split", parts="预算表").status_code == 422
    assert act(client, case, "split", parts="预算表\n\n 决算表 ").status_code == 302

    first, second = Case.objects.filter(parent=case).order_by("part")
    assert [first.number, second.number] == [f"{case.number}-1", f"{case.number}-2"]
    assert first.legal_clock.due_words == second.legal_clock.due_words == "2018-12-11"
    assert (words_of(second)["content"], words_of(second)["applicant"]["name"]) == ("决算表", "王小明")
    assert first.information_request.applicant_digest == case.information_request.applicant_digest
    shown = client.get(reverse("disclosure:request-list")).content.decode()
    assert f">{first.number}<" in shown
    page = client.get(f"/work/requests/{case.pk}/").content.decode()
    assert f'href="/work/requests/{second.pk}/"' in page
    answering.propose(
        case=second, code="open", filled=makers.FILLED["open"], version=second.version, by=cast.clerk, at=clock.now()
    )
    answering.sign(case=second, version=second.version, by=cast.head, at=clock.now())
    assert replay(second).status == second.status == "signed"


def test_parts_of_an_amended_application_bear_the_first_day_and_count_from_the_amendment(cast):
    case = makers.amending(cast)  # received 2019-06-03
    said = {"amended_on": june(20).date(), "content": "2018年度的", "by": cast.clerk, "at": june(20)}
    steps.take_amendment(case=case, version=case.version, **said)

    parts = registering.split(case=case, parts=["预算表", "决算表"], version=case.version, by=cast.head, at=june(21))

    assert {part.received_on for part in parts} == {date(2019, 6, 3)}
    assert {part.legal_clock.due_words for part in parts} == {"2019-07-18"}
    assert {replay(part).columns["received_on"] for part in parts} == {"2019-06-03"}
    with pytest.raises(TransitionError, match="只能告知一次"):
        steps.ask_amendment(case=parts[0], items="x", days=5, version=parts[0].version, by=cast.clerk, at=june(21))


def amended_and_moved(cast) -> Case:
    """Received on 2019-06-03, amended on 06-20, and the town's since 06-21."""
    case = makers.amending(cast)
    said = {"amended_on": june(20).date(), "content": "2018年度的", "by": cast.clerk, "at": june(20)}
    steps.take_amendment(case=case, version=case.version, **said)
    told = {"unit": cast.town, "reason": "由镇里办理", "version": case.version, "by": cast.office}
    return registering.designate(case=case, at=june(21), **told)


def test_another_unit_asks_for_no_second_amendment_and_reads_why(client, cast):
    moved = amended_and_moved(cast)
    client.force_login(cast.other_clerk)
    page = client.get(f"/work/requests/{moved.pk}/").content.decode()

    assert f"补正已经在{moved.parent.number}中告知过（2019-06-05）" in page
    assert "需要补正的，最迟" not in page
    told = {"items": "x", "days": 5, "version": moved.version, "by": cast.other_clerk}
    with pytest.raises(TransitionError, match="只能告知一次"):
        steps.ask_amendment(case=moved, at=june(21), **told)


def test_reasons_that_were_asked_before_the_transfer_are_not_asked_again_and_count(client, cast):
    case = makers.explaining(cast)
    given = {"given_on": june(6).date(), "reasons": "为了写论文", "version": case.version}
    excess.take_reasons(case=case, by=cast.clerk, at=june(6), **given)
    told = {"unit": cast.town, "reason": "由镇里办理", "version": case.version, "by": cast.office}
    moved = registering.designate(case=case, at=june(7), **told)
    number = case.papers.get(kind="reasons").number

    assert number in excess.drafted_words(moved, "excessive")["reasons_letter"]
    with pytest.raises(TransitionError, match="不能再次要求"):
        excess.ask_reasons(case=moved, why="x", days=5, version=moved.version, by=cast.other_clerk, at=june(7))
    filled = {"reasons_letter": "第1号通知，理由不合理"}
    answering.propose(
        case=moved, code="excessive", filled=filled, version=moved.version, by=cast.other_clerk, at=june(7)
    )
    assert moved.status == "with_head"


@pytest.mark.parametrize("how", ["split", "designate"])
def test_what_goes_on_elsewhere_may_have_been_confirmed_before(cast, how):
    """The whole came on 2019-06-03, and nobody has written down yet that its applicant was called on the next day."""
    case = makers.unconfirmed(cast)
    seen = {"case": case, "version": case.version, "at": june(6)}
    if how == "split":
        part, by = registering.split(**seen, parts=["预算表", "决算表"], by=cast.head)[0], cast.clerk
    else:
        part, by = registering.designate(**seen, unit=cast.town, reason="x", by=cast.office), cast.other_clerk

    answering.confirm(case=part, confirmed_on=june(4).date(), version=part.version, by=by, at=june(6))

    assert part.received_on == june(4).date()


def test_the_applicant_finds_the_parts(client, cast):
    case = makers.applied(cast)
    parts = registering.split(case=case, parts=["预算表", "决算表"], version=case.version, by=cast.head, at=AT)
    found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})
    for part in parts:
        assert part.number in found.content.decode()
        assert lookup_code(part) in found.content.decode()


def test_an_exchanged_code_is_not_told_to_whoever_has_that_of_the_whole(client, cast):
    case = makers.applied(cast)
    first, second = registering.split(case=case, parts=["预算表", "决算表"], version=case.version, by=cast.head, at=AT)
    code = query_codes.give_code(case=first, checked="in_person", version=first.version, by=cast.clerk, at=AT)

    found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})

    page = found.content.decode()
    assert (code in page, "查询码已经更换" in page, lookup_code(second) in page) == (False, True, True)


def test_a_part_names_nobody(cast):
    case = makers.applied(cast)
    with pytest.raises(ValidationError, match="申请人的姓名"):
        registering.split(case=case, parts=["王小明的预算", "决算"], version=case.version, by=cast.head, at=AT)
    assert Case.objects.count() == 1


# Joined.


def test_what_came_twice_is_one_and_the_other_keeps_its_number(client, cast):
    first, second = makers.on_paper(cast), makers.on_paper(cast, channel="signed_post")
    client.force_login(cast.head)
    assert act(client, second, "duplicate", number="1", reason="既寄信又当面提交").status_code == 302
    second.refresh_from_db()
    assert (second.status, second.parent, second.number) == ("duplicate", first, "县财政局公开申〔2018〕2号")


def test_two_applications_of_one_person_are_answered_together_by_the_first(client, cast):
    first, second = makers.applied(cast), makers.applied(cast, content="2018年度公务接待费明细")
    client.force_login(cast.head)
    assert (
        act(
            client, second, "merge", number=first.number.replace("〔", "[").replace("〕", "]"), reason="一并"
        ).status_code
        == 302
    )
    second.refresh_from_db()
    assert (second.status, second.parent) == ("merged", first)
    found = client.post(reverse("disclosure:lookup"), {"number": second.number, "code": lookup_code(second)})
    assert first.number in found.content.decode()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda cast: makers.applied(cast, identity_number="330226198001011235"), "另外的人"),
        (lambda cast: makers.delivered(cast), "已经办结"),
        (lambda cast: makers.signed(cast), "已经签发"),
        (lambda cast: makers.on_paper(cast, channel="plain_post"), "收到得更晚"),
    ],
)
def test_nothing_is_joined_at_an_applicants_cost(cast, make, words):
    case, other = makers.applied(cast), make(cast)
    with pytest.raises(ValidationError, match=words):
        registering.merge(case=case, number=other.number, reason="x", version=case.version, by=cast.head, at=AT)


@pytest.mark.parametrize(
    "number", ["99", "县财政局公开申〔2018〕99号", "县财政局公开申〔2018〕1号", "1", "深甽镇公开申〔2018〕1号"]
)
def test_only_another_one_of_the_unit_is_found(cast, number):
    case = makers.applied(cast)
    makers.applied(cast, unit=cast.town)
    with pytest.raises(ValidationError, match="没有这个登记号"):
        registering.merge(case=case, number=number, reason="x", version=case.version, by=cast.head, at=AT)


# Whose it is.


def test_a_unit_gives_back_what_the_office_designates_to_the_right_one(client, cast):
    case = makers.applied(cast)
    proof = makers.proof_of(case)
    client.force_login(cast.clerk)
    assert act(client, case, "give-back", belongs_to=cast.town.pk, reason="属于镇里的事项").status_code == 302
    page = client.get(f"/work/requests/{case.pk}/").content.decode()
    assert "认为应由深甽镇办理" in page
    assert act(client, case, "give-back", reason="再退").status_code == 409

    client.force_login(cast.office)
    answer = act(client, case, "designate", unit=cast.town.pk, reason="由镇里办理")
    case.refresh_from_db()
    taken = Case.objects.get(parent=case)
    assert answer.url == f"/work/requests/{taken.pk}/"
    assert (case.status, case.number) == ("moved", "县财政局公开申〔2018〕1号")
    assert (taken.number, taken.unit, taken.relation) == ("深甽镇公开申〔2018〕1号", cast.town, "moved")
    assert (taken.received_on, taken.legal_clock.due_words) == (date(2018, 11, 20), "2018-12-11")
    assert words_of(taken) == words_of(case)
    copy = taken.information_request.files.get()
    with copy.file.file.open("rb") as stored:
        assert copy.data_key.unseal_bytes(stored.read(), about=copy.about) == "证件".encode()
    assert copy.file_id != proof.file_id

    client.force_login(cast.other_clerk)
    assert act(client, taken, "give-back", reason="也不是").status_code == 409
    assert client.get(f"/work/requests/{case.pk}/").status_code == 404
    client.logout()
    found = client.post(reverse("disclosure:lookup"), {"number": case.number, "code": lookup_code(case)})
    assert taken.number in found.content.decode()


def test_the_office_may_leave_it_where_it_is_for_good(client, cast):
    case = makers.given_back(cast)
    client.force_login(cast.office)
    assert act(client, case, "designate", unit=cast.finance.pk, reason="属于财政局").status_code == 302
    case.refresh_from_db()
    assert (case.status, Case.objects.count()) == ("handling", 1)
    assert CaseAssignment.objects.standing().get().is_designated
    client.force_login(cast.clerk)
    assert act(client, case, "give-back", reason="x").status_code == 409


def test_a_limit_that_stands_still_moves_nowhere(client, cast):
    case = makers.asking(cast)
    with pytest.raises(TransitionError):
        registering.designate(case=case, unit=cast.town, reason="x", version=case.version, by=cast.office, at=AT)


# The line that lists show.


def test_the_clerk_says_what_was_asked_and_names_nobody(client, cast):
    case = makers.applied(cast)
    assert "三公" not in case.subject
    client.force_login(cast.clerk)
    assert act(client, case, "subject", subject="王小明要的决算").status_code == 422
    assert act(client, case, "subject", subject="2017年度三公经费决算").status_code == 302
    assert "2017年度三公经费决算" in client.get(reverse("disclosure:request-list")).content.decode()


# Two at once.


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("void", {"reason": "重复登记的一件"}),
        ("split", {"parts": "预算的明细表\n决算的明细表"}),
        ("merge", {"number": "县财政局公开申〔2018〕9号", "reason": "一并答复的理由"}),
    ],
)
def test_of_two_who_act_at_once_one_wins_and_the_other_keeps_the_words(client, cast, name, said):
    case = makers.applied(cast)
    seen = case.version
    answering.withdraw(case=case, reason="已经得到", version=case.version, by=cast.clerk, at=AT)
    client.force_login(cast.head)
    answer = client.post(f"/work/requests/{case.pk}/{name}/", {"version": seen, **said})
    assert answer.status_code == 409
    for words in said.values():
        assert words.splitlines()[0] in answer.content.decode()
    case.refresh_from_db()
    assert case.status == "withdrawn"


def test_services_refuse_what_was_seen_in_an_older_version(cast):
    case = makers.applied(cast)
    seen = case.version
    registering.name_subject(case=case, subject="三公经费", version=seen, by=cast.clerk, at=AT)
    for service, by, said in (
        (registering.void, cast.head, {"reason": "x"}),
        (registering.split, cast.head, {"parts": ["甲乙", "丙丁"]}),
        (registering.give_case_back, cast.clerk, {"belongs_to": None, "reason": "x"}),
        (registering.designate, cast.office, {"unit": cast.town, "reason": "x"}),
        (registering.name_subject, cast.clerk, {"subject": "决算"}),
    ):
        with pytest.raises(StaleError):
            service(case=Case.objects.get(), version=seen, by=by, at=AT, **said)
    assert InformationRequest.objects.count() == 1


# Another kind of answer.


def test_changing_the_kind_of_answer_loses_nothing_that_was_typed(client, cast):
    case = makers.applied(cast)
    client.force_login(cast.clerk)
    url = f"/work/requests/{case.pk}/answer/"
    typed = {**makers.FILLED["not_held"], "code": "not_held", "version": case.version}

    other = client.post(url, {**typed, "change": "kind", "kind": "refuse_safety"}).content.decode()
    case.refresh_from_db()
    assert case.status == "handling"
    assert "危及哪一项" in other
    kept = {name: f'name="{name}" value="{words}"' for name, words in makers.FILLED["not_held"].items()}
    assert all(each in other for each in kept.values())

    back = {**typed, "code": "refuse_safety", "reason": "正在处置", "change": "kind", "kind": "not_held"}
    first = client.post(url, back).content.decode()
    assert all(words in first for words in makers.FILLED["not_held"].values())
    assert 'name="reason" value="正在处置"' in first
    refused = client.post(url, {**back, "code": "refuse_safety", "change": ""} | {"kind": ""})
    assert refused.status_code in {200, 422}
    sent = client.post(url, {**typed, "reason": "正在处置"})
    assert sent.status_code == 302
    case.refresh_from_db()
    assert "reason" not in words_of(case)["answer"]
