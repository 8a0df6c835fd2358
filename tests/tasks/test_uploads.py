"""Files that a form brings along: looked into before any row is locked, and gone again when their record is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from ninghai.files import storing
from ninghai.models import StoredFile
from tasks.progress.evidence import add_pieces, attached_words, pieces
from tests.disclosure.makers import AT
from tests.ninghai.sanitizing.honest import picture
from tests.tasks.factories import drafted, signed_in


def sent() -> dict[str, object]:
    return {"upload": [SimpleUploadedFile("现场.png", picture())]}


def test_a_file_is_looked_into_before_anything_is_locked(cast, monkeypatch):
    open_ones, look = [], storing.inspect

    def noted(*args, **kwargs):
        open_ones.append(len(connection.savepoint_ids))
        return look(*args, **kwargs)

    monkeypatch.setattr(storing, "inspect", noted)
    taken: list[StoredFile | str] = []

    add_pieces(sent(), taken.append, by=cast.clerk, at=AT)

    assert open_ones == [len(connection.savepoint_ids)]
    assert taken == [StoredFile.objects.get()]


def test_a_file_that_is_refused_is_not_kept(cast):
    def refuse(piece: StoredFile | str) -> None:
        raise ValidationError("不要。")

    with pytest.raises(ValidationError):
        add_pieces(sent(), refuse, by=cast.clerk, at=AT)

    assert not StoredFile.objects.exists()


def several() -> list[SimpleUploadedFile]:
    """Two good ones around two that are refused, for their kind and for their content."""
    return [
        SimpleUploadedFile("一.png", picture()),
        SimpleUploadedFile("二.exe", b"MZ"),
        SimpleUploadedFile("三.pdf", b"%PDF-1.7 cut off"),
        SimpleUploadedFile("四.png", picture(size=(30, 30))),
    ]


def test_of_several_files_the_good_ones_are_kept_and_each_refused_one_is_named(cast):
    taken: list[StoredFile | str] = []

    with pytest.raises(ValidationError) as refused:
        add_pieces({"upload": several(), "index_number": "1"}, taken.append, by=cast.clerk, at=AT)

    first, second, others = refused.value.message_dict["upload"]
    assert "“二.exe”" in first
    assert second.startswith("“三.pdf”没有添加：PDF文件不完整。")
    assert others == "其余2个文件已经添加，不用再选。"
    assert [str(piece) for piece in taken] == ["一.png", "四.png", "1"]


def test_a_service_that_refuses_one_of_them_still_gets_the_others(cast):
    taken: list[StoredFile | str] = []

    def no_more(piece: StoredFile | str) -> None:
        if taken:
            raise ValidationError("最多附1份材料。")
        taken.append(piece)

    with pytest.raises(ValidationError) as refused:
        add_pieces({"upload": [several()[0], several()[3]]}, no_more, by=cast.clerk, at=AT)

    assert refused.value.message_dict["upload"] == [
        "“四.png”没有添加：最多附1份材料。",
        "其余1个文件已经添加，不用再选。",
    ]
    assert [str(stored) for stored in StoredFile.objects.all()] == ["一.png"]


def test_what_goes_in_together_is_kept_together_or_not_at_all(cast):
    with pytest.raises(ValidationError) as refused:
        pieces({"upload": several()}, by=cast.clerk, at=AT)

    assert refused.value.messages[-1] == "其余2个文件也没有保存，请一起重新选择。"
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, ""),
        ({"upload": ["一.png", "二.png"]}, "2个文件已附为佐证材料。"),
        ({"upload": ["一.png"], "index_number": "330226/2018-1"}, "1个文件和1条已公开信息已附为佐证材料。"),
        ({"upload": [], "remove": 7}, "移除了1份材料。"),
    ],
)
def test_the_message_says_how_many_files_came_along(sent, words):
    assert attached_words(sent) == words


@pytest.mark.parametrize("act", ["draft", "submit"])
def test_who_saves_a_report_with_files_is_told_how_many(cast, notice, act):
    report = drafted(cast)
    form = {"version": report.version, "text": "已完成", "percent": "60"}
    files = [SimpleUploadedFile("一.png", picture()), SimpleUploadedFile("四.png", picture(size=(30, 30)))]

    page = signed_in(cast.clerk).post(
        reverse(f"tasks:report-{act}", args=[report.assignment_id, report.period_id]),
        {**form, "upload": files},
        follow=True,
    )

    assert "2个文件已附为佐证材料。" in page.text


def test_a_form_takes_several_files_in_their_order_and_tells_its_bounds(cast, notice):
    report = drafted(cast)
    clerk = signed_in(cast.clerk)
    address = reverse("tasks:report-draft", args=[report.assignment_id, report.period_id])
    good, *_, last = several()
    typed = {"text": "写了很多", "percent": "10", "version": report.version}

    page = clerk.post(address, typed | {"upload": [good, SimpleUploadedFile("坏.exe", b"MZ"), last]})

    assert page.status_code == 422
    assert [str(proof) for proof in report.evidence.order_by("pk")] == ["一.png", "四.png"]
    assert "“坏.exe”" in page.text
    assert "其余2个文件已经添加" in page.text
    assert "写了很多" in page.text
    assert 'name="upload" accept="' in page.text
    assert " multiple" in page.text
    assert "一次最多20个、合计不超过200MB" in page.text
    report.refresh_from_db()
    sent = {"upload": [SimpleUploadedFile(f"{n}.png", picture(size=(9, n + 1))) for n in range(21)]}
    page = clerk.post(address, typed | sent | {"version": report.version})
    assert "一次最多上传20个文件" in page.text
    assert report.evidence.count() == 2
