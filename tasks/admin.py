"""The county office's pages of `tasks` in the admin, each room's own, and its desk; the hand-over is the security administrator's."""

from tasks.assignments import admin as assignments
from tasks.assignments import desk, waiting
from tasks.handovers import people, unit_reform
from tasks.notices.admin import notice, units
from tasks.periods import admin as periods
from tasks.petitions import admin as petitions
from tasks.progress import admin as progress
from tasks.scoring import admin as scoring
from tasks.scoring import entry_admin, scheme_admin
from tasks.spot_checks import admin as spot_checks
from tasks.spot_checks import rubrics
from tasks.spot_checks import waiting as spot_check_waiting

__all__ = [
    "assignments",
    "desk",
    "entry_admin",
    "notice",
    "people",
    "periods",
    "petitions",
    "progress",
    "rubrics",
    "scheme_admin",
    "scoring",
    "spot_check_waiting",
    "spot_checks",
    "unit_reform",
    "units",
    "waiting",
]
