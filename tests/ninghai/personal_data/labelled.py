"""Texts of which is known what in them is personal, made from a seed: sentences as towns write them, and look-alikes.

Numbers are drawn anew and belong to nobody known; the check digits are counted here a second time, not by the detectors.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ninghai.personal_data.hit import DataKind

Expected = tuple[DataKind, str]
REGIONS = ["330226", "330201", "110105", "441224", "320583", "510104", "650102"]
SURNAMES = [*"王李张刘陈杨黄赵吴周徐孙胡林郑梁谢叶童葛", "欧阳", "上官"]
GIVEN = ["建国", "秀英", "伟", "芳", "海波", "雪", "国强", "亚萍", "浩然", "丽"]
TOWNS = ["深甽镇", "长街镇", "前童镇", "越溪乡", "跃龙街道", "茶院乡"]
VILLAGES = ["大里村", "河洪村", "龙浦村", "联合村", "溪下王村", "东门社区"]


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    personal: frozenset[Expected]
    subject: str


class Maker:
    """Draws numbers and names; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311 - the same seed shall give the same

    def digits(self, count: int) -> str:
        return "".join(self.draw.choice("0123456789") for _ in range(count))

    def name(self) -> str:
        return self.draw.choice(SURNAMES) + self.draw.choice(GIVEN)

    def birthday(self) -> str:
        return f"{self.draw.randint(1935, 2015)}{self.draw.randint(1, 12):02}{self.draw.randint(1, 28):02}"

    def id_card(self, *, is_right: bool = True) -> str:
        body = self.draw.choice(REGIONS) + self.birthday() + self.digits(3)
        powers = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
        check = (12 - powers % 11) % 11
        if not is_right:
            check = (check + self.draw.randint(1, 9)) % 10 if check != 10 else self.draw.randint(0, 9)
        return body + ("X" if check == 10 else str(check))

    def bank_card(self, *, length: int = 19) -> str:
        body = "62" + self.digits(length - 3)
        for check in "0123456789":
            total = 0
            for place, digit in enumerate(reversed(body + check)):
                value = int(digit) * (2 if place % 2 else 1)
                total += value - 9 if value > 9 else value
            if total % 10 == 0:
                return body + check
        raise AssertionError("one digit of ten fits")

    def mobile(self) -> str:
        return self.draw.choice(["138", "159", "186", "133", "177", "199"]) + self.digits(8)

    def address(self) -> str:
        house = self.draw.choice(["{}号", "{}组{}号", "{}幢{}室"])
        numbers = [self.draw.randint(1, 320) for _ in range(2)]
        start = self.draw.choice(["", "宁海县", "浙江省宁海县"])
        return f"{start}{self.draw.choice(TOWNS)}{self.draw.choice(VILLAGES)}{house.format(*numbers)}"

    def credit_code(self) -> str:
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        body = self.draw.choice(["11330226", "91330226", "52330226"]) + "".join(
            self.draw.choice(alphabet[:10] if self.draw.random() < 0.5 else alphabet) for _ in range(9)
        )
        weight, total = 1, 0
        for character in body:
            total += alphabet.index(character) * weight
            weight = weight * 3 % 31
        return body + alphabet[(31 - total % 31) % 31]


def _case(subject: str, text: str, *personal: Expected) -> Case:
    return Case(text=text, personal=frozenset(personal), subject=subject)


# --- What is personal ---------------------------------------------------------------------------------


def id_cards(make: Maker) -> Case:
    number = make.id_card(is_right=make.draw.random() < 0.8)
    shown = make.draw.choice(
        [
            number,
            number.lower(),
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"{number[:6]}-{number[6:14]}-{number[14:]}",
        ]
    )
    if make.draw.random() < 0.15:
        shown = "".join(chr(ord(each) + 0xFEE0) for each in number)  # full width
    frame = make.draw.choice(["身份证号：{}", "（{}）", "公民身份号码{}，", "补助对象\t{}\t500元", "{}"])
    return _case("id_card", frame.format(shown), (DataKind.ID_CARD, shown))


