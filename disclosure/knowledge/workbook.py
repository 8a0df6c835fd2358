"""Answers as an Excel workbook: a row each, taken out as they stand, and taken in as drafts after a look; all rows or none."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from disclosure.knowledge import services
from disclosure.knowledge.pages import KnowledgeForm, typed
from disclosure.models import Knowledge, Topic
from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetColumn, SheetRow, names_of
from ninghai.files.workbooks.writing import as_xlsx
from ninghai.models import Unit, User
from ninghai.models.state_machine import TransitionError
from ninghai.staff_site.sheet_import import SheetImport, SheetTrial

MOST_ROWS = 500
SHEET = FlatSheet(
    columns=(
        SheetColumn("编号", "number"),
        SheetColumn("负责单位", "unit"),
        SheetColumn("问题", "question", is_required=True),
        SheetColumn("别的问法", "other_words"),
        SheetColumn("主题分类", "topic"),
        SheetColumn("来源事项的代码", "service"),
        SheetColumn("来源信息的索引号", "item"),
        SheetColumn("其他来源", "source_words"),
        SheetColumn("引用的栏目", "fields_shown"),
        SheetColumn("解答", "answer"),
        SheetColumn("有效期至", "valid_until"),
        SheetColumn("复核日期", "review_by"),
    ),
    most_rows=MOST_ROWS,
    besides="知识库",
    advice="请先导出，在导出的文件上修改。",
    too_many=f"一次最多导入{MOST_ROWS}条，请分成几个文件。",
    no_rows="表中没有解答，请填写后再上传。",
)


def knowledge_as_xlsx(user: User) -> bytes:
    """Of every answer that the person sees the newest edition, unless it was withdrawn."""
    newest = Knowledge.objects.visible_to(user).newest().exclude(status="withdrawn")
    rows = [_written(each) for each in newest.for_list().order_by("number")]
    return as_xlsx([SHEET.labels, *rows], title="知识库", widths=[20] * len(SHEET.columns))


def _written(knowledge: Knowledge) -> list[str]:
    said = typed(knowledge)
    said |= {"topic": knowledge.topic.name if knowledge.topic else "", "fields_shown": "、".join(knowledge.fields)}
    said |= {"number": knowledge.number, "unit": knowledge.unit.short_name}
    return [str(said[column.name] or "") for column in SHEET.columns]


def take_in_row(row: SheetRow, found: SheetTrial, *, by: User, at: datetime) -> None:
    """A unit keeps its own, the office begins any unit's."""
    form, wrong = _read(row)
    if found.is_repeated(row, "number"):
        wrong.append(SHEET.problem(row, "number", f"和第{found.rows[row['number']]}行重复。"))
    if wrong:
        found.problems += wrong
        return
    try:
        with transaction.atomic():
            _keep(row, form.cleaned_data, found, by=by, at=at)
    except PermissionDenied as refused:
        found.problems.append(SHEET.problem(row, "unit", str(refused)))
    except TransitionError as refused:
        found.problems.append(SHEET.problem(row, "number", str(refused)))


def _read(row: SheetRow) -> tuple[KnowledgeForm, list[CellProblem]]:
    """As the form reads it, so that a cell may hold what the form may."""
    sent: dict[str, Any] = {column.name: row.get(column.name, "") for column in SHEET.columns}
    topic = Topic.objects.filter(parent=None, name=sent["topic"]).first()
    sent |= {"topic": topic.pk if topic else sent["topic"] and -1, "fields_shown": names_of(sent["fields_shown"])}
    form = KnowledgeForm(sent)
    return form, [SHEET.problem(row, name, "".join(map(str, words))) for name, words in form.errors.items()]


def _keep(row: SheetRow, given: dict[str, Any], found: SheetTrial, *, by: User, at: datetime) -> None:
    newest = _numbered(row.get("number", ""), by=by)
    if newest is None:
        unit = _unit(row.get("unit", ""), by=by)
        services.begin_knowledge(unit=unit, given=given, by=by, at=at)
        found.done.append((given["question"], unit.short_name, "新增，起草"))
    elif all(getattr(newest, name) == given[name] for name in services.WRITTEN):
        found.unchanged += 1
    else:
        is_draft = newest.status == "draft"
        said: dict[str, Any] = {"by": by, "at": at}
        draft = newest if is_draft else services.revise_knowledge(knowledge=newest, version=newest.version, **said)
        services.write_knowledge(knowledge=draft, given=given, version=draft.version, **said)
        found.done.append((given["question"], draft.unit.short_name, f"修改第{draft.edition}版草稿"))


def _numbered(number: str, *, by: User) -> Knowledge | None:
    """The newest edition of that number; None for a new answer."""
    if not number:
        return None
    key = int(number) if number.isdecimal() and len(number) < 10 else -1
    if found := Knowledge.objects.visible_to(by).newest().for_list().filter(number=key).first():
        return found
    raise TransitionError("没有这个编号的解答，新增的请不要填编号。")


def _unit(name: str, *, by: User) -> Unit:
    acting: Any = by.acting
    unit = Unit.objects.filter(short_name=name).first() if name else acting.unit
    if unit is None:
        raise PermissionDenied(f"没有单位“{name}”，请写单位简称，如“县财政局”。")
    return unit


IMPORT = SheetImport(
    sheet=SHEET,
    what="知识库",
    each="条解答",
    name="disclosure:knowledge",
    list_name="disclosure:work-knowledge-list",
    advice="新增的不填编号，引用的栏目用“、”隔开。",
    heads=("问题", "负责单位", "导入以后"),
    written=knowledge_as_xlsx,
    take_in_row=take_in_row,
    done="已导入{number}条解答的草稿，请逐条核对后提交审核。",
)
