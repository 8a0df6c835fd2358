"""The functions of a PDF by which colours are reckoned (ISO 32000, 7.10): as many samples as they have, or a program of known words."""

import re
from math import ceil, prod

from pikepdf import Object

from ninghai.sanitizing.refusal import CannotRewrite

SAMPLED, PROGRAM = 0, 4
COMMENT = re.compile(rb"%[^\r\n]*")
WORD = re.compile(rb"[{}]|[^\s{}]+")
NUMBER = re.compile(rb"[-+]?(?:\d{1,12}\.?\d{0,12}|\.\d{1,12})")
WORDS = frozenset(
    b"{ } abs add atan ceiling cos cvi cvr div exp floor idiv ln log mod mul neg round sin sqrt sub truncate and bitshift"
    b" eq false ge gt le lt ne not or true xor if ifelse copy dup exch index pop roll".split()
)
STRANGE = "PDF中有读不懂的颜色，不能重新写出。请用“打印为PDF”另存一份后重新上传。"


def rewrite_function(stream: Object) -> None:
    """In place."""
    kind = int(stream.FunctionType)
    if kind == SAMPLED:
        numbers = prod(int(each) for each in stream.Size) * (len(stream.Range) // 2)
        stream.write(stream.read_bytes()[: max(ceil(numbers * int(stream.BitsPerSample) / 8), 0)])
    else:
        stream.write(_program(stream.read_bytes()) if kind == PROGRAM else b"")


def _program(data: bytes) -> bytes:
    words = WORD.findall(COMMENT.sub(b"", data))
    if any(word not in WORDS and not NUMBER.fullmatch(word) for word in words):
        raise CannotRewrite(STRANGE)
    return b" ".join(words)
