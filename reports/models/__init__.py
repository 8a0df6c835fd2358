from reports.models.batch import ReportBatch
from reports.models.receipt import Receipt
from reports.models.report import Report, ReportQuerySet

__all__ = ["Receipt", "Report", "ReportBatch", "ReportQuerySet"]
