"""How well the list answers what people type: NDCG@10 over the demo's items, by labels that do not look at the ranking."""

import json
from math import log2
from pathlib import Path

import pytest

from disclosure.catalogue.query import ItemListing
from disclosure.catalogue.search.lexemes import Searchable
from disclosure.models import Item
from tests.disclosure.makers import AT, published

QUESTIONS = Path(__file__).parent / "data/relevance.txt"
ITEMS = Path("fixtures/demo/items.json")
FIRST = 10
LEAST = 0.9


def questions() -> list[tuple[str, dict[str, int]]]:
    """(words, grade by piece of a title)."""
    found = []
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            words, answers, related = (part.strip() for part in line.split("|"))
            grades = {piece: 1 for piece in related.split(";") if piece} | {
                piece: 3 for piece in answers.split(";") if piece
            }
            found.append((words, grades))
    return found


def grade_of(title: str, grades: dict[str, int]) -> int:
    return max((grade for piece, grade in grades.items() if piece in title), default=0)


def gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:FIRST]))


@pytest.fixture
def demo_items(cast) -> list[str]:
    """All of the demo's items in their own words, each public from its day, however far the demo takes it."""
    rows = json.loads(ITEMS.read_text())["items"]
    model = published(cast)
    Item.objects.filter(pk=model.pk).update(status="draft", index_number=None, published_at=None)
    for number, row in enumerate(rows):
        at = AT.replace(month=int(row["day"][5:7]), day=int(row["day"][8:]))
        texts = {"title": row["title"], "document_number": "", "index_number": f"demo/{number}"}
        item = Item.objects.create(
            unit=model.unit,
            drafted_by=model.drafted_by,
            drafted_at=at,
            status="published",
            published_at=at,
            kind=row["kind"],
            summary=row["text"],
            body=row["text"],
            **texts,
        )
        found = Searchable(**texts, texts=(row["text"],), published_at=at)
        Item.objects.filter(pk=item.pk).update(**found.columns())
    return [row["title"] for row in rows]


def test_what_people_look_for_stands_first(demo_items):
    at = AT.replace(year=2019)
    scores = {}
    for words, grades in questions():
        ideal = sorted((grade_of(title, grades) for title in demo_items), reverse=True)
        assert ideal[0], f"no item answers {words}"
        found = ItemListing(Item.objects.published(at), at=at, words=words)[0:FIRST]
        scores[words] = gain([grade_of(item.title, grades) for item in found]) / gain(ideal)

    mean = sum(scores.values()) / len(scores)
    worst = sorted(scores.items(), key=lambda pair: pair[1])[:5]

    assert len(scores) == 60
    assert mean >= LEAST, f"NDCG@10 {mean:.3f}; worst: {worst}"
