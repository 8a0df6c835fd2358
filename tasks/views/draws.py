"""What anybody whom a draw concerns needs to recompute it."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from ninghai.http import AuthenticatedRequest, visible_or_404
from tasks.models import SpotCheck
from tasks.spot_checks.recipe import recipe_data


@require_safe
def draw_data(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """重算数据: the JSON that the program of docs/draw-recipe.md reads, to be kept as a file."""
    spot_check = visible_or_404(SpotCheck.objects.visible_to(request.user), pk=pk)
    return JsonResponse(
        recipe_data(spot_check),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="draw-{pk}.json"'},
    )
