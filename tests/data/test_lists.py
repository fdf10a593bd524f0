"""Customers who come as a list: a CRM export, a survey, and lists that carry too little.

What a list tells is used under the card's own names; what it does not tell is said in words and
never made up. Two lists go through the whole chain, with the notebooks as their text stands.
"""

import json
import re

import ibis
import numpy as np
import pandas as pd
import programs
import pytest

from segkit import criteria, data, goals, segments
from segkit.action import Assumptions, economics, facts, holdout, rules, trades
from segkit.brief import Brief, Goal, Limits
from segkit.data.cells import readings
from segkit.data.quality import tracing
from segkit.refusal import Refused
from segkit.segments import chooser
from segkit.segments.approaches import clusters
from segkit.study import STAGES, StudyError
from segkit.validation import structure, verdicts

CRM = {
    "customer_id": "Client",
    "spend_total": "Revenue",
    "last_order_at": "Last order",
    "orders_n": "Orders",
}
PLACES = ("north", "south", "west")


def crm(n, *, seed=5):
    """Make a CRM list of three kinds of clients, one in twenty without a revenue."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    orders = np.maximum(1, rng.poisson(np.array([2, 9, 20])[kind]))
    spend = orders * rng.gamma(4, np.array([10, 12, 40])[kind])
    days = pd.to_timedelta(rng.integers(1, np.array([500, 90, 200])[kind] + 1), unit="D")
    last = pd.Timestamp("2025-06-30") - days
    staff = np.maximum(1, rng.lognormal(np.array([2, 3, 4.5])[kind], 0.6)).round().astype(int)
    frame = pd.DataFrame({"Client": [f"K{i:05d}" for i in range(n)]})
    frame["Revenue"] = [f"{x:.2f}" for x in spend]
    frame["Last order"], frame["Orders"] = last.strftime("%Y-%m-%d"), orders
    frame["Industry"], frame["Employees"] = rng.choice(["Retail", "Food", "Health"], n), staff
    frame["Newsletter"] = rng.choice(["yes", "no"], n)
    frame.loc[rng.choice(n, n // 20, replace=False), "Revenue"] = ""
    return frame


def survey(n, *, seed=5, planted=True):
    """Make a survey without respondent numbers: eight scales 1 to 5, four yes or no, a region."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, n, p=[0.4, 0.35, 0.25])
    means = rng.permutation(np.repeat([1.6, 3.0, 4.5], 8)).reshape(3, 8)
    marks = np.clip(np.rint(means[kind] + rng.normal(0, 0.7, (n, 8))), 1, 5).astype(int)
    marks = marks if planted else rng.integers(1, 6, (n, 8))
    frame = pd.DataFrame(marks, columns=[f"matters: {thing}" for thing in "abcdefgh"])
    for name in ("owns a car", "has children", "shops online", "pet at home"):
        frame[name] = np.where(rng.random(n) < 0.5, "yes", "no")
    frame["region"] = rng.choice(PLACES, n)
    return frame


def text(frame):
    return frame.to_csv(index=False)


@pytest.fixture
def listed(project):
    """Give a maker of opened list studies: `listed(frame, columns={…})`."""

    def make(frame, *, columns=None, study=""):
        mapping = {"customers": columns} if columns else None
        return data.open(project(customers=text(frame), columns=mapping, study=study))

    return make


def card_of(tables):
    return data.card.build(tables, as_of=data.card.analysis_date(tables), window_days=365)


# ------------------------------------------------------------------ tables and card


def test_a_list_opens_without_orders_and_says_what_it_knows(listed):
    frame = crm(40)
    tables = listed(frame, columns=CRM)
    facts = tables.facts()
    assert not tables.has("orders")
    assert tables.orders is None
    assert tables.baskets is None
    assert facts["customers_n"] == 40
    assert facts["orders_n"] == frame["Orders"].sum()
    assert facts["spend_total"] == pytest.approx(pd.to_numeric(frame["Revenue"]).sum())
    assert facts["first_order"] is None
    assert f"{facts['last_order']:%Y-%m-%d}" == frame["Last order"].max()
    assert "no later period can judge" in " ".join(tables.notes()["decision"])
    assert tables.register()["table"].tolist() == ["customers"]


