"""Numbers that are no personal data though they look like it: the word before them says what they are."""

import re

from ninghai.personal_data.folding import before

NAMES = re.compile(
    r"(?:文号|索引号|项目代码|项目编号|项目编码|订单号?|流水号|单号|宗地号|宗地编号|不动产单元号|单元号|不动产权|合同号|合同编号"
    r"|发票号码?|信用代码|组织机构代码|注册号|登记号|许可证号?|批准文号|采购编号|招标编号|标段|ISBN|编号|代码|版本|经度|纬度"
    r"|执法证号?|案号|受理号|快递|识别号|税号|税务登记)[^0-9A-Za-z\n]{0,6}$",
    re.IGNORECASE,
)
PERSONAL = re.compile(
    r"(?:身份证|身份号|证件|残疾|银行|账号|帐号|卡号|一卡通|存折|手机|电话|联系|护照|通行证)[^\n]{0,6}$"
)
REACH = 16  # characters before the number in which its name stands


def is_named_otherwise(text: str, place: int) -> bool:
    """Whether what stands before the number names it as something else, such as 项目代码."""
    lead = before(text, place, characters=REACH)
    return bool(NAMES.search(lead)) and not PERSONAL.search(lead)


def is_named_personal(text: str, place: int) -> bool:
    """Whether what stands before it says that it belongs to a person."""
    return bool(PERSONAL.search(before(text, place, characters=REACH)))


# 统一社会信用代码 (GB 32100): public, never reported; told from identity numbers, which also have 18 characters.

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def is_credit_code(code: str) -> bool:
    """Whether the 18 characters carry the check character of a credit code."""
    if len(code) != 18 or any(character not in ALPHABET for character in code):
        return False
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(code, WEIGHTS, strict=False))
    return ALPHABET[-total % 31] == code[-1]
