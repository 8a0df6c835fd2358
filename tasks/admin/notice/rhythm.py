"""报送频次: how often the units report on an issued notice, changed from its page; each choice says what it changes."""

from typing import Any

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
from tasks.models import Rhythm, WorkPointNotice
from tasks.periods.rhythm import Change
from tasks.services.periods import NOTHING_LEFT, rhythm_changes, set_rhythm


class RhythmForm(VersionedForm):
    rhythm = forms.ChoiceField(label="改为", widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, notice: WorkPointNotice, changes: dict[Rhythm, Change]) -> None:
        super().__init__(data, initial={"version": notice.version})
        rhythm: forms.ChoiceField = self.fields["rhythm"]  # type: ignore[assignment]
        possible = {each: change for each, change in changes.items() if change.is_possible}
        rhythm.choices = [(each, f"{each.label}：{change}") for each, change in possible.items()]


def rhythm_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """修改报送频次: what has ended or is being reported for stays."""
    notice = get_object_or_404(WorkPointNotice, pk=pk)
    require(rules.can_set_periods(request.user))
    require(rules.has_periods(notice), f"通知{notice.get_status_display()}，没有报送周期可以调整。")
    changes = rhythm_changes(notice, on=clock.today())
    if request.method != "POST" and not any(change.is_possible for change in changes.values()):
        messages.warning(request, NOTHING_LEFT)
        return redirect(page_of(notice))
    form = RhythmForm(request.POST or None, notice=notice, changes=changes)
    if request.method == "POST" and was_done(
        form, lambda: set_rhythm(notice=notice, by=request.user, at=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, f"《{notice.title}》的报送频次已改为{notice.get_rhythm_display()}。")
        return redirect(page_of(notice))
    return office_page(
        request,
        "admin/office/form.html",
        title="修改报送频次",
        trail=trail_to(notice),
        form=form,
        lead=f"现在{notice.get_rhythm_display()}。已经结束或已有填报的周期不变，只调整其余的周期。",
        submit="修改报送频次",
    )


URLS = [office_path("<int:pk>/rhythm/", rhythm_page, "tasks_notice_rhythm")]
