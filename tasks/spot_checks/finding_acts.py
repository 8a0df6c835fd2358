"""The acts on a finding (抽查结论), its objection and its rectification: the unit's, the office's, and the second look (复查) of both
office and inspector."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect

from ninghai.calendar import clock
from ninghai.models import User, UsualReason
from ninghai.staff_site.forms import return_form
from ninghai.staff_site.pages import was_done
from ninghai.staff_site.record_pages import Action, RecordPage, taking_back
from ninghai.web.http import AuthenticatedRequest
from ninghai.web.versions import seen_version
from tasks import rules
from tasks.models import Finding, Objection, Rectification
from tasks.models.states import RectificationStatus
from tasks.progress.evidence import add_pieces, attached_words, beside_its_field, kept_if_taken, nothing_new, pieces
from tasks.spot_checks import remedies
from tasks.spot_checks.findings import FindingFields, check_bases, given_marks
from tasks.spot_checks.forms import (
    ObjectionDecisionForm,
    ObjectionForm,
    ProofForm,
    RecheckForm,
    RectificationForm,
    initial_of,
    words_of_finding,
)


def _objection(finding: Finding) -> Objection | None:
    return getattr(finding, "objection", None)


def _rectification(finding: Finding) -> Rectification | None:
    return getattr(finding, "rectification", None)


def _in_time(user: User, objection: Objection, may: Any) -> Any:
    return may(user, objection) and rules.in_time_to_object(objection.finding, on=clock.today())


def _object(*, finding: Finding, version: int, form: ObjectionForm, by: User, at: datetime) -> Objection:
    """With its evidence; a file whose objection is refused is not kept."""
    said = form.cleaned_data
    with beside_its_field():
        proofs = pieces(said, by=by, at=at)
        with kept_if_taken(*proofs):
            return remedies.raise_objection(
                finding=finding,
                text=said["text"],
                proofs=proofs,
                version=version,
                objection_version=said["objection_version"],
                by=by,
                at=at,
            )


def _change_objection(*, objection: Objection, version: int, form: ProofForm, by: User, at: datetime) -> str:
    """Add a piece to the objection, or take one away. Returns what was done."""
    if removed := objection.proofs.filter(pk=form.cleaned_data["remove"] or 0).first():
        remedies.remove_objection_proof(proof=removed, by=by, at=at)
    with beside_its_field():
        add_pieces(
            form.cleaned_data,
            lambda piece: remedies.add_objection_proof(objection=objection, proof=piece, by=by, at=at),
            by=by,
            at=at,
        )
    return attached_words(form.cleaned_data)


def _rectify(
    page: RecordPage[Finding], request: AuthenticatedRequest, finding: Finding, form: RectificationForm
) -> HttpResponse:
    """Keep the draft with its evidence; with the button 提交审核 hand it to the unit's head. The words are kept at any rate."""
    rectification, hands_in = finding.rectification, "hand_in" in request.POST
    by, at = request.user, clock.now()
    if form.is_valid():
        said = {"text": form.cleaned_data["text"], "version": seen_version(request), "hands_in": hands_in}
        rectification = remedies.save_rectification(rectification=rectification, **said, by=by, at=at)
        if not was_done(form, lambda: _hand_in(form, rectification, hands_in=hands_in, by=by, at=at)):
            messages.info(request, "填写的内容已存为草稿，请改正下列问题后再试。")
    if form.errors:
        return page.show(request, page.find(by, finding.pk), status=422, refused={"finding-rectify": form})
    done = "已提交本单位审核人审核" if hands_in else "已保存，提交前可以继续修改"
    undo = page.undo_tag(TAKE_BACK_RECTIFICATION.name, request, finding) if hands_in else ""
    messages.success(request, f"整改情况{done}。{attached_words(form.cleaned_data)}", extra_tags=undo)
    return redirect(f"{page.url(finding)}#rectification")


def _hand_in(form: RectificationForm, rectification: Rectification, *, hands_in: bool, by: User, at: datetime) -> None:
    """The evidence, and then the whole."""
    if rectification.status in RectificationStatus.with_clerk:
        with beside_its_field():
            _change_proofs(form, rectification, by=by, at=at)
    else:  # the same form was sent again
        nothing_new(form.cleaned_data, rectification.proofs, by, at=at)
    if hands_in:
        remedies.submit_rectification(rectification=rectification, version=rectification.version, by=by, at=at)


def _change_proofs(form: RectificationForm, rectification: Rectification, *, by: User, at: datetime) -> None:
    if removed := rectification.proofs.filter(pk=form.cleaned_data["remove"] or 0).first():
        remedies.remove_rectification_proof(proof=removed, by=by, at=at)
    add_pieces(
        form.cleaned_data,
        lambda piece: remedies.add_rectification_proof(rectification=rectification, proof=piece, by=by, at=at),
        by=by,
        at=at,
    )


def _decide(*, objection: Objection, version: int, form: ObjectionDecisionForm, by: User, at: datetime) -> str:
    """处理异议: dismiss it, or uphold it and correct the finding in the same act. Returns how it ended."""
    words, is_upheld = form.words, form.cleaned_data["verdict"] == "upheld"
    if is_upheld:
        before = {str(mark.criterion_id): mark.note for mark in objection.finding.marks.all()}
        check_bases(words.marks, before=before)
    found = FindingFields(
        outcome=words.outcome,
        note=words.note,
        rectify_by_date=words.rectify_by_date,
        marks=given_marks(words.marks, drawn=objection.finding.drawn),
        answers=words.answers,
    )
    decided = remedies.decide_objection(
        objection=objection,
        found=found if is_upheld else None,
        decision=form.cleaned_data["decision"],
        version=version,
        by=by,
        at=at,
    )
    return decided.get_status_display()


