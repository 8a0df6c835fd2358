"""防篡改: what was changed behind the portal's back is seen, named, told, and not repaired."""

from datetime import date, timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from disclosure.items.lifecycle import change_validity, withdraw_item
from disclosure.models import ContentStamp, Item
from disclosure.models.states import Validity
from ninghai.files import store_bytes
from ninghai.models import Message, Role, SafetyCheck
from ninghai.operations.database.connections import as_owner
from reports.verification.integrity import changed_texts, check_content, taken_away
from tests.cast import make_cast, person
from tests.disclosure.makers import AT, LATER, published, updated
from tests.reports import makers

NIGHT = LATER + timedelta(days=1)


@pytest.fixture
def cast(transactional_db):
    return make_cast()


@pytest.fixture
def item(cast):
    pdf = store_bytes(data=makers.PDF, name="预算.pdf", media_type="application/pdf", by=cast.clerk, at=AT)
    return published(cast, files=[pdf], title="关于公开预算的通知")


def as_owner_do(statement, *values):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def differences():
    return check_content(at=NIGHT).differences


def test_what_the_portals_own_acts_have_made_is_good(item, cast):
    said = {
        "validity": Validity.REPEALED,
        "effective_on": None,
        "expires_on": None,
        "repealed_on": date(2018, 11, 21),
        "replaced_by": None,
    }
    change_validity(item=item, chosen=said, reason="已有新规定", by=cast.office, at=LATER)
    kept = published(cast, title="留存的旧文")
    withdraw_item(item=kept, reason=Item.WithdrawalReason.OUTDATED, explanation="过时", by=cast.office, at=LATER)
    makers.signed_report(cast, makers.issued_notice(cast))

    assert differences() == []
    assert ContentStamp.objects.filter(item=item).count() == 2


def test_a_text_changed_in_the_database_is_named_and_told_and_stays(item, cast, client):
    auditor = person("auditor", "审计管理员", cast.county_office, Role.AUDITOR)
    assert check_content(at=AT - timedelta(days=1)).differences == []
    as_owner_do("UPDATE disclosure_item SET body = body || '。' WHERE id = %s", item.pk)

    with pytest.raises(SystemExit):
        call_command("verify_content", stdout=(said := StringIO()))

    named = f"《关于公开预算的通知》（{item.index_number}）的内容与登记的指纹不一致。"
    assert named in said.getvalue()
    assert {each.recipient for each in Message.objects.filter(kind="safety")} >= {auditor, cast.office}
    assert client.get("/healthz").json()["content"]["ok"] is False
    client.force_login(cast.office)
    assert "防篡改核对发现异常" in client.get(reverse("admin:index")).content.decode()
    assert Item.objects.get(pk=item.pk).body.endswith("。。")


CHANGES = [
    "UPDATE disclosure_attachment SET label = '另一个名称'",
    "UPDATE disclosure_item SET title = '改过的名称'",
    "UPDATE disclosure_item SET validity = 'repealed'",
    "DELETE FROM disclosure_attachment",
]


def test_whatever_of_it_changes_is_seen(item):
    assert differences() == []
    seen = {}
    for change in CHANGES:
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
            seen[change] = [each for each in changed_texts(at=NIGHT, is_first_look=False) if each]
            transaction.set_rollback(True)
    as_owner_do("ALTER TABLE disclosure_contentstamp DISABLE TRIGGER USER; DELETE FROM disclosure_contentstamp")

    assert ["内容与登记的指纹不一致" in "".join(each) for each in seen.values()] == [True] * len(CHANGES)
    assert ["没有登记指纹" in each for each in differences()] == [True]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE disclosure_item SET status = 'withdrawn', withdrawn_at = now(), withdrawal_reason = 'secrecy'",
        "UPDATE disclosure_item SET status = 'draft'",
        "UPDATE disclosure_item SET published_at = published_at + interval '10 years'",
    ],
)
def test_what_is_taken_from_the_public_without_an_act_is_seen(item, change):
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE disclosure_item DISABLE TRIGGER USER")
        cursor.execute(change)
        seen = [each for each in taken_away(at=NIGHT) if each]
        transaction.set_rollback(True)

    assert seen == [f"《关于公开预算的通知》（{item.index_number}）不再公开，审计记录里却没有撤回。"]


def test_what_was_withdrawn_by_an_act_is_no_alarm(item, cast):
    withdraw_item(item=item, reason=Item.WithdrawalReason.SECRECY, explanation="误发", by=cast.office, at=LATER)

    assert differences() == []


