"""Who is notified of what follows an inspection: the unit of its finding, the office of an objection, and back again."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from ninghai.models import Message, Role
from ninghai.models.state_machine import UNDO
from ninghai.notifications.notify import notify, people_in
from tasks.models import Finding, Objection, Rectification
from tasks.models.states import ObjectionStatus

UNIT = (Role.EDITOR, Role.REVIEWER)


def event_name(record: Objection | Rectification) -> str:
    """The last move of the record; what may be undone (撤销) is on hold so long, and withdrawn by this name."""
    return f"{record._meta.model_name}:{record.pk}:{record.version}"


def announce_finding(finding: Finding, *, at: datetime) -> None:
    """Notify the unit's clerks and head of what was found, or that it was corrected."""
    verb = "更正" if finding.version > 1 else "记录"
    lines = [
        f"结论：{finding.get_outcome_display()}{f'（{finding.score_words}）' if finding.score_words else ''}。",
        finding.note,
        f"请在{finding.rectify_by_date:%Y-%m-%d}前完成整改并报送。" if finding.rectify_by_date else "",
        f"有异议的，请在{finding.objection_until:%Y-%m-%d}前提出。" if finding.objection_until else "",
    ]
    subject = f"抽查结论已{verb}：{finding.drawn.task}，{finding.get_outcome_display()}"
    _notify_unit(finding, event=f"finding:{finding.pk}:{finding.version}", subject=subject, lines=lines, at=at)


def announce_objection(objection: Objection, *, at: datetime) -> None:
    """Notify the office that a unit objects."""
    finding = objection.finding
    notify(
        people_in(Role.OFFICE),
        kind=Message.Kind.FINDING,
        event=event_name(objection),
        subject=f"{finding.drawn.unit}对抽查结论有异议：{finding.drawn.task}",
        text=objection.text,
        url=reverse("admin:tasks_finding_change", args=[finding.pk]),
        at=at,
    )


def ask_head_about_objection(objection: Objection, *, at: datetime) -> None:
    """Notify the unit's head that the clerk has written an objection, and until when it may go to the office."""
    finding = objection.finding
    until = f"请在{finding.objection_until:%Y-%m-%d}前审核。" if finding.objection_until else ""
    subject = f"请审核异议：{finding.drawn.task}"
    event = event_name(objection)
    _notify_unit(finding, event=event, subject=subject, lines=[objection.text, until], roles=[Role.REVIEWER], at=at)


def announce_returned_objection(objection: Objection, *, at: datetime) -> None:
    """Notify the unit's clerks that its head sent the objection back."""
    finding = objection.finding
    event, lines = event_name(objection), [f"退回理由：{objection.return_reason}"]
    subject = f"异议被本单位审核人退回：{finding.drawn.task}"
    _notify_unit(finding, event=event, subject=subject, lines=lines, roles=[Role.EDITOR], hold=UNDO, at=at)


def ask_head_about_rectification(rectification: Rectification, *, at: datetime) -> None:
    """Notify the unit's head that there is a rectification to pass on, and by when."""
    finding = rectification.finding
    until = f"请在{finding.rectify_by_date:%Y-%m-%d}前审核报送。" if finding.rectify_by_date else ""
    subject = f"请审核整改情况：{finding.drawn.task}"
    event, lines = event_name(rectification), [rectification.text, until]
    _notify_unit(finding, event=event, subject=subject, lines=lines, roles=[Role.REVIEWER], hold=UNDO, at=at)


def announce_returned_rectification(rectification: Rectification, *, at: datetime) -> None:
    """Notify the unit's clerks that its head sent the rectification back."""
    finding, reason = rectification.finding, rectification.return_reason
    subject = f"整改情况被本单位审核人退回：{finding.drawn.task}"
    event, lines = event_name(rectification), [f"退回理由：{reason}"]
    _notify_unit(finding, event=event, subject=subject, lines=lines, roles=[Role.EDITOR], hold=UNDO, at=at)


def announce_decision(objection: Objection, *, at: datetime) -> None:
    """Notify the unit and the inspector of how the office decided; of a dismissal, not before it can no longer be undone."""
    finding, words = objection.finding, objection.get_status_display()
    hold = UNDO if objection.status == ObjectionStatus.DISMISSED else timedelta()
    event, subject = event_name(objection), f"{words}：{finding.drawn.task}的抽查结论"
    lines = [
        f"处理意见：{objection.decision}",
        f"结论：{finding.get_outcome_display()}{f'（{finding.score_words}）' if finding.score_words else ''}。",
        f"整改期限：{finding.rectify_by_date:%Y-%m-%d}。" if finding.rectify_by_date else "",
    ]
    _notify_unit(finding, event=event, subject=subject, lines=lines, hold=hold, at=at)
    _notify_inspector(finding, event=event, subject=subject, lines=lines, hold=hold, at=at)


def announce_handed_in(rectification: Rectification, *, at: datetime) -> None:
    """Notify the inspector, and where there is none any more the office, that there is something to look at again."""
    finding = rectification.finding
    subject = f"请复查整改：{finding.drawn.whole_name}"
    event = event_name(rectification)
    if not _notify_inspector(finding, event=event, subject=subject, lines=[rectification.text], hold=UNDO, at=at):
        notify(
            people_in(Role.OFFICE),
            kind=Message.Kind.FINDING,
            event=event,
            subject=subject,
            text=rectification.text,
            url=reverse("admin:tasks_finding_change", args=[finding.pk]),
            hold=UNDO,
            at=at,
        )


def announce_recheck(rectification: Rectification, *, at: datetime) -> None:
    """Notify the unit of whether it is done."""
    finding = rectification.finding
    subject = f"整改复查：{finding.drawn.task}，{rectification.get_status_display()}"
    event, lines = event_name(rectification), [rectification.check_note]
    _notify_unit(finding, event=event, subject=subject, lines=lines, hold=UNDO, at=at)


def _notify_unit(
    finding: Finding,
    *,
    event: str,
    subject: str,
    lines: Iterable[str],
    at: datetime,
    roles: Collection[Role] = UNIT,
    hold: timedelta = timedelta(),
) -> None:
    unit = finding.drawn.unit.standing_in(on=timezone.localdate(at))
    kind, text, url = Message.Kind.FINDING, _text(lines), finding.get_absolute_url()
    notify(unit, roles=roles, kind=kind, event=event, subject=subject, text=text, url=url, hold=hold, at=at)


def _notify_inspector(
    finding: Finding,
    *,
    event: str,
    subject: str,
    lines: Iterable[str],
    at: datetime,
    hold: timedelta = timedelta(),
) -> bool:
    """Whether there is somebody to notify."""
    people = list(people_in(Role.INSPECTOR).filter(user=finding.drawn.inspector_id))
    kind, text, url = Message.Kind.FINDING, _text(lines), finding.drawn.get_absolute_url()
    notify(people, kind=kind, event=event, subject=subject, text=text, url=url, hold=hold, at=at)
    return bool(people)


def _text(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))
