"""What surrounds every request: broken input, headers, the acting membership."""

import pytest
from django.test import Client
from django.urls import reverse

from ninghai.models import Membership, Role
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/login/?next=%00", "/catalogue/?q=a%00b", "/%00"])
def test_a_nul_in_the_address_is_refused(client, address):
    response = client.get(address)

    assert response.status_code == 400
    assert "UTF-8" in response.content.decode()


def test_a_form_in_another_charset_is_refused_before_it_breaks_anything():
    client = Client(enforce_csrf_checks=True)
    client.get("/login/")

    response = client.post("/login/", data="username=a", content_type="application/x-www-form-urlencoded; charset=gbk")

    assert response.status_code == 400


def test_every_page_carries_the_strict_policy(client):
    policy = client.get("/login/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_signed_in_pages_are_never_cached(client):
    client.force_login(make_cast().clerk)

    assert client.get(reverse("tasks:work")).headers["Cache-Control"] == "no-store"


def test_a_person_with_two_memberships_chooses_the_one_to_act_in(client):
    cast = make_cast()
    second = Membership.objects.create(user=cast.clerk, unit=cast.town, role=Role.REVIEWER)
    client.force_login(cast.clerk)

    client.post(reverse("act-as", args=[second.pk]))

    assert client.get(reverse("tasks:work")).context["user"].acting == second


def test_nobody_acts_in_somebody_elses_membership(client):
    cast = make_cast()
    client.force_login(cast.clerk)

    response = client.post(reverse("act-as", args=[cast.office.acting.pk]))

    assert response.status_code == 404
