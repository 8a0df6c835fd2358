"""A notice's own page: the tree beside the text, what was odd, what is left to do."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.office.pages import office_page
from tasks import rules
from tasks.admin.notice.frame import trail_to_list
from tasks.admin.notice.tree import tree_of
from tasks.models import WorkPointNotice
from tasks.services.notices import count_assignments, obstacles
from tasks.views.sent import sent_number

WARNINGS_TOLD = 20  # above the tree; every one stands at its line too


def notice_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The page of the tree that holds ?point=, ?line= or is ?page=."""
    notice = get_object_or_404(WorkPointNotice.objects.select_related("source_file", "amends"), pk=pk)
    may_edit = rules.can_edit_notice(request.user, notice)
    asked = {name: number for name in ("point", "line", "page") if (number := sent_number(request.GET, name))}
    return office_page(
        request,
        "admin/tasks/notice/detail.html",
        title=notice.title,
        trail=trail_to_list(),
        notice=notice,
        tree=tree_of(notice, asked=asked),
        total=count_assignments(notice),
        warnings=notice.warnings[:WARNINGS_TOLD],
        may_edit=may_edit,
        may_run=rules.can_set_periods(request.user) and rules.has_periods(notice),
        may_amend=rules.can_amend_notice(request.user, notice),
        last_act="并入" if notice.amends_id else "下达",
        obstacles=obstacles(notice, on=clock.today()) if may_edit else [],
    )
