"""What waits for somebody (今天要办): of appeals and complaints."""

from disclosure.appeals.kind import APPEALS
from disclosure.models import AppealUnit
from disclosure.requests.office.urging import urge_applications
from tests.cast import Cast
from tests.disclosure.appeals import makers as appeals
from tests.disclosure.makers import AT
from tests.waiting_work import OFFICES, Piece, waits


@waits("appeals-to-answer")
def appeals_to_answer(cast: Cast) -> Piece:
    case = appeals.appealed(cast)
    return Piece({"clerk"}, lambda: appeals.propose(cast, case))


@waits("appeals-to-answer")
def complaints_to_answer(cast: Cast) -> Piece:
    case = appeals.complained(cast)
    return Piece(OFFICES, lambda: appeals.propose(cast, case))


@waits("appeals-to-sign")
def appeals_to_sign(cast: Cast) -> Piece:
    case = appeals.proposed(cast)
    return Piece({"head"}, lambda: appeals.sign(cast, case))


@waits("appeals-to-urge")
def appeals_to_urge(cast: Cast) -> Piece:
    """Received in October, and not answered by its last day."""
    appeals.appealed(cast, at=AT.replace(month=10, day=8))
    told = {"units": AppealUnit.objects.filter(pk=cast.finance.pk), "words": "请尽快答复。", "of": APPEALS}
    return Piece(OFFICES, lambda: urge_applications(by=cast.office, at=AT, **told))
