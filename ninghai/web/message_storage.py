"""The short notices that a page shows once (“已提交审核”), carried in a cookie that is named as the others are."""

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    @property
    def cookie_name(self) -> str:  # type: ignore[override]  # as the settings say at the moment
        return settings.MESSAGES_COOKIE_NAME


class NoticeStorage(FallbackStorage):
    """The cookie while it holds them, else the session."""

    storage_classes: Any = (HostCookieStorage, SessionStorage)
