"""What people do with reports, in the order of their life.

`requests` asks for them, one by one or for every unit, `sign_off` checks and signs them, `circulating` brings them to the
public and to units; the pages are `report_page` and `batch_pages` for the office, `views` for the units. `waiting` is what
waits for whom.
"""

from reports.circulation.circulating import circulate_report, confirm_receipt, submit_to_catalogue
from reports.circulation.requests import (
    cancel_batch,
    cancel_report,
    make_booklet_again,
    request_batch,
    request_report,
    retry_batch,
    retry_report,
    snapshot_of,
)
from reports.circulation.sign_off import check_report, send_back_report, sign_report

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
