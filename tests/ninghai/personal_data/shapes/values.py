"""Numbers, names and addresses of nobody, in all the ways in which they are written; and what only looks like them."""

from ninghai.personal_data.hit import DataKind
from tests.ninghai.personal_data.second_labelled_set import AREAS, TOWNS, VILLAGES, Pen

PROVINCES = "浙沪苏皖赣闽京粤鲁豫"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
COMPOUND = ("欧阳", "上官", "司徒", "诸葛", "夏侯", "皇甫", "端木", "慕容")
MINORITY = ("卓玛·央金", "买买提·艾力", "阿依古丽·吐尔逊", "次仁·旺堆", "迪丽娜尔·阿不都", "扎西·多吉")
FOUR = ("欧阳建国", "上官雪梅", "司徒永康", "诸葛文斌", "阿依古丽", "卓玛央金")
STREETS = ("人民路", "中山中路", "桃源北路", "兴宁南路", "气象北路", "时代大道")
ESTATES = ("兴海家园", "桃源小区", "河洪新村", "天明花园", "金色华府", "滨溪公寓")
OFFICES = ("宁海县财政局", "宁海县交通运输局", "深甽镇人民政府", "宁海县民政局", "宁海县兴达建筑有限公司")
BUILDINGS = ("行政服务中心", "文化馆", "公共资源交易中心", "便民服务大厅")
Expected = tuple[DataKind, str]


class Values(Pen):
    """Draws a value of a kind as somebody may have written it; the same seed gives the same."""

    def value(self, kind: DataKind) -> str:
        return str(getattr(self, kind.value)())

    def id_card(self) -> str:
        n = self.id_number()
        old = n[:6] + n[8:17]
        return self.one(n, n, n, f"{n[:6]} {n[6:14]} {n[14:]}", old if n[6:8] == "19" else n, n.replace("X", "x"))

    def disability_card(self) -> str:
        return self.id_number() + self.one(*"1234567") + self.one(*"1234")

    def mobile(self) -> str:
        n = self.one("138", "159", "186", "133", "177", "199", "152") + self.number(8)
        return self.one(
            n, n, n, f"+86 {n}", f"+86{n}", f"{n[:3]} {n[3:7]} {n[7:]}", f"{n[:3]}-{n[3:7]}-{n[7:]}", f"86-{n}"
        )

    def landline(self) -> str:
        n = self.one("6", "8") + self.number(7)
        return self.one(
            f"0574-{n}",
            f"0574{n}",
            f"(0574){n}",
            f"0574-{n}-{self.number(3)}",
            f"0574 {n}",
            f"0574-{n}转{self.number(3)}",
        )

    def bank_card(self) -> str:
        card = self.card(self.rng.choice([16, 19]))
        return self.one(
            card, card, " ".join(card[at : at + 4] for at in range(0, len(card), 4)), self.account(), self.account()
        )

    def account(self) -> str:
        """Of a village bank: no check digit."""
        return self.one("2010", "1010", "8010") + self.number(self.rng.choice([11, 13, 15]))

    def passport(self) -> str:
        return self.one(f"E{self.number(8)}", f"EB{self.number(7)}", f"G{self.number(8)}")

    def plate(self) -> str:
        head = f"{self.one(*PROVINCES)}{self.one('A', 'B', 'E')}"
        return self.one(
            f"{head}{self.number(5)}",
            f"{head}·{self.one(*LETTERS)}{self.number(4)}",
            f"{head}{self.one('D', 'F')}{self.number(5)}",
            f"{head}{self.number(4)}{self.one(*LETTERS)}",
        )

    def email(self) -> str:
        host = self.one("163.com", "qq.com", "126.com", "vip.sina.com", "outlook.com")
        return f"{self.one('nh', 'zhang.san', 'li_', 'w-')}{self.number(4)}@{host}"

    def address(self) -> str:
        return self.one(self.rural(), self.urban())

    def rural(self) -> str:
        start = self.one("", "宁海县", "浙江省宁海县", "浙江省宁波市宁海县")
        house = self.one(
            f"{self.rng.randint(1, 20)}组{self.rng.randint(1, 99)}号",
            f"{self.rng.randint(1, 300)}号",
            f"{self.rng.randint(1, 9)}-{self.rng.randint(1, 99)}号",
        )
        return f"{start}{self.rng.choice(TOWNS)}{self.rng.choice(VILLAGES)}{house}"

    def urban(self) -> str:
        flat = f"{self.rng.randint(1, 40)}幢{self.rng.randint(1, 4)}单元{self.rng.randint(101, 1802)}室"
        return self.one(
            f"宁海县跃龙街道{self.one(*ESTATES)}{flat}",
            f"宁海县{self.one(*STREETS)}{self.rng.randint(1, 300)}号{self.rng.randint(1, 30)}幢{self.rng.randint(101, 999)}室",
            f"桃源街道{self.one(*ESTATES)}{self.rng.randint(1, 40)}号楼{self.rng.randint(101, 999)}室",
            f"宁海县桃源街道{self.one(*STREETS)}{self.rng.randint(1, 99)}弄{self.rng.randint(1, 99)}号",
        )

    def name(self) -> str:
        plain = super().name()
        spaced = f"{plain[0]}\u3000{plain[1]}" if len(plain) == 2 else plain
        compound = self.one(*COMPOUND) + self.one("雪", "明", "建华")
        return self.one(plain, plain, plain, spaced, compound, self.one(*MINORITY), self.one(*FOUR))

    # --- What is nobody's ------------------------------------------------------------------------

    def harmless(self, pattern: str) -> str:
        """The pattern with each brace filled, each time anew."""
        pieces = pattern.split("{")
        return pieces[0] + "".join(
            f"{getattr(self, word)()}{rest}" for word, _, rest in (piece.partition("}") for piece in pieces[1:])
        )

    def unit(self) -> str:
        return self.one(*OFFICES)

    def office_address(self) -> str:
        return f"宁海县{self.one(*TOWNS[:3])}{self.one(*STREETS)}{self.rng.randint(1, 300)}号{self.one('', *BUILDINGS)}"

    def site(self) -> str:
        return f"{self.rng.choice(TOWNS)}{self.rng.choice(VILLAGES)}{self.one('', f'{self.rng.randint(1, 99)}号')}"

    def project(self) -> str:
        return f"2018-330226-{self.number(2)}-03-{self.number(6)}-000"

    def document_number(self) -> str:
        return f"宁政办发〔2018〕{self.rng.randint(1, 200)}号"

    def amount(self) -> str:
        return f"{self.rng.randint(1000, 99999999)}.00"

    def office_line(self) -> str:
        return f"0574-6526{self.number(4)}"

    def rate(self) -> str:
        return f"{self.rng.randint(1, 99)}.{self.number(1)}"

    def index_number(self) -> str:
        return f"{self.credit()}/2018-{self.number(5)}"

    def village(self) -> str:
        return self.rng.choice(VILLAGES)

    def street(self) -> str:
        return self.one(*STREETS)

    def date(self) -> str:
        return f"2018年{self.rng.randint(1, 12)}月{self.rng.randint(1, 28)}日"

    def order(self) -> str:
        return self.one("4", "5", "62", "20") + self.number(self.rng.randint(12, 16))

    def invoice(self) -> str:
        return self.number(8)

    def isbn(self) -> str:
        return f"978-7-{self.number(3)}-{self.number(5)}-{self.number(1)}"

    def longitude(self) -> str:
        return f"121.{self.number(11)}"

    def area(self) -> str:
        return self.rng.choice(AREAS)
