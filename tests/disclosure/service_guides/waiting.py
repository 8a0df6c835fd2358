"""What waits for somebody (今天要办): of service guides."""

from disclosure.service_guides import services as guides_of_services
from tests.cast import Cast
from tests.disclosure.service_guides import makers as service_guides
from tests.tasks.factories import NOW
from tests.waiting_work import Piece, waits


@waits("service-guides-to-write")
def service_guides_to_write(cast: Cast) -> Piece:
    guide = service_guides.drafted(cast)
    return Piece(
        {"clerk"}, lambda: guides_of_services.hand_in_guide(guide=guide, version=guide.version, by=cast.clerk, at=NOW)
    )


@waits("service-guides-to-approve")
def service_guides_to_approve(cast: Cast) -> Piece:
    guide = service_guides.with_head(cast)
    said = {"approved_on": NOW.date(), "approval_paper": "", "version": guide.version}
    return Piece({"head"}, lambda: guides_of_services.approve_guide(guide=guide, by=cast.head, at=NOW, **said))


@waits("service-guides-to-publish")
def service_guides_to_publish(cast: Cast) -> Piece:
    guide = service_guides.approved(cast, at=NOW)
    said = {"effective_on": NOW.date(), "what_changed": "", "version": guide.version}
    return Piece({"head"}, lambda: guides_of_services.publish_guide(guide=guide, by=cast.head, at=NOW, **said))
