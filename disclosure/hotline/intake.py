"""Taken in (受理): by telephone (`/work/hotline/new/`), from a sheet of another platform, or on the portal (`public`).

At the telephone keys are enough: the number is the first field, Tab leads on, Enter sends. What stands beside the form comes by
itself where scripts run, else by a button. A sheet is looked at first, then all of its rows are taken in, or none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django import forms
from django.contrib import messages
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosure.catalogue.search.lexemes import fold_for_search, text_lexemes
from disclosure.hotline import rules, services
from disclosure.hotline.forms import LONGEST_SUBJECT, TOWNS, PhoneForm
from disclosure.hotline.kind import HOTLINE
from disclosure.hotline.similar import earlier_calls, is_application, similar_calls, whose_duty
from disclosure.items.text import many_lines, one_line
from disclosure.knowledge.search import best_answers
from disclosure.knowledge.shown import shown_answer
from disclosure.models import HotlineCase, HotlineChannel, HotlineMatter, HotlineTopic, HotlineUrgency
from disclosure.models.hotline import kin_of
from disclosure.public_opinion.rules import standing
from ninghai.calendar import clock
from ninghai.calendar.reckoning import local_day
from ninghai.cases import register
from ninghai.cases.events import record, require_nobody_named
from ninghai.cases.kinds import EngineEvent
from ninghai.files.response import content_response
from ninghai.files.workbooks import reading
from ninghai.files.workbooks.writing import XLSX, as_xlsx
from ninghai.models import Unit, User
from ninghai.models.state_machine import require
from ninghai.sealed.services import digest, look
from ninghai.staff_site.pages import office_page, office_path, was_done
from ninghai.staff_site.preview import SealedPreview
from ninghai.staff_site.record_pages import WORK
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.posted import form_page

CALLER = ("name", "phone", "address")
NOT_HERE = "反映{unit}的举报，本平台不能受理，请告诉来电人向纪检监察机关反映。"

# Taken in (受理).


def county_office(*, on: date) -> Unit:
    office = Unit.objects.valid(on=on).filter(kind=Unit.Kind.OFFICE).first()
    if office is None:
        raise ValidationError("还没有登记县政府办公室，不能受理。")
    return office


@transaction.atomic
def take_in(*, given: Mapping[str, Any], channel: str, by: User | None, at: datetime) -> HotlineCase:
    """受理: one matter with its number, however often its form is sent. Raises ValidationError, by its field, for what may not be kept so."""
    if by is not None:
        require(rules.takes_calls(by))
    caller, is_confidential = require_keepable(given, on=local_day(at)), _is_confidential(given)
    subject, village, content = one_line(given["subject"]), one_line(given["village"]), many_lines(given["content"])
    office, about = county_office(on=local_day(at)), list(given.get("about") or [])
    told: dict[str, Any] = {"unit": office, "channel": channel, "subject": subject, "text": content}
    case = register.enter_case(kind=HOTLINE, form_id=given.get("form_id"), by=by, at=at, **told)
    if known := HotlineCase.objects.with_case().filter(case=case).first():
        return known
    kept = {name: given.get(name) for name in ("matter", "urgency", "topic", "town")}
    call = HotlineCase.objects.create(
        case=case,
        data_key=case.data_key,
        village=village,
        caller=caller,
        caller_digest=digest(caller["phone"]),
        is_confidential=is_confidential,
        wants_reply=bool(given.get("wants_reply", True)),
        outer_number=given.get("outer_number") or "",
        **kept,
    )
    call.about.set(about)
    record(case=case, kind=EngineEvent.RECEIVE, by=by, at=at, facts={"case": {"received_on": f"{local_day(at)}"}})
    register.register_case(case=case, by=by, at=at)
    _keep_searchable(call)
    return call


def _is_confidential(given: Mapping[str, Any]) -> bool:
    """Who reports a unit is always kept from whoever works on it."""
    return bool(given.get("is_confidential")) or given["matter"] == HotlineMatter.REPORT


def require_keepable(given: Mapping[str, Any], *, on: date) -> dict[str, str]:
    """Who calls; ValidationError, by its field, where lists or a unit would read it, or where it is about the county office."""
    caller = {name: one_line(str(given.get(name) or "")) for name in CALLER}
    read = {name: one_line(given[name]) for name in ("subject", "village")}
    refuse_caller_in(read | ({"content": given["content"]} if _is_confidential(given) else {}), caller)
    require_nobody_named(read)
    _require_not_about_the_office(county_office(on=on), given.get("about") or [])
    return caller


def refuse_caller_in(words: Mapping[str, str], caller: Mapping[str, str]) -> None:
    """Lists and messages show these words, and of a confidential caller the unit reads the matter alone."""
    named = [value for name, value in caller.items() if len(value) > (1 if name == "name" else 4)]
    for place, text in words.items():
        if any(value in text for value in named):
            raise ValidationError({place: "这里会给承办单位看，不要写来电人的姓名、电话和住址，请删去后再保存。"})


def _require_not_about_the_office(office: Unit, about: Iterable[Unit]) -> None:
    for unit in about:
        if unit.pk in kin_of({office.pk}):
            raise ValidationError({"about": NOT_HERE.format(unit=unit.short_name)})


def _keep_searchable(call: HotlineCase) -> None:
    """Of the line that lists show, the topic and the place; never of the caller's words."""
    words = " ".join(filter(None, [call.case.subject, str(call.topic or ""), call.place]))
    vector = Cast(Value(text_lexemes(fold_for_search(words))), SearchVectorField())
    HotlineCase.objects.filter(pk=call.pk).update(subject_vector=vector)


