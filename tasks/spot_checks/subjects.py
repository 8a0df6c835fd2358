"""What can be drawn (抽查对象): the assignments of a notice, and whatever another app registers; all else is the same of each.

A subject says who may not inspect it, which outcomes there are, and what is shown of it beside sheet and finding.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.urls import reverse

from ninghai.accounts.audit.history import writers_by_record
from ninghai.models import User
from tasks.assignments.dossier import read_turns
from tasks.assignments.page import assignment_facts
from tasks.models import Drawn, Finding, ProgressReport, SpotCheck

Outcome = Finding.Outcome
Links = list[tuple[str, str]]  # label and address


class DrawSubject:
    """One kind of what is drawn."""

    code: ClassVar[str]
    begins: ClassVar[tuple[str, str]]  # the words of the button, and the name of the page, where the office draws
    paper: ClassVar[tuple[str, str]]  # the kind of report that tells of such a check, and the words of its button
    part: ClassVar[str]  # the template of what is shown of it on the sheet's page, with what `shown` gives as `subject`
    outcomes: ClassVar[Sequence[Finding.Outcome]]
    took_part_words: ClassVar[str]  # why somebody is passed over

    def shown(self, drawn: Drawn, *, user: User, at: datetime) -> dict[str, Any]:
        raise NotImplementedError

    def facts(self, drawn: Drawn) -> list[tuple[str, str]]:
        raise NotImplementedError

    def about(self, drawn: Drawn) -> tuple[str, str]:
        """Heading and words, beside the finding."""
        raise NotImplementedError

    def links(self, drawn: Drawn, *, in_admin: bool) -> Links:
        raise NotImplementedError

    def took_part(self, rows: Sequence[Drawn]) -> set[tuple[int, int]]:
        """(drawn, person) of those who had a hand in what is to be inspected."""
        raise NotImplementedError


SUBJECTS: dict[str, DrawSubject] = {}


def register_subject(subject: DrawSubject) -> None:
    """Called once, where the subject stands; the admin of its app imports it."""
    SUBJECTS[subject.code] = subject


def subject_of(spot_check: SpotCheck) -> DrawSubject:
    return SUBJECTS[spot_check.subject]


class AssignmentSubject(DrawSubject):
    code, part = SpotCheck.Subject.ASSIGNMENTS, "tasks/_inspected_assignment.html"
    begins, paper = ("抽取", "admin:tasks_spotcheck_add"), ("spot-check", "制作抽查通报")
    outcomes = (Outcome.TRUE, Outcome.PARTLY_TRUE, Outcome.NOT_TRUE, Outcome.TO_RECTIFY)
    took_part_words = "参与过这项任务的填报"

    def shown(self, drawn: Drawn, *, user: User, at: datetime) -> dict[str, Any]:
        """What the unit reported, period by period."""
        assignment = drawn.assignment
        turns = read_turns(assignment=assignment, user=user, on=at.date(), at=at)
        return {
            "assignment": assignment,
            "light": assignment.light(on=at.date()),
            "reported": [turn for turn in turns if turn.reports],
            "unreported": [turn for turn in turns if not turn.reports],
        }

    def facts(self, drawn: Drawn) -> list[tuple[str, str]]:
        return assignment_facts(drawn.assignment)

    def about(self, drawn: Drawn) -> tuple[str, str]:
        return "工作要点", drawn.assignment.task.requirement

    def links(self, drawn: Drawn, *, in_admin: bool) -> Links:
        assignment = drawn.assignment
        if in_admin:
            page = reverse("admin:tasks_assignment_change", args=[assignment.pk])
            return [(f"任务分工 {assignment.key}", page)]
        return [("查看任务和填报", assignment.get_absolute_url())]

    def took_part(self, rows: Sequence[Drawn]) -> set[tuple[int, int]]:
        """Who wrote in a report of it, or passed one on."""
        of_assignment = {row.assignment_id: row.pk for row in rows}
        reports = list(ProgressReport.objects.filter(assignment__in=of_assignment))
        wrote = writers_by_record(reports)
        return {
            (of_assignment[report.assignment_id], person)
            for report in reports
            for person in {*wrote[report.pk], report.passed_by_id}
            if person is not None
        }


register_subject(AssignmentSubject())
