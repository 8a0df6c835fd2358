from collections.abc import Callable
from dataclasses import replace

import pytest

from ninghai.models import Job
from ninghai.models.job import KINDS
from tests.cast import Cast
from tests.jobs.makers import MAKERS
from tests.worlds import world

SPECIMENS = ("report", "import", "email")  # of what is made, what goes on in turns, and what is sent
EACH_KIND = [
    pytest.param(f"{kind}_job", marks=[] if kind in SPECIMENS else pytest.mark.exhaustive, id=kind) for kind in KINDS
]


def switch_all_on(patch: pytest.MonkeyPatch) -> None:
    for name, kind in KINDS.items():
        patch.setitem(KINDS, name, replace(kind, is_on=lambda: True))


def made(kind: str) -> Callable[[Cast], Job]:
    """The maker of a job of this kind, whether or not that is on."""

    def make(cast: Cast) -> Job:
        with pytest.MonkeyPatch.context() as patch:
            switch_all_on(patch)
            return MAKERS[kind](cast)

    return make


for each in KINDS:  # a kind without a maker fails its own tests, and says so
    globals()[f"{each}_job"] = world(f"{each}_job", made(each), on=("cast",))


@pytest.fixture(params=EACH_KIND)
def job(request, monkeypatch) -> Job:
    """One of each kind, all of which are on."""
    switch_all_on(monkeypatch)
    return request.getfixturevalue(request.param)
