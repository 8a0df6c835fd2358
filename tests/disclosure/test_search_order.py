"""What stands first: a paper for its own name, then what begins with the words, then what has them in its title, then the rest."""

from array import array

import pytest

from disclosure.catalogue.query import ItemListing
from disclosure.catalogue.search import hits as searching
from disclosure.catalogue.search.lexemes import name_lexeme, name_lexemes
from disclosure.models import Item
from ninghai.models import Unit
from tests.cast import Cast
from tests.disclosure.makers import AT, LATER, published
from tests.worlds import world

NOTICE = "宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点及责任分工的通知"
RULES = "宁海县人民政府关于公布《宁海县农村宅基地管理办法（试行）》的通知"
PLAN = "宁海县2017年度财政决算公开说明"
DATES = "统计数据发布日程和查询方式"
NUMBER = "宁政办发〔2018〕37号"


def make_papers(cast: Cast) -> dict[str, Item]:
    """Four papers, then newer ones of other units that have the same words in title or text."""
    found = {
        "notice": published(cast, title=NOTICE, kind=Item.Kind.DOCUMENT, document_number=NUMBER),
        "rules": published(cast, title=RULES, kind=Item.Kind.DOCUMENT),
        "plan": published(cast, title=PLAN, kind=Item.Kind.FINANCE),
        "dates": published(cast, title=DATES),
        "part": published(cast, title=f"落实政务公开工作要点及责任分工的办法，兼答{DATES}"),
        "explained": published(
            cast, title="《2018年宁海县政务公开工作要点及责任分工》解读", kind=Item.Kind.INTERPRETATION, at=LATER
        ),
        "rules explained": published(
            cast, title="《宁海县农村宅基地管理办法（试行）》政策解读", kind=Item.Kind.INTERPRETATION, at=LATER
        ),
        "plan again": published(cast, title=f"关于{PLAN}的补充", at=LATER),
        "dates again": published(cast, title=f"{DATES}（重复发布）", at=LATER),
        "text": published(cast, title="一份通知", body=f"见{NOTICE}（{NUMBER}）、{RULES}、{PLAN}、{DATES}。", at=LATER),
    }
    Item.objects.filter(pk__in=[found["notice"].pk, found["explained"].pk]).update(unit=cast.county_office)
    return found


papers_of_all_ranks = world("papers_of_all_ranks", make_papers, on=("cast",))


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


@pytest.fixture
def papers(papers_of_all_ranks) -> dict[int, str]:
    return {item.pk: name for name, item in papers_of_all_ranks.items()}


def listed(words: str, papers: dict[int, str]) -> list[str]:
    at = LATER.replace(month=12)
    return [papers[item.pk] for item in ItemListing(Item.objects.published(at), at=at, words=words)[0:20]]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (NOTICE, "notice"),
        ("关于印发2018年宁海县政务公开工作要点及责任分工的通知", "notice"),
        ("2018年宁海县政务公开工作要点及责任分工", "notice"),
        ("宁海县2018年政务公开工作要点及责任分工", "notice"),
        ("政务公开工作要点及责任分工", "notice"),
        ("2018年 政务公开工作要点及责任分工", "notice"),
        ("政务公开工作要点", "notice"),
        (NUMBER, "notice"),
        ("宁政办发[2018]37号", "notice"),
        (RULES, "rules"),
        ("《宁海县农村宅基地管理办法（试行）》", "rules"),
        ("宁海县农村宅基地管理办法(试行)", "rules"),
        ("农村宅基地管理办法", "rules"),
        ("宅基地管理", "rules"),
        ("宅基地 办法", "rules"),
        (PLAN, "plan"),
        ("财政决算公开说明", "plan"),
        ("宁海县 2017年度 财政决算公开说明", "plan"),
        (DATES, "dates"),
        ("《2018年宁海县政务公开工作要点及责任分工》解读", "explained"),
        ("2018年宁海县政务公开工作要点及责任分工解读", "explained"),
        ("政务公开工作要点 解读", "explained"),
        ("农村宅基地管理办法政策解读", "rules explained"),
        (f"{DATES}（重复发布）", "dates again"),
    ],
)
def test_a_paper_stands_first_for_its_own_words(papers, words, first):
    assert listed(words, papers)[0] == first


def test_an_index_number_finds_its_paper_first(papers, papers_of_all_ranks):
    for name, item in papers_of_all_ranks.items():
        assert listed(str(item.index_number), papers)[0] == name


def test_every_title_finds_its_own_paper_first(papers, papers_of_all_ranks):
    for name, item in papers_of_all_ranks.items():
        assert listed(item.title, papers)[0] == name


def test_ranks_follow_one_another_and_each_is_newest_first(papers):
    found = listed(DATES, papers)

    assert found == ["dates", "dates again", "part", "text"]


def test_the_papers_of_a_unit_that_is_named_still_come_first(papers, papers_of_all_ranks, cast):
    published(cast, title=f"{Unit.objects.get(pk=cast.county_office.pk).name}的职责", at=LATER)
    everything = papers | {Item.objects.latest("pk").pk: "about it"}

    for name in (cast.county_office.name, cast.county_office.short_name):
        assert set(listed(name, everything)[:2]) == {"notice", "explained"}


def test_a_paper_whose_name_has_a_unit_in_it_comes_before_the_other_papers_of_that_unit(papers, cast):
    own = published(cast, title="历年预算执行情况", at=LATER)
    named = published(cast, title=f"{cast.finance.short_name}历年预算执行情况", at=AT)
    Item.objects.filter(pk=named.pk).update(unit=cast.town)
    everything = papers | {own.pk: "own", named.pk: "named"}

    assert listed(f"{cast.finance.short_name} 历年预算执行情况", everything)[:2] == ["named", "own"]


@pytest.mark.parametrize("words", ["政务公开工作要点及责任分工", DATES, "宅基地 办法", "通知"])
def test_an_export_of_any_size_keeps_the_order(papers, monkeypatch, words):
    told = listed(words, papers)
    assert len(told) > 1
    at = LATER.replace(month=12)

    monkeypatch.setattr(searching, "LIMIT", 1)
    listing = ItemListing(Item.objects.published(at), at=at, words=words)
    monkeypatch.setattr(ItemListing, "is_more", True)

    keys = listing.keys()
    assert [papers[pk] for pk in keys] == told
    assert isinstance(keys, array)


@pytest.mark.parametrize("words", [NOTICE, "政务公开工作要点及责任分工", DATES, NUMBER])
def test_of_more_than_are_counted_the_closest_is_the_first_as_well(papers, monkeypatch, words):
    first = listed(words, papers)[0]
    monkeypatch.setattr(searching, "LIMIT", 2)

    assert listed(words, papers)[0] == first


@pytest.mark.parametrize("words", ["——", "的", "。", "“”", "县"])
def test_marks_and_single_letters_are_no_names(papers, words):
    assert len(listed(words, papers)) in range(11)


def test_what_a_paper_is_called():
    assert name_lexemes(RULES, NUMBER)[0] == name_lexeme(RULES)
    for name in (RULES, "宁海县农村宅基地管理办法（试行）", "农村宅基地管理办法试行", NUMBER):
        assert name_lexeme(name) in name_lexemes(RULES, NUMBER)
    assert name_lexeme("农村宅基地管理办法试行") not in name_lexemes("《农村宅基地管理办法（试行）》")
