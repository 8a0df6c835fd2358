"""Receipt numbers (受理编号): the day, and nine digits that nobody can guess; easy to read out on the telephone."""

import re
import secrets
import unicodedata
from datetime import date

SHAPE = re.compile(r"(\d{8})(\d{3})(\d{3})(\d{3})")
LONGEST = 20


def draw_receipt_number(*, on: date) -> str:
    """20181120-482-913-557."""
    digits = f"{secrets.randbelow(10**9):09}"
    return f"{on:%Y%m%d}-{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def read_receipt_number(text: str) -> str:
    """The number as it is kept, however it was typed (full-width digits, blanks, no hyphens); empty if it is none."""
    digits = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))
    match = SHAPE.fullmatch(digits)
    return "-".join(match.groups()) if match else ""
