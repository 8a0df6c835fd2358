"""What waits for a person about applications (今天要办): to be confirmed, answered, signed, delivered, each by the law's last day."""

from dataclasses import replace
from datetime import date
from typing import ClassVar

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse

from disclosure.items.waiting import of_own_unit
from disclosure.models import RemedyAuthority, RequestUnit
from disclosure.requests.desk.delivering import ASKING_PAPERS, on_the_way
from disclosure.requests.kind import AT_WORK, REQUEST, WAITING
from disclosure.requests.letters.papers import units_lacking_names
from disclosure.requests.limits import amendment_words
from disclosure.requests.office.standing import REQUESTS, CaseMatter
from disclosure.requests.office.urging import urgings_of_cases
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, SIGNER
from ninghai.calendar.clock import beginning_of
from ninghai.models import Case, CaseAssignment, CaseEvent, DutyClock, Unit, User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import Waiting, WaitingKind, waits, works_in_the_admin


class OfRequest(WaitingKind[Case]):
    """A case of this kind before the unit that answers it; of other kinds elsewhere (`appeals.waiting`)."""

    matter: ClassVar[CaseMatter] = REQUESTS
    place, group = "disclosure:request-list", DeskGroup.ITEMS
    listed_with: ClassVar[type[Model] | None] = RequestUnit
    since, due = TruncDate("entered_at"), TruncDate("legal_clock__due_at")
    status = ""

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return Case.objects.filter(kind=self.matter.kind, status=self.status, unit__in=of_own_unit(user))

    def for_list(self, records: QuerySet[Case]) -> QuerySet[Case]:
        return records.select_related("unit")

    def title(self, record: Case) -> str:
        return record.number or record.subject

    def words(self, record: Case) -> str:
        return record.subject

    def unit(self, record: Case) -> str:
        return record.unit.short_name

    def address(self, record: Case, user: User) -> str:
        return reverse(self.matter.office_page if works_in_the_admin(user) else self.matter.page, args=[record.pk])


def open_requests(user: User) -> QuerySet[Case]:
    return Case.objects.open().filter(kind=REQUEST, unit__in=of_own_unit(user))


@waits
class RequestsToConfirm(OfRequest):
    label, verb, roles, status = "信息公开申请待确认", "确认", CLERK | OFFICE, "unconfirmed"


@waits
class RequestsToAnswer(OfRequest):
    """Whatever else is awaited meanwhile: its limit runs."""

    label, verb, roles = "信息公开申请待答复", "答复", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return Case.objects.filter(kind=REQUEST, status__in=AT_WORK, unit__in=of_own_unit(user))

    def pieces(self, user: User, on: date) -> list[Waiting]:
        """Each with the day until which the applicant can be told to amend it."""
        found = amendment_words(self.records(user, on))
        told = {self.address(Case(pk=case), user): words.words for case, words in found.items()}
        rows = super().pieces(user, on)
        return [replace(row, words=f"{row.words}；{told[row.url]}") if row.url in told else row for row in rows]


@waits
class RequestPapersToDeliver(OfRequest):
    """Papers on the way to the answer: to be handed over, or, where a limit counts from there, to have arrived."""

    label, verb, roles = "申请文书待登记送达", "登记送达", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        waits = Q(handed_over_on=None) | Q(delivered_on=None, kind__in=ASKING_PAPERS)
        papers = on_the_way().filter(waits, case=OuterRef("pk"))
        return open_requests(user).filter(Exists(papers))


@waits
class RequestOpinionsOverdue(OfRequest):
    """Whoever was asked has not answered in time: what follows is to be registered."""

    label, verb, roles = "征求意见、补正逾期待登记", "登记结果", CLERK | OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        about = Q(target_type=Case._meta.label_lower, target_id=Cast(OuterRef("pk"), CharField()))
        over = DutyClock.objects.open().filter(about, due_at__lt=beginning_of(on)).exclude(case__isnull=False)
        return open_requests(user).filter(Exists(over), status__in=WAITING)


@waits
class RequestsToDesignate(OfRequest):
    """What a unit has given back: the office says whose it is."""

    label, verb, roles = "信息公开申请待指定承办单位", "指定", OFFICE

    def records(self, user: User, on: date) -> QuerySet[Case]:
        lead = CaseAssignment.objects.filter(case=OuterRef("pk"), part=CaseAssignment.Part.LEAD)
        given_back = Exists(lead.filter(returned_at__isnull=False)) & ~Exists(lead.filter(returned_at=None))
        return Case.objects.filter(given_back, kind=REQUEST, closed_at=None)


@waits
class RequestsToSign(OfRequest):
    """Whoever drafted the answer does not sign it."""

    label, verb, roles, status = "信息公开答复待签发", "签发", HEAD | SIGNER, "with_head"

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return super().records(user, on).exclude(CaseEvent.done_by(user, "proposed"))


@waits
class RequestsToUrge(OfRequest):
    """The office urges another unit whose limit has run out; once it has, the unit is left to its work."""

    label, verb, roles = "信息公开申请逾期未答复", "催办", OFFICE
    place = "admin:disclosure_requestunit_changelist"

    def records(self, user: User, on: date) -> QuerySet[Case]:
        late = Case.objects.filter(kind=self.matter.kind).overdue(at=beginning_of(on))
        return late.exclude(unit__in=of_own_unit(user)).exclude(Exists(urgings_of_cases()))

    def address(self, record: Case, user: User) -> str:
        return reverse(f"{self.matter.units}_change", args=[record.unit_id])

    def behind(self, user: User) -> str:
        return reverse(self.place)


@waits
class AuthoritiesToEnter(WaitingKind[Unit]):
    """Units that have to answer applications, and cannot sign: nobody has entered who hears complaints against them."""

    label, verb, roles, group = "复议机关和法院待登记", "登记", OFFICE, DeskGroup.ITEMS
    listed_with = RemedyAuthority

    def records(self, user: User, on: date) -> QuerySet[Unit]:
        has_open = Case.objects.open().filter(kind=REQUEST, unit=OuterRef("pk"))
        return units_lacking_names(on=on).filter(Exists(has_open))

    def words(self, record: Unit) -> str:
        return "登记以前，这个单位的答复书不能签发"

    def address(self, record: Unit, user: User) -> str:
        return f"{reverse('admin:disclosure_remedyauthority_add')}?unit={record.pk}"


@waits
class RequestsToDeliver(OfRequest):
    label, verb, roles, status = "信息公开答复待送达", "送达", CLERK | OFFICE, "signed"
