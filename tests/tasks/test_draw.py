"""The draw: recomputed here by other means than the code's own, and its shares held for any populations."""

import hashlib
import subprocess
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.spot_checks.sampling import DrawError, allocate, digest, draw

KEYS = [f"2018-一(一){number}-{unit}" for number in range(1, 5) for unit in ("001", "002", "101", "108")]

populations = st.lists(st.integers(0, 400), min_size=1, max_size=25).filter(any)


def test_the_digest_is_what_a_shell_computes():
    from_shell = subprocess.run(
        ["sha256sum"], input="2018秋:2018-一(一)1-001".encode(), capture_output=True, check=True
    )

    assert digest(seed="2018秋", key="2018-一(一)1-001") == from_shell.stdout.decode().split()[0]


def test_the_smallest_digests_are_drawn():
    drawn = draw(strata={"全部": KEYS}, size=5, seed="20181120")

    expected = sorted(KEYS, key=lambda key: hashlib.sha256(f"20181120:{key}".encode()).hexdigest())[:5]
    assert [ticket.key for ticket in drawn.strata[0].drawn] == expected


def test_the_order_in_which_the_population_is_listed_does_not_matter():
    forwards = draw(strata={"全部": KEYS}, size=5, seed="s")
    backwards = draw(strata={"全部": KEYS[::-1]}, size=5, seed="s")

    assert forwards == backwards


def test_another_seed_draws_another_sample():
    samples = {
        tuple(t.key for t in draw(strata={"全部": KEYS}, size=5, seed=str(seed)).strata[0].drawn) for seed in range(9)
    }

    assert len(samples) == 9


@pytest.mark.parametrize(
    ("sizes", "size", "shares"),
    [
        ([10, 20, 30], 6, [1, 2, 3]),
        ([46, 54, 20], 10, [4, 4, 2]),  # 3.83, 4.50, 1.67: the remainders .83 and .67 get the two that are missing
        ([1, 1, 1], 2, [1, 1, 0]),  # equal remainders: who stands first
        ([0, 5], 5, [0, 5]),
    ],
)
def test_shares_follow_the_largest_remainder(sizes, size, shares):
    assert [share.size for share in allocate(populations=sizes, size=size)] == shares


@given(populations, st.data())
def test_shares_add_up_and_none_exceeds_its_population(sizes, data):
    size = data.draw(st.integers(1, sum(sizes)))

    shares = allocate(populations=sizes, size=size)

    assert sum(share.size for share in shares) == size
    assert all(share.size <= population for share, population in zip(shares, sizes, strict=True))


@given(populations, st.data())
def test_no_share_is_a_whole_one_away_from_its_proportion(sizes, data):
    size = data.draw(st.integers(1, sum(sizes)))

    shares = allocate(populations=sizes, size=size)

    quotas = [Fraction(size * population, sum(sizes)) for population in sizes]
    assert all(abs(share.size - quota) < 1 for share, quota in zip(shares, quotas, strict=True))


def test_the_explanation_shows_the_sum():
    shares = allocate(populations=[46, 54, 20], size=10)

    assert [share.explanation for share in shares] == [
        "10 × 46 ÷ 120 = 3 余 100，整数取 3 项，余数较大，加 1 项，共 4 项",
        "10 × 54 ÷ 120 = 4 余 60，整数取 4 项，余数较小，不加，共 4 项",
        "10 × 20 ÷ 120 = 1 余 80，整数取 1 项，余数较大，加 1 项，共 2 项",
    ]


@pytest.mark.parametrize(
    ("strata", "size", "seed", "sentence"),
    [
        ({"全部": KEYS}, 0, "s", "抽取数量应在 1 到总体数 16 之间。"),
        ({"全部": KEYS}, 17, "s", "抽取数量应在 1 到总体数 16 之间。"),
        ({}, 1, "s", "总体为空，没有可以抽取的任务分工。"),
        ({"全部": KEYS}, 1, "  ", "请填写随机种子。"),
    ],
)
def test_an_impossible_draw_is_refused_with_a_sentence(strata, size, seed, sentence):
    with pytest.raises(DrawError, match=sentence):
        draw(strata=strata, size=size, seed=seed)


def test_the_json_names_the_seed_the_populations_and_what_was_drawn():
    drawn = draw(strata={"甲": ["b", "a"], "乙": ["c"]}, size=3, seed="s")

    first, second = drawn.as_json()["strata"]
    assert drawn.as_json()["seed"] == "s"
    assert (first["name"], first["population"], sorted(first["drawn"])) == ("甲", ["a", "b"], ["a", "b"])
    assert second == {"name": "乙", "population": ["c"], "drawn": ["c"]}
