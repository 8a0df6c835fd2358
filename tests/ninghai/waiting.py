"""What waits for somebody (今天要办): of the portal itself."""

import uuid
from datetime import date, timedelta

from ninghai.accounts.people import grant_role
from ninghai.jobs.queue import queue_job
from ninghai.models import Delivery, Role, SafetyCheck, User, Workday
from ninghai.operations.safety_checks import keep_result
from tests.cast import Cast
from tests.tasks.factories import NOW
from tests.waiting_work import OFFICES, READERS, Piece, waits


@waits("years-without-calendar")
def years_without_calendar(cast: Cast) -> Piece:
    def enter() -> None:
        for year in (2018, 2019):
            Workday.objects.create(date=date(year, 10, 1), kind=Workday.Kind.HOLIDAY, source="通知")

    Workday.objects.filter(date__in=[date(2018, 10, 1), date(2019, 10, 1)]).delete()
    return Piece(OFFICES, enter)


@waits("accounts-without-role")
def accounts_without_role(cast: Cast) -> Piece:
    new = User.objects.create(username="new", name="新来的", date_joined=NOW)
    security = User.objects.get(username="security")
    act = lambda: grant_role(person=new, unit=cast.finance, role=Role.EDITOR, by=security, at=NOW)  # noqa: E731
    return Piece({"security"}, act)


@waits("accounts-never-used")
def accounts_never_used(cast: Cast) -> Piece:
    return Piece({"security"}, lambda: User.objects.update(last_login=NOW))


@waits("sendings-that-failed")
def sendings_that_failed(cast: Cast) -> Piece:
    job = queue_job("email", uuid.uuid4().hex)
    Delivery.objects.create(
        channel="email", recipient=cast.clerk, event="digest:1", status="failed", job=job, ended_at=NOW, error="拒收"
    )
    return Piece({"system"}, after=timedelta(days=8))


def looked(kind: SafetyCheck.Kind, *, is_good: bool, hour: int) -> None:
    at = NOW.replace(hour=hour)
    keep_result(kind=kind, at=at, is_good=is_good, looked_at=1, words="一处：\n《甲》不一致。", url="/")


@waits("checks-that-failed")
def checks_that_failed(cast: Cast) -> Piece:
    looked(SafetyCheck.Kind.TRAIL, is_good=False, hour=3)
    return Piece({"auditor", "security"}, lambda: looked(SafetyCheck.Kind.TRAIL, is_good=True, hour=4))


@waits("content-that-changed")
def content_that_changed(cast: Cast) -> Piece:
    looked(SafetyCheck.Kind.CONTENT, is_good=False, hour=3)
    return Piece(READERS, lambda: looked(SafetyCheck.Kind.CONTENT, is_good=True, hour=4))
