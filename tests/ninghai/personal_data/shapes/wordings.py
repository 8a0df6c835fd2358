"""The words beside what is personal: heads and labels, and sentences; of each a half that the finder was written by,
and a half that it was not."""

from dataclasses import dataclass

from ninghai.personal_data.hit import DataKind

SEEN, HELD_OUT = "seen", "held-out"
HALVES = (SEEN, HELD_OUT)


@dataclass(frozen=True, slots=True)
class Wording:
    """`labels` stand at the head of a column or before a colon; `sentences` have the value at {}."""

    labels: tuple[str, ...]
    sentences: tuple[str, ...]


WORDINGS: dict[DataKind, dict[str, Wording]] = {
    DataKind.ID_CARD: {
        SEEN: Wording(
            ("身份证号", "身份证号码", "公民身份号码", "户主身份证号", "证件号码"),
            ("经核对，其身份证号为{}，情况属实。", "公民身份号码{}的居民已领取补助。", "本人（身份证：{}）自愿申请。"),
        ),
        HELD_OUT: Wording(
            ("居民身份证号码", "监护人身份证号", "有效身份证件号", "持卡人身份证"),
            ("凭身份证{}到窗口办理。", "补助对象持{}号身份证签收。", "身份号码是{}，与户口簿一致。"),
        ),
    },
    DataKind.DISABILITY_CARD: {
        SEEN: Wording(("残疾人证号", "残疾证号码"), ("残疾人证号为{}，二级。", "其持有残疾证{}。")),
        HELD_OUT: Wording(("残疾人证编号", "持证残疾人证件号"), ("持第二代残疾人证（{}）。", "残疾证号是{}，已核验。")),
    },
    DataKind.MOBILE: {
        SEEN: Wording(
            ("联系电话", "手机号码", "户主手机", "本人联系方式"),
            ("请拨打{}与其联系。", "户主手机{}，随时可通。", "联系方式为{}。"),
        ),
        HELD_OUT: Wording(
            ("手机", "移动电话", "家属联系电话", "申请人手机号"),
            ("如有疑问打{}找他。", "家属的号码是{}，可以核实。", "移动电话{}已停机。"),
        ),
    },
    DataKind.LANDLINE: {
        SEEN: Wording(("家庭电话", "本人家庭电话", "住宅电话"), ("家庭电话{}无人接听。", "住宅电话为{}，已回访。")),
        HELD_OUT: Wording(
            ("家庭固定电话", "户主家庭电话", "本人住宅电话号码"), ("他家里电话{}。", "本人电话是{}，晚上在家。")
        ),
    },
    DataKind.BANK_CARD: {
        SEEN: Wording(
            ("银行账号", "惠农账号", "补贴账号", "一卡通账号", "社保卡卡号"),
            ("补助款已打入账号{}。", "请汇至其银行卡{}。", "户主一卡通账号{}核对无误。"),
        ),
        HELD_OUT: Wording(
            ("粮食直补账号", "开户行及账号", "领款账户", "市民卡金融账号", "惠农一卡通卡号"),
            ("发放到{}这张银行卡。", "其存折账号为{}，户名一致。", "农户卡号{}已更正。"),
        ),
    },
    DataKind.PASSPORT: {
        SEEN: Wording(("护照号码", "护照号", "通行证号码"), ("持护照{}入境。", "护照号码为{}，有效期内。")),
        HELD_OUT: Wording(
            ("因私护照号码", "普通护照编号", "本人护照号"), ("其护照号是{}。", "凭护照（号码{}）登记入住。")
        ),
    },
    DataKind.PLATE: {
        SEEN: Wording(("车牌号", "号牌号码", "车牌"), ("驾驶{}小型轿车。", "车牌号为{}的车辆已拖离。")),
        HELD_OUT: Wording(
            ("车辆号牌", "机动车号牌号码", "农用车牌照号"), ("他名下有{}一辆。", "将{}停放在消防通道上。")
        ),
    },
    DataKind.EMAIL: {
        SEEN: Wording(("电子邮箱", "邮箱", "电子邮件"), ("请发至{}。", "个人邮箱为{}，长期有效。")),
        HELD_OUT: Wording(("E-mail", "个人邮箱地址", "联系邮箱"), ("材料寄到{}即可。", "其邮箱是{}，请勿公开。")),
    },
    DataKind.ADDRESS: {
        SEEN: Wording(
            ("家庭住址", "住址", "现居住地址", "户籍地址"),
            ("家庭住址为{}，房屋完好。", "户主现住{}，一人独居。", "村民居住在{}。"),
        ),
        HELD_OUT: Wording(
            ("常住地址", "户口所在地", "居住地", "家庭详细地址", "户籍所在地址"),
            ("申请人家住{}，离学校较远。", "户籍地址是{}，与房产证相符。", "本人住在{}，要求上门服务。"),
        ),
    },
    DataKind.NAME: {
        SEEN: Wording(
            ("姓名", "户主姓名", "户主", "监护人", "持证人", "补助对象"),
            ("姓名：{}，已于上月登记。", "户主：{}，享受低保。", "监护人：{}。"),
        ),
        HELD_OUT: Wording(
            ("学生姓名", "承包人", "被扶养人", "领取人姓名", "户主名字", "共有人"),
            ("申领人姓名：{}，同意公示。", "持卡人姓名：{}；", "受助学生姓名：{}。"),
        ),
    },
}


