"""Records of the finance bureau in each state, for the cells about the doors, accounts, messages and ground facts."""

from datetime import date

from ninghai.calendar.feed import token_of
from ninghai.jobs.queue import queue_job
from ninghai.models import (
    Authenticator,
    Delivery,
    Membership,
    Message,
    SignedIn,
    Tries,
    UnitGroup,
    User,
    UsualReason,
    Workday,
)
from ninghai.web.template_filters import leaving_address
from tests.cast import Cast
from tests.security.permissions.records import Ground, Record, visitors
from tests.tasks import factories
from tests.tasks.factories import NOW


def make_ground(cast: Cast) -> Ground:
    factories.issued_notice(cast)  # with its clocks and messages
    Workday.objects.get_or_create(date=date(2018, 10, 1), defaults={"kind": "holiday", "name": "国庆节"})
    UnitGroup.objects.get_or_create(name="各乡镇(街道)")
    UsualReason.objects.get_or_create(matter="item", words="附件打不开，请重新添加。")
    Delivery.objects.create(channel="email", recipient=cast.clerk, event="1", job=queue_job("email", 1))
    tried = Tries.objects.create(kind=Tries.Kind.ADDRESS, key="203.0.113.7", since=NOW, last_at=NOW)
    own, others = visitors(cast)
    of_person = {"pk": cast.other_clerk.pk}
    acts = ("acts", "reset_password", "reset_codes", "unblock", "sign_out", "deactivate", "reactivate")
    of = {f"admin:ninghai_user_{act}": of_person for act in acts}
    of |= {"admin:ninghai_user_unblock_address": {"pk": tried.pk}, "admin:ninghai_workday_year": {"number": 2018}}
    of |= {"leave": {"?": leaving_address("https://example.org/").removeprefix("/leave/")}}
    cast.other_clerk.calendar_number = 1
    cast.other_clerk.save(update_fields=["calendar_number"])
    of |= {"calendar-feed": {"token": token_of(cast.other_clerk)}}
    of |= {"admin:autocomplete": {"?": "?app_label=ninghai&model_name=membership&field_name=unit"}}
    plain = Record({}, {"reason": "调离"}, of=of)
    return Ground({("", ""): plain}, own, others, personal=_belongings)


def _belongings(user: User) -> Record:
    """The person's membership, a message, a session and the second factor of theirs."""
    membership = Membership.objects.filter(user=user).first()
    told = {"unit": membership.unit, "role": membership.role, "kind": "drawn", "subject": "请查收", "url": "/work/"}
    message = Message.objects.get_or_create(recipient=user, event="try", defaults={**told, "created_at": NOW})[0]
    session = SignedIn.objects.filter(user=user).first()
    Authenticator.objects.get_or_create(user=user, defaults={"sealed_secret": "", "confirmed_at": NOW})
    of = {"act-as": {"pk": membership.pk}, "account-session-end": {"pk": session.pk if session else 1}}
    return Record({"pk": message.pk}, of=of)
