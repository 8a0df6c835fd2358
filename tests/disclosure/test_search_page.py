"""The catalogue's page around the list: marks, numbers to narrow by, what to do when nothing is found, suggestions."""

import pytest

from disclosure.catalogue.rows import excerpt, marked, spans, terms_of
from disclosure.catalogue.search import hits
from disclosure.catalogue.search.hits import other_spelling
from disclosure.catalogue.search.query_words import words_within
from disclosure.models import Item, Topic
from tests.disclosure.makers import AT, published, withdrawn


@pytest.fixture(autouse=True)
def _the_day(settings):
    settings.CLOCK_DATE = "2018-12-01"


def page(client, **params) -> str:
    return client.get("/catalogue/", params).content.decode()


def numbers(html: str, heading: str) -> dict[str, str]:
    """The choices of a facet and their numbers, read off the page."""
    section = html.partition(f">{heading}</h3>")[2].partition("</section>")[0]
    found = {}
    for link in section.split("<a ")[1:]:
        label, _, number = link.partition(">")[2].partition(" <span>")
        found[label] = number.partition("</span>")[0]
    return found


# --- Marks ----------------------------------------------------------------------------------------------


def test_what_was_found_is_marked_and_all_else_is_escaped():
    assert marked("<b>预算</b>＆预算公开", ["预算"]) == (  # noqa: RUF001 - full width
        "&lt;b&gt;<mark>预算</mark>&lt;/b&gt;＆<mark>预算</mark>公开"  # noqa: RUF001
    )


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("ＧＢ/T 9704", "gb/t9704", [(0, 9)]),  # noqa: RUF001 - full width, a blank within
        ("宁政办发〔2018〕44号", "(2018)44", [(4, 12)]),
        ("五水共治", "“水共”", [(1, 3)]),
        ("预算预算公开", "预算公开 预算", [(0, 6)]),
        ("ﬁnance", "fin", [(0, 2)]),
        ("无关", "预算", []),
    ],
)
def test_marks_stand_where_the_text_says_the_same(text, query, expected):
    assert spans(text, terms_of(query)) == expected


def test_an_excerpt_is_cut_around_the_first_word():
    line = "一" * 80 + "部门决算" + "二" * 80

    cut = excerpt("标题\n" + line, ["部门决算"])

    assert cut == "…" + "一" * 24 + "<mark>部门决算</mark>" + "二" * 72 + "…"
    assert excerpt("标题\n" + line, ["没有"]) is None


def test_the_list_shows_where_the_words_stand(client, cast):
    published(cast, title="<i>通知", summary="概述", body="第一段。\n由财政局公布部门决算。")

    html = page(client, q="部门决算")

    assert "由财政局公布<mark>部门决算</mark>。" in html
    assert "&lt;i&gt;通知" in html


# --- Narrowing ------------------------------------------------------------------------------------------


def test_each_number_is_what_the_link_leaves(client, cast):
    topics = [Topic.objects.create(code=f"02{n}", name=f"主题{n}", path=f"主题{n}") for n in range(2)]
    for number, kind in enumerate([Item.Kind.PLAN, Item.Kind.PLAN, Item.Kind.FINANCE]):
        published(cast, title=f"预算{number}", kind=kind, topic=topics[number % 2])
    withdrawn(cast, kind=Item.Kind.CIRCULAR)

    for params in ({}, {"q": "预算"}):
        html = page(client, **params)
        assert numbers(html, "信息类型") == {"规划计划": "2", "财政信息": "1"}
        assert numbers(html, "主题分类") == {"主题0": "2", "主题1": "1"}
        assert len(client.get("/catalogue/", {**params, "kind": "plan"}).context["page"]) == 2


def test_what_was_chosen_is_named_and_can_be_taken_off(client, cast):
    published(cast, title="预算", kind=Item.Kind.PLAN)

    html = page(client, q="预算", kind="plan", year="2018", page="1", unknown="x")

    assert 'href="?q=%E9%A2%84%E7%AE%97&amp;year=2018"' in html
    assert "信息类型：规划计划" in html
    assert "unknown" not in html.partition('aria-label="已选条件"')[2].partition("</ul>")[0]


