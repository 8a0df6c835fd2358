"""The special check of guides (专项检查): services drawn unit by unit, each with the version that was in force on the day.

What it asks: whether a guide is accurate and to the standard, the same as the real work, and up to date; what the checker
finds is frozen with it. Draw, sheet, finding, objection and rectification are those of every spot check (`tasks.spot_checks`).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse

from disclosure.models import GuideVersion, Service
from disclosure.service_guides.checker import RULES
from disclosure.service_guides.services import findings_of
from disclosure.service_guides.shown import shown_fields, version_on
from ninghai.accounts.audit.history import writers_by_record
from ninghai.calendar import clock
from ninghai.models import Unit, User
from ninghai.web.http import AuthenticatedRequest
from tasks.models import Drawn, Finding, SpotCheck, WorkPointNotice
from tasks.spot_checks.drawing import keep_draw, must_be_issued
from tasks.spot_checks.sampling import Draw, DrawError, draw
from tasks.spot_checks.spot_check_page import DrawForm, DrawPreview, office_pages
from tasks.spot_checks.subjects import DrawSubject, Links, register_subject

# What is asked of each.

QUESTIONS = (
    (
        "accurate",
        "内容准确、规范",
        "依据、条件、材料、时限、流程、收费和电话等是否准确、没有歧义，名称和用语是否规范。",
    ),
    ("as-done", "与实际办理一致", "窗口和网上实际要求的材料、环节、时限、收费是否与指南相同，有没有指南之外的要求。"),
    ("up-to-date", "更新及时", "依据、机构、时限等变化后，指南是否按期更新并写明施行日期。"),
)
NO_GUIDE = {"code": "no-guide", "rule": "每个事项公布办事指南", "title": "每个事项公布办事指南：没有现行的指南。"}
WORDS = {rule.code: rule.words for rule in RULES}


def asked_of(guide: GuideVersion | None) -> list[dict[str, str]]:
    """What the checker finds today, by rule, to be confirmed or struck out; and the three questions."""
    if guide is None:
        return [NO_GUIDE]
    found = [
        {
            "code": each["rule"],
            "rule": WORDS[each["rule"]],
            "title": each["message"],
            "guidance": f"检查发现：{each['place']}",
        }
        for each in findings_of(guide)
    ]
    return [*found, *({"code": code, "title": title, "guidance": words} for code, title, words in QUESTIONS)]


class GuideSubject(DrawSubject):
    code, part = SpotCheck.Subject.GUIDES, "disclosure/_inspected_guide.html"
    begins = ("办事指南专项检查", "admin:disclosure_service_special_check")
    paper = ("special-check", "制作专项检查通报")
    outcomes = (Finding.Outcome.FAULTLESS, Finding.Outcome.TO_RECTIFY)
    took_part_words = "起草、修改或者批准过这份办事指南"

    def shown(self, drawn: Drawn, *, user: User, at: datetime) -> dict[str, Any]:
        """The version of the day of the draw, and the one that has replaced it since."""
        guide = _guide_of(drawn)
        published = GuideVersion.objects.published().filter(service__code=drawn.key).defer("content", "findings")
        now = version_on(published, on=at.date())
        return {
            "guide": guide,
            "as_of": drawn.spot_check.as_of,
            "groups": shown_fields(guide.content) if guide else [],
            "newer": now if now and (guide is None or now.pk != guide.pk) else None,
        }

    def facts(self, drawn: Drawn) -> list[tuple[str, str]]:
        return [("事项代码", drawn.key), ("单位", str(drawn.unit)), ("办事指南", self.about(drawn)[1])]

    def about(self, drawn: Drawn) -> tuple[str, str]:
        guide = _guide_of(drawn)
        words = f"{drawn.spot_check.as_of}没有现行的办事指南"
        return "办事指南", f"{guide}，{guide.effective_on}起施行" if guide else f"{drawn.name}：{words}"

    def links(self, drawn: Drawn, *, in_admin: bool) -> Links:
        page = "admin:disclosure_guideversion_change" if in_admin else "disclosure:service-guide"
        guide = _guide_of(drawn)
        return [("抽查的这一版办事指南", reverse(page, args=[guide.pk]))] if guide else []

    def took_part(self, rows: Sequence[Drawn]) -> set[tuple[int, int]]:
        """Who wrote in the version, approved or published it."""
        of_guide = {row.frozen["guide"]: row.pk for row in rows if row.frozen["guide"]}
        guides = list(GuideVersion.objects.filter(pk__in=of_guide))
        wrote = writers_by_record(guides)
        return {
            (of_guide[guide.pk], person)
            for guide in guides
            for person in {*wrote[guide.pk], guide.approved_by_id, guide.published_by_id}
            if person is not None
        }


register_subject(GuideSubject())


def _guide_of(drawn: Drawn) -> GuideVersion | None:
    """Once for each row: what was published is changed by nobody."""
    if not hasattr(drawn, "guide"):
        guide = drawn.frozen["guide"]
        found = GuideVersion.objects.select_related("service__unit").get(pk=guide) if guide else None
        drawn.guide = found  # type: ignore[attr-defined]
    held: GuideVersion | None = drawn.guide  # type: ignore[attr-defined]
    return held


# The draw.


def themes_of(guide: GuideVersion) -> set[str]:
    said = (guide.content.get(f"{whose}主题分类", "") for whose in ("自然人", "法人"))
    return {theme.strip() for each in said for theme in re.split("[、，,；;]", each) if theme.strip()}


def population(*, as_of: date, units: Collection[Unit] = (), themes: Collection[str] = ()) -> dict[str, list[str]]:
    """The codes of the services of that day by unit, in the county's order; what has no guide is of no theme."""
    services = Service.objects.exclude(cancelled_on__lte=as_of).select_related("unit")
    if units:
        services = services.filter(unit__in=units)
    if themes:
        held = GuideVersion.objects.in_force(on=as_of).only("service", "content")
        services = services.filter(pk__in=[each.service_id for each in held if themes_of(each) & set(themes)])
    strata: dict[str, list[str]] = {}
    for unit, code in services.order_by("unit__position", "unit", "code").values_list("unit__short_name", "code"):
        strata.setdefault(unit, []).append(code)
    return strata


