"""The body from a Word file on the drafter's form: looked at, put in, and nothing that was typed is lost."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosure.items.body.from_word import NO_WORDS, NOT_CHOSEN, NOT_WORD
from disclosure.models import Item
from ninghai.models import StoredFile
from tests.disclosure.makers import drafted
from tests.disclosure.test_work import TYPED, work
from tests.disclosure.word_documents import BULLETS, bytes_of, document, in_list
from tests.ninghai.test_files import docx_with
from tests.security.costly import packages

NEW = "/work/items/new/"
TEXT = "# 目标\n- 甲\n- 乙\n| 项目 | 金额 |\n| --- | --- |\n| 办公 | 12 |"


@pytest.fixture
def clerk(client, cast, settings):
    settings.CLOCK_DATE = settings.CLOCK_SINCE = "2018-11-20"
    client.force_login(cast.clerk)
    return client


def word(name="通知.docx") -> SimpleUploadedFile:
    made = document()
    made.add_heading("目标", 1)
    for each in ("甲", "乙"):
        in_list(made.add_paragraph(each), BULLETS, 0)
    table = made.add_table(2, 2)
    for place, cell in enumerate(["项目", "金额", "办公", "12"]):
        table.cell(place // 2, place % 2).text = cell
    return SimpleUploadedFile(name, bytes_of(made))


def pressed(client, step, address=NEW, **typed):
    return client.post(address, {**TYPED, "form_id": uuid.uuid4(), "word_step": step, **typed})


def typed_in(page):
    return {name: page.context["form"][name].value() for name in TYPED}


def test_what_was_read_is_shown_and_nothing_is_saved(clerk):
    page = pressed(clerk, "read", word=word(), title="")

    assert page.status_code == 200
    assert page.context["word"].text == TEXT
    assert page.context["word"].read.kept == ["1个标题", "1个列表", "1个表格"]
    assert '<th scope="col">项目</th>' in page.text
    assert "替换现在的正文" in page.text
    assert "接在正文后面" in page.text
    assert "请改正" not in page.text
    assert typed_in(page) == {**TYPED, "title": ""}
    assert not Item.objects.exists()
    assert not StoredFile.objects.exists()


def test_it_takes_the_place_of_the_body_which_can_be_taken_back(clerk):
    page = pressed(clerk, "replace", word_text=TEXT)

    assert typed_in(page) == {**TYPED, "body": TEXT}
    assert page.context["word"].former == TYPED["body"]
    assert "还没有保存" in page.text
    assert "data-unsaved" in page.text
    page = pressed(clerk, "take-back", body=TEXT, former_body=TYPED["body"])
    assert typed_in(page) == TYPED
    assert not Item.objects.exists()


def test_it_can_stand_behind_the_body_or_stay_out(clerk):
    assert pressed(clerk, "append", word_text=TEXT).context["form"]["body"].value() == f"{TYPED['body']}\n\n{TEXT}"
    assert pressed(clerk, "leave", word_text=TEXT).context["form"]["body"].value() == TYPED["body"]


def test_what_is_to_be_decided_comes_back_when_saving_is_refused(clerk, cast):
    pressed(clerk, "read", word=word(), attach_word="on")
    file = StoredFile.objects.get()
    sent = {"title": "", "word_text": TEXT, "former_body": "原来的正文", "word_file": file.pk}

    page = clerk.post(NEW, {**TYPED, "form_id": uuid.uuid4(), **sent})

    assert page.status_code == 422
    assert (page.context["word"].text, page.context["word"].former) == (TEXT, "原来的正文")
    assert f'name="word_file" value="{file.pk}"' in page.text


def test_the_former_body_is_not_lost_when_another_file_cannot_be_read(clerk):
    page = pressed(clerk, "read", word=SimpleUploadedFile("空.docx", b""), body=TEXT, former_body="原来的正文")

    assert page.status_code == 422
    assert page.context["word"].errors["word"]
    assert page.context["word"].former == "原来的正文"


def test_a_file_that_was_attached_meanwhile_does_not_keep_the_text_out(clerk, cast):
    pressed(clerk, "read", word=word(), attach_word="on")
    file = StoredFile.objects.get()
    drafted(cast, files=[file])

    page = pressed(clerk, "replace", word_text=TEXT, word_file=file.pk)

    assert page.status_code == 200
    assert page.context["form"]["body"].value() == TEXT


def test_an_empty_body_is_filled_without_a_question(clerk):
    page = pressed(clerk, "read", word=word(), body="")

    assert "放进正文" in page.text
    assert "替换现在的正文" not in page.text


def test_a_file_that_was_chosen_is_read_though_save_was_pressed(clerk):
    page = clerk.post(NEW, {**TYPED, "form_id": uuid.uuid4(), "word": word()})

    assert page.context["word"].text == TEXT
    assert not Item.objects.exists()


def test_the_file_is_attached_only_with_its_text(clerk):
    page = pressed(clerk, "read", word=word(), attach_word="on")
    file = StoredFile.objects.get()
    assert f'name="word_file" value="{file.pk}"' in page.text

    form_id = uuid.uuid4()
    page = pressed(clerk, "replace", word_text=TEXT, word_file=file.pk, form_id=form_id)
    assert page.context["kept"] == [file]
    clerk.post(NEW, {**TYPED, "body": TEXT, "form_id": form_id, "kept": [file.pk]})

    item = Item.objects.get()
    assert item.body == TEXT
    assert [each.label for each in item.attachments.all()] == ["通知.docx"]


def test_a_draft_that_is_there_keeps_its_version_and_its_text_until_it_is_saved(clerk, cast):
    item = drafted(cast, body="原来的正文")
    page = pressed(clerk, "replace", work("edit", item), word_text=TEXT, version=item.version)
    item.refresh_from_db()

    assert item.body == "原来的正文"
    assert page.context["form"]["version"].value() == f"{item.version}"


@pytest.mark.parametrize(
    ("upload", "why"),
    [
        (None, NOT_CHOSEN),
        (SimpleUploadedFile("通知.doc", b"x" * 100), NOT_WORD),
        (SimpleUploadedFile("通知.pdf", b"%PDF-1.4"), NOT_WORD),
        (SimpleUploadedFile("通知.docx", b"no zip at all"), ""),
        (SimpleUploadedFile("通知.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)), ""),
        (SimpleUploadedFile("通知.docx", packages.docx("<w:p/>")), NO_WORDS),
        (SimpleUploadedFile("通知.docx", packages.docx(packages.paragraph("字" * 11) * 10_000)), "超过10万字"),
    ],
    ids=["none", "doc", "pdf", "no zip", "encrypted", "empty", "too long"],
)
def test_what_cannot_be_read_is_refused_in_words_and_nothing_typed_is_lost(clerk, upload, why):
    page = pressed(clerk, "read", **({"word": upload} if upload else {}))

    said = "".join(page.context["word"].errors["word"])
    assert page.status_code == 422
    assert why in said
    assert said.endswith("。")
    assert typed_in(page) == TYPED


def test_macros_are_refused_as_everywhere(clerk):
    upload = SimpleUploadedFile("通知.docx", docx_with("word/vbaProject.bin", b"x"))

    page = pressed(clerk, "read", word=upload)

    assert "宏" in "".join(page.context["word"].errors["word"])
