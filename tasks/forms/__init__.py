"""What units and inspectors fill in, by subject. Errors keep everything typed."""

from tasks.forms.inspections import FindingForm
from tasks.forms.petitions import PetitionForm
from tasks.forms.reports import ReportForm, ReturnForm

__all__ = ["FindingForm", "PetitionForm", "ReportForm", "ReturnForm"]
