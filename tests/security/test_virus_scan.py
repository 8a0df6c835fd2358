"""The virus scanner: what it finds is refused, and nothing that it has not looked into becomes public."""

import getpass
import shutil
import subprocess
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosure.items.publication import publish_item
from disclosure.models import Item
from ninghai.files import Purpose, UnacceptableFile, store_bytes, store_upload, virus_scan
from ninghai.models import StoredFile, VirusScan
from ninghai.models.state_machine import TransitionError
from tests.disclosure.makers import AT, approved
from tests.security.clamd_server import EICAR, scanner
from tests.tasks.factories import zipped

NOBODY_THERE = "tcp://127.0.0.1:9"  # the port of "discard", where nothing listens


@pytest.fixture
def clamd_on(settings):
    with scanner() as address:
        settings.CLAMD = address
        yield


def upload(data: bytes, name: str = "材料.docx") -> SimpleUploadedFile:
    entries = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", "docProps/app.xml": data}
    return SimpleUploadedFile(name, zipped(entries))


def with_a_file(cast) -> Item:
    """Waiting for publication, after the ordinary review."""
    said = store_bytes(data="公开内容".encode(), name="说明.txt", media_type="text/plain", by=cast.clerk, at=AT)
    return approved(cast, files=[said])


def test_a_virus_is_refused_and_kept_nowhere(cast, clamd_on):
    infected = SimpleUploadedFile("材料.csv", EICAR)

    with pytest.raises(UnacceptableFile, match="发现病毒（Eicar-Test-Signature），没有保存"):
        store_upload(upload=infected, purpose=Purpose.EVIDENCE, by=cast.clerk, at=AT)

    assert not StoredFile.objects.exists()


def test_what_is_clean_is_known_by_its_content(cast, clamd_on):
    stored = store_upload(upload=upload(b"x"), purpose=Purpose.PUBLICATION, by=cast.clerk, at=AT)

    assert VirusScan.objects.get().sha256 == stored.sha256


def test_while_the_scanner_is_away_uploads_wait_and_nothing_is_published(cast, settings, caplog):
    settings.CLAMD = NOBODY_THERE
    stored = store_upload(upload=upload(b"x"), purpose=Purpose.EVIDENCE, by=cast.clerk, at=AT)
    assert not VirusScan.objects.filter(sha256=stored.sha256).exists()
    assert "away" in caplog.text


def test_an_unscanned_file_keeps_its_item_from_the_public(cast, settings):
    item = with_a_file(cast)
    settings.CLAMD = NOBODY_THERE

    with pytest.raises(TransitionError, match=r"“说明\.txt”还没有通过病毒扫描（扫描服务暂时不可用），不能公开"):
        publish_item(item=item, by=cast.office, at=AT)

    assert Item.objects.get().status == "approved"


def test_it_is_looked_into_when_it_is_published(cast, settings):
    item = with_a_file(cast)
    with scanner() as settings.CLAMD:
        publish_item(item=item, by=cast.office, at=AT)

    assert VirusScan.objects.count() == 1
    assert Item.objects.get().status == "published"


def test_without_a_scanner_publishing_goes_on_and_the_health_page_says_so(client, cast):
    publish_item(item=with_a_file(cast), by=cast.office, at=AT)

    assert client.get("/healthz").json()["scanner"] == {"ok": True, "on": False}


def test_the_health_page_tells_of_a_scanner_that_is_away(client, cast, settings):
    settings.CLAMD = NOBODY_THERE
    assert client.get("/healthz").json()["scanner"] == {"ok": False, "on": True}
    with scanner() as settings.CLAMD:
        assert client.get("/healthz").json()["scanner"] == {"ok": True, "on": True}


def test_a_file_too_large_for_the_scanner_counts_as_not_looked_into(cast, settings, monkeypatch):
    monkeypatch.setattr("tests.security.clamd_server.Scanner.largest", 10)
    with scanner() as settings.CLAMD:
        stored = store_upload(upload=upload(b"x"), purpose=Purpose.EVIDENCE, by=cast.clerk, at=AT)

    assert not VirusScan.objects.filter(sha256=stored.sha256).exists()


@pytest.mark.skipif(not shutil.which("clamd"), reason="ClamAV is not installed here; the server above speaks for it")
def test_the_real_scanner_is_understood(cast, settings, tmp_path):
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    socket = tmp_path / "clamd"
    said = f"DatabaseDirectory {tmp_path}/db\nLocalSocket {socket}\nForeground yes\nUser {getpass.getuser()}\n"
    (tmp_path / "clamd.conf").write_text(said)
    running = subprocess.Popen([shutil.which("clamd") or "", "-c", tmp_path / "clamd.conf"])
    settings.CLAMD = f"unix://{socket}"
    try:
        assert any(virus_scan.answers() or time.sleep(0.1) for _ in range(100))
        with pytest.raises(UnacceptableFile, match="发现病毒"):
            store_upload(upload=upload(EICAR), purpose=Purpose.EVIDENCE, by=cast.clerk, at=AT)
        assert store_upload(upload=upload(b"x"), purpose=Purpose.EVIDENCE, by=cast.clerk, at=AT)
    finally:
        running.terminate()
        running.wait()