@transaction.atomic
def correct(*, call: HotlineCase, given: Mapping[str, Any], version: int, by: User, at: datetime) -> None:
    """更正登记: what it is, where, about whom. A unit that it is about now has to be out of it first."""
    require(rules.can_correct(by, call))
    about = list(given["about"])
    _require_not_about_the_office(call.case.unit, about)
    accused = kin_of({unit.pk for unit in about})
    if busy := [each.unit.short_name for each in standing(call) if each.unit_id in accused]:
        raise ValidationError({"about": f"{'、'.join(busy)}正在承办这一件，请先收回再登记。"})
    subject = one_line(given["subject"])
    told = look(call, by=by, purpose="核对登记的话中没有来电人的信息", at=at, only=("caller",))["caller"]
    refuse_caller_in({"subject": subject, "village": given["village"]}, told if isinstance(told, dict) else {})
    facts = {"case": {"subject": subject}}
    record(case=call.case, kind=EngineEvent.CORRECT, facts=facts, by=by, at=at, seen=version)
    for name in ("matter", "urgency", "topic", "town"):
        setattr(call, name, given[name])
    call.village = one_line(given["village"])
    call.is_confidential = _is_confidential(given)
    call.save(update_fields=["matter", "urgency", "topic", "town", "village", "is_confidential"])
    call.about.set(about)
    _keep_searchable(call)


# By telephone.

PARTS = {"caller": "disclosure/_hotline_earlier.html", "matter": "disclosure/_hotline_beside.html"}
FILLED_IN = ("name", "address")  # once the caller is known by the number


@transaction.atomic
def take_call(*, given: dict[str, Any], is_guided: bool = False, by: User, at: datetime) -> HotlineCase:
    """受理, and what follows from it at once: answered, handed on, or led to an application. Nothing of it is kept where one part is refused."""
    call = take_in(given=given, channel=given["channel"], by=by, at=at)
    told: dict[str, Any] = {"call": call, "version": call.case.version, "by": by, "at": at}
    if call.case.status != "taken":  # sent twice
        return call
    if is_guided:
        services.step(kind="guided", **told)
    elif given["answer"]:
        services.step(kind="direct", words=given["answer"], **told)
    elif given["lead"]:
        services.hand_on(lead=given["lead"], **told)
    return call


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hotline_new(request: AuthenticatedRequest) -> HttpResponse:
    if not rules.takes_calls(request.user):
        raise PermissionDenied
    sent = request.method == "POST"
    looks = sent and (request.headers.get("HX-Request") == "true" or "look" in request.POST)
    if looks:
        return _beside(request)
    form, taken = PhoneForm(request.POST if sent else None), list[HotlineCase]()
    if sent and was_done(form, lambda: taken.append(_taken(form, request))):
        call = taken[0]
        messages.success(request, f"已登记为 {call.case.number}。")
        return redirect("disclosure:hotline-call", pk=call.pk)
    return _page(request, form, _both(form, request) if sent else {})


def _taken(form: PhoneForm, request: AuthenticatedRequest) -> HotlineCase:
    is_guided = "guide" in request.POST
    if is_guided and form.cleaned_data["lead"]:
        raise ValidationError({"lead": "引导申请信息公开的，不转给单位，请清空这一项。"})
    return take_call(given=form.cleaned_data, is_guided=is_guided, by=request.user, at=clock.now())


