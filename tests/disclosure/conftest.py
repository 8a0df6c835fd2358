from tests.disclosure.makers import in_review, published
from tests.worlds import world

one_item = world("one_item", published, on=("cast",))  # for those who ask of a catalogue that is not empty
one_in_review = world("one_in_review", in_review, on=("cast",))
