"""How each kind of waiting work (今天要办) comes about, whose it is, and the act that does away with it; for `test_inbox`.

A room tells it in a file `waiting.py` among its own tests.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

from tests.cast import Cast
from tests.tasks.factories import TODAY

OFFICES, READERS = {"office", "second_office"}, {"office", "second_office", "signer"}
Act = Callable[[], object]


@dataclass(frozen=True)
class Piece:
    """What was made: whose inboxes it is in, and what does away with it; or the day by which it has gone by itself."""

    owners: set[str]
    act: Act = lambda: None
    after: timedelta = timedelta()
    on: date = TODAY


Maker = Callable[[Cast], Piece]
_MAKERS = defaultdict[str, list[Maker]](list)


def waits(*kinds: str) -> Callable[[Maker], Maker]:
    """What is decorated makes a piece of these kinds of waiting work."""

    def keep(make: Maker) -> Maker:
        for kind in kinds:
            _MAKERS[kind].append(make)
        return make

    return keep


def makers_of_all_rooms() -> dict[str, list[Maker]]:
    """By kind."""
    tests = Path(__file__).parent
    for file in sorted(tests.rglob("waiting.py")):
        import_module(".".join(file.relative_to(tests.parent).with_suffix("").parts))
    return dict(_MAKERS)