def _beside(request: AuthenticatedRequest) -> HttpResponse:
    """While somebody types, the part that the key press concerns; by the button the page, with all that was typed and the caller's
    name filled in."""
    form, part = PhoneForm(request.POST), request.POST.get("part", "")
    form.is_valid()
    if request.headers.get("HX-Request") == "true":
        part = part if part in PARTS else "matter"
        return render(request, PARTS[part], _caller(form, request) if part == "caller" else _matter(form, request))
    shown = _both(form, request)
    if any(error.code != "required" for wrong in form.errors.as_data().values() for error in wrong):
        return _page(request, form, shown)
    typed = {name: request.POST.getlist(name) if name == "about" else request.POST.get(name) for name in form.fields}
    for name in FILLED_IN:
        typed[name] = typed[name] or shown["caller"].get(name, "")
    return _page(request, PhoneForm(initial=typed), shown)


def _both(form: PhoneForm, request: AuthenticatedRequest) -> dict[str, Any]:
    return {**_caller(form, request), **_matter(form, request)}


def _caller(form: PhoneForm, request: AuthenticatedRequest) -> dict[str, Any]:
    """Found by the number; asked once, when it is typed, since the trail keeps each time."""
    earlier, caller = earlier_calls(form.cleaned_data.get("phone", ""), user=request.user, at=clock.now())
    return {"earlier": earlier, "caller": caller}


def _matter(form: PhoneForm, request: AuthenticatedRequest) -> dict[str, Any]:
    """Similar open matters, whose duty it is, and what is known already."""
    given = form.cleaned_data
    words, today = f"{given.get('subject', '')} {given.get('content', '')}", clock.today()
    return {
        "similar": similar_calls(words, user=request.user),
        "duty": whose_duty(given.get("topic"), given.get("town")),
        "is_application": is_application(words),
        "known": [shown_answer(each, on=today) for each in best_answers(words, on=today, most=3)],
        "asked": bool(words.strip()),
    }


def _page(request: AuthenticatedRequest, form: PhoneForm, shown: dict[str, Any]) -> HttpResponse:
    trail = [("热线工单", reverse("disclosure:hotline-list"))]
    frame = WORK.frame(request, title="电话受理", trail=trail)
    return form_page(request, "disclosure/hotline_new.html", {**frame, "form": form, **shown})


# From a sheet.

MOST_ROWS = 300
COLUMNS = (
    reading.SheetColumn("外部工单号", "outer_number", is_required=True, longest=40),
    reading.SheetColumn(
        "类别", "matter", reading.one_of({each.label: each.value for each in HotlineMatter}), is_required=True
    ),
    reading.SheetColumn(
        "紧急程度", "urgency", reading.one_of({"": "normal", **{each.label: each.value for each in HotlineUrgency}})
    ),
    reading.SheetColumn("事项", "topic"),
    reading.SheetColumn("乡镇（街道）", "town"),
    reading.SheetColumn("村、社区", "village", longest=40),
    reading.SheetColumn("事由", "subject", is_required=True, longest=LONGEST_SUBJECT),
    reading.SheetColumn("诉求", "content", is_required=True, longest=2000),
    reading.SheetColumn("称呼", "name", longest=50),
    reading.SheetColumn("电话", "phone", longest=40),
    reading.SheetColumn("要求保密", "is_confidential", reading.one_of({"是": True, "否": False, "": False})),
    reading.SheetColumn("被反映的单位", "about"),
)
HINTS = {
    "outer_number": "# 这一行是说明，不会读入",
    "matter": "、".join(HotlineMatter.labels),
    "urgency": "、".join(HotlineUrgency.labels),
    "subject": "一句话，不写姓名、电话",
    "content": "来电人的话，加密保存",
    "about": "举报、投诉的单位，几个用“、”隔开",
}
SHEET = reading.FlatSheet(
    columns=COLUMNS,
    most_rows=MOST_ROWS,
    besides="工单",
    advice="请下载模板，按模板填写。",
    too_many=f"一次最多导入{MOST_ROWS}件，请分成几个文件。",
    no_rows="表中没有工单，请填写后再上传。",
)


@dataclass(slots=True)
class CallSheet:
    """What was read of each row, and what keeps the rows from being taken in."""

    given: list[dict[str, Any]] = field(default_factory=list)
    problems: list[reading.CellProblem] = field(default_factory=list)


def _named(known: dict[str, Any], label: str, text: str) -> Any:
    if text and text not in known:
        raise ValueError(f"没有“{text}”这个{label}。")
    return known.get(text)


