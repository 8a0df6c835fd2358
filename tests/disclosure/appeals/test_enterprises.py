"""The table of public enterprises: kept in the admin, taken out and in by Excel."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from disclosure.appeals.enterprises import SHEET
from disclosure.models import PublicEnterprise
from ninghai.models import AuditEntry
from tests.disclosure.appeals import makers

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:disclosure_publicenterprise_import")
ROW = {"名称": "县自来水公司", "行业": "供水", "主管部门": "县财政局", "地址": "演示路1号", "电话": "0574-65001234", "有账号": "否", "在用": "是"}  # fmt: skip


def workbook(*rows: dict[str, str]) -> SimpleUploadedFile:
    book, stream = Workbook(), io.BytesIO()
    book.active.append(SHEET.labels)
    for row in rows:
        book.active.append([row.get(label, "") for label in SHEET.labels])
    book.save(stream)
    return SimpleUploadedFile("公共企事业单位.xlsx", stream.getvalue())


def test_the_list_leads_whoever_may_change_it_to_the_import(client, cast):
    listed = reverse("admin:disclosure_publicenterprise_changelist")
    client.force_login(cast.office)
    assert PAGE in client.get(listed).text

    client.force_login(cast.signer)
    assert PAGE not in client.get(listed).text


def test_what_is_shown_is_what_is_kept(client, cast):
    client.force_login(cast.office)
    kept = makers.enterprise(cast.town)
    shown = client.post(PAGE, {"file": workbook(ROW, {**ROW, "名称": "县第一中学", "行业": "教育"})})
    assert "将导入 2 个，其中新增 1 个" in shown.text
    kept.refresh_from_db()
    assert kept.department == cast.town

    client.post(f"{PAGE}confirm/", {"rows": shown.context["sealed"]})

    kept.refresh_from_db()
    assert (kept.department, kept.phone, kept.is_active) == (cast.finance, "0574-65001234", True)
    assert PublicEnterprise.objects.get(name="县第一中学").sector == "education"
    told = AuditEntry.objects.filter(target_type="disclosure.publicenterprise", detail__by_workbook=True)
    assert sorted(told.values_list("action", flat=True)) == ["create", "edit"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"名称": ""}, "第 2 行“名称”：还没有填写"),
        ({"行业": "供暖气"}, "第 2 行“行业”：“供暖气”不能识别"),
        ({"行业": ""}, "第 2 行“行业”：还没有填写"),
        ({"主管部门": "县水利局"}, "第 2 行“主管部门”：没有“县水利局”这个单位。"),
        ({"电话": "1" * 61}, "第 2 行“电话”：不超过 60 字。"),
        ({"在用": "也许"}, "第 2 行“在用”：“也许”不能识别"),
        ({"名称": "县第一中学"}, "第 3 行“名称”：这个名称在表中有两行。"),
    ],
)
def test_one_wrong_cell_keeps_all_from_being_kept(client, cast, wrong, words):
    client.force_login(cast.office)

    answer = client.post(PAGE, {"file": workbook({**ROW, **wrong}, {**ROW, "名称": "县第一中学", "行业": "教育"})})

    assert answer.status_code == 422
    assert words in answer.text
    assert not PublicEnterprise.objects.exists()


def test_what_the_list_exports_can_be_taken_in_again(client, cast):
    client.force_login(cast.office)
    makers.enterprise(cast.finance, address="演示路1号", phone="0574-65001234", has_account=True)
    exported = client.get(reverse("admin:disclosure_publicenterprise_xlsx"))
    data = b"".join(exported) if exported.streaming else exported.content
    assert [cell.value for cell in load_workbook(io.BytesIO(data)).active[1]] == SHEET.labels

    shown = client.post(PAGE, {"file": SimpleUploadedFile("表.xlsx", data)})
    client.post(f"{PAGE}confirm/", {"rows": shown.context["sealed"]})

    kept = PublicEnterprise.objects.get()
    assert (kept.sector, kept.department, kept.has_account, kept.is_active) == ("water", cast.finance, True, True)


def test_one_that_is_no_more_is_not_offered_and_its_appeals_stay(client, cast):
    case = makers.appealed(cast)
    PublicEnterprise.objects.update(is_active=False)

    assert "县自来水公司" not in client.get(reverse("disclosure:appeal-new")).content.decode()
    client.force_login(cast.clerk)
    assert "县自来水公司" in client.get(reverse("disclosure:appeal", args=[case.pk])).content.decode()


def test_without_enterprises_there_is_no_door_for_them(client, cast):
    assert "对公共企事业单位申诉" not in client.get("/interaction/").content.decode()

    makers.enterprise(cast.finance)

    assert "对公共企事业单位申诉" in client.get("/interaction/").content.decode()
