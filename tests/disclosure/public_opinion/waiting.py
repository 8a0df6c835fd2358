"""What waits for somebody (今天要办): of public opinion."""

from disclosure.models import (
    OpinionTerm,
)
from disclosure.public_opinion.services import accept as accept_opinion
from disclosure.public_opinion.services import approve_decline, evaluate
from tests.cast import Cast
from tests.disclosure.public_opinion import makers as opinions
from tests.waiting_work import OFFICES, Piece, waits


@waits("opinions-to-hand-out")
def opinions_to_hand_out(cast: Cast) -> Piece:
    event = opinions.found(cast)
    return Piece(OFFICES, lambda: opinions.assigned(cast, event))


@waits("opinions-to-decide")
def opinions_to_decide(cast: Cast) -> Piece:
    event = opinions.declining(cast)
    return Piece(
        {"signer"}, lambda: approve_decline(**opinions.seen(event), by=cast.signer, at=opinions.later(hours=2))
    )


@waits("opinions-to-accept")
def opinions_to_accept(cast: Cast) -> Piece:
    event = opinions.assigned(cast)
    return Piece({"clerk"}, lambda: accept_opinion(**opinions.seen(event), by=cast.clerk, at=opinions.FOUND))


@waits("opinions-to-answer")
def opinions_to_answer(cast: Cast) -> Piece:
    event = opinions.answering_(cast)
    return Piece({"clerk"}, lambda: opinions.responded(cast, event, at=opinions.later(hours=1)))


@waits("opinions-to-continue")
def opinions_to_continue(cast: Cast) -> Piece:
    """Answered on the 19th, and nothing since."""
    event, later = opinions.answered(cast), opinions.later(days=4)
    return Piece({"clerk"}, lambda: opinions.responded(cast, event, at=later), on=later.date())


@waits("opinions-to-evaluate")
def opinions_to_evaluate(cast: Cast) -> Piece:
    event = opinions.done(cast)
    points = {each.pk: each.points for each in OpinionTerm.objects.offered("criterion")}
    told = {"points": points, "words": "回应及时。", "proposal": "none", "at": opinions.later(hours=4)}
    return Piece(OFFICES, lambda: evaluate(**opinions.seen(event), **told, by=cast.office))
