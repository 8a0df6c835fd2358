"""考核得分: computed as of a day, compared with the one before, opened unit by unit, circulated by the office's head."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any, Self

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai.calendar import clock
from ninghai.files.workbooks.writing import XLSX
from ninghai.models import OFFICE_ROLES, AuditEntry, Unit, acts_as
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.pages import Tab, Trail, office_page, office_path, was_done
from ninghai.staff_site.years import YearLink, year_links
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.assignments.admin_filters import OfIssuedYears
from tasks.models import ScoreRule, Scoring, UnitScore
from tasks.models.states import ScoringStatus
from tasks.public_progress.counts import Counts, asked, counts_by
from tasks.scoring import results
from tasks.scoring.forms import ComputeForm
from tasks.scoring.parameters import Source
from tasks.scoring.services import circulate_scores, compute_scores
from tasks.scoring.sheet import shown
from tasks.scoring.workbook import ranking_workbook, sheet_workbook

PAGE = "admin:tasks_scoring_change"
ROWS = 100
TONES = 6  # of the parts of a bar


@admin.register(Scoring)
class ScoringAdmin(OfIssuedYears[Scoring]):
    """Adding is computing; a scoring's own page is its ranking."""

    group = DeskGroup.CHECKS
    rank = 5
    tones = {"status": {ScoringStatus.DRAFT: "draft", ScoringStatus.CIRCULATED: "good"}}
    year_path = "scheme__notice__year"
    list_display = ["scheme", "as_of", "status", "units", "computed_by", "computed_at", "circulated_at"]
    list_filter = ["status", "scheme"]
    list_select_related = ["scheme", "computed_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scoring]:
        return super().get_queryset(request).annotate(counted_units=Count("unit_scores"))

    @admin.display(description="单位数")
    def units(self, scoring: Any) -> int:
        return int(scoring.counted_units)

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("<int:pk>/recompute/", recompute, "tasks_scoring_recompute"),
            office_path("<int:pk>/circulate/", circulate, "tasks_scoring_circulate"),
            office_path("<int:pk>/export/", export, "tasks_scoring_export"),
            office_path("<int:pk>/units/<int:score_pk>/", sheet, "tasks_scoring_sheet"),
            office_path("<int:pk>/units/<int:score_pk>/export/", export_sheet, "tasks_scoring_export_sheet"),
            *super().get_urls(),
        ]

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return compute(request)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return ranking(request, pk)


