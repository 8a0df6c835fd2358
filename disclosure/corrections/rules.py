"""Who may answer an error report: the unit that it reached, and the county office."""

from disclosure.models import Correction
from ninghai.models import Role, User
from ninghai.roles import acts_as

ANSWERING = (Role.OFFICE, Role.EDITOR, Role.REVIEWER)


def answers(user: User) -> bool:
    """Whose affair answering is; the office's head reads."""
    return acts_as(user, *ANSWERING)


def can_answer(user: User, correction: Correction) -> bool:
    """While it waits; every one that the person sees."""
    visible = answers(user) and Correction.objects.visible_to(user).filter(pk=correction.pk).exists()
    return visible and correction.is_waiting
