"""How the titles of reports are put together, and whom they address."""

from datetime import date

from django.conf import settings

EVERYBODY = "各乡镇人民政府、街道办事处，县政府直属各单位："


def until(as_of: date) -> str:
    """The last day told, which tells a report from the year's others."""
    return f"（截至{as_of.year}年{as_of.month}月{as_of.day}日）"


def titled(subject: str, *, form: str = "通报") -> str:
    return f"{settings.OFFICE_NAME}关于{subject}的{form}"
