from reports.models.batch import ReportBatch
from reports.models.booklet import BookletMaking
from reports.models.receipt import Receipt
from reports.models.report import Report, ReportQuerySet

__all__ = ["BookletMaking", "Receipt", "Report", "ReportBatch", "ReportQuerySet"]
