"""Shares in per cent as pages and papers print them: 100 only of what is whole, 0 only of what is nothing."""

from decimal import ROUND_HALF_UP, Decimal


def percent(*, part: int, whole: int, step: Decimal = Decimal(1)) -> Decimal:
    """Rounded half up to the step; 249 of 250 is 99 and not 100, 1 of 1,000 is 1 and not 0. Nothing of nothing is 0."""
    if part <= 0 or whole <= 0:
        return Decimal(0).quantize(step)
    if part >= whole:
        return Decimal(100).quantize(step)
    rounded = (Decimal(part) * 100 / Decimal(whole)).quantize(step, ROUND_HALF_UP)
    return min(max(rounded, step), 100 - step)


def whole_percent(*, part: int, whole: int) -> int:
    return int(percent(part=part, whole=whole))
