"""What a browser sends is read to the letter: bytes that are no UTF-8 are refused, and so is a form without its end.

Django replaces such bytes by “�”, and drops the part of a form whose head it cannot read: what is then stored is not
what was written.
"""

import codecs
import re
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from ninghai.full_disk import require_room
from ninghai.whole_bodies import Unreadable

NOT_UTF8 = "请求内容的编码不正确，请使用 UTF-8。"
NO_END = "提交的内容没有传完，表单缺少结尾。"
STRICT = "utf_8_strict"  # UTF-8 that replaces nothing, whoever asks for it
ENCODED_NAME = re.compile(rb"\*=[^'\s;]*'[^']*'([^\s;]*)")  # filename*=UTF-8''%E5…


def _decode(data: Any, errors: str = "strict") -> tuple[str, int]:
    return codecs.utf_8_decode(data, "strict", True)


_codec = codecs.CodecInfo(codecs.utf_8_encode, _decode, name=STRICT)
codecs.register(lambda name: _codec if name == STRICT else None)


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def holds_only_utf8(written: bytes) -> bool:
    """Whether an address's query, or a form in one line, names characters of UTF-8 alone (“%FF” is none)."""
    return is_utf8(written if b"%" not in written else unquote_to_bytes(written))


class StrictParser(MultiPartParser):
    """Django's parser of forms with files, which refuses what it would mend or leave out."""

    def __init__(self, META: Any, input_data: Any, upload_handlers: Any, encoding: str | None = None) -> None:
        super().__init__(META, input_data, upload_handlers, STRICT)
        self._input_data = _Parts(input_data, self._boundary)  # type: ignore[attr-defined]

    def parse(self) -> "tuple[QueryDict, MultiValueDict[str, Any]]":
        try:
            return super().parse()
        except UnicodeDecodeError:
            raise Unreadable(NOT_UTF8) from None


def parse_strictly(request: HttpRequest) -> Any:
    """In place of the request's own `parse_file_upload`."""

    def parse_file_upload(META: Any, post_data: Any) -> Any:
        parser = StrictParser(META, post_data, request.upload_handlers, request.encoding)
        request._post, request._files = parser.parse()  # type: ignore[attr-defined]  # typed text outlives a full disk
        require_room(request)
        return request._post, request._files  # type: ignore[attr-defined]

    return parse_file_upload


class _Parts:
    """The body of a form with files on its way to the parser: each part's head must be UTF-8, and the last mark must come."""

    def __init__(self, stream: IO[bytes], boundary: bytes) -> None:
        self.stream, self.mark = stream, b"--" + boundary
        self.rest = b""
        self.in_head = self.is_closed = False

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        if not piece and not self.is_closed:
            raise Unreadable(NO_END)
        if not self.is_closed:
            self.rest += piece
            for head in self._heads():
                names = b"".join(ENCODED_NAME.findall(head))
                if not (is_utf8(head) and holds_only_utf8(names)):
                    raise Unreadable(NOT_UTF8)
        return piece

    def _heads(self) -> Iterator[bytes]:
        """What stands between a mark and the empty line, as far as it has come."""
        while not self.is_closed:
            sought = b"\r\n\r\n" if self.in_head else self.mark
            found = self.rest.find(sought)
            if self.in_head and self.rest.startswith(b"--"):
                self.is_closed, self.rest = True, b""
            elif found < 0:
                self.rest = self.rest if self.in_head else self.rest[-len(self.mark) :]
                return
            else:
                if self.in_head:
                    yield self.rest[:found]
                self.rest = self.rest[found + len(sought) :]
                self.in_head = not self.in_head
