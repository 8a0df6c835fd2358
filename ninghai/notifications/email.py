"""E-mail (邮件) through the county's SMTP server: one digest of what is new, as plain text."""

from collections.abc import Callable, Sequence
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from ninghai.models import Delivery, Message, User
from ninghai.notifications import ChannelAway, NotSent, PerhapsSent


def is_on() -> bool:
    return bool(settings.EMAIL_HOST)


def reaches(person: User) -> bool:
    """Whether the person has an address and wants to be written to."""
    return bool(person.email) and person.wants_email


def send(*, delivery: Delivery, messages: Sequence[Message]) -> None:
    """Send the digest. Its Message-ID is the sending's own, so that no mail server counts a second one as new."""
    post(lambda connection: digest(delivery=delivery, messages=messages, connection=connection))


def post(write: Callable[[BaseEmailBackend], EmailMessage]) -> None:
    """Send what is written for the connection; says how it went as any channel does."""
    connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        connection.open()
    except (OSError, SMTPException) as refused:
        raise ChannelAway(f"连接不上邮件服务器：{refused}") from refused
    try:
        write(connection).send()
    except SMTPResponseException as refused:
        raise NotSent(f"邮件服务器没有接收：{refused.smtp_code}") from refused
    except (SMTPRecipientsRefused, ValueError) as refused:
        raise NotSent("收件地址不正确，或邮件服务器不接收。") from refused
    except (OSError, SMTPException) as broken:
        raise PerhapsSent(f"发送中连接断开：{broken}") from broken
    finally:
        connection.close()


def digest(
    *, delivery: Delivery, messages: Sequence[Message], connection: BaseEmailBackend | None = None
) -> EmailMessage:
    """Subjects and links; what may quote internal words stays in the portal."""
    lines = [f"{number}. {each.subject}\n   {address(each)}" for number, each in enumerate(messages, start=1)]
    closing = f"不想再收邮件，请在平台关闭：{settings.SITE_URL}{reverse('message-settings')}"
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return EmailMessage(
        subject=f"{settings.SITE_NAME}：{len(messages)}条新消息",
        body="\n".join([f"{delivery.recipient}，您好。平台上有{len(messages)}条新消息：", "", *lines, "", closing, ""]),
        to=[delivery.recipient.email],
        headers={"Message-ID": f"<{delivery.pk.hex}@{sender}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def address(message: Message) -> str:
    """Where the message can be read, from outside."""
    return f"{settings.SITE_URL}{message.get_absolute_url()}"
