"""In which order xdist's workers take the files: the longest first, so that all workers end together.

By the durations that `make durations` wrote down. The first worker migrates the database for all; the others begin with
files that need none. The faults wait for most of their time: one worker takes them all, so that the others work meanwhile.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.sizes import is_for_developers
from tests.worlds import is_committed, worlds_of

DURATIONS = Path(__file__).with_name("durations.json")  # seconds by file: of all its tests, and of those in `make test`
USUAL = 0.3  # seconds of a test of which nothing is known
LONG = 60  # seconds
WAITING = "tests/faults/"


def file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def recorded(*, is_whole: bool) -> dict[str, float]:
    """Seconds by file: of all its tests, or of those that `make test` runs."""
    told = json.loads(DURATIONS.read_text(encoding="utf-8"))
    return {file: seconds[0 if is_whole else 1] for file, seconds in told.items()}


def put_in_order(config: pytest.Config, items: list[pytest.Item]) -> None:
    """File by file; within a file by the worlds that stand, so that each is made once, and what is committed last.

    With `-p randomly` the files come, and their tests among those of one world, as pytest-randomly has shuffled them; those
    that take minutes come first all the same, so that no worker begins one when the others end.
    """
    files = (
        shuffled(items) if config.pluginmanager.has_plugin("randomly") else by_length(items, workers=workers_of(config))
    )
    places = {file: place for place, file in enumerate(files)}
    items.sort(key=lambda item: (places[file_of(item.nodeid)], is_committed(item), worlds_of(item)))


def shuffled(items: list[pytest.Item]) -> list[str]:
    """The files in the order of their first tests, the long ones before the others."""
    known = recorded(is_whole=True)
    files = dict.fromkeys(file_of(item.nodeid) for item in items)
    return sorted(files, key=lambda file: known.get(file, 0) < LONG)


def workers_of(config: pytest.Config) -> int:
    return getattr(config, "workerinput", {}).get("workercount", 1)


def by_length(items: list[pytest.Item], *, workers: int) -> list[str]:
    """The longest first, but for those without a database, with which all workers but the first begin."""
    is_whole = not all(is_for_developers(item.keywords) for item in items)
    tests = Counter(file_of(item.nodeid) for item in items)
    lengths = estimated(recorded(is_whole=is_whole), tests)
    waiting = {file: length for file, length in lengths.items() if file.startswith(WAITING)}
    lengths |= dict.fromkeys(waiting, sum(waiting.values()))  # one worker takes them together
    files = sorted(tests, key=lambda file: (-lengths[file], file))
    with_database = {file_of(item.nodeid) for item in items if takes_database(item)}
    early = [file for file in files[1:] if file not in with_database][: workers - 1]
    return [*files[:1], *early, *(file for file in files[1:] if file not in early)]


def estimated(known: dict[str, float], tests: Counter[str]) -> dict[str, float]:
    """The seconds of each file; one that is not written down takes for each test what tests beside it take."""
    seconds, counted = Counter[str](), Counter[str]()
    for file in tests:
        if file in known:
            for folder in ("", str(Path(file).parent)):
                seconds[folder] += known[file]
                counted[folder] += tests[file]

    def guess(file: str) -> float:
        folder = next((each for each in (str(Path(file).parent), "") if counted[each]), None)
        return tests[file] * (USUAL if folder is None else seconds[folder] / counted[folder])

    return {file: known.get(file, guess(file)) for file in tests}


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
    """Writes down how many seconds each file took: all of it, and what `make test` runs of it."""

    def __init__(self) -> None:
        self.all, self.core = Counter[str](), Counter[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = file_of(report.nodeid)
        self.all[file] += report.duration
        self.core[file] += report.duration if is_for_developers(report.keywords) else 0

    def pytest_sessionfinish(self) -> None:
        before = json.loads(DURATIONS.read_text(encoding="utf-8"))
        kept = {file: taken for file, taken in before.items() if Path(file).exists()}
        told = kept | {file: [round(self.all[file], 1), round(self.core[file], 1)] for file in self.all}
        lines = ",\n".join(f"{json.dumps(file)}: {json.dumps(told[file])}" for file in sorted(told))
        DURATIONS.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