def old_id_cards(make: Maker) -> Case:
    number = make.draw.choice(REGIONS) + make.birthday()[2:] + make.digits(3)
    return _case("id_card", f"原证件号码：{number}。", (DataKind.ID_CARD, number))


def disability_cards(make: Maker) -> Case:
    number = make.id_card() + make.draw.choice("1234567") + make.draw.choice("1234")
    return _case("disability_card", f"残疾人证号 {number}", (DataKind.DISABILITY_CARD, number))


def mobiles(make: Maker) -> Case:
    number = make.mobile()
    shown = make.draw.choice(
        [
            number,
            f"{number[:3]} {number[3:7]} {number[7:]}",
            f"+86 {number}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
        ]
    )
    frame = make.draw.choice(["联系电话：{}", "手机{}。", "请与{}联系", "{}", "电话\t{}\t备注"])
    return _case("mobile", frame.format(shown), (DataKind.MOBILE, shown))


def landlines(make: Maker) -> Case:
    number = f"0574-{make.draw.choice('68')}{make.digits(7)}"
    return _case(
        "landline", f"{make.draw.choice(['家庭电话', '住宅电话：', '本人电话 '])}{number}", (DataKind.LANDLINE, number)
    )


def bank_cards(make: Maker) -> Case:
    number = make.bank_card(length=make.draw.choice([16, 17, 19]))
    shown = " ".join(number[at : at + 4] for at in range(0, 20, 4)).strip() if make.draw.random() < 0.3 else number
    frame = make.draw.choice(["银行卡号：{}", "打入{}", "一卡通 {}", "{}"])
    return _case("bank_card", frame.format(shown), (DataKind.BANK_CARD, shown))


def passbooks(make: Maker) -> Case:
    number = "1010" + make.digits(11)
    return _case("bank_card", f"信用社存折账号：{number}", (DataKind.BANK_CARD, number))


def papers(make: Maker) -> Case:
    word, number = make.draw.choice(
        [
            ("护照号码：", f"E{make.digits(8)}"),
            ("护照 ", f"G{make.digits(8)}"),
            ("港澳居民来往内地通行证", f"H{make.digits(8)}"),
            ("台胞证号", make.digits(8)),
            ("", f"军字第{make.digits(7)}号"),
        ]
    )
    return _case("passport", f"{word}{number}", (DataKind.PASSPORT, number))


def plates(make: Maker) -> Case:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    number = make.draw.choice(
        [
            f"浙B{make.digits(5)}",
            f"浙B·{make.draw.choice(letters)}{make.digits(4)}",
            f"沪AD{make.digits(5)}",
            f"浙B{make.digits(5)}F",
        ]
    )
    return _case("plate", f"车辆{number}停放在路边", (DataKind.PLATE, number))


def mails(make: Maker) -> Case:
    box = make.draw.choice(["zhang.san", "li_88", "nhwang", "a1b2c3"]) + make.digits(2)
    mail = f"{box}@{make.draw.choice(['163.com', 'qq.com', 'mail.example.com.cn'])}"
    return _case("email", f"邮箱：{mail}，欢迎来信", (DataKind.EMAIL, mail))


def chats(make: Maker) -> Case:
    number = make.draw.choice("123456789") + make.digits(8)
    return _case("email", f"QQ：{number}", (DataKind.EMAIL, number))


def addresses(make: Maker) -> Case:
    address = make.address()
    frame = make.draw.choice(["家庭住址：{}", "住址 {}", "户主居住于{}", "现住{}，", "户籍地址为{}。", "本人住{}"])
    return _case("address", frame.format(address), (DataKind.ADDRESS, address))


def names(make: Maker) -> Case:
    name = make.name()
    frame = make.draw.choice(["姓名：{}，男", "户主：{}", "申请人: {} ", "受助人姓名：{}；", "监护人：{}\n"])
    return _case("name", frame.format(name), (DataKind.NAME, name))


# --- What only looks so --------------------------------------------------------------------------------


