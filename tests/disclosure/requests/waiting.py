"""What waits for somebody (今天要办): of applications."""

from disclosure.models import (
    RemedyAuthority,
    RequestUnit,
)
from disclosure.requests.desk import answering, registering, steps
from disclosure.requests.office.urging import urge_applications
from tests.cast import Cast, name_authorities
from tests.disclosure import makers as items
from tests.disclosure.requests import makers as requests
from tests.waiting_work import OFFICES, Piece, waits


@waits("requests-to-confirm")
def requests_to_confirm(cast: Cast) -> Piece:
    case, later = requests.unconfirmed(cast), items.AT.replace(year=2019, month=6, day=3)
    said = {"confirmed_on": later.date(), "version": case.version, "by": cast.clerk, "at": later}
    return Piece({"clerk"}, lambda: answering.confirm(case=case, **said))


@waits("requests-to-answer")
def requests_to_answer(cast: Cast) -> Piece:
    case = requests.applied(cast)
    said = {"code": "not_held", "filled": requests.FILLED["not_held"], "version": case.version, "at": items.AT}
    return Piece({"clerk"}, lambda: answering.propose(case=case, by=cast.clerk, **said))


@waits("requests-to-designate")
def requests_to_designate(cast: Cast) -> Piece:
    case = requests.given_back(cast)
    said = {"unit": cast.finance, "reason": "属于财政局", "version": case.version, "at": items.AT}
    return Piece(OFFICES, lambda: registering.designate(case=case, by=cast.office, **said))


@waits("requests-to-sign")
def requests_to_sign(cast: Cast) -> Piece:
    case = requests.proposed(cast)
    return Piece({"head"}, lambda: answering.sign(case=case, version=case.version, by=cast.head, at=items.AT))


@waits("requests-to-urge")
def requests_to_urge(cast: Cast) -> Piece:
    """Received in October, and not answered by its last day."""
    requests.applied(cast, at=items.AT.replace(month=10, day=8))
    units = RequestUnit.objects.filter(pk=cast.finance.pk)
    return Piece(OFFICES, lambda: urge_applications(units=units, words="请尽快答复。", by=cast.office, at=items.AT))


@waits("requests-to-deliver")
def requests_to_deliver(cast: Cast) -> Piece:
    case = requests.signed(cast)
    return Piece({"clerk"}, lambda: requests.hand_to_post(cast, case))


@waits("request-papers-to-deliver")
def request_papers_to_deliver(cast: Cast) -> Piece:
    case, later = requests.amending(cast), items.AT.replace(year=2019, month=6, day=5)
    return Piece({"clerk"}, lambda: requests.hand_letter(cast, case, kind="amendment", at=later) and None)


@waits("request-opinions-overdue")
def request_opinions_overdue(cast: Cast) -> Piece:
    case, later = requests.amending(cast), items.AT.replace(year=2019, month=6, day=24)
    requests.hand_letter(cast, case, kind="amendment", at=later.replace(day=5))
    told = {"version": case.version, "by": cast.clerk, "at": later}
    return Piece({"clerk"}, lambda: steps.give_up_amendment(case=case, **told), on=later.date())


@waits("authorities-to-enter")
def authorities_to_enter(cast: Cast) -> Piece:
    requests.applied(cast)
    RemedyAuthority.objects.filter(unit=cast.finance).delete()
    return Piece(OFFICES, lambda: name_authorities(cast.finance, "宁海县人民政府、宁波市财政局", "宁海县人民法院"))