def test_the_card_of_a_list_has_the_cards_own_names_and_keeps_the_rest(listed):
    frame = crm(40)
    card = card_of(listed(frame, columns=CRM))
    assert card.columns.tolist()[:5] == [
        "customer_id",
        "days_since_purchase",
        "orders_n",
        "spend_total",
        "spend_per_order",
    ]
    last = pd.to_datetime(frame["Last order"])
    days = (last.max() - last).dt.days + 1
    assert card["days_since_purchase"].tolist() == days.tolist()
    assert card["spend_total"].isna().sum() == 2  # unknown stays unknown
    assert pd.api.types.is_numeric_dtype(card["Employees"])
    assert card["Newsletter"].isin(["yes", "no"]).all()  # asked once: a label
    assert tracing.reconciled(data.from_frames(customers=_canonical(frame)), card, **BACK)


BACK = {"as_of": "2025-07-01", "window_days": 365}


def _canonical(frame):
    names = {heading: name for name, heading in CRM.items()}
    renamed = frame.rename(columns=names).assign(spend_total=pd.to_numeric(frame["Revenue"]))
    return renamed.assign(last_order_at=pd.to_datetime(renamed["last_order_at"]))


@pytest.mark.slow
def test_answers_are_numbers_and_rows_without_ids_are_numbered(listed):
    frame = survey(60)
    frame = pd.concat([frame, frame.head(1)])  # two people who answer alike are two people
    tables = listed(frame)
    card = card_of(tables)
    words = data.card.dictionary(card).set_index("column")
    assert len(card) == 61
    assert card["customer_id"].is_unique
    assert "no customer number" in tables.notes()["trap"].tolist()
    assert set(card["has children"]) == {0.0, 1.0}
    assert words.loc["has children", "unit"] == "yes/no"
    assert words.loc["matters: a", ["family", "unit"]].tolist() == ["psychographic", "1 to 5"]
    assert set(card["region"]) == set(PLACES)


def test_two_questions_make_no_set_and_stay_groups():
    frame = pd.DataFrame({"a": list("12345") * 4, "b": list("54321") * 4, "zip": ["01"] * 20})
    read = readings.read(frame)
    assert not any(pd.api.types.is_numeric_dtype(read[c]) for c in read)
    third = readings.read(frame.assign(c=list("13542") * 4))
    assert [c for c in third if pd.api.types.is_numeric_dtype(third[c])] == ["a", "b", "c"]


@pytest.mark.parametrize("missing", ["", "n/a", "don't know"])
def test_an_unanswered_question_is_not_known_and_its_column_stays_a_number(missing):
    marks = [str(1 + i % 5) for i in range(30)]
    frame = pd.DataFrame({"a": [missing or None, *marks[1:]], "b": marks, "c": marks[::-1]})
    read = readings.read(frame)
    assert read["a"].isna().tolist() == [True] + [False] * 29
    assert read["a"].dropna().between(1, 5).all()


@pytest.mark.slow
def test_unreadable_values_of_a_list_are_counted_and_the_customers_stay(listed):
    frame = crm(40)
    frame.loc[0, "Revenue"] = "plenty"
    tables = listed(frame, columns=CRM)
    told = tables.notes().set_index("trap").loc["unreadable values", "measured"]
    assert told == "1 of 40 values of spend_total cannot be read"
    assert tables.facts()["customers_n"] == 40


@pytest.mark.parametrize("columns", [["Client", "Industry"], ["Client", "Revenue"], ["Client"]])
def test_a_list_with_one_attribute_is_refused_in_words(listed, columns):
    frame = crm(60)[columns]
    with pytest.raises(StudyError, match="At least two such columns are needed") as caught:
        card_of(listed(frame, columns={"customer_id": "Client"}))
    assert "customers.csv" in str(caught.value)


def test_a_name_for_everybody_is_no_second_attribute(listed):
    frame = crm(60)[["Client", "Industry"]].assign(name=[f"Firm {i}" for i in range(60)])
    with pytest.raises(StudyError, match="only Industry differs"):
        card_of(listed(frame, columns={"customer_id": "Client"}))


