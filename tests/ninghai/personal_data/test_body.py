"""Tables that were pasted into a text."""

from ninghai.personal_data.body import find_in_body
from ninghai.personal_data.hit import DataKind

TEXT = "补助名单如下：\n序号\t姓名\t健康状况\n1\t葛丽\t良好\n2\t胡 敏\t\n以上公示。"


def test_heads_of_a_pasted_table_tell_what_stands_below():
    hits = find_in_body(TEXT)

    assert [(hit.kind, hit.text) for hit in hits] == [
        (DataKind.SENSITIVE_COLUMN, "健康状况"),
        (DataKind.NAME, "葛丽"),
        (DataKind.NAME, "胡 敏"),
    ]
    assert all(TEXT[hit.start : hit.end] == hit.text for hit in hits)
