"""A card of a past day is the card of a study that ends on that day: nothing later is known."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from segkit import data, simulate
from segkit.data import schema

DAY = pd.Timestamp("2024-03-15")
SETTLED = {"paid_at": ("paid_at",), "signed_at": ("signed_at",),
           "responded_at": ("responded_at", "responded")}  # fmt: skip
"""What becomes known on a day of its own, and which columns tell it."""


def ended(name, table):
    """Cut a raw table off at the day, and forget what was settled later."""
    moment = schema.moment(name)
    table = table[pd.to_datetime(table[moment]) < DAY].copy() if moment else table.copy()
    for day, columns in SETTLED.items():
        if day in table:
            later = pd.to_datetime(table[day]) >= DAY
            for column in columns:
                table[column] = table[column].mask(later, False if column == "responded" else None)
    return table


@pytest.mark.slow
@pytest.mark.parametrize("world", ["store", "services", "b2b", "mixed"])
def test_nothing_after_the_day_changes_any_measure(world):
    raw = simulate.world(world, customers=60, seed=27).tables
    cut = {name: ended(name, table) for name, table in raw.items()}
    assert sum(map(len, cut.values())) < sum(map(len, raw.values()))
    both = [
        data.card.build(data.from_frames(**t), as_of=DAY.date(), window_days=365, everyone=True)
        for t in (raw, cut)
    ]
    assert_frame_equal(*both, check_dtype=False)


@pytest.mark.slow
@pytest.mark.parametrize("world", ["store", "b2b"])
def test_the_order_of_rows_plays_no_part_on_the_card(world):
    raw = simulate.world(world, customers=60, seed=28).tables
    turned = {name: table.sample(frac=1, random_state=3) for name, table in raw.items()}
    both = [data.card.build(data.from_frames(**t), as_of=DAY.date(), window_days=0)
            for t in (raw, turned)]  # fmt: skip
    assert_frame_equal(*both)
