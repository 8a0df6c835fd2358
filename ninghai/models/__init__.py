from ninghai.models.audit import AuditEntry
from ninghai.models.audit_seal import AuditSeal
from ninghai.models.door import Authenticator, PastPassword, RecoveryCode, SignedIn, Tries
from ninghai.models.duty_clock import ClockEvent, DutyClock
from ninghai.models.message import Delivery, Message, ReminderDay
from ninghai.models.once import OnceCreated
from ninghai.models.public_change import PublicChange
from ninghai.models.public_copy import PublicCopy
from ninghai.models.refusal import RefusalCount
from ninghai.models.safety_check import SafetyCheck
from ninghai.models.saved_filter import SavedFilter
from ninghai.models.stored_file import StoredFile
from ninghai.models.unit import Unit, UnitGroup
from ninghai.models.user import Membership, Role, User
from ninghai.models.virus_scan import VirusScan
from ninghai.models.workday import Workday

__all__ = [
    "AuditEntry",
    "AuditSeal",
    "Authenticator",
    "ClockEvent",
    "Delivery",
    "DutyClock",
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
    "SignedIn",
    "StoredFile",
    "Tries",
    "Unit",
    "UnitGroup",
    "User",
    "VirusScan",
    "Workday",
]
