"""The archive of attachments: names in any encoding, files found as people write them, nothing that harms."""

import io
import stat
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from disclosure.legacy_import.archive import OlderArchive
from disclosure.legacy_import.columns import UnreadableValue
from ninghai.files import UnacceptableFile
from tests.disclosure.legacy_import.makers import GbkInfo, archive


def opened(data: bytes) -> OlderArchive:
    return OlderArchive.open(data)


FILES = {
    "附件/2015/预算表.pdf": b"a",
    "附件/2016/预算表.pdf": b"b",
    "附件/2016/说明、目录.pdf": b"c",
    "附件/一.pdf": b"d",
    "附件/Thumbs.db": b"",
    "__MACOSX/附件/._一.pdf": b"",
}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_chinese_names_are_read_in_any_encoding(encoding):
    assert opened(archive(FILES, encoding=encoding)).names == sorted(
        ["附件/2015/预算表.pdf", "附件/2016/预算表.pdf", "附件/2016/说明、目录.pdf", "附件/一.pdf"]
    )


def test_utf8_names_that_do_not_say_so_are_read():
    data = io.BytesIO()
    with ZipFile(data, "w") as container:
        container.writestr(GbkInfo("预算.pdf".encode().decode("cp437")), b"x")

    assert opened(data.getvalue()).names == ["预算.pdf"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("一.pdf", ["附件/一.pdf"]),
        ("附件/一.PDF", ["附件/一.pdf"]),
        ("附件\\一.pdf", ["附件/一.pdf"]),
        ("2015/预算表.pdf；2016/预算表.pdf", ["附件/2015/预算表.pdf", "附件/2016/预算表.pdf"]),
        ("2015/预算表.pdf\n一.pdf", ["附件/2015/预算表.pdf", "附件/一.pdf"]),
        ("2016/说明、目录.pdf、一.pdf", None),
        ("说明、目录.pdf", ["附件/2016/说明、目录.pdf"]),
        ("2015/预算表.pdf、一.pdf", ["附件/2015/预算表.pdf", "附件/一.pdf"]),
        ("2016", ["附件/2016/说明、目录.pdf", "附件/2016/预算表.pdf"]),
        ("2016/", ["附件/2016/说明、目录.pdf", "附件/2016/预算表.pdf"]),
        ("预算表.pdf", None),
        ("没有.pdf", None),
    ],
)
def test_files_are_found_as_people_write_them(said, found):
    files = opened(archive(FILES))
    if found is None:
        with pytest.raises(UnreadableValue, match="请"):
            files.find(said)
    else:
        assert files.find(said) == found


def linked() -> bytes:
    info, data = ZipInfo("链接.pdf"), io.BytesIO()
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with ZipFile(data, "w") as container:
        container.writestr(info, "/etc/passwd")
    return data.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"no archive",
        archive({}),
        archive({"a/": b""}),
        archive({"../a.pdf": b"x"}),
        archive({"/a.pdf": b"x"}),
        archive({"C:\\a.pdf": b"x"}),
        archive({"/".join("abcdefghijklmno") + ".pdf": b"x"}),
        archive({"bomb.pdf": bytes(30 * 1024 * 1024)}),
        linked(),
    ],
    ids=["no zip", "empty", "only folders", "above", "root", "drive", "deep", "bomb", "link"],
)
def test_an_archive_that_could_harm_is_refused_with_a_sentence(data):
    with pytest.raises(UnacceptableFile, match="压缩"):
        opened(data)


def test_no_more_of_a_file_is_unpacked_than_an_attachment_may_have(settings):
    settings.UPLOAD_LIMIT = 1000
    data = io.BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as container:
        container.writestr("大.pdf", bytes(5000))

    with pytest.raises(UnacceptableFile, match="超过"):
        opened(data.getvalue()).unpacked("大.pdf")


def test_a_broken_file_is_said_to_be_broken():
    data = bytearray(archive({"a.pdf": b"x" * 4000}))
    data[45:60] = bytes(15)

    with pytest.raises(UnacceptableFile, match="损坏"):
        opened(bytes(data)).unpacked("a.pdf")
