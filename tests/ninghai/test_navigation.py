"""Which link of the staff menu is marked as the page one is on."""

import pytest

from tests.cast import make_cast
from tests.tasks.factories import signed_in


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/work/", ["我的任务"]),
        ("/work/items/", ["信息公开"]),
        ("/work/messages/", []),
        ("/work/messages/settings/", []),
    ],
)
def test_the_menu_marks_the_page_and_nothing_for_messages(address, marked):
    page = signed_in(make_cast().clerk).get(address)

    assert [link.label for link in page.context["portal"]["work_nav"]() if link.is_current] == marked


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "marked"),
    [("/work/", ["任务"]), ("/work/items/", ["信息"]), ("/work/requests/", []), ("/work/annual-reports/", [])],
)
def test_the_bottom_of_a_phone_marks_no_place_for_a_page_of_another_door(address, marked):
    page = signed_in(make_cast().clerk).get(address)

    assert [link.label for link in page.context["portal"]["places"]() if link.is_current] == marked
