"""抽查结论 for the unit: what was found, what to do by when; objecting and putting right from the same page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ninghai.calendar import clock
from ninghai.models import User
from ninghai.models.state_machine import StaleError, TransitionError, require
from ninghai.web.http import AuthenticatedRequest, act_on, visible_or_404
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.models import Finding, Objection, Rectification
from tasks.models.states import RectificationStatus
from tasks.progress.forms import ReturnForm
from tasks.progress.uploads import add_pieces, ask_for_file_again, field_of, kept_if_taken, nothing_new, pieces
from tasks.spot_checks.finding_page import OUTCOME_TONES, known_objection, show_finding, to_do
from tasks.spot_checks.forms import ObjectionForm, ProofForm, RectificationForm
from tasks.spot_checks.objections import (
    add_objection_proof,
    pass_objection,
    raise_objection,
    remove_objection_proof,
    return_objection,
)
from tasks.spot_checks.rectifications import (
    add_rectification_proof,
    pass_rectification,
    remove_rectification_proof,
    return_rectification,
    save_rectification,
    submit_rectification,
)

ROWS = 20
KEPT = "本页显示的就是最新内容，您填写的内容也都保留，请核对。"


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
    """What was found of the unit's assignments, newest first."""
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


@require_safe
def finding(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One finding with its marks and proofs, the objection and the rectification."""
    return _page(request, visible_finding(request, pk))


def _finding_page(request: AuthenticatedRequest, pk: int) -> str:
    return reverse("tasks:finding", args=[pk])


@act_on(_finding_page)
def finding_object(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """提出异议."""
    found = visible_finding(request, pk)
    require(rules.writes_for(request.user, found))
    form = ObjectionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, objection_form=ask_for_file_again(form))
    by, at = request.user, clock.now()
    try:
        proofs = pieces(form.cleaned_data, by=by, at=at)
        with kept_if_taken(*proofs):  # a file whose objection is refused is not kept
            raise_objection(
                finding=found,
                text=form.cleaned_data["text"],
                proofs=proofs,
                version=seen_version(request),
                objection_version=seen_version(request, "objection_version"),
                by=by,
                at=at,
            )
    except (StaleError, TransitionError) as conflict:
        return _page(request, visible_finding(request, pk), objection_form=form, conflict=f"{conflict}{KEPT}")
    except ValidationError as refusal:
        form.add_error(field_of(refusal), refusal)
        return _page(request, found, objection_form=form)
    messages.success(request, "异议已提出，等待本单位审核人审核报送。审核前可以继续补充材料。")
    return redirect(f"{found.get_absolute_url()}#objection")


@act_on(_finding_page)
def objection_proof(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Add a piece to the objection, or take one away, while it is within the unit."""
    found = visible_finding(request, pk)
    require(rules.writes_for(request.user, found))
    objection = getattr(found, "objection", None)
    if objection is None:
        raise Http404
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            objection.require_version(seen_version(request))
            _change_objection(form, objection, request)
        except (StaleError, TransitionError) as conflict:
            return _page(request, visible_finding(request, pk), proof_form=form, conflict=str(conflict))
        except ValidationError as refusal:
            form.add_error(field_of(refusal), refusal)
    if form.errors:
        return _page(request, visible_finding(request, pk), proof_form=form)
    messages.success(request, "异议材料已更新。")
    return redirect(f"{found.get_absolute_url()}#objection")


@act_on(_finding_page)
def finding_rectify(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """整改: keep the draft with its evidence; with the button 提交审核 hand it to the unit's head."""
    found = visible_finding(request, pk)
    require(rules.writes_for(request.user, found))
    rectification = getattr(found, "rectification", None)
    if rectification is None:
        raise Http404
    form = RectificationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, rectification_form=ask_for_file_again(form))
    hands_in = "hand_in" in request.POST
    try:
        kept = _keep_rectification(form, rectification, request, hands_in=hands_in)
    except (StaleError, TransitionError) as conflict:
        fresh = visible_finding(request, pk)
        return _page(request, fresh, rectification_form=ask_for_file_again(form), conflict=f"{conflict}{KEPT}")
    if not kept:
        return _page(request, visible_finding(request, pk), rectification_form=form)
    done = "已提交本单位审核人审核" if hands_in else "已保存，提交前可以继续修改"
    messages.success(request, f"整改情况{done}。")
    return redirect(f"{found.get_absolute_url()}#rectification")


# --- The unit's head ------------------------------------------------------------------------------------------


def _page_of_head(request: AuthenticatedRequest, pk: int, remedy: str) -> str:
    return _finding_page(request, pk)


@act_on(_page_of_head)
def remedy_pass(request: AuthenticatedRequest, pk: int, remedy: str) -> HttpResponse:
    """The unit's head passes the objection or the rectification on."""
    found = visible_finding(request, pk)
    require(rules.heads(request.user, found))
    try:
        if remedy == "objection":
            pass_objection(objection=_remedy(found, remedy), **_seen(request))
        else:
            pass_rectification(rectification=_remedy(found, remedy), **_seen(request))
    except (StaleError, TransitionError) as conflict:
        return _page(request, visible_finding(request, pk), conflict=str(conflict))
    done = "异议已报送县政府办公室，处理后会通知本单位" if remedy == "objection" else "整改情况已报送，等待复查"
    messages.success(request, f"{done}。")
    return redirect(f"{found.get_absolute_url()}#{remedy}")


@act_on(_page_of_head)
def remedy_return(request: AuthenticatedRequest, pk: int, remedy: str) -> HttpResponse:
    """The unit's head sends it back to the clerk, with a reason."""
    found, form = visible_finding(request, pk), ReturnForm(request.POST)
    require(rules.heads(request.user, found))
    if not form.is_valid():
        return _page(request, found, return_form=form, returning=remedy)
    reason = form.cleaned_data["reason"]
    try:
        if remedy == "objection":
            return_objection(objection=_remedy(found, remedy), reason=reason, **_seen(request))
        else:
            return_rectification(rectification=_remedy(found, remedy), reason=reason, **_seen(request))
    except (StaleError, TransitionError) as conflict:
        fresh = visible_finding(request, pk)
        return _page(request, fresh, return_form=form, returning=remedy, conflict=f"{conflict}{KEPT}")
    messages.success(request, f"{'异议' if remedy == 'objection' else '整改情况'}已退回经办人。")
    return redirect(f"{found.get_absolute_url()}#{remedy}")


def _remedy(found: Finding, name: str) -> Any:
    remedy = getattr(found, name, None)
    if remedy is None:
        raise Http404
    return remedy


def _seen(request: AuthenticatedRequest) -> dict[str, Any]:
    return {"version": seen_version(request), "by": request.user, "at": clock.now()}


def visible_finding(request: AuthenticatedRequest, pk: int) -> Finding:
    """With what its page shows, or 404."""
    rows = Finding.objects.visible_to(request.user).select_related(
        "drawn__spot_check__rubric",
        "drawn__assignment__task__point__notice",
        "drawn__assignment__unit",
        "recorded_by",
        "objection__raised_by",
        "objection__decided_by",
        "objection__passed_by",
        "rectification__passed_by",
        "rectification__handed_in_by",
        "rectification__checked_by",
    )
    return visible_or_404(rows, pk=pk)


def _page(
    request: AuthenticatedRequest,
    found: Finding,
    *,
    objection_form: ObjectionForm | None = None,
    proof_form: ProofForm | None = None,
    rectification_form: RectificationForm | None = None,
    return_form: ReturnForm | None = None,
    returning: str = "",
    conflict: str = "",
) -> HttpResponse:
    """The finding; `…_form` is what failed, `conflict` says that somebody was faster (409)."""
    now = clock.now()
    rectification: Rectification | None = getattr(found, "rectification", None)
    objection: Objection | None = getattr(found, "objection", None)
    text = rectification.text if rectification else ""
    objected = {"text": objection.text} if objection else None
    context = {
        "shown": show_finding(found, user=request.user, on=now.date(), at=now),
        "assignment": found.drawn.assignment,
        "spot_check": found.drawn.spot_check,
        "objection_form": objection_form or ObjectionForm(initial=objected),
        "returns": {name: _return_form(name, return_form, returning) for name in ("objection", "rectification")},
        "typed_reason": {returning: return_form["reason"].value()} if conflict and return_form else {},
        "proof_form": proof_form or ProofForm(auto_id="id_objection_%s"),
        "rectification_form": rectification_form or RectificationForm(initial={"text": text}, auto_id="id_rectify_%s"),
        "typed_objection": objection_form["text"].value() if conflict and objection_form else "",
        "typed_rectification": rectification_form["text"].value() if conflict and rectification_form else "",
        "conflict": conflict,
    }
    return render(request, "tasks/finding_detail.html", context, status=409 if conflict else 200)


def _return_form(name: str, failed: ReturnForm | None, returning: str) -> ReturnForm:
    return failed if failed is not None and returning == name else ReturnForm(auto_id=f"id_{name}_return_%s")


def _remedies(found: Finding, user: User) -> list[str]:
    """How objection and rectification stand, in words."""
    objection, rectification = known_objection(found, user=user), getattr(found, "rectification", None)
    return [
        *([f"异议：{objection.get_status_display()}"] if objection else []),
        *([f"整改：{rectification.get_status_display()}"] if rectification else []),
    ]


def _change_objection(form: ProofForm, objection: Objection, request: AuthenticatedRequest) -> None:
    by, at = request.user, clock.now()
    if removed := objection.proofs.filter(pk=form.cleaned_data["remove"] or 0).first():
        remove_objection_proof(proof=removed, by=by, at=at)
    add_pieces(
        form.cleaned_data,
        lambda piece: add_objection_proof(objection=objection, proof=piece, by=by, at=at),
        by=by,
        at=at,
    )


def _keep_rectification(
    form: RectificationForm, rectification: Rectification, request: AuthenticatedRequest, *, hands_in: bool
) -> bool:
    """Save the words, then the evidence, then hand it in; False when the form was told what is wrong with the rest."""
    by, at = request.user, clock.now()
    written = {"text": form.cleaned_data["text"], "version": seen_version(request), "hands_in": hands_in}
    rectification = save_rectification(rectification=rectification, **written, by=by, at=at)
    try:
        if rectification.status in RectificationStatus.with_clerk:
            _change_proofs(form, rectification, by=by, at=at)
        else:  # the same form was sent again
            nothing_new(form.cleaned_data, rectification.proofs)
        if hands_in:
            submit_rectification(rectification=rectification, version=rectification.version, by=by, at=at)
    except ValidationError as refusal:
        form.add_error(field_of(refusal), refusal)
        messages.info(request, "填写的内容已存为草稿，请改正下列问题后再试。")
    return not form.errors


def _change_proofs(form: RectificationForm, rectification: Rectification, *, by: User, at: datetime) -> None:
    if removed := rectification.proofs.filter(pk=form.cleaned_data["remove"] or 0).first():
        remove_rectification_proof(proof=removed, by=by, at=at)
    add_pieces(
        form.cleaned_data,
        lambda piece: add_rectification_proof(rectification=rectification, proof=piece, by=by, at=at),
        by=by,
        at=at,
    )
