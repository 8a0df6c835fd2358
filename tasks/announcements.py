"""What people are notified of the moment it happens: a report came back, a task was drawn, an inspection is yours."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from ninghai.models import Message, Role, User
from ninghai.notifications.notify import Announcement, notify, notify_in_digest, people_in
from tasks.models import Assignment, Drawn, ProgressReport, Scoring, SpotCheck, WorkPointNotice
from tasks.reminders import by_unit, counted, listed, place


def announce_return(report: ProgressReport, *, from_office: bool, at: datetime) -> None:
    """Notify the unit's clerks, and its head too where the office sent it back."""
    notify(
        report.assignment.unit,
        roles=[Role.EDITOR, Role.REVIEWER] if from_office else [Role.EDITOR],
        kind=Message.Kind.RETURNED,
        event=f"returned:{report.pk}:{report.version}",
        subject=f"{'县政府办公室' if from_office else '本单位审核人'}退回：{report.assignment.task} {report.occasion}",
        text=f"退回理由：{report.return_reason}\n请修改后重新提交。",
        url=f"{report.get_absolute_url()}?period={report.period_id}",
        at=at,
    )


def announce_issue(notice: WorkPointNotice, *, at: datetime) -> None:
    """Notify each unit of the tasks that the notice gives it (下达); issued again after it was revoked, once more."""
    for unit, assignments in by_unit(Assignment.objects.filter(task__point__notice=notice)):
        notify(
            unit,
            kind=Message.Kind.CHANGED,
            event=f"issued:{notice.pk}:{notice.version}",
            subject=f"已下达：{notice.title}，{counted(assignments)}",
            text=f"下列任务由本单位承担，请按时办理并报送进展。\n{listed(assignments)}",
            url=place(assignments, otherwise=reverse("tasks:work")),
            at=at,
        )


def announce_revocation(notice: WorkPointNotice, *, reason: str, at: datetime) -> None:
    """Notify each unit that the notice, and with it its tasks, was taken back (撤销下达); their pages are gone."""
    for unit, assignments in by_unit(Assignment.objects.filter(task__point__notice=notice)):
        notify(
            unit,
            kind=Message.Kind.CHANGED,
            event=f"revoked:{notice.pk}:{notice.version}",
            subject=f"已撤销下达：{notice.title}",
            text=f"撤销理由：{reason}\n下列任务现在不用办理，重新下达后另行通知。\n{listed(assignments)}",
            url=reverse("tasks:work"),
            at=at,
        )


def announce_draw(spot_check: SpotCheck, *, at: datetime) -> None:
    """Notify each unit of its tasks that were drawn."""
    for unit, assignments in by_unit(Assignment.objects.filter(drawn__spot_check=spot_check)):
        notify(
            unit,
            kind=Message.Kind.DRAWN,
            event=f"drawn:{spot_check.pk}",
            subject=f"{spot_check}抽中：{counted(assignments)}",
            text=f"下列任务被抽中核查，请备好佐证材料。\n{listed(assignments)}",
            url=place(assignments, otherwise=reverse("tasks:work")),
            at=at,
        )


def announce_inspections(drawn: Sequence[Drawn], *, inspector: User, at: datetime) -> None:
    """Notify an inspector of what of one spot check is theirs to inspect; `drawn` was given to them together.

    The moment is part of the event: who is named, replaced and named again is notified again.
    """
    assignments = list(Assignment.objects.filter(drawn__in=drawn).in_document_order())
    one = drawn[0].get_absolute_url() if len(drawn) == 1 else reverse("tasks:inspection-list")
    notify(
        people_in(Role.INSPECTOR).filter(user=inspector),
        kind=Message.Kind.DRAWN,
        event=f"inspect:{drawn[0].spot_check_id}:{min(each.pk for each in drawn)}:{at.timestamp():.6f}",
        subject=f"请您核查：{drawn[0].spot_check}，{counted(assignments)}",
        text=listed(assignments),
        url=one,
        at=at,
    )


def announce_scores(scoring: Scoring, *, at: datetime) -> None:
    """Notify each unit of its own score (通报), once the scoring is circulated."""
    scores = list(scoring.unit_scores.with_ties().select_related("unit"))
    announcements = (
        (
            score.unit,
            Announcement(
                kind=Message.Kind.SCORE,
                event=f"scored:{scoring.pk}",
                subject=f"考核得分已通报：{scoring}",
                text=f"本单位得{score.total}分，{score.place_words}（共{len(scores)}个单位）。点开查看每一分的来由。",
                url=score.get_absolute_url(),
            ),
        )
        for score in scores
    )
    notify_in_digest(announcements, event=f"scored:{scoring.pk}", at=at)
