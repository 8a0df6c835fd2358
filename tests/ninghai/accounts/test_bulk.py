"""Accounts by Excel: every row looked at, all of them or none, the passwords shown once."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from ninghai.accounts.workbooks import PEOPLE
from ninghai.files.workbooks.reading import NotThisSheet
from ninghai.models import AuditEntry, Role, User
from tests.ninghai.accounts.conftest import engage, sign_in
from tests.security.costly.packages import merged, xlsx


def sheet(*rows, head=tuple(PEOPLE.labels)) -> bytes:
    book, data = Workbook(), io.BytesIO()
    for row in (head, *rows):
        book.worksheets[0].append(row)
    book.save(data)
    return data.getvalue()


def upload(admin, *rows):
    file = SimpleUploadedFile("账号.xlsx", sheet(*rows))
    return admin.post(reverse("admin:ninghai_user_bulk"), {"file": file})


GOOD = [
    ("fgj-editor", "发改局经办人", "县发改局", "经办人", ""),
    ("fgj-reviewer", "发改局审核人", "003", "审核人、抽查人员", "fgj@example.cn"),
]


def test_people_are_looked_at_first_and_then_let_in(admin, cast):
    shown = upload(admin, *GOOD)
    before = User.objects.filter(username__startswith="fgj").count()
    page = admin.post(reverse("admin:ninghai_user_bulk_confirm"), {"rows": shown.context["rows"]})

    assert (shown.status_code, before) == (200, 0)
    passwords = re.findall(r"<code>([a-z2-9-]{19})</code>", page.text)
    assert len(set(passwords)) == 2
    reviewer = User.objects.get(username="fgj-reviewer")
    assert {(str(each.unit), each.role) for each in reviewer.memberships.all()} == {
        ("县发改局", "reviewer"),
        ("县发改局", "inspector"),
    }
    assert [each.action for each in AuditEntry.objects.about(reviewer)] == ["create_account", *["grant_role"] * 2]
    browser = Client()
    sign_in(browser, "fgj-editor", passwords[0])
    assert browser.get("/work/")["Location"] == "/account/password/"


def test_the_list_leaves_as_a_file_once_more_at_most_for_minutes(admin, cast):
    page = admin.post(reverse("admin:ninghai_user_bulk_confirm"), {"rows": upload(admin, *GOOD).context["rows"]})

    file = admin.post(reverse("admin:ninghai_user_one_time_list"), {"sealed": page.context["sealed"]})

    cells = list(load_workbook(io.BytesIO(file.content)).worksheets[0].values)
    assert cells[0] == ("账号", "姓名", "一次性密码")
    assert [row[0] for row in cells[1:]] == ["fgj-editor", "fgj-reviewer"]
    assert "no-store" in file.headers["Cache-Control"]


def test_every_problem_is_told_with_its_row_and_column(admin, cast):
    page = upload(
        admin,
        ("finance-clerk", "重名", "县财政局", "经办人", ""),
        ("有 空格", "某人", "县财政局", "经办人", ""),
        ("good", "", "县财政局", "经办人", ""),
        ("nowhere", "某人", "县没有局", "经办人", ""),
        ("norole", "某人", "县财政局", "局长", ""),
        ("apart", "某人", "县政府办公室", "安全管理员、审计管理员", ""),
        ("elsewhere", "某人", "县财政局", "签发人", ""),
        ("mail", "某人", "县财政局", "经办人", "不是邮箱"),
        ("twice", "某人", "县财政局", "经办人", ""),
        ("Twice", "某人", "县财政局", "经办人", ""),
    )

    problems = [str(problem) for problem in page.context["found"].problems]
    assert page.status_code == 422
    assert [problem.split("：")[0] for problem in problems] == [
        "第 2 行“账号”",
        "第 3 行“账号”",
        "第 4 行“姓名”",
        "第 5 行“单位”",
        "第 6 行“角色”",
        "第 7 行“角色”",
        "第 8 行“角色”",
        "第 9 行“电子邮箱”",
        "第 11 行“账号”",
    ]
    assert not any(re.search(r"[A-Za-z]{5,}", re.sub(r"“[^”]*”", "", problem)) for problem in problems)
    assert page.context["rows"] == ""
    assert not User.objects.filter(username="twice").exists()


def test_one_wrong_row_opens_none(admin, cast):
    rows = upload(admin, *GOOD).context["rows"]
    User.objects.create(username="fgj-reviewer", name="抢先")

    page = admin.post(reverse("admin:ninghai_user_bulk_confirm"), {"rows": rows}, follow=True)

    assert "没有开通：第 3 行“账号”" in page.text
    assert not User.objects.filter(username="fgj-editor").exists()


def test_rows_that_were_not_shown_open_nothing(admin, cast):
    page = admin.post(reverse("admin:ninghai_user_bulk_confirm"), {"rows": "made:up"}, follow=True)

    assert "预览已过期" in page.text


def test_the_template_is_read_back_as_empty(admin, cast):
    file = admin.get(reverse("admin:ninghai_user_template"))

    assert next(load_workbook(io.BytesIO(file.content)).worksheets[0].values) == tuple(PEOPLE.labels)
    with pytest.raises(NotThisSheet, match="表中没有要开通的人"):
        PEOPLE.read(file.content)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "这不是可以读取的 Excel 文件"),
        (b"PK\x03\x04 broken", "这不是可以读取的 Excel 文件"),
        (sheet(head=("账号",)), "第一行缺少列：姓名、单位、角色"),
        (sheet(*[(f"a{n}", "某", "县财政局", "经办人", "") for n in range(501)]), "一次最多开通500个账号"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(NotThisSheet, match=sentence):
        PEOPLE.read(data)


def test_blank_rows_among_the_people_lose_nobody():
    people = [(f"a{number}", "某", "县财政局", "经办人", "") for number in range(500)]

    assert [row["username"] for row in PEOPLE.read(sheet(*[()] * 20, *people))] == [each[0] for each in people]
    with pytest.raises(NotThisSheet, match="空行"):
        PEOPLE.read(sheet(*[()] * 200, *people))


def test_a_workbook_that_would_fill_the_memory_is_not_opened(admin, cast):
    whole_sheet = xlsx(after=merged("A1:XFD1048576"))

    page = admin.post("/admin/ninghai/user/bulk/", {"file": SimpleUploadedFile("名单.xlsx", whole_sheet)})

    assert page.status_code == 422
    assert "合并单元格的区域过大" in page.text


@pytest.mark.parametrize("name", ["bulk", "template", "bulk_confirm", "one_time_list"])
@pytest.mark.parametrize("role", [Role.OFFICE, Role.SIGNER, Role.SYSTEM, Role.AUDITOR])
def test_only_the_security_administrator_opens_accounts(client, cast, name, role):
    client.force_login(engage(cast, "visitor", role))
    address = reverse(f"admin:ninghai_user_{name}")

    assert client.get(address).status_code in {403, 405}
    assert client.post(address, {}).status_code in {403, 405}