@pytest.mark.slow
def test_money_in_a_customers_table_beside_orders_stays_an_attribute(project):
    orders = "customer_id,order_id,ordered_at,amount\n1,1,2025-01-01,10\n2,2,2025-01-02,20\n"
    tables = data.open(project(orders=orders, customers="customer_id,spend_total\n1,many\n2,5\n"))
    card = data.card.build(tables, as_of="2025-02-01", window_days=0)
    assert card["spend_total"].tolist() == [10.0, 20.0]
    assert card["spend_total_given"].tolist() == ["many", "5"]


# ------------------------------------------------------------------ goals


def test_a_list_has_no_kpi_no_target_and_still_a_verdict(listed):
    tables = listed(crm(200), columns=CRM)
    situation = goals.situation(tables)
    kpi = goals.choose_kpi(situation)
    past = goals.history(situation, kpi=kpi)
    goal = goals.goal(past, change_pct=15.0, rng=np.random.default_rng(1))
    checks = goals.knockouts(goal, past=past, limits=Limits(), customers_n=200)
    decided = goals.verdict(checks, goal=goal)
    assert isinstance(kpi, Refused)
    assert isinstance(past.table, Refused)
    assert isinstance(past.test, Refused)
    assert goal.kpi is goal.target is goal.baseline is goal.due is None
    assert not any(letter["passes"] for letter in goal.smart)
    assert decided.verdict == "segment"
    assert "table of orders" in decided.reason
    past = goals.history(situation, kpi=kpi, min_customers=300)
    few = goals.knockouts(goal, past=past, limits=Limits(), customers_n=200)
    assert goals.verdict(few, goal=goal).verdict == "do not segment"


def test_an_undated_list_has_no_analysis_date_and_says_so(listed):
    tables = listed(survey(80))
    situation = goals.situation(tables)
    assert situation.days.as_of is None
    assert "holds no dates" in situation.introduction
    assert isinstance(situation.months, Refused)
    assert isinstance(situation.top_share, Refused)
    assert "money is not on it" in situation.lessons


def test_a_wished_kpi_needs_orders(listed):
    tables = listed(crm(40), columns=CRM)
    with pytest.raises(StudyError, match="needs the table orders"):
        goals.choose_kpi(goals.situation(tables), wish="repeat_rate")


def test_who_only_gave_something_back_was_not_known_before_a_period():
    days = pd.date_range("2025-01-01", periods=120, freq="D")
    rows = [("a", day, 10.0) for day in days] + [("b", days[1], -5.0)]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    tables = data.from_frames(orders)
    situation = goals.situation(tables, horizon_days=28)
    past = goals.history(situation, kpi="repeat_rate", min_customers=1)
    assert set(past.table["n"]) == {1}


# ------------------------------------------------------------------ criteria


def short_list(card):
    why = Refused("A list has no earlier period.")
    brief = Brief("segment", "", Goal(), {"as_of": None}, why, why, Limits(reachable_share=0.5))
    possible = criteria.candidates(card, dictionary=data.card.dictionary(card), brief=brief)
    evidence = criteria.evidence(possible, outcome=why, rules=criteria.Rules(), seed=1)
    return criteria.short_list(evidence)


def test_criteria_of_a_survey_are_its_battery_whole(listed):
    found = short_list(card_of(listed(survey(500))))
    table, short = found.table, found.names
    assert sorted(short) == [f"matters: {c}" for c in "abcdefgh"]  # not the coins, not the region
    assert table["reachable"].all()  # an answer stands beside the customer who gave it


@pytest.mark.slow
def test_a_twin_of_a_chosen_criterion_steps_back(listed):
    frame = survey(400)
    frame["matters: a again"] = frame["matters: a"]
    table = short_list(card_of(listed(frame))).table.set_index("column")
    twins = table.loc[["matters: a", "matters: a again"], "role"].tolist()
    assert twins.count("segment") <= 1


# ------------------------------------------------------------------ segments and their judgement


