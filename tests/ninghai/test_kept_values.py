"""Values kept per revision: shared by threads, the least asked for goes first."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from ninghai.web.public_pages.revision import RevisionCache


def test_what_is_asked_for_again_and_again_outlives_hundreds_of_others():
    kept, made = RevisionCache[str](most=10), []

    def make() -> str:
        made.append(1)
        return "hot"

    for number in range(500):
        assert kept.get("hot", make, revision="1") == "hot"
        kept.get(number, lambda: "cold", revision="1")

    assert len(made) == 1
    assert len(kept.values) == 10


def test_a_new_revision_empties_it():
    kept, numbers = RevisionCache[int](), count()

    assert [kept.get("a", lambda: next(numbers), revision=of) for of in "1122"] == [0, 0, 1, 1]


def test_threads_that_ask_for_many_values_and_revisions_at_once_each_get_theirs():
    """One thread clears, or goes on to another revision, between another's making a value and reading it."""
    kept = RevisionCache[tuple[int, str]](most=2)

    def ask(number: int) -> bool:
        key, revision = number % 7, str(number // 50 % 3)
        return kept.get(key, lambda: (key, revision), revision=revision) == (key, revision)

    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(ask, range(20_000)))