def sizes_of(strata: Mapping[str, Sequence[str]], *, number: int | None, share: int | None) -> dict[str, int]:
    """So many of each unit, or so many per cent, rounded up: at least one, at most all."""
    return {
        name: min(number or max(1, -(-len(keys) * (share or 0) // 100)), len(keys)) for name, keys in strata.items()
    }


def plan_special_check(*, as_of: date, seed: str, number: int | None, share: int | None, **chosen: Any) -> Draw:
    """Draw without saving; raises DrawError with a sentence for the screen."""
    strata = population(as_of=as_of, **chosen)
    if not strata:
        raise DrawError("这个范围内没有服务事项，请另选单位或者主题。")
    return draw(strata=strata, seed=seed, sizes=sizes_of(strata, number=number, share=share))


def draw_special_check(
    *,
    notice: WorkPointNotice,
    title: str,
    as_of: date,
    seed: str,
    inspect_by: date | None = None,
    units: Iterable[Unit] = (),
    themes: Iterable[str] = (),
    number: int | None = None,
    share: int | None = None,
    form_id: UUID,
    by: User,
    at: datetime,
) -> SpotCheck:
    """Draw and keep a sample of the services, each with the version in force on that day and what is asked of it."""
    units, themes = list(units), list(themes)

    def planned(notice: WorkPointNotice) -> Draw:
        must_be_issued(notice, as_of=as_of)
        return plan_special_check(as_of=as_of, seed=seed, number=number, share=share, units=units, themes=themes)

    spot_check = SpotCheck(
        subject=SpotCheck.Subject.GUIDES,
        notice=notice,
        title=title,
        as_of=as_of,
        seed=seed,
        inspect_by=inspect_by,
        stratified_by=[],
        scope=_scope(units, themes),
        quota=f"每个单位{number}项，不足的全抽" if number else f"每个单位{share}%，至少1项",
        form_id=form_id,
    )
    return keep_draw(spot_check, planned=planned, rows=lambda keys: _rows(keys, as_of=as_of), by=by, at=at)


def _scope(units: Collection[Unit], themes: Collection[str]) -> str:
    told = [f"{'、'.join(map(str, units))}的服务事项" if units else "全部服务事项"]
    told += [f"主题：{'、'.join(themes)}"] if themes else []
    words = "；".join(told)
    return words if len(words) <= 1000 else f"{words[:999]}…"


def _rows(keys: Collection[str], *, as_of: date) -> dict[str, Drawn]:
    services = Service.objects.filter(code__in=keys)
    held = GuideVersion.objects.in_force(on=as_of).filter(service__in=services).select_related("service__unit")
    guides = {guide.service_id: guide for guide in held}
    return {
        service.code: Drawn(
            unit_id=service.unit_id,
            name=service.name,
            frozen={
                "guide": guides[service.pk].pk if service.pk in guides else None,
                "asked": asked_of(guides.get(service.pk)),
            },
        )
        for service in services
    }


# The office's page.

INTRO = (
    "总体是统计日期当天的全部服务事项，按单位分层，每个单位至少抽一项；抽中的以当天现行的一版办事指南为准。检查规则发现的问题一并固定，由抽查人员逐个确认或者划去。",
    "下一步先看总体和各单位名额，确认后才抽取。抽取后不能重抽或删除；因此没有试抽，请先定好种子。",
)


class SpecialCheckForm(DrawForm):
    """开展专项检查: everything that decides the sample."""

    stratified_by = size = rubric = None  # type: ignore[assignment]  # as Django takes a field away
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选的，包括有服务事项的全部单位。",
    )
    themes = forms.MultipleChoiceField(
        label="主题分类", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选的，不限主题。"
    )
    number = forms.IntegerField(label="每个单位抽几项", required=False, min_value=1, max_value=1000)
    share = forms.IntegerField(
        label="或者每个单位抽百分之几",
        required=False,
        min_value=1,
        max_value=100,
        help_text="和上一栏只填一个。有小数的进一，每个单位至少一项。",
    )

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        super().__init__(data, today=today, **options)
        self.initial["title"] = f"{today:%Y年%-m月}办事指南专项检查"
        units: Any = self.fields["units"]
        units.queryset = Unit.objects.filter(pk__in=Service.objects.values("unit"))
        held = GuideVersion.objects.in_force(on=today).only("content")
        themes: Any = self.fields["themes"]
        themes.choices = [(each, each) for each in sorted({theme for guide in held for theme in themes_of(guide)})]
        self.order_fields(["notice", "title", "units", "themes", "number", "share", "seed", "as_of", "inspect_by"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        both = [given.get(name) for name in ("number", "share")]
        if not self.errors.keys() & {"number", "share"} and len([each for each in both if each]) != 1:
            self.add_error("number", "请填写每个单位抽几项，或者抽百分之几，只填一个。")
        return given


def _preview(form: DrawForm) -> DrawPreview:
    said = form.cleaned_data
    try:
        must_be_issued(said["notice"], as_of=said["as_of"])
        asked = {name: said[name] for name in ("as_of", "seed", "number", "share", "units", "themes")}
        planned = plan_special_check(**asked)
    except DrawError as refused:
        raise ValidationError(str(refused)) from refused
    total, size = sum(each.share.population for each in planned.strata), len(planned.drawn_keys)
    sentence = f"总体 {total} 项，种子 {planned.seed}，将抽 {size} 项"
    return DrawPreview(sentence, planned, SpecialCheckForm(form.data, today=form.today, auto_id="again_%s"))


def special_check(request: AuthenticatedRequest) -> HttpResponse:
    form = SpecialCheckForm(request.POST or None, today=clock.today())
    return office_pages.begin(
        request, form, title="办事指南专项检查", intro=INTRO, preview=_preview, draw=draw_special_check
    )
