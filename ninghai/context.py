"""What every template knows of the portal."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ninghai import clock
from ninghai.navigation import work_nav


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "portal": {
            "site_name": settings.SITE_NAME,
            "county_name": settings.COUNTY_NAME,
            "office_name": settings.OFFICE_NAME,
            "demo": settings.DEMO,
            "today": clock.today(),
            "work_nav": work_nav(request),
        }
    }
