"""Search in Chinese with PostgreSQL's own means; the only place that knows how it works.

    folding.py      both sides as they are compared
    lexemes.py      text → lexemes, as PostgreSQL's parsers do not cut Chinese
    columns.py      the search columns of an item
    asking.py       the words of a query → tsquery
    units.py        words that name a unit → whose papers come first
    conditions.py   a query → conditions on items
    hits.py         the newest 10,000 hits, in order
    counting.py     how many of them belong to each unit, topic, duty …
    snippets.py     where the words stand in a text
    suggestions.py  titles while somebody types; another spelling
    hints.py        what to say when nothing is found

Titles and numbers are found by any substring of two or more characters and by nothing else (`title_vector`: pairs with
positions, a phrase of pairs is a substring). Body, summary and attachments are found by words: `text_vector` holds
their pairs without positions, a long string is cut into words that may stand anywhere. A quoted string is looked for by
its pairs, and compared with the folded text (`search_text`).

Why pairs, and not words as a dictionary cuts them: words are a third of the size, but find 0.81 of rare two-character
words and 0.50 of strings cut across words, and a string without a dictionary word in it leaves nothing to look up, so
that a million texts would have to be read. Pairs find all of them, need no recheck up to two characters, and do not
change with the dictionary. At 1,000,000 items of 430 characters the index takes 0.7 GB.
"""

from disclosure.catalogue.search.columns import Searchable
from disclosure.catalogue.search.lexemes import fold_for_search
from disclosure.catalogue.search.query import LONGEST_QUERY, QueryTerm, matches, wanted

__all__ = ["LONGEST_QUERY", "QueryTerm", "Searchable", "fold_for_search", "matches", "wanted"]
