"""Appeals and complaints in each of their states, reached through the services as in life."""

from datetime import datetime
from uuid import uuid4

from disclosure.appeals import services
from disclosure.models import PublicEnterprise
from disclosure.requests.rules.receipt import RequestChannel
from ninghai.models import Case, Unit
from tests.cast import Cast
from tests.disclosure.makers import AT

NAME, PHONE = "某某某", "0574-65001234"
GIVEN = {"content": "水价调整没有提前公布。", "name": NAME, "phone": PHONE, "address": "", "email": ""}


def enterprise(unit: Unit, name: str = "县自来水公司", **fields) -> PublicEnterprise:
    told = {"sector": "water", "department": unit, **fields}
    return PublicEnterprise.objects.get_or_create(name=name, defaults=told)[0]


def appealed(cast: Cast, *, at: datetime = AT, **changes) -> Case:
    """About an enterprise of the finance bureau's."""
    given = {**GIVEN, "form_id": uuid4(), "enterprise": enterprise(cast.finance), **changes}
    return services.take_in(given=given, channel=RequestChannel.ONLINE, by=None, at=at)


def complained(cast: Cast, *, about: Unit | None = None, at: datetime = AT, **changes) -> Case:
    """About the openness work of the finance bureau."""
    return appealed(cast, at=at, enterprise=None, accused=about or cast.finance, **changes)


def people_of(cast: Cast, case: Case):
    """Who drafts, and who signs."""
    return (cast.office, cast.signer) if case.unit == cast.county_office else (cast.clerk, cast.head)


def propose(cast: Cast, case: Case, *, text: str = "已经补充公开。", at: datetime = AT) -> Case:
    case.refresh_from_db()
    services.propose(case=case, text=text, version=case.version, by=people_of(cast, case)[0], at=at)
    return case


def sign(cast: Cast, case: Case, *, at: datetime = AT) -> Case:
    case.refresh_from_db()
    services.sign(case=case, version=case.version, by=people_of(cast, case)[1], at=at)
    return case


def proposed(cast: Cast, **changes) -> Case:
    return propose(cast, appealed(cast, **changes))


def answered(cast: Cast, **changes) -> Case:
    return sign(cast, proposed(cast, **changes))
