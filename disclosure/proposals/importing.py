"""A meeting's proposals from Excel (从 Excel 导入), one row each: looked at first, then all of them entered, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.legacy_import.values import day_of
from disclosure.models import Proposal, ProposalKind
from disclosure.proposals.services import LONGEST_SUBJECT, can_enter, enter_proposal, require_fit_for_lists
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.files.response import content_response
from ninghai.files.workbooks.reading import (
    CellProblem,
    FlatSheet,
    SheetColumn,
    SheetField,
    SheetRow,
    names_of,
    one_of,
    refuse,
)
from ninghai.files.workbooks.writing import XLSX, as_xlsx
from ninghai.models import Unit, User
from ninghai.models.state_machine import TransitionError, require
from ninghai.staff_site.pages import office_page, office_path
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest

# The sheet.


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 100_000):
        raise ValueError(f"“{text}”不是编号，应为大于零的整数。")
    return int(text)


def _day(text: str) -> date | None:
    return day_of(text) if text else None


YES_NO = one_of({"是": True, "否": False, "": False})
COLUMNS = (
    SheetColumn("届次", "session", is_required=True, longest=60),
    SheetColumn("类别", "kind", one_of({each.label: each.value for each in ProposalKind}), is_required=True),
    SheetColumn("编号", "number", _number, is_required=True),
    SheetColumn("提出人", "deputy", is_required=True, longest=100),
    SheetColumn("公开的身份", "role", is_required=True, longest=60),
    SheetColumn("姓名可以公开", "shows_name", YES_NO),
    SheetColumn("事由", "subject", is_required=True, longest=LONGEST_SUBJECT),
    SheetColumn("内容", "text", is_required=True, longest=10_000),
    SheetColumn("主办单位", "lead", is_required=True),
    SheetColumn("协办单位", "co_units"),
    SheetColumn("社会广泛关注", "is_wide", YES_NO),
    SheetColumn("难度较大", "is_hard", YES_NO),
    SheetColumn("交办日期", "handed_on", _day),
)
HINTS = {
    "session": "# 如 县十七届人大二次会议；这一行是说明，不会读入",
    "kind": "、".join(ProposalKind.labels),
    "deputy": "几位用“、”隔开，加密保存",
    "role": "如 县人大代表",
    "subject": "一句话，不写姓名",
    "lead": "单位简称或者全称，一个",
    "co_units": "几个用“、”隔开",
    "is_wide": "是、否",
    "handed_on": "填写后立即交办，如 2018-02-10",
}
MOST_ROWS = 300
SHEET = FlatSheet(
    columns=COLUMNS,
    most_rows=MOST_ROWS,
    besides="建议提案",
    advice="请下载模板，按模板填写。",
    too_many=f"一次最多导入{MOST_ROWS}件，请分成几个文件。",
    no_rows="表中没有建议提案，请填写后再上传。",
)


def _units(on: date) -> dict[str, Unit]:
    valid = list(Unit.objects.valid(on=on))
    return {name: unit for unit in valid for name in unit.names}


def _unit_named(text: str, units: dict[str, Unit]) -> Unit:
    if text not in units:
        raise ValueError(f"没有“{text}”这个单位。")
    return units[text]


# What the rows would become, and entering them.


@dataclass(slots=True)
class ProposalSheet:
    """What was read of each row, and what keeps the rows from being entered."""

    given: list[dict[str, Any]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)

    @property
    def handed_over(self) -> int:
        return sum(bool(each.get("handed_on")) for each in self.given)


def look_at(rows: Sequence[SheetRow], *, at: datetime) -> ProposalSheet:
    """Nothing is kept; every problem is told at its cell."""
    units, found, seen = _units(local_day(at)), ProposalSheet(), set[tuple[str, str, int]]()
    parsers = {
        "lead": lambda text: _unit_named(text, units),
        "co_units": lambda text: [_unit_named(name, units) for name in names_of(text)],
    }
    there = set(Proposal.objects.filter(is_void=False).values_list("kind", "session", "number"))
    for row in rows:
        values, wrong = SHEET.parse(row, parsers)
        found.problems += [*wrong, *([] if wrong else _wrong(row, values, there | seen, on=local_day(at)))]
        seen.add((values.get("kind", ""), values.get("session", ""), values.get("number", 0)))
        defaults: dict[str, Any] = {"shows_name": False, "co_units": [], "is_wide": False, "is_hard": False}
        found.given.append({**defaults, **values, "handed_on": values.get("handed_on")})
    return found


def _wrong(
    row: SheetRow, values: dict[str, Any], there: set[tuple[str, str, int]], *, on: date
) -> Iterator[CellProblem]:
    if (values["kind"], values["session"], values["number"]) in there:
        yield SHEET.problem(row, "number", "这个届次的这个编号已经有了。")
    if values["lead"] in values.get("co_units", []):
        yield SHEET.problem(row, "co_units", "主办单位不能同时是协办单位。")
    if (day := values.get("handed_on")) and not date(2008, 5, 1) <= day <= on:
        yield SHEET.problem(row, "handed_on", f"日期应在2008-05-01和{on}之间。")
    try:
        require_fit_for_lists(values["deputy"], values)
    except ValidationError as refused:
        yield from SHEET.problems_of(row, refused)


@transaction.atomic
def take_in(rows: Sequence[SheetRow], *, by: User, at: datetime) -> ProposalSheet:
    """All rows or none; ValidationError with what stands in the way by now."""
    require(can_enter(by))
    found = look_at(rows, at=at)
    refuse(found.problems)
    for given in found.given:
        named = f"{given['kind']} {given['session']} {given['number']} {at.isoformat()}"
        try:
            enter_proposal(given={**given, "form_id": uuid5(NAMESPACE_URL, named)}, by=by, at=at)
        except (ValidationError, TransitionError) as refused:
            why = "；".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
            raise ValidationError(f"{given['session']}第{given['number']}号：{why}") from refused
    return found


# The office's pages.

LIST = "admin:disclosure_proposalunit_changelist"
PAGE = "admin:disclosure_proposalunit_import"
PREVIEW = SealedPreview(salt="disclosure.proposals", field="rows", page=PAGE)


class ProposalUploadForm(forms.Form):
    file = SheetField(
        SHEET, label="建议提案（.xlsx）", help_text=f"按模板填写，一行一件，一次最多{MOST_ROWS}件，不超过 2 MB。"
    )


@require_safe
def template(request: AuthenticatedRequest) -> HttpResponse:
    """An empty sheet; the row that begins with # explains the columns and is not read."""
    hints = [HINTS.get(column.name, "") for column in COLUMNS]
    data = as_xlsx([SHEET.labels, hints], title="建议提案", widths=[30, *[16] * (len(COLUMNS) - 1)])
    return content_response(data, name="建议提案模板.xlsx", media_type=XLSX)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def importing(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a sheet and see what it would become; nothing is saved here."""
    form = ProposalUploadForm(request.POST or None, request.FILES or None)
    is_read = request.method == "POST" and form.is_valid()
    found = look_at(form.cleaned_data["file"], at=clock.now()) if is_read else None
    is_ready = found is not None and not found.problems
    return office_page(
        request,
        "admin/disclosure/proposals/import.html",
        title="导入建议提案",
        trail=[("各单位建议提案", reverse(LIST))],
        status=422 if form.errors or (found and found.problems) else 200,
        form=form,
        found=found,
        sealed=PREVIEW.seal(form.cleaned_data["file"]) if is_ready else "",
    )


@never_cache
@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Enter what was shown; what has changed meanwhile is found again."""
    return PREVIEW.confirm(request, partial(_kept, request))


def _kept(request: AuthenticatedRequest, rows: list[SheetRow]) -> HttpResponse:
    found = take_in(rows, by=request.user, at=clock.now())
    messages.success(request, f"已录入{len(found.given)}件，其中{found.handed_over}件已经交办。")
    return redirect("admin:disclosure_proposalunit_cases")


URLS: list[URLPattern] = [
    office_path("import/", importing, "disclosure_proposalunit_import"),
    office_path("import/template/", template, "disclosure_proposalunit_import_template"),
    office_path("import/confirm/", confirm, "disclosure_proposalunit_import_confirm"),
]
