"""The worst text that is permitted: its pages answer, of bounded size, in time that grows with the text and not with its square."""

import re
import time

import pytest
from django.urls import reverse

from disclosure.hotline.services import answer
from disclosure.items.body.blocks import blocks
from disclosure.items.body.writing import plain_words
from disclosure.models import AnnualReport, Item
from disclosure.privacy.marked_text import marked_blocks
from disclosure.privacy.page import SHOWN
from disclosure.privacy.scans import ItemHit
from disclosure.requests.inquiries.services import ask_third_party
from fixtures.reference_data import load_workdays
from ninghai.cases.lookup import lookup_code
from ninghai.personal_data.hit import DataKind
from tests.costs import IS_TIMED, assert_at_most
from tests.disclosure.annual_reports.shapes import whole
from tests.disclosure.annual_reports.test_annual_report_pages import address as report_address
from tests.disclosure.annual_reports.test_annual_report_pages import reported
from tests.disclosure.hotline import makers as calls
from tests.disclosure.makers import AT, drafted, published
from tests.disclosure.requests import makers as requests
from tests.disclosure.requests.test_inquiries import keys
from tests.disclosure.test_work import office, work

pytestmark = pytest.mark.django_db
LONGEST = Item._meta.get_field("body").max_length
BLOATED = 30  # a page is at most so many times as long as its text: each short line is a paragraph of its own

WORST = {
    "short lines": "- a\n",
    "points ever further in": "".join(f"{'  ' * depth}- a\n" for depth in range(12)),
    "tables": "|a|b|\n|---|---|\n|c|d|\n\n",
    "empty cells": f"|a|\n|---|\n{'|' * 1999}\n",
    "rows that are no table": "| a | b |\n",
    "headings with marks": "# a\n## b\n",
    "escapes": "\\" * 500 + "- a\n",
    "lines of one letter": "a\n",
    "telephones": "13805741234\n",
    "telephones in one line": "联系电话13805741234，",
    "headings": "一、章\n（一）节\n",
    "a table": "姓名\t电话\n张三丰\t13805741234\n",
    "one word without end": "a",
    "links": "http://a.cn ",
    "markup": "<b>&\"'",
    "blanks": "　 ",
}


NUMBER = re.compile(r"1[0-9]{10}")


def hit_at(start: int, end: int) -> ItemHit:
    return ItemHit(kind=DataKind.MOBILE, text="", place="正文", certain=True, field="body", start=start, end=end)


