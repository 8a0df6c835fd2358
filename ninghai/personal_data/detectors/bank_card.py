"""银行账号: a card by its Luhn digit and first digits, an account or passbook by the word before it (账号, 一卡通 …)."""

import re
from collections.abc import Iterator

from ninghai.personal_data.detectors.identity_papers import bare, has_check, is_person
from ninghai.personal_data.detectors.other_numbers import is_credit_code, is_named_otherwise
from ninghai.personal_data.folding import before
from ninghai.personal_data.hit import DataKind, Hit

NUMBER = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:\d{4,12}(?:[ \-]{1,2}\d{4,13}){1,4}(?:[ \-]{1,2}\d{1,4})?|\d{12,25})(?![0-9A-Za-z])(?![\-.]\d)"
)
CARD_LENGTHS = range(16, 20)
FIRST_DIGITS = ("62", "4", "5")
ACCOUNT = re.compile(
    r"(?:账号|帐号|账户|帐户|卡号|一卡通|一折通|存折|银行卡|工资卡|社保卡)(?:(?!电话|热线|传真)[^0-9\n]){0,8}$"
)
CALLED_AFTER = re.compile(r"[^0-9\s,，。；;]{0,4} ?(?:账户|账号|帐号|银行卡|存折|卡[内上])(?! ?:)")
LENGTHS = range(12, 26)
REACH, OFFICE_REACH = 18, 50
OFFICE_ACCOUNT = re.compile(
    r"收款单位|缴款|专户|国库|非税|保证金|捐[赠款]|对公|(?:户名|开户名|账户名|单位)(?:称)?[\s:]{0,3}[^\s,，。；;:]{2,24}(?:局|政府|委员会|中心|公司|学校|医院)"
)


def find(text: str) -> Iterator[Hit]:
    for match in NUMBER.finditer(text):
        number = bare(match[0])
        if len(number) not in LENGTHS:
            continue
        if len(number) == 18 and ((is_person(number) and has_check(number)) or is_credit_code(number)):
            continue
        if is_of_an_office(text, match.start()):
            continue
        is_card = is_bank_card(number)
        if ACCOUNT.search(before(text, match.start(), characters=REACH)) or CALLED_AFTER.match(text, match.end()):
            yield Hit(match.start(), match.end(), DataKind.BANK_CARD, match[0], certain=is_card)
        elif is_card and not is_named_otherwise(text, match.start()):
            yield Hit(match.start(), match.end(), DataKind.BANK_CARD, match[0], certain=number.startswith("62"))


def is_of_an_office(text: str, place: int) -> bool:
    """Whether the words before the number on its line say that an office takes money there, which is public."""
    return OFFICE_ACCOUNT.search(before(text, place, characters=OFFICE_REACH)) is not None


def is_bank_card(number: str) -> bool:
    return len(number) in CARD_LENGTHS and number.startswith(FIRST_DIGITS) and has_luhn_digit(number)


def has_luhn_digit(number: str) -> bool:
    """ISO/IEC 7812: every second digit from the right doubled, the sum of all digits a multiple of ten."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in number[-1::-2])) % 10 == 0
