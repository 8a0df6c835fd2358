"""核稿、签发: from a draft that can be read to a paper with number and day, which then never changes."""

import re
from datetime import date, datetime
from itertools import count
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from ninghai.jobs.queue import wake_after_commit
from ninghai.models import User
from ninghai.models.state_machine import require
from reports import rules
from reports.circulation.requests import free_code
from reports.models import Report
from reports.snapshots.snapshot import Printed, fingerprint, sealed, signed

OPENNESS_MARK = "此件公开发布"
NUMBER = re.compile(r"(\w+〔[0-9]{4}〕)([1-9][0-9]*)号")


def proposed_number(report: Report, *, on: date) -> str:
    """The next free 发文字号 after that year's last one of the kind; nothing for the first, whose 代字 nobody knows."""
    signed = Report.objects.filter(kind=report.kind, signed_on__year=on.year).order_by("-signed_on", "-pk")
    last = NUMBER.fullmatch(signed.values_list("document_number", flat=True).first() or "")
    if last is None:
        return ""
    series, number = last[1], int(last[2]) + 1
    taken = set(Report.objects.filter(document_number__startswith=series).values_list("document_number", flat=True))
    return next(each for at in count(number) if (each := f"{series}{at}号") not in taken)


def check_report(*, report: Report, by: User, at: datetime) -> Report:
    """Say that the draft was read and its numbers hold (核稿), so that it can be signed."""
    require(rules.can_check(by, report), "核稿要由县政府办公室的另一位工作人员进行，制作人不能核自己的稿。")
    report.check_over(by=by, at=at)
    return report


def send_back_report(*, report: Report, reason: str, by: User, at: datetime) -> Report:
    """Return a checked draft with a reason (退回)."""
    require(rules.can_send_back(by, report))
    if not reason.strip():
        raise ValidationError({"reason": "请填写退回理由。"})
    report.send_back(reason=reason.strip(), by=by, at=at)
    return report


def take_back_report_check(*, report: Report, by: User, at: datetime) -> Report:
    """Undo (撤销) that this person checked the draft, or sent it back, a moment ago."""
    require(report.may_be_taken_back(by=by, at=at))
    return report.take_back(by=by, at=at)


@transaction.atomic
def sign_report(
    *, report: Report, document_number: str, signed_on: date, by: User, at: datetime, **printed: Unpack[Printed]
) -> Report:
    """Sign the draft off (签发): number and day enter the snapshot, which is rendered once more and then never again.

    So do 主送机关, where it is another one than the draft's, and 抄送机关. Raises ValidationError for a day before the
    numbers or after today, and for a number that is taken or of another year.
    """
    require(rules.can_sign(by, report))
    _check_day(report, signed_on, today=timezone.localtime(at).date())
    _check_year(document_number, signed_on)
    printed.setdefault("remark", OPENNESS_MARK)
    final = signed(report.snapshot, document_number=document_number, signed_on=signed_on, signer=by, **printed)
    final = sealed(final, code=free_code(fingerprint(final)))
    try:
        with transaction.atomic():
            report.sign(snapshot=final, document_number=document_number, signed_on=signed_on, by=by, at=at)
            report.job.retry(by=by, at=at, noted=False)  # the signature says it
    except IntegrityError as error:
        raise ValidationError({"document_number": "这个发文字号已经用过，请核对。"}) from error
    wake_after_commit(report.job)
    return report


def _check_day(report: Report, signed_on: date, *, today: date) -> None:
    if not report.as_of <= signed_on <= today:
        raise ValidationError({"signed_on": f"签发日期应在统计日期（{report.as_of:%Y-%m-%d}）和今天之间。"})


def _check_year(document_number: str, signed_on: date) -> None:
    """发文字号 are counted anew each year, so the year in the brackets is the one in which the paper is signed."""
    if f"〔{signed_on.year}〕" not in document_number:
        raise ValidationError(
            {"document_number": f"发文字号的年份应与签发日期的年份一致，请写作“〔{signed_on.year}〕”，或更正签发日期。"}
        )
