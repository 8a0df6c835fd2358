"""The doors in a browser, by keyboard: a given password, a telephone, recovery codes; and the administrator's side."""

import io
import re
from collections.abc import Iterator

import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from ninghai.models import Authenticator, Role, User
from tests.browser import portal
from tests.browser.objections import objections
from tests.browser.people import photograph, sign_in
from tests.cast import Cast, person

GIVEN, OWN = "k3fd-9mnp-wq7x-2bcd", "飞流直下三千尺10240"


@pytest.fixture(scope="module")
def site(django_db_setup) -> Iterator[str]:
    """A portal that asks for the second factor, as in production."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECOND_FACTOR", "1")
        with portal.served() as address:
            yield address


def assert_fine(page: Page, name: str) -> None:
    photograph(page, f"doors-{name}")
    assert objections(page) == []


def type_in(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).focus()
    page.keyboard.type(text)


def test_the_first_day_of_somebody_of_the_office_by_keyboard(cast: Cast, opening):
    user = cast.second_office
    User.objects.filter(pk=user.pk).update(password=make_password(GIVEN), must_change_password=True)
    page = opening()
    page.goto("/login/")
    type_in(page, "用户名", user.username)
    type_in(page, "密码", "错误的密码")
    page.keyboard.press("Enter")
    expect(page.get_by_text("用户名或密码不正确")).to_be_visible()
    assert_fine(page, "login-refused")
    type_in(page, "密码", GIVEN)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    assert_fine(page, "password-first")
    type_in(page, "当前密码", GIVEN)
    type_in(page, "新密码", OWN)
    type_in(page, "再输入一次新密码", OWN)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="启用动态口令")).to_be_visible()
    assert_fine(page, "authenticator")
    totp = pyotp.TOTP(page.locator("code.secret").inner_text().replace(" ", ""))
    type_in(page, "手机上显示的6位数字", totp.now())
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="请保存备用码")).to_be_visible()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    assert_fine(page, "recovery-codes")
    page.get_by_role("link", name="已经保存，开始工作").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/account/")
    assert_fine(page, "account")
    page.goto("/account/authenticator/recovery/")
    assert_fine(page, "recovery-codes-again")

    again = opening()
    again.goto("/login/")
    type_in(again, "用户名", user.username)
    type_in(again, "密码", OWN)
    again.keyboard.press("Enter")
    expect(again.get_by_role("heading", name="动态口令")).to_be_visible()
    assert_fine(again, "code")
    again.keyboard.type(codes[0])  # the cursor stands in the field
    again.keyboard.press("Enter")
    expect(again.get_by_text("还剩9个")).to_be_visible()


def test_somebody_closes_a_forgotten_session_by_keyboard(cast: Cast, opening):
    forgotten, page = opening(cast.clerk), opening(cast.clerk)
    page.goto("/account/")
    assert_fine(page, "two-sessions")
    page.get_by_role("button", name=re.compile("^结束“")).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("上的登录已结束")).to_be_visible()
    forgotten.goto("/account/")
    expect(forgotten.get_by_role("heading", name="登录工作台")).to_be_visible()


def test_the_security_administrator_at_work(cast: Cast, opening):
    security = person("security", "安全管理员", cast.county_office, Role.SECURITY)
    page = opening()
    page.goto("/login/")
    sign_in_with_telephone(page, security)
    page.goto("/admin/ninghai/user/")
    assert_fine(page, "people")
    page.goto(f"/admin/ninghai/user/{cast.clerk.pk}/change/")
    assert_fine(page, "person")
    page.goto(f"/admin/ninghai/user/{cast.clerk.pk}/acts/")
    assert_fine(page, "acts")
    page.get_by_role("button", name="重置密码").click()
    expect(page.get_by_text("一次性密码只显示这一次")).to_be_visible()
    assert_fine(page, "one-time")
    page.goto("/admin/ninghai/user/bulk/")
    rows = [
        ("账号", "姓名", "单位", "角色"),
        ("a b", "某人", "县没有局", "经办人"),
        ("good", "某人", "县财政局", "经办人"),
    ]
    page.get_by_label("账号名单").set_input_files(a_list(rows))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text("有 2 处错误")).to_be_visible()
    assert_fine(page, "bulk-refused")
    page.get_by_label("账号名单").set_input_files(a_list([rows[0], rows[2]]))
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("button", name="确认开通")).to_be_visible()
    assert_fine(page, "bulk")
    page.get_by_role("button", name="确认开通").click()
    expect(page.get_by_role("heading", name="已开通1个账号")).to_be_visible()
    page.goto("/admin/ninghai/user/blocked/")
    assert_fine(page, "blocked")


def sign_in_with_telephone(page: Page, user: User) -> None:
    sign_in(page, user)
    totp = pyotp.TOTP(page.locator("code.secret").inner_text().replace(" ", ""))
    page.get_by_label("手机上显示的6位数字").fill(totp.now())
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("heading", name="请保存备用码")).to_be_visible()
    assert Authenticator.objects.filter(user=user).exclude(confirmed_at=None).exists()


def a_list(rows) -> dict:
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(data)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "名单.xlsx", "mimeType": kind, "buffer": data.getvalue()}
