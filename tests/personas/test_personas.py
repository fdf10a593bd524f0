"""Personas: statements with a base rate, roll-up, names by rule, nothing invented."""

import numpy as np
import pandas as pd
import pytest

from segkit import evidence
from segkit.personas import merging, phrases, profiles, statements


def counts(*rows):
    names = ["group", "condition", "n", "known_n", "all_n", "all_known_n"]
    return pd.DataFrame([("A", 0, *row) for row in rows], columns=names)


def a_card(n=120, seed=1):
    """Three kinds of customers: frequent, big baskets, rare; age known for some."""
    rng = np.random.default_rng(seed)
    kind = np.repeat([0, 1, 2], n // 3)
    orders = np.array([60, 20, 5])[kind] + rng.integers(0, 4, n)
    value = np.array([10.0, 80.0, 20.0])[kind] + rng.random(n)
    age = np.where(np.arange(n) % 3 == 0, np.where(kind == 1, "45-54", "25-34"), None)
    card = pd.DataFrame(
        {
            "customer_id": [f"c{place:03d}" for place in range(n)],
            "orders_n": orders,
            "spend_total": orders * value,
            "spend_per_order": value,
            "weekend_share": rng.random(n),
            "age": pd.Series(age, dtype=object),
        }
    )
    return card, pd.Series(kind)


def a_dictionary():
    return pd.DataFrame(
        {
            "column": ["orders_n", "spend_total", "spend_per_order", "weekend_share", "age"],
            "family": ["behavioural", "value", "value", "behavioural", "demographic"],
            "unit": ["orders", "USD", "USD", "share of orders", "group"],
        }
    )


@pytest.fixture(scope="module")
def made():
    card, groups = a_card()
    conditions = statements.conditions(card, dictionary=a_dictionary(), smallest=5)
    tested = statements.about(card, groups=groups, conditions=conditions)
    return card, groups, conditions, statements.suppress(tested, smallest=5)


# --- statements from a card


def test_by_hand_on_ten_customers():
    marks = pd.DataFrame({0: [1, 1, 1, 0, 0, 1, 0, 0, np.nan, np.nan]}, dtype=float)
    found = evidence.compared(statements.count(marks, groups=list("AAAAABBBBB")))
    assert found["n"].tolist() == [3, 1]
    assert found["known_n"].tolist() == [5, 3]
    assert found["share_here"].tolist() == [0.6, pytest.approx(1 / 3)]
    assert found["share_all"].tolist() == [0.5, 0.5]


def test_unknown_is_not_no(made):
    card, _, conditions, _ = made
    age = conditions.index[conditions["column"] == "age"][0]
    marks = statements.met(card, conditions=conditions)
    assert marks[age].isna().tolist() == card["age"].isna().tolist()


def test_a_number_has_one_level_and_it_is_the_mean(made):
    card, groups, _, found = made
    rows = found[found["column"] == "orders_n"].set_index("group")["level"]
    pd.testing.assert_series_equal(rows, card["orders_n"].groupby(groups).mean(), check_names=False)


def test_two_values_give_one_condition_not_two():
    card = pd.DataFrame({"kids": ["yes"] * 40 + ["no"] * 60})
    entry = pd.DataFrame({"column": ["kids"], "family": ["demographic"], "unit": ["group"]})
    found = statements.conditions(card, dictionary=entry, smallest=5)
    assert found["text"].tolist() == ["Kids: yes"]


@pytest.mark.parametrize("values", [[1.0] * 50, [np.nan] * 50, [True] * 48 + [False] * 2])
def test_a_column_that_tells_nobody_apart_gives_no_condition(values):
    entry = pd.DataFrame({"column": ["x"], "family": ["behavioural"], "unit": [""]})
    assert statements.conditions(pd.DataFrame({"x": values}), dictionary=entry).empty


def test_order_of_rows_and_names_of_groups_change_nothing(made):
    card, groups, _, made_once = made
    back = np.arange(len(card))[::-1]
    conditions = statements.conditions(card.iloc[back], dictionary=a_dictionary(), smallest=5)
    again = statements.about(
        card.iloc[back],
        groups=groups.iloc[back].map({0: "x", 1: "y", 2: "z"}),
        conditions=conditions,
    )
    assert again["p_adjusted"].tolist() == pytest.approx(
        made_once["p_adjusted"].where(~made_once["suppressed"], again["p_adjusted"]).tolist()
    )
    assert again["text"].tolist() == made_once["text"].tolist()


def test_pounds_to_pence_change_no_statement_but_the_unit(made):
    card, _, conditions, _ = made
    pence = card.assign(spend_total=card["spend_total"] * 100)
    dictionary = a_dictionary().replace("USD", "cents")
    other = statements.conditions(pence, dictionary=dictionary, smallest=5)
    np.testing.assert_allclose(other["share_all"], conditions["share_all"])


def test_small_cells_are_hidden_and_never_distinctive():
    table = evidence.compared(counts((9, 100, 300, 1000), (30, 100, 300, 1000), (5, 6, 20, 60)))
    shown = statements.suppress(table, smallest=10)
    assert shown["suppressed"].tolist() == [True, False, True]
    assert (
        shown.loc[shown["suppressed"], ["n", "share_here", "lift", "p_adjusted"]]
        .isna()
        .all(axis=None)
    )
    assert not shown.loc[shown["suppressed"], "distinctive"].any()


# --- roll-up


def test_the_nearest_pair_merges_first_and_size_counts():
    profiles_ = pd.DataFrame({"x": [0.0, 0.05, 0.9, 1.0]}, index=list("abcd"))
    even = merging.merges(profiles_, sizes=pd.Series(10, index=list("abcd")))
    assert even["personas_n"].tolist() == [3, 2, 1]
    assert {even.loc[0, "first"], even.loc[0, "second"]} == {("a",), ("b",)}
    large = pd.Series([1000, 1000, 10, 10], index=list("abcd"))
    uneven = merging.merges(profiles_, sizes=large)
    assert {uneven.loc[0, "first"], uneven.loc[0, "second"]} == {("c",), ("d",)}
    assert (np.diff(even["cost"]) >= 0).all()


def test_cost_of_a_merge_by_hand():
    table = pd.DataFrame({"x": [0.0, 0.3], "y": [0.0, 0.4]}, index=["a", "b"])
    steps = merging.merges(table, sizes=pd.Series({"a": 30, "b": 60}))
    assert steps["cost"].tolist() == [pytest.approx(30 * 60 / 90 * 0.25)]


@pytest.mark.parametrize(("segments_n", "expected"), [(1, 1), (2, 2), (3, 3), (5, 5), (7, 7)])
def test_up_to_seven_segments_are_personas_as_they_are(segments_n, expected):
    table = pd.DataFrame({"x": np.arange(segments_n) / 10}, index=range(segments_n))
    steps = merging.merges(table, sizes=pd.Series(10, index=range(segments_n)))
    found, reason = merging.choose(steps)
    assert found == expected
    assert ("invented" in reason) == (segments_n < 3)


@pytest.mark.parametrize("segments_n", [8, 10, 14])
def test_many_segments_become_three_to_seven_personas(segments_n):
    rng = np.random.default_rng(segments_n)
    names = [f"s{place}" for place in range(segments_n)]
    table = pd.DataFrame(rng.random((segments_n, 3)), index=names)
    steps = merging.merges(table, sizes=pd.Series(rng.integers(20, 90, segments_n), index=names))
    kept, _ = merging.choose(steps)
    groups = merging.groups(steps, names=names, personas_n=kept)
    assert 3 <= kept <= 7
    assert sorted(groups.unique()) == list(range(kept))
    assert groups.index.tolist() == names


def test_the_step_before_the_dear_merge_is_kept():
    x = [0, 0.01, 0.02, 1, 1.01, 1.02, 2, 2.01, 2.02, 3, 3.01, 3.02]
    table = pd.DataFrame({"x": x}, index=[f"s{place}" for place in range(12)])
    kept, reason = merging.choose(merging.merges(table, sizes=pd.Series(10, index=table.index)))
    assert kept == 4
    assert "merged to 4" in reason


def test_too_few_to_show_join_the_nearest_profile():
    groups = pd.Series({"a": 0, "b": 1, "c": 2, "d": 3})
    table = pd.DataFrame({"x": [0.1, 0.5, 0.52, 0.9]}, index=list("abcd"))
    sizes = pd.Series({"a": 50, "b": 40, "c": 6, "d": 30})
    found = merging.absorb(groups, profiles=table, sizes=sizes, smallest=10)
    assert found.to_dict() == {"a": 0, "b": 1, "c": 1, "d": 2}
    same = merging.absorb(groups, profiles=table, sizes=sizes, smallest=6)
    assert same.to_dict() == groups.to_dict()
    tiny = merging.absorb(groups, profiles=table, sizes=sizes // 20, smallest=10)
    assert set(tiny) == {0}


def test_members_turn_the_grouping_round_and_numbers_stand_for_long_names():
    groups = pd.Series({"a": 0, "b": 1, "c": 0})
    assert merging.members(groups).to_dict() == {0: ["a", "c"], 1: ["b"]}
    table = pd.DataFrame({"x": [0.0, 0.9, 1.0]}, index=["a", "b", "c"])
    steps = merging.merges(table, sizes=pd.Series(1, index=["a", "b", "c"]))
    found = merging.legible(steps, names=["a", "b", "c"])
    assert found[["first", "second"]].to_numpy().tolist() == [["2", "3"], ["1", "2 + 3"]]


def test_a_wanted_number_stays_within_reason():
    table = pd.DataFrame({"x": np.arange(5.0)}, index=list("abcde"))
    steps = merging.merges(table, sizes=pd.Series(1, index=list("abcde")))
    assert merging.choose(steps, wanted=2)[0] == 2
    assert merging.choose(steps, wanted=9)[0] == 5


def test_profiles_rank_the_average_customer_at_one_half():
    card, groups = a_card()
    found = merging.profiles(card, groups=groups, columns=["orders_n", "spend_per_order"])
    assert (found.mean() - 0.5).abs().max() < 1e-9
    assert found.loc[0, "orders_n"] > 0.8 > found.loc[1, "orders_n"] > found.loc[2, "orders_n"]


# --- profiles


def test_names_come_from_what_the_majority_has_and_others_lack(made):
    names = profiles.names(made[3], noun="shoppers")
    assert names[0].startswith("Frequent")
    assert "big-basket" in names[1].lower()
    assert "less frequent" in names[2].lower()
    assert names.is_unique


def said(**changes):
    base = {"group": 0, "condition": 0, "column": "orders_n", "kind": "level", "way": "high",
            "field": "behavioural", "per": "", "level": 9.0, "level_all": 4.5, "lift": 2.0,
            "high": 9.5, "distinctive": True, "suppressed": False}  # fmt: skip
    return base | changes


def test_twins_get_different_names():
    names = profiles.names(pd.DataFrame([said(), said(group=1)]), noun="clients")
    assert names.tolist() == ["Frequent clients (1)", "Frequent clients (2)"]


def test_no_name_holds_all_the_words_of_another():
    spend, lately = {"column": "spend_total", "condition": 1}, {"column": "events_attended_n"}
    rows = [said(lift=3.0), said(**spend), said(group=1), said(group=1, lift=3.0, **spend)]
    twins = profiles.names(pd.DataFrame(rows), noun="clients", order=[1, 0])
    assert twins[1].endswith("(1)")
    assert twins[0].endswith("(2)")
    more = said(group=1, lift=1.5, condition=2, **lately)
    names = profiles.names(pd.DataFrame([*rows[:2], *rows[2:], more]), noun="clients")
    assert names.is_unique


def test_without_a_word_a_group_is_close_to_the_average():
    plain = pd.DataFrame([said(distinctive=False)])
    wordless = pd.DataFrame([said(way="")])
    small = pd.DataFrame([said(distinctive=False, suppressed=True)])
    assert profiles.names(plain)[0] == "Customers close to the average"
    assert profiles.names(wordless)[0] == "Customers close to the average"
    assert profiles.names(small)[0] == "Customers too few to describe"


def test_a_loss_is_only_said_below_zero():
    lower = said(column="profit_total", way="low", level=3.0, high=4.0, level_all=9.0, lift=0.33)
    assert "lower-profit" in profiles.names(pd.DataFrame([lower]))[0].lower()
    losing = {**lower, "level": -3.0, "high": -1.0}
    assert "loss-making" in profiles.names(pd.DataFrame([losing]))[0].lower()


@pytest.mark.parametrize(
    ("here", "everywhere", "expected"),
    [(0.60, 0.35, True), (0.60, 0.45, False), (0.15, 0.10, True), (0.14, 0.10, False)],
)
def test_the_profile_plot_marks_a_quarter_or_half_the_total(here, everywhere, expected):
    table = pd.DataFrame([said(kind="is", level=here, level_all=everywhere, lift=1.0)])
    assert profiles.marked(table)["marked"].tolist() == [expected]


def test_the_strongest_statements_take_one_per_theme(made):
    found = profiles.strongest(made[3], limit=3)
    assert not found.duplicated(["group", "field", "theme"]).any()
    assert found.groupby(["group", "field"]).size().max() <= 3
    assert not found["suppressed"].any()


def test_coverage_says_who_is_known_and_what_they_spend():
    card = pd.DataFrame(
        {"spend_total": [300.0, 100.0, 100.0, 100.0], "age": ["19-24", None, None, None]}
    )
    dictionary = pd.DataFrame(
        {"column": ["spend_total", "age"], "family": ["value", "demographic"]}
    )
    found = profiles.coverage(card, dictionary=dictionary).set_index("field")
    assert found.loc["demographic", "known_share"] == 0.25
    assert found.loc["demographic", ["spend_known", "spend_unknown"]].tolist() == [300.0, 100.0]
    assert found.loc["psychographic", "columns_n"] == 0
    gaps = {gap["field"]: gap["text"] for gap in profiles.unknown(found.reset_index())}
    assert set(gaps) == {"demographic", "geographic", "psychographic", "goals and needs"}
    assert "25%" in gaps["demographic"]
    assert "3.0 times" in gaps["demographic"]


def test_why_is_never_answered_by_purchases(made):
    answers = profiles.five_w(made[3])
    assert answers.columns.tolist() == ["group", *phrases.QUESTIONS]
    assert (answers["why"] == "not known from the data").all()
    assert (answers["who"] != "not known from the data").all()


def test_persona_members_partition_the_customers(made):
    card, groups, _, statements = made
    sizes = profiles.sizes(card, groups=groups)
    assert sizes["n"].sum() == len(card)
    assert sizes["share"].sum() == pytest.approx(1)
    assert sizes["spend_share"].sum() == pytest.approx(1)
    assert sizes["spend_total"].is_monotonic_decreasing
    assert set(sizes["group"]) == set(statements["group"])


def test_every_printed_statement_carries_its_evidence(made):
    card, groups, _, statements = made
    sizes = profiles.sizes(card, groups=groups)
    sizes["name"] = sizes["group"].map(profiles.names(statements))
    sizes["segments"] = [[f"segment {group}"] for group in sizes["group"]]
    pages = profiles.pages(sizes, statements=statements, gaps=[])
    assert [page["n"] for page in pages] == sizes["n"].tolist()
    for page in pages:
        for line in page["statements"]:
            assert {"n", "level", "level_all", "lift", "p_adjusted", "distinctive"} <= set(line)
            assert line["n"] >= 5
            assert line["here"]
            assert line["everybody"]
    assert pages[0]["traits"]


def test_traits_say_which_way_a_number_sets_apart(made):
    traits = profiles.traits(made[3])
    assert traits[0]["orders_n"] == "high"
    assert traits[2]["orders_n"] == "low"
    assert traits[1]["spend_per_order"] == "high"


def test_every_phrase_answers_a_question_and_unknown_columns_are_spoken_plainly():
    assert {phrase.question for phrase in phrases.PHRASES.values()} <= set(phrases.QUESTIONS)
    assert phrases.of("loyalty_points_n").label == "loyalty points"
    assert phrases.of("share_packaged_meat").label == "packaged meat as share of spend"
    assert phrases.question("hobby", family="psychographic") == "why"
    assert phrases.question("city", family="geographic") == "where"
    assert phrases.field("firmographic") == "demographic"


def test_numbers_print_with_their_unit():
    assert phrases.amount(0.34, unit="share of spend") == "34%"
    assert phrases.amount(0.056, unit="share of orders") == "5.6%"
    assert phrases.amount(1980.0, unit="USD") == "1,980 USD"
    assert phrases.amount(35.1, unit="USD") == "35.1 USD"
    assert phrases.readable(35.1234, unit="USD") == 35.1
