"""导入通知: a file that is none is refused with a sentence, and nothing is kept; what seems to be there is asked about."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat

from ninghai import clock
from ninghai.http import AuthenticatedRequest
from ninghai.moves import require
from ninghai.office.pages import office_page
from tasks import rules
from tasks.admin.notice.frame import trail_to_list
from tasks.models import WorkPointNotice
from tasks.notice import FIRST_YEAR, FORMATS, LAST_YEAR, NotANotice, YearUnknown
from tasks.services.notices import import_notice, notices_like


class ImportForm(forms.Form):
    """导入通知: the file, and the form's own id so that sending it twice makes one notice."""

    file = forms.FileField(
        label="通知文件",
        help_text=f"通知正文或任务分解表，可以是{'、'.join(FORMATS)}文件，不超过 10 MB。扫描件不能识别。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(FORMATS)}),
        allow_empty_file=True,
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    year = forms.IntegerField(
        label="年度",
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.HiddenInput,
        help_text="例如 2018。时限都按这一年计算。",
    )
    again = forms.BooleanField(label="仍要导入，另建一份待下达的通知", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("year"):
            self._show_year()

    def _show_year(self) -> None:
        """What was typed, or is wrong with it, stands where people can mend it."""
        self.fields["year"].widget = forms.NumberInput(attrs={"min": FIRST_YEAR, "max": LAST_YEAR})

    def ask_year(self, why: str) -> None:
        """Ask for the year that the file does not say; it has to be chosen again, browsers send no file twice."""
        self.fields["year"].required = True
        self._show_year()
        self.add_error("year", f"{why}填写后请重新选择文件再导入。")

    def ask_again(self) -> None:
        """Offer to import what may be there already."""
        self.fields["again"].widget = forms.CheckboxInput()
        self.add_error("again", "这份通知可能已经导入过，请先核对；仍要导入的，请重新选择文件并勾选“仍要导入”。")

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        size = upload.size or 0
        if size > settings.NOTICE_LIMIT:
            raise forms.ValidationError(f"文件有 {filesizeformat(size)}，超过 10 MB。请只上传通知正文，不要带附件。")
        return upload


def import_page(request: AuthenticatedRequest) -> HttpResponse:
    """导入通知: a file that is none is refused with a sentence, and nothing is kept; what seems to be there is asked about."""
    require(rules.can_import_notice(request.user))
    form = ImportForm(request.POST or None, request.FILES or None)
    twins: list[WorkPointNotice] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        sent = {"data": upload.read(), "filename": upload.name}
        sent |= {name: form.cleaned_data[name] for name in ("form_id", "year")}
        try:
            twins = [] if form.cleaned_data["again"] else list(notices_like(**sent))
            if not twins:
                return _imported(request, import_notice(**sent, by=request.user, at=clock.now()))
            form.ask_again()
        except YearUnknown as refused:
            form.ask_year(str(refused))
        except NotANotice as refused:
            form.add_error("file", str(refused))
    return office_page(
        request,
        "admin/tasks/notice/import.html",
        title="导入通知",
        trail=trail_to_list(),
        form=form,
        twins=twins,
    )


def _imported(request: AuthenticatedRequest, notice: WorkPointNotice) -> HttpResponse:
    messages.success(request, f"《{notice.title}》已导入，请对照原文核对要点和责任单位。")
    return redirect("admin:tasks_workpointnotice_change", notice.pk)
