"""The request as the portal's views know it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ninghai.models import User


class AuthenticatedRequest(HttpRequest):
    """A request behind the login; `user.acting` is the membership in which the person acts, `htmx` is true when htmx asks."""

    user: User
    htmx: HtmxDetails
