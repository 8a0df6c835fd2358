"""What waits for somebody (今天要办): of the hotline."""

from disclosure.hotline import services
from tests.cast import Cast
from tests.disclosure.hotline import makers as calls
from tests.waiting_work import OFFICES, READERS, Piece, waits


@waits("calls-to-hand-on")
def calls_to_hand_on(cast: Cast) -> Piece:
    call = calls.taken(cast)
    return Piece(OFFICES, lambda: calls.handed_on(cast, call))


@waits("call-returns-to-rule")
def call_returns_to_rule(cast: Cast) -> Piece:
    call = calls.returning(cast)
    return Piece(OFFICES, lambda: services.grant_return(**calls.seen(call), by=cast.office, at=calls.later(days=2)))


@waits("call-extensions-to-decide")
def call_extensions_to_decide(cast: Cast) -> Piece:
    call = calls.extending(cast)
    return Piece(READERS, lambda: services.grant_extension(**calls.seen(call), by=cast.office, at=calls.later(days=2)))


@waits("call-answers-to-review")
def call_answers_to_review(cast: Cast) -> Piece:
    call = calls.answered(cast)
    return Piece(OFFICES, lambda: calls.calling(cast, call))


@waits("callers-to-call-back")
def callers_to_call_back(cast: Cast) -> Piece:
    call = calls.calling(cast)
    return Piece(OFFICES, lambda: calls.called_back(cast, call, outcome="satisfied"))


@waits("call-ends-to-decide")
def call_ends_to_decide(cast: Cast) -> Piece:
    call = calls.ending(cast)
    return Piece(OFFICES, lambda: services.grant_end(**calls.seen(call), by=cast.office, at=calls.later(days=2)))


@waits("disputed-calls")
def disputed_calls(cast: Cast) -> Piece:
    call = calls.unrated(cast)
    services.rate(call=call, score="unsatisfied", words="", at=calls.later(days=5))
    at = calls.later(days=6)
    return Piece(OFFICES, lambda: calls.stepped(call, "kept", by=cast.office, at=at, reason="已经依法办理"))


@waits("calls-to-sign")
def calls_to_sign(cast: Cast) -> Piece:
    call = calls.handed_on(cast)
    return Piece({"clerk"}, lambda: calls.handling(cast, call))


@waits("calls-to-answer")
def calls_to_answer(cast: Cast) -> Piece:
    call = calls.handling(cast)
    return Piece({"clerk"}, lambda: calls.answered(cast, call))
