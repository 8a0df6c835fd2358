"""What the public gets is the copy that everybody reviewed; its chain of hashes leads back to the private original."""

import errno
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models.functions import Now
from django.urls import reverse
from weasyprint import HTML

from disclosure.items import public_copies
from disclosure.items.drafting import draft_item
from disclosure.items.public_copies import note_old_files
from disclosure.models import ContentStamp, Item
from disclosure.privacy import scans
from disclosure.privacy.gate import obstacle
from disclosure.privacy.masked_copies import mask_attachment
from disclosure.privacy.scans import look_into_files
from disclosure.review.services import submit_item
from ninghai.calendar import clock
from ninghai.files import public_copy, store_bytes, storing
from ninghai.files.integrity import changed_copies
from ninghai.files.sandbox.limits import Interrupted, TooCostly
from ninghai.models import AuditEntry, Job, PublicCopy, StoredFile
from ninghai.models.job import KINDS
from ninghai.models.state_machine import TransitionError
from reports.verification.integrity import changed_texts
from tests.disclosure.makers import AT, published, updated, with_head
from tests.jobs.background import make_waiting_copies
from tests.ninghai.sanitizing.honest import SECRET, document, edited, pdf, zipped
from tests.ninghai.sanitizing.polyglots import MARK, added
from tests.ninghai.sanitizing.unfolding import everything_in

FILES = {"说明.docx": document, "预算.pdf": pdf}


def stored(cast, name: str = "预算.pdf", data: bytes | None = None, *, by=None) -> StoredFile:
    data = FILES[name]() if data is None else data
    return store_bytes(data=data, name=name, media_type="application/octet-stream", by=by or cast.clerk, at=AT)


def waiting(cast, file: StoredFile) -> Item:
    """A draft of whose file nobody has made the copy yet."""
    return draft_item(
        unit=cast.finance, form_id=file.pk, by=cast.clerk, at=AT, attachments=[file], title="甲", body="乙"
    )


def content_of(file: StoredFile) -> bytes:
    with file.file.open("rb") as opened:
        return opened.read()


@pytest.fixture
def slow(monkeypatch):
    """Nobody waits at the page for a copy."""
    monkeypatch.setattr(scans, "PATIENCE", 0)


@pytest.mark.parametrize(("where", "name", "value"), [(scans, "PATIENCE", 0), (public_copies, "LARGEST_AT_ONCE", 99)])
def test_for_copies_and_looks_somebody_waits_once_and_for_large_files_not_at_all(cast, monkeypatch, where, name, value):
    item = waiting(cast, stored(cast))
    monkeypatch.setattr(where, name, value)

    look_into_files(item)

    assert PublicCopy.objects.get().job is None
    assert make_waiting_copies() == 1


@pytest.mark.usefixtures("slow")
def test_nothing_is_handed_in_before_its_copies_are_made(client, cast):
    item = waiting(cast, stored(cast))
    client.force_login(cast.clerk)

    page = client.post(reverse("disclosure:work-item-submit", args=[item.pk]), {"version": item.version}, follow=True)
    assert "正在生成公开副本" in page.content.decode()
    assert "正在生成公开副本" in obstacle(item)

    assert make_waiting_copies() == 1
    item = submit_item(item=Item.objects.get(pk=item.pk), by=cast.clerk, at=AT)
    assert item.status == "with_head"


def test_everybody_reviews_what_the_public_gets(client, cast):
    original = stored(cast)
    item = with_head(cast, files=[original])
    attachment = item.attachments.get()
    client.force_login(cast.head)

    seen = b"".join(client.get(attachment.get_absolute_url()))
    page = client.get(reverse("disclosure:work-item-detail", args=[item.pk])).content.decode()
    assert client.get(reverse("disclosure:attachment", args=[original.pk])).status_code == 404

    assert attachment.original == original
    assert hashlib.sha256(seen).hexdigest() == attachment.file.sha256 != original.sha256
    assert not any(SECRET.encode() in piece for piece in everything_in(seen))
    assert original.sha256 in page
    told = AuditEntry.objects.about(item).get(action="public_copy").detail
    assert (told["before"], told["after"]) == (original.sha256, attachment.file.sha256)


def test_what_cannot_be_written_anew_is_said_where_it_is_handed_in(client, cast):
    item = waiting(cast, stored(cast, "说明.docx", zipped({"a": b""})))
    client.force_login(cast.clerk)

    page = client.post(reverse("disclosure:work-item-submit", args=[item.pk]), {"version": item.version}, follow=True)

    assert "附件“说明.docx”不能公开：" in page.content.decode()
    with pytest.raises(TransitionError, match="另存一份"):
        submit_item(item=item, by=cast.clerk, at=AT)


def no_pauses(monkeypatch) -> None:
    monkeypatch.setitem(KINDS, "copy", replace(KINDS["copy"], back_off=[timedelta(0)] * 4))


@pytest.mark.usefixtures("slow")
def test_a_file_that_ends_every_attempt_is_refused_at_last(cast, monkeypatch):
    def ends(*args, **kwargs):
        raise TooCostly("time")

    monkeypatch.setattr(public_copy, "parse_in_sandbox", ends)
    no_pauses(monkeypatch)
    item = waiting(cast, stored(cast))
    rounds = [make_waiting_copies() for _ in range(4)]

    assert sum(rounds) == public_copy.MOST_COSTLY
    assert "结构太复杂" in public_copies.obstacle(item)


