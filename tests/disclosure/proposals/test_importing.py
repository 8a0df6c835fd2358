"""A meeting's proposals from Excel: looked at first, then all of them, or none."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from disclosure.models import Proposal
from disclosure.proposals.importing import SHEET
from ninghai.models import Case, Message
from tests.disclosure.proposals import makers

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:disclosure_proposalunit_import")
ROW = {
    "届次": makers.SESSION,
    "类别": "人大代表建议",
    "编号": "12",
    "提出人": makers.NAME,
    "公开的身份": "县人大代表",
    "姓名可以公开": "否",
    "事由": "加快老旧小区改造",
    "内容": "建议列入改造计划。",
    "主办单位": "县财政局",
    "协办单位": "深甽镇",
    "社会广泛关注": "是",
    "交办日期": "2018-02-10",
}


def workbook(*rows: dict[str, str]) -> SimpleUploadedFile:
    book, stream = Workbook(), io.BytesIO()
    book.active.append(SHEET.labels)
    for row in rows:
        book.active.append([row.get(label, "") for label in SHEET.labels])
    book.save(stream)
    return SimpleUploadedFile("建议提案.xlsx", stream.getvalue())


def test_what_is_shown_is_what_is_entered(client, cast):
    client.force_login(cast.office)
    second = {**ROW, "编号": "13", "协办单位": "", "交办日期": "", "主办单位": "宁海县深甽镇人民政府"}
    shown = client.post(PAGE, {"file": workbook(ROW, second)})
    assert "将录入 2 件，其中交办 1 件" in shown.text
    assert not Case.objects.exists()

    client.post(f"{PAGE}confirm/", {"rows": shown.context["sealed"]})

    found = Proposal.objects.order_by("number").select_related("case__unit")
    assert [(each.case.status, each.case.unit, each.is_wide) for each in found] == [
        ("handling", cast.finance, True),
        ("to_hand_over", cast.town, True),
    ]
    assert set(found[0].case.assignments.values_list("unit", "part")) == {
        (cast.finance.pk, "lead"),
        (cast.town.pk, "co"),
    }
    assert Message.objects.filter(recipient=cast.other_clerk).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"类别": "提议"}, "第 2 行“类别”：“提议”不能识别"),
        ({"编号": "十二"}, "第 2 行“编号”：“十二”不是编号"),
        ({"主办单位": "县水利局"}, "第 2 行“主办单位”：没有“县水利局”这个单位。"),
        ({"协办单位": "县财政局"}, "第 2 行“协办单位”：主办单位不能同时是协办单位。"),
        ({"交办日期": "2018-12-31"}, "第 2 行“交办日期”：日期应在2008-05-01和2018-11-20之间。"),
        ({"事由": ""}, "第 2 行“事由”：还没有填写"),
        ({"事由": f"{makers.NAME}的建议"}, "第 2 行“事由”：这里会显示在清单、通知和公开页面中，不要写提出人的姓名"),
        ({"事由": "请联系13805741234"}, "第 2 行“事由”：这里会显示在清单和通知中"),
        ({"公开的身份": "代表13805741234"}, "第 2 行“公开的身份”：这里会显示在清单和通知中"),
    ],
)
def test_one_wrong_cell_keeps_all_from_being_entered(client, cast, wrong, words):
    client.force_login(cast.office)

    answer = client.post(PAGE, {"file": workbook({**ROW, **wrong}, {**ROW, "编号": "13"})})

    assert (answer.status_code, answer.context["sealed"]) == (422, "")
    assert words in answer.text


def test_the_same_number_twice_or_one_that_is_there_is_refused(client, cast):
    makers.entered(cast)
    client.force_login(cast.office)

    answer = client.post(PAGE, {"file": workbook(ROW, {**ROW, "编号": "13"}, {**ROW, "编号": "13"})})

    assert [str(each) for each in answer.context["found"].problems] == [
        "第 2 行“编号”：这个届次的这个编号已经有了。",
        "第 4 行“编号”：这个届次的这个编号已经有了。",
    ]


def test_what_has_been_entered_meanwhile_is_not_entered_again(client, cast):
    client.force_login(cast.office)
    shown = client.post(PAGE, {"file": workbook(ROW)})
    makers.entered(cast)

    answer = client.post(f"{PAGE}confirm/", {"rows": shown.context["sealed"]}, follow=True)

    assert "没有导入" in answer.text
    assert Proposal.objects.count() == 1


def test_the_template_has_the_columns_and_its_hints_are_not_read(client, cast):
    client.force_login(cast.office)
    data = client.get(f"{PAGE}template/").content
    assert [cell.value for cell in load_workbook(io.BytesIO(data)).active[1]] == SHEET.labels

    answer = client.post(PAGE, {"file": SimpleUploadedFile("模板.xlsx", data)})

    assert "表中没有建议提案" in answer.text
