"""What a file is called, and how it leaves: as a download, under its label."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ninghai.files import discard, file_response, store_bytes
from ninghai.files.kinds import clean_label
from ninghai.models import StoredFile

pytestmark = pytest.mark.django_db


AT = datetime(2018, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def pdf(*objects: bytes) -> bytes:
    body = b"%PDF-1.7\n" + b"\n".join(objects) + b"\n"
    return body + b"xref\n0 0\ntrailer\n<<>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


# --- Labels --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("C:\\Users\\a\\预算.pdf", "预算.pdf"),
        ("../../etc/passwd", "passwd"),
        ("预算\u202efdp.exe", "预算fdp.exe"),
        ("预\x00算\r\n.pdf", "预算.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
        ("  .pdf  ", "pdf"),
        ("", "未命名"),
        ("长" * 300 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_a_label_is_only_a_name(name, label):
    assert clean_label(name) == label


# --- How a file leaves -----------------------------------------------------------------------------------


def kept(name: str = "预算.pdf", media_type: str = "application/pdf") -> StoredFile:
    return store_bytes(data=b"%PDF", name=name, media_type=media_type, by=None, at=AT)


def test_a_file_leaves_as_an_attachment_in_a_sandbox():
    response = file_response(kept())

    assert {name: response[name] for name in response.headers if name != "Content-Length"} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment; filename*=utf-8''%E9%A2%84%E7%AE%97.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }


def test_only_pdf_and_pictures_are_shown_inline():
    assert file_response(kept(), inline=True)["Content-Disposition"].startswith("inline")
    sheet = kept("表.xls", "application/vnd.ms-excel")
    assert file_response(sheet, inline=True)["Content-Disposition"].startswith("attachment")


def test_the_web_server_sends_the_bytes_where_it_can(settings):
    settings.PRIVATE_FILES_ACCEL = "/private-files/"
    stored = kept()

    response = file_response(stored)

    assert response["X-Accel-Redirect"] == f"/private-files/{stored.file.name}"
    assert response.content == b""


def test_a_discarded_file_leaves_row_and_disk(django_capture_on_commit_callbacks):
    stored = kept()
    storage, path = stored.file.storage, stored.file.name

    with django_capture_on_commit_callbacks(execute=True):
        discard(stored)

    assert not storage.exists(path)
    assert not StoredFile.objects.exists()
