"""Every refusal and every fault is a page in the portal's language: what happened, what to do, the number of the error."""

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import include, path

from disclosure.items.lifecycle import withdraw_item
from ninghai.web import views
from ninghai.web.http import too_often
from ninghai.web.quick_reads import takes_long
from tests.disclosure.makers import AT, published

CALM = "default-src 'none'"


@login_not_required
def too_long(request):
    raise OperationalError from psycopg.errors.QueryCanceled()


@login_not_required
@takes_long
def whole_too_long(request):
    raise OperationalError from psycopg.errors.QueryCanceled()


@login_not_required
def away(request):
    raise OperationalError from psycopg.OperationalError("connection refused")


@login_not_required
def crossed(request):
    raise OperationalError from psycopg.errors.DeadlockDetected()


@login_not_required
def broken(request):
    raise ValueError("a detail that nobody may see")


@login_not_required
def often(request):
    return too_often(request, what="查询", minutes=10)


urlpatterns = [
    path("too-long/", too_long),
    path("whole-too-long/", whole_too_long),
    path("away/", away),
    path("crossed/", crossed, name="display"),  # what acts stands in the permission table
    path("broken/", broken),
    path("often/", often),
    path("", include("ninghai.urls")),
]
handler400, handler500 = views.bad_request, views.server_error


@pytest.fixture(scope="module", autouse=True)
def _addresses_of_this_file():
    """Set once: the addresses of the whole portal are read anew each time."""
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def page_of(response, code: int) -> str:
    """A whole page in Chinese, with its number and the strict headers."""
    page = response.content.decode()
    assert response.status_code == code
    assert '<html lang="zh-CN">' in page
    assert f"错误代码 {code}" in page
    assert CALM in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    return page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("/nothing/", 404, "没有找到您要的页面"),
        ("/catalogue/?q=%00", 400, "编码不正确"),
        ("/often/", 429, "您所在的网络在10分钟内查询的次数过多"),
        ("/broken/", 500, "系统出错，请稍后再试"),
        ("/too-long/", 503, "这次查询用时过长"),
        ("/whole-too-long/", 500, "系统出错，请稍后再试"),
        ("/away/", 503, "系统暂时不能使用"),
        ("/crossed/", 409, "有别的操作正在同时修改同一批内容"),
    ],
)
@pytest.mark.parametrize("chosen", ["", "contrast.elder"])
def test_a_visitor_is_told_what_to_do(client, address, code, words, chosen):
    if chosen:
        client.cookies["display"] = chosen
    page = page_of(client.get(address), code)

    assert words in page
    assert "a detail" not in page
    assert page.count("data-display") == len(chosen.split(".")) * bool(chosen)


@pytest.mark.django_db
def test_a_withdrawn_item_says_so(client, cast):
    item = published(cast, title="2018年部门预算")
    withdraw_item(item=item, reason="wrong", explanation="有误", by=cast.office, at=AT)

    assert "部门预算" not in page_of(client.get(item.get_absolute_url()), 410)


@pytest.mark.django_db
def test_staff_are_told_what_is_not_theirs(client, cast):
    client.force_login(cast.clerk)

    assert "切换身份" in page_of(client.get("/admin/", follow=True), 403)
    assert "回到工作台" in page_of(client.get("/account/sessions/end-others/"), 405)


@pytest.mark.django_db
def test_too_much_at_once_says_how_much(client, settings):
    settings.REQUEST_LIMIT = 10
    page = page_of(client.post("/login/", {"username": "a" * 20}), 413)

    assert "不能超过" in page


@pytest.mark.django_db
def test_what_was_typed_while_the_database_is_away_can_be_copied(client):
    response = client.post("/away/", {"note": "写了很久的说明"})

    assert "写了很久的说明" in page_of(response, 503)
    assert response["Retry-After"] == "60"
