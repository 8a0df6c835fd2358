"""The text of an item as it is set (正文): one plain text with a few marks, for page, paper, search and import alike.

`blocks` reads headings, paragraphs, lists and tables out of it, `writing` writes them, or the plain words without marks.
`word` and `word_text` read a Word document in the sandbox, `from_word` is that part of the drafter's form.
"""