def document_numbers(make: Maker) -> Case:
    return _case("look-alike", f"宁政办发〔{make.draw.randint(2008, 2026)}〕{make.draw.randint(1, 300)}号")


def index_numbers(make: Maker) -> Case:
    return _case("look-alike", f"索引号：{make.credit_code()}/2019-{make.digits(5)}")


def credit_codes(make: Maker) -> Case:
    return _case("look-alike", f"{make.draw.choice(['统一社会信用代码：', '供应商 ', ''])}{make.credit_code()}")


def project_codes(make: Maker) -> Case:
    code = f"2018-330226-{make.digits(2)}-{make.draw.choice(['01', '02', '03'])}-{make.digits(6)}-000"
    return _case("look-alike", f"项目代码：{code}")


def orders(make: Maker) -> Case:
    word = make.draw.choice(["订单号", "流水号：", "合同编号 ", "发票号码："])
    return _case(
        "look-alike", f"{word}{make.draw.choice(['4', '5', '62', '20'])}{make.digits(make.draw.randint(12, 16))}"
    )


def property_units(make: Maker) -> Case:
    return _case("look-alike", f"不动产单元号330226{make.digits(6)}GB{make.digits(5)}F{make.digits(8)}")


def office_lines(make: Maker) -> Case:
    frame = make.draw.choice(["咨询电话：{}", "县财政局办公室（{}）", "监督电话{}", "传真 {}"])
    return _case("look-alike", frame.format(f"0574-6{make.digits(7)}"))


def short_numbers(make: Maker) -> Case:
    return _case(
        "look-alike",
        make.draw.choice(
            ["拨打12345政务热线", "全年投入1,380.55万元", "共计13800户", "邮编315600", "拨付13.812345678亿元"]
        ),
    )


def places_on_earth(make: Maker) -> Case:
    return _case("look-alike", f"东经121.{make.digits(11)}，北纬29.{make.digits(10)}")


def books(make: Maker) -> Case:
    return _case("look-alike", f"ISBN 978-7-{make.digits(3)}-{make.digits(5)}-{make.digits(1)}")


def office_boxes(make: Maker) -> Case:
    return _case("look-alike", f"电子信箱：xxgk{make.digits(2)}@ninghai.gov.cn")


def office_addresses(make: Maker) -> Case:
    frame = make.draw.choice(["办公地址：{}", "受理地点：{}行政服务中心", "会议在{}召开", "注册地址：{}"])
    return _case("look-alike", frame.format(f"宁海县{make.draw.choice(TOWNS)}人民路{make.draw.randint(1, 300)}号"))


def plain_prose(make: Maker) -> Case:
    sentence = make.draw.choice(
        [
            "推进财政预决算公开，细化到项级科目。",
            "姓名、身份证号等信息应当去标识化。",
            "申请人：应当提交下列材料",
            "联系人：县政府办公室信息公开科",
            "住址不属于公开内容。",
            "2018年11月20日前完成整改，共涉及18个乡镇（街道）。",
        ]
    )
    return _case("look-alike", sentence)


def dates_and_sums(make: Maker) -> Case:
    return _case(
        "look-alike",
        f"{make.draw.randint(2010, 2026)}0{make.draw.randint(1, 9)}{make.digits(2)}批次，金额{make.digits(9)}.00元",
    )


KINDS: list[Callable[[Maker], Case]] = [
    id_cards, id_cards, id_cards, old_id_cards, disability_cards, mobiles, mobiles, landlines, bank_cards, passbooks,
    papers, plates, mails, chats, addresses, addresses, names, names,
    document_numbers, index_numbers, credit_codes, credit_codes, project_codes, orders, orders, property_units,
    office_lines, short_numbers, places_on_earth, books, office_boxes, office_addresses, plain_prose, dates_and_sums,
]  # fmt: skip


def cases(*, rounds: int = 100, seed: int = 20181120) -> Iterator[Case]:
    """As many of each kind as there are rounds."""
    make = Maker(seed)
    for _ in range(rounds):
        for kind in KINDS:
            yield kind(make)
