"""Rules: one text, one meaning, whether checked, said, counted, run or explained."""

import datetime

import ibis
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.segments import Definition, rules
from segkit.study import StudyError

CARD = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "days_since_purchase": [212, 5, 300, 181],
        "spend_total": [1240.0, 5000.0, np.nan, 1000.0],
        "region": ["North", "South", None, "North"],
        "age": [np.nan, 30.0, 40.0, 50.0],
        "first_order_at": pd.to_datetime(
            ["2026-01-31 10:00", "2026-02-01 00:00", None, "2025-01-01 00:00"]
        ),
        "newsletter": [True, False, None, True],
        "weekend_share": [0.25, 0.5, 0.75, None],
    }
)
BIG_AND_SILENT = {"all": [{"days_since_purchase": {"over": 180}}, {"spend_total": {"over": 1000}}]}


def chosen(rule, card=CARD):
    return "".join(card["customer_id"][rules.selected(card, rule)])


# ------------------------------------------------------------------ what a rule selects


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (BIG_AND_SILENT, "a"),
        ({"spend_total": {"at_least": 1000}}, "abd"),
        ({"spend_total": {"under": 1240}}, "d"),
        ({"spend_total": {"at_most": 1240}}, "ad"),
        ({"age": {"between": [30, 40]}}, "bc"),
        ({"region": "North"}, "ad"),
        ({"region": {"is_not": "North"}}, "b"),  # the unknown region is not "not North"
        ({"not": {"region": "North"}}, "b"),
        ({"not": {"not": {"region": "North"}}}, "ad"),
        ({"region": {"one_of": ["North", "South"]}}, "abd"),
        ({"region": ["North", "South"]}, "abd"),
        ({"region": {"none_of": ["South"]}}, "ad"),
        ({"region": {"contains": "ORTH"}}, "ad"),
        ({"region": {"known": False}}, "c"),
        ({"age": {"known": True}}, "bcd"),
        ({"not": {"age": {"known": True}}}, "a"),
        ({"first_order_at": {"before": "2026-01-31"}}, "d"),
        ({"first_order_at": {"after": "2026-01-31"}}, "b"),  # ten o'clock is still that day
        ({"first_order_at": {"between": ["2026-01-31", "2026-02-01"]}}, "ab"),
        ({"first_order_at": datetime.date(2026, 1, 31)}, "a"),
        ({"newsletter": True}, "ad"),
        ({"any": [{"age": {"over": 35}}, {"region": "North"}]}, "acd"),
        ({"age": {"over": 25, "under": 45}}, "bc"),
        ({"age": {"over": 25}, "region": "South"}, "b"),
    ],
)
def test_it_selects_by_hand(rule, expected):
    assert chosen(rule) == expected


def test_unknown_or_true_is_true_and_unknown_and_false_is_false():
    unknown = {"age": {"over": 35}}  # of customer a
    assert "a" in chosen({"any": [unknown, {"region": "North"}]})
    assert "a" in chosen({"not": {"all": [unknown, {"region": "South"}]}})
    assert "a" not in chosen({"not": unknown})


def test_the_expression_has_no_nulls_and_works_on_any_ibis_table():
    table = ibis.memtable(CARD)
    found = table.select(met=rules.expression(table, {"age": {"over": 35}})).execute()
    assert found["met"].tolist() == [False, False, True, True]


