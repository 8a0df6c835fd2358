"""姓氏: what a Chinese name begins with; and a name that stands by itself in a text."""

import re

SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申"
    "欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉"
    "缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
    "官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋"
    "相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯"
    "元束檀衣信展阴昝智幸奉植衡富尧闭由竺"
)
DOUBLE = "欧阳|上官|司马|诸葛|司徒|皇甫|尉迟|令狐|端木|公孙|东方|夏侯|慕容|轩辕|长孙|宇文|司空|钟离|澹台|赫连|申屠|鲜于|闾丘|呼延"
SURNAME = rf"(?:{DOUBLE}|[{SINGLE}])"
NAME = rf"{SURNAME}[\u4e00-\u9fff]{{1,2}}"
LAST_WORD = re.compile(r"(?:^|[^\u4e00-\u9fff])([\u4e00-\u9fff]{2,4})[,，、:：\s(（]*$")
MINORITY = (
    "阿依|古丽|阿卜|阿布|吐尔|买买|麦麦|艾合|艾力|热依|热孜|努尔|帕提|迪丽|玛依|木拉|哈力|卓玛|央金|扎西|次仁|洛桑|格桑|旦增|丹增|达娃|尼玛"
    "|巴桑|多吉|拉姆|仁青|索朗|平措|贡布|旺堆|其其|斯琴|乌兰|巴图|呼和|孟和|那仁|阿拉坦|苏日|格日|娜仁|赛音|乌云"
    "|阿力|艾尼|吐逊|伊力|玉素|沙吾|库尔|买合|麦合|尼亚|依明|依力|乌斯|赛买|祖丽|祖力|帕丽|热西|吉克|沙马|海来|俄木|曲木|马海"
)
WHOLE_NAME = re.compile(
    rf"{SURNAME}[\u4e00-\u9fff]{{1,2}}|(?:{MINORITY})[\u4e00-\u9fff]{{1,4}}|[\u4e00-\u9fff]{{1,10}}(?:·[\u4e00-\u9fff]{{1,10}}){{1,3}}"
)
# Characters by which names of other languages are written; three or more of nothing else are such a name.
WRITTEN_BY_SOUND = re.compile(
    "[阿卜布不都热合曼买麦提艾力尔古丽娜孜木沙依吐逊努帕扎迪拉库巴克玛赛吾江卡哈塔赫也肯格西尼亚伊敏列斯贝乌苏勒图荪莫色呷惹姆措让才仁旦桑旺珠登"
    "卓央宗曲珍次顿朗杰毛加俄各且嫫牛顺孟和那音德宝其日乃索罗吉达多]{3,8}"
)
UNKNOWN = re.compile(r"[\u4e00-\u9fff]{2,4}")
NO_NAME = re.compile(
    r"专家|代表|人员|群众|[填抽]|[的是与及或在为由请见详按无等须应已未某略]|^[同以如本共其各]|准$|[上下]$|名$"
)
PLACE = re.compile(r".{1,8}(?:[县市镇乡村局办科部处站所院厂店室股队委号码额率址]|公司|中心|街道|学校|集团)")

