"""What people do with reports, in the order of their life: ask, render again, check, sign, publish, circulate."""

from reports.services.batches import cancel_batch, request_batch, retry_batch
from reports.services.circulating import circulate_report, confirm_receipt, submit_to_catalogue
from reports.services.rendering import cancel_report, make_booklet_again, retry_report
from reports.services.requesting import request_report, snapshot_of
from reports.services.sign_off import check_report, send_back_report, sign_report

__all__ = [
    "cancel_batch",
    "cancel_report",
    "check_report",
    "circulate_report",
    "confirm_receipt",
    "make_booklet_again",
    "request_batch",
    "request_report",
    "retry_batch",
    "retry_report",
    "send_back_report",
    "sign_report",
    "snapshot_of",
    "submit_to_catalogue",
]
