"""How the titles of reports are put together, and whom they address."""

from datetime import date

from django.conf import settings

EVERYBODY = "各乡镇人民政府、街道办事处，县政府直属各单位："


def until(as_of: date, *, since: date | None = None) -> str:
    """The last day told, or the period, which tells a report from the year's others."""
    return f"（{_day(since)}至{_day(as_of)}）" if since else f"（截至{_day(as_of)}）"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def titled(subject: str, *, form: str = "通报") -> str:
    return f"{settings.OFFICE_NAME}关于{subject}的{form}"
