"""Addresses within a list, for templates."""

from django import template
from django.http import QueryDict

from ninghai.web.posted import only

register = template.Library()


@register.filter
def known(data: QueryDict, names: str) -> QueryDict:
    """`{{ request.GET|known:"page unit" }}`: of the parameters those that the page itself knows."""
    return only(data, names.split())
