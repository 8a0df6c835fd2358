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


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "display", "known"])
@pytest.mark.parametrize("value", ["%00aaaaaaaa", '"\\000aaaaaaaa"'])
def test_a_nul_in_a_cookie_is_refused_however_it_is_written(client, name, value):
    assert client.get("/account/", HTTP_COOKIE=f"{name}={value}").status_code == 400


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


def test_what_was_typed_when_the_session_ended_is_shown_to_be_copied(client):
    form = "http://testserver/work/items/new/"

    response = client.post(
        form, {"title": "写了很久的名称", "new_password1": "不显示的口令"}, headers={"referer": form}
    )

    page = response.content.decode()
    assert response.status_code == 403
    assert '<h3 id="typed-1">名称</h3>' in page
    assert "写了很久的名称" in page
    assert "不显示的口令" not in page
    assert "/login/?next=http%3A%2F%2Ftestserver%2Fwork%2Fitems%2Fnew%2F" in page


@pytest.mark.parametrize("elsewhere", ["https://example.org/work/items/new/", ""])
def test_after_such_a_login_nobody_is_led_to_another_site(client, elsewhere):
    response = client.post("/work/items/new/", {"title": "名称"}, headers={"referer": elsewhere})

    assert "/login/?next=%2Fstart%2F" in response.content.decode()


def test_the_address_of_an_act_says_where_to_go_on_when_it_is_opened(client):
    cast = make_cast()
    client.force_login(cast.clerk)

    response = client.get(reverse("act-as", args=[cast.clerk.acting.pk]))

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert reverse("start") in response.content.decode()
