"""抽查: the page on which an inspector (抽查人员) inspects what was drawn and which the office reads, the lists of that and of what was
found, and the draw's data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, When
from django.db.models.functions import Coalesce
from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_safe

from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import Allowed, StaleError, TransitionError, require
from ninghai.staff_site.record_pages import ADMIN, KEPT, WORK, RecordPage, typed_in
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.assignments.dossier import EvidenceShown, show_evidence
from tasks.models import Drawn, Finding, InspectionSheet, Rectification, SpotCheck
from tasks.progress.evidence import add_pieces, ask_for_file_again, attached_words, catalogue_items, field_of
from tasks.spot_checks.finding_acts import RECHECK, TAKE_BACK_RECTIFICATION
from tasks.spot_checks.finding_page import OUTCOME_TONES, known_objection, show_finding, to_do
from tasks.spot_checks.finding_score import score
from tasks.spot_checks.findings import (
    SheetWords,
    add_photo,
    conclude_sheet,
    given_marks,
    remove_photo,
    save_sheet,
    words_of,
)
from tasks.spot_checks.forms import SheetForm, initial_of, words_of_finding
from tasks.spot_checks.sampling import recipe_data
from tasks.spot_checks.subjects import subject_of
from tasks.spot_checks.waiting import RectificationsToRecheck, SheetsToInspect

# One inspection.


class InspectionPage(RecordPage[Drawn]):
    """What the unit reported, the sheet while it can be written, the finding and what followed it."""

    gives_version = shows_conflicts = True
    template = "tasks/inspection.html"
    page_names = {"work": "tasks:inspection", "admin": "admin:tasks_drawn_change"}
    act_names = {"work": "tasks:inspection-", "admin": "admin:tasks_drawn_"}
    list_names = {"work": "tasks:inspection-list", "admin": "admin:tasks_drawn_changelist"}

    @property
    def list_title(self) -> str:  # type: ignore[override]
        return "抽查核验" if self.mount is WORK else "抽中项"

    def find(self, user: User, pk: int) -> Drawn:
        rows = Drawn.objects.visible_to(user).select_related(
            "spot_check__rubric",
            "assignment__task__point__notice",
            "unit",
            "finding__objection",
            "finding__rectification",
            "inspector",
            "sheet",
        )
        return visible_or_404(rows, pk=pk)

    def title(self, drawn: Drawn) -> str:
        return f"核查：{drawn.whole_name}"

    @property
    def view(self) -> Callable[..., HttpResponse]:
        """The page, whose own form is the sheet."""

        def page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
            drawn = self.find(request.user, pk)
            return self.write(request, drawn) if request.method == "POST" else self.show(request, drawn)

        return require_http_methods(["GET", "HEAD", "POST"])(self._of_this_app(page))

    def context(self, request: AuthenticatedRequest, drawn: Drawn, refused: Mapping[str, BaseForm]) -> dict[str, Any]:
        now, subject = clock.now(), subject_of(drawn.spot_check)
        finding: Finding | None = getattr(drawn, "finding", None)
        if finding:
            finding.drawn = drawn
        can_record = rules.can_record_finding(request.user, drawn)
        sheet: InspectionSheet | None = getattr(drawn, "sheet", None) if can_record else None
        return {
            "drawn": drawn,
            "part": subject.part,
            "subject": subject.shown(drawn, user=request.user, at=now),
            "facts": [
                ("抽查", drawn.spot_check),
                ("抽查人员", drawn.inspector),
                *([("核查期限", due_words(drawn, on=now.date()))] if drawn.due else []),
                *subject.facts(drawn),
            ],
            **self._beside(request.user, drawn),
            "outcome": finding.get_outcome_display() if finding else "待核查",
            "tone": OUTCOME_TONES[Finding.Outcome(finding.outcome)] if finding else "due",
            "finding": show_finding(finding, user=request.user, on=now.date(), at=now) if finding else None,
            "sheet": sheet,
            "sheet_version": sheet.version if sheet else 0,
            "version": finding.version if finding else 0,
            "form": refused.get("sheet") or sheet_form(drawn),
            "photos": _photos(sheet, at=now),
            "score": _score_words(drawn),
            "pass_mark": drawn.spot_check.rubric.pass_mark if drawn.spot_check.rubric else None,
            "can_write": _can_write(request.user, drawn),
        }

    def _beside(self, user: User, drawn: Drawn) -> dict[str, Any]:
        """The sheets before and after it, of the same draw and as far as this person sees them; what stands behind it."""
        mine = Drawn.objects.visible_to(user).filter(spot_check=drawn.spot_check_id)
        numbers = list(mine.order_by("pk").values_list("pk", flat=True))
        at = numbers.index(drawn.pk)
        urls = [reverse(self.page_names[self.mount.key], args=[number]) for number in numbers]
        return {
            "place": f"第 {at + 1} 份，共 {len(numbers)} 份",
            "previous": urls[at - 1] if at else "",
            "next": urls[at + 1] if at + 1 < len(urls) else "",
            "links": self._links(drawn) if self.mount is ADMIN else [],
        }

    def _links(self, drawn: Drawn) -> list[tuple[str, str]]:
        finding: Finding | None = getattr(drawn, "finding", None)
        found = [("抽查结论、异议和整改", reverse("admin:tasks_finding_change", args=[finding.pk]))] if finding else []
        return [
            (str(drawn.spot_check), reverse("admin:tasks_spotcheck_change", args=[drawn.spot_check_id])),
            *subject_of(drawn.spot_check).links(drawn, in_admin=True),
            *found,
        ]

    def write(self, request: AuthenticatedRequest, drawn: Drawn) -> HttpResponse:
        """Save the sheet; with the button 记录结论 make it the finding too."""
        require(rules.can_record_finding(request.user, drawn))
        form = sheet_form(drawn, data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self.show(request, drawn, status=422, refused={"sheet": ask_for_file_again(form)})
        concludes = "conclude" in request.POST
        try:
            done = _is_done(drawn, form, request) if concludes else False
            if not done and not _keep(request, drawn, form, concludes=concludes):
                return self.show(request, self.find(request.user, drawn.pk), status=422, refused={"sheet": form})
        except (StaleError, TransitionError) as conflict:
            refused = {"sheet": ask_for_file_again(form)}
            fresh = self.find(request.user, drawn.pk)
            typed = [] if _can_write(request.user, fresh) else typed_in(form)
            return self.show(request, fresh, status=409, refused=refused, conflict=f"{conflict}{KEPT}", typed=typed)
        if not concludes:
            kept = attached_words(form.brought)
            messages.success(request, f"核查底稿已保存，单位还看不到。可以继续填写。{kept}")
            return redirect(f"{drawn.get_absolute_url()}#sheet")
        messages.success(request, f"“{drawn.whole_name}”的抽查结论已记录，并已告知单位。")
        return redirect("tasks:inspection-list")


def due_words(drawn: Drawn, *, on: date) -> str:
    """2018-11-26, 已逾期2天; empty where nobody has said by when."""
    if drawn.due is None:
        return ""
    late = f"，已逾期{(on - drawn.due).days}天" if drawn.is_late(on=on) else ""
    return f"{drawn.due:%Y-%m-%d}{late}"


def _can_write(user: User, drawn: Drawn) -> bool:
    finding: Finding | None = getattr(drawn, "finding", None)
    is_open = finding is None or finding.may_be_corrected(on=clock.today())
    return is_open and rules.can_record_finding(user, drawn)


def _rectification(drawn: Drawn) -> Rectification | None:
    finding: Finding | None = getattr(drawn, "finding", None)
    return getattr(finding, "rectification", None)


def _can_recheck(user: User, rectification: Rectification) -> Allowed:
    return rules.can_record_finding(user, rectification.finding.drawn) and rules.can_recheck(user, rectification)


RECHECK_DRAWN = replace(RECHECK, target=_rectification, done="“{record.whole_name}”的复查结果已记录，随后告知单位。")
TAKE_BACK = replace(TAKE_BACK_RECTIFICATION, target=_rectification)
OFFICE_ACTS = [RECHECK_DRAWN, TAKE_BACK]
pages = InspectionPage(WORK, [replace(RECHECK_DRAWN, allowed=_can_recheck), TAKE_BACK])


def sheet_form(drawn: Drawn, **sent: Any) -> SheetForm:
    """The form of the sheet, else of the finding that a new sheet would correct."""
    return SheetForm(**sent, drawn=drawn, initial=initial_of(current_sheet(drawn)))


def current_sheet(drawn: Drawn) -> SheetWords:
    """What the sheet says, else the finding, else nothing."""
    if hasattr(drawn, "sheet"):
        return words_of(drawn.sheet)
    if hasattr(drawn, "finding"):
        return words_of_finding(drawn.finding)
    return SheetWords()


def _score_words(drawn: Drawn) -> str:
    """The running total of what was saved."""
    rubric = drawn.spot_check.rubric
    if rubric is None:
        return ""
    total = score(given_marks(current_sheet(drawn).marks, drawn=drawn), pass_mark=rubric.pass_mark)
    verdict = "单项否决" if total.is_vetoed else "合格" if total.passed else "不合格"
    return f"{total.points.normalize():f}分，{verdict}"


def _photos(sheet: InspectionSheet | None, *, at: Any) -> list[EvidenceShown]:
    proofs = list(sheet.proofs.select_related("file")) if sheet else []
    items = catalogue_items([proof.index_number for proof in proofs if proof.index_number], at=at)
    return [show_evidence(proof, items) for proof in proofs]


def _keep(request: AuthenticatedRequest, drawn: Drawn, form: SheetForm, *, concludes: bool) -> bool:
    """Save the words, then the photograph, then conclude; False when the form was told what is wrong with the rest."""
    by, at = request.user, clock.now()
    seen = seen_version(request, "sheet_version")
    sheet = save_sheet(drawn=drawn, written=form.words, version=seen, by=by, at=at)
    try:
        if removed := sheet.proofs.filter(pk=form.cleaned_data["remove"] or 0).first():
            remove_photo(proof=removed, by=by, at=at)
        add_pieces(form.brought, lambda piece: add_photo(sheet=sheet, proof=piece, by=by, at=at), by=by, at=at)
        if concludes:
            conclude_sheet(sheet=sheet, version=seen_version(request), by=by, at=at)
    except ValidationError as refusal:
        form.add_error(field_of(refusal), refusal)
        messages.info(request, "填写的内容已存为底稿，请改正下列问题后再试。")
    return not form.errors


def _is_done(drawn: Drawn, form: SheetForm, request: AuthenticatedRequest) -> bool:
    """The same form sent again, after it has become the finding."""
    finding, sheet = getattr(drawn, "finding", None), getattr(drawn, "sheet", None)
    is_mine = finding is not None and finding.recorded_by_id == request.user.pk
    brings_more = form.brought["upload"]
    return is_mine and sheet is None and current_sheet(drawn) == form.words and not brings_more


# The lists.

ROWS = 20
TITLE_CHARACTERS = 60
RECHECK_WAITS = "整改待复查"


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """What was drawn, as the list shows it."""

    drawn: Drawn
    title: str
    outcome: str
    tone: str
    has_draft: bool
    due: str


def _with_what_waits(user: User) -> Any:
    """What was drawn for them, with its place in the list: 0 to be inspected, 1 put right and to be checked again, 2 the others."""
    on = clock.today()
    sheets, rechecks = (kind.records(user, on).values("pk") for kind in (SheetsToInspect(), RectificationsToRecheck()))
    waits = Case(When(pk__in=sheets, then=0), When(finding__rectification__in=rechecks, then=1), default=2)
    return Drawn.objects.visible_to(user).annotate(waits=waits)


@require_safe
def inspection_list(request: AuthenticatedRequest) -> HttpResponse:
    """Everything drawn for this person: what waits for them first, as the inbox counts it."""
    mine = _with_what_waits(request.user)
    ordered = mine.select_related(
        "spot_check", "assignment__task__point__notice", "unit", "finding", "inspector", "sheet"
    ).order_by(
        "waits",
        F("finding__recorded_at").desc(nulls_first=True),
        Coalesce("inspect_by", "spot_check__inspect_by"),
        "-spot_check__drawn_at",
        "stratum",
        "rank",
        "pk",
    )
    page = Paginator(ordered, ROWS).get_page(request.GET.get("page"))
    by_place = dict(mine.order_by().values_list("waits").annotate(Count("pk")))
    waiting = {words: by_place.get(place, 0) for place, words in enumerate(("待核查", RECHECK_WAITS))}
    counted = "、".join(f"{count}项{words}" for words, count in waiting.items() if count or words == "待核查")
    context = {
        "page": page,
        "rows": [_row(drawn) for drawn in page],
        "waiting": waiting,
        "total": f"共{page.paginator.count}项，其中{counted}",
    }
    return render(request, "tasks/inspection_list.html", context)


def _row(drawn: Any) -> DrawnRow:
    finding: Finding | None = getattr(drawn, "finding", None)
    today = clock.today()
    is_late = drawn.is_late(on=today)
    is_to_recheck = drawn.waits == 1
    return DrawnRow(
        drawn=drawn,
        title=Truncator(drawn.assignment.task.point.text).chars(TITLE_CHARACTERS, truncate="……")
        if drawn.assignment
        else "",
        outcome=RECHECK_WAITS if is_to_recheck else finding.get_outcome_display() if finding else "待核查",
        tone="late"
        if is_late
        else "due"
        if is_to_recheck or not finding
        else OUTCOME_TONES[Finding.Outcome(finding.outcome)],
        has_draft=hasattr(drawn, "sheet"),
        due=due_words(drawn, on=today),
    )


@dataclass(frozen=True, slots=True)
class UnitFindingRow:
    """A finding as the list shows it."""

    finding: Finding
    outcome: str
    tone: str
    remedies: list[str]
    to_do: list[str]


@require_safe
def finding_list(request: AuthenticatedRequest) -> HttpResponse:
    """What was found of the unit's own, newest first."""
    found = Finding.objects.visible_to(request.user).for_list().order_by("-recorded_at", "-pk")
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "page": page,
        "rows": [
            UnitFindingRow(
                finding=finding,
                outcome=finding.get_outcome_display(),
                tone=OUTCOME_TONES[Finding.Outcome(finding.outcome)],
                remedies=_remedies(finding, request.user),
                to_do=to_do(finding, user=request.user, on=today),
            )
            for finding in page
        ],
        "total": f"共{page.paginator.count}条",
    }
    return render(request, "tasks/finding_list.html", context)


def _remedies(found: Finding, user: User) -> list[str]:
    """How objection and rectification stand, in words."""
    objection, rectification = known_objection(found, user=user), getattr(found, "rectification", None)
    return [
        *([f"异议：{objection.get_status_display()}"] if objection else []),
        *([f"整改：{rectification.get_status_display()}"] if rectification else []),
    ]


# What anybody whom a draw concerns needs to recompute it.


@require_safe
def draw_data(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """重算数据: the JSON that the program of docs/draw-recipe.md reads, to be kept as a file."""
    spot_check = visible_or_404(SpotCheck.objects.visible_to(request.user), pk=pk)
    return JsonResponse(
        recipe_data(spot_check),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="draw-{pk}.json"'},
    )
