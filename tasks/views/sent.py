"""Numbers that browsers send along: anything else is as if nothing was sent."""

from django.http import QueryDict

LONGEST = 9  # digits; every number of ours is shorter


def sent_number(data: QueryDict, name: str) -> int | None:
    sent = data.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) <= LONGEST else None
