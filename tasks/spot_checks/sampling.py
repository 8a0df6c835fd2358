"""The draw of a spot check (抽取): a population in strata, a size and a seed always give the same sample.

1. The size is shared among the strata in proportion to their populations, by the largest remainder (最大余数法).
2. Within a stratum the keys are ordered by the SHA-256 of `seed:key`, written in hexadecimal, ascending.
3. The first of them are drawn, as many as the stratum's share.
4. Inspectors are drawn by the same seed (双随机): each drawn key, in its order, goes to whoever has the fewest so far; among
   those, to the smallest SHA-256 of `seed:key:username`. Who may not inspect it is passed over (回避).

Nothing here asks a database or a clock, so that anybody can recompute a draw from its printed sheet.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from tasks.models import SpotCheck


class DrawError(ValueError):
    """Such a draw is impossible; the text is fit for the screen."""


@dataclass(frozen=True, slots=True)
class StratumShare:
    """What one stratum gets of the size (层内名额), and how the largest-remainder rule came to it."""

    population: int
    of_population: int
    of_size: int
    gets_remainder: bool
    named: int | None = None  # said beforehand, and not shared out

    @property
    def size(self) -> int:
        return self.whole + self.gets_remainder if self.named is None else self.named

    @property
    def whole(self) -> int:
        return self.of_size * self.population // self.of_population

    @property
    def remainder(self) -> int:
        """The numerator of what is left over, `of_population` being the denominator."""
        return self.of_size * self.population % self.of_population

    @property
    def explanation(self) -> str:
        """The sum as a clerk would write it down."""
        if self.named is not None:
            return f"共 {self.population} 项，抽 {self.size} 项"
        quota = f"{self.of_size} × {self.population} ÷ {self.of_population}"
        if not self.remainder:
            return f"{quota} = {self.whole}，取 {self.size} 项"
        extra = "余数较大，加 1 项" if self.gets_remainder else "余数较小，不加"
        return f"{quota} = {self.whole} 余 {self.remainder}，整数取 {self.whole} 项，{extra}，共 {self.size} 项"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A key in its place: `rank` counts from 1 within its stratum."""

    key: str
    digest: str
    rank: int


@dataclass(frozen=True, slots=True)
class DrawnStratum:
    """One stratum: its whole population in drawing order, of which the first `share.size` are drawn."""

    name: str
    share: StratumShare
    tickets: tuple[Ticket, ...]

    @property
    def population(self) -> list[str]:
        return sorted(ticket.key for ticket in self.tickets)

    @property
    def drawn(self) -> tuple[Ticket, ...]:
        return self.tickets[: self.share.size]


@dataclass(frozen=True, slots=True)
class Draw:
    seed: str
    strata: tuple[DrawnStratum, ...]

    @property
    def drawn_keys(self) -> list[str]:
        """Everything that was drawn, stratum by stratum in drawing order."""
        return [ticket.key for stratum in self.strata for ticket in stratum.drawn]

    def as_json(self) -> dict[str, object]:
        """The draw as printed by `draw_spot_check --format json`."""
        return {
            "seed": self.seed,
            "size": len(self.drawn_keys),
            "strata": [
                {
                    "name": stratum.name,
                    "population": stratum.population,
                    "drawn": [ticket.key for ticket in stratum.drawn],
                }
                for stratum in self.strata
            ],
        }


def draw(
    *, strata: Mapping[str, Sequence[str]], size: int = 0, seed: str, sizes: Mapping[str, int] | None = None
) -> Draw:
    """Draw `size` keys from the strata, or of each as many as `sizes` names; raises DrawError when there are fewer, or none."""
    if not seed.strip():
        raise DrawError("请填写随机种子。")
    names = list(strata)
    if sizes is None:
        shares = allocate(populations=[len(strata[name]) for name in names], size=size)
    else:
        shares = named_shares([(len(strata[name]), sizes[name]) for name in names])
    drawn = (
        DrawnStratum(name=name, share=share, tickets=order(keys=strata[name], seed=seed))
        for name, share in zip(names, shares, strict=True)
    )
    return Draw(seed=seed, strata=tuple(drawn))


def allocate(*, populations: Sequence[int], size: int) -> list[StratumShare]:
    """Share the size among strata by the largest remainder; equal remainders go to the stratum that stands first.

    The shares add up to the size and none exceeds its population: a stratum without a remainder gets nothing extra.
    """
    total = sum(populations)
    if not 1 <= size <= total:
        raise DrawError(f"抽取数量应在 1 到总体数 {total} 之间。" if total else "总体为空，没有可以抽取的任务分工。")
    plain = [StratumShare(population, total, size, gets_remainder=False) for population in populations]
    missing = size - sum(share.whole for share in plain)
    by_remainder = sorted(range(len(plain)), key=lambda place: (-plain[place].remainder, place))
    lucky = set(by_remainder[:missing])
    return [StratumShare(share.population, total, size, place in lucky) for place, share in enumerate(plain)]


def named_shares(of: Sequence[tuple[int, int]]) -> list[StratumShare]:
    """Population and named size of each stratum, of which something is drawn everywhere."""
    if not of or any(not 1 <= size <= population for population, size in of):
        raise DrawError("每一层至少抽一项，最多抽全部。")
    populations, sizes = zip(*of, strict=True)
    return [StratumShare(each, sum(populations), sum(sizes), gets_remainder=False, named=size) for each, size in of]


def order(*, keys: Sequence[str], seed: str) -> tuple[Ticket, ...]:
    """The keys in drawing order (排序值 ascending)."""
    digests = sorted((digest(seed=seed, key=key), key) for key in keys)
    return tuple(Ticket(key=key, digest=value, rank=rank) for rank, (value, key) in enumerate(digests, start=1))


def deal(
    *, keys: Sequence[str], seed: str, pool: Collection[str], passed_over: Collection[tuple[str, str]]
) -> dict[str, str]:
    """Key → the inspector's username; a key for which nobody is left is absent. `passed_over` holds (key, username)."""
    load = dict.fromkeys(pool, 0)
    dealt: dict[str, str] = {}
    for key in keys:
        fit = [who for who in load if (key, who) not in passed_over]
        if fit:
            dealt[key] = _next_inspector(fit, key=key, seed=seed, load=load)
            load[dealt[key]] += 1
    return dealt


def _next_inspector(fit: Sequence[str], *, key: str, seed: str, load: Mapping[str, int]) -> str:
    return min(fit, key=lambda who: (load[who], digest(seed=seed, key=f"{key}:{who}")))


def digest(*, seed: str, key: str) -> str:
    """SHA-256 of `seed:key` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


# The recipe (重算办法) by which anybody recomputes a draw, and the data that it is fed with.

DOCUMENT = "docs/draw-recipe.md"
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@cache
def program() -> str:
    """The program as the document prints it, at most twenty lines of plain Python."""
    found = PROGRAM.search((settings.BASE_DIR / DOCUMENT).read_text(encoding="utf-8"))
    if found is None:
        raise LookupError(f"{DOCUMENT} has no program")
    return found[1]


def recipe_data(spot_check: SpotCheck) -> dict[str, Any]:
    """What the program reads: seed, size, the population of each stratum, the pool and who was passed over."""
    kept = ("name", "population", "size") if spot_check.quota else ("name", "population")
    return {
        "seed": spot_check.seed,
        "size": spot_check.size,
        "strata": [{name: each[name] for name in kept} for each in spot_check.strata],
        "inspectors": spot_check.inspector_pool,
        "passed_over": spot_check.passed_over,
    }
