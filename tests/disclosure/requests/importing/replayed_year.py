"""A register of one year as a file for `import_cases`: some hundred applications of every kind and outcome, the same for the same seed.

Every answer that the law of the day knows, every channel and category, and every way a case may go comes up; some were carried
over from the year before, some are still open at its end.
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
    *("still_unclear", "petition", "repeat", "other"),
)
SINCE_2019 = (*IN_BOTH, "refuse_file", "publication", "excessive", "confirm_again", "lapsed_unpaid")
NEW_LAW = date(2019, 5, 15)

Event = dict[str, Any]


@dataclass
class Life:
    """One application on its way; `day` is when the last thing happened."""

    chance: random.Random
    received: date
    code: str
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
    *(plain, plain, amended, lapsed, third_party, agency, extended, sent_back, withdrawn, void),
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
    made = list(_numbered(_cases(chance, received), name))
    _join(chance, made)
    return {"unit": code, "cases": [*made, *_parts(chance, made)]}


def _cases(chance: random.Random, received: list[date]) -> Iterator[dict[str, Any]]:
    """Codes, channels and categories run against each other, so that all of their pairs come up; so do the ways."""
    old, new, ways = cycle(IN_BOTH), cycle(SINCE_2019), list(WAYS)
    for place, day in enumerate(received):
        if place % len(ways) == 0:
            chance.shuffle(ways)
        life = Life(chance, day, next(new if day >= NEW_LAW else old))
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
