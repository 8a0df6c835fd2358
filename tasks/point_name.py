"""What people call a point, from the key by which the portal knows it."""


def name_of_point(key: str) -> str:
    """Where a number repeats, 一1（同号第2条） and not 一1#2; every other key as it is."""
    number, _, count = key.partition("#")
    return f"{number}（同号第{count}条）" if count else key
