"""The recipe (重算办法) by which anybody recomputes a draw, and the data that it is fed with."""

import re
from functools import cache
from typing import Any

from django.conf import settings

from tasks.models import SpotCheck

DOCUMENT = "docs/draw-recipe.md"
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@cache
def program() -> str:
    """The program as the document prints it, at most twenty lines of plain Python."""
    found = PROGRAM.search((settings.BASE_DIR / DOCUMENT).read_text(encoding="utf-8"))
    if found is None:
        raise LookupError(f"{DOCUMENT} has no program")
    return found[1]


def recipe_data(spot_check: SpotCheck) -> dict[str, Any]:
    """What the program reads: seed, size, the population of each stratum, the pool and who was passed over."""
    return {
        "seed": spot_check.seed,
        "size": spot_check.size,
        "strata": [{"name": each["name"], "population": each["population"]} for each in spot_check.strata],
        "inspectors": spot_check.inspector_pool,
        "passed_over": spot_check.passed_over,
    }
