"""What a report's page tells of it: its facts, its history, and whose turn it is."""

from collections.abc import Sequence

from django.utils import timezone

from disclosure.models import Item
from ninghai.models import AuditEntry, User
from ninghai.timeline import Event, told
from reports import rules
from reports.models import Receipt, Report
from reports.states import RenderStatus, SignOff

ACTS = {
    "request": "制作，数据固定",
    "edit": "送公开审核",
    "circulate": "印发",
    "confirm_receipt": "签收",
}  # the other acts are told by the state they led to


def facts(report: Report) -> list[tuple[str, object]]:
    """(term, value), what is not there yet left out."""
    rows = [
        ("种类", report.get_kind_display()),
        ("统计日期", f"{report.as_of:%Y-%m-%d} {report.snapshot.get('as_of_time', '')}".rstrip()),
        ("工作要点通知", report.notice),
        ("单位", report.unit),
        ("抽查", report.spot_check),
        ("考核得分", report.scoring),
        ("更正的报告", _named(report.corrects)),
        ("更正件", _named(report.correction)),
        ("制作人", report.requested_by or "系统（定期报告）"),
        ("制作时间", f"{timezone.localtime(report.requested_at):%Y-%m-%d %H:%M}"),
        ("生成状态", report.get_rendering_display()),
        ("签发状态", report.get_status_display()),
        ("核稿人", report.checked_by),
        ("发文字号", report.document_number),
        ("签发日期", f"{report.signed_on:%Y-%m-%d}" if report.signed_on else ""),
        ("公开信息", _standing(report.item)),
        ("核验码", report.code),
        ("文件 SHA-256", report.sha256),
    ]
    return [(term, value) for term, value in rows if value]


def _named(report: Report | None) -> str:
    return f"{report.title}（{report.document_number}）" if report else ""


def _standing(item: Item | None) -> str:
    """How far the report is on its way to the public."""
    if item is None:
        return ""
    return (
        f"{item.get_status_display()}，索引号 {item.index_number}" if item.index_number else item.get_status_display()
    )


def history(report: Report) -> list[Event]:
    """Every act and every turn of the rendering, oldest first."""
    labels: dict[str, str] = {**dict(RenderStatus.choices), **dict(SignOff.choices)}
    entries = AuditEntry.objects.about(report)
    return [told(entry, what=ACTS.get(entry.action) or labels[entry.to_status]) for entry in entries]


def said_of_receipts(receipts: Sequence[Receipt]) -> str:
    """How many of the units that it was circulated to have signed for it."""
    confirmed = sum(receipt.confirmed_at is not None for receipt in receipts)
    return f"已印发 {len(receipts)} 个单位，签收 {confirmed} 个，未签收 {len(receipts) - confirmed} 个。"


def waits_for(report: Report, user: User) -> str:
    """Whose turn it is, where it is not this person's."""
    if not report.is_ready:
        return ""
    if report.status == SignOff.DRAFT and not rules.can_check(user, report):
        return "等待县政府办公室另一位工作人员核稿，核稿后送签发人签发。"
    if report.status == SignOff.CHECKED and not rules.can_sign(user, report):
        return "等待签发人签发。签发后写入发文字号和日期，生成正式文件，之后不再改动。"
    return ""
