from tasks.models.finding import (
    Finding,
    FindingProof,
    InspectionSheet,
    Mark,
    Objection,
    ObjectionProof,
    Rectification,
    RectificationProof,
    SheetProof,
)
from tasks.models.handover import HandOver, UnitReform
from tasks.models.notice import BreakdownUpload, Place, Responsibility, Rhythm, UnitChoice, WorkPoint, WorkPointNotice
from tasks.models.period import PeriodRecord, Petition, ReportingPeriod
from tasks.models.progress import Evidence, ProgressReport
from tasks.models.score import ScoreEntry, ScoreLine, ScoreRule, ScoreScheme, Scoring, UnitScore
from tasks.models.spot_check import Criterion, Drawn, Rubric, SpotCheck
from tasks.models.task import Assignment, DueDateChange, Task, WorkPointEdition

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
