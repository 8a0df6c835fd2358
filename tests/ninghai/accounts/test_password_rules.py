"""What a new password must be like, and that each refusal is one sentence."""

import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from ninghai.accounts.passwords import one_time_password, put_password
from ninghai.calendar.clock import true_now
from tests.ninghai.accounts.conftest import ANOTHER, NEW, PASSWORD


def refusals(password, user=None):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    return refused.value.messages


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("短的2018", "密码至少要有12位，现在是6位，请加长。"),
        ("onlysmallletterslong", "密码要包含小写字母、大写字母、数字、汉字、符号中的至少2种，请补上。"),
        ("a1a1a1a1a1a1a1", "密码翻来覆去只有几个字符，请换一个。"),
        ("Password123456", "这是常见的密码，容易被猜中，请换一个。"),
        ("1qaz2wsx3edc", "这是常见的密码，容易被猜中，请换一个。"),
        ("1qaz2wsx&&zwgk", "密码由常用词或连续的键组成，容易被猜中，请换一个。"),
        ("Ninghai@2018!", "密码由常用词或连续的键组成，容易被猜中，请换一个。"),
        ("Football2018!!", "这是常见的密码，容易被猜中，请换一个。"),
        ("finance-clerk的好密码", "密码不能含有自己的姓名或账号，请换一个。"),
        ("FINANCE的另一个密码8", "密码不能含有自己的姓名或账号，请换一个。"),
        ("财政局经办人的密码88", "密码不能含有自己的姓名或账号，请换一个。"),
        ("深甽镇的山水很好看99", "密码不能含有单位名称，请换一个。"),
        ("宁海县财政局的门牌号88", "密码不能含有单位名称，请换一个。"),
    ],
)
def test_a_weak_password_is_refused_in_one_sentence(cast, password, sentence):
    assert sentence in refusals(password, cast.clerk)


@pytest.mark.parametrize("password", [PASSWORD, NEW, ANOTHER, "correct horse battery 9", "k3fd-9mnp-wq7x-2bcd"])
def test_a_good_password_passes(cast, password):
    validate_password(password, cast.clerk)


def test_the_last_five_do_not_come_back_but_the_sixth_does(cast, clerk):
    old = [PASSWORD, *(f"第{number}个足够长的好口令真不错" for number in "123456")]
    for password in old[1:]:
        put_password(clerk, password, must_change=False, at=true_now())

    for password in old[-5:]:
        assert refusals(password, clerk) == ["这个密码最近用过，最近5次用过的不能再用，请换一个。"]
    validate_password(old[-6], clerk)
    assert clerk.past_passwords.count() == 5


def test_a_password_from_before_the_memory_does_not_come_back_either(cast, clerk):
    put_password(clerk, NEW, must_change=False, at=true_now())

    assert refusals(PASSWORD, clerk) == ["这个密码最近用过，最近5次用过的不能再用，请换一个。"]


def test_the_policy_is_set_by_settings(cast, settings):
    settings.PASSWORD_LENGTH, settings.PASSWORD_KINDS, settings.PASSWORD_BLOCKED_WORDS = 20, 3, ["longlong"]

    said = refusals("LongLongLonger", cast.clerk)

    assert [re.sub(r"，.*", "", sentence) for sentence in said] == [
        "密码至少要有20位",
        "密码要包含小写字母、大写字母、数字、汉字、符号中的至少3种",
        "密码由常用词或连续的键组成",
    ]


def test_a_one_time_password_can_be_read_aloud_and_is_never_the_same():
    made = {one_time_password() for _ in range(50)}

    assert len(made) == 50
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", each) for each in made)
