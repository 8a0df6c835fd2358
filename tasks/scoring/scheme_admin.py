"""考核方案: a scheme with its rules on one page, a form for each act; never a parameter as raw text."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse

from ninghai.calendar import clock
from ninghai.models.state_machine import require
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import OfficeModelAdmin
from ninghai.staff_site.pages import Trail, office_page, office_path, was_done
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import ScoreRule, ScoreScheme, Scoring
from tasks.models.states import ScoringStatus
from tasks.scoring import services
from tasks.scoring.forms import ChangeSchemeForm, CopyForm, NewSchemeForm, RemoveRuleForm, RuleForm
from tasks.scoring.parameters import PROPOSED_CAP, PROPOSED_VETO_SCORE, Source, parameter_words
from tasks.scoring.sheet import plain

PAGE = "admin:tasks_scorescheme_change"
FORM = "admin/office/form.html"


@admin.register(ScoreScheme)
class SchemeAdmin(OfficeModelAdmin[ScoreScheme]):
    group = DeskGroup.CHECKS
    rank = 7
    list_display = ["name", "notice", "weights", "cap", "veto_score", "state"]
    list_filter = ["notice"]
    search_fields = ["name"]
    list_select_related = ["notice"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoreScheme]:
        circulated = Scoring.objects.filter(scheme=OuterRef("pk"), status=ScoringStatus.CIRCULATED)
        weighted = Sum("rules__full_marks", filter=Q(rules__source__in=Source.weighted))
        return super().get_queryset(request).annotate(sum_of_weights=weighted, was_circulated=Exists(circulated))

    @admin.display(description="分值合计")
    def weights(self, scheme: Any) -> str:
        return plain(scheme.sum_of_weights) if scheme.sum_of_weights else "0"

    @admin.display(description="状态")
    def state(self, scheme: Any) -> str:
        return "已用于通报，不能修改" if scheme.was_circulated else "可以修改"

    def get_urls(self) -> list[URLPattern]:
        return [
            office_path("<int:pk>/facts/", facts, "tasks_scorescheme_facts"),
            office_path("<int:pk>/copy/", copy, "tasks_scorescheme_copy"),
            office_path("<int:pk>/rules/add/", add_rule, "tasks_scorescheme_add_rule"),
            office_path("<int:pk>/rules/<int:rule_pk>/", rule, "tasks_scorescheme_rule"),
            office_path("<int:pk>/rules/<int:rule_pk>/remove/", remove_rule, "tasks_scorescheme_remove_rule"),
            *super().get_urls(),
        ]

    def new_page(self, request: AuthenticatedRequest) -> HttpResponse:
        return new(request)

    def record_page(self, request: AuthenticatedRequest, pk: int) -> HttpResponse:
        return page(request, pk)


def trail_to_list() -> Trail:
    return [("考核方案", reverse("admin:tasks_scorescheme_changelist"))]


def trail_to(scheme: ScoreScheme) -> Trail:
    return [*trail_to_list(), (scheme.name, scheme.get_absolute_url())]


# The scheme.


def page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The scheme with its rules, what they are worth together, and what may be done with it."""
    scheme = get_object_or_404(ScoreScheme.objects.select_related("notice"), pk=pk)
    own = list(scheme.rules.order_by("position", "pk"))
    shown = [(rule, rule.get_source_display(), parameter_words(rule.source, rule.parameters)) for rule in own]
    weights = sum(rule.full_marks for rule in own if rule.source in Source.weighted)
    return office_page(
        request,
        "admin/tasks/score/scheme.html",
        title=scheme.name,
        trail=trail_to_list(),
        scheme=scheme,
        rules=shown,
        weights=plain(weights) if weights else "0",
        is_circulated=scheme.is_circulated(),
        may_edit=rules.can_edit_scheme(request.user, scheme),
        may_copy=rules.can_make_scheme(request.user),
        scorings=scheme.scorings.order_by("-as_of")[:10],
    )


def new(request: AuthenticatedRequest) -> HttpResponse:
    form = NewSchemeForm(request.POST or None, initial={"cap": PROPOSED_CAP, "veto_score": PROPOSED_VETO_SCORE})
    made: list[ScoreScheme] = []

    def make() -> None:
        asked = dict(form.cleaned_data)
        start = services.propose_scheme if asked.pop("is_proposed") else services.make_scheme
        made.append(start(by=request.user, at=clock.now(), **asked))

    if request.method == "POST" and was_done(form, make):
        messages.success(request, f"方案“{made[0]}”已建立，请逐项核对分值和参数。")
        return redirect(made[0])
    return office_page(request, FORM, title="新建考核方案", trail=trail_to_list(), form=form, submit="建立")


