"""What people do with reports: ask for one, have it rendered again, sign it off, bring it into the catalogue."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from disclosure.models import Item, Topic
from disclosure.services import draft_item
from ninghai.models import AuditEntry, User
from ninghai.moves import StaleError, require
from reports import rules
from reports.circular import catalogue_text
from reports.codes import codes_of
from reports.models import Report
from reports.queue import hand_out
from reports.snapshot import compose, fingerprint, sealed, signed
from reports.snapshot_schema import Kind, Snapshot
from tasks.models import SpotCheck, WorkPointNotice
from tasks.states import NoticeStatus

OPENNESS_MARK = "此件公开发布"
TOPIC = "综合政务\\政务公开"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a report is asked about; `problems` says why it cannot be made, by field, in sentences for the screen."""

    kind: Kind
    notice: WorkPointNotice
    as_of: date
    spot_check: SpotCheck | None = None

    def problems(self, *, today: date) -> dict[str, str]:
        found = {}
        if self.notice.status != NoticeStatus.ISSUED or self.notice.issued_at is None:
            found["notice"] = "这份通知还没有下达，没有可以统计的任务。"
        elif self.as_of < timezone.localtime(self.notice.issued_at).date():
            found["as_of"] = "统计日期不能早于通知下达的日期。"
        if self.as_of > today:
            found["as_of"] = "统计日期不能晚于今天。"
        if self.kind == "spot-check":
            found |= self._problems_of_the_check()
        return found

    def _problems_of_the_check(self) -> dict[str, str]:
        if self.spot_check is None:
            return {"spot_check": "抽查通报要选择一次抽查。如果还没有抽取，请先到“抽查”中抽取。"}
        if self.spot_check.notice_id != self.notice.pk:
            return {"spot_check": "这次抽查属于另一份通知，请重新选择。"}
        if timezone.localtime(self.spot_check.drawn_at).date() > self.as_of:
            return {"spot_check": "这次抽查在统计日期之后才抽取，请选择较晚的统计日期。"}
        return {}


def snapshot_of(request: Request, *, today: date) -> Snapshot:
    """The frozen numbers, sealed with the first code of their hash; raises ValidationError by field."""
    if problems := request.problems(today=today):
        raise ValidationError(problems)
    spot_check = request.spot_check if request.kind == "spot-check" else None
    snapshot = compose(kind=request.kind, notice=request.notice, as_of=request.as_of, spot_check=spot_check)
    return sealed(snapshot, code=next(codes_of(fingerprint(snapshot))))


@transaction.atomic
def request_report(
    *,
    kind: Kind,
    notice: WorkPointNotice,
    as_of: date,
    spot_check: SpotCheck | None = None,
    form_id: UUID,
    by: User,
    at: datetime,
) -> Report:
    """Ask for a report (制作通报): numbers frozen and row stored in one transaction, then a worker is woken.

    The same numbers asked for twice are the same report, and so is the same form sent twice. With the queue away the
    report waits in its row. Raises ValidationError with sentences by field.
    """
    require(rules.can_request(by))
    if earlier := Report.objects.filter(form_id=form_id).first():
        return earlier
    request = Request(kind=kind, notice=notice, as_of=as_of, spot_check=spot_check)
    snapshot = snapshot_of(request, today=timezone.localtime(at).date())
    report = _keep_once(snapshot, request=request, form_id=form_id, by=by, at=at)
    is_ours = (report.form_id, report.requested_at) == (form_id, at)  # else the first of two clicks stored it
    if is_ours:
        AuditEntry.objects.record(
            action="request",
            target=report,
            by=by,
            at=at,
            to_status=report.rendering,
            detail={"key": report.request_key},
        )
        wake_after_commit(report)
    return report


def _keep_once(snapshot: Snapshot, *, request: Request, form_id: UUID, by: User, at: datetime) -> Report:
    """Insert the row unless the same report or form is there, however many ask at once."""
    key = fingerprint(snapshot)
    if same := Report.objects.filter(request_key=key).first():
        return same
    snapshot = sealed(snapshot, code=_free_code(key))
    row = Report(
        kind=request.kind,
        title=snapshot["title"],
        notice=request.notice,
        spot_check=request.spot_check if snapshot["spot_check"] else None,
        as_of=request.as_of,
        request_key=key,
        snapshot=snapshot,
        code=snapshot["code"],
        form_id=form_id,
        requested_by=by,
        requested_at=at,
    )
    Report.objects.bulk_create([row], ignore_conflicts=True)
    return Report.objects.filter(form_id=form_id).first() or Report.objects.get(request_key=key)


def _free_code(sha256: str) -> str:
    return next(code for code in codes_of(sha256) if not Report.objects.filter(code=code).exists())


def wake_after_commit(report: Report) -> None:
    """Hint a worker once the row is there; a queue that is away never breaks the request."""
    transaction.on_commit(lambda: hand_out([report.pk]), robust=True)


@transaction.atomic
def retry_report(*, report: Report, by: User, at: datetime) -> Report:
    """Render again what failed or was cancelled (重新生成)."""
    require(rules.can_retry(by, report))
    report.retry(by=by, at=at)
    wake_after_commit(report)
    return report


def cancel_report(*, report: Report, by: User, at: datetime) -> Report:
    """Cancel a draft that waits or failed (取消)."""
    require(rules.can_cancel(by, report))
    report.cancel(by=by, at=at)
    return report


@transaction.atomic
def sign_report(
    *, report: Report, document_number: str, signed_on: date, by: User, at: datetime, remark: str = OPENNESS_MARK
) -> Report:
    """Sign the draft off (签发): number and day enter the snapshot, which is rendered once more and then never again.

    Raises ValidationError for a day before the numbers or after today, and for a number that is taken.
    """
    require(rules.can_sign(by, report))
    _check_day(report, signed_on, today=timezone.localtime(at).date())
    final = signed(report.snapshot, document_number=document_number, signed_on=signed_on, signer=by, remark=remark)
    final = sealed(final, code=_free_code(fingerprint(final)))
    try:
        with transaction.atomic():
            report.sign(snapshot=final, document_number=document_number, signed_on=signed_on, by=by, at=at)
    except IntegrityError as error:
        raise ValidationError({"document_number": "这个发文字号已经用过，请核对。"}) from error
    wake_after_commit(report)
    return report


def _check_day(report: Report, signed_on: date, *, today: date) -> None:
    if not report.as_of <= signed_on <= today:
        raise ValidationError({"signed_on": f"签发日期应在统计日期（{report.as_of:%Y-%m-%d}）和今天之间。"})


@transaction.atomic
def submit_to_catalogue(*, report: Report, by: User, at: datetime) -> Item:
    """Draft the catalogue item (公开信息) of a signed report with its PDF; then it is reviewed like any other."""
    require(rules.can_submit_to_catalogue(by, report))
    if by.acting is None or report.file is None:
        raise StaleError(report)
    signature = report.snapshot["signed"]
    item = draft_item(
        unit=by.acting.unit,
        form_id=report.form_id,
        by=by,
        at=at,
        attachments=[report.file],
        title=report.title,
        document_number=report.document_number,
        kind=Item.Kind.CIRCULAR,
        topic=Topic.objects.filter(path=TOPIC).first(),
        body=catalogue_text(report.snapshot),
        formed_date=report.signed_on,
        source=settings.OFFICE_NAME,
        openness_mark=signature.get("remark", "") if signature else "",
    )
    report.edit(by=by, at=at, item=item)
    return item
