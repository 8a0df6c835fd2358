"""The office's start page: today's numbers with the lists behind them, and every list in the group where the office looks for it."""

import re

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
def test_the_start_page_is_in_the_order_of_the_work(client, cast):
    client.force_login(cast.office)
    page = client.get(reverse("admin:index")).content.decode()
    captions = re.findall(r"<caption>(\w+)</caption>", page)

    assert captions == [group for group in DeskGroup if group in captions]
    assert {DeskGroup.NOTICES, DeskGroup.ITEMS, DeskGroup.REPORTS} <= set(captions)
    assert DeskGroup.SETTINGS not in captions


@pytest.mark.django_db
def test_todays_numbers_lead_to_their_lists(client, cast, settings):
    settings.CLOCK_DATE = str(AT.date())
    published(cast, title="今天公开的信息")
    corrected(at=AT)
    client.force_login(cast.office)
    figures = client.get(reverse("admin:index")).context["desk_figures"]

    assert {figure.label: figure.count for figure in figures} == {
        "份填报报送": 0,
        "份填报接收": 0,
        "条信息公开": 1,
        "条纠错留言收到": 1,
    }
    for figure in figures:
        assert client.get(figure.url).context["cl"].result_count == figure.count

    settings.CLOCK_DATE = "2018-12-31"
    assert {figure.count for figure in client.get(reverse("admin:index")).context["desk_figures"]} == {0}


@pytest.mark.django_db
def test_an_administrator_has_no_numbers_of_the_office(client, cast):
    client.force_login(person("system", "系统管理员", cast.county_office, Role.SYSTEM))

    assert client.get(reverse("admin:index")).context["desk_figures"] == []
