"""The unit's own scores (考核得分), once they are circulated: the list, and each sheet down to its records."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ninghai.web.http import AuthenticatedRequest, visible_or_404
from tasks.models import UnitScore
from tasks.scoring.results import columns_of, shown_rules, urls_for_unit

ROWS = 20


@require_safe
def score_list(request: AuthenticatedRequest) -> HttpResponse:
    """What was circulated of the unit, the latest first."""
    scores = UnitScore.objects.visible_to(request.user).with_ties().select_related("unit", "scoring__scheme")
    page = Paginator(scores.order_by("-scoring__as_of", "rank", "pk"), ROWS).get_page(request.GET.get("page"))
    return render(request, "tasks/score_list.html", {"page": page, "total": f"共{page.paginator.count}份"})


@require_safe
def score_sheet(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One sheet: each rule with its sum, each case with its record."""
    visible = UnitScore.objects.visible_to(request.user).select_related("unit", "scoring__scheme__notice")
    score = visible_or_404(visible, pk=pk)
    scoring = score.scoring
    facts = [
        ("单位", str(score.unit)),
        ("总分", f"{score.total}"),
        ("名次", f"{score.place_words}，共{scoring.unit_scores.count()}个单位"),
        ("考核项数", f"总分根据{columns_of(score)}项得出，其余项目没有可考核的事项"),
        ("单项否决", "是" if score.is_vetoed else "否"),
        ("方案", str(scoring.scheme)),
        ("统计日期", scoring.until_words),
        ("状态", scoring.get_status_display()),
    ]
    context = {"score": score, "facts": facts, "rules": shown_rules(score, places_of=urls_for_unit)}
    return render(request, "tasks/score_sheet.html", context)
