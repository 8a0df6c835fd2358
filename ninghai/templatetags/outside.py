"""Links out of the portal, for templates."""

from django import template

from ninghai.web.external_links import leaving_address, with_links

register = template.Library()
register.filter("leaving", leaving_address)
register.filter("with_links", with_links)
