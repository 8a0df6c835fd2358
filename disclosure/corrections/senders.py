"""Who sends error reports, without keeping who it is: a hash of the network address, with the portal's secret key.

Several people may share an address (an office, a reading room), so some reports an hour are everybody's right.
"""

from datetime import datetime, timedelta
from zlib import crc32

from django.db import connection
from django.utils.crypto import salted_hmac

from disclosure.models import Correction
from ninghai.client_address import network_of

LIMITS = ((timedelta(hours=1), 5), (timedelta(days=1), 20))
SENTENCE = "您所在的网络提交得太频繁，请过一小时再提交，填写的内容可以先复制保存。"


class TooOften(Exception):
    """This sender wrote too often; the text is fit for the screen."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)


def sender_of(address: str) -> str:
    """The hash of an address; an IPv6 network counts as one, as it gives each household a range of its own."""
    return salted_hmac("disclosure.corrections", network_of(address), algorithm="sha256").hexdigest()


def require_patience(*, sender: str, at: datetime) -> None:
    """Raise TooOften over the limit. Inside a transaction: reports of one sender wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [crc32(b"corrections") >> 1, crc32(sender.encode()) >> 1]
        )
    sent = Correction.objects.filter(sender=sender)
    if any(sent.filter(received_at__gt=at - span).count() >= most for span, most in LIMITS):
        raise TooOften
