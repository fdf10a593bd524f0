"""How often chance alone is told as an effect, and how often a planted effect is found.

Many tests are drawn at once: sums per group and arm are all the analysis looks at.
"""

import numpy as np
import pandas as pd
import pytest

from segkit import data, evidence
from segkit.validation import trials
from segkit.validation.trials import moments

TESTS, ALPHA = 1000, 0.05
LIMIT = ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / TESTS)
"""Three standard errors above the nominal rate."""


def shares(rng, chance, n):
    """Draw answers of yes and no: sums of `n` people per group and arm, of many tests."""
    chance, n = np.broadcast_arrays(chance, n)
    did = rng.binomial(n, chance, size=(TESTS, *n.shape)).astype(float)
    mean = did / n
    return {"n": np.broadcast_to(n, did.shape), "mean": mean, "having": did,
            "variance": mean * (1 - mean) * n / (n - 1)}  # fmt: skip


def money(rng, chance, n, *, sigma):
    """Draw money that is mostly zero, baskets lognormal: sums as `shares`."""
    told = shares(rng, chance, n)
    buyers, n = told["having"].astype(int).ravel(), told["n"]
    baskets = rng.lognormal(3, sigma, buyers.sum())
    owner = np.repeat(np.arange(len(buyers)), buyers)
    sums = [np.bincount(owner, baskets**power, len(buyers)).reshape(n.shape) for power in (1, 2)]
    mean = sums[0] / n
    return told | {"mean": mean, "variance": (sums[1] - n * mean**2) / (n - 1)}


def alarms(told, *, share):
    """Tell of every test whether any arm was said to work, and whether to differ between groups.

    As the analysis does: Holm over arms, of all people; Holm over arms, of the groups.
    """
    whole = {"n": told["n"].sum(-2, keepdims=True), "having": told["having"].sum(-2, keepdims=True)}
    whole["mean"] = (told["mean"] * told["n"]).sum(-2, keepdims=True) / whole["n"]
    square = told["variance"] * (told["n"] - 1) + told["n"] * told["mean"] ** 2
    square = square.sum(-2, keepdims=True) - whole["n"] * whole["mean"] ** 2
    whole["variance"] = square / (whole["n"] - 1)
    how = {"share": share, "smallest": 10}
    all_, groups = moments.compared(whole, **how), moments.compared(told, **how)
    works = np.array([evidence.holm(p).min() < ALPHA for p in all_["p"][:, 0]])
    parts = [np.swapaxes(groups[name], -1, -2) for name in ("difference", "error", "df")]
    differs = np.array(
        [np.nanmin([1.0, *evidence.holm(p)]) < ALPHA for p in evidence.alike(*parts)]
    )
    return works.mean(), differs.mean()


GROUPS = np.array([0.05, 0.08, 0.12, 0.20])[:, None]
"""Chances of four groups that differ, whatever arm they are in."""

EVEN, UNEVEN = np.array([500, 500, 500]), np.array([2000, 500, 500])


@pytest.mark.parametrize("n", [EVEN, UNEVEN])
def test_shares_raise_no_more_alarms_than_said(n):
    works, differs = alarms(shares(np.random.default_rng(1), GROUPS, n), share=True)
    assert 0.025 < works < LIMIT
    assert 0.025 < differs < LIMIT


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [0.8, 1.4])
@pytest.mark.parametrize("n", [EVEN, UNEVEN])
def test_skewed_money_that_is_mostly_zero_raises_no_more_alarms_than_said(n, sigma):
    told = money(np.random.default_rng(2), GROUPS, n, sigma=sigma)
    works, differs = alarms(told, share=False)
    assert works < LIMIT
    assert differs < LIMIT


def test_welch_alone_would_raise_more_where_a_small_arm_stands_beside_a_large_one():
    told = money(np.random.default_rng(3), 0.02, np.array([[9000, 1000]]), sigma=1.2)
    arms = [[told[name][:, 0, at] for at in (0, 1)] for name in ("mean", "variance", "n")]
    assert (evidence.welch(*arms)["p"] < ALPHA).mean() > 0.08
    assert (evidence.two_means(*arms)["p"] < ALPHA).mean() < LIMIT


@pytest.mark.parametrize(("share", "sigma"), [(True, 0), (False, 0.8)])
def test_a_common_effect_is_no_difference_between_groups(share, sigma):
    rng, added = np.random.default_rng(4), np.array([0.0, 0.05, 0.05])
    draw = (shares(rng, GROUPS[1:2] + added + np.zeros((4, 1)), EVEN) if share
            else money(rng, GROUPS[1:2] + added + np.zeros((4, 1)), EVEN, sigma=sigma))  # fmt: skip
    works, differs = alarms(draw, share=share)
    assert works > 0.8
    assert differs < LIMIT


@pytest.mark.parametrize(("share", "sigma"), [(True, 0), (False, 0.8)])
def test_intervals_hold_the_truth_as_often_as_said(share, sigma):
    n, rng = np.array([[800, 800]]), np.random.default_rng(5)
    chance = np.array([[0.10, 0.14]])
    told = shares(rng, chance, n) if share else money(rng, chance, n, sigma=sigma)
    basket = 1.0 if share else np.exp(3 + sigma**2 / 2)
    found = moments.compared(told, share=share, smallest=10)
    held = (found["low"] < 0.04 * basket) & (0.04 * basket < found["high"])
    assert held.mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("people", "change"), [(6000, 0.05), (12000, 0.05), (9000, 0.03)])
def test_one_group_that_reacts_alone_is_found_as_often_as_planned(people, change):
    kind = np.resize(["a", "a", "b", "c"], people)
    plan = trials.Plan(base=0.11, change=change, arms="control 1, offer 1")
    listed = pd.DataFrame({"arm": "control", "kind": kind})
    table = trials.people(data.from_frames(tests=listed), plan).table.set_index("group")
    planned, size = table.loc["b", "only_here_power"], table.loc["b", "arm_n"]
    n = np.array([[2 * size] * 2, [size] * 2, [size] * 2])
    chance = 0.11 + change * np.array([[0, 0], [0, 1], [0, 0]])
    _, found = alarms(shares(np.random.default_rng(6), chance, n), share=True)
    assert found == pytest.approx(planned, abs=0.04)
