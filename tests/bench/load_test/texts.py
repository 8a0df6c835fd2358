"""Titles and bodies like those of a county: some words in every paper, most in few, names in one or two."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from disclosure.catalogue.search.lexemes import fold_for_search, lexemes_of
from ninghai.models import Unit
from tests.bench.load_test import words

T = TypeVar("T")

LENGTH = 400  # characters of a body
NAMES = 30_000  # villages, firms and people each
OF_A_MATTER = 400  # different sentences about a matter


class Sentence(NamedTuple):
    """With what search keeps of it: worked out once for the many papers in which it stands."""

    text: str
    folded: str
    lexemes: frozenset[str]


class Paper(NamedTuple):
    title: str
    sentences: list[Sentence]  # the first one is the summary

    @property
    def summary(self) -> str:
        return self.sentences[0].text

    @property
    def body(self) -> str:
        return "\n".join(sentence.text for sentence in self.sentences[1:])


@dataclass
class Writer:
    """Writes papers by chance; `chance` is what makes the same seed write the same papers."""

    chance: random.Random
    units: Sequence[Unit]
    years: Sequence[int]
    villages: list[str] = field(init=False)
    firms: list[str] = field(init=False)
    people: list[str] = field(init=False)
    known: dict[str, list[Sentence]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.villages = [self._signs(words.VILLAGE_SIGNS) + self._one(words.AFTER_VILLAGE) for _ in range(NAMES)]
        self.firms = [
            f"宁海{self._signs(words.FIRM_SIGNS)}{self._one(words.FIRM_TRADES)}有限公司" for _ in range(NAMES)
        ]
        self.people = [
            self._one(words.SURNAMES) + self._signs(words.GIVEN_SIGNS, self._one((1, 2, 2))) for _ in range(NAMES)
        ]

    def paper(self, *, unit: Unit, year: int) -> Paper:
        matter = self._often(words.MATTERS)
        about = self.known.get(matter) or self.known.setdefault(matter, list(self._sentences(matter)))
        sentences, length = [self._one(about)], 0
        while length < LENGTH:
            sentences.append(self._one(about))
            length += len(sentences[-1].text)
        return Paper(self._title(matter=matter, unit=unit, year=year), sentences)

    def _title(self, *, matter: str, unit: Unit, year: int) -> str:
        kind, act, form = self.chance.random(), self._one(words.ACTS), self._one(words.FORMS)
        if kind < 0.4:
            return f"{unit.name}关于{act}{year}年{matter}工作的{form}"
        if kind < 0.7:
            place = f"{self._one(words.TOWNS)}{self._one(self.villages)}"
            return f"关于{act}{place}{self._one(words.WORKS)}工程的{form}"
        if kind < 0.85:
            return f"{self._one(self.firms)}{matter}{form}"
        return f"{unit.short_name}{year}年第{self._number(1, 40)}期{matter}{form}"

    def _sentences(self, matter: str) -> Iterator[Sentence]:
        for _ in range(OF_A_MATTER):
            text = self._one(words.SENTENCES).format(matter=matter, **self._details())
            folded = fold_for_search(text)
            yield Sentence(text, folded, frozenset(lexemes_of(folded)))

    def _details(self) -> dict[str, object]:
        one, number, year = self._one, self._number, self._one(self.years)
        return {
            "other": self._often(words.MATTERS),
            "unit": one(self.units).short_name,
            "source": one(words.SOURCES),
            "town": one(words.TOWNS),
            "village": one(self.villages),
            "firm": one(self.firms),
            "person": one(self.people),
            "work": one(words.WORKS),
            "number": number(10, 9999),
            "percent": number(60, 99),
            "small": number(2, 20),
            "phone": number(1000, 9999),
            "year": year,
            "day": f"{year}年{number(1, 12)}月{number(1, 28)}日",
            "later": f"{number(1, 12)}月{number(1, 28)}日",
        }

    def _one(self, choices: Sequence[T]) -> T:
        return choices[int(len(choices) * self.chance.random())]

    def _often(self, choices: Sequence[T]) -> T:
        """The first ones far more often than the last, as words are in any language."""
        return choices[int(len(choices) * self.chance.random() ** 2)]

    def _signs(self, signs: str, size: int = 2) -> str:
        return "".join(self.chance.choices(signs, k=size))

    def _number(self, least: int, most: int) -> int:
        return least + int((most - least + 1) * self.chance.random())
