"""Forms are read to the letter, at a cost that follows their length."""

import random
import resource
from io import BytesIO
from urllib.parse import quote, unquote_to_bytes

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import QueryDict
from django.test import Client, RequestFactory

from ninghai.web import request_bodies
from ninghai.web.request_bodies import StrictParser, UnreadableBody, read_one_line, unescaped
from ninghai.wsgi import application
from tests.costs import costs_at_most

MOST = 10_000_000  # bytes, about what a form in one line may have


@pytest.mark.parametrize(
    "written", [b"", b"&", b"a", b"=", b"a=1&b=%E5%AE%81+x%2B&&c&=d&e=%zz%4&%41=1&x=a=b&%", b"a=1&a=2&a=", b"a=%0a%0A"]
)
def test_a_form_in_one_line_is_read_as_django_reads_it(written):
    assert read_one_line(written) == QueryDict(written)


def test_marks_at_the_end_of_a_piece_are_read_whole():
    made_up = random.Random(7)  # noqa: S311
    for _ in range(200):
        front = b"x" * (request_bodies.PIECE * made_up.choice((1, 2)) - made_up.randrange(8))
        written = front + bytes(made_up.choices(b"%4aF=+", k=12)) + b"y" * made_up.randrange(70_000)

        assert unescaped(written) == unquote_to_bytes(written)


@pytest.mark.parametrize("field", [b"%41", b"%41x", b"%4", b"%", b"%41=", quote("县").encode(), b"+"])
def test_a_long_line_costs_no_memory_and_little_time(field):
    """Python's own reader took 780 MB and three seconds for the first of these."""
    written = b"a=" + field * (MOST // len(field))
    before = peak()

    with costs_at_most(3):
        read_one_line(written)

    assert peak() - before < 120  # megabytes; the text itself, some times over


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def test_a_line_of_bytes_that_are_no_utf_8_is_none():
    for written in (b"a=%ff", b"a=\xff", b"%e5%ae=1", b"a=%ed%a0%80"):
        with pytest.raises(UnicodeDecodeError):
            read_one_line(written)


def test_fields_beyond_counting_are_refused(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    assert len(read_one_line(b"a=1&b=2&c=3")) == 3
    with pytest.raises(TooManyFieldsSent):
        read_one_line(b"a=1&b=2&c=3&d=4")


def parsed(head: bytes):
    """What a part with this head brings."""
    body = b"--B\r\n" + head + b"\r\n\r\nx\r\n--B--\r\n"
    told = {"CONTENT_TYPE": "multipart/form-data; boundary=B", "CONTENT_LENGTH": str(len(body))}
    fields, files = StrictParser(told, BytesIO(body), [MemoryFileUploadHandler()]).parse()
    return {**fields.dict(), **{name: each.name for name, each in files.items()}}


@pytest.mark.parametrize(
    ("head", "brought"),
    [
        (b'Content-Disposition: form-data; name="a"', {"a": "x"}),
        ('Content-Disposition: form-data; name="a"; filename="县.pdf"'.encode(), {"a": "县.pdf"}),
        (b"Content-Disposition: form-data; name=a; filename*=UTF-8''%E5%8E%BF.pdf", {"a": "县.pdf"}),
        (b"Content-Disposition: form-data; name=a; filename*=gbk''%CF%D8.pdf", {"a": "县.pdf"}),
    ],
)
def test_a_part_is_read_as_it_is_written(head, brought):
    assert parsed(head) == brought


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Disposition: form-data; name=a; filename*=UTF-8''%FF.pdf",
        b"Content-Disposition: form-data; name=a; filename* = UTF-8''%FF.pdf",
        b"Content-Disposition: form-data; name=a; filename*0*=UTF-8''a; filename*1*=%FF.pdf",
        b"Content-Disposition: form-data; name=a; filename*=gbk''%E5%8E%BF.pdf",
        b"Content-Disposition: form-data; name=a; filename*=none-such''a.pdf",
        b'Content-Disposition: form-data; name=a; filename="\xff.pdf"',
        b"Content-Disposition: form-data; filename=a.pdf",
        b"Content-Disposition : form-data; name=a; filename=a.pdf",
        b"Content-Type: text/plain",
        b"nothing",
    ],
)
def test_a_part_that_would_be_left_out_or_changed_is_refused(head):
    """Django goes on without it: a report would be taken without its evidence."""
    with pytest.raises(UnreadableBody):
        parsed(head)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["none-such", "rot13", "undefined", "idna", "utf-16"])
@pytest.mark.parametrize("name", ["charset", "boundary", "x"])
def test_a_type_in_an_encoding_that_nobody_knows_is_refused_by_a_page(encoding, name):
    """Whatever the type says, the answer is a page of ours with all its headers, or the type is understood."""
    told: dict[str, object] = {}
    environ = RequestFactory().post("/login/", b"a=1", content_type="text/plain").environ
    environ["CONTENT_TYPE"] = f"application/x-www-form-urlencoded; {name}*={encoding}''%41%ff"

    b"".join(application(environ, lambda status, headers, *_: told.update({"status": status, **dict(headers)})))

    assert str(told["status"])[:3] in {"200", "400", "403"}
    assert "Content-Security-Policy" in told


@pytest.mark.django_db
def test_a_form_of_the_portal_goes_through_it():
    answer = Client(enforce_csrf_checks=False).post(
        "/corrections/new/", "words=%E5%8E%BF+x&form_id=x", content_type="application/x-www-form-urlencoded"
    )

    assert "县 x" in answer.content.decode()
