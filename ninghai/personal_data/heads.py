"""What a head or label announces, known by its kernel (姓名, 账号, 住址 …) whatever qualifies it: 惠农账号, 本人家庭电话.

A head stands above a column, left of a cell, before a colon or on a line of its own. Weak ones (`is_weak`) are personal
only beside others that surely are: 地址 in a list with identity numbers, but not in a list of offices.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from ninghai.personal_data.detectors.surnames import looks_like_a_name, may_be_a_name
from ninghai.personal_data.folding import fold_in_place
from ninghai.personal_data.hit import DataKind

LONGEST, LONGEST_CELL = 16, 40  # characters of a head, without and with its blanks and brackets
NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
SIGNED = re.compile(r"签字|签名|盖章|签章|手印")
LATIN = re.compile(r"(?<=[\u4e00-\u9fff])[A-Za-z]{2,}$")  # the same head in English
SENTENCE = re.compile(r"[,，。；;！!？?、]|\d{2}")
SHARE = re.compile(r"(?:率|占比|比例|比重|人数|户数|人次|数量|总数|个数|件数|次数|合计|总额|面积|%|‰)$")
COUNTED = re.compile(r"\((?:%|‰|人|户|个|件|例|次|人次)\)")

SENSITIVE = re.compile(
    r".*(?:健康状况|病情|病种|患病|疾病|残疾类[别型]|残疾等级|(?:致贫|低保|救助|困难).{0,3}原因|未成年|宗教|婚姻).*"
    r"|.*(?:个人|家庭|人均|户均|本人|每?月|^年).{0,4}(?:收入|工资).*|(?:基本|岗位|应发|实发|月)?工资"
)
OF_ALL = re.compile(r"可支配|集体|财政|预算|营业|税|居民人均|农民人均|支出|福利费")
OF_AN_OFFICE = re.compile(
    r"单位|对公|专户|保证金|缴款|捐[赠款]|国库|财政|机构|企业|公司|办公|注册|经营|法定|门店|项目|工程|建设|施工|窗口|监督|咨询"
    r"|投诉|举报|服务|受理|传真|值班|委员会|村委|居委|学校|医院|养老|案发|违法|事发|发生|坐落|厂|门诊|网点"
)
OFFICIAL = re.compile(
    r"(?:负责|责任|经办|招标|投标|中标|采购|审批|审核|复核|记录|发言|主持|管理|发包|受理|承办|签发|填表|填报|制表|代理|执法|拍卖|主办)"
    r"人(?:员|姓名)?|.*(?:法定代表人|领导|干部|局长|主任|书记|镇长|工作人员|执法人员).*"
)
THINGS = re.compile(
    r".*(?:项目|单位|企业|机构|部门|工程|产品|商品|文件|学校|村|药品|品牌|公司|户)名|.*(?:法人|机器人|农业人|本人|他人|个人|户籍人|常住人)"
)
HOME = r"(?:家庭|家里|住宅|宅|本人|个人|家属|亲属|监护人|户主|家长|父母|申请人)"

NUMBER = r"(?:件?号码?|件?编号|件)?"

KERNELS: tuple[tuple[DataKind, re.Pattern[str]], ...] = (
    (DataKind.DISABILITY_CARD, re.compile(rf".*残疾人?证{NUMBER}")),
    (DataKind.PASSPORT, re.compile(rf".*(?:护照|通行证|回乡证|台胞证|军官证|士兵证|居留证){NUMBER}")),
    (DataKind.ID_CARD, re.compile(rf".*(?:身份证|身份证件|公民身份|身份|有效证件){NUMBER}|.*证件号码?|证号")),
    (DataKind.EMAIL, re.compile(r".*(?:邮箱|电子邮件|e-?mail|微信|QQ)(?:号码?|地址|账号)?", re.IGNORECASE)),
    (DataKind.PLATE, re.compile(r".*(?:车牌|号牌|牌照)(?:照?号码?)?")),
    (DataKind.LANDLINE, re.compile(rf".*{HOME}.*(?:电话|固话|座机|联系方式)(?:号码?)?|宅电")),
    (DataKind.MOBILE, re.compile(r".*(?:电话|手机|联系方式|固话|座机)(?:号码?)?")),
    (DataKind.BANK_CARD, re.compile(r".*(?:[账帐][号户]|卡号|存折|一卡通|一折通|银行卡|卡折)(?:号码?|[账帐]号|卡号)?")),
    (
        DataKind.ADDRESS,
        re.compile(
            r".*(?:住址|住所地?|居住地|户籍地|户籍所在地?|户口地|户口所在地?|户籍|地址|现住地|常住地|家庭所在地)"
        ),
    ),
    (
        DataKind.NAME,
        re.compile(
            r".*(?:姓名|名字|[^法其某别]人|[户车房机船业店货]主|者|学生|考生|幼儿|儿童|老人|对象|成员|家长|乘客|旅客|党员|职工|村民|居民|曾用名|农户|低保户|贫困户|五保户)"
        ),
    ),
)
PLACE = re.compile(r".*(?:地址|住所地?)")
DWELLING = re.compile(
    r"家庭|居住|户籍|户口|现住|常住|本人|个人|户主|申请人|监护人|家长|学生|患者|村民|农户|住户|家属|亲属|受助"
)
OTHER_HEADS = frozenset(
    [
        "序号",
        "编号",
        "性别",
        "年龄",
        "民族",
        "备注",
        "金额",
        "单位",
        "关系",
        "年级",
        "党派",
        "成员",
        "职务",
        "职称",
        "班级",
        "学校",
        "方向",
        "时长",
        "项目",
        "程度",
        "文化程度",
        "政治面貌",
        "全称",
        "曾用名",
        "时间",
        "日期",
        "籍贯",
        "出生年月",
        "与户主关系",
        "学历",
        "专业",
        "村",
        "村名",
        "乡镇",
        "镇乡",
        "面积",
        "数量",
        "人数",
        "标准",
        "类别",
        "类型",
        "等级",
        "状态",
        "结果",
        "开户行",
        "开户银行",
        "合计",
        "小计",
        "总计",
        "房屋",
        "危房",
        "名次",
        "权属",
        "保障",
        "保障金",
        "补助",
        "补贴",
        "金额合计",
        "计量",
        "时段",
        "计划",
        "常住",
        "全日制",
        "车型",
        "申请",
        "申报",
        "申领",
        "段次",
        "支出",
        "成绩",
        "路线",
        "项目名称",
        "高中",
        "初中",
        "小学",
        "大学",
        "于何时",
        "安置",
        "相关",
        "经历",
        "向阳",
        "单价",
        "总价",
        "平方",
        "平米",
        "汇总",
        "方式",
        "应发",
        "实发",
        "谈话",
        "从业",
    ]
)


@lru_cache(maxsize=4096)
def kind_of_head(cell: str) -> DataKind | None:
    """What a head announces; None for any other cell."""
    if len(cell) > LONGEST_CELL:
        return None
    folded = fold_in_place(cell)
    if SIGNED.search(folded):
        return None
    words = re.sub(r"[\s:*/.·\-]", "", NOTE.sub("", folded))
    words = LATIN.sub("", words) if not words.isascii() else words
    if not 2 <= len(words) <= LONGEST or SENTENCE.search(words) or SHARE.search(words):
        return None
    if SENSITIVE.fullmatch(words):
        return None if OF_ALL.search(words) or COUNTED.search(folded) else DataKind.SENSITIVE_COLUMN
    return next(
        (kind for kind, kernel in KERNELS if kernel.fullmatch(words) and _is_of_a_person(kind, words, folded)), None
    )


def is_weak(cell: str) -> bool:
    """Whether the head may as well be that of a list of offices, such as 地址 or 住所."""
    words = re.sub(r"[\s:*]", "", NOTE.sub("", fold_in_place(cell)))
    return PLACE.fullmatch(words) is not None and DWELLING.search(words) is None


def is_sure_of_names(cell: str) -> bool:
    """Whether the head asks for a name by that word; 户主 and 学生 may stand above something else."""
    words = re.sub(r"[\s:*]", "", NOTE.sub("", fold_in_place(cell[:LONGEST_CELL])))
    return words.endswith(("姓名", "名字")) and kind_of_head(cell) == DataKind.NAME


def is_some_head(cell: str) -> bool:
    """Whether the cell is a head of whatever there is, or of nothing personal."""
    words = re.sub(r"[\s:*]", "", NOTE.sub("", fold_in_place(cell[:LONGEST_CELL])))
    return words in OTHER_HEADS or kind_of_head(cell) is not None


def _is_of_a_person(kind: DataKind, words: str, folded: str) -> bool:
    if kind == DataKind.NAME:
        return not (OFFICIAL.fullmatch(words) or THINGS.fullmatch(words) or COUNTED.search(folded))
    if kind in {DataKind.ADDRESS, DataKind.BANK_CARD, DataKind.LANDLINE}:
        return OF_AN_OFFICE.search(words) is None
    return True


# What a value looks like that stands under a head, after a label or below it: the head says what it is, its form need not.

GAP = r"[ \-]{0,2}"
ACCOUNT = re.compile(r"(?<![0-9A-Za-z*])\d(?:[ \-]{0,2}\d){7,27}(?![0-9A-Za-z*])")
NUMERAL = r"[一二三四五六七八九十百零〇]{1,5}"
HOUSE = re.compile(
    rf"\d{{1,5}}(?:-\d{{1,4}}){{0,4}}(?:号楼?|组|幢|栋|单元|室|弄|户)|{NUMERAL}(?:号楼?|组|幢|栋|单元|室|弄)"
    r"|[A-Z\d]{1,2}座\d{2,4}|(?<![\d\-])\d{1,3}(?:-\d{1,3}){1,3}(?![\d\-])"
)
TELEPHONE = re.compile(
    r"(?<!\d)\(?0\d{2,3}\)?[ \-]?\d{7,8}(?:(?:-|转)\d{1,5})?(?!\d)|(?<![\d\-])[2-8]\d{6,7}(?:(?:-|转)\d{1,5})?(?!\d)"
)
PAPER = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z]{1,2}\d{7,10}|\d{8})(?![0-9A-Za-z])")
IDENTITY = re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{GAP}\d){{13,17}}{GAP}[\dXx](?![0-9A-Za-z])")
CHAT = re.compile(r"(?<![\w.@\-])(?:[1-9]\d{4,10}|[A-Za-z][A-Za-z0-9_\-]{5,19})(?![\w.@\-])", re.ASCII)
PART = r"[\u4e00-\u9fff0-9A-Za-z\-#]"
FLAT = r"(?<!\d)\d{1,2}(?:-\d{1,2}){0,2}-\d{2,4}(?![\d\-])"  # 5-1-1201, which no telephone is
HOUSES = re.compile(
    rf"(?:{HOUSE.pattern})(?:{PART}{{0,10}}?(?:\d{{1,4}}|{NUMERAL})(?:号楼?|组|幢|栋|单元|室))*"
    rf"(?:{PART}{{0,6}}?{FLAT}|(?<=[元幢栋座楼弄])\d{{2,4}}(?!\d))?"
)
NAMES_APART = re.compile(r"[^、,;/\s][^、,;/]*")
PATTERNS = {
    DataKind.BANK_CARD: (ACCOUNT,),
    DataKind.LANDLINE: (TELEPHONE,),
    DataKind.PASSPORT: (PAPER,),
    DataKind.ID_CARD: (IDENTITY, re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}\d{7,10}(?![0-9A-Za-z])")),
    DataKind.EMAIL: (CHAT,),
}
KINDS_BY_FORM = {(DataKind.ID_CARD, 1): DataKind.PASSPORT}
Stretch = tuple[int, int, DataKind]


def values_in(words: str, kind: DataKind, *, sure: bool = False) -> Iterator[Stretch]:
    """Where values of the kind stand in the (folded) words that a head announces; a `sure` one announces nothing else."""
    if kind == DataKind.NAME:
        yield from _names(words, may_be_a_name if sure else looks_like_a_name)
    elif kind == DataKind.ADDRESS:
        yield from _address(words)
    for at, pattern in enumerate(PATTERNS.get(kind, ())):
        for match in pattern.finditer(words):
            yield match.start(), match.end(), KINDS_BY_FORM.get((kind, at), kind)


def _names(words: str, is_name: Callable[[str], bool]) -> Iterator[Stretch]:
    """One name, with blanks in it or not; or several, held apart by marks or blanks."""
    bare = re.sub(r"\s", "", words)
    if is_name(bare):
        start = len(words) - len(words.lstrip())
        yield start, len(words.rstrip()), DataKind.NAME
        return
    apart = list(NAMES_APART.finditer(words))
    if len(apart) < 2:
        apart = list(re.finditer(r"[^、,;/\s]+", words))
    if len(apart) > 1 and all(is_name(re.sub(r"\s", "", each[0])) for each in apart):
        yield from ((each.start(), each.start() + len(each[0].rstrip()), DataKind.NAME) for each in apart)


def _address(words: str) -> Iterator[Stretch]:
    """The whole of it, when it goes down to the house."""
    if HOUSE.search(words) and len(words) <= 80:
        start = len(words) - len(words.lstrip())
        yield start, len(words.rstrip()), DataKind.ADDRESS


def house_end(words: str) -> int:
    """Where the address ends that begins these words: behind its last house number; 0 where there is none."""
    houses = HOUSES.search(words)
    return houses.end() if houses else 0
