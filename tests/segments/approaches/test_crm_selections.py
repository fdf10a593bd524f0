"""CRM selections: presets, groups through time, divisions and signs, what marks a group."""

import datetime
import json

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit import data, segments
from segkit.data.measures import contacts
from segkit.data.reports import sequences
from segkit.refusal import Refused
from segkit.segments import rules
from segkit.segments.approaches import crm_selections
from segkit.segments.crm import classifications, selections, typical
from segkit.study import StudyError

CARD = pd.DataFrame(
    {
        "customer_id": list("abcdefghij"),
        "spend_total": [1000.0, 900, 800, 100, 90, 80, 70, 60, 0, 0],
        "days_since_purchase": [200.0, 10, 120, 5, 30, 300, 40, 50, np.nan, np.nan],
        "days_since_first_purchase": [400.0, 300, 500, 20, 90, 500, 80, 60, np.nan, np.nan],
        "days_since_contact": [100.0, 5, np.nan, 5, 30, 300, 40, 50, 10, np.nan],
        "requests_unmet_n": [0, 0, 1, 0, 0, 0, 0, 0, 2, 0],
        "region": ["N", "N", "N", "S", "S", "S", "S", "S", None, "S"],
    }
)
BIG = {"name": "Big", "when": {"spend_total": {"over": 500}}}
QUIET = {"name": "Quiet", "when": {"days_since_purchase": {"over": 100}}}


def picked(groups, name):
    (rule,) = (group["when"] for group in groups if group["name"] == name)
    return "".join(CARD["customer_id"][rules.selected(CARD, rule)])


# ------------------------------------------------------------------ presets


def test_presets_pick_whom_the_words_say():
    groups = selections.load(CARD).groups
    assert picked(groups, "Unreliable") == "i"  # j asked nothing, c bought
    assert picked(groups, "Risk group") == "ac"  # of c no contact is known; b was here lately
    assert picked(groups, "Promising newcomers") == "de"


def test_a_preset_without_its_columns_is_refused_by_name():
    saved = selections.load(CARD.drop(columns="requests_unmet_n"))
    assert "Unreliable" not in [group["name"] for group in saved.groups]
    why = saved.impossible.set_index("group")["why"]
    assert why["Unreliable"] == "not known here: requests unmet"
    assert "complaints" in why["Complains"]


def test_a_column_of_unknowns_is_lacking_unless_that_is_asked():
    card = CARD.assign(days_since_contact=np.nan)
    assert "contact" in selections.lacking({"days_since_contact": {"over": 1}}, card)
    assert not selections.lacking({"days_since_contact": {"known": False}}, card)


def test_quantiles_are_settled_as_numbers_that_occur():
    rule = {"not": {"all": [{"spend_total": {"at_least": {"quantile": 0.8}, "under": 5000}}]}}
    settled = selections.settle(rule, CARD)
    assert settled == {"not": {"all": [{"spend_total": {"at_least": 800, "under": 5000}}]}}
    assert rules.check(settled, columns=CARD.columns) == settled


@pytest.mark.parametrize("level", [2, -0.1, "much"])
def test_a_quantile_outside_its_range_is_refused(level):
    with pytest.raises(StudyError, match="between 0 and 1"):
        selections.settle({"spend_total": {"over": {"quantile": level}}}, CARD)


def test_a_quantile_of_text_is_refused():
    with pytest.raises(StudyError, match="no numbers"):
        selections.settle({"region": {"is": {"quantile": 0.5}}}, CARD)


