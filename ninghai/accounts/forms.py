"""What people type to sign in, and about their own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from ninghai.accounts import login_throttle
from ninghai.accounts.passwords import has_run_out
from ninghai.calendar import clock
from ninghai.models import User
from ninghai.web.http import client_address

LONGEST_PASSWORD = 128  # characters; hashing a book would keep a processor busy


RUN_OUT = "一次性密码的有效期是{days}天，已经过期。请联系安全管理员重新设置密码。"


class SignInForm(AuthenticationForm):
    """Name and password. A name that nobody has is answered in the same words, and as slowly, as a wrong password."""

    error_messages = {"invalid_login": "用户名或密码不正确，请检查后重试；多次输错会暂停登录。"}

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.blocked: login_throttle.Blocked | None = None

    def clean(self) -> dict[str, Any]:
        """Count the try, then look at the password: many tries at once are all counted before the first is answered."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return self.cleaned_data
        if len(password) > LONGEST_PASSWORD:
            raise self.get_invalid_login_error()
        at, throttles = clock.true_now(), self._throttles(name)
        try:
            shut = [login_throttle.register_attempt(throttle, at=at) for throttle in throttles]
        except login_throttle.Blocked as blocked:
            self.blocked = blocked
            raise ValidationError(str(blocked), code="blocked") from blocked
        try:
            super().clean()
        except ValidationError:
            login_throttle.note_failure(name, shut=shut[-1], at=clock.now())
            raise
        for throttle in throttles:
            login_throttle.reset_attempts(throttle)
        return self.cleaned_data

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if has_run_out(user, at=clock.true_now()):
            raise ValidationError(RUN_OUT.format(days=settings.ONE_TIME_PASSWORD_DAYS), code="run_out")

    def _throttles(self, name: str) -> list[login_throttle.ThrottleKey]:
        """The address, where there is one (none behind a socket), and the account, for strangers or for its owner."""
        address = client_address(self.request) if self.request else ""
        return [
            *([login_throttle.of_address(address)] if address else []),
            login_throttle.throttle_of(self.request, name),
        ]


class OneTimeCodeForm(forms.Form):
    """The second step of signing in."""

    code = forms.CharField(
        label="动态口令或备用码",
        max_length=40,
        help_text="手机应用上的6位数字；手机不在身边时，填写一个备用码。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "inputmode": "text"}),
    )


class ConfirmationForm(forms.Form):
    """The first code of a telephone."""

    code = forms.CharField(
        label="手机上显示的6位数字",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class OldPasswordForm(forms.Form):
    """The password once more, before something that a stranger at an open browser would like to do."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    old_password = forms.CharField(
        label="当前密码",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_old_password(self) -> str:
        """Guessing here is counted, and noted in the trail, like guessing at the sign-in page."""
        typed: str = self.cleaned_data["old_password"]
        throttle = login_throttle.of_known_browser(self.user.username)
        try:
            shut = login_throttle.register_attempt(throttle, at=clock.true_now())
        except login_throttle.Blocked as blocked:
            raise ValidationError(str(blocked)) from blocked
        if not self.user.check_password(typed):
            login_throttle.note_failure(self.user.username, shut=shut, at=clock.now())
            raise ValidationError("当前密码不正确，请重新输入。")
        login_throttle.reset_attempts(throttle)
        return typed


class NewPasswordForm(OldPasswordForm):
    """修改密码."""

    new_password1 = forms.CharField(
        label="新密码",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    new_password2 = forms.CharField(
        label="再输入一次新密码",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].help_text = "".join(password_validators_help_texts())

    def clean_new_password1(self) -> str:
        """Whether it was used before is told only to who knows the present one: else it could be guessed here uncounted."""
        typed: str = self.cleaned_data["new_password1"]
        validate_password(typed, self.user if "old_password" in self.cleaned_data else None)
        return typed

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("new_password1"), self.cleaned_data.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", "两次输入的新密码不一致，请重新输入。")
        return self.cleaned_data
