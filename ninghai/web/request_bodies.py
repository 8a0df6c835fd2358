"""What a browser sends is read to the letter: bytes that are no UTF-8 are refused, and so is a form without its end.

Django replaces such bytes by “�”, and drops the part of a form whose head it cannot read: what is then stored is not
what was written. A form in one line is read here as well, piece by piece: Python's own reader makes an object of every
“%41”, a gigabyte of them out of ten megabytes that anybody may send.
"""

import codecs
import re
from binascii import unhexlify
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import BadRequest, TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters

from ninghai.files.full_disk import require_room

# A request is whole or it is none: what ends before its Content-Length says so is refused wherever its body is read.

UNREADABLE = "application/octet-stream; charset=unreadable"  # refused like every charset but UTF-8, by a page of ours

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class UnreadableBody(BadRequest):
    """Why the request cannot be read, in a sentence for the screen."""


class WholeBodies:
    """Around the portal as a WSGI application: bodies come whole, or their requests are refused."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"] = _Body(environ)
        if not _can_be_read(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = UNREADABLE
        return self.application(environ, start_response)


def _can_be_read(content_type: str) -> bool:
    """Django makes no request at all of one whose type is written in an encoding that nobody knows."""
    try:
        parse_header_parameters(content_type)
    except (LookupError, ValueError):
        return False
    return True


class _Body:
    """`wsgi.input`, read to the length that was announced and never taken for whole before."""

    def __init__(self, environ: Environ) -> None:
        self.stream = environ["wsgi.input"]
        announced = environ.get("CONTENT_LENGTH") or "0"
        self.left = int(announced) if announced.isdecimal() else 0

    def read(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        pieces: list[bytes] = []
        while wanted:
            pieces.append(self._taken(self.stream.read, wanted))
            wanted -= len(pieces[-1])
        return b"".join(pieces)

    def readline(self, size: int = -1) -> bytes:
        wanted = self._wanted(size)
        return self._taken(self.stream.readline, wanted) if wanted else b""

    def _wanted(self, size: int | None) -> int:
        return self.left if size is None or size < 0 else min(size, self.left)

    def _taken(self, read: Callable[[int], bytes], size: int) -> bytes:
        piece = b""
        with suppress(OSError):  # reset: it has ended
            piece = read(size)
        if not piece:
            raise UnreadableBody("提交的内容没有传完，连接就中断了。")
        self.left -= len(piece)
        return piece


NOT_UTF8 = "请求内容的编码不正确，请使用 UTF-8。"
NO_END = "提交的内容没有传完，表单缺少结尾。"
NO_NAME = "表单中有一项没有写明是哪一栏，请刷新页面后再提交。"
STRICT = "utf_8_strict"  # UTF-8 that replaces nothing, whoever asks for it
ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
PIECE = 64 * 1024  # bytes whose escapes are read at once
IN_ONE_LINE = "application/x-www-form-urlencoded"
REPLACED = "\ufffd"  # what stands where bytes could not be read


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
    return is_utf8(unescaped(written))


def unescaped(written: bytes) -> bytes:
    """The bytes that “%41” and the like stand for; what is no such mark stays as it is."""
    read, at = bytearray(), 0
    while at < len(written):
        end = _end_of_piece(written, at)
        read += ESCAPES.sub(lambda run: unhexlify(run[0].replace(b"%", b"")), written[at:end])
        at = end
    return bytes(read)


def _end_of_piece(written: bytes, start: int) -> int:
    """Where the next piece ends: never inside of a mark."""
    end = start + PIECE
    cut = written.rfind(b"%", max(start + 1, end - 2), end) if end < len(written) else -1
    return end if cut < 0 else cut


def read_one_line(written: bytes) -> QueryDict:
    """The fields of a form that was sent as one line. Raises UnicodeDecodeError for bytes that are no UTF-8."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if most is not None and written.count(b"&") >= most:
        raise TooManyFieldsSent("The number of POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.")
    form = QueryDict(mutable=True)
    for pair in filter(None, written.split(b"&")):
        name, _, value = (unescaped(part.replace(b"+", b" ")).decode() for part in pair.partition(b"="))
        form.appendlist(name, value)
    form._mutable = False
    return form


class StrictParser(MultiPartParser):
    """Django's parser of forms with files, which refuses what it would mend or leave out."""

    def __init__(self, META: Any, input_data: Any, upload_handlers: Any, encoding: str | None = None) -> None:
        super().__init__(META, input_data, upload_handlers, STRICT)
        self._input_data = _Parts(input_data, self._boundary)  # type: ignore[attr-defined]

    def parse(self) -> "tuple[QueryDict, MultiValueDict[str, Any]]":
        try:
            return super().parse()
        except UnicodeDecodeError:
            raise UnreadableBody(NOT_UTF8) from None


def parse_strictly(request: HttpRequest) -> Any:
    """In place of the request's own `parse_file_upload`."""

    def parse_file_upload(META: Any, post_data: Any) -> Any:
        parser = StrictParser(META, post_data, request.upload_handlers, request.encoding)
        request._post, request._files = parser.parse()  # type: ignore[attr-defined]  # typed text outlives a full disk
        require_room(request)
        return request._post, request._files  # type: ignore[attr-defined]

    return parse_file_upload


def _require_readable(head: bytes) -> None:
    """Raise Unreadable for a part that Django would leave out, or whose names it would not read as they are written."""
    if not is_utf8(head):
        raise UnreadableBody(NOT_UTF8)
    headers: dict[str, dict[str, str]] = {}
    for line in head.decode().split("\r\n"):
        try:
            what, named = parse_header_parameters(line)
        except ValueError:  # in an encoding that nobody knows
            raise UnreadableBody(NOT_UTF8) from None
        if any(REPLACED in text for text in named.values()) and REPLACED not in line:
            raise UnreadableBody(NOT_UTF8)
        headers[what.partition(":")[0]] = named
    if not headers.get("content-disposition", {}).get("name", "").strip():
        raise UnreadableBody(NO_NAME)


class _Parts:
    """The body of a form with files on its way to the parser: each part's head must be UTF-8, and the last mark must come."""

    def __init__(self, stream: IO[bytes], boundary: bytes) -> None:
        self.stream, self.mark = stream, b"--" + boundary
        self.rest = b""
        self.in_head = self.is_closed = False

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        if not piece and not self.is_closed:
            raise UnreadableBody(NO_END)
        if not self.is_closed:
            self.rest += piece
            for head in self._heads():
                _require_readable(head)
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
