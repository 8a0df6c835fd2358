import hashlib

import pytest

from ninghai.files.paper_codes import ALPHABET, codes_of, read_code

SHA256 = hashlib.sha256(b"a snapshot").hexdigest()


def test_a_hash_always_has_the_same_codes_and_all_are_different():
    codes = list(codes_of(SHA256))

    assert codes == list(codes_of(SHA256))
    assert len(set(codes)) == len(codes) == 6
    assert all(set(code) <= {*ALPHABET, "-"} and len(code) == 9 for code in codes)


def test_the_first_code_spells_the_first_forty_bits():
    assert next(codes_of("f" * 10 + "0" * 54)) == "ZZZZ-ZZZZ"
    assert next(codes_of("0000000001" + "f" * 54)) == "0000-0001"


@pytest.mark.parametrize(
    "typed",
    ["7K3M-0Q1D", "7k3m-0q1d", "7K3MOQ1D", " 7K3M 0QID ", "7K3M—OQLD", "７Ｋ３Ｍ－０Ｑ１Ｄ", "7k3m-oqld"],  # noqa: RUF001 - full width is the point
)
def test_a_code_is_understood_as_people_type_it(typed):
    assert read_code(typed) == "7K3M-0Q1D"


@pytest.mark.parametrize("typed", ["", "7K3M-0Q1", "7K3M-0Q1DD", "二〇一八", "U" * 8])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) == ""
