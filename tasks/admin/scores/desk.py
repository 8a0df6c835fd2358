"""考核 on the office's desk: drafts that wait for the head's circulation."""

from datetime import date

from ninghai.models import User
from ninghai.office.site import DeskPanel, DeskRow, desk_panel
from tasks.models import Scoring
from tasks.states import ScoringStatus


@desk_panel(order=60)
def scores_to_circulate(user: User, on: date) -> DeskPanel:
    """The drafts, each with its number of units."""
    drafts = Scoring.objects.filter(status=ScoringStatus.DRAFT).select_related("scheme").order_by("-as_of", "-pk")
    rows = [
        DeskRow(f"{draft}（试算）", draft.unit_scores.count(), draft.get_absolute_url(), "due") for draft in drafts[:3]
    ]
    return DeskPanel("待通报的考核得分", rows, empty="没有试算的考核得分。")