def test_a_file_changed_or_gone_is_named(item):
    stored = item.attachments.get().file
    path = Path(stored.file.path)
    path.write_bytes(path.read_bytes() + b"\n")
    assert differences() == [f"文件“预算.pdf”（{stored.file.name}）的内容与存入时的散列值不一致。"]

    path.unlink()
    assert differences() == [f"文件“预算.pdf”（{stored.file.name}）已经不在磁盘上。"]


def test_a_file_exchanged_together_with_its_hash_is_seen_by_what_it_belongs_to(item, cast):
    report = makers.signed_report(cast, makers.issued_notice(cast))
    assert differences() == []
    other = store_bytes(data=b"%PDF other", name="x.pdf", media_type="application/pdf", by=None, at=AT)
    as_owner_do("UPDATE reports_report SET file_id = %s WHERE id = %s", other.pk, report.pk)
    as_owner_do("UPDATE disclosure_attachment SET file_id = %s", other.pk)

    assert differences() == [
        f"《关于公开预算的通知》（{item.index_number}）的内容与登记的指纹不一致。",
        f"《{report.title}》的 PDF 不是当时生成的那一份。",
    ]


def test_an_earlier_version_is_compared_too(item, cast):
    updated(cast, item, body="第二版正文", change_note="更正数字")
    assert differences() == []

    as_owner_do("""UPDATE disclosure_publicversion SET content = jsonb_set(content, '{fields,body}', '"改过"')""")

    assert differences() == [f"《关于公开预算的通知》（{item.index_number}）的历史版本第1版与登记的指纹不一致。"]


def test_what_was_public_before_there_were_stamps_is_stamped_once(item):
    as_owner_do("ALTER TABLE disclosure_contentstamp DISABLE TRIGGER USER; DELETE FROM disclosure_contentstamp")

    assert differences() == []
    assert ContentStamp.objects.count() == 1
    assert SafetyCheck.objects.newest(SafetyCheck.Kind.CONTENT).is_good


def test_an_upgrade_of_the_fingerprint_blesses_nothing_that_was_changed_before(item, cast):
    """The migration that takes in more fields stamps anew what is as it was stamped, and leaves the rest an alarm."""
    other = published(cast, title="另一条")
    upgrade = import_module("disclosure.migrations.0012_stamps_of_all_that_is_shown")
    for each in (item, other):
        as_owner_do("UPDATE disclosure_item SET repealed_on = '2018-11-21' WHERE id = %s", each.pk)
    as_owner_do("UPDATE disclosure_item SET body = '改过的' WHERE id = %s", other.pk)
    assert len(differences()) == 2

    with as_owner():
        upgrade.stamp_what_is_shown(apps, None)

    assert differences() == [f"《另一条》（{other.index_number}）的内容与登记的指纹不一致。"]


def test_no_stored_file_is_ever_changed(item):
    with as_owner(), pytest.raises(Exception, match="stays as it is"), connection.cursor() as cursor:
        cursor.execute("UPDATE ninghai_storedfile SET sha256 = %s", ["0" * 64])


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_looked_at(item, cast, tmp_path):
    """A folder in the file's place gives an I/O error other than “not there”, as a bad sector does."""
    unreadable = item.attachments.get().file
    other = store_bytes(data=makers.PDF + b"2", name="另一份.pdf", media_type="application/pdf", by=cast.clerk, at=AT)
    path, changed = Path(unreadable.file.path), Path(other.file.path)
    path.unlink()
    path.mkdir()
    changed.chmod(0o600)
    changed.write_bytes(b"changed")
    try:
        found = differences()
    finally:
        path.rmdir()

    assert sorted(["读不出来" in each, "不一致" in each] for each in found) == [[False, True], [True, False]]
    assert not SafetyCheck.objects.newest(SafetyCheck.Kind.CONTENT).is_good


def test_a_look_that_breaks_off_is_an_alarm_and_the_others_go_on(item, cast, monkeypatch):
    def broken():
        yield None
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("reports.verification.integrity.changed_versions", broken)
    as_owner_do("UPDATE disclosure_item SET title = '改过的' WHERE id = %s", item.pk)
    stored = item.attachments.get().file
    path = Path(stored.file.path)
    path.chmod(0o600)
    path.write_bytes(b"changed")

    found = differences()

    assert [any(words in each for each in found) for words in ("历史版本没有核对完", "指纹不一致", "散列值不一致")] == [
        True
    ] * 3
    assert not SafetyCheck.objects.newest(SafetyCheck.Kind.CONTENT).is_good
