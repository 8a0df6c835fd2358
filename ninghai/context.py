"""What every template knows of the portal; what needs the session is asked only by the pages that show it."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ninghai import clock, navigation
from ninghai.display import sheets_of


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "portal": {
            "site_name": settings.SITE_NAME,
            "county_name": settings.COUNTY_NAME,
            "office_name": settings.OFFICE_NAME,
            "operator": settings.SITE_OPERATOR,
            "site_code": settings.SITE_CODE,
            "icp_number": settings.ICP_NUMBER,
            "police_number": settings.POLICE_NUMBER,
            "contact": settings.SITE_CONTACT,
            "errors_url": settings.SITE_ERRORS_URL,
            "demo": settings.DEMO,
            "today": clock.today(),
            "read_only_as_of": getattr(request, "read_only_as_of", None),
            "display": sheets_of(request),
            "site_nav": partial(navigation.site_nav, request),
            "work_nav": partial(navigation.work_nav, request),
            "unread": partial(navigation.unread, request),
            "other_memberships": partial(navigation.other_memberships, request),
        }
    }