@pytest.mark.slow
def test_segments_without_money_are_ordered_by_customers(listed):
    card = card_of(listed(survey(400)))
    recipe = {"approach": "clusters", "features": [f"matters: {x}" for x in "abcd"], "k": 3}
    definition = segments.fit(card, {**recipe, "seed": 1})
    labels = segments.assign(card, definition)["segment"]
    sizes = segments.sizes(labels, spend=None, order=definition.order)
    assert sizes["customers_n"].is_monotonic_decreasing
    assert sizes["customers_n"].sum() == 400
    assert sizes["money_share"].isna().all()


@pytest.mark.slow
def test_abc_and_rfm_run_where_the_list_has_their_columns(listed):
    card = card_of(listed(crm(300), columns=CRM))
    for approach in ("abc", "rfm"):
        found = segments.attempt(card, approach)
        assert set(found.labels) <= set(found.order)
    poor = card.drop(columns=["orders_n"])
    assert "`orders_n` on the list" in segments.attempt(poor, "rfm").why
    with pytest.raises(StudyError, match="orders"):
        segments.fit(poor, {"approach": "rfm"})


def test_whose_last_order_is_unknown_is_never_recent():
    card = pd.DataFrame({"days_since_purchase": [1, 20, 40, 60, 80, np.nan]})
    card = card.assign(customer_id=list("abcdef"), orders_n=5.0, spend_total=10.0)
    labels = segments.attempt(card, "rfm").labels
    assert labels.iloc[-1] == labels.iloc[-2]
    assert labels.iloc[-1] != labels.iloc[0]


def test_one_answer_style_is_named_and_opposed_answers_are_not():
    rng = np.random.default_rng(3)
    high = rng.normal(size=300)
    alike = pd.DataFrame({c: high + rng.normal(0, 0.5, 300) for c in "abc"})
    assert "One answer style dominates" in chooser.style(alike, features=list("abc"))
    assert chooser.style(alike.assign(c=-alike["c"]), features=list("abc")) == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_answers_are_never_called_natural_or_found(listed, seed):
    card = card_of(listed(survey(400, seed=seed, planted=False)))
    features = short_list(card).names
    matrix = clusters.prepare(card, clusters.scaling(card, features=features))
    rng = np.random.default_rng(seed)
    evidence, _ = structure.evidence(matrix, clustering=clusters, most=6, repeats=5, rng=rng)
    assert structure.verdict(evidence)["structure"] in ("none", "constructive")


def test_what_was_not_tested_is_said_once_and_never_passes():
    now = pd.Categorical(["a", "b"] * 20, categories=["a", "b"], ordered=True)
    limits = Limits(min_stability=0.6, reachable_share=0.5)
    untold = Refused("This list has no later period.")
    tables = [
        verdicts.found_again(untold, limits=limits, names=["a", "b"]),
        verdicts.reachable(pd.DataFrame({"x": range(40)}), now, limits=limits),
    ]
    checks = verdicts.combine(tables, listed=True)
    assert checks["segment"].tolist() == ["all", "all"]
    assert set(checks["verdict"]) == {"warn"}
    assert len(verdicts.combine(tables)) == 4


# ------------------------------------------------------------------ action


def test_no_response_and_no_profit_is_invented_for_a_list():
    card = pd.DataFrame({"customer_id": list("abcd"), "marks": [1.0, 2.0, 3.0, 4.0]})
    pages = [{"name": n, "segments": [n], "statements": [], "traits": {}} for n in ("x", "y")]
    known = facts.by_persona(card, personas=["x", "x", "x", "y"], pages=pages, window_days=365)
    known = known.assign(response=np.nan, low=np.nan, high=np.nan)
    assumed = Assumptions(contact_cost=0.6, margin=0.25)
    judged = economics.returns(known, assumed=assumed)
    assert known.index.tolist() == ["x", "y"]  # the larger first
    assert known["spend_share"].isna().all()
    assert set(judged["verdict"]) == {economics.UNKNOWN}
    assert judged["break_even"].isna().all()
    assert economics.order_value(card) == Refused(economics.LACKING["value"])
    past = holdout.history(data.from_frames(customers=card), customers=[], end=None, days=7)
    assert past == Refused(economics.LACKING["test"])


