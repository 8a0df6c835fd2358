"""What a query finds over many months: the newest first, counted, whichever way the months are gone through."""

from datetime import timedelta

import pytest

from disclosure.catalogue.search import hits as searching
from disclosure.catalogue.search.hits import find_hits
from disclosure.catalogue.search.renewal import search_columns
from disclosure.models import Item
from tests.cast import Cast
from tests.disclosure.makers import AT, published
from tests.worlds import world

MONTHS = 7
TITLED = {2, 5}  # months before in which the word stands in a title


def make_months(cast: Cast) -> list[int]:
    """Two items of each month, newest first."""
    found = []
    for number in range(2 * MONTHS):
        months, title = number // 2, "部门预算" if number // 2 in TITLED else "通知"
        kind = Item.Kind.PLAN if number % 2 else Item.Kind.FINANCE
        item = published(cast, title=f"{title}{number}", body="部门预算", kind=kind)
        moment = AT - timedelta(days=30.5 * months, hours=number)
        columns = search_columns(item, index_number=item.index_number, at=moment)
        Item.objects.filter(pk=item.pk).update(published_at=moment, **columns)
        found.append(item.pk)
    return found


through_the_months = world("through_the_months", make_months, on=("cast",))


@pytest.mark.parametrize("most_months", [1, 3, 18])
@pytest.mark.parametrize("limit", [1, 3, 6, 13])
def test_more_than_are_counted_are_the_newest(through_the_months, monkeypatch, limit, most_months):
    monkeypatch.setattr(searching, "LIMIT", limit)
    monkeypatch.setattr(searching, "MOST_MONTHS", most_months)

    found = find_hits(Item.objects.published(AT), "预算", at=AT, by_date=True)

    assert found.is_more
    assert found.pks == through_the_months[:limit]
    assert found.counts["kind"].total() == found.counts["year"].total() == limit


@pytest.mark.parametrize("most_months", [1, 18])
def test_all_that_are_counted_are_there_and_titles_first(through_the_months, monkeypatch, most_months):
    monkeypatch.setattr(searching, "MOST_MONTHS", most_months)

    found = find_hits(Item.objects.published(AT), "预算", at=AT)

    titled = [pk for place, pk in enumerate(through_the_months) if place // 2 in TITLED]
    assert not found.is_more
    assert found.pks == titled + [pk for pk in through_the_months if pk not in titled]
    assert found.counts["kind"] == {"plan": MONTHS, "finance": MONTHS}


def test_what_the_list_leaves_out_is_neither_found_nor_counted(through_the_months):
    plans = Item.objects.published(AT).filter(kind=Item.Kind.PLAN)

    found = find_hits(plans, "预算", at=AT, by_date=True)

    assert found.pks == through_the_months[1::2]
    assert found.counts["kind"] == {"plan": MONTHS}
    assert find_hits(plans, "没有这个词", at=AT).pks == []
