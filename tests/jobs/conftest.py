from dataclasses import replace

import pytest

from ninghai.models import Job
from ninghai.models.job import KINDS
from tests.jobs.makers import MAKERS


@pytest.fixture(params=KINDS)
def job(request, cast, monkeypatch) -> Job:
    """One of each kind, all of which are on."""
    for name, kind in KINDS.items():
        monkeypatch.setitem(KINDS, name, replace(kind, is_on=lambda: True))
    return MAKERS[request.param](cast)
