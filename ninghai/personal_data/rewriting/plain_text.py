"""A masked copy of a plain text: everything personal replaced where it stands, sensitive columns emptied."""

from ninghai.personal_data.reading.content import UnreadableFile
from ninghai.personal_data.reading.plain import decoded, encoding_of
from ninghai.personal_data.replacing import replaced
from ninghai.personal_data.scan import findings

LEFT = "“{}”等内容没有能够自动去标识化。请在原稿中修改后重新上传。"


def rewrite(data: bytes) -> bytes:
    copy = replaced(decoded(data)).encode(encoding_of(data))
    _refuse_what_is_left(data, copy)
    return copy


def _refuse_what_is_left(data: bytes, copy: bytes) -> None:
    """Whatever the finder knows of the text must not be found in its copy."""
    before = {each.text for each in findings(name="a.txt", data=data) if each.certain}
    left = [each.text for each in findings(name="a.txt", data=copy) if each.certain and each.text in before]
    if left:
        raise UnreadableFile(LEFT.format(left[0][:2] + "…"))
