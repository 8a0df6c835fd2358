"""撤销下达: an issued notice goes back to 待下达 with a reason, or the page says who has reported on it already."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import require
from ninghai.office.pages import office_page, office_path, was_done
from tasks import rules
from tasks.admin.notice.frame import VersionedForm, page_of, trail_to
from tasks.models import Assignment, WorkPointNotice
from tasks.services.notices import obstacles_to_revoking, revoke_notice
from tasks.states import NoticeStatus


class RevokeForm(VersionedForm):
    reason = forms.CharField(
        label="撤销理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        help_text="例如“责任单位有误”。理由会告诉各责任单位，并记入审计记录。",
    )


def revoke(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_import_notice(request.user))
    require(request.method == "POST" or notice.status == NoticeStatus.ISSUED, "只有已下达的通知才能撤销下达。")
    form = RevokeForm(request.POST or None, initial={"version": notice.version})
    if request.method == "POST" and was_done(
        form, lambda: revoke_notice(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"《{notice.title}》已撤销下达，可以修改后重新下达，也可以作废。")
        return redirect(page_of(notice))
    return office_page(
        request,
        "admin/tasks/notice/revoke.html",
        title="撤销下达",
        trail=trail_to(notice),
        form=form,
        notice_url=page_of(notice),
        obstacles=obstacles_to_revoking(notice),
        total=Assignment.objects.filter(task__point__notice=notice).count(),
    )


URLS = [office_path("<int:pk>/revoke/", revoke, "tasks_notice_revoke")]
