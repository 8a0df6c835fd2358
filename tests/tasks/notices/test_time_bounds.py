"""Reading stays in time: no pattern of the reader is tried in every combination on long texts of its own words."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import chain

import pytest

import tasks.notices.reading
from tests.costs import costs_at_most
from tests.tasks.notices.documents import read

LENGTH = 600
SECONDS = 10  # a pattern that doubles its work with each word would take years


def compiled(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        yield from chain.from_iterable(map(compiled, value))


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module of the reader holds, alone or in a table of conventions."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.iter_modules(tasks.notices.reading.__path__):
        values = vars(importlib.import_module(f"tasks.notices.reading.{module.name}"))
        for name, value in values.items():
            for number, pattern in enumerate(compiled(value)):
                if isinstance(pattern.pattern, str):
                    found[pattern.pattern] = pattern
                    NAMES.setdefault(pattern.pattern, f"{module.name}.{name}[{number}]")
    return found


NAMES: dict[str, str] = {}
PATTERNS = patterns()


def inputs(pattern: str) -> Iterator[str]:
    """Words of the pattern repeated, alone and in turn, with an end that lets no match through."""
    words = list(dict.fromkeys(re.findall(r"[\u4e00-\u9fff]{1,6}", pattern)))[:20]
    words += ["（", "(", "12", "2018年", "、", " ", "　"]
    for word in (*words, "".join(words)):
        yield (word * LENGTH)[:LENGTH] + "\0"


@pytest.mark.parametrize("source", PATTERNS, ids=lambda source: NAMES[source])
def test_a_pattern_stays_in_time_on_its_own_words(source):
    with costs_at_most(SECONDS):
        for text in inputs(source):
            sum(1 for _ in PATTERNS[source].finditer(text))


@pytest.mark.parametrize(
    "words",
    [
        "按职责分工",
        "协同",
        "由县财政局会同",
        "县财政局牵头，",
        "每年",
        "每季度首月",
        "2018年1月至",
        "11月、",
        "县财政局和",
        "自2018年5月1日",
        "责任单位；",
        "（县财政局",
        "上半年、",
        "|县财政局",
        "\t责任单位",
    ],
)
def test_a_long_line_of_the_same_words_is_read_in_time(words):
    with costs_at_most(SECONDS):
        read("1.推进工作。（责任单位：县财政局）", words * (30_000 // len(words)))