def test_links_kept_for_everybody_hold_nothing_of_one_visitors_address(client, cast):
    published(cast, kind=Item.Kind.PLAN)
    published(cast, kind=Item.Kind.FINANCE)
    page(client, evil="marker")

    assert "marker" not in page(client)


def test_beyond_what_is_counted_the_numbers_are_lower_bounds(client, cast, monkeypatch):
    for kind in (Item.Kind.PLAN, Item.Kind.PLAN, Item.Kind.FINANCE, Item.Kind.FINANCE):
        published(cast, title="预算", kind=kind)
    monkeypatch.setattr(hits, "LIMIT", 3)

    html = page(client, q="预算")

    assert set(numbers(html, "信息类型").values()) == {"1+", "2+"}
    assert "至少数" in html


# --- Nothing found --------------------------------------------------------------------------------------


def test_the_word_that_is_found_nowhere_is_named(client, cast):
    published(cast, title="部门预算公开")

    html = page(client, q="预算 热线电话")

    assert "没有包含“热线电话”的信息" in html
    assert 'href="/catalogue/?q=%E9%A2%84%E7%AE%97"' in html


def test_words_that_never_stand_together_are_said_to(client, cast):
    published(cast, title="部门预算", body="无")
    published(cast, title="热线电话", body="无")

    assert "没有一条信息同时包含这些词" in page(client, q="预算 热线")


def test_another_spelling_is_proposed_from_titles(cast):
    published(cast, title="2018年政务公开工作要点")
    withdrawn(cast, title="政物公开")

    for typed in ("政物公开", "征务公开", "政务公幵", "政务工开", "务公幵", "政勿公"):
        spelled = other_spelling(Item.objects.published(AT), typed, at=AT)
        assert (spelled in "政务公开工作", len(spelled)) == (True, len(typed)), typed


def test_nothing_alike_is_no_proposal(cast):
    published(cast, title="2018年政务公开工作要点")

    assert other_spelling(Item.objects.published(AT), "森林防火", at=AT) == ""


# --- Suggestions ----------------------------------------------------------------------------------------


def test_titles_are_suggested_each_once_the_newest_first(client, cast):
    for day, title in ((1, "部门预算"), (2, "部门决算"), (3, "2018年部门预算"), (4, "部门预算")):
        published(cast, title=title, at=AT.replace(day=day))

    titles = client.get("/catalogue/suggest/", {"q": "门预"}).json()["titles"]

    assert titles == ["部门预算", "2018年部门预算"]


@pytest.mark.parametrize("typed", ["", "预", " 预 ", "\\", "%"])
def test_too_little_suggests_nothing(client, cast, typed):
    published(cast, title="部门预算")

    assert client.get("/catalogue/suggest/", {"q": typed}).json() == {"titles": []}


def test_signs_that_are_no_word_of_their_own_stay_together():
    """For example a name that no dictionary knows: none of its signs is lost."""
    words = words_within("关于岙甽岇村预算公开")

    assert "预算" in words
    assert all(len(word) > 1 for word in words)
    assert any("甽岇" in word for word in words)


@pytest.mark.parametrize("query", ["", "q=预算", "q=没有", "kind=plan", "unit=nowhere"])
def test_days_and_the_order_can_be_chosen_whatever_is_found(client, one_item, query):
    page = client.get(f"/catalogue/?{query}").content.decode()

    assert page.count("按日期筛选") == 1
    assert ("按发布时间" in page) == ('class="empty"' not in page)


def test_five_choices_are_in_sight(client, cast):
    for kind in Item.Kind:
        published(cast, kind=kind)

    section = client.get("/catalogue/").content.decode().partition(">信息类型</h3>")[2].partition("</section>")[0]
    in_sight, _, others = section.partition("<summary>更多信息类型</summary>")

    assert (in_sight.count("<a "), others.count("<a ")) == (5, len(Item.Kind) - 5)


@pytest.mark.parametrize("words", ["……", "\x01\x02", '""', "\u202e"])
@pytest.mark.parametrize("way", ["/catalogue/", "/catalogue/export/", "/api/v1/items/", "/catalogue/suggest/"])
def test_words_without_a_letter_find_nothing_and_break_nothing(client, one_item, way, words):
    assert client.get(way, {"q": words, **({"format": "csv"} if "export" in way else {})}).status_code == 200
