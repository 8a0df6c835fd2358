"""Search in Chinese with PostgreSQL's own means; the only place that knows how it works.

    lexemes.py      both sides as they are compared; text → lexemes, as PostgreSQL's parsers do not cut Chinese
    query_words.py  the words of a query, the units that they name, and what both ask of PostgreSQL
    hits.py         the newest 10,000 hits in order, how many belong to each unit, topic, duty …; what to say without any
    renewal.py      the search columns of an item, written whenever what the public reads changes

Titles and numbers are found by any substring of two or more characters and by nothing else (`Item.title_vector`: pairs with
positions, a phrase of pairs is a substring). Body, summary and attachments are found by words: `Item.text_vector`
holds their pairs without positions, a long string is cut into words that may stand anywhere. A quoted string is looked for by
its pairs, and compared with the folded text (`Item.search_text`).

Why pairs, and not words as a dictionary cuts them: words are a third of the size, but find 0.81 of rare two-character
words and 0.50 of strings cut across words, and a string without a dictionary word in it leaves nothing to look up, so
that a million texts would have to be read. Pairs find all of them, need no recheck up to two characters, and do not
change with the dictionary. At 1,000,000 items of 430 characters the index takes 0.7 GB.
"""
