"""What the county sets for the hotline: within which limits a matter is handled. The office keeps them by date.

What stands here holds until the office has entered something: figures of other places (宁波 2012: 3、5、7日; 广东: 紧急的当日),
not checked against this county's own.
"""

from datetime import date

from disclosure.models import HotlineLimit, HotlineMatter, HotlineTopic, HotlineUrgency

WORKING_DAYS = {  # ordinary, complex, urgent
    HotlineMatter.ASK: (3, 5, 1),
    HotlineMatter.HELP: (5, 7, 1),
    HotlineMatter.COMPLAINT: (7, 15, 1),
    HotlineMatter.REPORT: (15, 15, 1),
    HotlineMatter.ADVICE: (7, 15, 1),
    HotlineMatter.PRAISE: (5, 5, 1),
}
EXTENSION = 7
UNCHECKED = "各地规定不一，请按本县的规定核对。"
TOPICS = (
    "城市管理",
    "环境保护",
    "住房和物业",
    "供水供电供气",
    "交通出行",
    "就学就医",
    "社会保障",
    "市场监管",
    "农业农村",
    "其他",
)


def _rows() -> list[HotlineLimit]:
    return [
        HotlineLimit(
            matter=matter,
            urgency=urgency,
            valid_from=date(2008, 5, 1),
            amount=days,
            extension=0 if urgency == HotlineUrgency.URGENT else EXTENSION,
            basis=UNCHECKED,
        )
        for matter, amounts in WORKING_DAYS.items()
        for urgency, days in zip(HotlineUrgency, amounts, strict=True)
    ]


def limit_on(matter: str, urgency: str, *, on: date) -> HotlineLimit:
    """The row that holds on that day."""
    rows = HotlineLimit.objects.filter(matter=matter, urgency=urgency, valid_from__lte=on)
    found = rows.order_by("-valid_from").first()
    return found or next(each for each in _rows() if (each.matter, each.urgency) == (matter, urgency))


def load_standards() -> None:
    """These as rows for the office to check and change, where there are none yet."""
    if not HotlineLimit.objects.exists():
        HotlineLimit.objects.bulk_create(_rows())
    if not HotlineTopic.objects.exists():
        HotlineTopic.objects.bulk_create([HotlineTopic(name=name, position=n) for n, name in enumerate(TOPICS)])