def test_own_selections_are_read_from_a_file(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("- name: Mine\n  when: {spend_total: {at_least: {quantile: 0.9}}}\n")
    saved = selections.load(CARD, path=path)
    assert saved.groups == [{"name": "Mine", "when": {"spend_total": {"at_least": 900}}}]
    assert "Every selection" in saved.impossible.why
    assert saved.most == "Most are in “Mine”: 2"


# ------------------------------------------------------------------ the approach


def test_fit_and_assign_agree_in_pandas_and_ibis_and_survive_json():
    definition = crm_selections.fit(CARD, groups=[BIG, QUIET])
    again = json.loads(json.dumps(definition.to_dict()))
    labels = segments.assign(CARD, again)["segment"]
    expected = ["Big"] * 3 + ["No selection"] * 2 + ["Quiet"] + ["No selection"] * 4
    assert labels.tolist() == expected
    table = ibis.memtable(CARD[["customer_id", "spend_total", "days_since_purchase"]])
    lazy = segments.assign(table, definition).order_by("customer_id").execute()
    assert lazy["segment"].tolist() == expected
    assert rules.overlaps(CARD, definition).to_numpy().tolist() == [["Big", "Quiet", 2]]


def test_order_of_rows_and_units_of_money_change_nothing():
    one = crm_selections.fit(CARD)
    turned = crm_selections.fit(CARD.sample(frac=1, random_state=1))
    assert one == turned
    pence = CARD.assign(spend_total=CARD["spend_total"] * 100)
    labels = [segments.assign(c, crm_selections.fit(c))["segment"].tolist() for c in (CARD, pence)]
    assert labels[0] == labels[1]


def test_one_customer_and_all_equal_are_sorted_too():
    one = crm_selections.fit(CARD.head(1))
    assert segments.assign(CARD.head(1), one)["segment"].notna().all()
    same = pd.concat([CARD.head(1)] * 5, ignore_index=True)
    assert segments.assign(same, crm_selections.fit(same))["segment"].unique().size == 1


def test_without_a_selection_that_fits_it_says_what_is_lacking():
    card = pd.DataFrame({"customer_id": ["a"], "age": [1.0]})
    with pytest.raises(StudyError, match=r"Unreliable \(not known here"):
        crm_selections.fit(card)


# ------------------------------------------------------------------ groups through time


def test_joined_and_left_are_the_ones_counted_by_hand():
    after = CARD.assign(spend_total=[1000.0, 100, 800, 700, 90, 80, 70, 60, 0, 0]).drop(index=2)
    days = {datetime.date(2026, 1, 1): CARD, datetime.date(2026, 2, 1): after}
    followed = selections.Followed(days, [BIG])
    moved = followed.moves
    assert moved[["customer_id", "change"]].to_numpy().tolist() == [
        ["d", "joined"],
        ["b", "left"],
        ["c", "left"],
    ]
    assert moved["why"].tolist() == [
        "in, because spend 700 > 500",
        "out, because spend 100 ≤ 500",
        "out, because no longer on the card",
    ]
    shown = followed.examples
    assert shown["customers_n"].tolist() == [1, 2]
    assert "customer_id" not in shown


def test_history_adds_up_from_date_to_date():
    rng = np.random.default_rng(4)
    cards = {
        datetime.date(2026, month, 1): CARD.assign(spend_total=rng.uniform(0, 1000, 10))
        for month in (3, 1, 2)
    }
    table = selections.Followed(cards, [BIG, QUIET]).history
    assert table["date"].tolist() == ["2026-01-01", "2026-02-01", "2026-03-01"] * 2
    for _, own in table.groupby("group"):
        steps = own["customers_n"].diff().dropna()
        assert steps.tolist() == (own["joined_n"] - own["left_n"]).dropna().tolist()
    assert table[table["group"] == "Big"]["joined_n"].dropna().sum() > 0
    days = {"step_days": 30, "window_days": 0}
    nothing = data.from_frames(customers=CARD[["customer_id"]])
    assert isinstance(selections.load(CARD).follow(nothing, as_of=None, steps=2, **days), Refused)


def test_dates_never_reach_before_the_data():
    day, first = datetime.date(2026, 6, 1), datetime.datetime(2026, 1, 1)
    found = selections.dates(day, first=first, step_days=30, steps=12)
    assert found[-1] == day
    assert found[0] >= datetime.date(2026, 1, 31)
    assert len(found) == 5
    assert selections.dates(None, first=first, step_days=30, steps=2) == []


# ------------------------------------------------------------------ divisions and signs


def test_a_division_is_exhaustive_and_exclusive_and_signs_are_not():
    halves = [
        {"name": "rich", "when": {"spend_total": {"over": 95}}},
        {"name": "poor", "when": {"spend_total": {"at_most": 95}}},
    ]
    assert "So these are a division." in classifications.verdict(CARD, groups=halves)
    told = classifications.verdict(CARD, groups=[BIG, QUIET])
    assert "in no selection: **6**; in more than one: **2**. So these are signs" in told
    gap = classifications.verdict(CARD, groups=[{"name": "N", "when": {"region": "N"}}])
    assert "in no selection: **7**" in gap  # an unknown region is in no group
    assert "in no selection: **10**" in classifications.verdict(CARD, groups=[])


def test_redundant_signs_are_found():
    poor = {"name": "Poor", "when": {"spend_total": {"under": 500}}}
    same = {"name": "Not big", "when": {"not": BIG["when"]}}
    some = {"name": "Buys little", "when": {"spend_total": {"between": [50, 110]}}}
    found = classifications.redundant(CARD, groups=[poor, same, some])
    assert found[["sign", "other", "relation"]].to_numpy().tolist() == [
        ["Poor", "Not big", "the same"],
        ["Buys little", "Poor", "within"],
        ["Buys little", "Not big", "within"],
    ]


def test_city_tells_region_and_not_the_reverse():
    cities = np.repeat(["a", "b", "c", "d"], 25)
    table = pd.DataFrame({"city": cities, "region": np.repeat(["N", "S"], 50)})
    table["name"] = [f"n{i}" for i in range(100)]
    table["same"] = "x"
    found = classifications.determined(table, columns=["city", "region", "name", "same"])
    assert found[["attribute", "told_by"]].to_numpy().tolist() == [["region", "city"]]


def test_several_divisions_hold_at_once():
    found = classifications.money_by_pace(CARD).set_index("money")
    assert found.to_numpy().sum() == len(CARD)
    assert found.loc["large"].to_dict() == {"earlier": 1, "none": 0, "this quarter": 1}
    assert found.loc["small", "none"] == 2
    assert isinstance(classifications.money_by_pace(CARD[["customer_id"]]), Refused)


# ------------------------------------------------------------------ more than half


def test_sixty_of_a_hundred_is_not_distinctive_where_all_have_it():
    counts = pd.DataFrame({"n": [60], "known_n": [100], "all_n": [550], "all_known_n": [1000]})
    row = typical.judged(counts).iloc[0]
    assert row["over_half"]
    assert not row["distinctive"]
    assert (round(row["share"], 2), round(row["lift"], 2), round(row["p"], 2)) == (0.60, 1.09, 0.34)


def test_a_sign_that_is_conspicuously_rare_is_distinctive_as_it_is_for_personas():
    counts = pd.DataFrame({"n": [10], "known_n": [100], "all_n": [550], "all_known_n": [1000]})
    row = typical.judged(counts).iloc[0]
    assert row["lift"] < 0.2
    assert row["distinctive"]


def test_a_group_that_is_everybody_has_nothing_to_compare_with():
    counts = pd.DataFrame({"n": [60], "known_n": [100], "all_n": [60], "all_known_n": [100]})
    row = typical.judged(counts).iloc[0]
    assert np.isnan(row["p"])
    assert not row["distinctive"]


def test_a_planted_sign_is_distinctive_and_a_common_one_is_not():
    rng = np.random.default_rng(7)
    card = pd.DataFrame({"customer_id": range(1000), "everywhere": rng.random(1000) < 0.7})
    chosen = np.arange(1000) < 150
    card["planted"] = np.where(rng.random(1000) < np.where(chosen, 0.8, 0.3), "yes", "no")
    card["everywhere"] = card["everywhere"].map({True: "yes", False: "no"})
    found = typical.traits(card, chosen=chosen, columns=["planted", "everywhere"])
    marked = found.set_index(["column", "value"])
    assert marked.loc[("planted", "yes"), "distinctive"]
    assert marked.loc[("everywhere", "yes"), "over_half"]
    assert not marked.loc[("everywhere", "yes"), "distinctive"]


def test_unknown_values_small_counts_and_names_are_left_out():
    card = pd.DataFrame({"customer_id": range(40), "name": [f"n{i}" for i in range(40)]})
    card["sign"] = ["yes"] * 18 + ["no"] * 2 + [None] * 20
    found = typical.traits(card, chosen=[True] * 40, columns=["name", "sign"], smallest=5)
    assert found[["column", "value", "n", "known_n"]].to_numpy().tolist() == [
        ["sign", "yes", 18, 20]
    ]
    assert found["p"].isna().tolist() == [True]  # the group is everybody: no test was made


def test_an_empty_group_is_refused():
    with pytest.raises(StudyError, match="empty"):
        typical.traits(CARD, chosen=[False] * 10, columns=["region"])
    assert isinstance(typical.of_first(CARD, groups=[BIG], smallest=10), Refused)
    marks = typical.of_first(CARD, groups=[BIG], smallest=3)
    assert marks.group == "Big"
    assert marks.strongest["value"].tolist() == ["N"]


# ------------------------------------------------------------------ contacts and sequences

DAY = pd.Timestamp
ORDERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c"],
        "order_id": ["1", "2", "3", "4"],
        "ordered_at": [DAY("2026-01-05"), DAY("2026-02-01"), DAY("2026-01-20"), DAY("2026-03-20")],
        "amount": [10.0, 20.0, 30.0, 40.0],
    }
)
REQUESTS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c", "d", "d"],
        "requested_at": [
            DAY("2026-01-01"), DAY("2026-01-25"), DAY("2026-01-20"), DAY("2026-01-10"),
            DAY("2026-01-15"), DAY("2026-03-10"),
        ],
        "order_id": ["1", None, "3", "4", None, None],
    }
)  # fmt: skip
END = datetime.datetime(2026, 3, 15)


