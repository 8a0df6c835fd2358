"""How the year's work points stand, for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ninghai import clock
from tasks.models import WorkPointNotice
from tasks.public_progress import public_progress, total
from tasks.states import NoticeStatus


@login_not_required
@require_safe
def progress_years(request: HttpRequest) -> HttpResponse:
    """The years in which a notice was issued, newest first."""
    notices = WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED)
    return render(request, "tasks/progress_years.html", {"notices": notices})


@login_not_required
@require_safe
def progress_year(request: HttpRequest, year: int) -> HttpResponse:
    """Every point of the year's notice, by part and section, as of today."""
    notice = get_object_or_404(WorkPointNotice.objects.filter(status=NoticeStatus.ISSUED), year=year)
    today = clock.today()
    parts = public_progress(notice=notice, on=today)
    context = {
        "notice": notice,
        "as_of": today,
        "parts": parts,
        "counts": total(parts),
        "point_count": sum(len(section.points) for part in parts for section in part.sections),
    }
    return render(request, "tasks/progress_year.html", context)
