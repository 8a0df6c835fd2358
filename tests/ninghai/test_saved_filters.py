"""Saved filters: kept under a name, one's own only, and only what the list itself understands."""

import pytest
from django.test import Client

from ninghai.models import SavedFilter
from ninghai.staff_site.list_tools import LONGEST, MOST

LIST = "/admin/ninghai/unit/"
KEEP = f"{LIST}filters/keep/"


@pytest.fixture
def office(cast) -> Client:
    return signed_in(cast.office)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def keep(client: Client, title="街道和镇", query="kind=town", **how):
    return client.post(KEEP, {"title": title, "query": query}, **how)


def test_a_list_is_kept_as_it_is_narrowed_and_comes_back_with_one_tap(office, cast):
    assert f'href="{KEEP}?q=' in office.get(LIST, {"q": "镇", "p": "1"}).content.decode()
    asked = office.get(KEEP, {"q": "镇", "kind": "town"})
    assert asked.context["form"].initial["query"] == "q=%E9%95%87&kind=town"

    response = keep(office, query="q=%E9%95%87&kind=town&p=3&e=1", follow=True)

    kept = SavedFilter.objects.get()
    assert (kept.user, kept.page, kept.title, kept.query) == (
        cast.office,
        "ninghai_unit",
        "街道和镇",
        "q=%E9%95%87&kind=town",
    )
    assert response.redirect_chain == [(f"{LIST}?{kept.query}", 302)]
    assert f'<a href="?{kept.query.replace("&", "&amp;")}">街道和镇</a>' in office.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "列表还没有筛选"),
        ("p=2", "列表还没有筛选"),
        ("planet=mars", "筛选条件无法识别"),
        ("password__startswith=a", "筛选条件无法识别"),
        ("https://example.com/?kind=town", "筛选条件无法识别"),
        ("kind__exact=%00", "筛选条件无法识别"),
        (f"q={'a' * LONGEST}", "筛选条件太长"),
    ],
)
def test_what_the_list_does_not_understand_is_not_kept(office, query, sentence):
    response = keep(office, query=query)

    assert sentence in response.content.decode()
    assert 'value="街道和镇"' in response.content.decode()  # nothing typed is lost
    assert not SavedFilter.objects.exists()


def test_a_name_stands_once_for_a_list(office):
    keep(office)

    response = keep(office, query="kind=street")

    assert "这个列表已有同名的常用筛选" in response.content.decode()
    assert SavedFilter.objects.get().query == "kind=town"


def test_there_are_not_too_many(office, cast):
    SavedFilter.objects.bulk_create(
        SavedFilter(user=cast.office, page="ninghai_unit", title=str(number), query="kind=town")
        for number in range(MOST)
    )

    assert f"最多保存{MOST}个" in keep(office).content.decode()
    assert SavedFilter.objects.count() == MOST


def test_it_is_renamed_and_removed(office):
    keep(office)
    page = f"{LIST}filters/{SavedFilter.objects.get().pk}/"

    renamed = office.post(page, {"title": "乡镇"}, follow=True)
    assert "常用筛选已改名为“乡镇”" in renamed.content.decode()
    assert SavedFilter.objects.get().title == "乡镇"

    assert office.get(f"{page}remove/").status_code in {302, 405}
    removed = office.post(f"{page}remove/", follow=True)
    assert "常用筛选“乡镇”已删除" in removed.content.decode()
    assert not SavedFilter.objects.exists()


def test_anothers_is_not_found(office, cast):
    keep(office)
    pk = SavedFilter.objects.get().pk
    other = signed_in(cast.second_office)

    assert "街道和镇" not in other.get(LIST).content.decode()
    assert other.get(f"{LIST}filters/{pk}/").status_code == 404
    assert other.post(f"{LIST}filters/{pk}/remove/").status_code == 404
    assert office.get(f"/admin/tasks/assignment/filters/{pk}/").status_code == 404
    assert SavedFilter.objects.exists()


def test_who_may_not_see_the_list_keeps_nothing_of_it(cast):
    for user in (cast.clerk, cast.inspector):
        assert keep(signed_in(user)).status_code == 403
    assert not SavedFilter.objects.exists()
