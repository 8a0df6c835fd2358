"""The page of one assignment (任务分工), the same for unit and office: its periods with their reports, its petitions, and what is to
be written next. Whatever act on it fails, it is shown again with everything typed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, Q
from django.forms import BaseForm
from django.http import HttpResponse

from ninghai.accounts.audit.history import Event, event_of
from ninghai.calendar import clock
from ninghai.models import AuditEntry, User
from ninghai.staff_site.forms import ReturnForm
from ninghai.staff_site.record_pages import ADMIN, WORK, Action, OfferedAction, RecordPage
from ninghai.web.http import AuthenticatedRequest, visible_or_404
from ninghai.web.posted import typed_text
from tasks import rules
from tasks.assignments.dossier import PetitionShown, TurnShown, no_offers, read_petitions, read_turns, shown_for
from tasks.assignments.urging import reminder_words, with_last_reminder
from tasks.models import Assignment, Petition, ProgressReport
from tasks.models.states import AssignmentStatus, PetitionStatus, ProgressStatus
from tasks.periods.owing import turn_to_report
from tasks.petitions import petition_page
from tasks.petitions.petition_page import PetitionForm, PetitionPage, PetitionReasonForm
from tasks.petitions.services import set_not_applicable
from tasks.progress import report_page
from tasks.progress.evidence import sent_number
from tasks.progress.report_page import ProgressReportPage, ReportForm

R = TypeVar("R", ProgressReport, Petition)

# What happened to an assignment and its reports, in the words of the office, from the audit trail.

REPORT_MOVES = {
    ProgressStatus.WITH_HEAD: "提交本单位审核",
    ProgressStatus.WITH_OFFICE: "审核通过，报送县政府办公室",
    ProgressStatus.ACCEPTED: "县政府办公室接收",
    ProgressStatus.RETURNED: "退回修改",
}
ASSIGNMENT_MOVES = {
    AssignmentStatus.IN_PROGRESS: "任务开始办理",
    AssignmentStatus.COMPLETED: "任务办结",
    AssignmentStatus.NOT_APPLICABLE: "任务改为不适用",
    AssignmentStatus.HANDED_OVER: "任务移交承接单位",
    AssignmentStatus.CARRIED_OVER: "任务结转下一年度",
}
PETITION_MOVES = {
    PetitionStatus.GRANTED: "批准",
    PetitionStatus.REFUSED: "不批准",
    PetitionStatus.WITHDRAWN: "撤回",
    PetitionStatus.LAPSED: "任务已经结束，不再办理",
}
MOVES: dict[str, dict[str, str]] = {
    ProgressReport._meta.label_lower: {str(to): words for to, words in REPORT_MOVES.items()},
    Assignment._meta.label_lower: {str(to): words for to, words in ASSIGNMENT_MOVES.items()},
    Petition._meta.label_lower: {str(to): words for to, words in PETITION_MOVES.items()},
}
ACTS = {
    "create": "起草填报",
    "edit": "修改填报",
    "add_evidence": "添加材料",
    "remove_evidence": "移除材料",
    "remind": "县政府办公室催办",
    "hand_over": "随职责移交",
}
PETITION_ACTS = {"create": "提出申请"}


def history(
    *, assignment: Assignment, reports: Collection[ProgressReport], petitions: Collection[Petition] = ()
) -> list[Event]:
    """Oldest first, in one query."""
    about: dict[tuple[str, str], str] = {_place(assignment): ""}
    about |= {_place(report): report.occasion for report in reports}
    about |= {_place(petition): f"{petition.get_kind_display()}申请" for petition in petitions}
    named = Q()
    for kind in {kind for kind, _ in about}:
        named |= Q(target_type=kind, target_id__in=[pk for each, pk in about if each == kind])
    entries = AuditEntry.objects.filter(named).select_related("actor", "acting_unit").order_by("pk")
    return [_event(entry, about[entry.target_type, entry.target_id]) for entry in entries]


def _place(record: Model) -> tuple[str, str]:
    """Where the audit trail keeps what is about the record."""
    return record._meta.label_lower, str(record.pk)


def _event(entry: AuditEntry, occasion: str) -> Event:
    words = _event_words(entry)
    return event_of(entry, what=f"{occasion}：{words}" if occasion else words)


def _event_words(entry: AuditEntry) -> str:
    if entry.action == "move":
        return MOVES[entry.target_type].get(entry.to_status, "状态变更")
    fields = entry.detail.get("fields", [])
    if "public_summary_released_at" in fields:
        return "同意公开表述"
    if "due_date" in fields:
        return "完成时限变更"
    name = entry.detail.get("name", "")
    acts = PETITION_ACTS if entry.target_type == Petition._meta.label_lower else ACTS
    return f"{acts.get(entry.action, '其他操作')}{f'：{name}' if name else ''}"


FORM_LABELS = {
    name: str(field.label)
    for form in (ReportForm, ReturnForm, PetitionForm)
    for name, field in form.base_fields.items()
    if field.label
}


class OnAssignmentPage(RecordPage[R]):
    """Acts of the unit on a report or a petition, which stands on the page of its assignment."""

    shows_conflicts = True

    def url(self, record: R) -> str:
        return record.get_absolute_url()

    def _of_number(self, request: AuthenticatedRequest, pk: int, **named: Any) -> str:
        return self.as_seen(request, self.url(self.find(request.user, pk)))

    def show(
        self,
        request: AuthenticatedRequest,
        record: R,
        *,
        status: int = 200,
        refused: Mapping[str, BaseForm] | None = None,
        conflict: str = "",
        **more: Any,
    ) -> HttpResponse:
        refused_of: dict[Model, Mapping[str, BaseForm]] = {record: refused or {}}
        assignment = pages.find(request.user, record.assignment_id)
        period_pk = record.period_id if isinstance(record, ProgressReport) else None
        return pages.show(
            request, assignment, refused_of=refused_of, conflict=conflict, status=status, period_pk=period_pk
        )


class UnitReportPage(OnAssignmentPage[ProgressReport], ProgressReportPage):
    """The head passes a report on, or returns it; its address names its period."""


class UnitPetitionPage(OnAssignmentPage[Petition], PetitionPage):
    """The unit takes a petition back."""

    kept = ("period",)


report_pages = UnitReportPage(WORK, report_page.UNIT_ACTS)
petition_pages = UnitPetitionPage(WORK, petition_page.UNIT_ACTS)


def _what_ends(assignment: Assignment) -> str:
    return (
        f"“{assignment.task.requirement}”改为不适用后，不再要求{assignment.unit}办理和报送；已有的填报仍可查看。"
        "等待批准的申请随之结束。"
    )


OFFICE_ACTS = [
    Action(
        name="na",
        route="not-applicable",
        label="改为不适用",
        words=_what_ends,
        place="page",
        allowed=rules.can_set_not_applicable,
        refusal="只有县政府办公室能把未办结的任务改为不适用。",
        form=PetitionReasonForm,
        service=set_not_applicable,
        done="{record}已改为不适用，责任单位已收到消息。",
        is_grave=True,
    )
]


class AssignmentPage(RecordPage[Assignment]):
    """What is asked, how it stands, every period's reports and the petitions; to the unit also what to write now."""

    keyword, gives_version, kept = "assignment", True, ("period",)
    template = "tasks/assignment_detail.html"
    page_names = {"work": "tasks:assignment-detail", "admin": "admin:tasks_assignment_change"}
    act_names = {"work": "tasks:assignment-", "admin": "admin:tasks_assignment_"}
    list_names = {"work": "tasks:work", "admin": "admin:tasks_assignment_changelist"}

    @property
    def list_title(self) -> str:  # type: ignore[override]
        return "任务列表" if self.mount is WORK else "任务分工"

    def find(self, user: User, pk: int) -> Assignment:
        visible = with_last_reminder(Assignment.objects.visible_to(user))
        return visible_or_404(visible.select_related("task__point__notice", "unit"), pk=pk)

    def title(self, assignment: Assignment) -> str:
        return str(assignment.task.point if self.mount is WORK else assignment)

    def show(
        self,
        request: AuthenticatedRequest,
        record: Assignment,
        *,
        status: int = 200,
        refused: Mapping[str, BaseForm] | None = None,
        refused_of: Mapping[Model, Mapping[str, BaseForm]] | None = None,
        period_pk: int | None = None,
        conflict: str = "",
        **more: Any,
    ) -> HttpResponse:
        """With the form for `period_pk` (or that of the address), else for the period whose turn it is.

        Of what failed `refused` holds the report ("report") or the request ("petition"), `refused_of` the acts on a report
        or a petition. Where the form has no place any more, what was typed is shown to be copied.
        """
        forms = refused or {}
        turns, petitions = _shown(request, record, refused_of or {}, at=clock.now(), acts=self.mount is WORK)
        asked_for = period_pk or sent_number(request.GET, "period")
        current = _current(turns, asked_for)
        shown = {
            "turns": turns if current else sorted(turns, key=partial(_comes_after, asked_for)),
            "petitions": petitions,
            "current": current,
            "period": current.turn.period.pk if current else asked_for,
            "under_way": current.under_way if current and not conflict else None,  # beside what was typed it is read
            "form": forms.get("report") or (ReportForm(instance=current.under_way) if current else None),
            "petition_form": forms.get("petition") or PetitionForm(),
            "autosaves": not conflict,  # whoever was told of a conflict compares first, and saves by the button
            "conflict": conflict,
            "typed": typed_text(request, labels=FORM_LABELS) if conflict and current is None else [],
            "events": _events(request, record, turns, petitions),
        }
        return super().show(request, record, status=status, refused=forms, **shown, **more)

    def context(
        self, request: AuthenticatedRequest, assignment: Assignment, refused: Mapping[str, BaseForm]
    ) -> dict[str, Any]:
        return {
            "assignment": assignment,
            "is_office": self.mount is ADMIN,
            "kin": [(label, each, self.url(each)) for label, each in _kin(request, assignment)],
            "light": assignment.light(on=clock.today()),
            "facts": [*assignment_facts(assignment), *_reminder(assignment), ("公开编号", assignment.key)],
            "urging": self.mount is ADMIN and rules.can_remind_about(request.user, assignment),
            "can_ask": rules.can_ask(request.user, assignment),
        }


