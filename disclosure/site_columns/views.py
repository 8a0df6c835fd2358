"""`/disclosure/`: the disclosure site named 政府信息公开, with its four columns and the guides of the units.

`/work/guide/`: a unit says where its openness office is.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from disclosure.interaction.doors import Door, DoorGroup, register_doors
from disclosure.items.body.blocks import Block, Paragraph
from disclosure.models import GuideEdition, OpennessOffice, SitePage
from disclosure.models.guide import NAMES
from disclosure.site_columns import services
from disclosure.site_columns.guide import GUIDE_UPDATE, Guide, guide_of, keep_openness_office
from disclosure.site_columns.services import open_columns, public_blocks
from ninghai.calendar import clock
from ninghai.models import DutyClock, Unit
from ninghai.models.state_machine import StaleError
from ninghai.web.http import AuthenticatedRequest, trail_from_home
from ninghai.web.posted import form_page

NAME = "政府信息公开"
GUIDE = SitePage.Column.GUIDE.label
SHOWN = 50  # items on a column's page; all of them stand in the catalogue


def _has_reports(at: datetime) -> bool:
    return SitePage.Column.ANNUAL in [each.column for each in open_columns(at=at)]


register_doors(
    Door(
        DoorGroup.RESULTS,
        40,
        "annual-reports",
        SitePage.Column.ANNUAL.label,
        "每年收到多少件信息公开申请，怎样答复的。",
        "disclosure:column-annual",
        _has_reports,
    )
)


@login_not_required
@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    """The columns that hold something."""
    trail = trail_from_home((NAME, ""))
    context = {"columns": services.contents_of_columns(at=clock.now()), "trail": trail, "name": NAME}
    return render(request, "disclosure/site_columns.html", context)


@login_not_required
@require_safe
def column(request: HttpRequest, column: SitePage.Column) -> HttpResponse:
    """One column: the office's text, and what is published in it. An empty column is not there."""
    now = clock.now()
    others = services.open_columns(at=now)
    if column not in [each.column for each in others]:
        raise Http404("这个栏目还没有内容。")
    body = SitePage.objects.filter(column=column).values_list("body", flat=True).first() or ""
    trail = trail_from_home((NAME, reverse("disclosure:columns")), (column.label, ""))
    context: dict[str, Any] = {
        "column": column,
        "lead": services.LEADS[column],
        "blocks": public_blocks(body),
        "columns": others,
        "trail": trail,
    }
    if column in services.LISTED:
        context |= {"items": services.items_of(column, at=now)[:SHOWN], "entries": services.entries_of(column)}
    if column == SitePage.Column.STATUTORY:
        context |= {"headings": services.open_headings(at=now), "topics": services.open_topics(at=now)}
    return render(request, "disclosure/site_column.html", context)


# The guides: what the public reads.


@login_not_required
@require_safe
def county_guide(request: HttpRequest) -> HttpResponse:
    """The county's guide: the office's own words, what is made of the facts, and the way to the guides of the units."""
    body = SitePage.objects.filter(column=SitePage.Column.GUIDE).values_list("body", flat=True).first() or ""
    units = Unit.objects.valid(on=clock.today())
    county = units.filter(kind=Unit.Kind.OFFICE).first()
    context = {
        "guide": guide_of(county, on=clock.today()) if county else None,
        "parts": _parts(public_blocks(body)),
        "units": units.exclude(kind=Unit.Kind.OFFICE),
        "trail": trail_from_home((NAME, reverse("disclosure:columns")), (GUIDE, "")),
    }
    return _shown(request, county, context)


@login_not_required
@require_safe
def unit_guide(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one unit; a unit that is no more has none."""
    unit = get_object_or_404(Unit.objects.valid(on=clock.today()), code=code)
    above = ((NAME, reverse("disclosure:columns")), (GUIDE, reverse("disclosure:column-guide")))
    context = {
        "guide": guide_of(unit, on=clock.today()),
        "trail": trail_from_home(*above, (unit.short_name, "")),
        "is_of_unit": True,
    }
    return _shown(request, unit, context)


def _shown(request: HttpRequest, unit: Unit | None, context: dict[str, Any]) -> HttpResponse:
    more = {
        "columns": open_columns(at=clock.now()),
        "editions": GuideEdition.objects.filter(unit=unit),
        "coming": _coming(context["guide"]),
    }
    return render(request, "disclosure/guide.html", {**context, **more})


def _parts(said: Iterable[Block]) -> list[tuple[str, list[Block]]]:
    """(title, what stands under it); what stands before the first heading has no title."""
    parts: list[tuple[str, list[Block]]] = [("", [])]
    for block in said:
        if isinstance(block, Paragraph) and block.level == "heading":
            parts.append((block.text, []))
        else:
            parts[-1][1].append(block)
    return [part for part in parts if part[1]]


def _coming(guide: Guide | None) -> list[tuple[str, str]]:
    """(label, words) of what will be another way from a day on that is known already."""
    if guide is None or guide.coming is None:
        return []
    now = dict(guide.office.said() if guide.office else [])
    return [(label, words) for label, words in guide.coming.said() if now.get(label) != words]


# The guide: what the unit says.


class OpennessOfficeForm(forms.ModelForm[OpennessOffice]):
    """`seen` is the row that the page showed: who was slower than another person is told so, and loses nothing."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = OpennessOffice
        fields = ("since", *NAMES)
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        error_messages = {
            "since": {"required": "请填写从哪天起。", "invalid": "日期请按“2018-11-20”的样子填写。"},
            "email": {"invalid": "电子邮箱的写法不对，请核对。"},
        }

    @classmethod
    def after(cls, newest: OpennessOffice | None) -> "OpennessOfficeForm":
        """An empty form, filled with what was said last."""
        told = {name: getattr(newest, name) for name in NAMES} if newest else {}
        return cls(initial={**told, "since": clock.today(), "seen": newest.pk if newest else None})


@require_http_methods(["GET", "HEAD", "POST"])
def guide_office(request: AuthenticatedRequest) -> HttpResponse:
    """What the guide of the own unit rests on: what is missing, what to change, since when it stands so."""
    acting: Any = request.user.acting
    unit = acting.unit.standing_in(on=clock.today())
    newest = OpennessOffice.objects.filter(unit=unit).order_by("pk").last()
    form = OpennessOfficeForm(request.POST) if request.method == "POST" else OpennessOfficeForm.after(newest)
    if form.is_bound and form.is_valid():
        if newest and form.cleaned_data["seen"] != newest.pk:
            raise StaleError(newest)
        form.instance.unit = unit
        keep_openness_office(form.instance, by=request.user, at=clock.now())
        messages.success(request, "已保存，公开指南已按新的内容更新。")
        return redirect("disclosure:guide-office")
    context = {
        "form": form,
        "unit": unit,
        "newest": newest,
        "missing": newest.missing() if newest else [],
        "term": GUIDE_UPDATE.limit,
        "update": DutyClock.objects.about(unit).open().filter(duty=GUIDE_UPDATE.code).first(),
        "editions": GuideEdition.objects.filter(unit=unit),
    }
    return form_page(request, "disclosure/work_guide.html", context)
