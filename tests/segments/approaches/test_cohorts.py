"""Cohorts as a definition: by date and by source, for new customers as well."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit import segments
from segkit.segments.approaches import cohorts
from segkit.study import StudyError

PEOPLE = pd.DataFrame(
    {
        "customer_id": list("abcdef"),
        "first_month": pd.to_datetime(
            ["2023-11-01", "2023-11-01", "2024-01-01", "2024-02-01", "2024-02-01", None]
        ),
        "source": ["ad", "ad", "mail", "shop", None, "ad"],
        "spend_total": [1.0, 2.0, 90.0, 5.0, 5.0, 0.0],
    }
)


def assigned(table, definition):
    return segments.assign(table, definition)["segment"].tolist()


def test_months_are_named_in_order_of_time_also_those_without_a_customer():
    definition = cohorts.fit(PEOPLE)
    assert definition.order == ["before 2023-11", "2023-11", "2023-12", "2024-01", "2024-02",
                                "after 2024-02", "No purchase yet"]  # fmt: skip
    assert assigned(PEOPLE, definition) == [
        "2023-11", "2023-11", "2024-01", "2024-02", "2024-02", "No purchase yet"
    ]  # fmt: skip


@pytest.mark.parametrize(("months", "names"), [(3, ["2023 Q4", "2024 Q1"]), (12, ["2023", "2024"])])
def test_quarters_and_years_are_named_as_people_do(months, names):
    definition = cohorts.fit(PEOPLE, months=months)
    assert definition.order[1:-2] == names
    assert assigned(PEOPLE, definition)[:3] == [names[0], names[0], names[1]]


def test_new_customers_of_another_time_are_not_squeezed_in():
    definition = cohorts.fit(PEOPLE)
    other = pd.DataFrame(
        {"first_month": pd.to_datetime(["2023-10-31", "2024-02-29", "2024-03-01"])}
    )
    assert assigned(other, definition) == ["before 2023-11", "2024-02", "after 2024-02"]


def test_sources_are_ordered_by_money_and_the_rare_ones_lie_together():
    definition = cohorts.fit(PEOPLE, by="source")
    assert definition.order == ["mail", "shop", "ad", "Other sources", "not known"]
    few = cohorts.fit(PEOPLE, by="source", most=1)
    assert assigned(PEOPLE, few) == [
        "ad",
        "ad",
        "Other sources",
        "Other sources",
        "not known",
        "ad",
    ]
    by_heads = cohorts.fit(PEOPLE.drop(columns="spend_total"), by="source")
    assert by_heads.order[0] == "ad"


@pytest.mark.parametrize("by", ["first_month", "source"])
def test_every_engine_and_every_row_order_gives_the_same(by):
    definition = cohorts.fit(PEOPLE, by=by)
    assert cohorts.fit(PEOPLE.iloc[::-1], by=by) == definition
    again = segments.Definition.from_dict(definition.to_dict())
    lazy = segments.assign(ibis.memtable(PEOPLE), again).order_by("customer_id").execute()
    assert lazy["segment"].tolist() == assigned(PEOPLE, definition)


def test_missing_and_empty_columns_and_odd_periods_are_refused():
    with pytest.raises(StudyError, match=r"Cohorts by 'channel' need a column"):
        cohorts.fit(PEOPLE, by="channel")
    with pytest.raises(StudyError, match="with something in it"):
        cohorts.fit(PEOPLE.assign(source=None), by="source")
    with pytest.raises(StudyError, match="1, 3 or 12 months, not 5"):
        cohorts.fit(PEOPLE, months=5)
    assert cohorts.name(date(2024, 12, 1), months=3) == "2024 Q4"


def at_age(active, customers, age=3):
    frame = pd.DataFrame({"source": list("abcdef")[: len(active)], "age": age})
    frame["customers_n"], frame["active_n"] = customers, active
    return frame.assign(active_share=frame["active_n"] / frame["customers_n"])


def test_sources_are_called_different_only_beyond_chance():
    far = at_age([120, 150], [1000, 1000])
    published = pytest.approx(0.0573, abs=1e-3)  # with the correction for continuity
    assert cohorts.differ(far, at=3)["p_value"] == published
    assert "do not differ by more than chance (12% to 15% at" in cohorts.verdict(far, at=3)
    clear = at_age([100, 200, 150], [1000, 1000, 1000])
    assert cohorts.differ(clear, at=3)["p_value"] < 1e-6
    assert "3 sources differ in who buys again" in cohorts.verdict(clear, at=3)
    assert "p < 0.001" in cohorts.verdict(clear, at=3)


def test_without_two_sources_nothing_is_compared():
    for found in (at_age([5], [50]), at_age([5, 1], [50, 9]), at_age([0, 0], [50, 50]),
                  at_age([5, 6], [50, 50], age=2)):  # fmt: skip
        assert cohorts.differ(found, at=3) is None
        assert "nothing is compared" in cohorts.verdict(found, at=3)


def test_sources_without_any_effect_are_mostly_not_called_different():
    rng = np.random.default_rng(8)
    draws = [cohorts.differ(at_age(rng.binomial(200, 0.3, 5), 200), at=3) for _ in range(200)]
    called = np.mean([found["p_value"] < 0.05 for found in draws])
    assert called < 0.1


@pytest.mark.parametrize("codes", [[1, 1, 2, 2], [1.0, 1.0, 2.5, None], [True, True, False, None]])
def test_sources_that_are_no_words_are_sources(codes):
    card = pd.DataFrame({"customer_id": list("abcd"), "source": codes, "spend_total": 1.0})
    found = segments.assign(card, cohorts.fit(card, by="source"))["segment"].tolist()
    assert found[0] == found[1] != found[2]
    assert cohorts.OTHER not in found
