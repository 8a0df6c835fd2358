"""The page of a spot check (抽查): what was drawn and how far its inspection is, how its quotas came about, how anybody draws it again.

It begins with a preview of the population; whose seed it is nobody can try out (`SpotCheckPage.begin`).
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode

from ninghai.calendar import clock
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import User
from ninghai.models.state_machine import Allowed, as_long_as, require
from ninghai.staff_site.forms import date_input
from ninghai.staff_site.pages import tabs
from ninghai.staff_site.preview import preview_page
from ninghai.staff_site.record_pages import ADMIN, Action, RecordPage
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import version_of
from tasks import rules
from tasks.models import Drawn, Finding, Rubric, SpotCheck, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.public_progress.counts import Counts, StackPiece
from tasks.spot_checks.drawing import (
    INSPECTION_WORKDAYS,
    assign_inspector,
    dealt_inspectors,
    draw_inspectors,
    draw_spot_check,
    inspectors,
    named_by_hand,
    plan_draw,
    redraw,
    set_inspection_due,
)
from tasks.spot_checks.finding_page import OUTCOME_TONES
from tasks.spot_checks.sampling import Draw, DrawError, program
from tasks.spot_checks.subjects import subject_of

# Drawing: the form, and what it would draw from.

INTRO = (
    "总体是该通知下达的全部任务分工，办结的也在内，不适用的除外。同一通知、同一统计日期的总体，用同一种子总是抽到同样的结果。",
    "下一步先看总体和各层名额，确认后才抽取。抽取后不能重抽或删除；因此没有试抽，请先定好种子。",
)


class DrawForm(forms.Form):
    """抽取: everything that decides the sample stands in it. It cannot be undone: whose year it is, the person says."""

    notice = forms.ModelChoiceField(WorkPointNotice.objects.none(), label="通知", empty_label="请选择")
    title = forms.CharField(label="名称", max_length=100, widget=forms.TextInput(attrs={"size": 50}))
    stratified_by = forms.MultipleChoiceField(
        label="分层依据",
        choices=SpotCheck.Stratum.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="分层后，各层按所占比例抽取；不选则不分层。",
    )
    size = forms.IntegerField(label="抽取数量", min_value=1, max_value=10000)
    seed = forms.RegexField(
        r"^[\w-]+\Z",
        label="随机种子",
        max_length=100,
        error_messages={"invalid": "随机种子只用文字、数字和连字符，方便别人照抄重算。"},
        help_text="建议用抽查当天的日期，或由在场人员当众给出。种子决定结果，事后不能更改。",
    )
    rubric = forms.ModelChoiceField(
        Rubric.objects.filter(is_active=True),
        label="评分细则",
        required=False,
        empty_label="不评分，只记录结论",
        help_text="抽取后不能更换；细则一经选用也不能再改，需要改的请复制为新细则。",
    )
    as_of = forms.DateField(label="统计日期", widget=date_input(), help_text="不早于通知下达日期，不晚于今天。")
    inspect_by = forms.DateField(
        label="核查期限",
        required=False,
        widget=date_input(),
        help_text="抽查人员在这一天以前核查完；以后可以改，也可以为个别人员另定。",
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        suggested = {"title": f"{today:%Y年%-m月}抽查", "seed": f"{today:%Y%m%d}", "as_of": today, "size": 10}
        suggested["inspect_by"] = WorkCalendar.load().nth_workday_after(today, INSPECTION_WORKDAYS)
        super().__init__(data, initial=suggested, **options)
        self.today = today
        notice: forms.ModelChoiceField[WorkPointNotice] = self.fields["notice"]  # type: ignore[assignment]
        notice.queryset = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED).order_by("-year")

    def clean_inspect_by(self) -> date | None:
        day: date | None = self.cleaned_data["inspect_by"]
        if day and day < self.today:
            raise ValidationError("核查期限不能早于今天。")
        return day

    def clean_as_of(self) -> date:
        as_of: date = self.cleaned_data["as_of"]
        if as_of > self.today:
            raise ValidationError("统计日期不能晚于今天。")
        return as_of


@dataclass(frozen=True, slots=True)
class DrawPreview:
    """What would be drawn from, without what would be drawn; `again` is the form once more, to be changed."""

    sentence: str
    draw: Draw
    again: DrawForm


def _preview(form: DrawForm) -> DrawPreview:
    said = form.cleaned_data
    try:
        planned = plan_draw(**{name: said[name] for name in ("notice", "size", "seed", "stratified_by", "as_of")})
    except DrawError as refused:
        raise ValidationError(str(refused)) from refused
    total = sum(stratum.share.population for stratum in planned.strata)
    sentence = f"总体 {total} 项，{said['notice'].year}年通知，种子 {planned.seed}，将抽 {said['size']} 项"
    return DrawPreview(sentence, planned, DrawForm(form.data, today=form.today, auto_id="again_%s"))


# Who inspects what was drawn.


class PoolForm(forms.Form):
    """The inspectors among whom everything drawn is dealt by lot."""

    pool = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="抽查人员名册",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一名抽查人员。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool: forms.ModelMultipleChoiceField[User] = self.fields["pool"]  # type: ignore[assignment]
        pool.queryset = inspectors()


class HandForm(forms.Form):
    """Who inspects one drawn row, and why it is not left to the lot."""

    drawn = forms.ModelChoiceField(Drawn.objects.none(), label="抽中项", empty_label="请选择")
    inspector = forms.ModelChoiceField(User.objects.none(), label="抽查人员", empty_label="请选择")
    reason = forms.CharField(label="理由", max_length=200, help_text="如“随机分派的人员出差”，会印在抽查记录上。")

    def __init__(self, *args: Any, spot_check: SpotCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drawn: forms.ModelChoiceField[Drawn] = self.fields["drawn"]  # type: ignore[assignment]
        drawn.queryset = _open_rows(spot_check).order_by("pk")
        drawn.label_from_instance = _with_inspector  # type: ignore[method-assign]
        inspector: forms.ModelChoiceField[User] = self.fields["inspector"]  # type: ignore[assignment]
        inspector.queryset = inspectors()


class InspectionDueForm(forms.Form):
    """By when one inspector, or everybody else, inspects what is left."""

    inspector = forms.ModelChoiceField(
        User.objects.none(), label="抽查人员", required=False, empty_label="全部（已经另定的除外）"
    )
    inspect_by = forms.DateField(label="核查期限", widget=date_input())

    def __init__(self, *args: Any, spot_check: SpotCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inspector: forms.ModelChoiceField[User] = self.fields["inspector"]  # type: ignore[assignment]
        inspector.queryset = User.objects.filter(pk__in=_open_rows(spot_check).values("inspector")).order_by("pk")


def _due_form(data: Any, request: AuthenticatedRequest, spot_check: SpotCheck) -> InspectionDueForm:
    return InspectionDueForm(data, spot_check=spot_check, initial={"inspect_by": spot_check.inspect_by})


def _open_rows(spot_check: SpotCheck) -> Any:
    related = ("spot_check", "assignment__task__point__notice", "unit", "inspector")
    return spot_check.drawn.filter(finding=None).select_related(*related)


def _with_inspector(obj: Drawn) -> str:
    return f"{obj.unit} {obj.label}（{obj.inspector or '尚未指定'}）"


def _may_deal(user: User, spot_check: SpotCheck) -> Allowed:
    is_first = not spot_check.inspector_pool and not spot_check.drawn.exclude(inspector=None).exists()
    words = "这次抽查已经有抽查人员，不能再随机分派。需要调整的，请逐项改派并写明理由。"
    return rules.can_assign_inspectors(user, spot_check) and as_long_as(is_first, words)


def _may_name(user: User, spot_check: SpotCheck) -> Allowed:
    is_open = spot_check.drawn.filter(finding=None).exists()
    return rules.can_assign_inspectors(user, spot_check) and as_long_as(is_open, "每一项都已有结论，不能再改派。")


def _deal(*, spot_check: SpotCheck, pool: Sequence[User], by: User, at: datetime) -> str:
    """Deal, and say how many are left over for the office to name."""
    draw_inspectors(spot_check=spot_check, pool=pool, by=by, at=at)
    left = spot_check.drawn.filter(inspector=None).count()
    return f"；{left} 项因全部人员回避没有分派，请人工指定并写明理由。" if left else "。"


def _name(*, spot_check: SpotCheck, drawn: Drawn, by: User, at: datetime, **said: Any) -> Drawn:
    return assign_inspector(drawn=drawn, by=by, at=at, **said)


def _hand_form(data: Any, request: AuthenticatedRequest, spot_check: SpotCheck) -> HandForm:
    return HandForm(data, spot_check=spot_check)


ACTIONS = [
    Action(
        name="by_lot",
        route="inspectors",
        label="随机分派",
        title="随机分派抽查人员",
        words="用同一个种子把抽中的各项分派给名册中的人员，每人分到的数量尽量相同；"
        "参与过填报、属于被抽查单位的人回避。只能分派一次。",
        place="section",
        allowed=_may_deal,
        form=PoolForm,
        service=_deal,
        done="已按种子随机分派抽查人员{result}",
    ),
    Action(
        name="by_hand",
        route="inspector",
        label="指定",
        title="人工指定或改派抽查人员",
        words="随机分派没有着落，或者分派到的人不能核查时使用。已有结论的不能改派。",
        allowed=_may_name,
        form=_hand_form,
        service=_name,
        done="{result.whole_name}由{result.inspector}核查。",
    ),
    Action(
        name="due",
        label="改定期限",
        title="核查期限",
        words="逾期没有核查的，列在抽查人员的“今天要办”最前；改定后通知抽查人员。",
        allowed=_may_name,
        form=_due_form,
        service=set_inspection_due,
        done="核查期限已改定，抽查人员已收到消息。",
    ),
]


# What was drawn, as the page shows it.


@dataclass(frozen=True, slots=True)
class DrawnShown:
    """One drawn row: `by_lot` is whom the lot gave it to, `reason` why somebody else was named by hand."""

    drawn: Drawn
    finding: Finding | None
    outcome: str
    tone: str
    by_lot: str
    reason: str

    @property
    def url(self) -> str:
        return reverse("admin:tasks_drawn_change", args=[self.drawn.pk])


class Inspected(Counts):
    """How many of what was drawn have a finding; drawn as the stacked bar."""

    @classmethod
    def of(cls, rows: Sequence[DrawnShown]) -> Self:
        return cls(total=len(rows), completed=sum(row.finding is not None for row in rows))

    @property
    def pieces(self) -> list[StackPiece]:
        done, _, left, _ = super().pieces
        return [done._replace(word="已核"), left._replace(word="待核")]


@dataclass(frozen=True, slots=True)
class InspectorShown:
    """Whose rows these are, and how many have a finding."""

    name: str
    rows: list[DrawnShown]
    on: date

    @property
    def due(self) -> date | None:
        """The first day by which something of theirs is to be inspected."""
        return min((row.drawn.due for row in self.rows if row.drawn.due), default=None)

    @property
    def late_words(self) -> str:
        """逾期2项; empty where nothing is late."""
        late = sum(row.drawn.is_late(on=self.on) for row in self.rows)
        return f"逾期{late}项" if late else ""

    @property
    def url(self) -> str:
        """The list of what is theirs alone; of nobody's there is none."""
        first = self.rows[0].drawn
        chosen = {"spot_check__id__exact": first.spot_check_id, "inspector__id__exact": first.inspector_id or 0}
        return f"{reverse('admin:tasks_drawn_changelist')}?{urlencode(chosen)}" if first.inspector_id else ""

    @property
    def counts(self) -> Inspected:
        return Inspected.of(self.rows)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Who was passed over (回避) for which rows, for one reason."""

    inspector: str
    reason: str
    keys: list[str]


def drawn_rows(spot_check: SpotCheck) -> list[DrawnShown]:
    """In drawing order."""
    rows = spot_check.drawn.select_related("assignment__task__point__notice", "unit", "inspector", "finding").defer(
        *WorkPointNotice.whole_text("assignment__task__point__notice")
    )
    dealt, by_hand = dealt_inspectors(spot_check), named_by_hand(spot_check)
    names = inspector_names(spot_check.inspector_pool)
    return [
        _shown(row, by_lot=names.get(dealt.get(row.key, ""), ""), reason=by_hand.get(row.pk, ""))
        for row in rows.order_by("pk")
    ]


def _shown(drawn: Drawn, *, by_lot: str, reason: str) -> DrawnShown:
    finding: Finding | None = getattr(drawn, "finding", None)
    outcome = finding.get_outcome_display() if finding else "待核查"
    tone = OUTCOME_TONES[Finding.Outcome(finding.outcome)] if finding else "draft"
    return DrawnShown(drawn, finding, outcome, tone, by_lot, reason)


def by_inspector(rows: Iterable[DrawnShown], *, on: date) -> list[InspectorShown]:
    """What nobody inspects yet comes first, then whoever has the most to do."""
    ordered = sorted(rows, key=lambda row: row.drawn.inspector_id or 0)
    groups = [
        InspectorShown(str(mine[0].drawn.inspector or "尚未指定抽查人员"), mine, on)
        for _, group in groupby(ordered, key=lambda row: row.drawn.inspector_id)
        if (mine := list(group))
    ]
    return sorted(groups, key=lambda each: (each.rows[0].drawn.inspector_id is not None, -each.counts.not_begun))


def passed_over(spot_check: SpotCheck) -> list[PassedOver]:
    """By person and reason, as the lot was drawn."""
    names = inspector_names(spot_check.inspector_pool)
    in_order = sorted(spot_check.passed_over, key=lambda each: (each["inspector"], each["reason"]))
    return [
        PassedOver(names.get(who, who), reason, [each["key"] for each in group])
        for (who, reason), group in groupby(in_order, key=lambda each: (each["inspector"], each["reason"]))
    ]


def inspector_names(usernames: Iterable[str]) -> dict[str, str]:
    """Username → name and username, as the sheet prints them: the recipe needs the username."""
    people = User.objects.filter(username__in=list(usernames)).order_by("username")
    return {person.username: f"{person}（账号 {person.username}）" for person in people}


def facts(spot_check: SpotCheck) -> list[tuple[str, object]]:
    strata = [SpotCheck.Stratum(value).label for value in spot_check.stratified_by]
    drawn_by: list[tuple[str, object]] = [
        ("分层依据", "、".join(strata) or "不分层"),
        ("评分细则", spot_check.rubric or "不评分"),
    ]
    quotas: list[tuple[str, object]] = [("范围", spot_check.scope), ("各单位名额", spot_check.quota)]
    return [
        ("通知", spot_check.notice),
        ("抽查对象", spot_check.get_subject_display()),
        ("统计日期", f"{spot_check.as_of:%Y-%m-%d}"),
        *(quotas if spot_check.quota else drawn_by),
        ("抽取数量", spot_check.size),
        ("核查期限", f"{spot_check.inspect_by:%Y-%m-%d}" if spot_check.inspect_by else "没有定"),
        ("抽取人", spot_check.drawn_by),
    ]


class SpotCheckPage(RecordPage[SpotCheck]):
    """What was drawn first, by inspector; the arithmetic and how to draw again on tabs of their own."""

    keyword = "spot_check"
    template = "tasks/spot_check.html"
    page_names = {"admin": "admin:tasks_spotcheck_change"}
    act_names = {"admin": "admin:tasks_spotcheck_"}
    list_title = "抽查"
    list_names = {"admin": "admin:tasks_spotcheck_changelist"}

    def find(self, user: User, pk: int) -> SpotCheck:
        visible = SpotCheck.objects.visible_to(user).select_related("notice", "rubric", "drawn_by")
        return get_object_or_404(visible, pk=pk)

    def version(self, target: SpotCheck) -> int:
        """With who inspects what."""
        return version_of(target, *target.drawn.order_by("pk"))

    def context(
        self, request: AuthenticatedRequest, spot_check: SpotCheck, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        rows = drawn_rows(spot_check)
        labels = {"": f"抽中 {len(rows)}", "quota": "名额算法", "recipe": "复算"}
        chosen = request.GET.get("tab", "recipe" if "population" in request.GET else "")
        shown = tabs(self.url(spot_check), labels, chosen=chosen)
        return {
            "spot_check": spot_check,
            "paper": subject_of(spot_check).paper,
            "tabs": shown,
            "tab": next(each.key for each in shown if each.is_current),
            "counts": Inspected.of(rows),
            "facts": facts(spot_check),
            "inspectors": by_inspector(rows, on=clock.today()),
            "draw": redraw(spot_check),
            "passed_over": passed_over(spot_check),
            "pool": inspector_names(spot_check.inspector_pool),
            "program": program(),
            "show_population": "population" in request.GET,
        }

    def new(self, request: AuthenticatedRequest) -> HttpResponse:
        form = DrawForm(request.POST or None, today=clock.today())
        return self.begin(request, form, title="抽取", intro=INTRO, preview=_preview, draw=draw_spot_check)

    def begin(
        self,
        request: AuthenticatedRequest,
        form: DrawForm,
        *,
        title: str,
        intro: Sequence[str],
        preview: Callable[[DrawForm], DrawPreview],
        draw: Callable[..., SpotCheck],
    ) -> HttpResponse:
        """Choose what decides the sample, see what it would be drawn from, and draw. The sample itself is in no preview:
        nobody shall try seeds until one pleases."""
        require(rules.can_draw_spot_check(request.user))

        def act() -> SpotCheck:
            try:
                return draw(by=request.user, at=clock.now(), **form.cleaned_data)
            except DrawError as refused:
                raise ValidationError(str(refused)) from refused

        return preview_page(
            request,
            form,
            "admin/tasks/spot_check/draw.html",
            title=title,
            trail=self.frame(request, None)["trail"][1:],
            preview=lambda: preview(form),
            act=act,
            done=lambda drawn: self.drawn(request, drawn),
            intro=intro,
        )

    def drawn(self, request: AuthenticatedRequest, spot_check: SpotCheck) -> HttpResponse:
        messages.success(request, f"“{spot_check.title}”已抽取 {spot_check.size} 项，请指定抽查人员。")
        return redirect(self.url(spot_check))


office_pages = SpotCheckPage(ADMIN, ACTIONS)
