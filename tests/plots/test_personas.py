"""Figures of notebook 06: they draw for one persona and for seven, with words for each."""

import numpy as np
import pandas as pd
import pytest

from segkit.plots import personas


def sizes(n):
    share = np.arange(n, 0, -1) / sum(range(n + 1))
    names = [f"Frequent high-spending shoppers {place}" for place in range(n)]
    return pd.DataFrame({"name": names, "share": share, "spend_share": share[::-1]})


def statements(n):
    rows = [
        {"group": group, "text": text, "share_here": here, "share_all": 0.33, "lift": here / 0.33,
         "here": f"{here:.0%}", "marked": here > 0.5, "distinctive": here > 0.5}
        for group in range(n)
        for text, here in (("Orders: above 66", 0.9), ("Age: 65+", 0.1), ("Stores: one", np.nan))
    ]  # fmt: skip
    return pd.DataFrame(rows)


def page(lines):
    line = {"field": "behavioural", "text": "Total spend: below 680 USD", "n": 12, "lift": 0.2,
            "here": "100 USD", "everybody": "500 USD", "distinctive": True, "built_in": True,
    }  # fmt: skip
    return {
        "name": "Mixed shoppers", "segments": ["Large baskets, few orders"] * 3, "n": 120,
        "share": 0.4, "spend_share": 0.5, "spend_per_customer": 1234.5,
        "statements": [line] * lines,
        "known": [{"field": "behavioural", "text": "known for 120."}],
        "unknown": [{"field": "geographic", "text": "Not known from the data: no such column."}],
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 3, 7])
def test_sizes_and_profile_draw_for_any_number_of_personas(n):
    table = sizes(n)
    chart = personas.sizes(table)
    assert chart.png().startswith(b"\x89PNG")
    assert chart.alt.count("of customers") == n
    names = dict(zip(range(n), table["name"], strict=True))
    chart = personas.profile(statements(n), names=names)
    assert chart.png().startswith(b"\x89PNG")
    assert chart.alt.count("1 marked") == n


def test_the_rule_of_half_counts_majorities_and_distinctive_ones():
    chart = personas.rule_of_half(statements(2), min_lift=1.25)
    assert "4 statements; 2 hold for more than half, 2 of these distinctive" in chart.alt
    assert chart.png().startswith(b"\x89PNG")


@pytest.mark.parametrize("lines", [0, 1, 12])
def test_a_card_draws_with_no_statement_and_with_many(lines):
    (chart,) = personas.cards([page(lines)], currency="USD")
    assert chart.png().startswith(b"\x89PNG")
    assert chart.alt.startswith("Mixed shoppers: 120 customers, 50% of spend")


def test_built_in_traits_carry_a_star():
    texts = [label.get_text() for axis in personas.cards([page(1)])[0].figure.axes
             for label in axis.get_yticklabels()]  # fmt: skip
    assert any(text.startswith("Total spend") and text.endswith("*") for text in texts)
