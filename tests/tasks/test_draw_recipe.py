"""The recipe that units are given: the program printed in the document, alone in a bare Python, against the portal's draw."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from tasks.spot_checks.sampling import deal, draw, program
from tests.tasks import factories
from tests.tasks.factories import signed_in

DOCUMENT = Path(__file__).parents[2] / "docs" / "draw-recipe.md"
CASES = 60


def recipe() -> str:
    return re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)[1]


def recomputed(sheet: dict) -> list[list[str]]:
    """What the program prints, line by line, in a process that sees nothing of this house."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", recipe()],
        input=json.dumps(sheet).encode(),
        capture_output=True,
        check=True,
        cwd="/",
    )
    return [line.split(" ") for line in done.stdout.decode().splitlines()]


def random_sheet(chance: random.Random) -> dict:
    sizes = [chance.randint(0, 40) for _ in range(chance.randint(1, 9))]
    sizes[0] += 1
    strata = [
        {
            "name": f"层{place}",
            "population": [f"2018-一({place}){number}-{chance.randint(1, 999):03}-{number}" for number in range(size)],
        }
        for place, size in enumerate(sizes)
    ]
    pool = [f"inspector{number}" for number in range(chance.randint(0, 5))]
    keys = [key for stratum in strata for key in stratum["population"]]
    barred = [{"key": key, "inspector": who, "reason": ""} for key in keys for who in pool if chance.random() < 0.3]
    seed = chance.choice(["20181120", "种子", "第3次-抽查"]) + str(chance.randint(0, 10**6))
    size = chance.randint(1, sum(sizes))
    return {"seed": seed, "size": size, "strata": strata, "inspectors": pool, "passed_over": barred}


def by_the_portal(sheet: dict) -> list[list[str]]:
    strata = {each["name"]: each["population"] for each in sheet["strata"]}
    keys = draw(strata=strata, size=sheet["size"], seed=sheet["seed"]).drawn_keys
    barred = {(each["key"], each["inspector"]) for each in sheet["passed_over"]}
    dealt = deal(keys=keys, seed=sheet["seed"], pool=sheet["inspectors"], passed_over=barred)
    return [[key, dealt.get(key, "")] for key in keys]


def test_the_program_has_at_most_twenty_lines():
    assert len(recipe().splitlines()) <= 20
    assert program() == recipe()


@pytest.mark.exhaustive
def test_the_program_agrees_with_the_portal_on_random_populations():
    chance = random.Random(20181120)  # noqa: S311 - no secret hangs on it
    for _ in range(CASES):
        sheet = random_sheet(chance)
        assert recomputed(sheet) == by_the_portal(sheet)


@pytest.mark.django_db
def test_a_unit_recomputes_the_draw_from_what_it_downloads(cast, notice):
    check = factories.drawn_check(cast, notice)

    response = signed_in(cast.clerk).get(reverse("tasks:draw-data", args=[check.pk]))

    rows = check.drawn.order_by("pk").values_list("assignment__key", "inspector__username")
    assert recomputed(json.loads(response.content)) == [[key, who or ""] for key, who in rows]


@pytest.mark.django_db
def test_the_data_go_only_to_whom_the_draw_concerns(cast, notice):
    check = factories.drawn_check(cast, notice, size=1)
    drawn = check.drawn.get()
    concerned = {"office", "signer", *(["clerk", "head"] if drawn.assignment.unit == cast.finance else ["other_clerk"])}
    if drawn.inspector:
        concerned.add("inspector")

    people = ["office", "signer", "inspector", "clerk", "other_clerk"]
    answers = {
        who: signed_in(getattr(cast, who)).get(reverse("tasks:draw-data", args=[check.pk])).status_code
        for who in people
    }

    assert answers == {who: 200 if who in concerned else 404 for who in people}
