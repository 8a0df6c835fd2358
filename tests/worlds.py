"""What many tests find set up (the cast, a notice, a county): made once for a file, in transactions around each test's own.

A world is a fixture like any other to who asks for it. It is made when the first test of a file asks for it; each test
gets copies of its objects, and whatever the test writes is rolled back to it. Tests whose data are committed, and
those that ask for it only on their way, get a world of their own.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.databases import rewind_sequences

Maker = Callable[..., Any]

MAKERS: dict[str, Maker] = {}
GIVEN: dict[str, tuple[str, ...]] = {}  # the worlds on which each stands that its maker is given, the highest last


@dataclass(slots=True)
class Stage:
    """The worlds that stand at this moment, each in a transaction within that of the one below."""

    standing: dict[str, Any] = field(default_factory=dict)
    blocks: list[transaction.Atomic] = field(default_factory=list)

    def set_for(self, names: tuple[str, ...]) -> None:
        """Let exactly these worlds stand; those that stand already are kept as they are."""
        kept = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(names, self.standing, strict=False))))
        self.strike(down_to=kept)
        for name in names[kept:]:
            self._set_up(name)

    def _set_up(self, name: str) -> None:
        if not self.blocks:
            rewind_sequences()
        block = transaction.atomic()
        block.__enter__()
        self.blocks.append(block)
        try:
            self.standing[name] = MAKERS[name](*deepcopy([self.standing[each] for each in GIVEN[name]]))
        except BaseException:
            self.standing[name] = None
            self.strike()
            raise

    def strike(self, *, down_to: int = 0) -> None:
        """Undo the worlds above."""
        for name in list(self.standing)[down_to:]:
            del self.standing[name]
        while len(self.blocks) > down_to:
            block = self.blocks.pop()
            try:
                transaction.set_rollback(True)
                block.__exit__(None, None, None)
            except DatabaseError:  # the test has lost the connection, and with it all that stood
                connection.close()


STAGE = Stage()


def world(name: str, make: Maker, *, on: tuple[str, ...] = ()) -> Any:
    """The fixture `name`: what `make` makes of the worlds `on` which it stands, the highest last."""
    GIVEN[name], MAKERS[name] = on, make

    def get(request: pytest.FixtureRequest, db: None) -> Any:
        if name in STAGE.standing:
            return deepcopy(STAGE.standing[name])
        return make(*(request.getfixturevalue(each) for each in on))

    get.__doc__ = make.__doc__
    return pytest.fixture(name=name)(get)


def worlds_of(item: pytest.Item) -> tuple[str, ...]:
    """The worlds that a test asks for, from the ground up; none for a test whose data are committed."""
    if is_committed(item):
        return ()
    asked = (*getattr(item, "fixturenames", ()), *_named_in_parameters(item))
    return max((floors(name) for name in asked if name in GIVEN), key=len, default=())


def _named_in_parameters(item: pytest.Item) -> list[str]:
    """For `request.getfixturevalue` of a parameter."""
    return (
        [each for each in item.callspec.params.values() if isinstance(each, str)] if hasattr(item, "callspec") else []
    )


def floors(name: str) -> tuple[str, ...]:
    """The worlds on which this one stands, from the ground up to itself."""
    return (*(floors(GIVEN[name][-1]) if GIVEN[name] else ()), name)


def is_committed(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asks = "transactional_db" in getattr(item, "fixturenames", ())
    return asks or bool(marker and marker.kwargs.get("transaction"))
