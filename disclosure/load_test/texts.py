"""Titles and bodies like those of a county: some words in every paper, most in few, names in one or two."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from disclosure.load_test import words
from ninghai.models import Unit

LENGTH = 400  # characters of a body
NAMES = 30_000  # villages, firms and people each


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    summary: str
    body: str


@dataclass
class Writer:
    """Writes papers by chance; `chance` is what makes the same seed write the same papers."""

    chance: random.Random
    villages: list[str] = field(init=False)
    firms: list[str] = field(init=False)
    people: list[str] = field(init=False)

    def __post_init__(self) -> None:
        pick = self.chance.choices
        self.villages = [
            "".join(pick(words.VILLAGE_SIGNS, k=2)) + self.chance.choice(words.AFTER_VILLAGE) for _ in range(NAMES)
        ]
        self.firms = [
            f"宁海{''.join(pick(words.FIRM_SIGNS, k=2))}{self.chance.choice(words.FIRM_TRADES)}有限公司"
            for _ in range(NAMES)
        ]
        self.people = [
            self.chance.choice(words.SURNAMES) + "".join(pick(words.GIVEN_SIGNS, k=self.chance.choice((1, 2, 2))))
            for _ in range(NAMES)
        ]

    def paper(self, *, unit: Unit, year: int) -> Paper:
        matter = self._often(words.MATTERS)
        sentences = self._sentences(matter=matter, unit=unit, year=year)
        summary = next(sentences)
        body, length = [], 0
        while length < LENGTH:
            body.append(next(sentences))
            length += len(body[-1])
        return Paper(self._title(matter=matter, unit=unit, year=year), summary, "\n".join(body))

    def _title(self, *, matter: str, unit: Unit, year: int) -> str:
        choice, kind = self.chance.choice, self.chance.random()
        act, form = choice(words.ACTS), choice(words.FORMS)
        if kind < 0.4:
            return f"{unit.name}关于{act}{year}年{matter}工作的{form}"
        place = f"{choice(words.TOWNS)}{choice(self.villages)}"
        if kind < 0.7:
            return f"关于{act}{place}{choice(words.WORKS)}工程的{form}"
        if kind < 0.85:
            return f"{choice(self.firms)}{matter}{form}"
        return f"{unit.short_name}{year}年第{self.chance.randint(1, 40)}期{matter}{form}"

    def _sentences(self, *, matter: str, unit: Unit, year: int) -> Iterator[str]:
        choice, number = self.chance.choice, self.chance.randint
        while True:
            yield choice(words.SENTENCES).format(
                matter=matter,
                other=self._often(words.MATTERS),
                unit=unit.short_name,
                source=choice(words.SOURCES),
                town=choice(words.TOWNS),
                village=choice(self.villages),
                firm=choice(self.firms),
                person=choice(self.people),
                work=choice(words.WORKS),
                number=number(10, 9999),
                percent=number(60, 99),
                small=number(2, 20),
                phone=number(1000, 9999),
                year=year,
                day=f"{year}年{number(1, 12)}月{number(1, 28)}日",
                later=f"{number(1, 12)}月{number(1, 28)}日",
            )

    def _often(self, choices: tuple[str, ...]) -> str:
        """The first ones far more often than the last, as words are in any language."""
        return choices[int(len(choices) * self.chance.random() ** 2)]
