"""The visitor's form, the look-up by receipt number, the unit's answer."""

import re
import uuid
from typing import Any

from django import forms

from disclosure.corrections import services
from disclosure.models.states import CorrectionStatus

CHINESE = re.compile(r"[\u3400-\u9fff]")
MOST_LINKS = 2
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class CorrectionForm(forms.Form):
    """纠错: what is wrong, and if the visitor likes, how to reach them. A field that only machines fill in keeps them out."""

    form_id = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": "页面不完整，请刷新后再提交。",
            "invalid": "页面不完整，请刷新后再提交。",
        },
    )
    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    words = forms.CharField(
        label="问题",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明哪里有错、应当是什么，不超过500字。请不要填写身份证号、银行账号等个人信息。",
        error_messages={"required": "请写明哪里有错。", "max_length": "问题不能超过500字，请写得简短一些。"},
    )
    contact = forms.CharField(
        label="联系方式",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="电话或邮箱，只有办理单位和县政府办公室能看到，用于核实情况。",
        error_messages={"max_length": "联系方式不能超过100字。"},
    )
    website = forms.CharField(
        label="网址",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
        help_text="此栏请留空。",
    )

    @classmethod
    def about(cls, page: str) -> "CorrectionForm":
        """An empty form about the page at that address."""
        return cls(initial={"form_id": uuid.uuid4(), "page": services.page_address(page)})

    def clean_page(self) -> str:
        return services.page_address(self.cleaned_data["page"])

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not CHINESE.search(words):
            raise forms.ValidationError("请用中文写明哪里有错。")
        if len(LINK.findall(words)) > MOST_LINKS:
            raise forms.ValidationError("问题中的网址太多，请最多写两个。")
        return words

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("“网址”一栏用来识别自动程序，请清空后再提交。")
        return ""


class ReceiptForm(forms.Form):
    number = forms.CharField(
        label="受理编号",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="提交纠错后显示的编号，如 20181120-482-913-557。",
        error_messages={"required": "请填写受理编号。", "max_length": "这不是受理编号，请核对。"},
    )

    def clean_number(self) -> str:
        number = services.read_receipt_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError("受理编号是17位数字，请核对。")
        return number


class AnswerCorrectionForm(forms.Form):
    """The unit's answer to a visitor."""

    outcome = forms.ChoiceField(
        label="处理结果",
        choices=[(CorrectionStatus.MENDED, "已更正"), (CorrectionStatus.EXPLAINED, "已答复，页面不作更正")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择处理结果。"},
    )
    answer = forms.CharField(
        label="答复",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="反映问题的人凭受理编号看到。不要写姓名、电话等个人信息，不超过500字。",
        error_messages={"required": "请填写答复。", "max_length": "答复不能超过500字，请写得简短一些。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