# Sentences that speak of somebody without saying that it is a name, with the telephone beside it.
NAMED = {
    SEEN: (
        "请与{name}同志联系，电话{number}。",
        "来访人{name}女士（手机{number}）反映用水问题。",
        "感谢{name}先生来电，已回拨{number}。",
    ),
    HELD_OUT: (
        "如有疑问请找{name}师傅，手机{number}。",
        "已上门看望{name}老人，家属电话{number}。",
        "经{name}同学家长确认，联系方式{number}。",
        "{name}女士来电（{number}）要求答复。",
    ),
}


@dataclass(frozen=True, slots=True)
class Harmless:
    """Look-alikes: heads with what stands below them, and sentences. A brace names what `values` draws."""

    columns: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]


HARMLESS: dict[str, Harmless] = {
    SEEN: Harmless(
        (
            ("单位名称", "{unit}"),
            ("统一社会信用代码", "{credit}"),
            ("办公地址", "{office_address}"),
            ("建设地点", "{site}"),
            ("项目代码", "{project}"),
            ("文号", "{document_number}"),
            ("金额（元）", "{amount}"),
            ("咨询电话", "{office_line}"),
            ("患病率（\uff05）", "{rate}"),
            ("联系人", "项目办"),
            ("索引号", "{index_number}"),
            ("村名", "{village}"),
        ),
        (
            "办公地址：{office_address}，邮编315600。",
            "当事人于{date}在{site}擅自倾倒建筑垃圾，责令改正。",
            "项目位于{site}，总投资{amount}元。",
            "咨询电话：{office_line}，投诉举报12345。",
            "{unit}（统一社会信用代码{credit}）中标，项目代码{project}。",
            "联系人：项目办，监督电话{office_line}。",
            "经查，该店（住所：{office_address}）未取得许可。",
            "订单号{order}，发票号码{invoice}，金额{amount}元。",
            "患病率（\uff05）由{rate}降到{rate}，涉及{village}等村。",
            "改造{street}至{street}段，长{rate}公里，ISBN {isbn}。",
            "请各位同志、女士们先生们按时到会，会务电话{office_line}。",
        ),
    ),
    HELD_OUT: Harmless(
        (
            ("责任单位", "{unit}"),
            ("信用代码", "{credit}"),
            ("经营场所", "{office_address}"),
            ("施工地点", "{site}"),
            ("立项编码", "{project}"),
            ("批准文号", "{document_number}"),
            ("财政收入（万元）", "{amount}"),
            ("服务热线", "{office_line}"),
            ("残疾人就业率（\uff05）", "{rate}"),
            ("联系科室", "综合科"),
            ("合同编号", "{order}"),
            ("所属村（社区）", "{village}"),
        ),
        (
            "受理窗口设在{office_address}，工作日均可办理。",
            "执法人员在{site}发现该车违法装载，当事人：{unit}。",
            "拟在{site}新建公厕一座，概算{amount}元。",
            "县政务服务热线12345，传真{office_line}。",
            "申请人：{unit}，法定地址：{office_address}。",
            "住所地{office_address}的{unit}被列入异常名录。",
            "招标编号{order}，开标地点：{office_address}。",
            "居民收入增长{rate}\uff05，惠及{village}、{village}。",
            "规划打通{street}，连接{street}与省道，坐标东经{longitude}。",
            "事故发生在{site}，当事人车辆受损，索引号{index_number}。",
            "慰问老党员同志和高龄老人，惠及{village}，服务电话{office_line}。",
        ),
    ),
}
