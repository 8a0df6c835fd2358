"""The points of a draft that the office has still to look at before the notice can be issued (待处理)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from tasks.models import Responsibility, WorkPoint, WorkPointNotice


def open_points(notice: WorkPointNotice) -> QuerySet[WorkPoint]:
    """Where nobody is named, a name is not resolved, or the due date lies before the notice: in the order of the document."""
    return notice.points.filter(unnamed() | unresolved() | early(notice)).order_by("position", "pk")


def unnamed() -> Q:
    return Q(~Exists(_names()))


def unresolved() -> Q:
    return Q(Exists(_names().filter(is_resolved=False)))


def early(notice: WorkPointNotice) -> Q:
    """Due before the notice itself, or the one that it amends; a notice without a date has none such."""
    begun_on = notice.amends.issued_on if notice.amends else notice.issued_on
    return Q(due_date__lt=begun_on) if begun_on else Q(pk__in=[])


def _names() -> QuerySet[Responsibility]:
    return Responsibility.objects.filter(point=OuterRef("pk"))
