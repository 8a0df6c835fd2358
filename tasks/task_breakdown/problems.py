"""What is wrong in a sheet, and where (逐行逐列的错误)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error at its row and column; the message says what to do."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"第{self.row}行“{self.column}”列：{self.message}"