OFFICE = re.compile(r".{2,30}(?:[县市镇乡村局办科站所院厂店]|公司|中心|街道|政府|委员会|大队|合作社|学校|集团|银行)")
ADDRESSED = ("先生", "女士", "小姐", "同志", "师傅", "老师", "主任", "局长", "科长", "书记", "村长", "单位", "公司")
WORDS = frozenset(
    [
        "金额",
        "时间",
        "时候",
        "单位",
        "成员",
        "方式",
        "方法",
        "方案",
        "项目",
        "安全",
        "安置",
        "平均",
        "常住",
        "高中",
        "高度",
        "成功",
        "成立",
        "全部",
        "全额",
        "全县",
        "文化",
        "文号",
        "文件",
        "党员",
        "广场",
        "农业",
        "农户",
        "农民",
        "农村",
        "应当",
        "查询",
        "万元",
        "相关",
        "相同",
        "计划",
        "和谐",
        "温泉",
        "水电",
        "游客",
        "支出",
        "支部",
        "宣传",
        "国家",
        "国有",
        "经办",
        "路段",
        "封闭",
        "明细",
        "明确",
        "包括",
        "连续",
        "利息",
        "于是",
        "关于",
        "关系",
        "居民",
        "户主",
        "权利",
        "权限",
        "都有",
        "计算",
        "房屋",
        "管理",
        "别名",
        "强制",
        "向上",
        "查看",
        "施工",
        "施行",
        "平方",
        "平方米",
        "符合",
        "能否",
        "公示",
        "公开",
        "公告",
        "元整",
        "花名册",
        "江河",
        "湖泊",
        "高龄",
        "幸福",
        "英语",
        "官方",
        "曲线",
        "谈话",
        "终止",
        "从业",
        "经营",
        "项目部",
        "项目办",
        "综合科",
        "关系",
        "曾用名",
        "年级",
        "方向",
        "程度",
        "全称",
        "时长",
        "党派",
        "班级",
        "项目",
        "路线",
        "成绩",
        "车型",
        "单价",
        "总价",
        "平方",
        "平米",
        "于何时",
        "安置房",
        "向导",
        "经费",
        "经理",
        "路段",
        "农业",
        "农户",
        "农民",
        "何时",
        "何地",
        "牛羊",
        "马路",
        "白天",
        "水平",
        "毛重",
        "路面",
        "范围",
        "万元",
        "和谐",
        "满意",
        "相同",
        "相应",
        "相关",
        "空白",
        "同上",
        "权属",
        "都有",
        "施工",
        "施行",
        "实施",
        "支付",
        "支出",
        "平均数",
        "商品房",
        "车间",
        "车辆",
        "居民",
        "居住",
        "门牌",
        "金融",
        "强制",
        "应急",
        "乐器",
        "水利",
        "水泥",
        "林业",
        "林地",
        "田地",
        "石材",
        "国家",
        "国有",
        "公共",
        "公安",
        "公章",
        "公民",
        "司法",
        "党员",
        "党委",
        "冷库",
        "易腐",
        "安保",
        "文件",
        "文化",
        "明细",
        "全县",
        "全镇",
        "全村",
        "全年",
        "全额",
        "时段",
        "计划",
        "计算",
        "计量",
        "申请",
        "申报",
        "全体",
        "关爱",
        "关心",
        "关怀",
        "高龄",
        "高中",
        "高校",
        "全班",
        "全校",
        "全村",
    ]
)


def looks_like_a_name(words: str) -> bool:
    """A known surname and one or two characters more, or a name of a minority, with a dot (买买提·艾力) or without one
    (卓玛央金); 张某某 is masked already, and 宁海县 is a place."""
    return not _is_known(words) and bool(WHOLE_NAME.fullmatch(words) or WRITTEN_BY_SOUND.fullmatch(words))


def may_be_a_name(words: str) -> bool:
    """Where nothing but a name is asked for (姓名), whatever has the length of one: of surnames there are thousands."""
    if looks_like_a_name(words):
        return True
    return not _is_known(words) and bool(UNKNOWN.fullmatch(words)) and not NO_NAME.search(words)


def _is_known(words: str) -> bool:
    """Whether they are known to be something else."""
    return "某" in words or words in WORDS or words.endswith(ADDRESSED) or PLACE.fullmatch(words) is not None


# A bare name in a line that should name nobody: alone, after who it is, or before what they did.

PERSON = "申请人|第三方|当事人|代理人|联系人|举报人|来访人|来电人|权利人|户主|业主|村民|居民|负责人|经办人|邻居"
ACTED = "来电|来信|来函|来人|本人|撤回|要求|提出|放弃|不?同意|不服|表示|反映|先生|女士|小姐|同志"
BARE = re.compile(
    rf"^(?P<first>{SURNAME}[\u4e00-\u9fff]{{2}})(?=$|{ACTED})|(?:{PERSON})(?P<called>(?!来[电信函访人]){NAME})(?=$|{ACTED})"
)
WORDS_ALONE = re.compile(r"[\u4e00-\u9fff·]+")


def bare_name(line: str) -> str:
    """The first such name, empty where there is none. Some words that are no name look like one: for lines that their writer
    can put otherwise."""
    if len(alone := line.strip()) == 2 and looks_like_a_name(alone):
        return alone
    for words in map(str, WORDS_ALONE.findall(line)):
        if "·" in words and looks_like_a_name(words):
            return words
        for found in BARE.finditer(words):
            name: str = found["first"] or found["called"]
            if looks_like_a_name(name) and name[:2] not in WORDS:
                return name
    return ""


def ends_with_a_name(words: str) -> bool:
    """Whether a name stands last in them, apart from other characters."""
    last = LAST_WORD.search(words)
    return last is not None and looks_like_a_name(last[1])


def is_an_office(words: str) -> bool:
    """Whether the words end as the names of offices, firms and places do."""
    return OFFICE.fullmatch(words) is not None