def longest(piece: str, *, part: int = 1) -> str:
    return (piece * (LONGEST // len(piece) + 1))[: LONGEST // part].strip() or "文"


@pytest.mark.exhaustive
@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_the_public_page_of_the_worst_text_answers(client, one_item, piece, django_assert_max_num_queries):
    Item.objects.filter(pk=one_item.pk).update(body=longest(piece))

    with django_assert_max_num_queries(40):
        page = client.get(one_item.get_absolute_url())

    assert page.status_code == 200
    assert len(page.content) < BLOATED * LONGEST


@pytest.mark.exhaustive
@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_the_pages_where_it_is_written_and_reviewed_answer(
    client, cast, one_in_review, piece, django_assert_max_num_queries
):
    Item.objects.filter(pk=one_in_review.pk).update(body=longest(piece))
    pages = ((cast.clerk, work("detail", one_in_review)), (cast.office, office("change", one_in_review)))
    for user, address in pages:
        client.force_login(user)
        with django_assert_max_num_queries(80):
            page = client.get(address)

        assert page.status_code == 200
        assert len(page.content) < BLOATED * LONGEST
        assert page.content.decode().count('name="hit"') <= 10 * SHOWN


# What other pages show of what somebody wrote: each with the longest text that any way in lets through.

LONGEST_ELSEWHERE = 20_000
ELSEWHERE = ("short lines", "telephones", "markup", "blanks", "one word without end")
MOST_BLOATED = 60  # a register of lines; markup is told as `&#x27;`, and may stand twice, to read and to change


def request_page(cast, client, words):
    case = requests.applied(cast, content=words)
    client.force_login(cast.clerk)
    return client.get(reverse("disclosure:request", args=[case.pk]))


def request_in_the_office(cast, client, words):
    case = requests.applied(cast, content=words)
    client.force_login(cast.office)
    return client.get(reverse("disclosure:request", args=[case.pk]))


def inquiry_page(cast, client, words):
    case = requests.applied(cast, content=words)
    told = {"to": "宁海某某有限公司", "disclosed": words, "version": case.version, "by": cast.clerk}
    ask_third_party(case=case, at=AT, **told)
    return client.post(reverse("disclosure:inquiry"), keys(case))


def look_up(cast, client, words):
    call = calls.handling(cast, content=words)
    told = {"result": "solved", "words": words, "version": call.case.version}
    answer(call=call, by=cast.clerk, at=calls.later(days=2), **told)
    call = calls.calling(cast, calls.fresh(call))
    sent = {"number": call.case.number, "code": lookup_code(call.case)}
    return client.post(reverse("disclosure:lookup"), sent)


def annual_report(cast, client, words):
    report = reported(cast.finance, 2018, whole(2018))
    report.texts = dict.fromkeys(report.texts, words)
    report.save()
    client.force_login(cast.head)
    return client.get(report_address(report))


def public_annual_report(cast, client, words):
    report, item = reported(cast.finance, 2018, whole(2018)), published(cast)
    AnnualReport.objects.filter(pk=report.pk).update(item=item)
    Item.objects.filter(pk=item.pk).update(body="\n\n".join(words for _ in report.texts)[:LONGEST])
    return client.get(item.get_absolute_url())


@pytest.mark.parametrize("piece", ELSEWHERE)
@pytest.mark.parametrize(
    "page", [request_page, request_in_the_office, inquiry_page, look_up, annual_report, public_annual_report]
)
def test_a_page_answers_that_shows_the_longest_words_of_others(
    client, cast, settings, page, piece, django_assert_max_num_queries
):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    load_workdays()
    words = (WORST[piece] * LONGEST_ELSEWHERE)[:LONGEST_ELSEWHERE].strip() or "文"

    shown = page(cast, client, words)

    assert shown.status_code == 200
    assert len(shown.content) < MOST_BLOATED * LONGEST_ELSEWHERE * (7 if "annual" in page.__name__ else 2)


@pytest.mark.skipif(not IS_TIMED, reason="belongs to make costly-files")
@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_twice_the_text_takes_about_twice_the_time(piece):
    """A square would take four times as long from half to whole, sixteen times from a quarter; very wide bounds."""

    def took(part: int) -> float:
        body = longest(piece, part=part)
        hits = [hit_at(found.start(), found.end()) for found in NUMBER.finditer(body)]
        began = time.process_time()
        still = {hit.fingerprint for hit in hits}
        marked_blocks(body, hits, still)
        blocks(body)
        plain_words(body)
        return time.process_time() - began

    took(8)
    quarter = min(took(4) for _ in range(2))
    assert_at_most(took(1), 10 * quarter + 0.5)


def test_a_hit_that_goes_on_in_the_next_line_is_marked_in_both():
    body = "第一行\n电话1380574\n1234，完\n末行"
    start = body.index("138")
    hit = hit_at(start, start + 12)
    marked = [re.findall('class="hit">([^<]*)', each.text) for each in marked_blocks(body, [hit], set())]

    assert marked == [[], ["1380574"], ["1234"], []]


def test_all_hits_are_masked_though_only_some_are_listed(client, cast):
    item = drafted(cast, body="13805741234\n13905741235\n" * 200)
    client.force_login(cast.clerk)
    page = client.get(work("detail", item)).content.decode()
    assert "还有350处" in page

    client.post(reverse("disclosure:work-item-mask-text", args=[item.pk]), {"version": item.version})

    item.refresh_from_db()
    assert "13805741234" not in item.body
    assert "13905741235" not in item.body
