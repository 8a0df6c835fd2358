"""Acts that cannot be undone choose no year by themselves: whose notice it is, the person says."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.tasks import issued
from tests.tasks.factories import signed_in

PAGES = {
    "/admin/tasks/spotcheck/add/": ["notice"],
    "/admin/reports/report/add/?kind=progress": ["notice"],
    "/admin/reports/reportbatch/add/": ["notice"],
    "/admin/tasks/scorescheme/add/": ["notice"],
    "/admin/tasks/scoring/add/": ["scheme"],
}


@pytest.mark.parametrize("years", [(2018,), (2018, 2019)])
@pytest.mark.parametrize("page", PAGES)
def test_no_year_is_chosen_beforehand_and_none_is_refused_in_words(cast, page, years):
    for year in years:
        issued.issued_notice(cast, year=year)
    office = signed_in(cast.office)

    form = office.get(page).context["form"]
    for name in PAGES[page]:
        field = form[name]
        assert field.value() in (None, "")
        assert next(iter(field.field.choices)) == ("", "请选择")
        assert "请选择" in str(field)

    sent = office.post(page, {"sent": "1", **dict(parse_qsl(urlsplit(page).query))})
    assert set(PAGES[page]) <= sent.context["form"].errors.keys()