pages = AssignmentPage(WORK, [])


def _shown(
    request: AuthenticatedRequest,
    assignment: Assignment,
    refused: Mapping[Model, Mapping[str, BaseForm]],
    *,
    at: datetime,
    acts: bool,
) -> tuple[list[TurnShown], list[PetitionShown]]:
    """Its reports and petitions, with `acts` each with those that this person is offered on it."""
    user, on = request.user, at.date()

    def on_report(report: ProgressReport) -> Mapping[str, OfferedAction]:
        return report_pages.offers(request, report, refused.get(report, {}))

    def on_petition(petition: Petition) -> Mapping[str, OfferedAction]:
        return petition_pages.offers(request, petition, refused.get(petition, {}))

    turns = read_turns(assignment=assignment, user=user, on=on, at=at, offers=on_report if acts else no_offers)
    return turns, read_petitions(assignment=assignment, user=user, offers=on_petition if acts else no_offers)


def assignment_facts(assignment: Assignment) -> list[tuple[str, str]]:
    point = assignment.task.point
    rows = [
        ("通知", f"{point.notice.title} {point.notice.document_number}"),
        ("所属部分", " ".join(filter(None, [point.part, point.section]))),
        ("责任单位", str(assignment.unit)),
        ("承担角色", assignment.get_role_display()),
        ("办理状态", assignment.get_status_display()),
        ("完成时限", assignment.due_words),
        ("责任分工原文", " ".join(point.responsibility_texts)),
        ("不再办理", f"{assignment.ended_on:%Y-%m-%d}，{assignment.ended_reason}" if assignment.ended_on else ""),
        ("办结日期", f"{assignment.completed_on:%Y-%m-%d}" if assignment.completed_on else ""),
        ("办结确认", f"{accepted_on:%Y-%m-%d}" if (accepted_on := assignment.completion_accepted_on) else ""),
    ]
    return [(term, value) for term, value in rows if value]