def test_not_a_number_is_unknown_in_the_engine_too(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "card.parquet"
    pq.write_table(pa.table({"age": [float("nan"), 50.0]}), path)
    table = ibis.duckdb.connect().read_parquet(path)
    met = [rules.expression(table, r) for r in ({"age": {"over": 1}}, {"age": {"known": False}})]
    assert table.select(over=met[0], unknown=met[1]).execute().to_numpy().tolist() == [
        [False, True],
        [True, False],
    ]


def test_a_column_of_nothing_meets_no_condition():
    card = pd.DataFrame({"customer_id": ["a"], "age": [None]})
    for rule in ({"age": {"over": 1}}, {"age": {"is": "x"}}, {"age": {"after": "2026-01-01"}}):
        assert chosen(rule, card) == chosen({"not": rule}, card) == ""


def test_text_that_looks_like_days_can_be_compared_with_days():
    card = pd.DataFrame({"customer_id": list("abc"), "since": ["2020-05-01", "soon", None]})
    assert chosen({"since": {"before": "2021-01-01"}}, card) == "a"
    assert chosen({"not": {"since": {"before": "2021-01-01"}}}, card) == ""


# ------------------------------------------------------------------ pandas, engine, words agree

DAYS = [None, *map(pd.Timestamp, ("2026-01-01", "2026-01-01 23:59", "2026-01-02"))]


def framed(rows):
    """Make a card of random rows."""
    card = pd.DataFrame(rows, columns=["spend_total", "region", "newsletter", "day"])
    kinds = {"spend_total": "float64", "region": "str", "newsletter": "object"}
    return card.astype({**kinds, "day": "datetime64[us]"})


FRAME = st.lists(
    st.tuples(
        st.sampled_from([None, -1.5, 0.0, 1.0, 2.0, 1000.001]),
        st.sampled_from([None, "North", "south", "N"]),
        st.sampled_from([None, True, False]),
        st.sampled_from(DAYS),
    ),
    min_size=1,
    max_size=8,
).map(framed)
AMOUNT = st.sampled_from([-2, 0, 1.0, 2, 1000])
DAY = st.sampled_from(["2026-01-01", "2026-01-02"])
TEXT = st.sampled_from(["North", "south", "n"])
KNOWN = st.booleans().map(lambda flag: {"known": flag})
CONDITION = st.one_of(
    st.builds(
        lambda op, v: {"spend_total": {op: v}},
        st.sampled_from(["over", "at_least", "under", "at_most", "is", "is_not"]),
        AMOUNT,
    ),
    st.lists(AMOUNT, min_size=2, max_size=2).map(lambda v: {"spend_total": {"between": sorted(v)}}),
    st.builds(
        lambda op, v: {"region": {op: v}}, st.sampled_from(["is", "is_not", "contains"]), TEXT
    ),
    st.builds(
        lambda op, v: {"region": {op: v}},
        st.sampled_from(["one_of", "none_of"]),
        st.lists(TEXT, min_size=1, max_size=2),
    ),
    st.builds(lambda op, v: {"day": {op: v}}, st.sampled_from(["before", "after", "is"]), DAY),
    st.booleans().map(lambda flag: {"newsletter": flag}),
    st.builds(
        lambda c, k: {c: k}, st.sampled_from(["spend_total", "region", "day", "newsletter"]), KNOWN
    ),
)
RULE = st.recursive(
    CONDITION,
    lambda inner: st.one_of(
        st.builds(
            lambda join, parts: {join: parts},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)


def in_pandas(card, rule):
    """Evaluate a rule with pandas' own three-valued booleans, as an independent reference."""
    ((name, part),) = rule.items()
    if name == "not":
        return ~in_pandas(card, part)
    if name in ("all", "any"):
        found = in_pandas(card, part[0])
        for other in part[1:]:
            met = in_pandas(card, other)
            found = found & met if name == "all" else found | met
        return found
    ((op, value),) = part.items() if isinstance(part, dict) else (("is", part),)
    column = card[name]
    if op == "known":
        return (column.notna() == value).astype("boolean")
    if name == "day":
        column, value = column.dt.normalize(), pd.Timestamp(value)
    some = column[column.notna()]
    met = {
        "over": lambda: some > value,
        "at_least": lambda: some >= value,
        "under": lambda: some < value,
        "at_most": lambda: some <= value,
        "is": lambda: some == value,
        "is_not": lambda: some != value,
        "before": lambda: some < value,
        "after": lambda: some > value,
        "between": lambda: some.between(*value),
        "one_of": lambda: some.isin(value),
        "none_of": lambda: ~some.isin(value),
        "contains": lambda: some.str.contains(value, case=False, regex=False),
    }[op]()
    return met.astype("boolean").reindex(card.index)


@pytest.mark.slow
@settings(max_examples=150)
@given(FRAME, RULE)
def test_engine_words_and_pandas_agree_on_every_row(card, rule):
    expected = in_pandas(card, rule)
    assert rules.selected(card, rule).tolist() == expected.fillna(False).tolist()
    counted = rules.counts(card, [{"name": "x", "when": rule}]).iloc[0]
    assert counted["customers_n"] == expected.fillna(False).sum()
    assert counted["undecided_n"] == expected.isna().sum()
    for (_, row), met in zip(card.iterrows(), expected, strict=True):
        told = rules.explain(row, rule)
        truth = rules.truth(row, rule)
        if met is pd.NA:
            assert truth is None
            assert told.startswith("out: ")
            assert told.endswith("not known")
        else:
            assert truth is bool(met)
            assert told.startswith("in, because " if met else "out, because ")
            assert len(told) > 15


@settings(max_examples=100)
@given(RULE)
def test_a_yaml_file_gives_back_the_same_rule(tmp_path_factory, rule):
    path = tmp_path_factory.mktemp("rules") / "groups.yaml"
    groups = [{"name": "One", "when": rule, "about": "für uns"}, {"name": "2026", "when": rule}]
    path.write_text(rules.to_yaml(groups), encoding="utf-8")
    assert rules.read(path) == groups


@settings(max_examples=100)
@given(RULE)
def test_every_condition_is_in_the_words(rule):
    said = rules.in_words(rule)
    for column in rules.columns(rule):
        assert column.removesuffix("_total") in said
    assert said.count("(") == said.count(")")


@pytest.mark.slow
@settings(max_examples=60)
@given(FRAME, RULE, st.randoms())
def test_neither_the_order_of_rows_nor_of_parts_matters(card, rule, random):
    places = list(range(len(card)))
    random.shuffle(places)
    again = rules.selected(card.iloc[places], {"all": [rule, rule]})
    turned = again.sort_index().tolist()
    assert turned == rules.selected(card, rule).tolist()


# ------------------------------------------------------------------ in words, and why


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (BIG_AND_SILENT, "days since purchase over 180 and spend over 1,000"),
        ({"weekend_share": {"at_least": 0.5}}, "weekend share at least 50 %"),
        ({"days_since_purchase": {"between": [1, 30]}}, "days since purchase from 1 to 30"),
        ({"not": {"region": "North"}}, "not (region is North)"),
        ({"region": {"none_of": ["North", "South"]}}, "region is not North nor South"),
        (
            {"all": [{"age": {"over": 1}}, {"any": [{"region": "N"}, {"age": {"known": False}}]}]},
            "age over 1 and (region is N or age is not known)",
        ),
        ({"newsletter": True}, "newsletter is yes"),
        ({"region": {"one_of": ["N", "S", "W"]}}, "region is N, S or W"),
        (
            {"all": [{"age": {"at_least": 18}}, {"age": {"under": 30}}]},
            "age at least 18 and under 30",
        ),
        ({"goal_bought_n": {"at_least": 1}}, "goal “bought” reached"),
        ({"goal_bought_n": {"under": 1}}, "goal “bought” not reached"),
        ({"spend_total": {"over": 2463.3}}, "spend over 2,463.30"),
        ({"first_order_at": {"before": "2026-01-31"}}, "first order at before 2026-01-31"),
    ],
)
def test_it_is_said_in_plain_words(rule, expected):
    assert rules.in_words(rule) == expected


@pytest.mark.parametrize(
    ("who", "rule", "expected"),
    [
        (0, BIG_AND_SILENT, "in, because last order 212 days ago > 180 and spend 1,240 > 1,000"),
        (1, BIG_AND_SILENT, "out, because last order 5 days ago ≤ 180"),
        (2, BIG_AND_SILENT, "out: spend is not known"),
        (0, {"age": {"over": 18}}, "out: age is not known"),
        (0, {"not": {"age": {"over": 18}}}, "out: age is not known"),
        (1, {"not": {"region": "North"}}, "in, because region is South, not North"),
        (0, {"region": {"none_of": ["North", "South"]}}, "out, because region is North"),
        (0, {"weekend_share": {"over": 0.5}}, "out, because weekend share 25 % ≤ 50 %"),
        (0, {"spend_total": {"over": 1239.9999}}, "in, because spend 1,240 > 1,239.9999"),
        (1, {"any": [{"age": 30}, {"region": "X"}]}, "in, because age is 30"),
        (0, {"region": {"known": False}}, "out, because region is known"),
    ],
)
def test_one_customer_is_explained(who, rule, expected):
    assert rules.explain(CARD.iloc[who], rule) == expected
    assert rules.explain(CARD.iloc[who].to_dict(), rule) == expected


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"spend_totl": {"over": 1}}, "Did you mean `spend_total`"),
        ({"age": {"more": 1}}, "`more` is no comparison"),
        ({"age": {"overr": 1}}, "Did you mean `over`"),
        ({"age": {"over": "18"}}, "needs a number"),
        ({"age": {"over": True}}, "needs a number"),
        ({"age": {"between": [5, 1]}}, "first end is above"),
        ({"age": {"between": [1]}}, "two ends"),
        ({"age": {"known": "yes"}}, "true or false"),
        ({"age": None}, "known: false"),
        ({"region": {"one_of": []}}, "list of values"),
        ({"first_order_at": {"before": "31.01.2026"}}, "2026-01-31"),
        ({"first_order_at": {"before": "2026-02-31"}}, "needs a day"),
        ({"all": []}, "list of rules"),
        ({"all": {"age": {"over": 1}}}, "list of rules"),
        ({}, "A rule is a mapping"),
        ("age > 1", "A rule is a mapping"),
        ({"age": {}}, "no condition"),
    ],
)
def test_a_bad_rule_is_refused_in_words(rule, words):
    with pytest.raises(StudyError, match=words.replace("(", r"\(")):
        rules.check(rule, columns=CARD.columns)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"region": {"over": 1}}, "holds text"),
        ({"region": True}, "in quotes"),
        ({"age": "old"}, "holds numbers"),
        ({"age": {"after": "2026-01-01"}}, "holds numbers"),
        ({"first_order_at": {"over": 1}}, "holds days"),
        ({"newsletter": "yes"}, "true or false"),
        ({"region": {"between": [1, 5]}}, "holds text"),
    ],
)
def test_a_rule_that_does_not_fit_the_column_is_refused(rule, words):
    with pytest.raises(StudyError, match=words):
        rules.selected(CARD, rule)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- name: A\n  when: {age: {over: 1}, age: {under: 9}}\n", "line 2: `age` stands there"),
        ("groups: []\n", "holds no groups"),
        ("- name: A\n", "needs `name:` and `when:`"),
        ("- {name: A, when: {age: 1}}\n- {name: A, when: {age: 2}}\n", "two groups are called"),
        ("- name: A\n  when: {age: {ower: 1}}\n", "group 'A'"),
        ("- name: A\n  whne: 1\n  when: {age: 1}\n", "Did you mean `when`"),
        ("- name: A\n when: x\n", "line 2"),
        ("just text", "holds no groups"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path, text, words):
    path = tmp_path / "groups.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=words) as error:
        rules.read(path)
    assert "groups.yaml" in str(error.value)
    assert str(tmp_path) not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"no file none\.yaml"):
        rules.read(tmp_path / "none.yaml")


