"""A second labelled set, written apart from the first and from the finder: texts and tables as they really come in.

Blanks where a scanner puts them, heads as clerks word them, lists that mix everything, and numbers next to look-alikes.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ninghai.personal_data.hit import DataKind

Told = tuple[DataKind, str]
AREAS = ["330226", "330225", "330203", "341221", "522401", "413026", "362330", "511602", "320321", "430522"]
FAMILY = "陈林叶胡王章葛童金徐应娄薛魏尤戴杨蒋仇邬冯严鲍竺储麻舒柴储卢俞虞华"
GIVEN_ONE = "军敏静磊洋艳勇杰娟涛超霞平刚玲辉鹏丹斌浩倩"
GIVEN_TWO = [
    "志强",
    "晓燕",
    "小红",
    "永康",
    "雅琴",
    "子涵",
    "家豪",
    "世平",
    "彩凤",
    "德兴",
    "春苗",
    "文斌",
    "梓萱",
    "阿毛",
]
TOWNS = ["桃源街道", "梅林街道", "桥头胡街道", "西店镇", "黄坛镇", "桑洲镇", "一市镇", "力洋镇", "岔路镇", "胡陈乡"]
VILLAGES = ["河洪村", "樟树村", "双峰村", "山洋村", "屿南村", "海头村", "下洋陈村", "白溪村", "辛岭村", "沙地下村"]
FULL = str.maketrans("0123456789X-: ", "０１２３４５６７８９Ｘ－：\u3000")  # noqa: RUF001 - the widths themselves


@dataclass(frozen=True, slots=True)
class Hard:
    """A text, or the rows of a table; `personal` is what the finder must report, and nothing else."""

    subject: str
    personal: frozenset[Told]
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)


class Pen:
    """Writes numbers, names and addresses; the same seed writes the same."""

    def __init__(self, seed: int | str) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - the same seed shall write the same

    def one(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def number(self, count: int) -> str:
        return f"{self.rng.randrange(10**count):0{count}}"

    def name(self) -> str:
        return self.rng.choice(FAMILY) + self.rng.choice([self.rng.choice(GIVEN_ONE), self.rng.choice(GIVEN_TWO)])

    def born(self) -> str:
        return f"{self.rng.randint(1940, 2017)}{self.rng.randint(1, 12):02}{self.rng.randint(1, 28):02}"

    def id_number(self) -> str:
        body = self.rng.choice(AREAS) + self.born() + self.number(3)
        total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(body))
        return body + "10X98765432"[total % 11]

    def mobile(self) -> str:
        return self.one("13", "15", "17", "18", "19") + self.number(9)

    def card(self, length: int) -> str:
        body = self.one("622848", "621700", "622202", "621034") + self.number(length - 7)
        odd = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body))]
        return body + str(-sum(digit // 10 + digit % 10 for digit in odd) % 10)

    def credit(self) -> str:
        signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        body = (
            self.one("91330226", "92330226", "11330226", "53330226")
            + "MA"
            + "".join(self.rng.choice(signs) for _ in range(7))
        )
        total = sum(signs.index(sign) * pow(3, at, 31) for at, sign in enumerate(body))
        return body + signs[-total % 31]

    def digital_credit(self) -> str:
        """A credit code of digits only, as many older bodies have."""
        while True:
            body = "1" + self.one("1", "2") + "330226" + self.number(9)
            total = sum(int(digit) * pow(3, at, 31) for at, digit in enumerate(body))
            if -total % 31 < 10:
                return body + str(-total % 31)

    def home(self) -> str:
        house = self.one(
            f"{self.rng.randint(1, 20)}组{self.rng.randint(1, 99)}号",
            f"{self.rng.randint(1, 300)}号",
            f"{self.rng.randint(1, 40)}幢{self.rng.randint(1, 4)}单元{self.rng.randint(101, 1802)}室",
        )
        flat = self.one("兴海家园", "桃源小区", "河洪新村") if "幢" in house else self.rng.choice(VILLAGES)
        return f"{self.one('', '宁海县', '浙江省宁波市宁海县')}{self.rng.choice(TOWNS)}{flat}{house}"


def _hard(subject: str, text: str, *personal: Told) -> Hard:
    return Hard(subject=subject, text=text, personal=frozenset(personal))


# --- Numbers as a scanner or a hurried hand writes them ------------------------------------------------


def scanned_id(pen: Pen) -> Hard:
    n = pen.id_number()
    shown = pen.one(
        f"{n[:6]} {n[6:10]} {n[10:14]} {n[14:]}",
        f"{n[:3]} {n[3:6]} {n[6:14]} {n[14:]}",
        f"{n[:6]}  {n[6:14]}  {n[14:]}",
        f"{n[:6]}\u3000{n[6:14]}\u3000{n[14:]}",
        f"{n[:6]}\u00a0{n[6:14]}\u00a0{n[14:]}",
        f"{n[:6]}–{n[6:14]}–{n[14:]}",
        n.translate(FULL),
        " ".join(n),
        f"{n[:17]} {n[17:]}",
        n.replace("X", "x"),
    )
    frame = pen.one("证件号码：{}", "证件号码 {}", "身份证：{}。", "（身份证号码为{}）", "有效证件号{}，")
    return _hard("scanned id", frame.format(shown), (DataKind.ID_CARD, shown))


def glued_id(pen: Pen) -> Hard:
    n, name = pen.id_number(), pen.name()
    frame = pen.one(
        "{name}{n}户",
        "No.{n}",
        "1.{n}",
        "证号:{n}性别女",
        "{name}({n})",
        "【{n}】",
        "{n}、{name}",
        "ID：{n}",
        "《{n}》",
    )
    return _hard("glued id", frame.format(n=n, name=name), (DataKind.ID_CARD, n))


def loose_mobile(pen: Pen) -> Hard:
    m = pen.mobile()
    shown = pen.one(
        f"{m[:3]} {m[3:]}",
        f"{m[:3]}-{m[3:]}",
        f"{m[:3]}\u3000{m[3:7]}\u3000{m[7:]}",
        f"{m[:3]}\u00a0{m[3:7]}\u00a0{m[7:]}",
        f"{m[:4]} {m[4:8]} {m[8:]}",
        f"{m[:5]} {m[5:]}",
        f"86{m}",
        f"+86-{m}",
        f"0086 {m}",
        m.translate(FULL),
        m,
    )
    frame = pen.one("联系方式：{}", "手机号码{}", "电话：{}（微信同号）", "TEL：{}", "请拨{}。", "联系电话\t{}")
    return _hard("loose mobile", frame.format(shown), (DataKind.MOBILE, shown))


def two_mobiles(pen: Pen) -> Hard:
    first, second = pen.mobile(), pen.mobile()
    mark = pen.one("/", "、", ",", "；", " ", "或", "\n", "\t", "，", "--", ".")
    return _hard("two mobiles", f"联系电话：{first}{mark}{second}", (DataKind.MOBILE, first), (DataKind.MOBILE, second))


def home_line(pen: Pen) -> Hard:
    local = pen.one("6", "8") + pen.number(7)
    shown = pen.one(f"0574-{local}", f"0574 {local}", f"(0574){local}", local, f"0574－{local}")
    frame = pen.one("家庭电话：{}", "住宅电话 {}", "家里电话：{}", "本人电话：{}", "宅电：{}")
    return _hard("home line", frame.format(shown), (DataKind.LANDLINE, shown))


def loose_card(pen: Pen) -> Hard:
    c = pen.card(pen.rng.choice([16, 19]))
    fours = [c[at : at + 4] for at in range(0, len(c), 4)]
    shown = pen.one(c, " ".join(fours), "-".join(fours), "  ".join(fours), f"{c[:6]} {c[6:]}", c.translate(FULL))
    frame = pen.one(
        "农商行卡号：{}", "开户行：宁海农村商业银行，账号：{}", "工资卡{}", "社保卡银行账户 {}", "打入 {} 账户"
    )
    return _hard("loose card", frame.format(shown), (DataKind.BANK_CARD, shown))


def passbook(pen: Pen) -> Hard:
    n = "2010" + pen.number(13)
    shown = pen.one(n, f"{n[:6]} {n[6:12]} {n[12:]}", f"{n[:4]}-{n[4:]}")
    return _hard(
        "passbook", f"{pen.one('一折通账号', '存折号', '一卡通号码：', '帐号：')}{shown}", (DataKind.BANK_CARD, shown)
    )


def disability(pen: Pen) -> Hard:
    n = pen.id_number() + pen.one("1", "3", "4", "6") + pen.one("1", "2", "3", "4")
    shown = pen.one(n, f"{n[:18]} {n[18:]}", f"{n[:18]}-{n[18:]}", n.translate(FULL))
    return _hard(
        "disability card", f"{pen.one('残疾证号：', '残疾人证 ', '证号')}{shown}", (DataKind.DISABILITY_CARD, shown)
    )


def travel_paper(pen: Pen) -> Hard:
    lead, shown = pen.rng.choice(
        [
            ("护照号码为", f"E{pen.number(8)}"),
            ("持中华人民共和国护照（号码", f"EB{pen.number(7)}"),
            ("护照：", f"G{pen.number(8)}"),
            ("往来港澳通行证号码：", f"C{pen.number(8)}"),
            ("回乡证号：", f"H{pen.number(8)}"),
            ("台湾居民来往大陆通行证 ", pen.number(8)),
        ]
    )
    return _hard("travel paper", f"{lead}{shown}）。", (DataKind.PASSPORT, shown))


def car(pen: Pen) -> Hard:
    shown = pen.one(
        f"浙B {pen.number(5)}",
        f"浙B·D{pen.number(5)}",
        f"浙B-{pen.number(4)}K",
        f"浙Ｂ{pen.number(5)}",
        f"赣E{pen.number(4)}A",
    )
    return _hard("car", f"{pen.one('驾驶', '牌照为', '车牌号：')}{shown}的小型轿车", (DataKind.PLATE, shown))


def box(pen: Pen) -> Hard:
    shown = pen.one(f"nh{pen.number(4)}@126.com", f"{pen.number(9)}@qq.com", f"a.b-{pen.number(3)}@vip.sina.com")
    return _hard(
        "box",
        f"{pen.one('电子邮件', '邮箱: ', 'E-mail：', '请发至')}{shown}{pen.one('', '。', '（私人）')}",
        (DataKind.EMAIL, shown),
    )


# --- Names and addresses ----------------------------------------------------------------------------


def announced_name(pen: Pen) -> Hard:
    name = pen.name()
    frame = pen.one(
        "姓名：{}",
        "姓  名：{}",
        "姓 名:{}，女，1980年3月生",
        "户主姓名：{}",
        "申请人：{}（签字）",
        "申请人姓名：{}\n性别：男",
        "学生姓名：{}",
        "救助对象：{}；",
        "低保户：{}，",
        "监护人姓名：{}。",
        "当事人：{}，住址不详",
        "联系人：{} ",
        "受助人：{}\t",
        "残疾人姓名：{}",
        "被征收人：{}",
    )
    return _hard("announced name", frame.format(name), (DataKind.NAME, name))


def several_names(pen: Pen) -> Hard:
    first, second = pen.name(), pen.name()
    mark = pen.one("、", "，", " ", "；")
    return _hard(
        "several names",
        f"{pen.one('申请人', '家庭成员', '户主')}：{first}{mark}{second}",
        (DataKind.NAME, first),
        (DataKind.NAME, second),
    )


def home_address(pen: Pen) -> Hard:
    home = pen.home()
    frame = pen.one(
        "家庭地址：{}",
        "现居住地：{}。",
        "户籍所在地：{}",
        "住所地{}，",
        "家住{}",
        "户籍地：{}",
        "住址:{}（邮编315600）",
        "申请人住{}",
        "通信地址：{}（本人收）",
        "居住地址 {}",
    )
    return _hard("home address", frame.format(home), (DataKind.ADDRESS, home))


def far_address(pen: Pen) -> Hard:
    home = pen.one(
        f"安徽省阜南县柴集镇李庄村{pen.rng.randint(1, 99)}号",
        f"贵州省毕节市七星关区何官屯镇大坝村{pen.rng.randint(1, 9)}组",
        f"河南省固始县黎集镇街道{pen.rng.randint(1, 99)}号",
        f"江西省上饶市鄱阳县油墩街镇漳田村{pen.rng.randint(1, 99)}号",
    )
    return _hard("far address", f"{pen.one('户籍地址：', '住址：', '家庭住址 ')}{home}", (DataKind.ADDRESS, home))


# --- Mixed lists and tables ---------------------------------------------------------------------------


def mixed_list(pen: Pen) -> Hard:
    name, n, m, c = pen.name(), pen.id_number(), pen.mobile(), pen.card(19)
    text = f"1、姓名：{name}，身份证号：{n}，手机：{m}；项目代码：2018-330226-48-03-{pen.number(6)}-000，发放账号{c}，金额{pen.number(4)}.00元"
    return _hard(
        "mixed list", text, (DataKind.NAME, name), (DataKind.ID_CARD, n), (DataKind.MOBILE, m), (DataKind.BANK_CARD, c)
    )


def next_to_look_alikes(pen: Pen) -> Hard:
    n = pen.id_number()
    other = pen.one(
        f"统一社会信用代码{pen.credit()}",
        f"文号：宁政发〔2018〕{pen.number(2)}号",
        f"索引号：{pen.credit()}/2018-{pen.number(5)}",
        f"不动产单元号 330226 {pen.number(6)} GB{pen.number(5)} F{pen.number(8)}",
        f"办公电话0574-6526{pen.number(4)}",
    )
    return _hard("next to look-alikes", f"{other}，经营者身份证号{n}", (DataKind.ID_CARD, n))


def odd_table(pen: Pen) -> Hard:
    """A title above, heads as clerks word them, a line of sums below."""
    who, number, place, account = (
        pen.one("姓  名", "户 主", "户主姓名", "申请人\n姓名", "补助对象姓名", "农户姓名", "学生姓名", "领款人"),
        pen.one("证件号码", "身份证\n号码", "公民身份号码", "身份证号(必填)"),
        pen.one("家庭住址", "家庭详细住址", "居住地址", "现住址", "户籍地址", "详细地址"),
        pen.one("银行账号", "一卡通账号", "开户账号", "社保卡卡号", "打卡账号", "农商行帐号"),
    )
    rows = [["2018年补助发放花名册", "", "", "", ""], ["序号", who, number, place, account]]
    personal: set[Told] = set()
    for at in range(1, 4):
        name, n, home, c = pen.name(), pen.id_number(), pen.home(), f"1010{pen.number(11)}"
        spaced = f"{name[0]}  {name[1]}" if len(name) == 2 else name
        rows.append([str(at), spaced, n, home, c])
        personal |= {(DataKind.NAME, spaced), (DataKind.ID_CARD, n), (DataKind.ADDRESS, home), (DataKind.BANK_CARD, c)}
    rows.append(["合计", "", "", "", ""])
    return Hard(subject="odd table", rows=rows, personal=frozenset(personal))


def two_row_heads(pen: Pen) -> Hard:
    """A head above heads, as merged cells leave it."""
    name, n, m = pen.name(), pen.id_number(), pen.mobile()
    rows = [
        ["序号", "户主基本情况", "", "", "补助金额"],
        ["", "姓名", "身份证号码", "联系电话", "（元）"],
        ["1", name, n, m, "1200"],
        ["小计", "", "", "", "1200"],
    ]
    return Hard(
        subject="two rows of heads",
        rows=rows,
        personal=frozenset({(DataKind.NAME, name), (DataKind.ID_CARD, n), (DataKind.MOBILE, m)}),
    )


def sensitive_table(pen: Pen) -> Hard:
    head = pen.one(
        "致贫主要原因", "健康状况", "残疾类别及等级", "家庭人均月收入（元）", "患病情况", "困难原因", "婚姻状况"
    )
    name = pen.name()
    rows = [["姓名", head], [name, "略"], ["合计", ""]]
    return Hard(
        subject="sensitive table",
        rows=rows,
        personal=frozenset({(DataKind.NAME, name), (DataKind.SENSITIVE_COLUMN, head)}),
    )


# --- What is nobody's ---------------------------------------------------------------------------------


def bodies(pen: Pen) -> Hard:
    frame = pen.one("统一社会信用代码：{}", "（信用代码 {}）", "中标人：宁海县某建筑公司，{}", "代码{}", "{}")
    return _hard("look-alike", frame.format(pen.one(pen.credit(), pen.digital_credit())))


def papers_of_office(pen: Pen) -> Hard:
    return _hard(
        "look-alike",
        pen.one(
            f"浙（2018）宁海县不动产权第00{pen.number(5)}号",
            f"不动产单元号：330226 {pen.number(6)} GB{pen.number(5)} F{pen.number(8)}",
            f"项目代码 2018-330226-{pen.number(2)}-03-{pen.number(6)}-000",
            f"2017-330226-{pen.number(2)}-01-{pen.number(6)}-000",
            f"招标编号：NHZFCG2018-{pen.number(3)}",
            f"宁环建〔2018〕{pen.number(3)}号",
            f"宗地编号：3302262018{pen.number(8)}",
            f"组织机构代码：{pen.number(8)}-{pen.number(1)}",
            f"纳税人识别号：330226{pen.born()[2:]}{pen.number(3)}",
            f"建设工程规划许可证号：建字第3302262018{pen.number(5)}号",
            f"案号：（2018）浙0226民初{pen.number(4)}号",
            f"国有土地使用证号 宁国用（2010）第0{pen.number(4)}号",
            f"索引号 002980121/2018-{pen.number(5)}",
            f"公告期刊号ISSN {pen.number(4)}-{pen.number(4)}",
            f"资金文号浙财社〔2018〕{pen.number(2)}号",
        ),
    )


def office_numbers(pen: Pen) -> Hard:
    return _hard(
        "look-alike",
        pen.one(
            f"联系电话：0574-6526{pen.number(4)}",
            f"监督电话：6526{pen.number(4)}、12345",
            f"传真：0574－6526{pen.number(4)}",
            f"服务热线400-{pen.number(3)}-{pen.number(4)}",
            f"总投资13{pen.number(9)}元",
            f"面积15{pen.number(9)}平方米",
            f"2018112010{pen.number(4)}",
            f"中央资金1,{pen.number(3)},{pen.number(3)}.00元",
            f"邮箱：xxgk{pen.number(2)}@nh.gov.cn",
            f"发证编号：A{pen.number(9)}",
            f"合同编号：HT2018{pen.number(7)}",
            f"东经121度{pen.number(2)}分{pen.number(2)}秒",
            f"预算编码2010301{pen.number(6)}",
            f"户数{pen.number(3)}户，人口{pen.number(4)}人",
            f"专利号ZL2018{pen.number(8)}.{pen.number(1)}",
            f"批次20180{pen.number(9)}",
        ),
    )


def office_places(pen: Pen) -> Hard:
    return _hard(
        "look-alike",
        pen.one(
            f"地址：宁海县跃龙街道县前街{pen.number(2)}号",
            f"宁海县某某有限公司，住所：宁海县{pen.rng.choice(TOWNS)}科技大道{pen.number(2)}号",
            f"现场踏勘在{pen.rng.choice(TOWNS)}人民政府{pen.number(3)}室举行",
            f"受理窗口：{pen.rng.choice(TOWNS)}便民服务中心{pen.number(1)}号窗口",
            f"项目位于{pen.rng.choice(TOWNS)}{pen.rng.choice(VILLAGES)}，用地{pen.number(2)}亩",
            f"报名地点：宁海县桃源街道金水路{pen.number(3)}号公共资源交易中心",
        ),
    )


def words_only(pen: Pen) -> Hard:
    return _hard(
        "look-alike",
        pen.one(
            "申请人：宁海县强蛟镇人民政府",
            "联系人：项目办",
            "户主姓名栏应填写全称",
            "姓名：（盖章）",
            "当事人：宁海县某某食品有限公司",
            "申请人：张某某，身份证号3302**********1234",
            "联系人：王先生",
            "救助对象：城乡低保家庭",
            "法定代表人：略",
            "姓名、住址、证件号码等一律不予公开",
            "家庭成员：父母、配偶、子女",
            "户籍地址以公安机关登记为准",
        ),
    )


def office_table(pen: Pen) -> Hard:
    rows = [
        ["序号", "项目名称", "建设单位", "统一社会信用代码", "建设地点", "总投资（万元）", "联系电话"],
        [
            "1",
            "农村公路提升",
            "宁海县交通运输局",
            pen.credit(),
            f"{pen.rng.choice(TOWNS)}{pen.rng.choice(VILLAGES)}",
            "1380",
            f"0574-6526{pen.number(4)}",
        ],
        ["2", "污水管网", "宁海县住建局", pen.digital_credit(), "跃龙街道", "2560.50", f"6526{pen.number(4)}"],
        ["合计", "", "", "", "", "3940.50", ""],
    ]
    return Hard(subject="look-alike", rows=rows, personal=frozenset())


def masked_table(pen: Pen) -> Hard:
    n, m = pen.id_number(), pen.mobile()
    rows = [
        ["姓名", "证件号码", "手机号", "健康状况"],
        ["陈某某", f"{n[:4]}**********{n[-4:]}", f"{m[:3]}****{m[7:]}", ""],
        ["合计", "", "", ""],
    ]
    return Hard(subject="look-alike", rows=rows, personal=frozenset())


WRITERS: list[Callable[[Pen], Hard]] = [
    scanned_id, scanned_id, glued_id, loose_mobile, loose_mobile, two_mobiles, home_line, loose_card, passbook,
    disability, travel_paper, car, box, announced_name, announced_name, several_names, home_address, home_address,
    far_address, mixed_list, next_to_look_alikes, odd_table, odd_table, two_row_heads, sensitive_table, bodies, bodies,
    papers_of_office, papers_of_office, office_numbers, office_numbers, office_places, words_only, office_table,
    masked_table,
]  # fmt: skip


def hard_cases(*, rounds: int = 60, seed: int = 20190101) -> Iterator[Hard]:
    pen = Pen(seed)
    for _ in range(rounds):
        for write in WRITERS:
            yield write(pen)
