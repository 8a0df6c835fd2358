from dataclasses import replace

import pytest

from ninghai.models import Job
from ninghai.models.job import KINDS
from tests.jobs.makers import MAKERS

SPECIMENS = ("report", "import", "email")  # of what is made, what goes on in turns, and what is sent
EACH_KIND = [pytest.param(kind, marks=[] if kind in SPECIMENS else pytest.mark.exhaustive) for kind in KINDS]


@pytest.fixture(params=EACH_KIND)
def job(request, cast, monkeypatch) -> Job:
    """One of each kind, all of which are on."""
    for name, kind in KINDS.items():
        monkeypatch.setitem(KINDS, name, replace(kind, is_on=lambda: True))
    return MAKERS[request.param](cast)
