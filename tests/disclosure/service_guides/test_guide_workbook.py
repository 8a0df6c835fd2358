"""Guides leave as .xlsx and come back: looked at first, then all of them or none."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from disclosure.models import GuideVersion, Service
from disclosure.service_guides.workbook import GUIDES
from ninghai.files.workbooks.writing import as_xlsx
from tests.disclosure.service_guides.makers import FAULTLESS, drafted, listed, published, with_head
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
IMPORT = "/work/guides/import/"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def exported(user) -> list[list[str]]:
    answer = signed_in(user).get("/work/guides/export/")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def uploaded(user, rows: list[list[str]]):
    file = SimpleUploadedFile("办事指南.xlsx", as_xlsx(rows, title="办事指南"))
    return signed_in(user).post(IMPORT, {"file": file})


def changed(rows: list[list[str]], name: str, text: str, *, row: int = 1) -> list[list[str]]:
    rows[row][rows[0].index(name)] = text
    return rows


def test_what_was_taken_out_comes_back_as_a_draft(cast):
    published(cast)
    rows = exported(cast.clerk)
    assert rows[0] == GUIDES.labels
    assert "没有变化" in uploaded(cast.clerk, rows).content.decode()

    shown = uploaded(cast.clerk, changed(rows, "办理地点", "新址2号窗口"))
    assert shown.status_code == 200
    assert "起草第2版" in shown.content.decode()
    assert GuideVersion.objects.count() == 1
    answer = signed_in(cast.clerk).post(f"{IMPORT}confirm/", {"rows": shown.context["sealed"]})

    assert answer["Location"] == "/work/guides/"
    draft = GuideVersion.objects.get(number=2)
    assert draft.status == "draft"
    assert draft.content == {**FAULTLESS, "办理地点": "新址2号窗口"}
    assert draft.materials.count() == 2


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        ("到现场次数", "两次", "到现场次数请写数字"),
        ("办件类型", "马上办", "请从列出的选项中选择"),
        ("申请材料", "｜原件", "第1行不能识别"),
        ("事项代码", "002-none", "事项清单里没有这个代码"),
        ("事项类型", "别的", "不能识别"),
        ("事项名称", "改了的名称", "“事项名称”和服务事项清单不一致（清单是“另一事项”），请在清单中修改。"),
        ("办理单位", "深甽镇", "“办理单位”和服务事项清单不一致"),
    ],
)
def test_one_wrong_cell_keeps_all_out(cast, column, text, sentence):
    published(cast)
    published(cast, listed(cast.finance, "002-permit-2", name="另一事项"))
    rows = changed(exported(cast.clerk), "办理地点", "新址2号窗口")

    answer = uploaded(cast.clerk, changed(rows, column, text, row=2))

    assert answer.status_code == 422
    assert "第 3 行" in answer.content.decode()
    assert sentence in answer.content.decode()
    assert GuideVersion.objects.count() == 2


def test_others_services_and_what_is_before_its_head_stay_as_they_are(cast):
    with_head(cast)
    rows = changed(exported(cast.clerk), "办理地点", "新址2号窗口")
    assert "不能导入" in uploaded(cast.clerk, rows).content.decode()

    drafted(cast, listed(cast.town, "108-public-1"), by=cast.other_clerk)
    assert len(exported(cast.clerk)) == 2
    rows = changed(exported(cast.other_clerk), "办理地点", "新址2号窗口")
    assert "不是本单位的" in uploaded(cast.clerk, rows).content.decode()
    assert len(exported(cast.office)) == 3


def test_the_office_takes_in_a_list_of_new_services_with_their_guides(cast):
    published(cast)
    rows = exported(cast.office)
    for column, text in (("事项代码", "002-permit-9"), ("事项名称", "新的事项"), ("办理单位", "县财政局")):
        changed(rows, column, text)

    shown = uploaded(cast.office, rows)
    assert "新增事项，起草办事指南" in shown.content.decode()
    signed_in(cast.office).post(f"{IMPORT}confirm/", {"rows": shown.context["sealed"]})

    assert Service.objects.get(code="002-permit-9").unit == cast.finance
    assert GuideVersion.objects.get(service__code="002-permit-9").status == "draft"
    assert "事项代码" in uploaded(cast.office, changed(rows, "事项代码", "新 代码")).content.decode()


def test_a_file_that_is_none_is_told_so(cast):
    file = SimpleUploadedFile("办事指南.xlsx", b"no workbook")

    answer = signed_in(cast.clerk).post(IMPORT, {"file": file})

    assert answer.status_code == 422
    assert signed_in(cast.clerk).post(f"{IMPORT}confirm/", {"rows": "x"}).status_code == 302
    assert signed_in(cast.head).get(IMPORT).status_code == 403
