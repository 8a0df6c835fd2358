"""Guides as an Excel workbook: a row each, taken out as they stand, and taken in as drafts after a look; all rows or none."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from disclosure.models import GuideVersion, Service
from disclosure.models.states import GuideStatus
from disclosure.service_guides import services
from disclosure.service_guides.content import FIELDS, Content, as_typed
from disclosure.service_guides.forms import GuideForm
from ninghai.files.workbooks.reading import CellProblem, FlatSheet, SheetColumn, SheetRow, one_of
from ninghai.files.workbooks.writing import as_xlsx
from ninghai.models import Role, Unit, User, acts_as
from ninghai.models.state_machine import TransitionError
from ninghai.staff_site.sheet_import import SheetImport, SheetTrial

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


def take_in_row(row: SheetRow, found: SheetTrial, *, by: User, at: datetime) -> None:
    """The guide of one service becomes a draft; new services are the office's to list."""
    values, wrong = GUIDES.parse(row, {})
    content, unread = _content(row)
    if found.is_repeated(row, "code"):
        wrong.append(GUIDES.problem(row, "code", f"和第{found.rows[row['code']]}行重复。"))
    if wrong := [*wrong, *unread]:
        found.problems += wrong
        return
    try:
        with transaction.atomic():
            service, is_new = _service(values, by=by)
            words = _kept(service, content, by=by, at=at)
            said = "新增事项，起草办事指南" if is_new else words
            found.done += [(str(service), service.unit.short_name, said)] if words else []
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


IMPORT = SheetImport(
    sheet=GUIDES,
    what="办事指南",
    each="个事项",
    name="disclosure:service-guide",
    list_name="disclosure:service-guide-list",
    advice="材料、流程和常见问题在单元格里一行写一项。",
    heads=("事项", "办理单位", "导入以后"),
    written=guides_as_xlsx,
    take_in_row=take_in_row,
    done="已导入{number}个事项的办事指南草稿，请逐个核对后提交审核。",
)
