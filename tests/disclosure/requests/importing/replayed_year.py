"""A register of one year as a file for `import_cases`: some hundred applications of every kind and outcome, the same for the same seed.

Every answer that the law of the day knows, every channel and category, and every way a case may go comes up; some were carried
over from the year before, some are still open at its end. What follows only upon a question to the applicant comes after one.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from typing import Any

UNIT, SHORT_NAME = "002", "县财政局"
CHANNELS = ("counter", "signed_post", "plain_post", "passed_on", "online", "email", "fax")
CATEGORIES = ("person", "business", "research", "welfare", "legal", "organisation")
IN_BOTH = (
    *("published", "open", "partial", "refuse_secret", "refuse_banned", "refuse_safety", "refuse_third"),
    *("refuse_internal", "refuse_process", "refuse_register", "not_held", "other_agency", "to_be_made"),
    *("petition", "repeat", "other"),
)
UNTIL_2019 = (*IN_BOTH, "still_unclear")
SINCE_2019 = (*IN_BOTH, "refuse_file", "publication", "confirm_again")
NEW_LAW, FEES = date(2019, 5, 15), date(2021, 1, 1)
ANOTHER = "101"  # a unit whose register this is not

Event = dict[str, Any]


@dataclass
class Life:
    """One application on its way through the unit; `day` is when the last thing happened."""

    chance: random.Random
    received: date
    code: str
    unit: str = UNIT
    day: date = field(init=False)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.day = self.received

    @property
    def is_new_law(self) -> bool:
        return self.received >= NEW_LAW

    def then(self, kind: str, *, after: tuple[int, int] = (1, 4), **told: Any) -> "Life":
        self.day += timedelta(days=self.chance.randint(*after))
        self.events.append({"at": str(self.day), "kind": kind, **told})
        return self

    def answered(self, code: str = "", **told: Any) -> "Life":
        """Signed, and then posted, handed over, or sent."""
        if self.chance.random() < 0.3:
            self.then("proposed", code=code or self.code)
        self.then("signed", code=code or self.code, **told)
        goes = self.chance.choice(["post", "post and arrive", "picked_up", "email"])
        if goes.startswith("post"):
            self.then("answer_posted", after=(0, 2))
        if goes == "post and arrive":
            self.then("answer_received")
        elif not goes.startswith("post"):
            self.then("answer_received", after=(0, 2), way=goes)
        return self


# The ways a case may go.


def plain(life: Life) -> None:
    life.answered()


def amended(life: Life) -> None:
    if life.is_new_law:
        life.then("amendment_asked", days=10).then("amended", after=(3, 9))
    life.answered()


def unclear(life: Life) -> None:
    if life.is_new_law:
        life.then("amendment_asked", days=10).then("amended", after=(3, 9)).answered("still_unclear")
    else:
        life.answered()


def lapsed(life: Life) -> None:
    if life.is_new_law:
        life.then("amendment_asked", days=5).then("unamended", after=(9, 14)).answered("lapsed_unamended")
    else:
        life.answered()


def third_party(life: Life) -> None:
    life.then("third_party_asked", of="1", paper={"kind": "third_party"})
    if life.chance.random() < 0.4:
        life.then("third_party_asked", of="2").then("third_party_said", of="2", opinion="refuses")
    life.then("third_party_said", of="1", after=(3, 20), opinion="agrees").answered()


def agency(life: Life) -> None:
    life.then("agency_asked", of="1").then("third_party_asked", of="1", after=(0, 2))
    life.then("third_party_said", of="1", opinion="agrees").then("agency_said", of="1").answered()


def excessive(life: Life) -> None:
    if not life.is_new_law:
        life.answered()
    elif life.then("reasons_asked", days=10).chance.random() < 0.5:
        life.then("reasons_given", after=(3, 9)).answered("excessive")
    else:
        life.then("no_reasons", after=(14, 20)).answered("excessive")


def delayed(life: Life) -> None:
    if life.is_new_law:
        life.then("reasons_asked", days=10).then("reasons_given", after=(3, 9))
        life.then("delayed", amount=20, beyond=True, reason="数量较多")
    life.answered()


def charged(life: Life) -> None:
    if life.received >= FEES:
        life.then("fee_asked", by="pages", amount=120, total=1100).then("fee_objected")
        life.then("fee_paid", total=1100, after=(3, 12))
    life.answered()


def unpaid(life: Life) -> None:
    if life.received >= FEES:
        life.then("fee_asked", by="items", amount=12, total=200).then("fee_unpaid", after=(29, 35))
        life.answered("lapsed_unpaid")
    else:
        life.answered()


def extended(life: Life) -> None:
    life.then("extended", amount=10, reason="需要查找的档案较多", after=(5, 9)).then(
        "paper_out", paper={"kind": "extension"}, after=(0, 0)
    )
    life.day += timedelta(days=14)
    life.answered()


def sent_back(life: Life) -> None:
    life.then("proposed", code="other").then("returned", reason="引用的条款不准确").answered()


def withdrawn(life: Life) -> None:
    life.then("withdrawn", reason="申请人来电撤回")


def void(life: Life) -> None:
    life.then("void", reason="同一份信函登记了两次")


def moved(life: Life) -> None:
    life.then("move", unit=ANOTHER, reason="属于其职责")


def given_back(life: Life) -> None:
    """And designated all the same."""
    life.then("assign", unit=life.unit, part="lead").then("accept", unit=life.unit)
    life.then("give_back", unit=life.unit, belongs_to=ANOTHER, reason="不属于本单位")
    life.then("assign", unit=life.unit, part="lead", designated=True).answered()


def redated(life: Life) -> None:
    life.then("redate", reason="邮戳看错了", after=(0, 2)).answered()


def rated(life: Life) -> None:
    life.answered().then("rate", score=life.chance.choice(["satisfied", "fairly", "unsatisfied"]))


def contested(life: Life) -> None:
    """Reconsidered or before a court; some are decided, some in the year after, some then go on to a court."""
    way = life.chance.choice(["review", "review", "suit"])
    life.answered().then("remedy_begun", of="1", way=way, authority="宁海县人民政府", after=(20, 50))
    if life.chance.random() < 0.7:
        outcome = life.chance.choice(["upheld", "corrected", "other"])
        life.then("remedy_decided", of="1", outcome=outcome, after=(40, 90))
        if way == "review":
            life.then("remedy_begun", of="2", way="suit_after_review", authority="宁海县人民法院", after=(5, 14))


def answered_anew(life: Life) -> None:
    """What a decision has ordered."""
    life.answered().then("remedy_begun", of="1", way="review", authority="宁海县人民政府", after=(20, 50))
    life.then("reopen", reason="行政复议决定责令重新答复", after=(40, 60))
    life.then("remedy_decided", of="1", outcome="corrected", after=(0, 0)).answered("open")


def reopened(life: Life) -> None:
    life.answered().then("reopen", reason="行政复议决定责令重新答复", after=(30, 60)).answered("partial")


def reopened_late(life: Life) -> None:
    """Often in the year after its answer."""
    life.answered().then("reopen", reason="法院判决责令重新答复", after=(120, 200)).answered("open")


def reopened_and_open(life: Life) -> None:
    life.answered().then("reopen", reason="行政复议决定责令重新答复", after=(30, 60))


def still_open(life: Life) -> None:
    if life.chance.random() < 0.5:
        life.then("agency_asked", of="1")


def drafted(life: Life) -> None:
    life.then("proposed", code=life.code)


def signed_alone(life: Life) -> None:
    life.then("signed", code=life.code)


WAYS: tuple[Callable[[Life], None], ...] = (
    *(plain, plain, amended, unclear, lapsed, third_party, agency, excessive, delayed, charged, unpaid, extended),
    *(sent_back, withdrawn, void, moved, given_back, redated, rated, contested, answered_anew),
    *(reopened, reopened_late, reopened_and_open, still_open, drafted, signed_alone),
)


# The file.


def register_of(
    year: int, *, cases: int = 320, seed: int = 2019, code: str = UNIT, name: str = SHORT_NAME
) -> dict[str, Any]:
    """The register from November of the year before to the end of the year."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    first, days = date(year - 1, 11, 1), (date(year, 12, 31) - date(year - 1, 11, 1)).days
    received = sorted(first + timedelta(days=chance.randrange(days + 1)) for _ in range(cases))
    made = list(_numbered(_cases(chance, received, code), name))
    _join(chance, made)
    return {"unit": code, "cases": [*made, *_parts(chance, made)]}