@pytest.mark.usefixtures("slow")
def test_what_was_ended_on_purpose_or_could_not_be_read_just_then_is_no_verdict(cast, monkeypatch):
    def stopped(*args, **kwargs):
        raise Interrupted("no place was free", on_purpose=True)

    item = waiting(cast, stored(cast))
    path = Path(item.attachments.get().file.file.path)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(public_copy, "parse_in_sandbox", stopped)
        for _ in range(public_copy.MOST_ATTEMPTS + 1):
            make_waiting_copies()
            Job.objects.update(next_try_at=Now())
    away = path.rename(path.with_suffix(".away"))
    make_waiting_copies()
    away.rename(path)

    assert "正在生成公开副本" in public_copies.obstacle(item)
    Job.objects.update(next_try_at=Now())
    make_waiting_copies()
    assert public_copies.obstacle(item) == ""


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize(("where", "what"), [(storing, "_settle"), (public_copy, "_is_as_stored")])
def test_on_a_full_disk_it_waits_and_the_file_is_not_to_blame(cast, monkeypatch, number, where, what):
    item = waiting(cast, stored(cast))

    def full(stored):
        raise OSError(number, "no room")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(where, what, full)
        for _ in range(public_copy.MOST_ATTEMPTS + 2):
            make_waiting_copies()
            assert Job.objects.get(kind="copy").tries == 0
            Job.objects.update(next_try_at=Now())

    assert "正在生成公开副本" in public_copies.obstacle(item)
    make_waiting_copies()
    assert public_copies.obstacle(item) == ""


@pytest.mark.usefixtures("slow")
def test_a_file_that_is_lost_is_said_to_be_lost_at_last(cast, monkeypatch):
    no_pauses(monkeypatch)
    item = waiting(cast, stored(cast))
    Path(item.attachments.get().file.file.path).unlink()

    rounds = [make_waiting_copies() for _ in range(public_copy.MOST_ATTEMPTS + 2)]

    assert sum(rounds) == public_copy.MOST_ATTEMPTS
    assert public_copy.CHANGED in public_copies.obstacle(item)


@pytest.mark.usefixtures("slow")
def test_a_masked_copy_is_written_anew_as_any_other(cast):
    data = edited(document(), part=lambda part: part.replace("表中".encode(), "身份证号330226199001011238".encode()))
    item = waiting(cast, stored(cast, "说明.docx", added(data, "word/evil.bin", MARK)))

    attachment = mask_attachment(
        item=item, attachment=item.attachments.get(), version=item.version, by=cast.clerk, at=AT
    )

    pieces = list(everything_in(content_of(attachment.file)))
    assert not [piece for piece in pieces if MARK in piece or b"330226199001011238" in piece]
    assert any("第一条".encode() in piece for piece in pieces)


def test_the_portals_own_papers_are_public_byte_for_byte(cast):
    data = HTML(string="<p>通报</p>").write_pdf()
    own = store_bytes(data=data, name="通报.pdf", media_type="application/pdf", by=None, at=AT)
    item = published(cast, files=[own, stored(cast, data=data)])

    assert [each.file.sha256 for each in item.attachments.all()] == [own.sha256] * 2
    assert {each.how for each in PublicCopy.objects.all()} == {"made_here"}


def test_a_document_that_a_command_has_imported_is_not_the_portals_own(cast):
    store_bytes(data=document(), name="通知.docx", media_type="application/octet-stream", by=None, at=AT)
    item = waiting(cast, stored(cast, "说明.docx"))

    make_waiting_copies()

    assert item.attachments.get().original is not None
    assert not any(SECRET.encode() in piece for piece in everything_in(content_of(item.attachments.get().file)))


# --- What was public before there were copies -------------------------------------------------------------


@pytest.fixture
def old_item(cast) -> tuple[Item, StoredFile]:
    """Public with the file as it was uploaded."""
    item = published(cast, files=[stored(cast)])
    attachment = item.attachments.get()
    original = attachment.original
    PublicCopy.objects.all().delete()
    item.attachments.update(file=original, original=None)
    ContentStamp.objects.create(item=item, content_hash=item.content_hash(), stamped_at=AT)
    return item, original


def test_what_is_public_already_is_given_its_copy_in_the_background(client, cast, old_item, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-12-01"
    item, original = old_item
    address = reverse("disclosure:attachment", args=[original.pk])
    assert b"".join(client.get(address)) == content_of(original)  # until then

    assert note_old_files() == 1
    assert make_waiting_copies() == 1
    assert note_old_files() == 0

    attachment = item.attachments.get()
    assert attachment.original == original
    moved = client.get(address)
    assert (moved.status_code, moved["Location"]) == (301, attachment.get_absolute_url())
    assert b"".join(client.get(attachment.get_absolute_url())) == content_of(attachment.file)
    assert [said for said in changed_texts(at=clock.now(), is_first_look=False) if said] == []
    assert AuditEntry.objects.about(item).filter(action="public_copy").exists()


def test_what_was_changed_behind_the_portals_back_is_left_for_the_alarm(cast, old_item, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-12-01"
    item, original = old_item
    Item.objects.filter(pk=item.pk).update(body="改过")

    note_old_files()
    make_waiting_copies()

    assert item.attachments.get().file == original
    assert len([said for said in changed_texts(at=clock.now(), is_first_look=False) if said]) == 1


def test_a_revision_keeps_copy_and_original(cast):
    item = published(cast, files=[stored(cast)])
    before = item.attachments.get()
    updated(cast, item, body="第二版", change_note="更正")

    kept = item.public_versions.get().files.get()
    assert (kept.file_id, kept.original_id) == (before.file_id, before.original_id)


def test_a_chain_that_does_not_hold_is_an_alarm(cast):
    published(cast, files=[stored(cast)])
    assert [said for said in changed_copies() if said] == []

    PublicCopy.objects.update(copy_sha256="0" * 64)

    assert ["与登记的公开副本不一致" in said for said in changed_copies() if said] == [True]
