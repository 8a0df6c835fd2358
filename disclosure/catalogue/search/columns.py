"""What search keeps of an item: three columns, written when it is published."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from disclosure.catalogue.search.lexemes import BETWEEN, fold_for_search, month_lexeme, text_lexemes, title_lexemes

LONGEST_TEXT = 2_000_000  # characters that are compared with a quoted string


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """What search knows of an item."""

    title: str
    document_number: str
    index_number: str
    texts: tuple[str, ...]
    published_at: datetime

    def columns(self) -> dict[str, Any]:
        """The values of the item's search columns."""
        title, text, folded = self.literals()
        return {
            "title_vector": Cast(Value(title), SearchVectorField()),
            "text_vector": Cast(Value(text), SearchVectorField()),
            "search_text": folded,
        }

    def literals(self) -> tuple[str, str, str]:
        """`title_vector`, `text_vector` and `search_text`, the vectors as literals."""
        month = month_lexeme(self.published_at)
        numbers = [self.title, self.document_number, self.index_number]
        folded = BETWEEN.join(map(fold_for_search, [*numbers, *self.texts]))
        return title_lexemes(numbers, month=month), text_lexemes(folded, month=month), folded[:LONGEST_TEXT]
