"""In which order xdist's workers take the files: the longest first, so that all workers end together.

By the durations that `make durations` wrote down. The first worker migrates the database for all; the others begin with
files that need none. The faults wait for most of their time: one worker takes them all, so that the others work meanwhile.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.worlds import is_committed, worlds_of

DURATIONS = Path(__file__).with_name("durations.json")  # seconds by file
USUAL = 0.3  # seconds of a test whose file is not written down
WAITING = "tests/faults/"


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def recorded() -> dict[str, float]:
    return json.loads(DURATIONS.read_text(encoding="utf-8"))


def put_in_order(config: pytest.Config, items: list[pytest.Item]) -> None:
    """File by file; within a file by the worlds that stand, so that each is made once, and what is committed last.

    With `-p randomly` the files come, and their tests among those of one world, as pytest-randomly has shuffled them.
    """
    files = shuffled(items) if config.pluginmanager.has_plugin("randomly") else by_length(items)
    places = {file: place for place, file in enumerate(files)}
    items.sort(key=lambda item: (places[file_of(item.nodeid)], is_committed(item), worlds_of(item)))


def shuffled(items: list[pytest.Item]) -> list[str]:
    """The files in the order of their first tests."""
    return list(dict.fromkeys(file_of(item.nodeid) for item in items))


def by_length(items: list[pytest.Item]) -> list[str]:
    """The longest first, but for two that need no database."""
    known, tests = recorded(), Counter(file_of(item.nodeid) for item in items)
    files = sorted(tests, key=lambda file: (-known.get(file, tests[file] * USUAL), file))
    with_database = {file_of(item.nodeid) for item in items if takes_database(item)}
    early = [file for file in files[1:] if file not in with_database][:2]
    return [*files[:1], *early, *(file for file in files[1:] if file not in early)]


def takes_database(item: pytest.Item) -> bool:
    fixtures = {"django_db_setup", "private_services"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db") or getattr(item, "cls", None))


class Scheduling(LoadFileScheduling):
    """xdist's own `loadfile`, but for the faults, which one worker takes together."""

    def _split_scope(self, nodeid: str) -> str:
        return WAITING if nodeid.startswith(WAITING) else super()._split_scope(nodeid)


def scheduling(config: pytest.Config, log) -> LoadFileScheduling:
    """In the order of the collection."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)


class Recorder:
    """Writes down how long each file took, in whole seconds; files that are quick are left out."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[file_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self) -> None:
        others = {file: taken for file, taken in recorded().items() if file not in self.seconds and Path(file).exists()}
        told = others | {file: round(taken) for file, taken in self.seconds.items() if taken >= 2}
        DURATIONS.write_text(json.dumps(told, indent=0, sort_keys=True) + "\n", encoding="utf-8")
