"""What many public pages have in common, kept as long as nothing that the public sees has changed (see `revision`).

It lies in the memory of the process, so that what comes out is what was put in. A new revision empties it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class RevisionCache(Generic[T]):
    """Values by key, made when first asked for; at most `most` of them under one revision: what was asked for longest ago
    goes first. Threads share it: each holds what it has read or made itself."""

    def __init__(self, *, most: int = 200) -> None:
        self.most = most
        self.lock = Lock()
        self.revision, self.values = "", OrderedDict[Hashable, T]()

    def get(self, key: Hashable, make: Callable[[], T], *, revision: str) -> T:
        """The kept value, else the one that is made now. The revision was read before anything else."""
        if (kept := self.look(key, revision=revision)) is not None:
            return kept
        value = make()
        self.keep(key, value, revision=revision)
        return value

    def look(self, key: Hashable, *, revision: str) -> T | None:
        """The kept value, if there is one."""
        with self.lock:
            if revision == self.revision and key in self.values:
                self.values.move_to_end(key)
                return self.values[key]
        return None

    def keep(self, key: Hashable, value: T, *, revision: str) -> None:
        with self.lock:
            if revision != self.revision:
                self.revision, self.values = revision, OrderedDict()
            self.values[key] = value
            while len(self.values) > self.most:
                self.values.popitem(last=False)