def test_contacts_know_nothing_of_what_comes_later():
    tables = data.from_frames(ORDERS, requests=REQUESTS)
    found = contacts.expression(tables, start=None, end=END).execute().set_index("customer_id")
    assert found["days_since_contact"].to_dict() == {"a": 49, "b": 54, "c": 64, "d": 5}
    # order 4 came after the date; the second request of d is too young to be unmet
    assert found["requests_unmet_n"].to_dict() == {"a": 1, "b": 0, "c": 1, "d": 1}


def test_contacts_are_absent_without_their_tables():
    assert contacts.expression(data.from_frames(ORDERS), start=None, end=END) is None
    plain = data.from_frames(ORDERS, requests=REQUESTS.drop(columns="order_id"))
    found = contacts.expression(plain, start=None, end=END)
    assert set(found.columns) == {"customer_id", "days_since_contact"}
    events = pd.DataFrame({"customer_id": ["a", "b"], "held_at": [DAY("2026-03-01")] * 2})
    events["attended"] = [True, False]
    told = contacts.expression(data.from_frames(ORDERS, events=events), start=None, end=END)
    assert told.execute()["customer_id"].tolist() == ["a"]


def test_prospects_join_the_card_and_the_preset_finds_them():
    tables = data.from_frames(ORDERS, requests=REQUESTS)
    card = data.card.build(tables, as_of="2026-03-15", window_days=0, everyone=True)
    groups = selections.load(card).groups
    rule = next(g["when"] for g in groups if g["name"] == "Unreliable")
    # c had not bought before the date: on that day nobody could know of the order to come
    assert card["customer_id"][rules.selected(card, rule)].tolist() == ["c", "d"]


