"""The pages of a special check of guides, as its people see them: what an eye and axe object to, at a desk and on a phone."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from tasks.models import Drawn, Finding, SpotCheck
from tests.browser.objections import objections
from tests.browser.people import Opening
from tests.cast import Cast

KEY = "002-0001"


def of_guides() -> SpotCheck:
    return SpotCheck.objects.get(subject=SpotCheck.Subject.GUIDES)


def inspected() -> Drawn:
    return of_guides().drawn.get(key=KEY)


def waiting() -> Drawn:
    return of_guides().drawn.exclude(key=KEY).get()


def found() -> Finding:
    return inspected().finding


def in_office(name: str, pk: Callable[[], int]) -> Callable[[], str]:
    return lambda: reverse(f"admin:tasks_{name}_change", args=[pk()])


PAGES = {
    "a sheet to correct": ("inspector", lambda: inspected().get_absolute_url()),
    "a sheet to fill in": ("inspector", lambda: waiting().get_absolute_url()),
    "the unit's finding": ("clerk", lambda: found().get_absolute_url()),
    "the check": ("office", in_office("spotcheck", lambda: of_guides().pk)),
    "its quotas": ("office", lambda: f"{in_office('spotcheck', lambda: of_guides().pk)()}?tab=quota"),
    "the office's sheet": ("office", in_office("drawn", lambda: inspected().pk)),
    "the office's finding": ("office", in_office("finding", lambda: found().pk)),
    "the form": ("office", lambda: reverse("admin:disclosure_service_special_check")),
}


@pytest.mark.parametrize("name", PAGES)
def test_nobody_finds_a_fault(county: Cast, opening: Opening, name):
    who, address = PAGES[name]
    page = opening(getattr(county, who))

    page.goto(address())

    assert objections(page) == []
