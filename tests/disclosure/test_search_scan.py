"""Search against a plain substring scan over some thousand items; `python -m tests.bench.search_recall` takes 20,000."""

import pytest

from disclosure.catalogue.search.lexemes import Searchable
from disclosure.models import Item
from fixtures.load_test import Stage, load_items
from tests.disclosure.makers import AT
from tests.search_scan import CUT, PHRASES, TITLES, WORDS, Corpus


@pytest.fixture
def many(cast):
    stage = Stage(
        units=[cast.clerk.acting.unit, cast.office.acting.unit], topics=[], entries=[], person=cast.office, until=AT
    )
    load_items(number=1500, seed=9, stage=stage)


def test_search_finds_what_a_scan_finds(many):
    scores = {score.kind: score for score in Corpus(seed=2018).scores(number=240)}

    assert (scores[TITLES].recall, scores[TITLES].false) == (1.0, 0), scores[TITLES].missed
    assert (scores[CUT].recall, scores[CUT].false) == (1.0, 0), scores[CUT].missed
    assert scores[WORDS].recall >= 0.98, scores[WORDS].missed
    assert scores[PHRASES].recall >= 0.98, scores[PHRASES].missed
    assert all(score.there >= score.asked == 60 for score in scores.values())


def test_loaded_items_are_searched_like_published_ones(many):
    for item in Item.objects.exclude(index_number=None)[:50]:
        made = Searchable(
            title=item.title,
            document_number=item.document_number,
            index_number=item.index_number,
            texts=(item.summary, item.body),
            published_at=item.published_at,
        )

        before = Item.objects.values_list("title_vector", "text_vector", "search_text").get(pk=item.pk)
        Item.objects.filter(pk=item.pk).update(**made.columns())

        assert Item.objects.values_list("title_vector", "text_vector", "search_text").get(pk=item.pk) == before
