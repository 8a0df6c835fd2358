"""目录手册: how the booklet of an edition fares, and the button to try again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from ninghai import clock
from ninghai.http import AuthenticatedRequest, visible_or_404
from ninghai.office.pages import office_page
from ninghai.versions import require_seen, version_of
from reports import rules
from reports.models import BookletMaking
from reports.services import make_booklet_again


@require_safe
def booklet_page(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    making = find(request, pk)
    facts = [
        ("目录", making.edition.catalogue),
        ("版本", f"第{making.edition.number}版"),
        ("制作状态", making.state),
        ("已尝试次数", making.tries),
    ]
    return office_page(
        request,
        "admin/reports/bookletmaking/detail.html",
        title=str(making),
        trail=[("目录手册", reverse("admin:reports_bookletmaking_changelist"))],
        making=making,
        facts=facts,
        may_retry=rules.can_make_booklet_again(request.user, making),
        version=version_of(making),
    )


@require_POST
def retry(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    seen = find(request, pk)
    require_seen(request, seen)
    making = make_booklet_again(making=seen, by=request.user, at=clock.now())
    messages.success(request, f"{making}已重新排队，通常一分钟内做好。")
    return redirect(making)


def find(request: AuthenticatedRequest, pk: int) -> BookletMaking:
    makings = BookletMaking.objects.visible_to(request.user)
    return visible_or_404(makings.select_related("edition__catalogue", "edition__booklet"), pk=pk)
