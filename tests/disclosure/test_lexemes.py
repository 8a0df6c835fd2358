"""What a search asks of a text, against what the text holds."""

from hypothesis import given
from hypothesis import strategies as st

from disclosure.catalogue.search.lexemes import fold_for_search, lexemes_of
from disclosure.catalogue.search.query_words import QueryTerm, certain_lexemes

MIXED = st.text(alphabet="年月日第号宁海县0158ab -，〔〕", min_size=1, max_size=40)


@given(st.data())
def test_a_text_holds_every_lexeme_that_any_of_its_strings_asks_for(data: st.DataObject):
    text = fold_for_search(data.draw(MIXED))
    start = data.draw(st.integers(0, len(text)))
    cut = text[start : data.draw(st.integers(start, len(text)))]

    assert set(certain_lexemes(cut)) <= set(lexemes_of(text))
    assert set(QueryTerm(cut, cut, is_phrase=True).lexemes) <= set(lexemes_of(text))


def test_a_day_is_asked_for_by_digits_with_their_neighbours():
    assert set(certain_lexemes("2015年12月")) == {"2015", "15年", "5年1", "年12", "12月"}


def test_words_are_asked_for_by_pairs():
    assert set(certain_lexemes("政务公开")) == {"政务", "务公", "公开"}
