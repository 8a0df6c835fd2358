"""A figure with the floor that it has to keep."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Floor:
    """`sign` says on which side of the bound the value has to lie; `middle` is the median where the value is none."""

    name: str
    value: float
    unit: str  # "×", "ms", "s"
    sign: str  # "≥", "≤"
    bound: float
    n: int
    middle: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.value >= self.bound if self.sign == "≥" else self.value <= self.bound
