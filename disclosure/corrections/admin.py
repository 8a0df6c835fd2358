"""The office's list of error reports (纠错留言); an error report's admin page is where the office answers it."""

from datetime import date, timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from disclosure.corrections.views import ANSWER, TONES, CorrectionPage
from disclosure.models import Correction
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.model_admin import ReadOnlyAdmin
from ninghai.staff_site.record_pages import ADMIN, WithRecordPage
from ninghai.staff_site.site import DeskFigure, desk_figure, whole_day

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