def _reminder(assignment: Assignment) -> list[tuple[str, str]]:
    words = reminder_words(assignment)
    return [("最近催办", words)] if words else []


def _kin(request: AuthenticatedRequest, assignment: Assignment) -> list[tuple[str, Assignment]]:
    """What it continues, and what continues it (移交、结转), as far as this person sees them."""
    visible = Assignment.objects.visible_to(request.user).for_list()
    kin = visible.filter(Q(pk=assignment.continues_id) | Q(continues=assignment.pk)).order_by("pk")
    return [("承接自" if each.pk == assignment.continues_id else "后续由", each) for each in kin]


def _comes_after(asked_for: int | None, shown: TurnShown) -> tuple[bool, bool]:
    """Where nothing is to be written, what waits for this person stands first, then the period that the address names."""
    return not shown.is_to_check, shown.turn.period.pk != asked_for


def _current(shown: list[TurnShown], period_pk: int | None) -> TurnShown | None:
    """The period to write for: the one asked for, else the one whose turn it is; None when nothing can be written.

    Whoever asked for a period that lies with others is not led on to another: its form would be taken for this one's.
    """
    turn = turn_to_report([each.turn for each in reversed(shown)])
    current = shown_for(period_pk, shown) or shown_for(turn.period.pk if turn else None, shown)
    return current if current and (current.can_report or current.can_supplement) else None


def _events(
    request: AuthenticatedRequest, assignment: Assignment, shown: list[TurnShown], petitions: list[PetitionShown]
) -> list[Event]:
    if not rules.can_read_history(request.user, assignment):
        return []
    return history(
        assignment=assignment,
        reports=[each.report for turn in shown for each in turn.reports],
        petitions=[each.petition for each in petitions],
    )
