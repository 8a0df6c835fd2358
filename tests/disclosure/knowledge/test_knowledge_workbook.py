"""Answers leave as .xlsx and come back: looked at first, then all of them or none."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from disclosure.knowledge import services
from disclosure.knowledge.workbook import SHEET
from disclosure.models import Knowledge, Topic
from ninghai.files.workbooks.writing import as_xlsx
from tests.disclosure.knowledge.makers import AT, QUESTION, in_review, published
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
IMPORT = "/work/knowledge/import/"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def exported(user) -> list[list[str]]:
    answer = signed_in(user).get("/work/knowledge/export/")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def uploaded(user, rows: list[list[str]]):
    file = SimpleUploadedFile("知识库.xlsx", as_xlsx(rows, title="知识库"))
    return signed_in(user).post(IMPORT, {"file": file})


def changed(rows: list[list[str]], name: str, text: str, *, row: int = 1) -> list[list[str]]:
    rows[row][rows[0].index(name)] = text
    return rows


def test_what_was_taken_out_comes_back_as_a_draft(cast):
    public = published(cast, topic=Topic.objects.create(code="09", name="卫生", path="卫生"))
    rows = exported(cast.clerk)
    assert rows[0] == SHEET.labels
    assert "没有变化" in uploaded(cast.clerk, rows).content.decode()
    assert Knowledge.objects.count() == 1

    rows = [
        *changed(rows, "解答", "改过的解答。"),
        ["", "", "新的问题？", *[""] * 4, "某条例", "", "新的解答。", "", "2019-06-01"],
    ]
    shown = uploaded(cast.clerk, rows)
    assert shown.status_code == 200, shown.content.decode()
    assert Knowledge.objects.count() == 1
    answer = signed_in(cast.clerk).post(f"{IMPORT}confirm/", {"rows": shown.context["sealed"]})

    assert answer["Location"] == "/work/knowledge/"
    draft, new = Knowledge.objects.filter(status="draft").order_by("pk")
    assert (draft.number, draft.edition, draft.answer, draft.topic) == (public.number, 2, "改过的解答。", public.topic)
    assert (new.question, new.unit, new.source_words) == ("新的问题？", cast.finance, "某条例")


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        ("编号", "99", "没有这个编号的解答"),
        ("编号", "九", "没有这个编号的解答"),
        ("负责单位", "深甽镇", "不是本单位"),
        ("负责单位", "没有的单位", "没有单位"),
        ("主题分类", "没有的", "请从列表里选择主题分类"),
        ("来源事项的代码", "没有", "没有这个代码的事项"),
        ("引用的栏目", "收费、不知道", "不知道"),
        ("复核日期", "明年", "日期请按"),
        ("问题", "", "请填写问题"),
    ],
)
def test_one_wrong_cell_keeps_all_out(cast, column, text, sentence):
    published(cast)
    rows = exported(cast.clerk)
    rows.append(list(rows[1]))
    changed(rows, "编号", "", row=2)
    changed(rows, "解答", "改过。")

    answer = uploaded(cast.clerk, changed(rows, column, text, row=2))

    assert answer.status_code == 422
    assert "第 3 行" in answer.content.decode()
    assert sentence in answer.content.decode()
    assert Knowledge.objects.count() == 1


def test_what_is_in_review_is_not_overwritten(cast):
    in_review(cast)
    rows = changed(exported(cast.clerk), "问题", f"{QUESTION}吗")

    assert "现在是“审查中”" in uploaded(cast.clerk, rows).content.decode()


def test_rows_that_nobody_changed_keep_nothing_out(cast):
    in_review(cast)
    withdrawn = published(cast, question="不要了的？")
    services.withdraw_knowledge(knowledge=withdrawn, reason="重复", version=withdrawn.version, by=cast.head, at=AT)
    rows = exported(cast.clerk)
    assert [row[2] for row in rows[1:]] == [QUESTION]

    shown = uploaded(
        cast.clerk, [*rows, ["", "", "新的问题？", *[""] * 4, "某条例", "", "新的解答。", "", "2019-06-01"]]
    )

    assert [cells[0] for cells in shown.context["found"].done] == ["新的问题？"]
    assert 'data-label="负责单位"' in shown.content.decode()


def test_the_office_begins_any_unit_s(cast):
    row = ["", "县财政局", "新的问题？", *[""] * 4, "某条例", "", "新的解答。", "", "2019-06-01"]
    shown = uploaded(cast.office, [SHEET.labels, row])
    signed_in(cast.office).post(f"{IMPORT}confirm/", {"rows": shown.context["sealed"]})

    assert Knowledge.objects.get().unit == cast.finance
