"""建议提案办理结果: a reply becomes an item that is reviewed like any other; what is kept back is counted and nothing more."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from disclosure.models import CatalogueEntry, Item, ProposalCategory
from disclosure.models.states import ItemStatus
from disclosure.proposals import letter
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT, county_catalogue
from tests.disclosure.proposals import makers

pytestmark = pytest.mark.django_db

PAGE, FILE = "/proposals/", "/proposals/export/"
HIDDEN = {"subject": "地下管廊选线", "text": "请公开勘测数据。"}


def draft(cast, case) -> Item:
    case.refresh_from_db()
    return letter.draft_publication(case=case, version=case.version, by=cast.clerk, at=AT)


def test_the_reply_is_drafted_with_its_reasons_as_an_item_of_the_duty_and_linked_both_ways(client, cast):
    entry = CatalogueEntry.objects.create(catalogue=county_catalogue(), code="0106", name="建议提案办理结果")
    told = {"openness": "summary", "summary": "已列入计划。", "reason": "涉及个别住户"}
    case = makers.replied(cast, reply=told)

    item = makers.made_public(cast, case)

    reply = case.proposal.replies.get()
    assert (item.entry, item.unit, item.document_number) == (entry, cast.finance, "县财政局建提复〔2018〕1号")
    assert item.title == "对县十七届人大二次会议第12号建议的答复"
    assert "提出人：县人大代表。" in item.body
    assert "公开方式：摘要公开。理由：涉及个别住户" in item.body
    assert ("已列入计划。" in item.body, "施工图" in item.body, makers.NAME in item.body) == (True, False, False)
    assert reply.item == item
    assert f'href="{PAGE}?year=2018"' in client.get(item.get_absolute_url()).text
    assert item.get_absolute_url() in client.get(PAGE).text
    client.force_login(cast.clerk)
    item_page, case_page = reverse("disclosure:work-item-detail", args=[item.pk]), f"/work/proposals/{case.pk}/"
    assert item_page in client.get(case_page).text
    assert f'href="{case_page}"' in client.get(item_page).text


def test_a_name_that_may_be_shown_is_shown(cast):
    case = makers.replied(cast, shows_name=True)

    assert f"提出人：{makers.NAME}，县人大代表。" in draft(cast, case).body


def test_it_is_drafted_once_and_anew_when_the_draft_was_given_up(cast):
    case = makers.replied(cast)
    item = draft(cast, case)
    with pytest.raises(TransitionError, match="已经拟成"):
        draft(cast, case)

    item.discard(by=cast.clerk, at=AT)

    assert draft(cast, case).pk != item.pk


def test_only_what_is_published_stands_in_the_list(client, cast):
    case = makers.replied(cast)
    before = client.get(PAGE).text
    item = draft(cast, case)
    drafted = client.get(PAGE).text

    assert item.status == ItemStatus.DRAFT
    assert ("加快老旧小区改造" in before, "加快老旧小区改造" in drafted) == (False, False)
    assert "已经答复 1 件，其中已经公开答复 0 件" in drafted


def test_M05_a_reply_that_is_kept_back_is_counted_and_nothing_of_it_is_read(client, cast):
    """Neither subject nor text, reason nor number, on the page, in a search, in the files."""
    case = makers.replied(cast, reply={"openness": "no", "reason": "涉及国家秘密"}, **HIDDEN)
    makers.made_public(cast, makers.replied(cast, number=13))

    page = client.get(PAGE)

    assert dict(page.context["counts"]["openness"]) == {"全文公开": 1, "摘要公开": 0, "不公开": 1}
    for address in (PAGE, f"{PAGE}?year=2018", f"{PAGE}?q=地下管廊", f"{FILE}?format=csv", "/api/v1/proposals/"):
        text = client.get(address).content.decode()
        said = ("涉及国家秘密", "建提复〔2018〕1号", "第12号", *HIDDEN.values())
        assert [each for each in said if each in text and f"q={each[:4]}" not in address] == []
    with pytest.raises(TransitionError, match="不公开"):
        draft(cast, case)


def test_who_searches_for_a_word_learns_nothing_of_what_is_not_public(client, cast):
    makers.replied(cast, reply={"openness": "no", "reason": "涉及国家秘密"}, **HIDDEN)

    found, nothing = (client.get(f"{PAGE}?q={word}").context["counts"] for word in ("地下管廊", "没有这个词"))

    assert found == nothing


def test_it_is_narrowed_by_year_kind_unit_category_and_openness(client, cast):
    makers.made_public(cast, makers.replied(cast))
    makers.made_public(cast, makers.replied(cast, kind="cppcc", session="县政协九届二次会议", subject="保护古道"))

    def shown(query: str) -> list[str]:
        return [row["proposal"].case.subject for row in client.get(f"{PAGE}?{query}").context["rows"]]

    assert shown("kind=cppcc") == ["保护古道"]
    assert shown("kind=npc&unit=002&year=2018&category=B&openness=full") == ["加快老旧小区改造"]
    assert shown("unit=108") == shown("category=A") == shown("openness=summary") == []
    assert client.get(f"{PAGE}?kind=none&year=x").status_code == 200


def test_the_list_is_taken_along_as_csv_and_excel(client, cast):
    makers.made_public(cast, makers.replied(cast))

    csv = client.get(f"{FILE}?format=csv").content.decode()
    book = load_workbook(io.BytesIO(client.get(f"{FILE}?format=xlsx").content))

    assert "2018,人大代表建议,县十七届人大二次会议,12,加快老旧小区改造,县人大代表,宁海县财政局,," in csv
    assert [row[4] for row in book.active.iter_rows(values_only=True)] == ["事由", "加快老旧小区改造"]
    assert client.get(f"{FILE}?format=pdf").status_code == 400


def test_both_replies_stand_there_and_the_last_one_counts(client, cast):
    case = makers.replied(cast)
    makers.made_public(cast, case)
    makers.hear(cast, case, score="unsatisfied", on=AT.date(), at=AT)
    makers.propose(cast, case, category="A", text="今年开工。")
    makers.sign(cast, case)
    makers.made_public(cast, case)

    page = client.get(PAGE)

    assert [row["reply"].round for row in page.context["rows"]] == [2, 1]
    assert page.context["counts"]["total"] == 1
    assert [label for label, number in page.context["counts"]["categories"]] == ["A类（已经解决或者基本解决）"]


def test_a_category_is_called_as_it_was_on_the_day_of_the_reply(client, cast):
    makers.made_public(cast, makers.replied(cast))
    ProposalCategory.objects.create(code="B", valid_from=AT.date().replace(day=21), words="正在解决")
    ProposalCategory.objects.create(code="D", valid_from=AT.date(), words="")

    page = client.get(PAGE)

    assert [row["category"] for row in page.context["rows"]] == ["B类（列入计划逐步解决）"]
    assert [code for code, _ in page.context["filter_form"].fields["category"].choices] == ["", "A", "B", "C", "D"]
    assert "B类（列入计划逐步解决）" in client.get(f"{FILE}?format=csv").content.decode()


def test_programs_read_the_same_page_by_page(client, cast):
    for number in (12, 13, 14):
        makers.made_public(cast, makers.replied(cast, number=number))
    makers.replied(cast, number=15)

    first = client.get("/api/v1/proposals/?size=2&kind=npc&unit=002&year=2018").json()
    second = client.get(f"/api/v1/proposals/?size=2&cursor={first['next']}").json()

    assert (first["count"], [each["number"] for each in first["results"] + second["results"]]) == (3, [14, 13, 12])
    told = second["results"][0]
    assert (told["role"], told["subject"], told["category"]["code"]) == ("县人大代表", "加快老旧小区改造", "B")
    assert client.get(told["url"].removeprefix("http://testserver")).status_code == 200
    assert client.get(f"/api/v1/items/{told['index_number']}/").status_code == 200
    for broken in ("unit=x", "year=2031", "openness=no", "kind=x", "cursor=eyJhZnRlciI6LTF9", "size=0"):
        assert client.get(f"/api/v1/proposals/?{broken}").status_code == 422, broken


def test_open_data_has_the_results_as_a_data_set_of_their_own(client, cast):
    CatalogueEntry.objects.create(catalogue=county_catalogue(), code="0106", name="建议提案办理结果")
    makers.made_public(cast, makers.replied(cast))

    sets = {each["dct:title"]: each for each in client.get("/catalogue/dcat.jsonld").json()["dcat:dataset"]}

    told = sets["宁海县建议提案办理结果"]
    assert told["gbt:格式"] == "CSV、Excel、JSON 接口、Atom"
    for way in told["dcat:distribution"]:
        assert client.get(way["dcat:accessURL"]["@id"].removeprefix("http://testserver")).status_code == 200
