"""Search against a plain substring scan, and what clerks type."""

import random

import pytest

from disclosure.catalogue.search.lexemes import fold_for_search
from disclosure.catalogue.search.query_words import QueryTerm, title_query
from disclosure.catalogue.search.renewal import search_columns
from disclosure.models import Item
from tests.cast import Cast
from tests.disclosure.makers import AT, drafted, published
from tests.worlds import world

TITLES = [
    "宁海县人民政府办公室关于印发2018年宁海县政务公开工作要点及责任分工的通知",
    "关于公布深甽镇“五水共治”成果的通报",
    "宁海县财政局2018年部门预算（草案）",
    "ＧＢ/T 9704 党政机关公文格式",  # noqa: RUF001 - full width, as people paste it
    "关于进一步做好'12345'热线办理工作的意见\\补充",
    "啊" * 200,
]


def numbers(words):
    return set(Item.objects.published(AT).search(words).values_list("pk", flat=True))


def make_items(cast: Cast) -> list[Item]:
    return [
        published(cast, title=title, document_number=f"宁政办发〔2018〕{40 + n}号") for n, title in enumerate(TITLES)
    ]


searched_items = world("searched_items", make_items, on=("cast",))


def test_titles_and_numbers_are_found_by_any_substring_and_by_nothing_else(searched_items):
    chance = random.Random(9704)  # noqa: S311 - the same draws each time
    fields = {
        item.pk: [fold_for_search(text) for text in (item.title, item.document_number, item.index_number)]
        for item in searched_items
    }
    queries = set()
    for texts in fields.values():
        for text in texts:
            for length in (1, 2, 3, 5, 8):
                start = chance.randrange(max(1, len(text) - length + 1))
                queries.add(text[start : start + length])
    queries |= {"海宁", "府政", "知通", "号宁", "不存在的词"}

    found = {
        one.text: set(Item.objects.filter(title_vector__holds=title_query(one)).values_list("pk", flat=True))
        for query in queries
        for one in [QueryTerm(query, query, is_phrase=True)]
    }

    assert found == {query: {pk for pk, texts in fields.items() if any(query in t for t in texts)} for query in queries}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("深甽", {1}),
        ("甽", {1}),
        ("[2018]44号", {4}),
        ("（2018）41", {1}),
        ("gb/t9704", {3}),
        ("ｇｂ／ｔ", {3}),  # noqa: RUF001 - full width
        ("财政 预算", {2}),
        ("财政 热线", set()),
        ("“五水共治”", {1}),
        ("'12345'", {4}),
        ("\\", {4}),
        ("!&|():*<->", set()),
        ('"', set()),
        ("", set()),
    ],
)
def test_what_people_type(searched_items, words, expected):
    assert numbers(words) == {searched_items[number].pk for number in expected}


def test_bodies_are_found_by_words_and_by_quoted_phrases(cast):
    item = published(cast, title="无关", body="县财政局应当在二十日内\n公开部门决算。", summary="关于决算公开")
    published(cast, title="其他", body="公开内容另行通知，决算部门负责。")

    assert numbers("决算 二十日") == {item.pk}
    assert numbers('"部门决算"') == {item.pk}
    assert numbers('"公开 部门决算"') == {item.pk}
    assert numbers('"决算公开部门"') == set()


def test_a_word_in_the_title_and_another_in_the_text_is_enough(cast):
    item = published(cast, title="预算公开", body="由乡镇负责落实")

    assert numbers("预算公 乡镇") == {item.pk}


def test_the_longest_body_is_published_and_found(cast):
    chance = random.Random(1)  # noqa: S311 - the same text each time
    han = [chr(code) for code in range(0x4E00, 0x9FA5)]
    body = "县财政局负责。\n" + "\n".join("".join(chance.choices(han, k=60)) for _ in range(2_000))

    item = published(cast, title="很长", body=body[: Item._meta.get_field("body").max_length])

    assert numbers("财政局") == {item.pk}


def test_text_lexemes_of_long_words_stay_within_what_postgresql_takes(cast):
    item = drafted(cast, title="长词", body="a" * 5000 + " 预算")
    columns = search_columns(item, index_number="1", at=AT)

    Item.objects.filter(pk=item.pk).update(**columns)

    assert Item.objects.filter(text_vector__holds="'预算'").exists()
