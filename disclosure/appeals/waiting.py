"""What waits for a person about appeals and complaints (今天要办): to be answered, signed, urged."""

from datetime import date

from django.db.models import QuerySet

from disclosure.appeals.kind import APPEALS
from disclosure.models import AppealUnit
from disclosure.requests.desk.waiting import OfRequest, RequestsToUrge
from ninghai.accounts.permission_table import CLERK, HEAD, OFFICE, SIGNER
from ninghai.models import Case, CaseEvent, User
from ninghai.staff_site.inbox import waits


class OfAppeal(OfRequest):
    matter, listed_with = APPEALS, AppealUnit


@waits
class AppealsToAnswer(OfAppeal):
    label, verb, roles, status = "申诉投诉待答复", "答复", CLERK | OFFICE, "handling"


@waits
class AppealsToSign(OfAppeal):
    """Whoever drafted the answer does not sign it."""

    label, verb, roles, status = "申诉投诉答复待签发", "签发", HEAD | SIGNER, "with_head"

    def records(self, user: User, on: date) -> QuerySet[Case]:
        return super().records(user, on).exclude(CaseEvent.done_by(user, "proposed"))


@waits
class AppealsToUrge(RequestsToUrge):
    label, matter, listed_with = "申诉投诉逾期未答复", APPEALS, AppealUnit
    place = "admin:disclosure_appealunit_changelist"
