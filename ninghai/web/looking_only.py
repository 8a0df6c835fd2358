"""A request that may look and not write: its first statement that would change something is refused."""

import re
from collections.abc import Callable
from typing import Any

from django.db import connection

READS = re.compile(r"[\s(]*(SELECT|WITH|SHOW|SET|SAVEPOINT|RELEASE|ROLLBACK|LOCK|EXPLAIN)\b", re.IGNORECASE)
WRITES_WITHIN = re.compile(r"\b(INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|UPDATE\s+\S+\s+SET)\b", re.IGNORECASE)


class LookingOnly:
    """From now on whatever would write on the primary's connection raises `refusal` instead, until `end`."""

    def __init__(self, refusal: Exception) -> None:
        self.refusal = refusal
        connection.execute_wrappers.insert(0, self)  # Django takes off the last one, whosever it is

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not only_reads(sql):
            raise self.refusal
        return execute(sql, params, many, context)

    def end(self) -> None:
        connection.execute_wrappers.remove(self)


def only_reads(sql: object) -> bool:
    """Whether the statement is a question, or belongs to the transaction around it; what is not known does not."""
    return isinstance(sql, str) and READS.match(sql) is not None and not WRITES_WITHIN.search(sql)
