"""Guides as an Excel workbook: a row each, taken out as they stand, and taken in as drafts after a look; all rows or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.models import GuideVersion, Service
from disclosure.models.states import GuideStatus
from disclosure.service_guides import services
from disclosure.service_guides.content import FIELDS, Content, as_typed
from disclosure.service_guides.forms import GuideForm
from ninghai.calendar import clock
from ninghai.files.response import content_response
from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetColumn, SheetField, SheetRow, one_of, refuse
from ninghai.files.workbooks.writing import XLSX, as_xlsx
from ninghai.models import AuditEntry, Role, Unit, User, acts_as
from ninghai.models.state_machine import TransitionError
from ninghai.staff_site.preview import SealedPreview
from ninghai.web.http import AuthenticatedRequest

MOST_ROWS = 200
KINDS = {str(label): value for value, label in Service.Kind.choices}
OF_SERVICE = (
    SheetColumn("事项代码", "code", is_required=True, longest=40),
    SheetColumn("事项名称", "name", longest=200),
    SheetColumn("办理单位", "unit"),
    SheetColumn("事项类型", "service_kind", one_of({**KINDS, "": ""})),
    SheetColumn("基本编码", "base_code", longest=12),
    SheetColumn("实施编码", "implementation_code", longest=36),
)
GUIDES = FlatSheet(
    columns=(*OF_SERVICE, *(SheetColumn(each.name, f"field_{each.key}", longest=each.longest) for each in FIELDS)),
    most_rows=MOST_ROWS,
    besides="办事指南",
    advice="请先导出，在导出的文件上修改。",
    too_many=f"一次最多导入{MOST_ROWS}个事项，请分成几个文件。",
    no_rows="表中没有事项，请填写后再上传。",
)


# Taking out.


def guides_as_xlsx(user: User) -> bytes:
    """Of every service that the person sees the version that is worked on, else the one that was published last."""
    newest = {each.service_id: each for each in GuideVersion.objects.visible_to(user).newest()}
    listed = Service.objects.for_list()
    if not acts_as(user, Role.OFFICE, Role.SIGNER):
        acting: Any = user.acting
        listed = listed.filter(unit__in=Unit.objects.inherited_by(acting.unit))
    rows = (_written(service, newest.get(service.pk)) for service in listed.order_by("unit__position", "code"))
    return as_xlsx([GUIDES.labels, *rows], title="办事指南", widths=[20] * len(GUIDES.columns))


def _written(service: Service, guide: GuideVersion | None) -> list[str]:
    content = guide.content if guide else {}
    return [*_of_service(service), *(as_typed(content, each) for each in FIELDS)]


def _of_service(service: Service) -> list[str]:
    of_service = [service.code, service.name, service.unit.short_name, service.get_kind_display()]
    return [*of_service, service.base_code, service.implementation_code]


# Taking in.


@dataclass(slots=True)
class GuideDryRun:
    """What the rows would become: (service, what happens), and what keeps them from it."""

    done: list[tuple[Service, str]] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    unchanged: int = 0


def take_in_guides(rows: Sequence[SheetRow], *, by: User, at: datetime, is_dry_run: bool) -> GuideDryRun:
    """All rows or none; a look only with `is_dry_run`. New services are the office's to list."""
    found, seen = GuideDryRun(), dict[str, str]()
    with transaction.atomic():
        for row in rows:
            if first := seen.get(row["code"]):
                found.problems.append(GUIDES.problem(row, "code", f"和第{first}行重复。"))
            else:
                seen[row["code"]] = row["row"]
                _take_in(row, found, by=by, at=at)
        if is_dry_run or found.problems:
            transaction.set_rollback(True)
    return found


def _take_in(row: SheetRow, found: GuideDryRun, *, by: User, at: datetime) -> None:
    values, wrong = GUIDES.parse(row, {})
    content, unread = _content(row)
    if wrong := [*wrong, *unread]:
        found.problems += wrong
        return
    try:
        with transaction.atomic():
            service, is_new = _service(values, by=by)
            found.done += (
                [(service, "新增事项，起草办事指南" if is_new else words)]
                if (words := _kept(service, content, by=by, at=at))
                else []
            )
            found.unchanged += not words
    except (PermissionDenied, TransitionError) as refused:
        found.problems.append(GUIDES.problem(row, "code", str(refused)))
    except ValidationError as refused:
        found.problems.append(GUIDES.problem(row, "code", "；".join(refused.messages)))


def _content(row: SheetRow) -> tuple[Content, list[CellProblem]]:
    """The fields as the form reads them, so that a cell may hold what the form may."""
    typed = {each.key: row.get(f"field_{each.key}", "") for each in FIELDS}
    form = GuideForm(typed, content={})
    if form.is_valid():
        return form.cleaned_data["content"], []
    return {}, [GUIDES.problem(row, f"field_{key}", "".join(map(str, words))) for key, words in form.errors.items()]