def test_days_of_yaml_become_text(tmp_path):
    path = tmp_path / "g.yaml"
    path.write_text("- name: A\n  when: {first_order_at: {before: 2026-01-31}}\n")
    assert rules.read(path)[0]["when"] == {"first_order_at": {"before": "2026-01-31"}}


# ------------------------------------------------------------------ SQL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("days_since_purchase > 180 AND spend_total >= 1000", "ad"),
        ("180 < days_since_purchase", "acd"),
        ("NOT region = 'North'", "b"),
        ("region <> 'North' OR age IS NULL", "ab"),
        ("region NOT IN ('North')", "b"),
        ("age BETWEEN 30 AND 40", "bc"),
        ("region IS NOT NULL", "abd"),
        ("newsletter IS NOT TRUE", "bc"),
        ("newsletter", "ad"),
        ("region ILIKE '%orth%'", "ad"),
        ("first_order_at >= DATE '2026-01-31'", "ab"),
        ("first_order_at < '2026-01-31'", "d"),
        ("(age > -1 AND (AGE < 35 OR age = 50))", "bd"),
    ],
)
def test_a_predicate_means_what_the_database_means(text, expected):
    rule = rules.from_sql(text, columns=CARD.columns)
    assert chosen(rule) == expected
    assert "".join(in_duckdb(text)) == expected


