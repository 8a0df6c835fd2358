"""Words that the office or a unit writes for the public beside the items: an answer, a notice, a note, a standing page.

Nobody rules on a hit there, so what is personal is not published at all. Telephones, mail and addresses of offices may
stand in them: they are how the public reaches an office.
"""

from django.core.exceptions import ValidationError

from ninghai.personal_data.finder import find_personal_data
from ninghai.personal_data.hit import Kind

NUMBERS = {Kind.ID_CARD, Kind.DISABILITY_CARD, Kind.MOBILE, Kind.BANK_CARD, Kind.PASSPORT, Kind.PLATE}
OF_OFFICES = {Kind.LANDLINE, Kind.EMAIL, Kind.ADDRESS}


def personal_in(text: str) -> str:
    """Which kinds of personal data the text holds, in words: numbers also with a slip, of the rest what is certain."""
    hits = (
        hit for hit in find_personal_data(text) if hit.kind in NUMBERS or (hit.certain and hit.kind not in OF_OFFICES)
    )
    return "、".join({hit.kind: str(hit.kind.label) for hit in hits}.values())


def require_impersonal(text: str, *, field: str, what: str) -> None:
    """Raise ValidationError beside the field when the words for the public tell about people."""
    if named := personal_in(text):
        raise ValidationError({field: f"{what}会向社会公开，其中有{named}，请删去或者去标识化后再提交。"})
