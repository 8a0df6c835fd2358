"""What units and inspectors fill in, by subject. Errors keep everything typed."""

from tasks.forms.petitions import PetitionForm
from tasks.forms.reports import ReportForm, ReturnForm

__all__ = ["PetitionForm", "ReportForm", "ReturnForm"]