def test_an_order_that_leaves_nothing_is_told_without_odd_percentages():
    assumed = Assumptions(contact_cost=0.6, margin=0.25)
    share = assumed.break_even(0.0)
    told = economics.needed(share, value=0.0, margin=(0.25, "given"), assumed=assumed)
    lesson = economics.lesson(pd.DataFrame({"verdict": []}), needed=share)
    for sentence in (told, lesson):
        assert "no response pays" in sentence
        assert "inf" not in sentence


@pytest.mark.parametrize("business", ["services", "b2b", "mixed"])
def test_outside_shops_nobody_hears_of_baskets_and_shelves(business):
    retold = trades.retold(rules.RULES, business=business, listed=True)
    said = " ".join(
        " ".join((rule.name, rule.because, *rule.sets.values())) for rule in retold
    ).lower()
    for word in ("basket", "coupon", "shelf", "till,", "days_between_orders"):
        assert word not in said, word
    assert trades.retold(rules.RULES, business="store", listed=False) == rules.RULES


# ------------------------------------------------------------------ the whole chain


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """Give `run(name)`: the chain on one list, the notebooks as their text stands."""
    home = tmp_path_factory.mktemp("lists")
    for folder in ("studies", "notebooks", "data"):
        (home / folder).mkdir()
    from segkit.workbook import notebook, publish

    for stage in STAGES:
        book = notebook.write(publish.from_text(stage))
        (home / "notebooks" / f"{stage}.ipynb").write_bytes(book)
    columns = ", ".join(f"{name}: {heading!r}" for name, heading in CRM.items())
    studies = {
        "crm": (crm(1500), "b2b", f"    columns: {{{columns}}}\n"),
        "small": (crm(30), "services", f"    columns: {{{columns}}}\n"),
        "survey": (survey(400), "mixed", ""),
        "thin": (crm(60)[["Client", "Industry"]], "store", "    columns: {customer_id: Client}\n"),
    }
    for name, (frame, business, lines) in studies.items():
        (home / "data" / f"{name}.csv").write_text(text(frame), encoding="utf-8")
        (home / "studies" / f"{name}.yaml").write_text(
            f"title: The list {name}\nbusiness: {business}\ncurrency: EUR\n"
            f"tables:\n  customers:\n    file: data/{name}.csv\n{lines}",
            encoding="utf-8",
        )
    return lambda name: _run(home, name)


def _run(home, name):
    done = programs.segkit("run", name, *programs.FEW, cwd=home, SEGKIT_HOME=home)
    return home / "runs" / name, done


@pytest.mark.slow
@pytest.mark.parametrize(("name", "n"), [("crm", 1500), ("survey", 400)])
def test_a_list_goes_through_to_a_report_without_an_invented_goal(chain, name, n):
    path, done = chain(name)
    assert done.returncode == 0, done.stdout + done.stderr
    brief = json.loads((path / "brief.json").read_text())
    assert brief["verdict"] == "segment"
    assert brief["learn"] is brief["test"] is brief["goal"]["target"] is None
    assert len(pd.read_csv(path / "membership.csv")) == n
    judged = json.loads((path / "corrections.json").read_text())["verdict"]
    assert "Whether they act differently was not tested" in judged["sentence"]
    page = (path / "report.html").read_text(encoding="utf-8")
    first = page[page.index('id="summary"') : page.index('id="answers"')]
    assert "on a list, one row each" in first
    assert "Target" not in first
    assert ("They spent" in first) is (name == "crm")
    told = re.sub(r"<pre.*?</pre>|data:[^\"]*", "", page, flags=re.S)
    for odd in ("nan%", "inf%", ">nan<", "None<", "NaT"):
        assert odd not in told, odd
    if name == "survey":
        assert "households" not in page[page.index('id="summary"') : page.index("</main>")]


@pytest.mark.slow
def test_thirty_customers_are_advised_against_and_one_attribute_is_refused(chain):
    path, done = chain("small")
    brief = json.loads((path / "brief.json").read_text())
    assert brief["verdict"] == "do not segment"
    assert "30 customers are too few" in brief["reason"]
    assert done.returncode == 0 or "cannot carry" in done.stdout + done.stderr
    path, done = chain("thin")
    assert done.returncode != 0
    told = " ".join((done.stdout + done.stderr).split())
    assert "At least two such columns are needed" in told
    assert "Traceback" not in told


