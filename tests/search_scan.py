"""Search against a plain substring scan: what of the texts that hold a string is found, and what else."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import rjieba
from django.db.models import Q

from disclosure.catalogue.search.lexemes import RUN, fold_for_search
from disclosure.catalogue.search.query_words import all_words, title_matches, wanted
from disclosure.models import Item

SHORTEST, LONGEST = 2, 8  # characters


@dataclass
class Score:
    """Of one kind of question: how many strings were asked, what a scan finds, what of it was found, and what besides."""

    kind: str
    asked: int = 0
    there: int = 0
    found: int = 0
    false: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.there if self.there else 1.0

    def add(self, text: str, *, scanned: set[int], found: set[int]) -> None:
        self.asked += 1
        self.there += len(scanned)
        self.found += len(scanned & found)
        self.false += len(found - scanned)
        if scanned - found:
            self.missed.append(text)


TITLES, WORDS, PHRASES, CUT = "titles and numbers", "words in bodies", "phrases in bodies", "quoted strings in bodies"


class Corpus:
    """The published items' folded texts, as a scan reads them."""

    def __init__(self, *, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same questions each time
        fields = "title", "document_number", "index_number", "summary", "body"
        rows = Item.objects.exclude(index_number=None).order_by("pk").values_list("pk", *fields)
        self.titles = {pk: list(map(fold_for_search, texts[:3])) for pk, *texts in rows}
        self.texts = {pk: list(map(fold_for_search, texts)) for pk, *texts in rows}
        self.pks = list(self.texts)

    def scan(self, text: str, *, within: dict[int, list[str]]) -> set[int]:
        return {pk for pk, texts in within.items() if any(text in one for one in texts)}

    def scores(self, *, number: int) -> list[Score]:
        """So many different strings of 2 to 8 characters, a quarter of each kind."""
        found = [Score(kind) for kind in (TITLES, WORDS, PHRASES, CUT)]
        for score in found:
            for text in self._strings(score.kind, number // len(found)):
                within = self.titles if score.kind == TITLES else self.texts
                score.add(text, scanned=self.scan(text, within=within), found=_ask(score.kind, text))
        return found

    def _strings(self, kind: str, number: int) -> Iterator[str]:
        seen: set[str] = set()
        while len(seen) < number:
            texts = self.texts[self.chance.choice(self.pks)]
            text = self._string(kind, texts)
            if SHORTEST <= len(text) <= LONGEST and text not in seen:
                seen.add(text)
                yield text

    def _string(self, kind: str, texts: list[str]) -> str:
        if kind == TITLES:
            return self._cut(self.chance.choice(texts[:3]))
        if kind == CUT:
            return self._cut(texts[-1])
        words = list(rjieba.cut(self.chance.choice(RUN.findall(texts[-1]))))
        first, many = self.chance.randrange(len(words)), 1 if kind == WORDS else self.chance.randint(2, 3)
        return "".join(words[first : first + many])

    def _cut(self, text: str) -> str:
        """Anywhere, across words and marks; what folds away or quotes would not be what was asked."""
        size = self.chance.randint(SHORTEST, LONGEST)
        start = self.chance.randrange(max(1, len(text) - size + 1))
        return text[start : start + size].replace('"', "")


def _ask(kind: str, text: str) -> set[int]:
    condition: Q = (
        title_matches(wanted(f'"{text}"'))
        if kind == TITLES
        else all_words(wanted(f'"{text}"' if kind == CUT else text))
    )
    return set(Item.objects.filter(condition).values_list("pk", flat=True))
