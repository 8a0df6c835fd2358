"""公开、印发、签收: where a signed report goes."""

from collections.abc import Collection
from datetime import datetime
from uuid import uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from disclosure.models import Item, Topic
from disclosure.services import draft_item
from ninghai.messaging.telling import Announcement, tell_unit
from ninghai.models import AuditEntry, Message, Role, Unit, User
from ninghai.moves import StaleError, require
from reports import rules
from reports.circular import catalogue_text
from reports.models import Receipt, Report

TOPIC = "综合政务\\政务公开"


@transaction.atomic
def submit_to_catalogue(*, report: Report, by: User, at: datetime) -> Item:
    """Draft the catalogue item (公开信息) of a signed report with its PDF; then it is reviewed like any other.

    Raises StaleError when it was brought there before.
    """
    require(rules.can_circulate(by, report), "只有已签发并生成正式文件的报告可以送公开审核。")
    if not rules.can_submit_to_catalogue(by, report):
        raise StaleError(report)
    if by.acting is None or report.file is None:
        raise StaleError(report)
    signature = report.snapshot["signed"]
    again = report.item  # the draft of before was given up: the next one is another
    item = draft_item(
        unit=by.acting.unit,
        form_id=uuid5(report.form_id, f"{again.pk}") if again else report.form_id,
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


@transaction.atomic
def circulate_report(*, report: Report, units: Collection[Unit], by: User, at: datetime) -> int:
    """Send the signed report to units (印发), each of which confirms that it has come; return to how many it is new.

    Raises ValidationError when no unit was chosen.
    """
    require(rules.can_circulate(by, report))
    if not units:
        raise ValidationError({"units": "请选择要印发的单位。"})
    there = set(Receipt.objects.filter(report=report, unit__in=units).values_list("unit", flat=True))
    new = [unit for unit in units if unit.pk not in there]
    Receipt.objects.bulk_create(
        [Receipt(report=report, unit=unit, sent_by=by, sent_at=at) for unit in new], ignore_conflicts=True
    )
    if new:
        detail = {"units": [unit.code for unit in new]}
        AuditEntry.objects.record(action="circulate", target=report, by=by, at=at, detail=detail)
    for unit in new:
        _tell(report, unit=unit, at=at)
    return len(new)


def _tell(report: Report, *, unit: Unit, at: datetime) -> None:
    announcement = Announcement(
        kind=Message.Kind.CIRCULATED,
        event=f"report-circulated:{report.pk}:{unit.pk}",
        subject=f"请签收：{report.title}",
        text=f"{report.document_number}已印发，请阅后签收。",
        url=reverse("reports:work-report", args=[report.pk]),
    )
    tell_unit(unit=unit, roles=[Role.EDITOR, Role.REVIEWER], announcement=announcement, at=at)


@transaction.atomic
def confirm_receipt(*, receipt: Receipt, by: User, at: datetime) -> Receipt:
    """Say for the unit that the report has come (签收); the first to say so is named, a second changes nothing."""
    require(rules.can_confirm_receipt(by, receipt))
    if Receipt.objects.filter(pk=receipt.pk, confirmed_at=None).update(confirmed_by=by, confirmed_at=at):
        detail = {"unit": receipt.unit.code}
        AuditEntry.objects.record(action="confirm_receipt", target=receipt.report, by=by, at=at, detail=detail)
    receipt.refresh_from_db()
    return receipt
