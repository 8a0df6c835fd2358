"""Bytes that are no UTF-8 are refused wherever they stand, and what is UTF-8 comes through as it was written."""

from urllib.parse import quote

import pytest
from django.core.files.uploadhandler import FileUploadHandler
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from disclosure.models import Correction, Item
from tests.disclosure.makers import drafted
from tests.disclosure.test_corrections import WORDS, form
from tests.disclosure.test_work import TYPED, pdf, work

pytestmark = pytest.mark.django_db

BROKEN = {
    "gbk": "宁海县".encode("gbk"),
    "half a sign": "县".encode()[:2],
    "a surrogate": b"\xed\xa0\x80",
    "too long": b"\xc0\xaf",
    "latin-1": b"caf\xe9",
    "beyond": b"\xf4\x90\x80\x80",
}
FORM = "application/x-www-form-urlencoded"


def in_one_line(**fields: bytes) -> bytes:
    return b"&".join(name.encode() + b"=" + quote(value).encode() for name, value in fields.items())


def part(head: bytes, value: bytes) -> bytes:
    return b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), head, value)


def in_parts(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode()


def correction(words: bytes) -> dict[str, bytes]:
    return {**{name: value.encode() for name, value in form().items()}, "words": WORDS.encode() + words}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_form_in_one_line_is_refused(client, cast, broken):
    raw = in_one_line(**correction(broken))
    for body in (raw, raw.replace(quote(broken).encode(), broken)):
        response = client.post("/corrections/new/", body, content_type=FORM)

        assert response.status_code == 400
        assert "UTF-8" in response.content.decode()
    assert not Correction.objects.exists()


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_form_in_parts_is_refused(client, cast, broken):
    client.force_login(cast.clerk)
    item = drafted(cast)
    fields = {**TYPED, "version": str(item.version)}
    whole = [part(b'name="%s"' % name.encode(), value.encode()) for name, value in fields.items()]
    bad_ones = [
        part(b'name="title"', broken),
        part(b'name="%s"' % broken, b"x"),
        part(b'name="uploads"; filename="%s.txt"' % broken, b"text"),
        part(b"name=\"uploads\"; filename*=UTF-8''%s.txt" % quote(broken).encode(), b"text"),
    ]

    for bad in bad_ones:
        response = client.generic("POST", work("edit", item), in_parts(*whole, bad), MULTIPART_CONTENT)

        assert (response.status_code, "UTF-8" in response.content.decode()) == (400, True), bad
    item.refresh_from_db()
    assert (item.version, item.title) == (1, "关于公开2018年部门预算的通知")


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("address", ["/catalogue/?q=", "/verify/?code=", "/login/?next=/", "/api/v1/items/?q="])
def test_an_address_is_refused(client, db, address, broken):
    assert client.get(address + quote(broken)).status_code == 400


@pytest.mark.parametrize("words", ["甽、𠮷、é、😀", "原文就有�这个符号", "100%，50%ff，a+b&c=d"])
def test_what_is_utf_8_comes_through(client, cast, words):
    client.post("/corrections/new/", form(words=words + "，请改正"))
    client.force_login(cast.clerk)
    item = drafted(cast)
    file = pdf("附表𠮷100%ff.pdf")
    response = client.post(work("edit", item), {**TYPED, "title": words, "version": item.version, "uploads": file})

    assert Correction.objects.get().words == words + "，请改正"
    assert response.status_code == 302
    item = Item.objects.get()
    assert (item.title, item.attachments.get().label) == (words, "附表𠮷100%ff.pdf")


@pytest.mark.parametrize("size", [1, 7, 64, 65536])
def test_a_form_is_read_however_it_arrives_in_pieces(client, cast, size, monkeypatch):
    """Marks and heads may be cut anywhere."""
    monkeypatch.setattr(FileUploadHandler, "chunk_size", size)
    client.force_login(cast.clerk)
    item = drafted(cast)

    response = client.post(work("edit", item), {**TYPED, "title": "改过", "version": item.version})

    assert response.status_code == 302
    assert Item.objects.get().title == "改过"
