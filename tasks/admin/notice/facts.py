"""修改基本信息: what stands at the head of the notice."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse

from ninghai.http import AuthenticatedRequest
from ninghai.office.dates import date_input
from ninghai.office.pages import office_path
from tasks.admin.notice.frame import VersionedForm, correction_page, draft_to_correct
from tasks.models import WorkPointNotice
from tasks.services import notices


class FactsForm(VersionedForm):
    title = forms.CharField(label="标题", max_length=200, widget=forms.TextInput(attrs={"size": 80}))
    document_number = forms.CharField(label="发文字号", max_length=50, required=False)
    issuing_office = forms.CharField(label="发文机关", max_length=100, required=False)
    issued_on = forms.DateField(label="成文日期", widget=date_input(), help_text="按这一天存续的单位识别责任单位。")
    year = forms.IntegerField(label="年度", min_value=2008, max_value=2100)
    openness = forms.CharField(label="公开属性", max_length=20, required=False)

    @classmethod
    def showing(cls, notice: WorkPointNotice, data: Any = None) -> "FactsForm":
        names = [name for name in cls.base_fields if name != "version"]
        return cls(data, initial={"version": notice.version, **{name: getattr(notice, name) for name in names}})


def facts(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    notice = draft_to_correct(request, pk)
    form = FactsForm.showing(notice, request.POST or None)
    act = partial(notices.edit_facts, notice=notice)
    return correction_page(
        request, notice, form, act, title="修改基本信息", submit="保存", done=lambda: "通知的基本信息已修改。"
    )


URLS = [office_path("<int:pk>/facts/", facts, "tasks_notice_facts")]
