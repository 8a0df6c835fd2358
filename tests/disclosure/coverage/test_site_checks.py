"""The site checks: what inspectors count against the site, from what is public."""

from datetime import date, timedelta

import pytest

from disclosure.coverage.site_checks import site_checks
from disclosure.items.lifecycle import withdraw_item
from disclosure.models import Item
from tests.disclosure import makers
from tests.disclosure.coverage.county import ON, moment, public


def check(name: str, on: date = ON):
    return next(each for each in site_checks(at=moment(on, 23)).checks if each.name == name)


def column(name: str, on: date = ON):
    return next(each for each in site_checks(at=moment(on, 23)).columns if each.name == name)


@pytest.mark.parametrize(("days", "is_kept"), [(14, True), (15, False)])
def test_the_home_page_has_something_new_every_two_weeks(cast, days, is_kept):
    public(cast, ON - timedelta(days=days))

    assert check("首页更新").is_kept is is_kept


def test_a_site_without_anything_fails(db):
    found = site_checks(at=moment(ON))

    assert (check("首页更新").is_kept, check("首页更新").figure) == (False, "没有公开过信息")
    assert not check("空栏目").is_kept
    assert all(each.state == "空栏目，首页不显示" for each in found.columns)


@pytest.mark.parametrize(
    ("kind", "name", "last", "state"),
    [
        ("announcement", "通知公告", date(2018, 5, 20), "更新及时"),
        ("announcement", "通知公告", date(2018, 5, 19), "未及时更新"),
        ("document", "政策文件", date(2018, 5, 19), "未及时更新"),
        ("other", "其他信息", date(2018, 11, 6), "更新及时"),
        ("other", "其他信息", date(2018, 11, 5), "未及时更新"),
    ],
)
def test_a_column_is_updated_by_its_kind(cast, kind, name, last, state):
    public(cast, last, kind=kind)

    assert (column(name).last_on, column(name).state) == (last, state)


@pytest.mark.parametrize(("stale", "is_kept"), [(4, True), (5, False)])
def test_five_columns_out_of_date_fail_the_site(cast, stale, is_kept):
    for place, kind in enumerate(Item.Kind.values):
        public(cast, date(2017, 1, 3) if place < stale else ON, kind=kind)

    found = check("栏目未及时更新")
    assert (found.is_kept, found.figure.startswith(f"{stale}个：政策文件、")) == (is_kept, True)


@pytest.mark.parametrize(("empty", "is_kept"), [(4, True), (5, False)])
def test_five_empty_columns_fail_the_site(cast, empty, is_kept):
    for kind in Item.Kind.values[empty:]:
        public(cast, ON, kind=kind)

    assert check("空栏目").is_kept is is_kept


def test_what_was_taken_over_or_withdrawn_is_nothing_new(cast):
    makers.as_imported(public(cast, ON, kind="plan"), on=date(2016, 1, 4))
    gone = public(cast, ON, kind="plan")
    wrong = Item.WithdrawalReason.WRONG
    withdraw_item(item=gone, reason=wrong, explanation="有误", by=cast.office, at=moment(ON, 11))

    assert (column("规划计划").last_on, column("规划计划").state) == (date(2016, 1, 4), "未及时更新")


def test_older_items_without_their_day_are_counted(cast):
    item = public(cast, ON)
    Item.objects.filter(pk=item.pk).update(is_imported=True)

    assert check("没有发布时间的信息").figure == "1条导入的历史信息没有原发布日期"
    assert not check("没有发布时间的信息").is_kept


def test_it_stands_on_the_page_of_the_matrix(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = ON.isoformat()
    client.force_login(cast.office)

    page = client.get("/admin/disclosure/coveragecell/matrix/").content.decode()

    assert "网站检查：2项不合格" in page
    assert "请立即公开新的信息。" in page