def in_duckdb(text):
    import duckdb

    con = duckdb.connect()
    con.register("card", CARD)
    return [r[0] for r in con.execute(f"select customer_id from card where {text}").fetchall()]


@pytest.mark.parametrize(
    "text",
    [
        "age > 1; DROP TABLE customers",
        "age > (SELECT max(age) FROM customers)",
        "age IN (SELECT 1)",
        "lower(region) = 'north'",
        "age + 1 > 2",
        "age > days_since_purchase",
        "customers.age > 1",
        "age = NULL",
        "region LIKE 'N%'",
        "region ILIKE 'N%'",
        "SELECT 1",
        "EXISTS (SELECT 1)",
        "CASE WHEN age > 1 THEN true END",
        "age >",
        "",
        "1 = 1",
        "incme > 1",
        "read_csv('x') > 1",
        "age > 1 UNION SELECT 1",
        "age IN (1, NULL)",
        "pg_sleep(10)",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(StudyError):
        rules.from_sql(text, columns=CARD.columns)


# ------------------------------------------------------------------ groups


GROUPS = [
    {"name": "Silent", "when": {"days_since_purchase": {"over": 180}}},
    {"name": "Big", "when": {"spend_total": {"over": 1000}}},
]


def test_groups_are_counted_side_by_side():
    found = rules.counts(CARD, GROUPS).set_index("group")
    assert found["customers_n"].to_dict() == {"Silent": 3, "Big": 2}
    assert found["customers_share"].to_dict() == {"Silent": 0.75, "Big": 0.5}
    assert found["undecided_n"].to_dict() == {"Silent": 0, "Big": 1}


def test_no_customers_are_counted_as_none():
    assert rules.counts(CARD.iloc[:0], GROUPS)["customers_share"].tolist() == [0, 0]


def test_the_first_match_wins_and_what_it_hides_is_counted():
    definition = Definition(
        "x", ["Silent", "Big"], ["spend_total"], {"groups": GROUPS, "otherwise": "Rest"}
    )
    card = CARD[["days_since_purchase", "spend_total"]]
    table = ibis.memtable(card.assign(row=range(4)))
    found = table.select("row", segment=rules.grouped(table, definition)).order_by("row").execute()
    assert found["segment"].tolist() == ["Silent", "Big", "Silent", "Silent"]
    hidden = rules.overlaps(card, definition)
    assert hidden.to_numpy().tolist() == [["Silent", "Big", 1]]


def test_without_otherwise_the_rest_has_no_group():
    definition = Definition("x", ["Big"], ["spend_total"], {"groups": GROUPS[1:]})
    table = ibis.memtable(CARD[["spend_total"]])
    found = table.select(segment=rules.grouped(table, definition)).execute()
    assert found["segment"].isna().sum() == 2


def test_two_groups_of_one_name_are_refused():
    with pytest.raises(StudyError, match="own name"):
        rules.counts(CARD, [*GROUPS, GROUPS[0]])


def test_a_definition_with_rules_is_plain_data():
    rule = rules.check({"first_order_at": {"after": datetime.date(2026, 1, 1)}})
    assert (
        yaml.safe_load(yaml.safe_dump(rule)) == rule == {"first_order_at": {"after": "2026-01-01"}}
    )
