"""The office's list of error reports (纠错留言); an error report's admin page is where the office answers it."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from disclosure.corrections.services import overdue
from disclosure.corrections.views import ANSWER, TONES, CorrectionPage
from disclosure.models import Correction
from disclosure.models.states import CorrectionStatus
from ninghai.calendar.workdays import WorkCalendar
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.staff_site.site import DeskFigure, DeskPanel, DeskRow, desk_figure, desk_panel, whole_day

LATE_AFTER = timedelta(days=90)  # 国办秘函〔2019〕19号, 单项否决: a message unanswered for three months


def _list(**filters: str) -> str:
    return f"{reverse('admin:disclosure_correction_changelist')}?{urlencode(filters)}"


@admin.register(Correction)
class CorrectionAdmin(WithRecordPage[Correction], ReadOnlyAdmin[Correction]):
    page = CorrectionPage(ADMIN, [ANSWER])
    group = DeskGroup.ITEMS
    rank = 2
    untold = frozenset({"contact", "sender"})  # read one by one, each time noted
    tones = {"status": TONES}
    list_display = ["receipt_number", "unit", "item", "status", "received_at", "answered_at"]
    list_filter = ["status", "unit"]
    search_fields = ["receipt_number", "item__title"]
    list_select_related = ["unit", "item"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Correction]:
        user = request.user
        return Correction.objects.visible_to(user) if isinstance(user, User) else Correction.objects.none()


@desk_figure(order=40)
def corrected_today(user: User, on: date) -> DeskFigure:
    received = Correction.objects.visible_to(user).filter(received_at__range=whole_day(on))
    return DeskFigure("条纠错留言收到", received.count(), _list(received_at__date=str(on)))


@desk_panel(order=35)
def corrections_waiting(user: User, on: date) -> DeskPanel:
    """What visitors reported and nobody has answered yet, the units' included."""
    waiting = Correction.objects.visible_to(user).waiting()
    late = waiting.filter(received_at__date__lt=on - LATE_AFTER).count()
    count, url = waiting.count(), _list(status__exact=CorrectionStatus.RECEIVED)
    rows = [DeskRow(label="待答复的纠错留言", count=count, url=url, tone="due" if count else "")]
    if past := len(overdue(waiting, on=on, calendar=WorkCalendar.load())):
        label = f"超过{settings.CORRECTION_WORKDAYS}个工作日没有答复的纠错留言"
        rows.append(DeskRow(label=label, count=past, url=url, tone="late"))
    if late:
        rows.append(DeskRow(label="三个月没有答复（单项否决）", count=late, url=url, tone="late"))
    return DeskPanel(title="纠错", rows=rows)