def _decision_form(data: Any, request: AuthenticatedRequest, finding: Finding) -> ObjectionDecisionForm:
    """The finding as it stands, to be corrected."""
    return ObjectionDecisionForm(data, drawn=finding.drawn, initial=initial_of(words_of_finding(finding)))


def _objection_form(data: Any, request: AuthenticatedRequest, finding: Finding) -> ObjectionForm:
    objection = _objection(finding)
    return ObjectionForm(data, _files(data, request), initial={"text": objection.text} if objection else None)


def _rectification_form(data: Any, request: AuthenticatedRequest, finding: Finding) -> RectificationForm:
    rectification = _rectification(finding)
    text = rectification.text if rectification else ""
    return RectificationForm(data, _files(data, request), initial={"text": text})


def _proof_form(data: Any, request: AuthenticatedRequest, finding: Finding) -> ProofForm:
    return ProofForm(data, _files(data, request))


def _files(data: Any, request: AuthenticatedRequest) -> Any:
    """Of a form that was sent; another one has none."""
    return None if data is None else request.FILES


def _whole(form: BaseForm) -> dict[str, Any]:
    return {"form": form}


TAKE_BACK_OBJECTION = taking_back(
    name="objection-take-back",
    route="objection/take-back",
    target=_objection,
    keyword="objection",
    service=remedies.take_back_objection,
)
TAKE_BACK_RECTIFICATION = taking_back(
    name="rectification-take-back",
    route="rectification/take-back",
    target=_rectification,
    keyword="rectification",
    service=remedies.take_back_rectification,
)
RECHECK = Action(
    name="recheck",
    label="记录复查结果",
    title="复查",
    target=_rectification,
    keyword="rectification",
    allowed=rules.can_recheck,
    form=RecheckForm,
    service=remedies.recheck_rectification,
    done="复查结果已记录，随后通知单位。",
    undo=TAKE_BACK_RECTIFICATION.name,
)
OFFICE_ACTS = [
    Action(
        name="decide",
        label="处理异议",
        words="异议成立的，在下面更正结论、评分、核查情况或整改期限，得分自动重算；原来的结论保留在审计记录中。",
        target=_objection,
        keyword="objection",
        allowed=rules.can_decide_objection,
        form=_decision_form,
        values=_whole,
        service=_decide,
        done="异议已处理：{result}。随后通知单位和抽查人员。",
        undo=TAKE_BACK_OBJECTION.name,
    ),
    RECHECK,
    TAKE_BACK_OBJECTION,
    TAKE_BACK_RECTIFICATION,
]
UNIT_ACTS = [
    Action(
        name="finding-object",
        route="object",
        label="提出异议",
        allowed=lambda user, finding: rules.can_object(user, finding, on=clock.today()),
        is_repeatable=True,
        form=_objection_form,
        values=_whole,
        service=_object,
        done="异议已提出，等待本单位审核人审核报送。审核前可以继续补充材料。",
        is_grave=True,
        anchor="#objection",
    ),
    Action(
        name="objection-proof",
        route="objection",
        label="补充异议材料",
        target=_objection,
        keyword="objection",
        allowed=lambda user, objection: _in_time(user, objection, rules.can_add_to_objection),
        form=_proof_form,
        values=_whole,
        service=_change_objection,
        done="异议材料已更新。{result}",
        anchor="#objection",
    ),
    Action(
        name="objection-pass",
        route="objection/pass",
        label="审核通过，报送县政府办公室",
        target=_objection,
        keyword="objection",
        allowed=lambda user, objection: _in_time(user, objection, rules.can_pass_objection),
        is_repeatable=True,
        service=remedies.pass_objection,
        done="异议已报送县政府办公室，处理后会通知本单位。",
        anchor="#objection",
    ),
    Action(
        name="objection-return",
        route="objection/return",
        label="退回修改",
        title="退回经办人修改",
        target=_objection,
        keyword="objection",
        allowed=lambda user, objection: _in_time(user, objection, rules.can_pass_objection),
        form=return_form(UsualReason.Matter.REMEDY),
        service=remedies.return_objection,
        done="异议已退回经办人。",
        undo=TAKE_BACK_OBJECTION.name,
        is_grave=True,
        anchor="#objection",
    ),
    Action(
        name="finding-rectify",
        route="rectify",
        label="保存草稿",
        target=_rectification,
        allowed=rules.can_rectify,
        is_repeatable=True,
        form=_rectification_form,
        handler=_rectify,
    ),
    Action(
        name="rectification-pass",
        route="rectification/pass",
        label="审核通过，报送复查",
        target=_rectification,
        keyword="rectification",
        allowed=rules.can_pass_rectification,
        is_repeatable=True,
        service=remedies.pass_rectification,
        done="整改情况已报送，等待复查。",
        undo=TAKE_BACK_RECTIFICATION.name,
        anchor="#rectification",
    ),
    Action(
        name="rectification-return",
        route="rectification/return",
        label="退回修改",
        title="退回经办人修改",
        target=_rectification,
        keyword="rectification",
        allowed=rules.can_pass_rectification,
        form=return_form(UsualReason.Matter.REMEDY),
        service=remedies.return_rectification,
        done="整改情况已退回经办人。",
        undo=TAKE_BACK_RECTIFICATION.name,
        is_grave=True,
        anchor="#rectification",
    ),
    TAKE_BACK_OBJECTION,
    TAKE_BACK_RECTIFICATION,
]
