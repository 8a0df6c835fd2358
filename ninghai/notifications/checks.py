"""What whoever installs the portal may have set by halves: said at every start, before a reminder is missed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from ninghai.notifications import webhook

TLS = ("starttls", "ssl", "none")
SECRET_LENGTH = 32  # characters


@register
def channels_are_whole(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [*_email(), *_webhook()]


def _email() -> Iterator[CheckMessage]:
    named = settings.EMAIL_HOST_USER or settings.EMAIL_HOST_PASSWORD or settings.DEFAULT_FROM_EMAIL
    if named and not settings.EMAIL_HOST:
        yield Error("已填写邮件账号或发件地址，但没有填写 EMAIL_HOST（邮件服务器），邮件不会发出。", id="ninghai.E001")
    if settings.EMAIL_HOST and not settings.DEFAULT_FROM_EMAIL:
        yield Error("已填写 EMAIL_HOST，但没有填写 EMAIL_FROM（发件地址），邮件发不出去。", id="ninghai.E002")
    if bool(settings.EMAIL_HOST_USER) != bool(settings.EMAIL_HOST_PASSWORD):
        yield Error("EMAIL_USER 和 EMAIL_PASSWORD 应同时填写，或同时留空。", id="ninghai.E003")
    if settings.EMAIL_TLS not in TLS:
        yield Error(f"EMAIL_TLS 应为 {'、'.join(TLS)} 之一。", id="ninghai.E004")


def _webhook() -> Iterator[CheckMessage]:
    if bool(settings.WEBHOOK_URL) != bool(settings.WEBHOOK_SECRET):
        yield Error("WEBHOOK_URL 和 WEBHOOK_SECRET 应同时填写，或同时留空。", id="ninghai.E005")
    if settings.WEBHOOK_URL and not webhook.is_safe(settings.WEBHOOK_URL):
        yield Error("WEBHOOK_URL 应以 https:// 开头；只有本机地址可以用 http://。", id="ninghai.E006")
    if settings.WEBHOOK_SECRET and len(settings.WEBHOOK_SECRET) < SECRET_LENGTH:
        yield Error(f"WEBHOOK_SECRET 太短，应至少 {SECRET_LENGTH} 个字符。", id="ninghai.E007")
