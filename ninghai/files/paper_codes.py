"""The short code (核验码) by which a paper in hand finds its record: eight characters, such as 7K3M-9QXD.

The alphabet is Crockford's base 32: no I, L, O and U, so that what is read aloud or copied by hand is understood.
"""

import unicodedata
from collections.abc import Iterator

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_BITS = 5 * LENGTH
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def codes_of(sha256: str) -> Iterator[str]:
    """The codes of a SHA-256 (64 hexadecimal digits), the first first; the others serve when it is already taken."""
    number = int(sha256, 16)
    for shift in range(256 - _BITS, -1, -_BITS):
        yield _spell((number >> shift) % 2**_BITS)


def read_code(typed: str) -> str:
    """What somebody meant who typed a code with blanks, in lower case, full width or with O for 0."""
    characters = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    known = "".join(char for char in characters if char in ALPHABET)
    return _grouped(known) if len(known) == LENGTH else ""


def _spell(number: int) -> str:
    return _grouped("".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH))))


def _grouped(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"