class SeenForm(forms.Form):
    """The version of the scoring that this person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def _trail(scoring: Scoring | None = None) -> Trail:
    above = [("考核得分", reverse("admin:tasks_scoring_changelist"))]
    return [*above, (str(scoring), scoring.get_absolute_url())] if scoring else above


def _scoring(request: AuthenticatedRequest, pk: int) -> Scoring:
    require(acts_as(request.user, *OFFICE_ROLES))
    rows = Scoring.objects.select_related("scheme__notice", "computed_by", "circulated_by")
    return get_object_or_404(rows, pk=pk)


# Computing.


def compute(request: AuthenticatedRequest) -> HttpResponse:
    """试算: choose the scheme and the day."""
    form = ComputeForm(request.POST or None, today=clock.today())
    made: list[Scoring] = []

    def act() -> None:
        made.append(compute_scores(by=request.user, at=clock.now(), **form.cleaned_data))

    if request.method == "POST" and was_done(form, act):
        _message_computed(request, made[0])
        return redirect(made[0])
    return office_page(
        request,
        "admin/office/form.html",
        title="计算考核得分",
        trail=_trail(),
        form=form,
        submit="试算",
        lead="试算可以反复进行，同一方案、同一天的试算会更新原来的结果。通报以前，各单位看不到。",
    )


@require_POST
def recompute(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Compute the draft anew."""
    scoring, form = _scoring(request, pk), SeenForm(request.POST)
    require(rules.can_recompute(request.user, scoring), "已通报的得分不能重新计算。")

    def act() -> None:
        version = form.cleaned_data["version"]
        compute_scores(scheme=scoring.scheme, as_of=scoring.as_of, version=version, by=request.user, at=clock.now())

    if was_done(form, act):
        _message_computed(request, scoring)
    else:
        messages.error(request, "".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(scoring)


def _message_computed(request: AuthenticatedRequest, scoring: Scoring) -> None:
    messages.success(request, f"已计算 {scoring.unit_scores.count()} 个单位截至{scoring.as_of:%Y-%m-%d}的得分。")


# Looking.


def ranking(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The units in their places, all or of one kind, beside the scoring before."""
    scoring, kind = _scoring(request, pk), _kind(request)
    ranked, own = results.ranked_units(scoring, kind=kind), results.asked_rules(scoring, kind=kind)
    page, whole = Paginator(ranked, ROWS).get_page(request.GET.get("page")), full_bar(scoring, ranked)
    return office_page(
        request,
        "admin/tasks/score/ranking.html",
        title=str(scoring),
        trail=_trail(),
        scoring=scoring,
        year_links=_years(scoring),
        counts=_standing(scoring, kind),
        heads=[(rule.title, results.mark_words(rule), at % TONES) for at, rule in enumerate(own)],
        left_out=[rule.title for rule in scoring.scheme.rules.order_by("position", "pk") if rule not in own],
        rows=[RankingRow.of(each, own, whole=whole) for each in page],
        page=page,
        total=f"共{page.paginator.count}个单位",
        kinds=_kinds(scoring, chosen=kind),
        kind=kind,
        earlier=results.earlier_scoring(scoring),
        may_recompute=rules.can_recompute(request.user, scoring),
        may_circulate=rules.can_circulate(request.user, scoring),
    )


@dataclass(frozen=True, slots=True)
class RuleAmount:
    """What a rule gave a unit: nothing for what was not assessed (the page has a dash for it); `place` is where the sheet says why."""

    title: str
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class BarPart:
    """A rule's part of the bar, from where to where; `tone` tells it from its neighbours."""

    tone: int
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A unit in its place, with the bar of its total and what each rule gave it."""

    ranked: results.RankedUnit
    parts: list[BarPart]
    amounts: list[RuleAmount]

    @classmethod
    def of(cls, ranked: results.RankedUnit, own: Sequence[ScoreRule], *, whole: Decimal) -> Self:
        found = [(rule, ranked.amounts.get(rule.pk)) for rule in own]
        words = [
            RuleAmount(rule.title, results.place_of(rule.pk), "" if amount is None else shown(amount))
            for rule, amount in found
        ]
        return cls(
            ranked, list(_parts([amount or Decimal(0) for _, amount in found], ranked.score.total, whole)), words
        )

    @property
    def score(self) -> UnitScore:
        return self.ranked.score


def _parts(amounts: Sequence[Decimal], total: Decimal, whole: Decimal) -> Iterator[BarPart]:
    """What the rules gave, one after the other, as far as the total: what was taken off is missing at the end, and the
    last has what rounding left over."""
    ends = [min(end, total) for end in accumulate(max(amount, Decimal(0)) for amount in amounts)]
    last = max((at for at, amount in enumerate(amounts) if amount > 0), default=-1)
    start = Decimal(0)
    for at, end in enumerate(ends):
        end = total if at >= last >= 0 else end
        if end > start:
            yield BarPart(at % TONES, f"{start / whole:.2%}", f"{end / whole:.2%}")
        start = max(start, end)


def full_bar(scoring: Scoring, ranked: Iterable[results.RankedUnit]) -> Decimal:
    """What a bar of full width stands for: full marks, or the best total where additions took it further."""
    marks = scoring.scheme.rules.filter(source__in=Source.weighted).aggregate(sum=Sum("full_marks"))["sum"]
    return max([marks or Decimal(1), *(each.score.total for each in ranked)])


def _standing(scoring: Scoring, kind: str) -> Counts:
    """How far the tasks of these units were on the day of the scoring."""
    notice = scoring.scheme.notice
    rows = asked(notice=notice, on=scoring.as_of)
    counts = counts_by("task__point__notice", of=rows.filter(unit__kind=kind) if kind else rows)
    return counts.get(notice.pk, Counts())


def _years(scoring: Scoring) -> list[YearLink]:
    """The last scoring of each year, and this one."""
    others = Scoring.objects.exclude(unit_scores=None).select_related("scheme__notice").order_by("as_of", "pk")
    last = {each.scheme.notice.year: each for each in others} | {scoring.scheme.notice.year: scoring}
    return year_links(
        sorted(last, reverse=True),
        chosen=scoring.scheme.notice.year,
        url=lambda year: last[year].get_absolute_url(),
    )


def _kinds(scoring: Scoring, *, chosen: str) -> list[Tab]:
    """All units, and those of each kind that is ranked, with how many they are."""
    counts = Counter(scoring.unit_scores.values_list("unit__kind", flat=True))
    page = scoring.get_absolute_url()
    every = Tab("", f"全部单位 {counts.total()}", page, not chosen)
    kinds = [kind for kind in Unit.Kind if counts[kind]]
    return [
        every,
        *(Tab(each, f"{each.label} {counts[each]}", f"{page}?kind={each}", each == chosen) for each in kinds),
    ]


def _kind(request: AuthenticatedRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in Unit.Kind.values else ""


@require_safe
def sheet(request: AuthenticatedRequest, pk: int, score_pk: int) -> HttpResponse:
    """One unit's sheet, down to the records."""
    scoring = _scoring(request, pk)
    score = _score(scoring, score_pk)
    return office_page(
        request,
        "admin/tasks/score/sheet.html",
        title=f"{score.unit}得分明细",
        trail=_trail(scoring),
        scoring=scoring,
        score=score,
        rules=results.shown_rules(score, places_of=results.urls_for_office),
        units=scoring.unit_scores.count(),
        columns=results.columns_of(score),
    )


def _score(scoring: Scoring, pk: int) -> UnitScore:
    score = get_object_or_404(scoring.unit_scores.select_related("unit"), pk=pk)
    score.scoring = scoring
    return score


# Taking along.


@require_safe
def export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The ranking as .xlsx, noted in the audit trail."""
    scoring, kind = _scoring(request, pk), _kind(request)
    ranked, own = results.ranked_units(scoring, kind=kind), results.asked_rules(scoring, kind=kind)
    data = ranking_workbook(scoring, ranked=ranked, rules=own)
    return _sent(request, scoring, data, name=f"scores-{scoring.as_of:%Y%m%d}.xlsx")


@require_safe
def export_sheet(request: AuthenticatedRequest, pk: int, score_pk: int) -> HttpResponse:
    """One unit's sheet as .xlsx."""
    scoring = _scoring(request, pk)
    score = _score(scoring, score_pk)
    data = sheet_workbook(score, rules=results.shown_rules(score, places_of=results.urls_for_office))
    return _sent(request, scoring, data, name=f"score-{score.unit.code}-{scoring.as_of:%Y%m%d}.xlsx")


def _sent(request: AuthenticatedRequest, scoring: Scoring, data: bytes, *, name: str) -> HttpResponse:
    detail = {"file": name}
    AuditEntry.objects.record(action="export", target=scoring, by=request.user, at=clock.now(), detail=detail)
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# Circulating.


def circulate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """通报, after a look at what that means."""
    scoring = _scoring(request, pk)
    require(rules.can_circulate(request.user, scoring), "只有签发人能通报试算的得分，且不能通报自己计算的。")
    form = SeenForm(request.POST or None, initial={"version": scoring.version})

    def act() -> None:
        circulate_scores(scoring=scoring, by=request.user, at=clock.now(), **form.cleaned_data)

    if request.method == "POST" and was_done(form, act):
        messages.success(request, "考核得分已通报，各单位会收到消息。得分和方案从现在起不再改变。")
        return redirect(PAGE, scoring.pk)
    scores = scoring.unit_scores.select_related("unit").order_by("rank", "unit__position", "pk")
    return office_page(
        request,
        "admin/tasks/score/circulate.html",
        title="通报考核得分",
        trail=_trail(scoring),
        scoring=scoring,
        form=form,
        first=scores[:3],
        last=scores.reverse()[:3],
        vetoed=scores.filter(is_vetoed=True),
        units=scores.count(),
    )
