"""Ways of writing that the sets of texts and shapes do not draw: single blanks and commas between cells, relatives, names without
a known surname, numbers in words, plates and papers of other kinds."""

import re

import pytest

from ninghai.personal_data.body import find_in_body
from tests.ninghai.personal_data.files import NUMBER, OTHER


def found(text: str) -> set[str]:
    return {re.sub(r"\s", "", hit.text) for hit in find_in_body(text)}


LISTS = [
    ("金额{0}姓名{0}村名\n300{0}王建国{0}大里村\n500{0}葛丽{0}河洪村", {"王建国", "葛丽"}),
    ("序号{0}姓名{0}身份证号{0}住址\n1{0}爨宝珠{0}" + NUMBER + "{0}大里村12号", {"爨宝珠", NUMBER, "大里村12号"}),
    ("序号{0}户主{0}人口{0}补助金额{0}一卡通账号\n1{0}王建国{0}3{0}1200{0}201000012345678", {"王建国", "201000012345678"}),
    ("姓名{0}电话{0}姓名{0}电话\n王建国{0}13858451234{0}葛丽{0}13958451235", {"王建国", "13858451234", "葛丽", "13958451235"}),
    ("序号{0}姓名{0}备注\n1{0}王建国\n2{0}葛丽", {"王建国", "葛丽"}),
    ("村名{0}户主{0}住址\n大里村{0}王建国{0}大里村12号", {"王建国", "大里村12号"}),
]  # fmt: skip


@pytest.mark.parametrize("mark", [" ", ",", "，", ";", "；", "、", "|", "/", "\t", "   ", "\u3000"])
@pytest.mark.parametrize(("text", "values"), LISTS)
def test_a_list_is_a_table_whatever_stands_between_its_cells(mark, text, values):
    assert found(text.format(mark)) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        # relatives
        ("户主：王建国、配偶：葛丽，子：王小明", {"王建国", "葛丽", "王小明"}),
        ("夫：王建国 妻：葛丽", {"王建国", "葛丽"}),
        ("父亲：王建国，母亲：葛丽", {"王建国", "葛丽"}),
        ("低保户：王建国等3户", {"王建国"}),
        # forms
        ("姓名：____王建国____ 账号：__________201000012345678____", {"王建国", "201000012345678"}),
        ("姓名____王建国____ 住址：____大里村12号____", {"王建国", "大里村12号"}),
        ("【姓名】王建国【电话】13858451234", {"王建国", "13858451234"}),
        ("【姓名】：“王建国”", {"王建国"}),
        ("姓名Name：王建国", {"王建国"}),
        ("乘客：王建国，曾用名：王小二", {"王建国", "王小二"}),
        ("电话,姓名,\n13858451234,王建国,", {"王建国", "13858451234"}),
        ('"姓名","电话"\n"王建国","13858451234"', {"王建国", "13858451234"}),
        # names
        ("姓名：木合塔尔", {"木合塔尔"}),
        ("姓名：阿不都热合曼", {"阿不都热合曼"}),
        ("户主：才让卓玛", {"才让卓玛"}),
        ("姓名：爨宝珠", {"爨宝珠"}),
        ("姓名\t民族\n拉毛措\t藏族\n也尔肯\t哈萨克族", {"拉毛措", "也尔肯"}),
        # addresses
        ("住址：强蛟镇加爵科村二组十五号", {"强蛟镇加爵科村二组十五号"}),
        ("户籍地：贵州省威宁彝族回族苗族自治县中水镇花果村三组", {"贵州省威宁彝族回族苗族自治县中水镇花果村三组"}),
        ("住址：跃龙街道兴海花园A座1203", {"跃龙街道兴海花园A座1203"}),
        ("现居住地址：宁海县跃龙街道天寿路99号天悦湾5-1-1201", {"宁海县跃龙街道天寿路99号天悦湾5-1-1201"}),
        ("家庭地址：跃龙街道外环西路翡翠湾12栋二单元401", {"跃龙街道外环西路翡翠湾12栋二单元401"}),
        ("住址：茶院乡许民村许家山1-12", {"茶院乡许民村许家山1-12"}),
        ("家庭住址：大里村12号13858451234", {"大里村12号", "13858451234"}),
        ("家庭住址：大里村12号138-5845-1234", {"大里村12号", "138-5845-1234"}),
        # plates, papers, accounts of chats
        ("挂车浙B1234挂，教练车浙B1234学", {"浙B1234挂", "浙B1234学"}),
        ("苏e12345", {"苏e12345"}),
        ("往来台湾通行证号T12345678", {"T12345678"}),
        ("往来港澳通行证CA1234567", {"CA1234567"}),
        ("护照PE1234567", {"PE1234567"}),
        ("军官证：南字第0123456号", {"南字第0123456号"}),
        ("微信号zhangsan_2018", {"zhangsan_2018"}),
        ("QQ号码为12345678", {"12345678"}),
        # what begins the next point is no part of a number
        ("1.王建国 浙B·D1234\n2.储涛 浙B·12345", {"浙B·D1234", "浙B·12345"}),
        ("2       司徒永康     沪B·D4096\n3       储涛         沪A·R8895", {"沪B·D4096", "沪A·R8895"}),
    ],
)
def test_it_is_found(text, values):
    assert found(text) == values


@pytest.mark.parametrize("begun", range(4, 15))
def test_the_rest_of_an_account_on_the_next_line_is_no_telephone(begun):
    number = "80109215963055663"
    text = f"为做好本年度困难群众救助工作，户主一卡通账号{number[:begun]}\n{number[begun:]}核对无误。"

    assert found(text) == {number}


@pytest.mark.parametrize(
    "text",
    [
        "姓名：必填\n性别：选填",
        "内容 姓名 性别 年龄\n填写 必填 选填 选填",
        "姓名：见附件",
        "姓名：同上",
        "姓名、身份证号、住址等材料，\n经审核、公示、批准后，发放补助。",
        "申请材料：姓名，身份证复印件，户口簿\n办理流程：受理，审核，发证",
        "户主姓名\t家庭人口\n合计\t23\n共计\t45",
        "姓名\t单位\n评审专家\t宁海县财政局",
        "单位，地址，电话\n县财政局，宁海县桃源街道兴宁中路12号，0574-65261234",
        "申请人 住所\n宏达公司 宁海县梅林街道河洪村88号",
        "父母：务农，子女：2人",
        "女：52人，男：48人",
        "黄坛镇一号路段",
        "法定代表人：王建国",
        "微信公众号：ninghaifabu，QQ群：123456789",
        "海字第0123456号文",
        "川A座1203",
    ],
)
def test_it_is_left_in_peace(text):
    assert found(text) == set()


def test_both_numbers_of_a_list_are_found_when_their_lines_look_like_one_paragraph():
    assert found(f"持证人\n{NUMBER}\n{OTHER}\n") == {NUMBER, OTHER}
