"""How pages are drawn is the visitor's choice: kept in a cookie, without script, and never in another visitor's page."""

import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from disclosure.models import Item
from ninghai.web.display import COOKIE, SHEETS
from tests.cast import Cast
from tests.disclosure.makers import published
from tests.ninghai.test_face import luminance
from tests.worlds import world

LIST = "/catalogue/"
SHEET = Path(__file__).resolve().parents[2] / "static/ninghai/display/contrast.css"
CONTRAST = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", SHEET.read_text(encoding="utf-8")))


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def make_item(cast: Cast) -> Item:
    return published(cast, title="2018年部门预算")


displayed_item = world("displayed_item", make_item, on=("cast",))


@pytest.fixture
def item(displayed_item: Item) -> Item:
    return displayed_item


def visitor(chosen: str = "") -> Client:
    client = Client()
    if chosen:
        client.cookies[COOKIE] = chosen
    return client


def linked(response) -> list[str]:
    """The sheets of modes that a page names."""
    return re.findall(r'data-display="(\w+)"', response.content.decode())


@pytest.mark.django_db
def test_a_choice_is_kept_and_leads_back():
    client = Client()
    response = client.get("/display/", {"mode": "elder", "next": "/catalogue/?q=预算"})

    assert (response.status_code, response["Location"]) == (302, "/catalogue/?q=%E9%A2%84%E7%AE%97")
    assert linked(client.get(LIST)) == ["elder"]
    assert "退出长者模式" in client.get(LIST).content.decode()


@pytest.mark.django_db
def test_a_choice_leaves_the_other_choices_as_they_are():
    client = visitor("contrast.large")
    client.get("/display/", {"mode": "elder"})
    assert linked(client.get(LIST)) == ["contrast", "elder", "large"]

    client.get("/display/", {"mode": "ordinary", "theme": "light", "size": "medium"})
    assert linked(client.get(LIST)) == []


@pytest.mark.django_db
def test_the_page_of_choices_shows_what_is_chosen():
    page = visitor("contrast.largest").get("/display/").content.decode()

    checked = re.findall(r'value="(\w+)"[^>]*checked', page)
    assert checked == ["ordinary", "contrast", "largest"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/display/?mode=elder", ""]
)
def test_the_way_back_stays_within_the_portal(away):
    response = Client().get("/display/", {"mode": "elder", "next": away})

    assert response["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", SHEETS)
@pytest.mark.parametrize("first", ["", "chosen"])
def test_no_visitor_gets_the_page_of_another_mode(item, chosen, first):
    """Whoever asks first, and whatever is kept by then."""
    if first:
        visitor(chosen).get(LIST)
    plain = visitor().get(LIST)
    other = visitor(chosen).get(LIST)

    assert (linked(plain), linked(other)) == ([], [chosen])
    assert linked(visitor().get(LIST)) == []
    assert plain["ETag"] != other["ETag"]
    assert "Cookie" in plain["Vary"]
    assert "Cookie" in other["Vary"]


@pytest.mark.django_db
def test_the_copy_of_another_mode_does_not_hold(item):
    tag = visitor("elder").get(LIST)["ETag"]

    assert visitor().get(LIST, headers={"If-None-Match": tag}).status_code == 200
    assert visitor("elder").get(LIST, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize("made_up", ["evil", "../elder", "<script>", "elder2", "contrast;elder", "x" * 4000, "..."])
def test_a_made_up_choice_is_none_and_fills_no_cache(item, made_up):
    plain = visitor().get(LIST)
    other = visitor(made_up).get(LIST)

    assert other.content == plain.content
    assert other["ETag"] == plain["ETag"]


@pytest.mark.django_db
def test_the_order_of_words_makes_no_other_page(item):
    assert visitor("elder.contrast.evil").get(LIST)["ETag"] == visitor("contrast.elder").get(LIST)["ETag"]


@pytest.mark.django_db
def test_the_choice_holds_for_staff_and_the_office(cast):
    for person, address in ((cast.clerk, "/work/"), (cast.office, "/admin/")):
        client = visitor("contrast")
        client.force_login(person)
        assert linked(client.get(address)) == ["contrast"]


def ratio(one: str, other: str) -> float:
    dark, light = sorted((luminance(CONTRAST[one]), luminance(CONTRAST[other])))
    return (light + 0.05) / (dark + 0.05)


INKS = ["ink", "ink-soft", "brand", "link", "link-strong", "good", "due", "late", "calm", "info"]


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("ground", ["paper", "surface", "surface-soft"])
def test_high_contrast_is_seven_to_one(ink, ground):
    assert ratio(ink, ground) >= 7


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((state, f"{state}-soft") for state in ("good", "due", "late", "calm", "info")),
        ("action-ink", "link"),
        ("brand-ink", "brand"),
        ("ink", "mark"),
        ("link", "info-soft"),
    ],
)
def test_high_contrast_holds_on_colour_too(ink, ground):
    assert ratio(ink, ground) >= 7


@pytest.mark.parametrize("edge", ["line-strong", "line-soft", "focus"])
def test_edges_can_be_seen_in_high_contrast(edge):
    assert ratio(edge, "surface") >= 4.5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last", "back"),
    [
        ("http://testserver/catalogue/?q=1", "/catalogue/?q=1"),
        ("http://elsewhere.example/catalogue/", "/"),
        ("http://testserver/display/", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_a_link_leads_back_to_the_page_on_which_it_stands(last, back):
    assert Client().get("/display/", {"mode": "elder"}, headers={"Referer": last})["Location"] == back


@pytest.mark.django_db
def test_no_link_to_the_displays_names_the_page_on_which_it_stands():
    page = Client().get("/display/", {"next": LIST}).content.decode()

    assert set(re.findall(r'href="(/display/[^"]*)"', page)) == {"/display/", "/display/?mode=elder"}
