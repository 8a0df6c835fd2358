"""The words of duty (职责用语): which verbs and labels say that somebody leads, is responsible, supports or guides."""

import re

from tasks.notices.reading.parsed import NamedRole

# The first word that occurs decides: 牵头负责 is lead, 配合落实 supporting.
ROLE_WORDS = (
    (NamedRole.LEAD, ("牵头", "主办")),
    (NamedRole.GUIDING, ("指导", "督导")),
    (NamedRole.SUPPORTING, ("配合", "参与", "参加", "协助", "协办", "协同", "协作", "会同")),
    (NamedRole.RESPONSIBLE, ("负责", "责任", "主体", "落实", "承办", "实施")),
)
VERB = "牵头|主办|指导|督导|配合|参与|参加|协助|协办|协同|负责|落实|承办|组织实施|实施|抓好|推进"
HOW = (
    "按照?(?:各自)?(?:的)?职责(?:和?分工)?|按(?:任务)?分工|根据(?:各自)?(?:职责|职能)(?:分工)?|依(?:据)?职责|结合职责"
    "|在职责范围内|分别|分头|分工|共同|具体|各自|联合|统筹|积极|协同|做好"
)
NOT_A_VERB = "(?<!政)"  # 县政协办 is a name
# Atomic, since 按职责分工 is one way of saying how, and also two: no text may be tried in every combination.
DUTY_AT_END = re.compile(rf"(?>{HOW}|{NOT_A_VERB}(?:{VERB}))*{NOT_A_VERB}(?:{VERB})(?:工作)?$")
HOW_AT_END = re.compile(rf"(?>{HOW})+$")
AS_ROLE = re.compile(r"(?:作为|为|是)(牵头|责任|配合|主办|协办)(?:单位|部门)$")
ROLE_IN_BRACKETS = re.compile(r"[(（\[\uff3b【〔](牵头|主办|配合|协办|参与|指导|负责)(?:单位|部门)?[)）\]\uff3d】〕]$")
WORDS_IN_BRACKETS = re.compile(r"[(（\[\uff3b【〔]([^()（）]{1,30})[)）\]\uff3d】〕]$")
BEFORE_NAME = re.compile(r"^(?:[一二三四五六七八九十]{1,2}[是要]由?|并?由|请|以及|及|并)(?=\S{2})")
WITH = "会同"

ROLES_OF_UNITS = "主管|第一责任|主要责任|共同责任|具体责任|牵头责任|牵头|责任|主责|主办|承办|实施|落实|负责|配合|协办|协助|协同|协作|参与|参加|指导|督导"
# 列第一位者为牵头单位，其余为配合单位  |  排在首位的为牵头单位
FIRST_IS_LEAD = re.compile(
    r"[^，。；;,]{0,12}(?:第一位|首位|第一个|第一)(?:者|的)?(?:责任)?(?:单位|部门)?(?:均)?(?:为|是|作为)牵头(?:单位|部门)?"
)
OTHERS_SUPPORT = re.compile(r"[，,；;]?(?:其[他余它])(?:的)?(?:单位|部门)?(?:均|都)?(?:为|是|作为)?配合(?:单位|部门)?")
# 责任单位  牵头部门  配合科室  责任领导  完成时限
LABEL_WORDS = (
    rf"(?:[省市县区]级)?(?:{ROLES_OF_UNITS})(?:[(（](?:{ROLES_OF_UNITS})[)）])?(?:单位|主体|部门|科室|处室|机关|人)"
    r"|(?:责任|分管|牵头)领导|联系人|(?:联系)?电话|(?:完成|办结|办理|整改|落实|截止|实施|推进|报送)?(?:时限|时间|期限|日期)(?:要求|安排)?"
    r"|(?:时间|完成|进度)节点|进度(?:要求|安排)|任务分工|责任分工"
)
COLON = "[:：\u2236\ufe55]"  # as typists find it
COLON_OR_DASH = rf"(?:{COLON}|[—–-]{{1,2}}(?=[\u4e00-\u9fff\d]))"  # 责任单位——县财政局
SHORT_LABEL_WORDS = "牵头|责任|主办|承办|落实|配合|协办|协助|参与|指导|督导"
# Labels that name no units.
SAYS_WHEN = re.compile(r"时限|时间|期限|日期|节点|进度")
NAMES_NO_UNITS = re.compile(r"领导|人(?![\u4e00-\u9fff])|电话")


def role_of(words: str) -> NamedRole:
    """The role that a label or the closing words of duty give."""
    return next((role for role, signs in ROLE_WORDS if any(sign in words for sign in signs)), NamedRole.RESPONSIBLE)
