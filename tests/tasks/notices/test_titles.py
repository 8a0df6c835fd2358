"""Every point has a short title that reads as a phrase and stands on one line, whatever shape its words have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.notices.titles import LONGEST, PAIRS, title_after, title_of
from tests.tasks.notices.documents import published

TITLES = {  # of the 2018 notice, as somebody who knows the work would call its points
    "一(一)1": "坚持以公开为常态、不公开为例外",
    "一(一)2": "做好政府部门权责清单调整和公开工作",
    "一(一)3": "推进人大代表建议和政协委员提案办理…",
    "一(一)4": "全面贯彻实施市场准入负面清单制度",
    "一(二)1": "深入推进财政预决算信息公开",
    "一(二)2": "抓好重大建设项目批准和实施等",
    "一(二)3": "做好中标结果公示等信息的公开工作",
    "一(二)4": "开展公共资源交易平台普查",
    "一(二)5": "推进精准扶贫脱贫等信息公开",
    "一(三)1": "牢牢把握推动高质量发展的根本要求",
    "一(三)2": "完善解读制度",
    "一(三)3": "密切关注市场预期变化",
    "一(三)4": "抓好重大风险防范、精准脱贫等解读工作",
    "一(四)1": "深入推进政务舆情回应工作",
    "一(四)2": "做好就学就医等民生方面的热点舆情回应",
    "一(四)3": "建立完善快速反应和协调联动机制",
    "一(四)4": "开展政务舆情应对工作效果评估",
    "二(一)1": "强化服务大局、服务群众的意识",
    "二(一)2": "加强移动政务服务平台建设",
    "二(一)3": "大力推进“数字政府”建设",
    "二(二)1": "加强政务大厅建设管理",
    "二(二)2": "加强政务大厅软硬件设施配备",
    "二(二)3": "建立完善政务大厅激励约束制度",
    "二(三)1": "开展办事服务信息专项检查",
    "二(三)2": "公开企业开办等情况",
    "二(三)3": "整治公共服务“半扇门”现象",
    "二(三)4": "规范和完善办事指南",
    "二(三)5": "建设咨询问答知识库、政务服务资源库",
    "三(一)1": "落实政府网站发展指引",
    "三(一)2": "加强政府网站内容建设",
    "三(一)3": "组织开展公共信息资源开放试点工作",
    "三(一)4": "完善政府网站安全保障机制",
    "三(二)": "逐步整合各部门政务服务类信息系统",
    "三(三)1": "建设统一政务咨询投诉举报平台",
    "三(三)2": "加强统一政务咨询投诉举报平台…",
    "三(四)": "做好政府公报工作",
    "四(一)1": "调整完善相关配套措施",
    "四(一)2": "组织开展条例实施10周年宣传活动",
    "四(二)1": "加大政府信息公开前审查力度",
    "四(二)2": "依法保护好相关人员个人隐私",
    "四(三)": "积极开展主动公开基本目录编制工作",
    "四(四)1": "制定完善公共企事业单位信息公开制度…",
    "四(四)2": "切实履行监管职责",
}
BRACKETS = "".join((*PAIRS, *PAIRS.values()))


def is_whole(title: str) -> bool:
    """Every bracket has its partner."""
    open_ones: list[str] = []
    for each in title:
        if each in PAIRS:
            open_ones.append(PAIRS[each])
        elif each in PAIRS.values() and (not open_ones or open_ones.pop() != each):
            return False
    return not open_ones


def test_the_points_of_the_2018_notice_have_titles_that_read_as_phrases():
    assert {point.key: title_of(point.text) for point in published("2018-notice").points} == TITLES


@pytest.mark.parametrize("name", ["2018-notice", "2018-employment-notice", "2020-division-of-work-notice"])
def test_every_point_of_a_published_notice_has_a_short_whole_title(name):
    titles = [title_of(point.text) for point in published(name).points]

    assert [title for title in titles if not 4 <= len(title) <= LONGEST or not is_whole(title)] == []
    assert [title for title in titles if title[-1] in "，、的和与及" or title[0] in "，、。的"] == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("完善解读制度。", "完善解读制度"),
        ("1.进一步完善解读制度，落实主体责任", "完善解读制度"),
        ("（三）要进一步完善解读制度", "完善解读制度"),
        ("2018年11月底前完善解读制度", "完善解读制度"),
        ("2018年底前，完善解读制度", "完善解读制度"),
        ("于2018年12月31日前完成清理", "完成清理"),
        ("各乡镇(街道)、有关部门要完善解读制度", "完善解读制度"),
        ("一是完善解读制度;二是加强回应", "完善解读制度"),
        ("结合实际，完善解读制度", "完善解读制度"),
        ("在做好疫情防控前提下，恢复窗口服务", "恢复窗口服务"),
        ("重要信息及时公开", "重要信息及时公开"),
        ("应急预案要公开", "应急预案要公开"),
        ("要点落实情况按季公布", "要点落实情况按季公布"),
        ("完善\n解读制度", "解读制度"),
        ("落实《优化营商环境条例》", "落实《优化营商环境条例》"),
        ("落实《关于全面推进基层政务公开标准化规范化工作的指导意见》", "全面推进基层政务公开标准化规范化工作"),
        ('推进"互联网+政务服务"', "推进“互联网+政务服务”"),
        ("推进“互联网+监管", "推进互联网+监管"),
        ("公开3,000平方米以上项目", "公开3,000平方米以上项目"),
        ("公开率达到99.5%", "公开率达到99.5%"),
        ("略", "略"),
        ("公开", "公开"),
        ("", "工作要点"),
        ("。，；", "工作要点"),
        ("Publish the annual report of the county government", "Publish the…"),
        ("公" * 40, "公" * 17 + "…"),
        ("“" + "公" * 40 + "”", "公" * 17 + "…"),
        ("完善" + "（" * 30 + "制度" + "）" * 30, "完善"),
        ("公开办事指南和说明材料等公开草案 a [征求意见]", "公开办事指南和说明材料等公开草案a"),
    ],
)
def test_odd_shapes(text, title):
    assert title_of(text) == title


WORDS = st.sampled_from(
    [
        "的",
        "和",
        "、",
        "，",
        "。",
        "等",
        "《",
        "》",
        "（",
        "）",
        "“",
        "”",
        "(",
        ")",
        "[",
        "]",
        "…",
        "——",
        '"',
        "进一步",
        "推进",
        "加强",
        "信息公开",
        "工作",
        "2018年",
        "11月底前",
        "结合实际",
        "各部门要",
        "1.",
        "公开清单",
        "平台建设",
        "OpenData",
        "3,000",
    ]
) | st.sampled_from(["\u3000", "\n", " "])


@given(
    st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=60) | st.text(BRACKETS + "公开、，等的", max_size=60)
)
def test_a_title_is_never_empty_never_too_long_and_breaks_no_pair(text):
    title = title_of(text)

    assert 1 <= len(title) <= LONGEST
    assert title.isprintable()
    assert title == title.strip()
    assert is_whole(title)


@pytest.mark.parametrize("shape", ["（", "推进、", "结合", "a ", "《公开》", "各", "“", "推进、公开等的"])
def test_a_text_of_any_length_has_a_title(shape):
    assert len(title_of(shape * (20_000 // len(shape)))) <= LONGEST


def test_a_title_that_was_made_follows_the_words_and_one_that_was_written_stays():
    assert title_after("完善解读制度。", "完善解读制度", "推进公开。") == "推进公开"
    assert title_after("完善解读制度。", "解读", "推进公开。") == "解读"
    assert title_after("", "", "推进公开。") == "推进公开"
