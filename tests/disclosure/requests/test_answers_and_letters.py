"""The list of answers, and the words of the papers."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from string import Formatter

import pytest
from django.core.exceptions import ValidationError

from disclosure.items.lifecycle import withdraw_item
from disclosure.requests.desk import answering
from disclosure.requests.letters.words import (
    FOUND,
    SAYS,
    AskedFor,
    CaseLetter,
    amendment_letter,
    answer_letter,
    consultation_notice,
    extension_letter,
    receipt_letter,
    third_party_letter,
)
from disclosure.requests.rules.answers import ANSWERS, FIELDS, answer_under, answers_under, require_complete
from disclosure.requests.rules.remedies import authorities_of
from ninghai.calendar.law import REGULATION_2008, REGULATION_2019, RULE_SETS
from reports.letters.case_letter import case_snapshot
from reports.pdf import render_pdf
from tests.disclosure.makers import published
from tests.disclosure.requests import makers
from tests.reports.reading import opened
from tests.reports.test_grid import rows_of_ink

ASKED = AskedFor(
    unit="宁海县财政局",
    applicant="王小明",
    received_on=date(2018, 11, 20),
    register_number="县财政局公开申〔2018〕3号",
    content="2017年度全县“三公”经费决算表。",
)


SHAPED = {"law": "《统计法》第二十五条", "address": "https://www.example.gov.cn/ninghai/3.html"}


def filled_for(answer) -> dict[str, str]:
    return {field.name: SHAPED.get(field.name) or [*field.choices, f"某{field.label}"][0] for field in answer.fields}


def letter(answer, rules, *, on=date(2018, 12, 10), kind="department", filled=None) -> CaseLetter:
    filled = filled_for(answer) if filled is None else filled
    authorities = authorities_of(kind, on=on)
    return answer_letter(asked=ASKED, answer=answer, filled=filled, rules=rules, authorities=authorities, on=on)


# The list.


def test_the_list_is_that_of_the_forms():
    assert [(each.code, each.row) for each in ANSWERS] == [
        ("published", "（一）"), ("open", "（一）"), ("partial", "（二）"),
        ("refuse_secret", "（三）1"), ("refuse_banned", "（三）2"), ("refuse_safety", "（三）3"), ("refuse_third", "（三）4"),
        ("refuse_internal", "（三）5"), ("refuse_process", "（三）6"), ("refuse_file", "（三）7"), ("refuse_register", "（三）8"),
        ("not_held", "（四）1"), ("other_agency", "（四）1"), ("to_be_made", "（四）2"), ("still_unclear", "（四）3"),
        ("petition", "（五）1"), ("repeat", "（五）2"), ("publication", "（五）3"), ("excessive", "（五）4"), ("confirm_again", "（五）5"),
        ("lapsed_unamended", "（六）1"), ("lapsed_unpaid", "（六）2"), ("other", "（六）3"),
    ]  # fmt: skip


def test_r09_a_lapse_counts_in_its_own_row():
    assert answer_under("lapsed_unamended", REGULATION_2019).row == "（六）1"
    assert answer_under("lapsed_unamended", REGULATION_2008) is None  # there an improved paper is a new application
    assert answer_under("still_unclear", REGULATION_2008).row_2008 == "告知作出更改补充"


@pytest.mark.parametrize(
    ("code", "filled", "missing"),
    [
        pytest.param("refuse_safety", {"reason": "x"}, "危及哪一项", id="R14 which of the four"),
        pytest.param("refuse_safety", {"safety": "社会和谐", "reason": "x"}, "危及哪一项", id="R14 none of the four"),
        pytest.param("not_held", {}, "检索范围", id="R14 no search record"),
        pytest.param("not_held", {"searched_where": "档案室", "searched_words": "x", "searched_by": "y"}, "检索日期", id="R14 nor when"),
        pytest.param("partial", {"given": "甲", "reason": "x"}, "不公开的部分", id="R14 one half of two"),
        pytest.param("published", {"where": "  "}, "信息地址或者获取途径", id="R14 neither of two"),
        pytest.param("repeat", {"former_date": "2018-01-02"}, "原答复文号", id="R21 the former answer's number"),
        pytest.param("other_agency", {"agency_contact": "x"}, "负责公开的机关或者理由", id="R14 whose it is"),
        pytest.param("refuse_banned", {"law": "《统计法》"}, "法律、行政法规名称和条款", id="R14 no article"),
        pytest.param("refuse_banned", {"law": "有关规定第三条"}, "法律、行政法规名称和条款", id="R14 no law"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_before_anybody_signs(code, filled, missing):
    for rules in RULE_SETS:
        with pytest.raises(ValidationError, match=f"“{missing}”"):
            require_complete(code, filled, rules=rules)


@pytest.mark.parametrize("rules", RULE_SETS, ids=["2008", "2019"])
def test_every_answer_needs_each_of_its_groups_and_no_more(rules):
    for answer in answers_under(rules):
        filled = filled_for(answer)
        assert require_complete(answer.code, filled, rules=rules) == answer
        for group in answer.needs:
            without = {name: words for name, words in filled.items() if name not in group}
            assert answer.missing(without) == ["或者".join(FIELDS[name].label for name in group)]


CARRIES = {  # before it is signed, as the forms and the articles want it
    "published": ["信息地址或者获取途径"],
    "open": ["随附材料或者提供方式和时间"],
    "partial": ["公开的部分", "不公开的部分", "理由"],
    "refuse_secret": ["定密依据"],
    "refuse_banned": ["法律、行政法规名称和条款"],
    "refuse_safety": ["危及哪一项", "理由"],
    "refuse_third": ["征求意见情况"],
    "refuse_internal": ["哪一类内部事务信息"],
    "refuse_process": ["哪一类过程性信息"],
    "refuse_file": ["行政执法案卷名称"],
    "refuse_register": ["登记资料名称", "查询办法"],
    "not_held": ["检索范围", "检索用词", "检索人", "检索日期"],
    "other_agency": ["负责公开的机关或者理由"],
    "to_be_made": ["需要怎样加工、分析"],
    "still_unclear": ["补正告知和申请人的答复"],
    "petition": ["应当通过的渠道"],
    "repeat": ["原答复文号", "原答复日期"],
    "publication": ["获取途径"],
    "excessive": ["说明理由通知和申请人的答复"],
    "confirm_again": ["申请人已经获取的信息"],
    "lapsed_unamended": ["补正告知和申请人的答复", "期限届满日期"],
    "lapsed_unpaid": ["收费通知", "期限届满日期"],
    "other": ["理由"],
}
NOT_YET = ("refuse_file", "publication", "excessive", "confirm_again", "lapsed_unamended", "lapsed_unpaid")
CARRIES_2008 = {code: labels for code, labels in CARRIES.items() if code not in NOT_YET} | {
    "still_unclear": ["哪些内容不明确"]
}
FOLLOWS = {  # upon what was asked of the applicant before
    "still_unclear": "收到补正",
    "excessive": "收到说明的理由”或者“逾期没有说明理由",
    "lapsed_unamended": "逾期没有补正",
    "lapsed_unpaid": "逾期没有缴费",
}


@pytest.mark.django_db
@pytest.mark.usefixtures("work_calendar")
@pytest.mark.parametrize(
    ("rules", "made", "carries", "follows"),
    [
        pytest.param(REGULATION_2008, makers.applied, CARRIES_2008, {}, id="2008"),
        pytest.param(REGULATION_2019, makers.confirmed, CARRIES, FOLLOWS, id="2019"),
    ],
)
def test_r14_no_kind_of_answer_is_sent_on_without_what_it_must_carry(cast, rules, made, carries, follows):
    case = made(cast)
    said = {"case": case, "version": case.version, "by": cast.clerk, "at": makers.AT.replace(year=2019, month=6, day=4)}
    assert {answer.code for answer in answers_under(rules)} == set(carries)

    for code, labels in carries.items():
        with pytest.raises(ValidationError, match=f"签发前还要填写：{'、'.join(f'“{label}”' for label in labels)}。"):
            answering.propose(code=code, filled={}, **said)
    for code, first in follows.items():
        with pytest.raises(ValidationError, match=f"要先有“{first}”"):
            answering.propose(code=code, filled=filled_for(answer_under(code, rules)), **said)

    case.refresh_from_db()
    assert case.status == "handling"


@pytest.mark.django_db
@pytest.mark.usefixtures("work_calendar")
def test_r14_what_is_public_already_has_an_address_that_opens(cast, settings):
    case, item = makers.applied(cast), published(cast)
    page = f"{settings.SITE_URL}{item.get_absolute_url()}"
    said = {"case": case, "code": "published", "by": cast.clerk, "at": makers.AT}

    dead = [f"{page[:-2]}/", f"{settings.SITE_URL}/work/", f"{item.index_number}0"]
    for address in ("县财政局网站", "www.example.gov.cn", "http://", f"{page}\n又", *dead):
        with pytest.raises(ValidationError, match="没有已公开的信息在这个地址") as refused:
            answering.propose(filled={"address": address, "where": "县档案馆"}, version=case.version, **said)
        assert list(refused.value.message_dict) == ["address"]
    for address in ("", "https://www.example.gov.cn/art/2018/3.html", page, item.index_number):
        answering.propose(filled={"address": address, "where": "县档案馆"}, version=case.version, **said)
        if address != item.index_number:
            answering.send_back(case=case, reason="再核对", version=case.version, by=cast.head, at=makers.AT)
    withdraw_item(item=item, reason="wrong", explanation="数据有误", by=cast.office, at=makers.AT)
    with pytest.raises(ValidationError, match="没有已公开的信息在这个地址"):  # since it was proposed
        answering.sign(case=case, version=case.version, by=cast.head, at=makers.AT)


def test_an_answer_that_the_law_of_the_day_does_not_know_is_refused():
    with pytest.raises(ValidationError, match="2008年施行）没有这一种答复"):
        require_complete("excessive", {"reasons_letter": "x"}, rules=REGULATION_2008)
    with pytest.raises(ValidationError, match="没有这一种答复"):
        require_complete("anything", {}, rules=REGULATION_2019)


# The letters.


def test_every_answer_has_its_words_and_every_field_is_said_or_kept_inside():
    assert set(FOUND) == {answer.code for answer in ANSWERS}
    in_findings = {
        name for words in FOUND.values() for text in words for _, name, _, _ in Formatter().parse(text) if name
    }
    for name, field in FIELDS.items():
        assert field.is_inner != (name in SAYS or name in in_findings), name


@pytest.mark.parametrize("rules", RULE_SETS, ids=["2008", "2019"])
def test_every_answer_letter_has_its_parts_in_order(rules):
    for answer in answers_under(rules):
        made = letter(answer, rules)
        opening, found, decision, remedies, closing = made.paragraphs
        assert made.title == f"宁海县财政局{answer.title}"
        assert made.addressee == "王小明："
        assert opening == (
            "本机关于2018年11月20日收到您提交的政府信息公开申请（登记号：县财政局公开申〔2018〕3号），"
            "您申请获取：“2017年度全县‘三公’经费决算表”。"
        )
        assert found.startswith(("经审查，", "经检索，"))
        assert decision.startswith(f"根据{answer.basis(rules)}的规定，")
        assert "60日" in remedies
        assert "6个月" in remedies
        assert closing == "特此告知。"
        said = "".join(made.paragraphs)
        for field in answer.fields:
            assert (filled_for(answer)[field.name] in said) != field.is_inner, (answer.code, field.name)
        assert "{" not in said
        assert "。。" not in said
        assert CaseLetter.thawed(made.frozen()) == made


def test_r16_the_letter_prints_sixty_days_and_six_months_with_who_hears_it():
    remedies = letter(answer_under("not_held", REGULATION_2008), REGULATION_2008).paragraphs[3]

    assert remedies == (
        "如对本告知书不服，可以自收到本告知书之日起60日内，依法向宁海县人民政府或者上一级主管部门申请行政复议"
        "（《行政复议法》（1999年施行）第九条），也可以自收到本告知书之日起6个月内，依法向宁海县人民法院提起行政诉讼"
        "（《行政诉讼法》（2014年修正）第四十六条）。"
    )


@pytest.mark.parametrize(
    ("code", "on", "words", "absent"),
    [
        ("refuse_secret", date(2015, 4, 30), "3个月", "6个月"),
        ("refuse_secret", date(2015, 5, 1), "6个月", "3个月"),
        ("refuse_secret", date(2023, 12, 31), "也可以自收到", "应当先"),
        ("refuse_secret", date(2024, 1, 1), "应当先自收到本告知书之日起60日内", "也可以"),
        ("refuse_secret", date(2024, 1, 1), "15日", "上一级主管部门"),
        ("open", date(2024, 1, 1), "也可以自收到", "应当先"),
        ("partial", date(2024, 1, 1), "应当先", "也可以"),
    ],
)
def test_r16_remedies_are_those_of_the_day(code, on, words, absent):
    rules = REGULATION_2008 if on.year < 2019 else REGULATION_2019
    remedies = letter(answer_under(code, rules), rules, on=on).paragraphs[3]

    assert words in remedies
    assert absent not in remedies


def test_who_hears_it_depends_on_the_unit():
    on = date(2018, 12, 10)

    assert authorities_of("town", on=on).reviewers == "宁海县人民政府"
    assert authorities_of("department", on=on).reviewers == "宁海县人民政府或者上一级主管部门"
    assert authorities_of("department", on=date(2024, 1, 1)).reviewers == "宁海县人民政府"
    assert "宁海县人民政府" not in authorities_of("office", on=on).reviewers


def test_a_receipt_says_the_last_day_and_how_it_was_found():
    on = date(2018, 11, 20)
    said = {"asked": ASKED, "code": "7K3M-9QXD", "page": "https://ninghai.example/lookup/", "on": on}
    due = {"due": date(2018, 12, 11), "derivation": "时限15个工作日。"}
    told = receipt_letter(way="当面提交", why="以提交之日为收到申请之日", **due, **said)
    waiting = receipt_letter(way="传真", why="须与申请人确认", due=None, derivation="", **said)

    assert "登记号：县财政局公开申〔2018〕3号。查询码：7K3M-9QXD" in told.paragraphs[1]
    assert "https://ninghai.example/lookup/" in told.paragraphs[1]
    assert told.paragraphs[2] == "提交方式：当面提交。以提交之日为收到申请之日。"
    assert told.paragraphs[3] == "答复期限至2018年12月11日（时限15个工作日）。"
    assert "尚未起算" in waiting.paragraphs[3]


def test_no_code_is_divided_between_two_lines():
    paragraphs = tuple("字" * n + "：7K3M-9QXD。" for n in range(30))
    told = CaseLetter(
        title="政府信息公开申请登记回执", addressee="王小明：", paragraphs=paragraphs, signed_by="宁海县财政局"
    )
    printed = case_snapshot(told, dated=date(2018, 11, 20), code="H6QF-SGZA", verify_url="http://a/b/", signer="")
    with opened(render_pdf(snapshot=printed)) as document:
        lines = "\n".join(page.extract_text() for page in document.pages).splitlines()

    assert sum("7K3M" in line for line in lines) == 30
    assert all(("7K3M" in line) == ("9QXD" in line) for line in lines)


def printed(told: CaseLetter):
    return case_snapshot(
        replace(told, number="县财政局公复〔2018〕3号"),
        dated=date(2018, 12, 10),
        code="H6QF-SGZA",
        verify_url="https://ninghai.example.gov.cn/verify/H6QF-SGZA/",
        signer="",
    )


def test_a_letter_of_a_few_lines_is_one_page_without_a_number():
    on, law = date(2018, 12, 10), "《政府信息公开条例》（2019年修订）第三十二条"
    extended = {"amount": 15, "due": date(2019, 1, 2), "reason": "需要检索的档案较多", "law": law}
    letters = [
        amendment_letter(asked=ASKED, items="写明需要哪一年的决算", days=10, on=on),
        extension_letter(asked=ASKED, on=on, **extended),
        consultation_notice(asked=ASKED, law=law, on=on),
        letter(answer_under("not_held", REGULATION_2008), REGULATION_2008),
    ]
    for told in letters:
        with opened(render_pdf(snapshot=printed(told))) as document:
            assert len(document.pages) == 1
            assert "— 1 —" not in document.pages[0].extract_text()


def test_a_letter_is_set_as_letters_are():
    """信函格式: the name 30 mm below the edge, a double rule 4 mm below it, another one 20 mm above the lower edge."""
    told = amendment_letter(asked=ASKED, items="写明需要哪一年的决算", days=10, on=date(2018, 12, 10))
    with opened(render_pdf(snapshot=printed(told))) as document:
        red, _ = rows_of_ink(document.pages[0])

    rules = [at for at in red if at > 60]
    assert min(red) == pytest.approx(30, abs=0.5)
    assert max(rules) == pytest.approx(277, abs=0.5)
    head = [at for at in red if at < 60]
    gap = next(after - before for before, after in pairwise(head) if after - before > 1)
    assert gap == pytest.approx(4, abs=0.6)


def test_an_amendment_notice_says_what_by_when_and_what_follows():
    told = "".join(amendment_letter(asked=ASKED, items="写明需要哪一年的决算", days=10, on=date(2019, 6, 5)).paragraphs)

    for words in ("写明需要哪一年的决算。", "自收到本告知书之日起10个工作日内补正", "重新计算", "视为放弃申请"):
        assert words in told


def test_a_third_party_reads_what_would_be_disclosed_and_not_who_asks():
    law = "《政府信息公开条例》（2019年修订）第三十二条"
    told = third_party_letter(
        asked=ASKED,
        to="宁海某某有限公司",
        disclosed="贵公司的报价单",
        days=15,
        silence="逾期未提出意见的，由本机关依照规定决定是否公开",
        online="也可以在网上答复。",
        law=law,
        on=date(2019, 9, 9),
    )

    said = told.addressee + "".join(told.paragraphs)
    assert "王小明" not in said
    assert ASKED.register_number not in said
    assert "贵公司的报价单。" in said
    assert (
        "自收到本征求意见书之日起15个工作日内提出书面意见" in said
    )  # the law counts from there, not from the letter's day
    assert "征求意见所需时间不计算" in "".join(
        consultation_notice(asked=ASKED, law=law, on=date(2019, 9, 9)).paragraphs
    )


def test_an_extension_says_by_how_much_why_and_until_when():
    told = extension_letter(
        asked=ASKED,
        amount=15,
        due=date(2019, 1, 2),
        reason="需要检索的档案较多",
        law="《条例》第二十四条",
        on=date(2018, 12, 5),
    )

    assert "延长15个工作日，将于2019年1月2日前答复" in told.paragraphs[1]
