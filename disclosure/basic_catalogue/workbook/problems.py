"""What is wrong with a table, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps the table from being imported: Excel's row, the column by its head, a sentence."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"第 {self.row} 行“{self.column}”" if self.row else f"“{self.column}”"
        return f"{where}：{self.message}"
