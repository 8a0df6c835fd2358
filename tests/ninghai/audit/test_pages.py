"""What the auditor sees and takes along; nobody else comes near."""

import csv
import json
from dataclasses import asdict
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from ninghai.accounts.audit.anchors import RESTORED, drop_anchor, read_anchors
from ninghai.accounts.audit.checking import TamperingKind, check_trail, walk
from ninghai.accounts.audit.sealing import seal_everything
from ninghai.models import AuditEntry, Role, SafetyCheck
from ninghai.operations.safety_checks import keep_result
from tests.cast import person
from tests.ninghai.audit.makers import DAYS, END, ROWS_A_DAY, write_trail

pytestmark = pytest.mark.django_db
PAGE = "admin:ninghai_auditentry_chain"
TOTAL = DAYS * ROWS_A_DAY


@pytest.fixture
def trail(settings, tmp_path):
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors.jsonl")
    return write_trail()


@pytest.fixture
def auditor(trail):
    return person("auditor", "审计管理员", trail.county_office, Role.AUDITOR)


def test_the_auditor_sees_how_the_chain_stands(client, auditor):
    check_trail(at=END)
    client.force_login(auditor)

    page = client.get(reverse(PAGE)).content.decode()

    assert f"核对 {TOTAL} 条" in page
    assert "最近一次核对没有发现异常" in page
    assert reverse(PAGE) in client.get(reverse("admin:ninghai_auditentry_changelist")).content.decode()


def test_a_bad_result_stands_on_top_until_a_good_one(client, auditor):
    bad = {"kind": SafetyCheck.Kind.CONTENT, "looked_at": 1, "url": "/"}
    keep_result(at=END, is_good=False, words="《某信息》的正文与登记的不一致。", **bad)
    client.force_login(auditor)

    assert "《某信息》的正文与登记的不一致。</li>" in client.get(reverse(PAGE)).content.decode()

    keep_result(at=END + timedelta(days=1), is_good=True, words="完好", **bad)
    assert "发现异常（" not in client.get(reverse(PAGE)).content.decode()


def test_the_office_sees_only_what_it_must_act_on(client, trail):
    check_trail(at=END)
    keep_result(
        kind=SafetyCheck.Kind.CONTENT, at=END, is_good=False, looked_at=1, words="一处：\n《甲》不一致。", url="/"
    )
    client.force_login(trail.office)

    page, desk = client.get(reverse(PAGE)).content.decode(), client.get(reverse("admin:index")).content.decode()

    assert ("《甲》不一致。" in page, "审计记录核对" in page, "链尾散列值" in page) == (True, False, False)
    assert ("防篡改核对发现异常" in desk, "审计记录核对" in desk) == (True, False)


@pytest.mark.parametrize("who", ["clerk", "head", "inspector"])
def test_nobody_else_sees_it(client, trail, who):
    client.force_login(getattr(trail, who))

    assert client.get(reverse(PAGE)).status_code in {302, 403}


def test_an_alarm_is_told_once_a_day_to_auditor_and_security(trail, auditor):
    security = person("security", "安全管理员", trail.county_office, Role.SECURITY)
    for hours in (0, 1, 24):
        at = END + timedelta(hours=hours)
        keep_result(kind=SafetyCheck.Kind.TRAIL, at=at, is_good=False, looked_at=1, words="有异常。", url="/")

    assert [each.inbox.count() for each in (auditor, security, trail.office)] == [2, 2, 0]


def test_the_trail_leaves_as_a_file_with_its_hashes_and_that_is_noted(trail, tmp_path):
    file = tmp_path / "trail.csv"

    call_command("export_audit", str(file), since=None, until=None, stdout=StringIO())

    rows = list(csv.DictReader(file.open(encoding="utf-8-sig")))
    assert [row["理由"] for row in rows[:2]] == ["第0天第0条", "第0天第1条"]
    assert (len(rows), rows[-1]["封存号"], len(rows[-1]["散列值"])) == (TOTAL, str(TOTAL), 64)
    assert AuditEntry.objects.last().action == AuditEntry.Action.EXPORT


def test_a_restore_takes_back_the_anchors_of_the_database_that_is_gone(trail, settings):
    """The chain that came back is shorter than what was anchored last; its own trail tells of the restore, too."""
    longer = read_anchors().last
    with Path(settings.AUDIT_ANCHOR_FILE).open("a") as file:
        file.write(json.dumps({**asdict(longer), "position": TOTAL + 9, "digest": "00" * 32}) + "\n")
    assert walk(at=END).first.kind is TamperingKind.CUT_OFF

    drop_anchor(at=END, event=RESTORED)
    assert walk(at=END).first.kind is TamperingKind.UNPROVEN
    AuditEntry.objects.record(action=AuditEntry.Action.RESTORE, target=trail.finance, by=None, at=END)
    seal_everything(at=END)

    assert walk(at=END).is_good


def test_the_list_of_the_trail_leaves_as_filtered_and_is_noted(client, auditor):
    client.force_login(auditor)

    answer = client.get(reverse("admin:ninghai_auditentry_csv"), {"q": "第2天第3条"})

    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert AuditEntry.objects.last().detail["list"] == "ninghai_auditentry"
