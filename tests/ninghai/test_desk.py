"""The office's start page: today's numbers with the lists behind them; every list of the admin has its group."""

import pytest
from django.contrib import admin
from django.urls import reverse

from ninghai.models import Role
from ninghai.staff_site.groups import DeskGroup
from tests.cast import person
from tests.disclosure.makers import AT, corrected, published

MODELS = list(admin.site._registry)


def test_every_list_has_its_group_and_no_group_is_empty():
    assert {admin.site.group_of(model) for model in MODELS} == set(DeskGroup)


@pytest.mark.django_db
def test_todays_numbers_lead_to_their_lists(client, cast, settings):
    settings.CLOCK_DATE = str(AT.date())
    published(cast, title="今天公开的信息")
    corrected(at=AT)
    client.force_login(cast.office)
    figures = client.get(reverse("admin:index")).context["figures"]

    assert {figure.label: figure.count for figure in figures} == {
        "份填报报送": 0,
        "份填报接收": 0,
        "条信息公开": 1,
        "条纠错留言收到": 1,
    }
    for figure in figures:
        assert client.get(figure.url).context["cl"].result_count == figure.count

    settings.CLOCK_DATE = "2018-12-31"
    assert {figure.count for figure in client.get(reverse("admin:index")).context["figures"]} == {0}


@pytest.mark.django_db
def test_an_administrator_has_no_numbers_of_the_office(client, cast):
    client.force_login(person("system", "系统管理员", cast.county_office, Role.SYSTEM))

    page = client.get(reverse("admin:index"))

    assert "figures" not in page.context
    assert "今天与本周" not in page.text
