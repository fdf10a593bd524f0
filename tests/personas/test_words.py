"""Every printed trait and name is true of the raw rows: worlds drawn anew, levels recomputed."""

import numpy as np
import pandas as pd
import pytest

from segkit import data, segments, simulate
from segkit.data.card import dictionary, levels
from segkit.personas import phrases, profiles, statements
from segkit.segments import naming

WORLDS = ("store", "services", "b2b", "mixed")
CUTS = {"value": ["orders_n", "spend_total"], "time": ["days_since_purchase", "orders_n"]}


def raw_levels(tables, group):
    """Levels by segment and of all, straight from the rows: {column: (per segment, all)}."""
    orders = tables["orders"].assign(amount=lambda t: t["amount"].astype(float))
    each = orders.groupby(["customer_id", "order_id"]).agg(
        at=("ordered_at", "first"), amount=("amount", "sum"), bought=("amount", "max"))  # fmt: skip
    each = each[each["bought"] > 0].reset_index()
    lines = orders.assign(segment=orders["customer_id"].map(group)).dropna(subset="segment")
    each = each.assign(segment=each["customer_id"].map(group)).dropna(subset="segment")
    heads, found = group.value_counts(), {}
    found["orders_n"] = (each.groupby("segment").size(), heads)
    found["spend_total"] = (lines.groupby("segment")["amount"].sum(), heads)
    spent = found["spend_total"][0]
    found["spend_per_order"] = (spent, found["orders_n"][0])
    hour, day = each["at"].dt.hour, each["at"].dt.day_of_week
    marks = {"evening_share": hour >= 18, "morning_share": hour.between(5, 11),
             "weekend_share": day >= 5}  # fmt: skip
    for name, mark in marks.items():
        found[name] = (mark.groupby(each["segment"]).sum(), found["orders_n"][0])
    if "cost" in lines:
        known = lines[lines["cost"].notna()]
        profit = known["amount"] - known["cost"].astype(float)
        found["profit_total"] = (profit.groupby(known["segment"]).sum(), heads)
        found["margin_share"] = (found["profit_total"][0], known.groupby("segment")["amount"].sum())
    if "products" in tables and "department" in tables["products"] and "product_id" in lines:
        goods = lines[lines["amount"] > 0].merge(
            tables["products"][["product_id", "department"]], on="product_id", how="left"
        )
        whole = goods.groupby("segment")["amount"].sum()
        for name, part in goods.groupby("department"):
            column = "share_" + data.card.orders.slug(name)
            found[column] = (part.groupby("segment")["amount"].sum(), whole)
    if "brand" in tables.get("products", ()) and "product_id" in lines:
        known = lines[lines["amount"] > 0].merge(
            tables["products"][["product_id", "brand"]].dropna(), on="product_id"
        )
        whole = known.groupby("segment")["amount"].sum()
        own = known[known["brand"] == "private"].groupby("segment")["amount"].sum()
        found["private_label_share"] = (own, whole)
    if "discount" in lines:
        saved = lines["discount"].astype(float).groupby(lines["segment"]).sum()
        bought = lines["amount"].clip(lower=0).groupby(lines["segment"]).sum()
        found["retail_discount_share"] = (saved, bought + saved)
    return {c: ((a / b).fillna(0.0), a.sum() / b.sum()) for c, (a, b) in found.items()}


@pytest.fixture(scope="module", params=[(w, seed) for w in WORLDS for seed in (1, 2)], ids=str)
def world(request):
    """A world, its card, and the raw tables up to the card's date."""
    name, seed = request.param
    tables = simulate.world(name, customers=400, seed=seed).tables
    made = data.from_frames(**tables)
    return name, tables, data.card.build(made, as_of=data.card.analysis_date(made), window_days=0)


@pytest.fixture(scope="module", params=CUTS)
def told(request, world):
    """Segments of a world, what is said of them, and their levels from the raw rows."""
    name, tables, card = world
    cut = segments.fit(card, {"approach": "clusters", "features": CUTS[request.param], "k": 4,
                              "seed": 1, "business": name})  # fmt: skip
    group = segments.assign(card, cut)["segment"].astype(str).to_numpy()
    asked = statements.conditions(card, dictionary=dictionary(card))
    made = statements.suppress(statements.about(card, groups=group, conditions=asked), smallest=10)
    raw = raw_levels(tables, pd.Series(group, index=card["customer_id"]))
    return cut.order, made, raw, phrases.noun(name)


@pytest.mark.slow
def test_every_trait_is_true_of_the_raw_rows(told):
    _, made, raw, _ = told
    checked = 0
    for group, ways in profiles.traits(made).items():
        for column, way in ways.items():
            if column in raw:
                here, everybody = raw[column][0].get(group, 0.0), raw[column][1]
                far = here >= 1.2 * everybody if way == "high" else here <= everybody / 1.2
                assert far, (group, column, way, here, everybody)
                little, much = levels.LIMITS.get(
                    "share_" if column.startswith("share_") else column, (None, None)
                )
                bound = much if way == "high" else little
                assert bound is None or (here >= bound if way == "high" else here <= bound)
                checked += 1
    assert checked


@pytest.mark.slow
def test_every_printed_level_is_that_of_the_raw_rows(told):
    _, made, raw, _ = told
    rows = made[made["column"].isin(set(raw)) & (made["kind"] == "level") & ~made["suppressed"]]
    assert len(rows)
    _compare(rows, raw)


def _compare(rows, raw):
    for row in rows.itertuples():
        here = raw[row.column][0].get(row.group, 0.0)
        assert row.level == pytest.approx(here, rel=1e-6, abs=1e-9), (row.column, row.group)
        assert row.level_all == pytest.approx(raw[row.column][1], rel=1e-6, abs=1e-9), row.column


@pytest.mark.slow
def test_every_name_is_true_of_the_raw_rows_and_holds_no_other(told):
    order, made, raw, noun = told
    names = profiles.names(made, noun=noun)
    assert names.is_unique
    for group, name in names.items():
        text = name.lower()
        assert not any(word in text for word in ("seldom", "rarely", "mixed"))
        for column, (here, everybody) in raw.items():
            spoken = phrases.of(column)
            shown = [phrases.outside_shops(w, noun=noun) if w else None
                     for w in (spoken.high, spoken.low)]  # fmt: skip
            words = text.replace(":", "").replace(",", "").split(noun)[0] + text
            if shown[1] and shown[1] in words:
                assert here.get(group, 0.0) < everybody, (name, column)
            elif shown[0] and shown[0] in words and shown[1] not in words.split():
                assert here.get(group, 0.0) > everybody, (name, column)
    assert not any("seldom" in name.lower() for name in order)


@pytest.mark.slow
def test_the_names_of_clusters_are_true_of_the_raw_rows(told):
    order, _, raw, _ = told
    said = naming.WORDS | naming.OUTSIDE_SHOPS
    for name in order:
        words = [word.split(" (")[0] for word in name.lower().split(", ")]
        for column, (here, everybody) in raw.items():
            for way, word in zip((1, -1), said.get(column, ()), strict=False):
                if word in words:
                    assert np.sign(here.get(name, 0.0) - everybody) == way, (name, column)
