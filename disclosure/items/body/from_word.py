"""Reading the body from a Word file on the drafter's form (从 Word 文件读入正文): first looked at, then put in, then saved.

Every step is a button of the same form: what was typed in it comes back each time, and nothing is saved by the way.
"""

from collections.abc import Callable
from typing import IO, Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from disclosure.items.body.blocks import Block, blocks
from disclosure.items.body.word import WordBody
from ninghai.accounts.request_limits import require_upload_allowed
from ninghai.calendar import clock
from ninghai.files.kinds import Purpose, UnacceptableFile, clean_label, extension_of
from ninghai.files.sandbox.limits import ParsingRefused
from ninghai.files.sandbox.running import read_for_import, source_of
from ninghai.files.storing import inspect, store_upload
from ninghai.models import StoredFile, User
from ninghai.web.http import AuthenticatedRequest

READER = "disclosure.items.body.word:body_of_word"
NOT_WORD = "请选择 Word 文件（.docx）。.doc 和 WPS 文件请先用办公软件另存为 .docx；PDF 请作为附件上传。"
NO_WORDS = "这个文件里没有可以读入的文字。图片里的字读不出来，请把文件作为附件上传。"
NOT_CHOSEN = "请先选择 Word 文件。"
HELP = (
    "标题、列表和表格保留，字体、颜色和图片不读入；正文不超过10万字。"
    "先看读出来的样子，确认后才放进正文，已经填写的内容都不会丢。"
)
STEP = "word_step"


def read_word(upload: UploadedFile[Any], *, by: User) -> WordBody:
    """What the body would be; raises UnacceptableFile with a sentence. The file is not kept."""
    label, size = clean_label(upload.name or ""), upload.size or 0
    if extension_of(label) != "docx":
        raise UnacceptableFile(NOT_WORD)
    if size > settings.UPLOAD_LIMIT:
        raise UnacceptableFile(f"“{label}”超过{settings.UPLOAD_LIMIT // 1024**2}MB。请删去或压缩里面的图片再读入。")
    require_upload_allowed(by=by, size=size, at=clock.now())
    stream = cast(IO[bytes], upload)
    inspect(stream, label=label, purpose=Purpose.PUBLICATION)
    try:
        read = WordBody(**read_for_import(READER, source_of(stream)).value)
    except ParsingRefused as refused:
        raise UnacceptableFile(str(refused)) from None
    if not read.text:
        raise UnacceptableFile(NO_WORDS)
    return read


class WordForm(forms.Form):
    """The file that is chosen, and what was read of an earlier one: `text` is what there is to decide on, `former` what stood
    in the body before. Both come back with the form, whichever of its buttons was pressed."""

    word = forms.FileField(
        label="Word 文件（.docx）",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=HELP,
    )
    attach_word = forms.BooleanField(label="同时把这个 Word 文件加为附件", required=False)
    word_text = forms.CharField(required=False, strip=False)
    word_file = forms.UUIDField(required=False)
    former_body = forms.CharField(required=False, strip=False)

    def __init__(self, request: AuthenticatedRequest) -> None:
        is_sent = request.method == "POST"
        super().__init__(request.POST if is_sent else None, request.FILES if is_sent else None)
        self.by, self.step = request.user, request.POST.get(STEP, "")
        self.read: WordBody | None = None
        self.text, self.former = (_as_typed(request.POST, name) for name in ("word_text", "former_body"))
        self.done = ""
        self.file = self._file_still_there()

    def _file_still_there(self) -> StoredFile | None:
        """What was stored with the text; the same form, sent twice, may have attached it already."""
        file = self.cleaned_data["word_file"] if self.is_valid() else None
        return StoredFile.objects.filter(pk=file, stored_by=self.by, attachments=None).first() if file else None

    @property
    def is_asked(self) -> bool:
        """Whether a button of this part was pressed; a file that was chosen is read even if another one was."""
        return self.is_bound and bool(self.step or self.files.get("word"))

    @property
    def blocks(self) -> list[Block]:
        return blocks(self.text)

    def work_on(self, data: QueryDict) -> QueryDict:
        """Do the step that is asked for; returns the other fields' data, of which it changes the body and files alone."""
        changed = data.copy()
        if not self.is_valid():
            return changed
        self.text = ""
        if self.step in STEPS and not self.files.get("word"):
            STEPS[self.step](self, changed)
        else:
            self._read()
        return changed

    def _read(self) -> None:
        upload = self.cleaned_data["word"]
        if not upload:
            self.add_error("word", NOT_CHOSEN)
            return
        self.file = None
        try:
            self.read = read_word(upload, by=self.by)
            self.text = self.read.text
            if self.cleaned_data["attach_word"]:
                at = clock.now()
                self.file = store_upload(upload=upload, purpose=Purpose.PUBLICATION, by=self.by, at=at)
        except UnacceptableFile as refused:
            self.add_error("word", refused)

    def _put(self, data: QueryDict, body: str, done: str) -> None:
        self.former, self.done = _as_typed(data, "body"), done
        data["body"] = body
        if self.file:
            data.appendlist("kept", str(self.file.pk))

    def _replace(self, data: QueryDict) -> None:
        self._put(data, self.cleaned_data["word_text"], "Word 文件的内容已放进正文，还没有保存。")

    def _append(self, data: QueryDict) -> None:
        body = data.get("body", "").rstrip()
        self._put(data, f"{body}\n\n{self.cleaned_data['word_text']}", "Word 文件的内容已接在正文后面，还没有保存。")

    def _leave(self, data: QueryDict) -> None:
        self.done = "没有放进正文，正文还是原来的。"

    def _take_back(self, data: QueryDict) -> None:
        data["body"], self.former = self.former, ""
        self.done = "正文已换回原来的内容，还没有保存。"


def _as_typed(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\r\n", "\n")


STEPS: dict[str, Callable[[WordForm, QueryDict], None]] = {
    "replace": WordForm._replace,
    "append": WordForm._append,
    "leave": WordForm._leave,
    "take-back": WordForm._take_back,
}
