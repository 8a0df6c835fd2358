"""Decimals of a score: rounded half up to the cent (四舍五入到0.01分), and how they are written."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOT_ASSESSED = "—"
MINUS = "\u2212"  # U+2212: as wide as a digit, which the hyphen is not


def to_the_cent(value: Decimal) -> Decimal:
    """Half a cent goes away from zero: 0.005 → 0.01, -0.005 → -0.01; there is no minus zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP) + Decimal(0)


def plain(value: Decimal) -> str:
    """As it is said in a sentence: 20 and not 20.00, 85.5 and not 85.50."""
    return f"{value.normalize():f}"


def shown(value: Decimal | str | None) -> str:
    """As a page or a paper prints it, with a real minus sign; a dash for what was not assessed."""
    return NOT_ASSESSED if value is None else f"{value}".replace("-", MINUS)


def signed(value: Decimal) -> str:
    """With its sign, plus or minus."""
    return shown(f"{value:+}")
