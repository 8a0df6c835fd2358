"""The made-up papers that other tests print and poison."""

import json

import pytest

from tests.reports import made_up
from tests.reports.poisoned_papers import SMALL, places, poisoned

MAKERS = {**SMALL, "urgent": lambda: made_up.urgent(signed=True)}


@pytest.mark.parametrize("kind", MAKERS)
def test_each_paper_is_its_own_whatever_is_written_in_another(kind: str):
    before = json.dumps({name: make() for name, make in MAKERS.items()})

    _write_in_every_place(MAKERS[kind]())

    assert json.dumps({name: make() for name, make in MAKERS.items()}) == before


def test_poison_goes_into_a_copy():
    paper = SMALL["progress"]()
    before = json.dumps(paper)

    assert "毒" in json.dumps(poisoned(paper, "毒"), ensure_ascii=False)
    assert json.dumps(paper) == before


def _write_in_every_place(paper: dict) -> None:
    for *path, last in list(places(paper)):
        holder = paper
        for step in path:
            holder = holder[step]
        holder[last] = "毒"
