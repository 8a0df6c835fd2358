from tasks.models.breakdown_upload import BreakdownUpload
from tasks.models.edition import WorkPointEdition
from tasks.models.finding import Finding, FindingProof, InspectionSheet, Mark, SheetProof
from tasks.models.handover import HandOver, UnitReform
from tasks.models.notice import Place, Responsibility, Rhythm, UnitChoice, WorkPoint, WorkPointNotice
from tasks.models.objection import Objection, ObjectionProof
from tasks.models.period import PeriodRecord, ReportingPeriod
from tasks.models.petition import Petition
from tasks.models.progress import Evidence, ProgressReport
from tasks.models.rectification import Rectification, RectificationProof
from tasks.models.rubric import Criterion, Rubric
from tasks.models.score import ScoreEntry, ScoreLine, ScoreRule, ScoreScheme, Scoring, UnitScore
from tasks.models.spot_check import Drawn, SpotCheck
from tasks.models.task import Assignment, DueDateChange, Task

__all__ = [
    "Assignment",
    "BreakdownUpload",
    "Criterion",
    "Drawn",
    "DueDateChange",
    "Evidence",
    "Finding",
    "FindingProof",
    "HandOver",
    "InspectionSheet",
    "Mark",
    "Objection",
    "ObjectionProof",
    "PeriodRecord",
    "Petition",
    "Place",
    "ProgressReport",
    "Rectification",
    "RectificationProof",
    "ReportingPeriod",
    "Responsibility",
    "Rhythm",
    "Rubric",
    "ScoreEntry",
    "ScoreLine",
    "ScoreRule",
    "ScoreScheme",
    "Scoring",
    "SheetProof",
    "SpotCheck",
    "Task",
    "UnitChoice",
    "UnitReform",
    "UnitScore",
    "WorkPoint",
    "WorkPointEdition",
    "WorkPointNotice",
]
