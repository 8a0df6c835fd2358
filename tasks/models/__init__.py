from tasks.models.notice import Responsibility, WorkPoint, WorkPointNotice
from tasks.models.progress import Evidence, ProgressReport
from tasks.models.spot_check import Drawn, Finding, SpotCheck
from tasks.models.task import Assignment, ReportingPeriod, Task

__all__ = [
    "Assignment",
    "Drawn",
    "Evidence",
    "Finding",
    "ProgressReport",
    "ReportingPeriod",
    "Responsibility",
    "SpotCheck",
    "Task",
    "WorkPoint",
    "WorkPointNotice",
]