def amounts(**odd):
    """Give texts of 40 different amounts, some of them written otherwise."""
    cells = [str(1000 + 7 * n) for n in range(40)]
    for at, cell in odd.items():
        cells[int(at[1:])] = cell
    return cells


def test_one_odd_cell_makes_no_labels_of_a_column_of_numbers():
    frame = pd.DataFrame({"income": amounts(_3="1e+05", _4="$1,234.00 ", _5="n/a", _6="many")})
    read = readings.read(frame)["income"]
    assert read[3:7].tolist()[:2] == [100000.0, 1234.0]
    assert read[5:7].isna().all()
    same = readings.measures(ibis.memtable(frame), ["income"])["income"].execute()
    assert same.dropna().sum() == read.dropna().sum()


def test_numbers_that_are_names_of_groups_stay_groups():
    cells = [str(n % 20 + 1) for n in range(40)]
    frame = pd.DataFrame({"region": cells, "store visits": cells, "zip": amounts(_1="01234")})
    numbers = [c for c in frame if pd.api.types.is_numeric_dtype(readings.read(frame)[c])]
    assert numbers == ["store visits"]
    assert list(readings.measures(ibis.memtable(frame), list(frame))) == ["store visits"]


def test_what_could_not_be_read_of_an_attribute_is_counted(listed):
    frame = crm(40)
    frame["Points"] = amounts(_6="many")
    told = listed(frame, columns=CRM).notes()
    assert "1 of 40 values of Points cannot be read" in told.measured.tolist()


AGREED = ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")


def test_answers_in_words_of_one_scale_are_marks_where_several_columns_hold_them():
    said = pd.DataFrame({name: [*AGREED, None, "n/a"] for name in ("bold", "thrifty", "loyal")})
    said["often"] = ["Rarely", "Often", "Rarely", "Often", "Rarely", "Often", "Often"]
    read = readings.read(said)
    assert read["bold"].tolist()[:5] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert read["loyal"].isna().sum() == 2
    assert read["often"].tolist() == said["often"].tolist()
    assert readings.read(said[["bold", "thrifty"]])["bold"].tolist()[0] == AGREED[0]


def test_a_list_of_labels_is_refused_its_short_list_with_the_true_reason(project):
    rows = [f"n{n},{PLACES[n % 3]},{('web', 'fair')[n % 2]}" for n in range(40)]
    run = project(customers="\n".join(["customer_id,region,channel", *rows]) + "\n")
    card = data.card.build(data.open(run), as_of=None, window_days=None)
    brief = Brief("segment", "", Goal(), {}, None, None, Limits())
    found = criteria.candidates(card, dictionary=data.card.dictionary(card), brief=brief)
    short = criteria.short_list(
        criteria.evidence(found, outcome=Refused("a list"), rules=criteria.Rules(), seed=1)
    )
    assert short.names == []
    assert "it holds no number" in short.told.why
    assert "customer_id and amount" not in short.readable.why


def test_without_numbers_the_first_approach_of_labels_goes_on():
    card = pd.DataFrame({"customer_id": [f"c{n}" for n in range(60)]})
    card["employees"] = [("1-10", "11-50", "51+")[n % 3] for n in range(60)]
    found = segments.options(card, criteria=pd.DataFrame({"column": [], "role": []}))
    scaling = clusters.scaling(card, features=found.features)
    assert isinstance(scaling, Refused)
    recipe = clusters.recipe(found.features, k=scaling, seed=1)
    by_likeness = segments.attempt(card, recipe)
    assert "only labels" in by_likeness.why
    assert found.final("clusters", within="", clusters=by_likeness, smallest=0.05).name == (
        "firmographic"
    )
    bare = segments.options(
        card[["customer_id"]], criteria=pd.DataFrame({"column": [], "role": []})
    )
    with pytest.raises(StudyError, match="No approach can sort these customers"):
        bare.final("clusters", within="", clusters=by_likeness, smallest=0.05)
