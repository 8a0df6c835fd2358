"""公开、印发、签收: where a signed report goes."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, cast
from uuid import uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from disclosure.items.drafting import draft_item
from disclosure.models import Item, Topic
from ninghai.models import AuditEntry, Message, Unit, User
from ninghai.models.state_machine import StaleError, require
from ninghai.notifications.notify import notify
from reports import rules
from reports.letters.applications import on_time
from reports.letters.notation import correction, document, until_words
from reports.letters.opinions import limits_kept
from reports.letters.special_check import checked_words
from reports.models import Receipt, Report
from reports.snapshots.schema import ProgressTotals, Snapshot, SpotCheckRow

# The circular as a catalogue page: what the public reads before opening the PDF.


def catalogue_text(snapshot: Snapshot) -> str:
    """The circular's main numbers in a few paragraphs, one a line, and how to verify the file."""
    code = snapshot["code"]
    last = f"全文和各单位情况见附件。附件的真伪可凭核验码{code}在本平台“报告核验”中查询。"
    return "\n".join([*main_numbers(snapshot), last])


def main_numbers(snapshot: Snapshot) -> Iterator[str]:
    """As sentences: as of when, how the work stands, what was ranked, what was checked."""
    notice = snapshot["notice"]
    ground = document(title=notice["title"], number=notice["document_number"])
    yield f"根据{ground}要求，现将截至{until_words(snapshot)}的有关情况通报如下。"
    if corrects := snapshot.get("corrects"):
        yield correction(corrects)
    facts = cast(dict[str, Any], snapshot)
    if totals := facts.get("totals"):
        yield _standing(totals)
    if ranking := facts.get("ranking"):
        yield f"本次考核{len(ranking)}个单位，各单位得分和排名见附件。"
    if check := facts.get("spot_check"):
        yield checked_words(check["findings"]) if check.get("quota") else _check(check)
    if facts.get("taken") is not None and facts.get("first") is not None:
        yield f"受理热线诉求{facts['taken']}件，转办{facts['first']}件。"
    if opinions := facts.get("opinions"):
        yield f"发现政务舆情{opinions['found']}件。{limits_kept(opinions)}"
    if applications := facts.get("applications"):
        yield f"收到申请{applications['received']}件，答复{applications['answered']}件。{on_time(applications)}"


def _standing(totals: ProgressTotals) -> str:
    """What is nought is left out."""
    whole = f"工作要点共{totals['points']}项，涉及{totals['units']}个单位，分解为{totals['assignments']}项次任务。"
    counted = (
        ("已办结", totals["completed"]),
        ("办理中", totals["in_progress"]),
        ("尚未启动", totals["todo"]),
        ("已逾期", totals["overdue"]),
    )
    listed = "，".join(f"{label}{count}项次" for label, count in counted if count)
    return f"{whole}其中{listed}。" if listed else whole


def _check(check: SpotCheckRow) -> str:
    counted = "，".join(f"{row['label']}{row['count']}项次" for row in check["outcomes"] if row["count"])
    found = f"，核查结果为：{counted}" if counted else ""
    inspected = f"已核查{check['inspected']}项次" if check["inspected"] else "正在核查"
    return f"从{check['population']}项次任务中随机抽取{check['size']}项次，{inspected}{found}。"


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
        notify(
            unit,
            kind=Message.Kind.CIRCULATED,
            event=f"report-circulated:{report.pk}:{unit.pk}",
            subject=f"请签收：{report.title}",
            text=f"{report.document_number}已印发，请阅后签收。",
            url=reverse("reports:work-report", args=[report.pk]),
            at=at,
        )
    return len(new)


@transaction.atomic
def confirm_receipt(*, receipt: Receipt, by: User, at: datetime) -> Receipt:
    """Say for the unit that the report has come (签收); the first to say so is named, a second changes nothing."""
    require(rules.can_confirm_receipt(by, receipt))
    if Receipt.objects.filter(pk=receipt.pk, confirmed_at=None).update(confirmed_by=by, confirmed_at=at):
        detail = {"unit": receipt.unit.code}
        AuditEntry.objects.record(action="confirm_receipt", target=receipt.report, by=by, at=at, detail=detail)
    receipt.refresh_from_db()
    return receipt
