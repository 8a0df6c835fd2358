from ninghai.models.audit import AuditEntry, AuditSeal, RefusalCount
from ninghai.models.calendar import ClockEvent, DutyClock, Workday
from ninghai.models.case import Case, CaseAssignment, CaseEvent, CasePaper, CaseSeries
from ninghai.models.files import PublicCopy, StoredFile, VirusScan
from ninghai.models.job import Job, JobKind, JobQuerySet, JobQueue, JobStatus
from ninghai.models.message import Delivery, Message, ReminderDay
from ninghai.models.portal import OnceCreated, PublicChange, SafetyCheck, SavedFilter, UsualReason
from ninghai.models.sealed import DataKey, SealedJSONField, SealedRecord, SealedTextField
from ninghai.models.unit import Unit, UnitGroup
from ninghai.models.user import (
    ADMINISTRATORS,
    OFFICE_ROLES,
    Authenticator,
    Membership,
    PastPassword,
    RecoveryCode,
    Role,
    SignedIn,
    Tries,
    User,
    acts_as,
    visible_by_unit,
)

__all__ = [
    "ADMINISTRATORS",
    "OFFICE_ROLES",
    "AuditEntry",
    "AuditSeal",
    "Authenticator",
    "Case",
    "CaseAssignment",
    "CaseEvent",
    "CasePaper",
    "CaseSeries",
    "ClockEvent",
    "DataKey",
    "Delivery",
    "DutyClock",
    "Job",
    "JobKind",
    "JobQuerySet",
    "JobQueue",
    "JobStatus",
    "Membership",
    "Message",
    "OnceCreated",
    "PastPassword",
    "PublicChange",
    "PublicCopy",
    "RecoveryCode",
    "RefusalCount",
    "ReminderDay",
    "Role",
    "SafetyCheck",
    "SavedFilter",
    "SealedJSONField",
    "SealedRecord",
    "SealedTextField",
    "SignedIn",
    "StoredFile",
    "Tries",
    "Unit",
    "UnitGroup",
    "User",
    "UsualReason",
    "VirusScan",
    "Workday",
    "acts_as",
    "visible_by_unit",
]
