"""`/work/coverage/`: what the unit has to make public, by when, and where it writes it; made for a phone."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure import rules
from disclosure.coverage.unit_list import unit_list
from disclosure.models import CoverageFinding
from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.models import Role
from ninghai.roles import acts_as

LATELY = 10  # findings closed last


@require_safe
def coverage(request: AuthenticatedRequest) -> HttpResponse:
    """The unit's own list as it stands now; its findings as the last round left them."""
    acting = request.user.acting
    if acting is None or not acts_as(request.user, Role.EDITOR, Role.REVIEWER):
        raise PermissionDenied
    findings = CoverageFinding.objects.filter(unit=acting.unit)
    context = {
        "unit": acting.unit,
        "duties": unit_list(acting.unit, on=clock.today()),
        "late_findings": findings.filter(closed_on=None, kind=CoverageFinding.Kind.LATE),
        "mended": findings.exclude(closed_on=None).order_by("-closed_on", "-pk")[:LATELY],
        "can_draft": rules.can_draft(request.user),
        "today": clock.today(),
    }
    return render(request, "disclosure/work_coverage.html", context)
