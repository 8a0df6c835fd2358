"""What waits for somebody (今天要办): of proposals."""

from disclosure.models import ProposalUnit
from disclosure.proposals import letter as proposal_letter
from disclosure.proposals import services as proposal_services
from disclosure.proposals.kind import PROPOSALS
from disclosure.requests.office.urging import urge_applications
from tests.cast import Cast
from tests.disclosure import makers as items
from tests.disclosure.proposals import makers as proposals
from tests.waiting_work import OFFICES, Piece, waits


@waits("proposals-to-hand-over")
def proposals_to_hand_over(cast: Cast) -> Piece:
    case = proposals.entered(cast)
    said = {"handed_on": items.AT.date(), "version": case.version, "by": cast.office, "at": items.AT}
    return Piece(OFFICES, lambda: proposal_services.hand_over(case=case, **said))


@waits("proposals-to-accept")
def proposals_to_accept(cast: Cast) -> Piece:
    case = proposals.joint(cast)

    def accept_both() -> None:
        for who in (cast.clerk, cast.other_clerk):
            proposal_services.accept(case=case, version=case.version, by=who, at=items.AT)

    return Piece({"clerk", "other_clerk"}, accept_both)


@waits("proposal-parts-to-give")
def proposal_parts_to_give(cast: Cast) -> Piece:
    case = proposals.accepted(proposals.joint(cast), by=cast.other_clerk)
    return Piece({"other_clerk"}, lambda: proposals.give_part(cast, case))


@waits("proposals-to-reply")
def proposals_to_reply(cast: Cast) -> Piece:
    case = proposals.accepted(proposals.handed_over(cast), by=cast.clerk)
    return Piece({"clerk"}, lambda: proposals.propose(cast, case))


@waits("proposals-to-sign")
def proposals_to_sign(cast: Cast) -> Piece:
    case = proposals.proposed(cast)
    return Piece({"head"}, lambda: proposals.sign(cast, case))


@waits("proposals-to-publish")
def proposals_to_publish(cast: Cast) -> Piece:
    case = proposals.replied(cast)
    case.refresh_from_db()
    said = {"version": case.version, "by": cast.clerk, "at": items.AT}
    return Piece({"clerk"}, lambda: proposal_letter.draft_publication(case=case, **said))


@waits("proposals-to-designate")
def proposals_to_designate(cast: Cast) -> Piece:
    case = proposals.handed_over(cast)
    said = {"belongs_to": None, "reason": "不属于本单位", "version": case.version}
    proposal_services.give_proposal_back(case=case, by=cast.clerk, at=items.AT, **said)
    told = {"unit": cast.town, "reason": "属于深甽镇", "version": case.version, "by": cast.office}
    return Piece(OFFICES, lambda: proposal_services.designate(case=case, at=items.AT, **told))


@waits("proposals-to-urge")
def proposals_to_urge(cast: Cast) -> Piece:
    """Handed over in February, and not replied to by its last day."""
    proposals.handed_over(cast, at=items.AT.replace(month=2, day=10))
    told = {"units": ProposalUnit.objects.filter(pk=cast.finance.pk), "words": "请尽快答复。", "of": PROPOSALS}
    return Piece(OFFICES, lambda: urge_applications(by=cast.office, at=items.AT, **told))
