"""One search for public, unit and hotline; what was asked in vain is counted without a person; did it help."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from disclosure.knowledge.public import knowledge_list
from disclosure.knowledge.search import best_answers, forget_missed, missed
from disclosure.models import KnowledgeVotes, MissedQuestion, Topic
from tests.disclosure.knowledge.makers import AT, QUESTION, drafted, published
from tests.tasks.factories import signed_in

pytestmark = pytest.mark.django_db
DAY = AT.date()


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


# The search.


def test_the_public_list_finds_by_words_and_narrows(cast):
    topic = Topic.objects.create(code="09", name="卫生", path="卫生")
    published(cast, topic=topic)
    published(cast, question="代理记账许可要带什么？", other_words="会计", source_words="会计法", fields=[])
    drafted(cast, question="还没有公布的食品问题")
    client = Client()

    page = shown(client, "/knowledge/?q=食品经营")
    assert QUESTION in page
    assert "代理记账许可要带什么" not in page
    assert "还没有公布" not in page
    assert QUESTION in shown(client, "/knowledge/?q=卫生证")
    assert "代理记账许可要带什么" not in shown(client, "/knowledge/?topic=09")
    assert "没有找到这样的解答" in shown(client, "/knowledge/?topic=没有")
    assert QUESTION in shown(client, "/feeds/knowledge.xml")
    assert "/knowledge/answer/" in shown(client, "/sitemap-pages.xml")


def test_the_interface_lists_and_narrows(cast):
    published(cast)
    client = Client()

    found = client.get("/api/v1/knowledge/?q=食品经营").json()

    assert (found["count"], found["next"], found["answers"][0]["question"]) == (1, None, QUESTION)
    assert client.get("/api/v1/knowledge/?unit=没有").status_code == 422
    assert client.get("/api/v1/knowledge/999999999999/").status_code == 404


def test_a_caller_s_sentence_finds_the_answer(cast):
    fee = published(cast)
    published(cast, question="代理记账许可要带什么？", other_words="会计")

    found = best_answers("你好，我想问一下我开个小饭店，食品经营的那个许可现在办下来要多少钱啊", on=DAY)

    assert found[0] == fee
    assert best_answers("完全无关的恐龙化石", on=DAY) == []
    assert best_answers("", on=DAY) == []


def test_what_is_called_so_stands_first_then_the_latest_and_none_twice(cast):
    said = {"source_words": "会计法", "fields": []}
    called = published(cast, question="代理记账", **said)
    begin = [published(cast, question=f"代理记账许可{words}？", **said) for words in ("多久", "找谁", "交给谁")]
    mentions = published(cast, question="会计怎样备案？", answer="先办代理记账。", **said)

    assert best_answers("代理记账", on=DAY, most=3) == [called, *begin[:0:-1]]
    assert best_answers("代理记账", on=DAY, most=9) == [called, *begin[::-1], mentions]


def test_a_sentence_finds_nothing_that_is_over(cast):
    published(cast, valid_until=DAY)

    assert best_answers("食品经营许可多少钱", on=DAY + timedelta(days=1)) == []


def test_a_unit_finds_its_drafts_too(cast):
    drafted(cast)

    assert QUESTION in shown(signed_in(cast.clerk), "/work/knowledge/?q=食品经营")
    assert QUESTION not in shown(signed_in(cast.other_clerk), "/work/knowledge/?q=食品经营")


# What was asked and not found.


def test_what_is_not_found_is_counted_by_its_words_alone(cast):
    client = Client()
    for words in ("公积金 提取", "公积金提取", "GJJ"):
        client.get("/knowledge/", {"q": words})
    client.head("/knowledge/", {"q": "公积金提取"})

    assert sorted(MissedQuestion.objects.values_list("words", "count")) == [("gjj", 1), ("公积金提取", 2)]
    assert not client.cookies


def test_what_is_found_is_not_counted_whatever_page_or_condition_is_asked_for(cast):
    published(cast)
    client, clerk = Client(), signed_in(cast.clerk)

    assert "没有这一页" in shown(client, "/knowledge/?q=食品经营&page=99")
    assert "没有找到这样的解答" in shown(client, "/knowledge/?q=食品经营&topic=没有")
    assert "没有找到" in shown(clerk, "/work/knowledge/?q=公积金提取")  # among its own alone

    assert not MissedQuestion.objects.exists()


def test_nothing_is_counted_while_pages_are_made_from_the_copy(rf):
    request = rf.get("/knowledge/", {"q": "公积金提取"})
    request.read_only_as_of = AT
    request.user = AnonymousUser()

    assert knowledge_list(request).status_code == 200

    assert not MissedQuestion.objects.exists()


@pytest.mark.parametrize(
    "words", ["330226199001011237", "13800138000 谁的电话", "车牌浙B12345在哪", "单号20181120", "张", "x" * 61]
)
def test_what_may_be_about_a_person_is_not_kept(words):
    missed(words, on=DAY)

    assert not MissedQuestion.objects.exists()


def test_units_do_not_see_small_counts_and_the_office_does(cast):
    MissedQuestion.objects.create(words="公积金提取", count=5, first_on=DAY, last_on=DAY)
    MissedQuestion.objects.create(words="狂犬疫苗", count=4, first_on=DAY, last_on=DAY)

    page = shown(signed_in(cast.clerk), "/work/knowledge/")
    assert "公积金提取" in page
    assert "狂犬疫苗" not in page
    assert "狂犬疫苗" in shown(signed_in(cast.office), "/admin/disclosure/missedquestion/")
    assert signed_in(cast.clerk).get("/admin/disclosure/missedquestion/").status_code in {302, 403, 404}


def test_old_questions_are_forgotten():
    for words, count, day in (
        ("一次", 1, date(2018, 10, 1)),
        ("两次", 2, date(2018, 10, 1)),
        ("久远", 9, date(2017, 10, 1)),
    ):
        MissedQuestion.objects.create(words=words, count=count, first_on=day, last_on=day)

    assert forget_missed(at=AT) == 2
    assert MissedQuestion.objects.get().words == "两次"


# Did it help.


def test_it_is_counted_once_a_day_for_the_edition_without_a_cookie(cast):
    knowledge = published(cast)
    client, address = Client(enforce_csrf_checks=True), f"{knowledge.get_absolute_url()}helped/"

    first = client.post(address, {"helped": "yes", "edition": "1"})
    client.post(address, {"helped": "no", "edition": "1"})
    client.post(address, {"helped": "no", "edition": "1"}, REMOTE_ADDR="192.0.2.7")
    client.post(address, {"helped": "no", "edition": "7"}, REMOTE_ADDR="192.0.2.8")
    client.post(address, {"helped": "maybe", "edition": "1"}, REMOTE_ADDR="192.0.2.9")

    assert "谢谢" in shown(client, first["Location"])
    assert KnowledgeVotes.objects.values_list("knowledge", "helped", "not_helped").get() == (knowledge.pk, 1, 1)
    assert "有帮助 1，没有帮助 1" in shown(signed_in(cast.clerk), f"/work/knowledge/{knowledge.pk}/")
    assert "有帮助 1，没有帮助 1" in shown(signed_in(cast.office), "/admin/disclosure/knowledge/")
    assert not client.cookies
    assert QUESTION in shown(client, knowledge.get_absolute_url())
    assert not client.cookies


def test_it_may_be_said_so_often(cast, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "helped": (2, 600)}
    address = f"{published(cast).get_absolute_url()}helped/"

    said = [Client().post(address, {"helped": "yes", "edition": "1"}).status_code for _ in range(3)]

    assert said == [302, 302, 429]