def facts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    scheme = _scheme_to_change(request, pk)
    initial = {name: getattr(scheme, name) for name in ("name", "cap", "veto_score", "version")}
    form = ChangeSchemeForm(request.POST or None, initial=initial)

    def act() -> None:
        services.change_scheme(scheme=scheme, by=request.user, at=clock.now(), **form.cleaned_data)

    return _act_page(
        request, scheme, form, act, title="修改方案", submit="保存", done="方案已修改，已有的试算请重新计算。"
    )


def copy(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """复制为新方案."""
    scheme = get_object_or_404(ScoreScheme.objects.select_related("notice"), pk=pk)
    require(rules.can_make_scheme(request.user))
    form = CopyForm(request.POST or None, initial={"name": f"{scheme.name}（修订）"[:100]})
    made: list[ScoreScheme] = []

    def act() -> None:
        made.append(services.copy_scheme(scheme=scheme, by=request.user, at=clock.now(), **form.cleaned_data))

    if request.method == "POST" and was_done(form, act):
        messages.success(request, f"已复制为“{made[0]}”。考核记录仍属于原方案。")
        return redirect(made[0])
    return office_page(
        request,
        FORM,
        title="复制为新方案",
        trail=trail_to(scheme),
        form=form,
        submit="复制",
        lead="复制全部项目和参数。已登记的考核记录不复制。",
    )


# Its rules.


def add_rule(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """First the source, which decides what else is asked; then the rule."""
    scheme = _scheme_to_change(request, pk)
    source = request.GET.get("source", "")
    if source not in Source.values:
        return office_page(
            request, "admin/tasks/score/sources.html", title="添加项目", trail=trail_to(scheme), sources=Source.choices
        )
    last = scheme.rules.order_by("-position").first()
    initial = {"title": Source(source).label, "position": last.position + 1 if last else 1, "version": scheme.version}
    form = RuleForm(request.POST or None, source=source, initial=initial)

    def act() -> None:
        services.add_rule(scheme=scheme, source=source, by=request.user, at=clock.now(), **form.asked())

    title = f"添加项目：{Source(source).label}"
    return _act_page(request, scheme, form, act, title=title, submit="添加", done="项目已添加。")


def rule(request: AuthenticatedRequest, pk: int, rule_pk: int) -> HttpResponse:
    scheme = _scheme_to_change(request, pk)
    changed = _rule_of(scheme, rule_pk)
    form = RuleForm.showing(changed, request.POST or None)

    def act() -> None:
        services.change_rule(rule=changed, by=request.user, at=clock.now(), **form.asked())

    title = f"修改项目：{changed.get_source_display()}"
    return _act_page(request, scheme, form, act, title=title, submit="保存", done="项目已修改，已有的试算请重新计算。")


def remove_rule(request: AuthenticatedRequest, pk: int, rule_pk: int) -> HttpResponse:
    scheme = _scheme_to_change(request, pk)
    gone = _rule_of(scheme, rule_pk)
    form = RemoveRuleForm(request.POST or None, initial={"version": scheme.version})

    def act() -> None:
        services.remove_rule(rule=gone, by=request.user, at=clock.now(), **form.cleaned_data)

    lead = f"从方案中删除“{gone.title}”。按这个方案试算的得分会清空，需要重新计算。"
    return _act_page(request, scheme, form, act, title="删除项目", submit="删除", done="项目已删除。", lead=lead)


# What they share.


def _scheme_to_change(request: AuthenticatedRequest, pk: int) -> ScoreScheme:
    scheme = get_object_or_404(ScoreScheme.objects.select_related("notice"), pk=pk)
    require(rules.can_make_scheme(request.user))
    require(rules.can_edit_scheme(request.user, scheme))
    return scheme


def _rule_of(scheme: ScoreScheme, pk: int) -> ScoreRule:
    found = get_object_or_404(scheme.rules, pk=pk)
    found.scheme = scheme
    return found


def _act_page(
    request: AuthenticatedRequest,
    scheme: ScoreScheme,
    form: Any,
    act: Callable[[], None],
    *,
    title: str,
    submit: str,
    done: str,
    lead: str = "",
) -> HttpResponse:
    if request.method == "POST" and was_done(form, act):
        messages.success(request, done)
        return redirect(PAGE, scheme.pk)
    return office_page(request, FORM, title=title, trail=trail_to(scheme), form=form, submit=submit, lead=lead)