def look_at(rows: Sequence[reading.SheetRow], *, at: datetime) -> CallSheet:
    """Nothing is kept; every problem is told at its cell."""
    units = {name: unit for unit in Unit.objects.valid(on=local_day(at)) for name in unit.names}
    towns = {name: unit for name, unit in units.items() if unit.kind in TOWNS}
    topics = {topic.name: topic for topic in HotlineTopic.objects.filter(is_active=True)}
    parsers: dict[str, Callable[[str], Any]] = {
        "topic": partial(_named, topics, "事项"),
        "town": partial(_named, towns, "乡镇（街道）"),
        "about": lambda text: [_named(units, "单位", name) for name in reading.names_of(text)],
    }
    found, numbers = CallSheet(), {row.get("outer_number", "") for row in rows}
    there = set(HotlineCase.objects.filter(outer_number__in=numbers).values_list("outer_number", flat=True))
    for row in rows:
        values, wrong = SHEET.parse(row, parsers)
        defaults: dict[str, Any] = {
            "urgency": "normal",
            "topic": None,
            "town": None,
            "village": "",
            "name": "",
            "phone": "",
            "about": [],
        }
        given = {**defaults, "is_confidential": False, **values}
        found.problems += [*wrong, *([] if wrong else _wrong(row, given, there, at=at))]
        there.add(given.get("outer_number", ""))
        found.given.append(given)
    return found


def _wrong(
    row: reading.SheetRow, given: dict[str, Any], there: set[str], *, at: datetime
) -> Iterator[reading.CellProblem]:
    if given["outer_number"] in there:
        yield SHEET.problem(row, "outer_number", "这个工单号已经有了。")
    try:
        require_keepable(given, on=local_day(at))
    except ValidationError as refused:
        yield from SHEET.problems_of(row, refused)


@transaction.atomic
def take_all_in(rows: Sequence[reading.SheetRow], *, by: User, at: datetime) -> CallSheet:
    """All rows or none; ValidationError with what stands in the way by now."""
    found = look_at(rows, at=at)
    reading.refuse(found.problems)
    for given in found.given:
        form_id = uuid5(NAMESPACE_URL, f"hotline {given['outer_number']}")
        take_in(given={**given, "form_id": form_id}, channel=HotlineChannel.PROVINCE, by=by, at=at)
    return found


# The office's pages.

LIST = "admin:disclosure_hotlinecase_changelist"
PREVIEW = SealedPreview(salt="disclosure.hotline", field="rows", page="admin:disclosure_hotlinecase_import")


class CallUploadForm(forms.Form):
    file = reading.SheetField(
        SHEET, label="工单（.xlsx）", help_text=f"按模板填写，一行一件，一次最多{MOST_ROWS}件，不超过 2 MB。"
    )


@require_safe
def template(request: AuthenticatedRequest) -> HttpResponse:
    """An empty sheet; the row that begins with # explains the columns and is not read."""
    hints = [HINTS.get(column.name, "") for column in COLUMNS]
    data = as_xlsx([SHEET.labels, hints], title="热线工单", widths=[24] * len(COLUMNS))
    return content_response(data, name="热线工单模板.xlsx", media_type=XLSX)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def importing(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a sheet and see what it would become; nothing is saved here."""
    form = CallUploadForm(request.POST or None, request.FILES or None)
    is_read = request.method == "POST" and form.is_valid()
    found = look_at(form.cleaned_data["file"], at=clock.now()) if is_read else None
    is_ready = found is not None and not found.problems
    return office_page(
        request,
        "admin/disclosure/hotline/import.html",
        title="导入热线工单",
        trail=[("热线工单", reverse(LIST))],
        status=422 if form.errors or (found and found.problems) else 200,
        form=form,
        found=found,
        sealed=PREVIEW.seal(form.cleaned_data["file"]) if is_ready else "",
    )


@never_cache
@require_POST
def confirm(request: AuthenticatedRequest) -> HttpResponse:
    """Take in what was shown; what has changed meanwhile is found again."""
    return PREVIEW.confirm(request, partial(_kept, request))


def _kept(request: AuthenticatedRequest, rows: list[reading.SheetRow]) -> HttpResponse:
    found = take_all_in(rows, by=request.user, at=clock.now())
    messages.success(request, f"已登记{len(found.given)}件，请转办。")
    return redirect("disclosure:hotline-list")


URLS: list[URLPattern] = [
    office_path("import/", importing, "disclosure_hotlinecase_import"),
    office_path("import/template/", template, "disclosure_hotlinecase_import_template"),
    office_path("import/confirm/", confirm, "disclosure_hotlinecase_import_confirm"),
]