def _cases(chance: random.Random, received: list[date], unit: str) -> Iterator[dict[str, Any]]:
    """Codes, channels and categories run against each other, so that all of their pairs come up; so do the ways."""
    old, new, ways = cycle(UNTIL_2019), cycle(SINCE_2019), list(WAYS)
    for place, day in enumerate(received):
        if place % len(ways) == 0:
            chance.shuffle(ways)
        life = Life(chance, day, next(new if day >= NEW_LAW else old), unit)
        ways[place % len(ways)](life)
        person = {"name": f"申请人{place}", "identity_number": f"33022619900101{place:04}"}
        case = {"kind": "request", "received": str(day), "text": f"第{place}项信息", "applicant": person}
        case |= {
            "channel": CHANNELS[place % len(CHANNELS)],
            "category": chance.choice(CATEGORIES),
            "events": life.events,
        }
        if place % 23 == 5:  # confirmed on the day from which the law counts
            del case["received"]
            life.events.insert(0, {"at": str(day), "kind": "receive"})
        yield case


def _numbered(cases: Iterator[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
    last: dict[str, int] = {}
    for case in cases:
        year = (case.get("received") or case["events"][0]["at"])[:4]
        last[year] = last.get(year, 0) + 1
        yield {"number": f"{name}公开申〔{year}〕{last[year]}号", **case}


def _join(chance: random.Random, made: list[dict[str, Any]]) -> None:
    """Some that have only just come join one that stays open for a while."""
    for place in range(20, len(made) - 1, 40):
        case, other = made[place], made[place + 1]
        if "received" not in case or "received" not in other:
            continue
        day = date.fromisoformat(other["received"])
        case["events"] = [{"at": str(day), "kind": chance.choice(["merge", "duplicate"]), "into": other["number"]}]


def _parts(chance: random.Random, made: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Some are split on the day after they came; each part is answered for itself."""
    for place in range(7, len(made), 45):
        whole = made[place]
        if "received" not in whole:
            continue
        day = date.fromisoformat(whole["received"])
        whole["events"] = [{"at": str(day + timedelta(days=1)), "kind": "split", "parts": 2}]
        for part in (1, 2):
            life = Life(chance, day, chance.choice(IN_BOTH))
            life.day += timedelta(days=1)
            life.answered()
            told = {name: whole[name] for name in ("kind", "received", "channel", "category")}
            yield {"number": f"{whole['number']}-{part}", "part_of": whole["number"], **told, "events": life.events}
