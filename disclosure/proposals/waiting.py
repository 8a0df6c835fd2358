"""What waits for a person about proposals (今天要办): to be handed over, accepted, helped with, replied to, signed, published, urged."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from disclosure.items.waiting import of_own_unit
from disclosure.models import ProposalOpenness, ProposalPart, ProposalReply, ProposalUnit
from disclosure.models.states import ItemStatus
from disclosure.proposals.kind import PROPOSAL, PROPOSALS
from disclosure.requests.desk.waiting import OfRequest
from disclosure.requests.office.urging import urgings_of_cases
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, SIGNER
from ninghai.calendar.clock import beginning_of
from ninghai.models import Case, CaseAssignment, CaseEvent, User
from ninghai.staff_site.inbox import waits

HANDED_OVER = ("handling", "with_head")


def standing(user: User | None = None, **of: object) -> QuerySet[CaseAssignment]:
    """Assignments of a case (OuterRef) that stand, of the person's unit where one is named."""
    held = CaseAssignment.objects.standing().filter(case=OuterRef("pk"), **of)
    return held.filter(unit__in=of_own_unit(user)) if user else held


class OfProposal(OfRequest):
    """A proposal before the unit that leads."""

    matter, place, listed_with = PROPOSALS, "disclosure:proposal-list", ProposalUnit

    def of_all(self) -> QuerySet[Case]:
        return Case.objects.filter(kind=PROPOSAL, proposal__isnull=False)

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return self.of_all().filter(status=self.status, unit__in=of_own_unit(user))

    def for_list(self, records: QuerySet[Case]) -> QuerySet[Case]:
        return records.select_related("unit", "proposal")

    def title(self, record: Case) -> str:
        return str(record.proposal)


@waits
class ProposalsToHandOver(OfProposal):
    label, verb, roles = "建议提案待交办", "交办", OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return self.of_all().filter(status="to_hand_over")


@waits
class ProposalsToAccept(OfProposal):
    label, verb, roles = "建议提案待签收", "签收", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return self.of_all().filter(Exists(standing(user, accepted_at=None)), status__in=HANDED_OVER)


@waits
class ProposalPartsToGive(OfProposal):
    """As a co-unit that has accepted it, for the reply that is being made; an earlier one has its part already."""

    label, verb, roles = "建议提案待提交协办意见", "提交", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        replied = ProposalReply.objects.filter(proposal__case=OuterRef(OuterRef("pk")), paper__isnull=False)
        mine = ProposalPart.objects.filter(proposal__case=OuterRef("pk"), unit__in=of_own_unit(user))
        given = mine.filter(~Exists(replied.filter(round__gte=OuterRef("round"))))
        helps = standing(user, part=CaseAssignment.Part.CO, accepted_at__isnull=False)
        return self.of_all().filter(Exists(helps), status__in=HANDED_OVER).exclude(Exists(given))


@waits
class ProposalsToReply(OfProposal):
    """As long as the unit leads, and has accepted it; what it has given back waits for the office."""

    label, verb, roles = "建议提案待答复", "答复", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        leads = standing(part=CaseAssignment.Part.LEAD, accepted_at__isnull=False)
        return self.of_all().filter(Exists(leads), status="handling", unit__in=of_own_unit(user))


@waits
class ProposalsToSign(OfProposal):
    """Whoever had a hand in a reply does not sign it."""

    label, verb, roles, status = "建议提案答复待签发", "签发", HEAD | SIGNER, "with_head"

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return super().records(user, on).exclude(CaseEvent.done_by(user, "proposed"))


@waits
class ProposalsToPublish(OfProposal):
    """The last reply is signed and may be read by everybody, and there is no item of it yet."""

    label, verb, roles = "建议提案答复待公开", "拟公开信息", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        signed = ProposalReply.objects.filter(proposal__case=OuterRef("pk"), paper__isnull=False)
        later = ProposalReply.objects.filter(
            proposal=OuterRef("proposal"), paper__isnull=False, round__gt=OuterRef("round")
        )
        is_free = Q(item=None) | Q(item__status=ItemStatus.DISCARDED)
        waits = signed.filter(is_free, ~Exists(later)).exclude(openness=ProposalOpenness.NO)
        return self.of_all().filter(Exists(waits), status="replied", unit__in=of_own_unit(user))


@waits
class ProposalsToDesignate(OfProposal):
    """What the lead has given back: the office says whose it is."""

    label, verb, roles = "建议提案待指定主办单位", "指定", OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return self.of_all().filter(status="handling").exclude(Exists(standing(part=CaseAssignment.Part.LEAD)))


@waits
class ProposalsToUrge(OfProposal):
    """The office urges another unit whose limit has run out; once it has, the unit is left to its work."""

    label, verb, roles = "建议提案逾期未答复", "催办", OFFICE
    place = "admin:disclosure_proposalunit_changelist"

    def records(self, user: User, on: date) -> QuerySet[Case]:
        late = Case.objects.filter(kind=PROPOSAL).overdue(at=beginning_of(on)).exclude(unit__in=of_own_unit(user))
        return late.exclude(Exists(urgings_of_cases()))

    def address(self, record: Case, user: User) -> str:
        return reverse("admin:disclosure_proposalunit_change", args=[record.unit_id])

    def behind(self, user: User) -> str:
        return reverse(self.place)
