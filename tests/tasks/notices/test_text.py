"""What can be read as a notice, and the sentence that is said about what cannot."""

import pytest

from tasks.notices.reading import NotANotice, read_notice
from tests.tasks.notices.documents import DATA, HEAD

NOTICE = HEAD + "一、加强公开\n1.推进工作。（责任单位：县财政局）\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_notice_is_read_whatever_its_encoding(encoding):
    notice = read_notice(data=NOTICE.encode(encoding), filename="通知.TXT")

    assert [point.text for point in notice.points] == ["推进工作。"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(line_end):
    notice = read_notice(data=NOTICE.replace("\n", line_end).encode(), filename="notice.txt")

    assert [point.key for point in notice.points] == ["一1"]


@pytest.mark.parametrize(
    ("data", "filename", "sentence"),
    [
        (b"", "notice.txt", "文件里没有文字，请重新选择含有通知正文的文件。"),
        ("　\n \n".encode("gbk"), "notice.txt", "文件里没有文字，请重新选择含有通知正文的文件。"),
        (b"<body><img src=scan.png></body>", "notice.html", "文件里没有文字，请重新选择含有通知正文的文件。"),
        (b"1" * (10 * 1024 * 1024 + 1), "notice.txt", "文件超过10 MB，通知正文不会这么大，请只上传通知正文。"),
        (
            NOTICE.encode(),
            "dir/通知.csv",
            "不能读取“通知.csv”，可以读取.txt、.html、.htm、.docx、.pdf、.xlsx文件，请把通知正文另存为其中一种再导入。",
        ),
        (b"\xd0\xcf\x11\xe0", "通知.doc", "不能读取“通知.doc”，请用办公软件另存为.docx文件后再导入。"),
        (b"\xd0\xcf\x11\xe0", "分解表.xls", "不能读取“分解表.xls”，请用办公软件另存为.xlsx文件后再导入。"),
        (
            b"\xd0\xcf\x11\xe0",
            "通知.docx",
            "这是旧版或加密的Word、Excel文档，请取消密码并另存为.docx或.xlsx文件后再导入。",
        ),
        (
            NOTICE.encode(),
            "通知.docx",
            "文件内容不是.docx格式，可能已损坏，请用办公软件打开后重新另存一份再导入。",
        ),
        (
            b"%PDF-1.7\n",
            "notice.txt",
            "这是PDF文件，与文件名的“.txt”不符，请把文件名改回原来的格式再导入。",
        ),
        (b"%PDF-1.7\n", "notice.pdf", "PDF打不开，可能已损坏，请重新导出一份再导入。"),
        (b"PK\x03\x04", "notice.xlsx", "文件已损坏，无法打开。请重新保存或压缩后再上传。"),
        (
            b"\xff\xd8\xff\xe0scan",
            "notice.txt",
            "这是图片（扫描件），没有可以识别的文字，可以读取.txt、.html、.htm、.docx、.pdf、.xlsx文件，请把通知正文另存为其中一种再导入。",
        ),
        (
            b"\x00\x01\x02\x03",
            "notice.txt",
            "文件里不是可以识别的中文文字，请另存为UTF-8或GBK编码的文本文件后再导入。",
        ),
        (
            "今天天气很好。\n我们去长街看海。".encode(),
            "notice.txt",
            "文件里没有“一、”“（一）”“1.”这样编号的要点，请确认选择的是工作要点通知。",
        ),
        (
            "2018年购物单\n1.面粉\n2.白糖".encode(),
            "notice.txt",
            "文件里没有责任单位，标题也不像工作要点通知，请确认选择的文件是否正确。",
        ),
        (
            (HEAD + "1.a\n" * 40_000).encode(),
            "notice.txt",
            "识别出的编号超过10000条，不像工作要点通知，请只保留通知正文后再导入。",
        ),
        (
            "1.推进工作。（责任单位：县财政局）".encode(),
            "notice.txt",
            "标题、文号、落款和文件名里都没有年份，请填写这份通知是哪一年度的。",
        ),
    ],
)
def test_what_is_no_notice_is_refused_in_one_sentence(data, filename, sentence):
    with pytest.raises(NotANotice) as refused:
        read_notice(data=data, filename=filename)

    assert str(refused.value) == sentence


def test_a_web_page_gives_the_points_of_its_text():
    source = (DATA / "2018-notice.txt").read_text(encoding="utf-8")
    paragraphs = "".join(f"<p>{line}</p>\n" for line in source.split("\n"))
    page = f"<html><head><title>宁海</title><style>p{{}}</style></head><body><script>var a='一、';</script>{paragraphs}"

    from_page = read_notice(data=page.encode(), filename="2018.html")

    from_text = read_notice(data=source.encode(), filename="2018.txt")
    assert from_page.points == from_text.points
    assert from_page.as_json()["title"] == from_text.as_json()["title"]


def test_a_page_may_wrap_its_source_lines_anywhere():
    page = HEAD.replace("\n", "<br>") + "<div>一、加强\n  公开</div>1.推进&nbsp;工作。<b>（责任</b>单位：县财政局）"

    notice = read_notice(data=page.encode("gbk"), filename="2018.htm")

    assert notice.points[0].part.title == "加强公开"
    assert notice.points[0].text == "推进\xa0工作。"
    assert notice.points[0].responsibility_texts == ("（责任单位：县财政局）",)
