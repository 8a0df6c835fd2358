"""What waits for a person about the guides of services (今天要办): to be written, approved, published by its day."""

from typing import cast

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse

from disclosure.items.waiting import of_own_unit
from disclosure.models import GuideVersion
from disclosure.models.service import GuideVersionQuerySet
from disclosure.models.states import GuideStatus
from ninghai.accounts.audit.history import without_own_work
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, SIGNER
from ninghai.models import User
from ninghai.staff_site.groups import DeskGroup
from ninghai.staff_site.inbox import WaitingKind, page_in_admin, waits, works_in_the_admin


class OfGuideVersion(WaitingKind[GuideVersion]):
    place, group = "disclosure:service-guide-list", DeskGroup.ITEMS
    since = TruncDate("drafted_at")
    status: GuideStatus

    def records(self, user: User, on: object) -> QuerySet[GuideVersion]:
        return GuideVersion.objects.filter(service__unit__in=of_own_unit(user), status=self.status)

    def for_list(self, records: QuerySet[GuideVersion]) -> QuerySet[GuideVersion]:
        found = cast(GuideVersionQuerySet, records)
        return found.with_service().defer("content", "findings")

    def unit(self, record: GuideVersion) -> str:
        return record.service.unit.short_name

    def address(self, record: GuideVersion, user: User) -> str:
        if works_in_the_admin(user):
            return page_in_admin(record)
        return reverse("disclosure:service-guide", args=[record.pk])


@waits
class ServiceGuidesToWrite(OfGuideVersion):
    """Begun, or returned with a reason."""

    label, verb, roles, status = "办事指南待填写", "填写", CLERK | OFFICE, GuideStatus.DRAFT

    def words(self, record: GuideVersion) -> str:
        return f"被退回：{record.return_reason}" if record.return_reason else self.label

    def is_sent_back(self, record: GuideVersion) -> bool:
        return bool(record.return_reason)


@waits
class ServiceGuidesToApprove(OfGuideVersion):
    label, verb, roles, status = "办事指南待审核批准", "审核", HEAD | SIGNER, GuideStatus.WITH_HEAD

    def records(self, user: User, on: object) -> QuerySet[GuideVersion]:
        return without_own_work(super().records(user, on), by=user)


@waits
class ServiceGuidesToPublish(ServiceGuidesToApprove):
    """Approved: one working day is all there is."""

    label, verb, status = "办事指南待公布", "公布", GuideStatus.APPROVED
    due, what_is_due = "publish_by", "公布"
