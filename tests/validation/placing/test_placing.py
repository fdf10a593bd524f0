"""A typing tool: the planted questions are found, nothing is found in nothing, and it is said."""

import itertools
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import SequentialFeatureSelector
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import CategoricalNB

from segkit import data, evidence, plots, segments
from segkit.refusal import Refused
from segkit.study import Slip
from segkit.validation import placing
from segkit.validation.placing import folds, questionnaire, scoring

PLANTED = ("answer_q3", "answer_q7")
ITEMS = [f"answer_q{place}" for place in range(10)]


def a_survey(n=240, *, seed=1):
    """Ten marks from 1 to 5, of which two place people in three segments; a region; money."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 4 // 2 + (np.arange(n) % 4 == 3)  # two quarters, then one and one
    card = pd.DataFrame(rng.integers(1, 6, (n, 10)), columns=ITEMS)
    card["answer_q3"] = np.where(kind == 0, rng.integers(1, 3, n), rng.integers(4, 6, n))
    card["answer_q7"] = np.where(kind == 2, rng.integers(4, 6, n), rng.integers(1, 4, n))
    card["region"] = rng.choice(["north", "south", "west"], n)
    card["spend_total"] = np.round(rng.lognormal(3 + kind, 0.4), 2)
    card.insert(0, "customer_id", [f"c{place:04d}" for place in range(n)])
    return card, np.array(["many", "some", "few"], dtype=object)[kind]


def kept(card, labels, needs=ITEMS):
    return SimpleNamespace(card=card, labels=labels, needs=list(needs))


@pytest.fixture(scope="module")
def survey():
    return a_survey()


@pytest.fixture(scope="module")
def found(survey):
    return placing.tool(kept(*survey), ask="criteria")


@pytest.fixture(scope="module")
def nothing(survey):
    card, labels = survey
    return placing.tool(kept(card, np.random.default_rng(4).permutation(labels)), ask="criteria")


# ------------------------------------------------------------------ what is found


def test_the_planted_questions_are_found_and_are_enough(found):
    assert set(found.table["column"]) == set(PLANTED)
    assert found.table["chosen_share"].tolist() == [1.0, 1.0]
    assert found.above
    assert found.used["accuracy"] > 0.95
    assert found.used["kappa"] > 0.9


def test_that_they_made_the_segments_is_said(found):
    assert "By construction" in found.told
    assert set(found.table["by_construction"]) == {"yes"}


def test_questions_from_outside_are_not_called_so(survey):
    outside = placing.tool(kept(*survey), ask="others")
    assert "Not by construction" in outside.told
    assert outside.table["column"][0] == "spend_total"
    assert {field.column for field in outside.fields} == {"region", "spend_total"}


def test_what_nearly_repeats_a_criterion_is_no_outsider(survey):
    card, labels = survey
    twin = card.assign(twin=card["answer_q3"] * 2.5 + 1)
    outside = placing.tool(kept(twin, labels), ask="others")
    assert "twin" not in {field.column for field in outside.fields}
    both = placing.tool(kept(twin, labels), ask="twin, spend_total", questions=2)
    assert "Partly by construction" in both.told


def test_nothing_is_found_in_shuffled_segments_and_that_is_said(nothing):
    assert not nothing.above
    assert "Not above the baseline" in nothing.told
    assert abs(nothing.used["kappa"]) < 0.15
    assert isinstance(nothing.key, Refused)
    assert isinstance(plots.placing.form(nothing, title="A shop"), Refused)
    assert nothing.record["key"] is nothing.key or isinstance(nothing.record["key"], Refused)


@pytest.mark.slow
def test_many_dice_place_nobody_above_the_baseline():
    rng = np.random.default_rng(11)
    for _ in range(4):
        card = pd.DataFrame(rng.integers(0, 2, (120, 12))).add_prefix("answer_")
        card.insert(0, "customer_id", range(120))
        labels = rng.choice(["a", "b"], 120)
        assert not placing.tool(kept(card, labels, card.columns[1:])).above


# ------------------------------------------------------------------ numbers


def test_accuracy_is_what_the_majority_of_independent_answers_reaches():
    """Answers right with .8, one and three of them: .8 and .8³ + 3 · .8² · .2 = .896."""
    ways = np.array(list(itertools.product([0, 1], repeat=3)))
    right = np.repeat(ways, [4 ** way.sum() for way in ways], axis=0)
    card = pd.DataFrame(np.vstack([right, 1 - right, right, 1 - right])).add_prefix("answer_")
    card.insert(0, "customer_id", range(500))
    labels = np.repeat(["a", "b", "a", "b"], 125)
    people = kept(card, labels, card.columns[1:])
    one = placing.tool(people, ask="answer_1").curve
    curve = placing.tool(people).curve
    assert one["accuracy"].tolist() == pytest.approx([0.8])
    assert curve["accuracy"][2] == pytest.approx(0.896)
    assert curve["low"][2] < 0.896 < curve["high"][2]
    assert curve["kappa"][2] == pytest.approx(2 * 0.896 - 1)


def test_points_are_decibans_of_shares():
    """8 of 10 and 2 of 10, one more of each counted: 10 log10(9/3) = 4.77."""
    codes = np.repeat([1, 0, 1, 0], [8, 2, 2, 8])[:, None]
    table = scoring.points(codes, np.repeat([0, 1], 10), levels=[2], kinds=2)[0]
    assert table.tolist() == [[0, 5], [5, 0]]


def test_points_place_people_as_naive_bayes_does(survey):
    card, labels = survey
    X = card[ITEMS].to_numpy() - 1.0
    y = pd.factorize(labels)[0]
    ours = scoring.Points((5,) * 10, 3).fit(X, y).predict(X)
    theirs = CategoricalNB().fit(X, y).predict(X)
    assert (ours == theirs).mean() > 0.97


@pytest.mark.slow
def test_questions_are_taken_as_scikit_learn_takes_them(survey):
    card, labels = survey
    X, y = card[ITEMS].to_numpy() - 1.0, pd.factorize(labels)[0]
    order = folds.chosen(X, y, levels=(5,) * 10, seed=3)
    inner = StratifiedKFold(folds.FOLDS, shuffle=True, random_state=3)
    for n in (1, 2):
        theirs = SequentialFeatureSelector(
            CategoricalNB(min_categories=5), n_features_to_select=n, cv=inner,
            scoring="neg_log_loss",
        ).fit(X, y)  # fmt: skip
        assert set(np.flatnonzero(theirs.get_support())) == set(order[:n])


def test_the_interval_knows_that_learning_parts_overlap():
    """Nadeau and Bengio: variance times (1/10 + 1/4); with ten folds t is 2.262."""
    values = np.array([0.7, 0.8] * 5)
    low, high, error = folds.interval(values, held_out=0.2)
    assert error == pytest.approx(np.sqrt(0.35 * values.var(ddof=1)))
    assert (high - low) / 2 == pytest.approx(2.262 * error, rel=1e-3)


def test_the_smallest_number_within_one_standard_error_is_taken():
    y = np.tile([0, 1], 50)
    wrong = [30, 12, 10, 11]
    one = np.array([np.where(np.arange(100) < n, 1 - y, y) for n in wrong])
    fold = np.repeat(np.arange(5), 20)
    seen = folds.Judged(np.array([one, one]), y, np.array([fold, fold]), [[0, 1, 2, 3]] * 10)
    assert seen.best == 3
    assert seen.curve["error"][2] > 0.0
    within = seen.curve["accuracy"] >= 0.9 - seen.curve["error"][2]
    assert seen.enough == seen.curve["questions_n"][within].min()


def test_the_number_is_chosen_without_the_fold_it_is_judged_on():
    """One question errs in fold 0, two err in all the others."""
    y, fold = np.tile([0, 1], 50), np.repeat(np.arange(5), 20)
    one, two = np.where(fold == 0, 1 - y, y), np.where(fold == 0, y, 1 - y)
    seen = folds.Judged(np.array([[one, two]]), y, np.array([fold]), [[0, 1]] * 5)
    assert (seen.by(0)[0] == one).all()
    assert seen.row(0)["accuracy"] == 0.8


@pytest.mark.parametrize(
    ("below", "above", "simple"), [(3, 4, 3.0), (28.437, 28.62, 28.5), (0.1213, 0.134, 0.13),
                                   (118.0, 263.0, 200.0), (-5.0, -4.0, -5.0), (0.0, 0.3, 0.0)]
)  # fmt: skip
def test_an_edge_is_the_simplest_number_between_two_values(below, above, simple):
    assert scoring.simplest(below, above) == simple


def test_cuts_are_where_segments_part():
    values = np.array([1.0, 2, 3, 4, 10, 11, 12, 13, 30, 31, 32, 33] * 5)
    y = np.repeat([0, 1, 0], 4).tolist() * 5
    assert scoring.cuts(values, np.array(y)).tolist() == [7.0, 21.5]


# ------------------------------------------------------------------ relations


def test_the_order_of_rows_plays_no_part(survey, found):
    card, labels = survey
    turned = np.random.default_rng(5).permutation(len(card))
    again = placing.tool(kept(card.iloc[turned], labels[turned]), ask="criteria")
    assert again.record == found.record


def test_the_names_of_segments_play_no_part(survey, found):
    card, labels = survey
    other = {"many": "z", "some": "a", "few": "m"}
    again = placing.tool(kept(card, pd.Series(labels).map(other)), ask="criteria")
    assert again.names == [other[name] for name in found.names]
    assert again.curve.equals(found.curve)
    assert again.model.points_[0].tolist() == found.model.points_[0].tolist()


def test_units_play_no_part(survey):
    card, labels = survey
    ask = "spend_total, region"
    pounds = placing.tool(kept(card, labels), ask=ask)
    pence = placing.tool(kept(card.assign(spend_total=card["spend_total"] * 100), labels), ask=ask)
    assert pence.curve.equals(pounds.curve)
    assert [p.tolist() for p in pence.model.points_] == [p.tolist() for p in pounds.model.points_]
    assert pence.rules["error"].equals(pounds.rules["error"])


def test_the_same_seed_gives_the_same_page(survey, found):
    again = placing.tool(kept(*survey), ask="criteria")
    pages = [plots.placing.form(each, title="A shop").html for each in (found, again)]
    assert pages[0] == pages[1]


def test_the_key_added_up_on_paper_places_people_as_the_tool_does(survey, found):
    card, _ = survey
    points = found.key.set_index(["question", "answer"])
    begin = points.iloc[0]
    for at in (0, 1, 2, 3, 50):
        total = begin.copy()
        for field in found.questions:
            total = total + points.loc[(field.question, f"{card[field.column][at]:g}")]
        assert total.idxmax() == found.placed(card)[at]


def test_an_answer_that_is_not_known_scores_nothing(survey, found):
    silent = survey[0].head(1).astype(object)
    silent[ITEMS] = None
    assert found.placed(silent).tolist() == [found.names[0]]


def test_those_of_whom_no_criterion_is_known_take_no_part(survey):
    card, labels = survey
    some = card.astype(dict.fromkeys(ITEMS, float))
    some.loc[:19, ITEMS] = np.nan
    told = placing.tool(kept(some, labels), ask="criteria")
    assert len(told.data[1]) == len(card) - 20
    assert "20 of whom none" in told.told


def test_of_many_a_sample_is_taken_and_that_is_said(survey, monkeypatch):
    monkeypatch.setattr(questionnaire, "MOST_ROWS", 120)
    some = placing.tool(kept(*survey), ask="criteria", questions=1)
    assert len(some.data[1]) == 120
    assert "A sample of 120 out of 240" in some.told


# ------------------------------------------------------------------ words and refusals


def test_every_segment_is_said_in_a_short_tree_with_its_error(found):
    table = found.rules.set_index("segment")
    assert table["rule"]["many"] == "Q3: 1 to 2"
    assert (table["error"] < table["error_without"]).all()


def test_a_tree_that_errs_no_less_than_none_is_no_rule(nothing):
    said = nothing.rules
    idle = said["error"] >= said["error_without"]
    assert idle.any()
    assert said["rule"][idle].str.startswith("no short rule").all()


def test_steps_over_one_number_are_told_by_its_narrowest(survey):
    card, _ = survey
    bands = np.where(card["spend_total"].between(20, 60), "middle", "ends")
    told = placing.tool(kept(card, bands), ask="spend_total").rules.set_index("segment")["rule"]
    assert re.fullmatch(r"Spend: above (19|20)[.0-9]* up to (59|60)[.0-9]*", told["middle"])


@pytest.mark.parametrize(
    ("labels", "ask", "why"),
    [("one", "", "one segment"), ("rare", "", "few (6)"), ("usual", "customer_id", "")],
)
def test_it_refuses_in_words(survey, labels, ask, why):
    card, usual = survey
    rare = np.where(np.arange(len(card)) < 6, "few", "many")
    given = {"one": np.full(len(card), "all"), "rare": rare, "usual": usual}[labels]
    if labels == "usual":
        bare = card[["customer_id"]].assign(note=[f"text {n}" for n in range(len(card))])
        refused = placing.tool(kept(bare, given, []))
        assert "Nothing can be asked" in refused.why
    else:
        assert why in placing.tool(kept(card, given), ask=ask).why


ODD = {
    "nothing known": [np.nan] * 60,
    "one known": [1.0, *[np.nan] * 59],
    "all alike": [0] * 60,
    "one with money": [5.0, *[0.0] * 59],
    "endless": [np.inf, -np.inf] * 15 + list(range(30)),
    "lists": [["x"]] * 60,
    "days": pd.date_range("2024-01-01", periods=60),
    "tiny": np.arange(60) * 1e-12,
    "huge": np.arange(60) * -1e15,
    "gaps": [*[np.nan] * 25, *range(35)],
    "words": pd.Categorical(["u", "v", "w"] * 20),
    "yes": pd.array([True, None, False] * 20, dtype="boolean"),
}


@pytest.mark.parametrize("values", ODD.values(), ids=ODD)
def test_an_odd_column_is_left_out_or_used_and_never_breaks(values):
    card = pd.DataFrame({"x": values})
    labels = pd.Categorical(["a", "b", "c"] * 20, categories=["a", "b", "c", "d"])
    told = placing.tool(kept(card, labels, ["x"]), questions=1)
    assert isinstance(told, Refused) or told.record["told"]
    plots.placing.form(told, title="A shop")


def test_an_unknown_column_is_a_slip(survey):
    with pytest.raises(Slip, match="q99"):
        placing.tool(kept(*survey), ask="q99")


def test_the_column_that_names_the_segment_is_not_asked(survey):
    card, labels = survey
    told = placing.tool(kept(card.assign(segment=labels), labels))
    assert "segment" not in {field.column for field in told.fields}


def test_a_refusal_is_handed_on():
    no = Refused("No segments.")
    assert placing.tool(no) is no


def test_rare_words_and_free_text_are_not_shown(survey):
    card, labels = survey
    told = card.assign(city=np.where(np.arange(len(card)) < 3, "Tiny", card["region"]))
    fields = placing.tool(kept(told, labels), ask="city, region").fields
    assert [words for _, words in fields[0].answers] == ["north", "south", "west"]


def test_bands_are_said_without_gaps():
    card = pd.DataFrame({"customer_id": range(200), "orders_n": np.repeat([0, 1, 2, 9, 30], 40)})
    labels = np.repeat(["none", "once", "none", "often", "once"], 40)
    key = placing.tool(kept(card, labels, ["orders_n"]), questions=1)
    wide = card.assign(orders_n=card["orders_n"] + card["customer_id"] % 4 * (card["orders_n"] > 8))
    assert key.key["answer"].tolist()[1:] == ["0", "1", "2", "9", "30"]
    banded = placing.tool(kept(wide, labels, ["orders_n"]))
    assert banded.key["answer"].tolist()[1:] == ["0", "1", "2", "3 to 20", "21 or more"]


# ------------------------------------------------------------------ page and figures


def test_the_page_stands_alone_and_runs_nothing(survey):
    card, labels = survey
    odd = card.rename(columns={"answer_q3": 'answer_<img src=x onerror="go()">'})
    needs = [c for c in odd if c.startswith("answer_")]
    told = placing.tool(
        kept(odd, np.where(labels == "many", "<b>x</b>", labels), needs), questions=2
    )
    page = plots.placing.form(told, title="<script>go()</script>").html
    assert not any(mark in page for mark in ("<script", "<img", "<b>", "http", 'src=x onerror="'))
    assert page.count('class="box"') == sum(len(p) for p in told.model.points_)
    assert "How far to trust it" in page


def test_intervals_hold_what_the_same_key_places_rightly_among_new_people():
    held, alone = [], []
    for seed in range(8):
        (card, labels), (new, right) = (a_vague_survey(n, seed=[seed, n]) for n in (120, 2_000))
        tool = placing.tool(kept(card, labels, ["answer_a", "answer_b", "answer_c"]), seed=seed)
        hit, own = tool.placed(new).to_numpy() == right, tool.recalls
        true = own["segment"].map(lambda name, hit=hit, right=right: hit[right == name].mean())
        held += own.assign(true=true).eval("low <= true <= high").tolist()
        low, high = evidence.wilson(own["recall"] * own["n"], own["n"])
        alone += ((low <= true) & (true <= high)).tolist()
        assert (own["low"] <= low + 1e-9).all()
        assert (own["high"] >= high - 1e-9).all()
    assert np.mean(held) >= 0.9
    assert np.mean(alone) < np.mean(held)  # the key is another one with other people


def a_vague_survey(n, *, seed):
    """Three marks from 1 to 5 that tell a little of three segments."""
    rng = np.random.default_rng(seed)
    kind, marks = rng.integers(3, size=n), rng.normal(3, 1, size=(n, 3))
    marks += [1.2, 0.8, 0.4] * (kind[:, None] == np.arange(3))
    card = pd.DataFrame(np.clip(marks.round(), 1, 5).astype(int))
    card = card.set_axis(["answer_a", "answer_b", "answer_c"], axis=1)
    card.insert(0, "customer_id", range(n))
    return card, np.array(["many", "some", "few"], dtype=object)[kind]


def test_how_often_the_intervals_are_right_is_told_beside_them(found, nothing):
    assert all("95 to 97 of 100 surveys" in each.told for each in (found, nothing))


def test_its_figures_say_their_numbers(found):
    assert f"2 {found.used['accuracy']:.0%}" in plots.placing.curve(found).alt
    assert found.names[0] in plots.placing.recalls(found).alt


def test_a_card_of_purchases_is_cut_where_segments_part():
    rng = np.random.default_rng(6)
    spend = np.round(rng.lognormal(4, 1, 300), 2)
    card = pd.DataFrame({"customer_id": range(300), "spend_total": spend})
    card["orders_n"] = rng.poisson(9, 300)
    labels = np.select([spend > 120, spend > 40], ["A", "B"], "C")
    told = placing.tool(kept(card, labels, ["spend_total"]))
    assert told.table["column"].tolist() == ["spend_total"]
    assert told.used["accuracy"] > 0.95
    edges = told.model.cuts_[0]
    assert min(abs(edges - 120)) < 10
    assert min(abs(edges - 40)) < 3


# ------------------------------------------------------------------ from a file to a page


@pytest.mark.slow
def test_a_survey_without_ids_or_orders_gets_a_questionnaire(project):
    rng = np.random.default_rng(5)
    kind = rng.choice(3, 300, p=[0.4, 0.35, 0.25])
    means = rng.permutation(np.repeat([1.6, 3.0, 4.5], 8)).reshape(3, 8)
    marks = np.clip(np.rint(means[kind] + rng.normal(0, 0.7, (300, 8))), 1, 5).astype(int)
    frame = pd.DataFrame(marks, columns=[f"matters: {thing}" for thing in "abcdefgh"])
    frame["owns a car"] = np.where(rng.random(300) < 0.5, "yes", "no")
    tables = data.open(project(customers=frame.to_csv(index=False)))
    card = data.card.build(tables, as_of=data.card.analysis_date(tables), window_days=365)
    asked = [c for c in card if c.startswith("matters")]
    recipe = {"approach": "clusters", "features": asked, "k": 3, "seed": 1}
    told = placing.tool(segments.attempt(card, recipe), ask="criteria")
    page = plots.placing.form(told, title="A survey").html
    assert 1 < told.n < len(asked)
    assert told.used["accuracy"] > 0.9
    assert "1 to 5" in page
    outside = placing.tool(segments.attempt(card, recipe), ask="others")
    assert not outside.above
