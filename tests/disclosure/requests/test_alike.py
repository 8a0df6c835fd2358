"""The same person again (R21), and several people who ask for the same (R22)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from disclosure.models import InformationRequest, Item
from disclosure.requests.desk import answering, publication, registering, steps
from disclosure.requests.desk.repeats import asks_the_same
from disclosure.requests.likeness import are_alike, content_sketch
from ninghai.models import AuditEntry, Case
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT, published
from tests.disclosure.requests import makers
from tests.disclosure.requests.test_life import looked_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_calendar")]
LAND = "跃龙街道2018年土地利用总体规划调整方案"
OTHERS = [
    {"name": "李四方", "identity_number": "330226198505054321"},
    {"name": "赵五一", "identity_number": "330226197803031111"},
    {"name": "钱六六", "identity_number": "330226196611112222"},
]


def page_of(client, user, case: Case) -> str:
    client.force_login(user)
    return client.get(reverse("disclosure:request", args=[case.pk])).content.decode()


def answered(cast, **changes) -> Case:
    """Something was given, and it has arrived."""
    case = makers.signed(cast, code="open", **changes)
    makers.hand_to_post(cast, case, delivered_on=AT.date())
    return case


def three(cast) -> list[Case]:
    words = [LAND, f"申请公开{LAND}。", "请提供跃龙街道2018年土地利用总体规划的调整方案"]
    return [answered(cast, content=each, **who) for each, who in zip(words, OTHERS, strict=True)]


# R21.


@pytest.mark.core
def test_r21_the_clerk_is_warned_with_the_former_numbers_and_each_look_is_kept(client, cast):
    former = answered(cast)
    case, other = makers.applied(cast), makers.applied(cast, **OTHERS[0])

    shown = page_of(client, cast.clerk, case)

    paper = answering.answer_paper(former)
    assert "同一申请人以前申请过同样的信息" in shown
    assert former.number in shown
    assert paper.number in shown
    looks = AuditEntry.objects.filter(reason="核对是否重复申请", target_id=str(case.pk))
    assert [look.actor for look in looks] == [cast.clerk]
    page_of(client, cast.clerk, case)
    assert looks.all().count() == 2
    assert "同一申请人" not in page_of(client, cast.clerk, other)
    assert "同一申请人" not in page_of(client, cast.office, case)  # reads it, and does not handle it


def test_r21_the_same_in_other_words_and_other_things_are_told_apart(client, cast):
    former = answered(cast, content="请公开2017年度“三公”经费决算情况")
    further = makers.applied(cast, content="2018年义务教育学区划分方案")
    case = makers.applied(cast, content="2017年“三公”经费决算")

    shown = page_of(client, cast.clerk, case)

    same, others = shown.split("同一申请人向本单位还申请过1件其他信息")
    assert former.number in same
    assert further.number in others


def test_r21_a_repeat_needs_the_former_number_that_is_offered(client, cast):
    former = answered(cast)
    case, number = makers.applied(cast), answering.answer_paper(former).number
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])
    form = client.get(f"{page}answer/?code=repeat").content.decode()
    assert number in form
    assert "2018-11-20" in form

    said = {"version": case.version, "code": "repeat", "former_date": "2018-11-20"}
    refused = client.post(f"{page}answer/", {**said, "former_number": "县财政局公复〔2017〕9号"})
    assert (refused.status_code, f"原答复文号是：{number}" in refused.content.decode()) == (422, True)
    assert "县财政局公复〔2017〕9号" in refused.content.decode()
    assert client.post(f"{page}answer/", {**said, "former_number": ""}).status_code == 422
    typed = number.replace("〔", "[").replace("〕", "]")
    assert client.post(f"{page}answer/", {**said, "former_number": typed}).status_code == 302


@pytest.mark.parametrize("left", ["phone", "address"])
def test_r21_who_gave_no_identity_number_is_only_probably_the_same(client, cast, left):
    former, further = answered(cast), makers.applied(cast, content="2018年义务教育学区划分方案")
    letter = {"identity_number": "", "phone": "138-0574 1234", left: ""}
    case = makers.on_paper(cast, channel="signed_post", **letter)
    stranger = makers.on_paper(cast, **letter, name="王大明")
    nobody = makers.on_paper(cast, identity_number="", phone="", address="")  # a name alone is nobody's

    shown = page_of(client, cast.clerk, case)

    assert "可能是同一申请人以前申请过同样的信息" in shown
    assert "没有相同的证件号码，请核对是不是同一人" in shown
    assert answering.answer_paper(former).number in shown
    assert "还有2件，其中当月2件（没有计入当月件数）" in shown
    assert f"/work/requests/{further.pk}/" in shown
    assert "同一申请人当月" not in shown
    filled = {"former_number": "宁财公复〔2015〕3号", "former_date": "2015-03-01"}  # perhaps it was somebody else's
    answering.propose(case=case, code="repeat", filled=filled, version=case.version, by=cast.clerk, at=AT)
    for each in (stranger, nobody):
        assert "同一申请人" not in page_of(client, cast.clerk, each)


def test_r21_an_answer_from_before_the_register_may_be_named(cast):
    case = makers.applied(cast)
    filled = {"former_number": "宁财公复〔2015〕3号", "former_date": "2015-03-01"}
    answering.propose(case=case, code="repeat", filled=filled, version=case.version, by=cast.clerk, at=AT)
    assert case.status == "with_head"


def test_r21_what_was_amended_is_found_by_the_words_as_they_are_now(client, cast):
    first = makers.amending(cast, content="决算表")
    told = {"amended_on": date(2019, 6, 6), "content": "2017年度跃龙街道“三公”经费", "version": first.version}
    at = AT.replace(year=2019, month=6, day=6)
    steps.take_amendment(case=first, by=cast.clerk, at=at, **told)

    again = makers.unconfirmed(cast, content="2017年度跃龙街道“三公”经费决算表")
    town = registering.designate(case=first, unit=cast.town, reason="x", version=first.version, by=cast.office, at=at)
    there = makers.unconfirmed(cast, unit=cast.town, content="2017年度跃龙街道“三公”经费决算表")

    assert asks_the_same(first.information_request, again.information_request)
    assert asks_the_same(town.information_request, there.information_request)


def test_r21_another_unit_is_not_told_what_somebody_asked_here(client, cast):
    answered(cast)
    case = makers.applied(cast, unit=cast.town)
    assert "同一申请人" not in page_of(client, cast.other_clerk, case)


# R22.


def test_r22_three_people_who_ask_for_the_same_propose_its_publication(client, cast):
    cases = three(cast)
    for case in cases:
        shown = page_of(client, cast.clerk, case)
        assert "近一年有3件申请同类信息，建议主动公开" in shown
        assert all(each.number in shown for each in cases)
        assert not any(who["name"] in shown for who in OTHERS)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"identity_number": OTHERS[0]["identity_number"]}, id="two people alone"),
        pytest.param({"content": "跃龙街道2017年土地利用总体规划调整方案"}, id="of another year"),
        pytest.param({"content": "跃龙街道2018年义务教育学区划分方案"}, id="of another matter"),
        pytest.param({"at": AT - timedelta(days=400)}, id="too long ago"),
    ],
)
def test_r22_not_before_three_people_within_a_year(client, cast, changes):
    case, *_ = [makers.applied(cast, content=LAND, **who) for who in OTHERS[:2]]
    makers.applied(cast, **{"content": LAND, **OTHERS[2], **changes})
    assert "建议主动公开" not in page_of(client, cast.clerk, case)


def test_r22_what_is_entered_late_is_as_old_as_it_was(client, cast):
    case, *_ = [makers.applied(cast, content=LAND, **who) for who in OTHERS[:2]]
    makers.on_paper(cast, content=LAND, arrived_on=date(2017, 3, 1), **OTHERS[2])
    assert "建议主动公开" not in page_of(client, cast.clerk, case)


def test_r22_how_many_is_a_setting(client, cast, settings):
    settings.SIMILAR_REQUESTS = 2
    case, *_ = [makers.applied(cast, content=LAND, **who) for who in OTHERS[:2]]
    assert "近一年有2件申请同类信息" in page_of(client, cast.clerk, case)


def test_r22_by_one_act_a_draft_goes_its_normal_way_and_each_names_the_other(client, cast):
    cases = three(cast)
    case = Case.objects.get(pk=cases[1].pk)
    client.force_login(cast.clerk)
    page = reverse("disclosure:request", args=[case.pk])
    begun = client.get(f"{page}publish/").content.decode()
    assert "2017年度决算表1份" in begun  # what the unit has answered
    assert "土地利用" not in begun.partition("<form")[2]  # nothing of what the applicant wrote

    said = {"version": case.version, "title": "土地利用总体规划调整方案", "body": "方案全文见附件。"}
    assert client.post(f"{page}publish/", said).status_code == 302

    item = Item.objects.get()
    assert (item.status, item.unit, item.drafted_by) == ("draft", cast.finance, cast.clerk)
    assert set(item.requests.values_list("case", flat=True)) == {each.pk for each in cases}
    for each in cases:
        assert "已经拟成主动公开信息" in page_of(client, cast.clerk, each)
        assert "已经主动公开</dt>" not in looked_up(client, each).content.decode()  # not public yet
    client.force_login(cast.clerk)
    shown = client.get(reverse("disclosure:work-item-detail", args=[item.pk])).content.decode()
    assert all(each.number in shown for each in cases)
    case.refresh_from_db()
    with pytest.raises(TransitionError, match="已经拟成"):
        publication.draft_publication(case=case, title="x", body="y", version=case.version, by=cast.clerk, at=AT)


def test_r22_once_it_is_public_each_applicant_is_led_to_it(client, cast):
    cases, item = three(cast), published(cast, title="土地利用总体规划调整方案")
    InformationRequest.objects.update(published_as=item)
    for case in cases:
        found = looked_up(client, case).content.decode()
        assert "已经主动公开</dt>" in found
        assert item.get_absolute_url() in found


@pytest.mark.parametrize("field", ["title", "body"])
@pytest.mark.parametrize("words", ["李四方", "330226197803031111", "13805741234"])
def test_r22_nothing_of_an_applicant_stands_in_the_draft(cast, field, words):
    case, *_ = three(cast)
    said = {"title": "规划调整方案", "body": "方案全文"} | {field: f"公开给{words}的方案"}
    with pytest.raises(ValidationError, match="其中有申请人的信息"):
        publication.draft_publication(case=case, version=case.version, by=cast.clerk, at=AT, **said)
    assert not Item.objects.exists()


def test_r22_nothing_is_drafted_of_what_was_not_given(cast):
    cases = [makers.applied(cast, content=LAND, **who) for who in OTHERS]
    with pytest.raises(TransitionError, match="才能转为主动公开"):
        publication.draft_publication(
            case=cases[0], title="x", body="y", version=cases[0].version, by=cast.clerk, at=AT
        )


# Likeness.


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("2017年度“三公”经费决算表", "2017年三公经费决算表", True),
        ("申请公开宁海县2018年度中央彩票公益金使用情况", "宁海县2018年中央彩票公益金的使用", True),
        ("梅林街道河洪村征地补偿安置方案", "请提供：梅林街道河洪村征地补偿安置方案的相关信息。", True),
        ("2017年度“三公”经费决算表", "2016年度“三公”经费决算表", False),
        ("梅林街道河洪村征地补偿安置方案", "梅林街道河洪村村级财务公开明细", False),
        ("甬政发〔2018〕3号文件", "甬政发〔2018〕4号文件", False),
        ("。。。", "。。。", False),
    ],
)
def test_sketches_of_the_same_information_are_alike(one, other, alike):
    assert are_alike(content_sketch(one), content_sketch(other)) is alike


def test_a_sketch_tells_nothing_of_the_words():
    sketch = content_sketch(LAND)
    assert len(sketch) <= 320
    assert not any(word in sketch for word in ("2018", "土地"))
    assert sketch == content_sketch(LAND)
