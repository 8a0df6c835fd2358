"""A small catalogue: two headings, three duties."""

import pytest

from disclosure.models import BasicCatalogue, CatalogueEntry
from tests.disclosure.basic_catalogue.makers import duty
from tests.disclosure.makers import county_catalogue


@pytest.fixture
def catalogue(cast) -> BasicCatalogue:
    """01 财政 → 0101 预算, 0102 决算; 02 规划 → 0201 专项规划. The finance office owes 0101."""
    county = county_catalogue()
    finance = CatalogueEntry.objects.create(catalogue=county, code="01", name="财政", position=1)
    duty(finance, "0101", "预算", position=2, units=[cast.finance])
    duty(finance, "0102", "决算", position=3)
    plans = CatalogueEntry.objects.create(catalogue=county, code="02", name="规划", position=4)
    duty(plans, "0201", "专项规划", position=5)
    return county
