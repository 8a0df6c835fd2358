"""What the office's pages around one notice share: the way to them, the draft that they correct, the page of one form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Self, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from ninghai.calendar import clock
from ninghai.models.state_machine import StaleError, in_state, require
from ninghai.staff_site.pages import Trail, office_page, was_done
from ninghai.web.http import AuthenticatedRequest
from tasks import rules
from tasks.models import Responsibility, WorkPoint, WorkPointNotice
from tasks.models.states import NoticeStatus
from tasks.notices.issuing import next_obstacle
from tasks.notices.responsibilities import early, open_points

M = TypeVar("M", bound=Model)


def trail_to_list() -> Trail:
    return [("工作要点通知", reverse("admin:tasks_workpointnotice_changelist"))]


def trail_to(notice: WorkPointNotice) -> Trail:
    return [*trail_to_list(), (notice.title, page_of(notice))]


def page_of(notice: WorkPointNotice, point: WorkPoint | None = None) -> str:
    """The notice's own page, opened at the point."""
    url = notice.get_absolute_url()
    return f"{url}?point={point.pk}#point-{point.pk}" if point else url


def draft_to_correct(
    request: AuthenticatedRequest,
    pk: int,
    *,
    too_late: str = "要点和责任单位不能再修改。",
    may_be_issued: bool = False,
) -> WorkPointNotice:
    """The draft that a page corrects; what is sent too late is answered by the service, as a conflict."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_import_notice(request.user))
    if request.method != "POST" and not (may_be_issued and notice.status == NoticeStatus.ISSUED):
        is_draft = notice.status == NoticeStatus.DRAFT
        require(in_state(is_draft, notice, f"通知{notice.get_status_display()}，{too_late}"))
    return notice


class PointGone(StaleError):
    """Somebody has deleted the point, or merged it into another, since its page was opened."""

    def __init__(self, notice: WorkPointNotice) -> None:
        super().__init__(notice)
        self.args = ("这条要点刚刚被别人删除，或者并入了别的要点，您的操作没有生效。",)


def point_of(request: AuthenticatedRequest, notice: WorkPointNotice, pk: int) -> WorkPoint:
    """A point of the draft; what is sent for one that is gone is a conflict, so that nothing typed is lost."""
    return _mine(request, notice, notice.points.select_related("notice"), pk)


def responsibility_of(request: AuthenticatedRequest, notice: WorkPointNotice, pk: int) -> Responsibility:
    """A responsibility of the draft; where it is gone, as `point_of`."""
    mine = Responsibility.objects.select_related("point__notice", "group").filter(point__notice=notice)
    return _mine(request, notice, mine, pk)


def _mine(request: AuthenticatedRequest, notice: WorkPointNotice, mine: QuerySet[M], pk: int) -> M:
    if request.method == "POST" and not mine.filter(pk=pk).exists():
        raise PointGone(notice)
    return get_object_or_404(mine, pk=pk)


class VersionedForm(forms.Form):
    """A form that names the version which this person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @classmethod
    def showing(cls, record: Model, data: Any = None, *, version: int | None = None) -> Self:
        """The form with what the record says now; `version` is that of the record on which this one hangs."""
        shown = {name: getattr(record, name) for name in cls.base_fields if hasattr(record, name)}
        return cls(data, initial=shown | ({"version": version} if version else {}))


class PointField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the notice's points, by its key and its short title."""

    def __init__(self, **options: Any) -> None:
        gone = {"invalid_choice": "所选的要点刚刚被删除或合并了，请重新选择。"}
        super().__init__(WorkPoint.objects.none(), error_messages=gone, **options)

    def label_from_instance(self, point: WorkPoint) -> str:
        return point.label


@dataclass(frozen=True, kw_only=True)
class DraftCorrection:
    """A page with one form that corrects a draft: its words, the form, and the service that does what is asked.

    `service` is called with the record under its own name (`record`), and what was sent. In the texts {name} is the
    point's label before, {point} and {record} what they are afterwards, {made} what the service returned.
    """

    record: Literal["notice", "point", "responsibility"]
    service: Callable[..., object]
    form: Callable[[Any, QueryDict | None], Form] = VersionedForm.showing
    title: str
    submit: str = "保存"
    done: str
    lead: str = ""
    may_be_issued: bool = False
    moves_on: bool = False  # from what was still to be done on to the next
    quotes: Callable[[WorkPoint], Sequence[str]] = lambda point: ()

    def view(
        self, request: AuthenticatedRequest, pk: int, *, point_pk: int = 0, responsibility_pk: int = 0
    ) -> HttpResponse:
        """What the form asks for is done and said, or it comes back with everything typed.

        Afterwards the notice is open at the point that the service has made, else at the point that was corrected.
        """
        notice = draft_to_correct(request, pk, may_be_issued=self.may_be_issued)
        named = responsibility_of(request, notice, responsibility_pk) if responsibility_pk else None
        point = point_of(request, notice, point_pk) if point_pk else named and named.point
        record = {"notice": notice, "point": point, "responsibility": named}[self.record]
        texts = {"name": point.label if point else "", "point": point, "record": record}
        title, quotes = self.title.format(**texts), self.quotes(point) if point else ()
        form = self.form(record, request.POST or None)
        act = partial(self.service, **{self.record: record}, by=request.user, at=clock.now())
        made: list[object] = []
        was_open = self.moves_on and STAY not in request.POST and is_open(named or point)
        if request.method == "POST" and was_done(form, lambda: made.append(act(**form.cleaned_data))):
            at = made[0] if isinstance(made[0], WorkPoint) else point if point and point.pk else None
            return back_to(
                notice,
                at,
                request=request,
                done=self.done.format(**texts, made=made[0]),
                decided=(named or point) if was_open else None,
            )
        return office_page(
            request,
            "admin/office/form.html",
            title=title,
            trail=trail_to(notice),
            form=form,
            submit=self.submit,
            quotes=quotes,
            lead=self.lead,
        )


STAY = "stay"  # sent by what is done at the open point in passing: one stays there


def is_open(record: WorkPoint | Responsibility | None) -> bool:
    """Whether something is to be decided about it: which units a name means, until when a point is due."""
    if isinstance(record, Responsibility):
        return not record.is_resolved
    return record is not None and record.notice.points.filter(early(record.notice), pk=record.pk).exists()


def back_to(
    notice: WorkPointNotice,
    point: WorkPoint | None,
    *,
    request: AuthenticatedRequest,
    done: str,
    decided: WorkPoint | Responsibility | None = None,
    undo: str = "",
) -> HttpResponse:
    """Back to the notice at the point, with what was done and where to go on; from what was `decided` on to the next obstacle."""
    order = decided.position if isinstance(decided, Responsibility) else 0
    following = next_obstacle(point, order=order, on=clock.today()) if decided and point else None
    links = [("查看要点", point)] if point else []
    waiting = None if following else next((each for each in open_points(notice)[:2] if each != point), None)
    if waiting:
        links.append(("下一处待处理：要点", waiting))
    linked = format_html_join(
        "", ' <a href="{}">{}{}</a>', ((page_of(notice, to), label, to.label) for label, to in links)
    )
    messages.success(request, format_html("{}{}", done, linked), extra_tags=undo)
    return redirect(f"{page_of(notice)}{following.query}" if following else page_of(notice, point))