def _service(values: dict[str, Any], *, by: User) -> tuple[Service, bool]:
    """The one of that code, which the person may draft for; the office lists one that is not there."""
    service = Service.objects.for_list().filter(code=values["code"]).first()
    if service is not None:
        if not (acts_as(by, Role.OFFICE) or services.can_begin(by, service)):
            raise PermissionDenied("这个事项不是本单位的，不能导入。")
        _require_as_listed(service, values)
        return service, False
    if not acts_as(by, Role.OFFICE):
        raise PermissionDenied("事项清单里没有这个代码，请先由县政府办公室列入清单。")
    unit = Unit.objects.filter(short_name=values.get("unit", "")).first()
    if unit is None:
        raise ValidationError("新增事项要写办理单位的简称，如“县财政局”。")
    said = {name: values.get(name, "") for name in ("code", "name", "base_code", "implementation_code")}
    service = Service(unit=unit, kind=values.get("service_kind", ""), **said)
    service.full_clean(exclude=["title_vector", "text_vector"])
    service.save()
    return service, True


def _require_as_listed(service: Service, values: dict[str, Any]) -> None:
    """What the list of services says is changed there, and not lost here without a word."""
    listed = dict(zip((column.name for column in OF_SERVICE), _of_service(service), strict=True))
    for column in OF_SERVICE:
        said = values.get(column.name) or listed[column.name]
        said = service.get_kind_display() if said == service.kind else said
        if said != listed[column.name]:
            raise ValidationError(
                f"“{column.label}”和服务事项清单不一致（清单是“{listed[column.name]}”），请在清单中修改。"
            )


def _kept(service: Service, content: Content, *, by: User, at: datetime) -> str:
    """What has become of the row: empty where the guide says so already."""
    public = GuideVersion.objects.published().filter(service=service).order_by("-number").first()
    begun = GuideVersion.objects.unfinished().filter(service=service).first()
    newest = begun or public
    if newest and all(as_typed(newest.content, each) == as_typed(content, each) for each in FIELDS):
        return ""
    if begun and begun.status != GuideStatus.DRAFT:
        raise TransitionError(f"第{begun.number}版{begun.get_status_display()}，不能导入。")
    guide = services.begun_for(service, by=by, at=at)
    services.keep_content(guide, content, by=by, at=at)
    return f"修改第{guide.number}版草稿" if begun else f"起草第{guide.number}版"


# Their pages.

PREVIEW = SealedPreview(salt="disclosure.service_guides", field="rows", page="disclosure:service-guide-import")


class GuideUploadForm(forms.Form):
    file = SheetField(
        GUIDES, label="办事指南（.xlsx）", help_text=f"一行一个事项，一次最多{MOST_ROWS}个，不超过 2 MB。"
    )


@require_safe
def guide_export(request: AuthenticatedRequest) -> HttpResponse:
    detail = {"file": "办事指南.xlsx"}
    by: Any = request.user
    target = by.acting.unit
    AuditEntry.objects.record(action=AuditEntry.Action.EXPORT, target=target, by=by, at=clock.now(), detail=detail)
    return content_response(guides_as_xlsx(by), name=detail["file"], media_type=XLSX)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guide_import(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a workbook and see what it would become; nothing is saved here."""
    form = GuideUploadForm(request.POST or None, request.FILES or None)
    rows = form.cleaned_data["file"] if request.method == "POST" and form.is_valid() else None
    found = take_in_guides(rows, by=request.user, at=clock.now(), is_dry_run=True) if rows else None
    is_ready = found is not None and found.done and not found.problems
    context = {
        "title": "从 Excel 导入办事指南",
        "trail": [("办事指南", reverse("disclosure:service-guide-list"))],
        "form": form,
        "found": found,
        "sealed": PREVIEW.seal(rows) if is_ready else "",
    }
    status = 422 if form.errors or (found and found.problems) else 200
    return render(request, "disclosure/work_service_guide_import.html", context, status=status)


@never_cache
@require_POST
def guide_import_confirm(request: AuthenticatedRequest) -> HttpResponse:
    return PREVIEW.confirm(request, partial(_taken_in, request))


def _taken_in(request: AuthenticatedRequest, rows: list[SheetRow]) -> HttpResponse:
    done = take_in_guides(rows, by=request.user, at=clock.now(), is_dry_run=False)
    refuse(done.problems)
    messages.success(request, f"已导入{len(done.done)}个事项的办事指南草稿，请逐个核对后提交审核。")
    return redirect("disclosure:service-guide-list")


URLS: list[URLPattern] = [
    path("work/guides/export/", guide_export, name="service-guide-export"),
    path("work/guides/import/", guide_import, name="service-guide-import"),
    path("work/guides/import/confirm/", guide_import_confirm, name="service-guide-import-confirm"),
]
