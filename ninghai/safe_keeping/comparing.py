"""The restored database against the manifest of its backup: every table, sequence, constraint, trigger and grant."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from ninghai.safe_keeping.fingerprint import fingerprint, sequences
from ninghai.safe_keeping.manifest import Manifest


def differences(direct: "Connection[Any]", manifest: Manifest) -> list[str]:
    """What differs, each in one sentence; nothing when the restore is whole."""
    now = fingerprint(direct)
    return [
        *_tables(manifest.tables, now["tables"]),
        *_schema(manifest.schema, now["schema"]),
        *_sequences(manifest.sequences, sequences(direct)),
    ]


def _tables(then: dict[str, list[Any]], now: dict[str, list[Any]]) -> Iterator[str]:
    for name in sorted(then.keys() | now.keys()):
        if name not in now or name not in then:
            yield f"表 {name} {'没有恢复' if name in then else '是备份里没有的'}。"
        elif then[name][0] != now[name][0]:
            yield f"表 {name} 应有 {then[name][0]} 行，恢复后 {now[name][0]} 行。"
        elif then[name][1] != now[name][1]:
            yield f"表 {name} 的内容与备份时不同。"


def _schema(then: dict[str, list[str]], now: dict[str, list[str]]) -> Iterator[str]:
    for part, lines in then.items():
        missing, added = set(lines) - set(now[part]), set(now[part]) - set(lines)
        for line in sorted(missing)[:3]:
            yield f"{part}没有恢复：{line[:120]}"
        for line in sorted(added)[:3]:
            yield f"{part}是备份里没有的：{line[:120]}"


def _sequences(then: dict[str, list[int]], now: dict[str, int]) -> Iterator[str]:
    for name, (low, high) in then.items():
        if not low <= now.get(name, 0) <= high:
            yield f"序列 {name} 应在 {low} 至 {high} 之间，恢复后为 {now.get(name)}。"
