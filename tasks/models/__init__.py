from tasks.models.notice import Responsibility, Rhythm, UnitChoice, WorkPoint, WorkPointNotice
from tasks.models.period import PeriodRecord, ReportingPeriod
from tasks.models.petition import Petition
from tasks.models.progress import Evidence, ProgressReport
from tasks.models.rubric import Criterion, Rubric
from tasks.models.score import ScoreEntry, ScoreLine, ScoreRule, ScoreScheme, Scoring, UnitScore
from tasks.models.spot_check import (
    Drawn,
    Finding,
    FindingProof,
    Mark,
    Objection,
    ObjectionProof,
    Rectification,
    RectificationProof,
    SpotCheck,
)
from tasks.models.task import Assignment, DueDateChange, Task

__all__ = [
    "Assignment",
    "Criterion",
    "Drawn",
    "DueDateChange",
    "Evidence",
    "Finding",
    "FindingProof",
    "Mark",
    "Objection",
    "ObjectionProof",
    "PeriodRecord",
    "Petition",
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
    "SpotCheck",
    "Task",
    "UnitChoice",
    "UnitScore",
    "WorkPoint",
    "WorkPointNotice",
]
