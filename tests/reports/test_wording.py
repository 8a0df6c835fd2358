"""Marks within their like, as GB/T 15834-2011 writes them."""

import pytest

from reports.letters.notation import document, excerpt, nested, quoted
from reports.pdf.printable import printed

NESTED = {
    "推进“五公开”工作": "推进“五公开”工作",
    "“推进“五公开”工作”": "“推进‘五公开’工作”",
    "“一“二“三”二”一”": "“一‘二“三”二’一”",
    "“一‘二’一”": "“一‘二’一”",
    "《关于印发《办法》的通知》": "《关于印发〈办法〉的通知》",
    "《甲〈乙《丙》乙〉甲》": "《甲〈乙《丙》乙〉甲》",
    "《一《二《三》》》": "《一〈二《三》〉》",
    "“按照《“十三五”规划》办”": "“按照《“十三五”规划》办”",
    "《“《甲》”》": "《“《甲》”》",
    "缺了“后一半": "缺了“后一半",
    "缺了前一半”和“一半": "缺了前一半”和“一半",
    "交“叉《着”的》": "交“叉《着”的》",
}


@pytest.mark.parametrize("text", NESTED)
def test_marks_within_their_like_are_of_the_other_kind(text: str):
    assert nested(text) == NESTED[text]
    assert nested(nested(text)) == NESTED[text]
    assert printed({"title": text}) == {"title": NESTED[text]}


def test_what_is_quoted_or_named_changes_its_own_marks():
    assert quoted("推进“五公开”和‘三公’") == "“推进‘五公开’和“三公””"
    assert document(title="关于印发《办法》的通知", number="") == "《关于印发〈办法〉的通知》"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (
            "深化“放管服和最多跑一次改革，再往后还有许多话要说到很长很长”改革的各项任务",
            "深化“放管服和最多跑一次改革……”",
        ),
        ("落实《办法（试行，第二版，第三版，第四版，第五版，第六版）》", "落实《办法（试行，第二版，第三版……）》"),
    ],
)
def test_an_excerpt_closes_what_it_opens(text: str, cut: str):
    assert excerpt(text, limit=20) == cut
    assert nested(quoted(cut)) == quoted(cut)
