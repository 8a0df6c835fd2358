"""One search of the answers for the public, the units and the hotline, with the catalogue's words; and what was asked in vain."""

import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db.models import F, Q
from django.http import HttpRequest

from disclosure.catalogue.list_search import ListSearch
from disclosure.catalogue.search.lexemes import fold_for_search
from disclosure.catalogue.search.query_words import QueryTerm, matches, ranks, text_query, wanted, words_within
from disclosure.models import Knowledge, MissedQuestion, Topic
from ninghai.models import Unit
from ninghai.personal_data.finder import find_personal_data


class KnowledgeSearch(ListSearch[Knowledge]):
    facet_labels: ClassVar = {"topic": "主题分类", "unit": "负责单位"}
    columns: ClassVar = {"topic": "topic__code", "unit": "unit__code"}
    order = ("-published_at", "-pk")

    def __init__(self, request: HttpRequest, *, on: date) -> None:
        of = Knowledge.objects.filter(status="published").order_by()
        labels = {
            "topic": dict(Topic.objects.filter(pk__in=of.values("topic")).values_list("code", "name")),
            "unit": dict(Unit.objects.filter(pk__in=of.values("unit")).values_list("code", "short_name")),
        }
        super().__init__(request, listed=Knowledge.objects.held(on=on).for_list(), labels=labels)

    @property
    def is_in_vain(self) -> bool:
        """Whether words alone are looked for, and nothing has all of them."""
        are_words_alone = self.is_valid and bool(self.words) and not self.conditions
        return are_words_alone and self.page is not None and not self.page.object_list


def among_drafts_too(listed: Any, words: str) -> Any:
    """What has the words: a draft has none for the search yet, but its question."""
    return listed.filter(matches(words) | Q(question__icontains=words))


# The best answers for a text: those with all its words; else those with the rarest of them, which a caller's sentence has besides
# many others.

MOST_TERMS, MOST_OF_A_TERM = 12, 200
TOO_USUAL = {
    "什么", "怎么", "怎样", "如何", "哪里", "多少", "可以", "需要", "我们", "请问", "想问", "一下", "这个",
    "那个", "现在", "办理", "办", "吗", "呢", "的", "了", "我", "要", "是", "在",
}  # fmt: skip


def best_answers(text: str, *, on: date, most: int = 5) -> list[Knowledge]:
    """What is public and holds on that day, the best first; for a word or for a whole sentence. Writes nothing."""
    held = Knowledge.objects.held(on=on)
    keys = _with_all(text, held, most=most)
    if len(keys) < most:
        scores = _scores(text)
        keys += sorted(scores.keys() - set(keys), key=lambda pk: (-scores[pk], -pk))[: most * 4]
    by_key = held.for_list().in_bulk(keys)
    return [by_key[pk] for pk in keys if pk in by_key][:most]


def _with_all(text: str, held: Any, *, most: int) -> list[int]:
    """The keys of those with all the words, whoever is called by them first. Of each nearness only the latest are read, so that
    the time does not grow with how many have the words."""
    with_all = held.filter(matches(text)).order_by("-pk").values_list("pk", flat=True)
    found: dict[int, None] = {}
    for rank in (*(rank() for rank in ranks(wanted(text))), Q()):
        if len(found) < most:  # no more of its latest than there are so far can be among them already
            found |= dict.fromkeys(with_all.filter(rank)[:most])
    return list(found)[:most]


def _scores(text: str) -> dict[int, float]:
    """By key: how many of the words an answer has, a rare word and one of the question more. Of a usual word only its latest
    answers are read, so that the time does not grow with the knowledge base."""
    terms = list(dict.fromkeys(part for one in wanted(text) for part in words_within(one.text)))
    found: dict[int, float] = defaultdict(float)
    for term in [each for each in terms if each not in TOO_USUAL][:MOST_TERMS]:
        query = text_query(QueryTerm(term, term, is_phrase=True))
        if not query:
            continue
        public = Knowledge.objects.filter(**{"status": "published", "text_vector__holds": query}).order_by("-pk")
        rows = list(public.values_list("pk", "question")[: MOST_OF_A_TERM + 1])
        for pk, question in rows:
            found[pk] += (2 if term in fold_for_search(question) else 1) / (1 + len(rows)) ** 0.5
    return found


# What was asked and not found (没有找到的问题): normalised words and counts alone.

LONGEST, MOST_KEPT, KEPT_FOR = 60, 5000, timedelta(days=365)
FOR_UNITS = 5  # a unit sees what was asked so often at least
DIGITS = re.compile(r"\d{5,}")  # may be a case, a house, a day of birth


def missed(text: str, *, on: date) -> None:
    """Count it, unless something in it may be about a person; it is kept by nobody's name and no moment."""
    words = fold_for_search(text)[: LONGEST + 1]
    if not 1 < len(words) <= LONGEST or DIGITS.search(words) or find_personal_data(text) or find_personal_data(words):
        return
    if MissedQuestion.objects.filter(words=words).update(count=F("count") + 1, last_on=on):
        return
    if MissedQuestion.objects.count() < MOST_KEPT:  # more are nobody's questions
        row = MissedQuestion(words=words, first_on=on, last_on=on)
        MissedQuestion.objects.bulk_create([row], ignore_conflicts=True)


def forget_missed(*, at: datetime) -> int:
    """What nobody has asked for a year, and what was asked once a month ago."""
    year, month = (at - KEPT_FOR).date(), (at - timedelta(days=30)).date()
    old = Q(last_on__lt=year) | Q(count=1, last_on__lt=month)
    return MissedQuestion.objects.filter(old).delete()[0]


def missed_for_units() -> list[MissedQuestion]:
    return list(MissedQuestion.objects.filter(count__gte=FOR_UNITS)[:20])