def by_hand(first, then, within, end):
    """Count sequences the slow way: for every start, look at every other moment."""
    found, span = {}, pd.Timedelta(days=within)
    for who, at in first:
        came = any(w == who and at <= t <= at + span for w, t in then)
        over = at < end - span
        n, silent, undecided = found.get(who, (0, 0, 0))
        found[who] = (n + 1, silent + (over and not came), undecided + (not over and not came))
    return found


def test_sequences_equal_the_count_by_hand():
    rng = np.random.default_rng(11)
    end = datetime.datetime(2026, 4, 1)

    def moments(n):
        days = rng.integers(0, 90, n)
        return [
            (f"c{rng.integers(6)}", DAY("2026-01-01") + pd.Timedelta(days=int(d))) for d in days
        ]

    first, then = moments(40), moments(20)
    tables = [
        ibis.memtable(pd.DataFrame(rows, columns=["customer_id", "at"])) for rows in (first, then)
    ]
    found = sequences.followed(*tables, within_days=14, end=end).execute()
    rows = found.set_index("customer_id")[["starts_n", "silent_n", "open_n"]]
    told = {
        who: tuple(int(x) for x in row)
        for who, row in zip(rows.index, rows.to_numpy(), strict=True)
    }
    assert told == by_hand(first, then, 14, end)


def test_unanswered_requests_are_told_in_words():
    tables = data.from_frames(ORDERS, requests=REQUESTS)
    # a: both followed; b: the same moment counts; c and d's first: none within 30 days; one open
    told = sequences.unanswered(tables, end=END, within_days=30)
    assert told == (
        "Of 6 requests of 4 customers, **2** were not followed by an order within 30 days; "
        "1 are still open."
    )
    assert sequences.unanswered(data.from_frames(ORDERS), end=END, within_days=3).startswith("*No")
