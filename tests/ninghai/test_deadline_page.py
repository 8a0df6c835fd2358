"""`/deadline/`: anybody reckons a limit of the law, and reads how it was found."""

from html import unescape

import pytest
from django.urls import reverse

from fixtures.reference_data import load_workdays

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar():
    load_workdays()


def ask(client, **given: str):
    response = client.get("/deadline/", given)
    return response.status_code, unescape(response.content.decode())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"what": "request", "day": "2018-11-20"}, "最迟2018年12月11日（星期二）</span>行政机关作出答复"),
        ({"what": "request", "day": "2019-05-14"}, "最迟2019年6月4日（星期二）"),
        ({"what": "request", "day": "2019-05-15"}, "最迟2019年6月13日（星期四）"),
        ({"what": "request", "day": "2019-05-15", "extended": "20"}, "最迟2019年7月11日"),
        ({"what": "request", "day": "2019-06-03", "amended": "2019-06-20"}, "最迟2019年7月18日"),
        (
            {"what": "request", "day": "2019-09-02", "paused_from": "2019-09-09", "paused_to": "2019-09-25"},
            "最迟2019年10月21日",
        ),
        ({"what": "request", "day": "2019-09-02", "paused_from": "2019-09-09"}, "期限暂停中"),
        ({"what": "amend_notice", "day": "2019-06-03"}, "最迟2019年6月13日"),
        ({"what": "third_party", "day": "2019-09-09"}, "第三方提出意见"),
        ({"what": "remedy_review", "day": "2018-11-20"}, "最迟2019年1月21日（星期一）</span>申请人申请行政复议"),
        ({"what": "remedy_suit", "day": "2018-11-20"}, "最迟2019年5月20日"),
        ({"what": "remedy_suit", "day": "2024-01-02"}, "应当先申请行政复议"),
    ],
)
def test_what_happened_leads_to_the_day(client, given, told):
    status, page = ask(client, **given)

    assert status == 200
    assert told in page


def test_how_it_was_found_and_by_which_rules_is_told_step_by_step(client):
    _, old = ask(client, what="request", day="2018-11-20")
    _, new = ask(client, what="request", day="2019-09-02")

    assert "<li>自2018-11-20起算（当日不计），时限15个工作日</li>" in old
    assert "<dd>《政府信息公开条例》（2008年施行）</dd>" in old
    assert "最多再延长15个工作日，最迟到2019-01-02。" in old
    assert "<dd>《政府信息公开条例》（2019年修订）</dd>" in new
    assert "第五十一条" in new


def test_before_anything_is_asked_it_says_what_an_application_of_today_leads_to(client, settings):
    settings.CLOCK_DATE = "2018-11-20"

    _, page = ask(client)

    assert '今天（2018-11-20）收到申请：<span class="whole">最迟2018年12月11日' in page
    assert 'value="2018-11-20"' in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"what": "request"}, "请填写日期。"),
        ({"day": "2018-11-20"}, "请选择发生了什么。"),
        ({"what": "opinion_first", "day": "2018-11-20"}, "请选择发生了什么。"),
        ({"what": "request", "day": "2018-11-31"}, "这不是日期"),
        ({"what": "request", "day": "2008-04-30"}, "还没有施行"),
        ({"what": "request", "day": "9999-12-31"}, "日期应在2008年到2099年之间"),
        ({"what": "amend_notice", "day": "2018-11-20"}, "没有规定“一次性告知申请人补正”的期限"),
        ({"what": "request", "day": "2018-11-20", "extended": "16"}, "最多延长15个工作日"),
        ({"what": "request", "day": "2018-11-20", "extended": "0"}, "1"),
        ({"what": "request", "day": "2018-11-20", "amended": "2018-11-19"}, "不能早于收到申请的日期"),
        ({"what": "request", "day": "2018-11-20", "paused_to": "2018-11-30"}, "请填写哪天开始征求意见"),
        (
            {"what": "request", "day": "2018-11-20", "paused_from": "2018-11-22", "paused_to": "2018-11-21"},
            "收到意见不能早于开始征求意见",
        ),
        ({"what": "remedy_suit", "day": "2018-11-20", "extended": "5"}, "这一项只用于计算答复申请的期限"),
    ],
)
def test_what_cannot_be_reckoned_is_said_at_its_field_and_nothing_typed_is_lost(client, given, sentence):
    status, page = ask(client, **given)

    assert status == 422
    assert sentence in page
    assert all(f'value="{value}"' in page for value in given.values() if value != "opinion_first")


def test_it_is_found_from_where_a_citizen_looks(client):
    for address in ("/disclosure/", "/site-map/"):
        assert f'href="{reverse("deadline")}"' in client.get(address).content.decode()
