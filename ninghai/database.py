"""Two small things that long answers need of the database."""

from typing import Any

from django.db import connection
from django.db.models import Field, Lookup


@Field.register_lookup
class Among(Lookup[bool]):
    """`pk__among=[…]`: as `in`, with one parameter for all values; thousands of them cost nothing to write out."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


def give_back_connection() -> None:
    """Back to the pool until the next query: whoever reads an answer on a slow line holds none meanwhile."""
    if not connection.in_atomic_block:
        connection.close()
