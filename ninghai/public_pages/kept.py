"""What many public pages have in common, kept as long as nothing that the public sees has changed (see `revision`).

It lies in the memory of the process, so that what comes out is what was put in. A new revision empties it.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class KeptPerRevision(Generic[T]):
    """Values by key, made when first asked for; at most `most` of them under one revision."""

    def __init__(self, *, most: int = 200) -> None:
        self.most = most
        self.kept: tuple[str, dict[Hashable, T]] = ("", {})

    def get(self, key: Hashable, make: Callable[[], T], *, revision: str) -> T:
        """The kept value, else the one that is made now. The revision was read before anything else."""
        of, values = self.kept
        if of != revision:
            values = {}
            self.kept = (revision, values)
        if key not in values:
            if len(values) >= self.most:
                values.clear()
            values[key] = make()
        return values[key]
