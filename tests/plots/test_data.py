"""Figures of notebook 03: each draws, says what it shows, and takes awkward tables."""

import pandas as pd
import pytest

from segkit.plots import data as plots

HOURS = pd.DataFrame({"hour": range(24), "orders_n": [*range(18), *range(6)]})


def assert_drawn(chart, words):
    assert chart.png().startswith(b"\x89PNG")
    assert words in chart.alt


def test_the_clock_names_its_peaks():
    assert_drawn(plots.clock(HOURS), "most at 17:00 local time.")
    stored = HOURS.assign(stored_n=HOURS.orders_n.to_numpy()[::-1])
    assert_drawn(plots.clock(stored, zone="Europe/Paris"), "the peak would be at 6:00")


@pytest.mark.parametrize("count", [1, 12, 60])
def test_newcomers_are_drawn_for_any_number_of_months(count):
    month = pd.date_range("2020-01-01", periods=count, freq="MS")
    months = pd.DataFrame({"month": month, "new_customers_n": [2] * count})
    assert_drawn(plots.newcomers(months), f"{1 / count:.0%} of {2 * count:,} customers")


@pytest.mark.parametrize("count", [1, 3, 10])
def test_described_customers_are_drawn_for_any_number_of_groups(count):
    tenths = pd.DataFrame({"tenth": range(1, count + 1), "known_share": [0.5] * count})
    assert_drawn(plots.described(tenths), "50% of the biggest tenth")


def test_every_verdict_has_a_sign_of_its_own():
    frame = pd.DataFrame(
        {"check": ["a", "b", "c"], "score": [1, 0.5, 0], "verdict": ["pass", "warn", "stop"]}
    )
    assert_drawn(plots.checks(frame), "a 1.00 (pass), b 0.50 (warn), c 0.00 (stop)")
    assert len({sign for sign, _ in plots.SIGNS.values()}) == 3
