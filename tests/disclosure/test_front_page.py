"""The front page, policies beside their interpretations, the site map, the frame around every page."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from disclosure.models import Item
from ninghai.models import Unit
from ninghai.web.template_filters import leaving_address, with_links
from tests.disclosure.makers import AT, published
from tests.reports.makers import accepted, assignment, issued_notice, moment

INTERPRETATIONS = "/catalogue/interpretations/"


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def section(page: str, name: str) -> str:
    """What stands below that heading of the front page; empty if there is no such section."""
    found = re.search(rf'<h2 id="{name}">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def interpreted(cast, **fields) -> tuple[Item, Item]:
    policy = published(cast, title="关于印发办法的通知", kind=Item.Kind.DOCUMENT, **fields)
    interpretation = published(cast, title="办法的解读", kind=Item.Kind.INTERPRETATION)
    Item.objects.filter(pk=interpretation.pk).update(explains=policy)
    return policy, interpretation


# --- The front page --------------------------------------------------------------------------------------


def test_an_empty_portal_shows_no_empty_columns(client, cast):
    page = client.get("/").content.decode()

    assert "还没有公开的信息" in page
    for name in ("pairs", "progress", "most-used"):
        assert not section(page, name)
    assert "?kind=" not in page


def test_what_is_used_most_stands_first_and_the_unused_not_at_all(client, cast):
    first, second, _ = (published(cast, title=f"第{number}条") for number in "一二三")
    Item.objects.filter(pk=first.pk).update(view_count=3)
    Item.objects.filter(pk=second.pk).update(view_count=7)

    shown = section(client.get("/").content.decode(), "most-used")

    assert shown.index(second.title) < shown.index(first.title)
    assert "第三条" not in shown


def test_a_view_changes_no_front_page(client, cast, settings):
    item = published(cast)
    tag = client.get("/")["ETag"]
    Item.objects.filter(pk=item.pk).update(view_count=5)

    assert client.get("/", HTTP_IF_NONE_MATCH=tag).status_code == 304
    published(cast, title="新公开的一条")
    assert "新公开的一条" in client.get("/", HTTP_IF_NONE_MATCH=tag).content.decode()


def test_the_years_figures_are_those_of_yesterdays_end(client, cast, settings):
    issued_notice(cast)
    accepted(cast, assignment("一1", "县财政局"), at=moment(11, 19), done=True)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"

    before = section(client.get("/").content.decode(), "progress")
    accepted(cast, assignment("一1", "深甽镇"), at=moment(11, 20), done=True)
    cache.clear()
    after = section(client.get("/").content.decode(), "progress")

    assert "截至昨天（2018年11月19日）" in before
    assert before == after
    assert re.search(r"办结 <strong>1</strong>", before)
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-21"
    assert re.search(r"办结 <strong>2</strong>", section(client.get("/").content.decode(), "progress"))


def test_the_front_page_counts_to_yesterdays_end_and_the_pages_of_progress_to_now(client, cast):
    issued_notice(cast)
    accepted(cast, assignment("一1", "县财政局"), at=moment(11, 19), done=True)
    accepted(cast, assignment("一1", "深甽镇"), at=moment(11, 20), done=True)
    year = reverse("tasks:progress-year", args=[2018])
    unit = Unit.objects.get(short_name="县财政局").code

    front, *pages = [
        client.get(page).text for page in ("/", "/progress/", year, f"{year}units/", f"{year}units/{unit}/")
    ]

    assert "截至昨天（2018年11月19日）" in front
    assert re.search(r"办结 <strong>1</strong>", front)
    assert all("到现在为止（2018年11月20日）" in page for page in pages)
    shown = [
        re.search(r"办结 <strong>(\d)|<strong>(\d)</strong><span>(?:(?!</span>).)*办结", page, re.DOTALL)
        for page in pages
    ]
    assert [found and found[found.lastindex or 0] for found in shown] == ["2", "2", "2", "1"]


def test_a_notice_of_today_is_shown_at_once(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-08-13"
    issued_notice(cast)

    page = client.get("/progress/").text

    assert "到现在为止（2018年8月13日）" in page
    assert "目前没有任务" not in page


def test_the_kinds_say_how_much_there_is_and_the_figures_lead_on(client, cast):
    issued_notice(cast)
    for number in range(2):
        published(cast, title=f"第{number}份通告", kind=Item.Kind.ANNOUNCEMENT)

    page = client.get("/").text

    assert '?kind=announcement">通知公告 <span class="soft">2</span>' in page
    assert '<a href="/catalogue/"><strong>2</strong><span>条公开信息</span></a>' in page
    assert '<a href="/progress/2018/"><strong>' in page
    assert '<a href="/progress/2018/?state=overdue"><strong>' in page
    assert page.count("第1份通告") == 1


def test_the_front_page_asks_little(client, cast, django_assert_max_num_queries):
    for number in range(3):
        interpreted(cast, document_number=f"{number}号")
    client.get("/")
    cache.clear()

    with django_assert_max_num_queries(26):
        client.get("/")


# --- Policies beside their interpretations -----------------------------------------------------------------


def test_a_policy_stands_beside_its_interpretation(client, cast):
    policy, interpretation = interpreted(cast)
    published(cast, title="没有解读的文件", kind=Item.Kind.DOCUMENT)

    for page in (client.get(INTERPRETATIONS).content.decode(), section(client.get("/").content.decode(), "pairs")):
        assert page.index(policy.title) < page.index(interpretation.title)
        assert "没有解读的文件" not in page


@pytest.mark.parametrize("gone", [0, 1])
def test_a_pair_of_which_half_is_withdrawn_is_none(client, cast, gone):
    both = interpreted(cast)
    item = Item.objects.get(pk=both[gone].pk)
    item.withdraw(by=cast.office, at=AT, reason=Item.WithdrawalReason.WRONG, explanation="说明")

    page = client.get(INTERPRETATIONS).content.decode()

    assert both[0].title not in page
    assert both[1].title not in page
    assert INTERPRETATIONS not in client.get("/site-map/").content.decode()


def test_a_pair_of_the_future_is_not_shown(client, cast):
    _, interpretation = interpreted(cast)
    Item.objects.filter(pk=interpretation.pk).update(published_at=AT + timedelta(days=30))

    assert interpretation.title not in client.get(INTERPRETATIONS).content.decode()


def test_the_notice_of_the_year_leads_to_its_progress(client, cast):
    notice = issued_notice(cast)
    named = {"title": "关于印发2018年政务公开工作要点的通知", "kind": Item.Kind.DOCUMENT}
    item, other = (published(cast, **named, document_number=number) for number in (notice.document_number, "别的号"))

    assert notice.document_number
    assert 'href="/progress/2018/"' in client.get(item.get_absolute_url()).text
    assert 'href="/progress/2018/"' not in client.get(other.get_absolute_url()).text
    type(notice).objects.filter(pk=notice.pk).update(status="draft")
    assert 'href="/progress/2018/"' not in client.get(item.get_absolute_url()).text


# --- The frame -----------------------------------------------------------------------------------------


def test_the_foot_tells_what_is_set_and_leaves_out_the_rest(client, cast, settings):
    assert "网站标识码" not in client.get("/").content.decode()
    settings.SITE_CODE, settings.ICP_NUMBER, settings.SITE_OPERATOR = "3302260001", "浙ICP备1号", "县大数据局"
    cache.clear()

    page = client.get("/").content.decode()

    for shown in ("网站标识码：3302260001", "浙ICP备1号", "承办单位：县大数据局", "主办单位：", "网站地图", "本页纠错"):
        assert shown in page


def test_every_public_page_has_the_search_once_and_the_way_to_correct(client, cast):
    item = published(cast)
    for address in (
        "/",
        "/catalogue/",
        item.get_absolute_url(),
        "/progress/",
        "/site-map/",
        "/verify/",
        "/disclosure/",
    ):
        page = client.get(address).content.decode()
        assert page.count('role="search"') == 1, address
        assert f"/corrections/new/?page={address}" in page, address


@pytest.mark.parametrize("gone", [False, True])
def test_what_is_not_there_offers_the_search(client, cast, gone):
    item = published(cast)
    if gone:
        item.withdraw(by=cast.office, at=AT, reason=Item.WithdrawalReason.WRONG, explanation="说明")

    response = client.get(item.get_absolute_url() if gone else "/nothing/")

    assert response.status_code == (410 if gone else 404)
    assert response.content.decode().count('name="q"') == 1


def test_a_link_away_goes_through_the_page_that_says_so(client, cast):
    item = published(cast, body="详见 https://example.cn/a?b=1&c=<script>，或本站 http://127.0.0.1:8000/catalogue/。")
    page = client.get(item.get_absolute_url()).content.decode()

    address = re.search(r'href="(/leave/[^"]+)"', page)[1].replace("&amp;", "&")
    leaving = client.get(address).content.decode()

    assert "<script>" not in page
    assert 'href="https://example.cn/a?b=1&amp;c="' in leaving
    assert 'href="http://127.0.0.1:8000/catalogue/' in page


@pytest.mark.parametrize("forged", ["", "https://evil.example/", "https://evil.example/:abc", "javascript:alert(1)"])
def test_nobody_is_led_where_the_portal_does_not_lead(client, db, forged):
    response = client.get(reverse("leave"), {"to": forged})

    assert response.status_code == 404
    assert "evil" not in response.content.decode()


def test_a_signed_link_that_is_changed_leads_nowhere(client, db):
    address = leaving_address("https://example.cn/")

    assert client.get(address).status_code == 200
    assert client.get(address.replace("example", "evil")).status_code == 404


def test_text_around_links_is_escaped():
    assert with_links("<b>没有链接</b>") == "&lt;b&gt;没有链接&lt;/b&gt;"
    assert "<b>" not in with_links("<b>https://example.cn/<b>")
