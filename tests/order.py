"""In which order xdist's workers take the files: the longest first, so that both workers end together.

By the durations of earlier runs; a file that is not named here takes less than ten seconds or so, and comes by the
number of its tests. The second worker begins with what needs no database, while the first migrates it for both. The
faults wait for most of their time: one worker takes them all, so that the other works meanwhile.
"""

from collections import Counter

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.stage import is_committed, worlds_of

FIRST = [
    "tests/fixtures/test_demo_year.py",
    "tests/test_layers.py",
    "tests/ninghai/test_reckoning.py",
    "tests/tasks/scoring/test_oracle.py",
    "tests/ninghai/personal_data/test_finder.py",
    "tests/browser/test_every_page.py",
    "tests/security/hostile/test_forms.py",
    "tests/security/permissions/test_disclosure.py",
    "tests/security/hostile/test_parameters.py",
    "tests/security/permissions/test_tasks.py",
    "tests/browser/test_moves.py",
    "tests/browser/test_public_face.py",
    "tests/disclosure/leaks/test_table.py",
    "tests/faults/test_disk.py",
    "tests/faults/test_poison.py",
    "tests/faults/test_postgresql.py",
    "tests/faults/test_redis.py",
    "tests/faults/test_requests.py",
    "tests/faults/test_scheduler.py",
    "tests/faults/test_workers.py",
    "tests/reports/test_grid.py",
    "tests/reports/test_poison.py",
    "tests/reports/every_number/test_booklet.py",
    "tests/reports/every_number/test_every_number.py",
    "tests/tasks/test_every_illegal_move.py",
    "tests/browser/test_publish_and_find.py",
    "tests/browser/test_year_of_a_work_point.py",
    "tests/disclosure/leaks/test_snapshot.py",
    "tests/disclosure/test_search.py",
    "tests/reports/test_pdf_layout.py",
    "tests/ninghai/test_private_services.py",
    "tests/test_lists.py",
    "tests/test_deployment.py",
    "tests/ninghai/test_replica.py",
    "tests/disclosure/test_exports.py",
    "tests/browser/test_spot_check.py",
    "tests/disclosure/test_feeds.py",
    "tests/disclosure/test_archives.py",
    "tests/disclosure/test_api_description.py",
    "tests/tasks/test_reminders.py",
    "tests/browser/test_correction_desk.py",
    "tests/browser/test_older_items.py",
    "tests/browser/test_heat_map.py",
    "tests/browser/test_review_page.py",
    "tests/tasks/test_progress.py",
    "tests/reports/test_commands.py",
    "tests/reports/test_pdf_safety.py",
    "tests/reports/test_booklets.py",
]
WAITING = "tests/faults/"


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def sort_by_length(items: list[pytest.Item]) -> None:
    """File by file; within a file by the worlds that stand, so that each is made once, and what is committed last."""
    places = {name: place for place, name in enumerate(FIRST)}
    tests = Counter(map(file_of, items))

    def place(item: pytest.Item) -> tuple[object, ...]:
        file = file_of(item)
        return places.get(file, len(FIRST)), -tests[file], file, is_committed(item), worlds_of(item)

    items.sort(key=place)


class Scheduling(LoadFileScheduling):
    """xdist's own `loadfile`, but for the faults, which one worker takes together."""

    def _split_scope(self, nodeid: str) -> str:
        return WAITING if nodeid.startswith(WAITING) else super()._split_scope(nodeid)


def scheduling(config: pytest.Config, log) -> LoadFileScheduling:
    """In the order of the collection."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)
