"""What is a title and what a statement (标题与正文): 加强领导 names a part, whole sentences say what has to be done."""

import re

from tasks.notice.numbering import SENTENCE_END

LONGEST_TITLE = 60  # taken from a statement
LONGEST_HEADING = 100
CLAUSE_END = re.compile(r"[，,：:]")
BLANK_BEHIND_TITLE = re.compile(r"(?<=[\u4e00-\u9fff”）])[ \u3000\t]+(?=[\u4e00-\u9fff“])")


def is_statement(words: str) -> bool:
    """Whole sentences, not a title."""
    return bool(SENTENCE_END.search(words)) or len(words) > LONGEST_HEADING


def is_sentence(words: str) -> bool:
    """One sentence, short enough for a title that ends with a full stop."""
    found = SENTENCE_END.search(words)
    return len(words) <= LONGEST_TITLE and (found is None or found.end() == len(words))


def title_of(words: str) -> str:
    """The words of a heading; of a statement its first sentence, or the first clause of a long one."""
    if not is_statement(words):
        return words
    sentence = SENTENCE_END.split(words, maxsplit=1)[0]
    if len(title := BLANK_BEHIND_TITLE.split(sentence, maxsplit=1)[0]) <= LONGEST_TITLE:
        return title
    return sentence if len(sentence) <= LONGEST_TITLE else CLAUSE_END.split(sentence, maxsplit=1)[0][:LONGEST_TITLE]
