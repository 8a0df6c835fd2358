"""The checker finds each planted fault, and nothing besides; in the JSON of `check_guide` as in the guides of the portal."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from disclosure.service_guides.checker import RULES, GuideResult, check_guide
from tests.disclosure.service_guides.makers import FAULTLESS

CORE = {
    "基本编码": "330226000001", "实施编码": "A" * 36, "名称": "食品经营许可", "类型": "行政许可", "版本": "1", "状态": "已公布",
    "计划生效日期": "2018-12-01", "实施主体": "宁海县市场监督管理局",
}  # fmt: skip
CONTACTS = {
    "咨询方式": {"电话": "0574-65261234", "地址": "宁海县科园北路1号"},
    "监督投诉方式": {"电话": "0574-65265678", "地址": "宁海县科园北路2号"},
}
PHONES = ("咨询电话", "咨询地址", "监督投诉电话", "监督投诉地址")
GUIDE = {**CORE, **{name: said for name, said in FAULTLESS.items() if name not in PHONES}, **CONTACTS}
MATERIAL = FAULTLESS["申请材料"][0]
WIDE = {number: number + 0xFEE0 for number in range(ord("0"), ord("9") + 1)}  # digits of an input method


def faults(said) -> set[str]:
    return {each.rule for each in check_guide(said, abolished=["宁政发〔2009〕5号"]) if each.result == GuideResult.FAIL}


def test_a_faultless_guide_passes_every_rule():
    assert faults(GUIDE) == set()
    assert len(list(check_guide(GUIDE))) == len(RULES)


MISSING = [
    pytest.param({name: ""}, {f"core-{name}"}, id=f"without {name}")
    for name in (*CORE, "设定依据", "服务对象", "办件类型", "法定办结时限", "受理条件", "办理地点", "办理时间")
    if name != "服务对象"
]
PLANTED = [
    *MISSING,
    pytest.param({"到现场次数": 1, "到现场原因": ""}, {"visit-reason"}, id="S06 visits without a reason"),
    pytest.param({"到现场次数": 0}, {"visit-reason"}, id="no visits and a reason"),
    pytest.param({"网办深度": "Ⅳ 全程网办"}, {"online-visits"}, id="S07 online and a visit"),
    pytest.param({"网办深度": "全程网办", "到现场次数": "2"}, {"online-visits"}, id="S07 in other words"),
    pytest.param({"到现场次数": "0", "到现场原因": "", "物流": "否"}, {"post"}, id="no visits and no post"),
    pytest.param(
        {"监督投诉方式": {"电话": "0574-65261234", "地址": "科园北路2号"}}, {"other-phone"}, id="S09 the same phone"
    ),
    pytest.param(
        {"咨询方式": {"电话": "65261234", "地址": "科园北路1号"}}, {"area-code"}, id="S09 no area code, consultation"
    ),
    pytest.param({"监督投诉方式": "65265678，科园北路2号"}, {"area-code"}, id="no area code, complaints"),
    pytest.param({"咨询方式": "0574-65261234"}, {"contact-places"}, id="no address for consultation"),
    pytest.param({"监督投诉方式": {"电话": "0574-65265678"}}, {"contact-places"}, id="no address for complaints"),
    pytest.param({"咨询方式": ""}, {"core-咨询方式"}, id="no consultation"),
    pytest.param({"监督投诉方式": None}, {"core-监督投诉方式"}, id="no complaints"),
    pytest.param({"咨询方式": {"电话": "0574-88888888", "地址": "科园北路1号"}}, {"dead-phone"}, id="a dead phone"),
    pytest.param({"承诺办结时限": "即办", "办理流程": [{"环节": "办结", "时限": "当场"}]}, {"kind"}, id="instant and promised"),
    pytest.param({"办件类型": "即办件"}, {"kind"}, id="promised and instant"),
    pytest.param({"审批方式": "即审即办"}, {"kind"}, id="another way of approving"),
    pytest.param({"结果类型": "批文"}, {"result-kind"}, id="a certificate that is a paper"),
    pytest.param({"结果名称": "关于建设项目的批复"}, {"result-kind"}, id="a reply that is a certificate"),
    pytest.param({"结果样本": ""}, {"sample"}, id="no sample"),
    pytest.param({"办理时间": "周一至周五8:30至17:00"}, {"hours"}, id="hours without working days"),
    pytest.param({"办理地点": "宁海县行政服务中心"}, {"door"}, id="no window"),
    pytest.param({"法人主题分类": ""}, {"topics"}, id="no topic for bodies"),
    pytest.param({"服务对象": "法人"}, {"topics"}, id="a topic for people who are not served"),
    pytest.param({"常见问题": []}, {"questions"}, id="a permit without questions"),
    pytest.param({"办理流程": "受理后审查，再作出决定"}, {"flow-table"}, id="a flow in prose"),
    pytest.param({"承诺办结时限": "4个工作日"}, {"steps"}, id="steps longer than the promise"),
    pytest.param({"承诺办结时限": "二十五个工作日"}, {"promise"}, id="a promise beyond the law"),
    pytest.param({"法定办结时限": {"数量": 3, "单位": "工作日"}}, {"promise"}, id="a legal limit below the promise"),
    pytest.param({"网上支付": "是"}, {"free-pay"}, id="free and paid online"),
    pytest.param({"收费": "收费", "收费标准": "每证10元"}, {"fee-basis"}, id="a fee without a basis"),
    pytest.param({"收费": [{"名称": "工本费", "标准": "10元"}]}, {"fee-basis"}, id="a fee as a row without a basis"),
    pytest.param({"申请材料": [{**MATERIAL, "名称": "其他材料"}]}, {"unnamed-material"}, id="other materials"),
    pytest.param({"申请材料": [MATERIAL, {**MATERIAL, "名称": "身份证等"}]}, {"unnamed-material"}, id="and so on"),
    pytest.param({"申请材料": [MATERIAL, {"名称": "房产证"}]}, {"material-basis"}, id="a material without a basis"),
    pytest.param({"设定依据": "《条例》、宁政发〔2009〕5号"}, {"abolished"}, id="an abolished document"),
    pytest.param({"到现场次数": "最多跑一次", "到现场原因": ""}, {"visit-reason"}, id="S06 a visit in words"),
    pytest.param({"网办深度": "", "办理形式": "全程网办"}, {"online-visits"}, id="S07 said elsewhere"),
    pytest.param({"监督投诉方式": {"电话": "0574-65261234".translate(WIDE), "地址": "科园北路2号"}}, {"other-phone"}, id="S09 wide digits"),
    pytest.param({"法定办结时限": "5日（不含听证时间）"}, {"promise"}, id="a legal limit that mentions time"),
    pytest.param({"承诺办结时限": "一百二十天"}, {"promise"}, id="a promise of more than a hundred days"),
    pytest.param({"办件类型": "即办件", "承诺办结时限": "当场受理，5个工作日办结"}, {"kind"}, id="received on the spot, decided later"),
    pytest.param({"申请材料": [MATERIAL, {**MATERIAL, "名称": "有关证明"}]}, {"unnamed-material"}, id="some proof"),
    pytest.param({"基本编码": "33022600001"}, {"codes"}, id="a code too short"),
    pytest.param({"实施编码": "A" * 35}, {"codes"}, id="another code too short"),
]  # fmt: skip


def test_there_are_forty_faults():
    assert len(PLANTED) >= 40


@pytest.mark.parametrize(("fault", "found"), PLANTED)
def test_a_planted_fault_is_found_and_nothing_besides(fault, found):
    said = {**GUIDE, **fault}

    if fault == {"承诺办结时限": ""}:
        said.pop("承诺办结时限")
    assert faults(said) == found


@pytest.mark.parametrize(
    "fine",
    [
        {"申请材料": [{**MATERIAL, "名称": "高等学校毕业证书"}, {**MATERIAL, "名称": "特种设备等级证明"}]},
        {"承诺办结时限": "即办", "办件类型": "即办件", "审批方式": "即审即办", "办理流程": [{"环节": "办结", "时限": "当场"}]},
        {"网办深度": "Ⅳ 全程网办", "到现场次数": 0, "到现场原因": ""},
        {"服务对象": "自然人", "法人主题分类": ""},
        {"收费": "收费", "收费标准": "每证10元", "收费依据": "价费字〔1992〕1号", "网上支付": "是"},
        {"类型": "公共服务", "常见问题": [], "办理流程": "到窗口领取"},
        {"咨询方式": "（0574）65261234，科园北路1号一楼", "监督投诉方式": "12345，县府大院1号楼"},
        {"法定办结时限": "1个月", "承诺办结时限": "15个工作日"},
        {"法定办结时限": "30日（不含专家评审时间）", "承诺办结时限": "10个工作日"},
        {"办理流程": [{"环节": "受理", "时限": "30分钟"}, {"环节": "决定", "时限": "4个工作日"}]},
        {"网办深度": "Ⅲ，不支持全程网办"},
        {"到现场次数": "零次", "到现场原因": "", "物流": "是"},
        {"到现场次数": {"次数": 1, "原因": "核对原件"}, "到现场原因": ""},
        {"主题分类": {"自然人": "证件办理", "法人": "准营准办"}, "自然人主题分类": "", "法人主题分类": ""},
    ],
)  # fmt: skip
def test_what_is_written_another_way_is_no_fault(fine):
    assert faults({**GUIDE, **fine}) == set()


def test_s09_two_findings_for_one_number_twice_without_area_code():
    contacts = {name: {"电话": "65261234", "地址": "科园北路1号"} for name in CONTACTS}

    assert faults({**GUIDE, **contacts}) == {"other-phone", "area-code"}


def test_s06_the_finding_has_the_words_of_the_rule():
    found = [each for each in check_guide({**GUIDE, "到现场原因": ""}) if each.result == GuideResult.FAIL]

    assert [each.message for each in found] == ["到现场次数不是0的写明原因，是0的不写：到现场1次，没有写原因。"]


def test_check_guide_tells_each_rule(tmp_path):
    file, out = tmp_path / "guide.json", StringIO()
    file.write_text(json.dumps({**GUIDE, "到现场原因": ""}, ensure_ascii=False), encoding="utf-8")
    call_command("check_guide", str(file), format="json", stdout=out)

    told = json.loads(out.getvalue())
    assert {tuple(each) for each in told} == {("rule", "place", "message", "result")}
    assert [each["rule"] for each in told if each["result"] == "fail"] == ["visit-reason"]


@pytest.mark.parametrize("text", ["", "[1]", "{", '"x"'])
def test_check_guide_refuses_what_is_no_guide(tmp_path, text):
    file = tmp_path / "guide.json"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=r"JSON"):
        call_command("check_guide", str(file))


@pytest.mark.parametrize("odd", [None, 0, [], {}, [[]], [None], {"x": [{}]}, True, "x" * 10_000, 10**400])
def test_whatever_a_field_holds_is_judged(odd):
    for name in GUIDE:
        assert len(list(check_guide({**GUIDE, name: odd}))) == len(RULES)
