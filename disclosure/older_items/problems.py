"""What is wrong in a row, and in which column (逐行逐列的错误)."""

from dataclasses import dataclass
from typing import TypedDict

from disclosure.older_items.layout import Column


class ProblemAsJson(TypedDict):
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One error at its column; the message says what to do."""

    column: Column
    message: str

    def as_json(self) -> ProblemAsJson:
        return {"column": self.column.value, "message": self.message}


class UnreadableValue(ValueError):
    """A cell says something that cannot be taken over; the text is fit for the screen."""
