"""A page never waits for the counter of its views; here two readings of it are compared, so it waits however busy the machine is."""

import pytest

from disclosure.catalogue import item_page


@pytest.fixture(autouse=True)
def _every_view_is_counted(monkeypatch):
    monkeypatch.setattr(item_page, "PATIENCE", 30)  # seconds
    item_page.counters.cache_clear()
    yield
    item_page.counters.cache_clear()
