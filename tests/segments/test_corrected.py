"""Corrections: each kind, their relations, and what is said of an entry that cannot be taken."""

import json

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit import segments
from segkit import study as studies
from segkit.refusal import Refused
from segkit.segments import settled
from segkit.segments.definition import Definition, membership
from segkit.study import StudyError
from segkit.workbook import correcting


def entry(kind, *names, **details):
    told = {"why": "it serves", "who": "Marketing", "date": "2026-11-30"}
    return {"kind": kind, "segments": list(names), **details, **told}


def kept_of(card, **recipe):
    own = {"features": ["spend_total", "orders_n"], "k": 3, "seed": 1}
    recipe = recipe or {"approach": "clusters", **own}
    definition = segments.fit(card, recipe)
    labels = segments.assign(card, definition)["segment"]
    order = [name for name in definition.order if (labels == name).any()]
    saved = {"approach": recipe["approach"], "order": order, "k": len(order), "recipe": recipe}
    saved |= {"features": own["features"], "definition": definition.to_dict()}
    return settled.Kept(card, membership(card, labels=labels, order=order), saved)


@pytest.fixture(scope="module")
def card():
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1, 2], [60, 50, 40])
    spend = np.array([20.0, 200.0, 900.0])[group] + rng.normal(size=150) * 4
    orders = np.array([2.0, 30.0, 30.0])[group] + rng.normal(size=150)
    region = np.where(np.arange(150) % 3 == 0, "North", "South")
    data = {"customer_id": [f"c{i:03}" for i in range(150)], "spend_total": spend.round(2)}
    frame = pd.DataFrame({**data, "orders_n": orders.round(2), "region": region})
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


@pytest.fixture(scope="module")
def kept(card):
    return kept_of(card)


def every_kind(kept):
    a, b, c = kept.order
    return [
        entry("split", c, into=2),
        entry("refine", a, by="region", into=2),
        entry("narrow", b, when={"spend_total": {"over": 199}}, to=f"{a}: region South"),
        entry("merge", b, f"{a}: region South", name="Both"),
        entry("drop", "Both"),
    ]


def test_every_kind_is_taken_and_everybody_is_in_one_segment(kept):
    found = settled.corrected(kept, every_kind(kept))
    assert found.saved["definition"]["rules"]["out"] == ["Both"]
    assert found.membership["segment"].isin(found.order).all()
    assert (found.membership["customer_id"] == kept.card["customer_id"]).all()


def test_a_merge_adds_up_and_a_drop_moves_nobody(kept):
    a, b, _ = kept.order
    merged = settled.corrected(kept, [entry("merge", b, a)])
    assert merged.shares[f"{a} + {b}"] == pytest.approx(kept.shares[a] + kept.shares[b])
    dropped = settled.corrected(kept, [entry("drop", a)])
    assert dropped.membership["segment"].tolist() == kept.membership["segment"].tolist()


def test_without_entries_and_after_undoing_all_it_is_the_same(kept):
    assert settled.corrected(kept, []) is kept


def test_new_rows_and_any_engine_get_the_labels(kept):
    found = settled.corrected(kept, every_kind(kept))
    plain = Definition.from_dict(json.loads(json.dumps(found.saved["definition"])))
    assert (segments.assign(kept.card, plain)["segment"] == found.membership["segment"]).all()
    lazy = segments.assign(ibis.memtable(kept.card), plain).order_by("customer_id").execute()
    here = found.membership.sort_values("customer_id")["segment"].tolist()
    assert lazy["segment"].tolist() == here
    assert not any(name.endswith("_segment_") for name in lazy)


def test_the_order_of_the_rows_does_not_matter(kept):
    other = kept_of(kept.card.iloc[::-1].reset_index(drop=True))
    found = [settled.corrected(each, every_kind(each)).membership for each in (kept, other)]
    one, two = (each.set_index("customer_id")["segment"].sort_index() for each in found)
    assert one.astype(str).equals(two.astype(str))


def test_corrected_segments_are_looked_for_again_under_the_same_names(kept):
    """The back-test of notebook 05 asks this; refused, nothing could be said of what they do."""
    a, b, _ = kept.order
    found = settled.corrected(kept, [entry("merge", a, b), entry("split", f"{a} + {b}", into=2)])
    again = found.again(kept.card)
    assert not isinstance(again, Refused)
    assert (again.labels == found.membership["segment"]).all()


def test_two_approaches_at_once_are_looked_for_again_too_and_corrected(card):
    second = {"approach": "clusters", "features": ["orders_n"], "k": 2, "seed": 1}
    both = {"first": {"approach": "abc"}, "second": second, "smallest": 0.05}
    kept = kept_of(card, approach="combined", **both)
    assert (kept.again(card).labels == kept.membership["segment"]).all()
    merged = settled.corrected(kept, [entry("merge", *kept.order[:2])])
    assert (merged.again(card).labels == merged.membership["segment"]).all()


@pytest.mark.slow
def test_segments_of_rules_are_never_matched_by_who_is_in_them(card):
    """Dropping one moves nobody, and best customers are those of the rule, at any date.

    Matched by overlap, most of an earlier card got another segment's name.
    """
    days = np.random.default_rng(0).integers(1, 365, len(card))
    card = card.assign(days_since_purchase=days)
    found = kept_of(card, approach="rfm")
    corrected = settled.corrected(found, [entry("drop", found.order[0])])
    then = card[card["days_since_purchase"] > 150].reset_index(drop=True)
    assert corrected.again(then).labels.tolist() == found.again(then).labels.tolist()


def test_clusters_found_again_stay_as_many_where_one_of_today_is_empty(kept):
    """Two of them under one name would be one segment, and nobody would be told."""
    gone, *here = kept.order
    card = kept.card[(kept.membership["segment"] != gone).to_numpy()].reset_index(drop=True)
    recipe = settled.corrected(kept, [entry("drop", here[0])]).recipe
    found = segments.assign(card, segments.fit(card, recipe))["segment"]
    assert found.nunique() == len(kept.order)
    assert gone not in set(found)


def test_a_sample_without_a_segment_does_not_find_its_correction(kept):
    """Notebook 05 would stop at such a sample, if it were an error."""
    gone, b, _ = kept.order
    one = kept.card["customer_id"][(kept.membership["segment"] == gone).to_numpy()].iloc[0]
    rows = np.flatnonzero(kept.card["customer_id"] != one)
    few = settled.corrected(kept, [entry("narrow", gone, when={"customer_id": {"is": one}}, to=b)])
    again = few.refit(rows, np.random.default_rng(1))
    assert len(again) == len(kept.card)


def test_all_kinds_found_again_on_everybody_are_those_of_today(kept):
    """Repeating what made the segments and then the steps, on all rows, changes nobody's."""
    found = settled.corrected(kept, every_kind(kept))
    again = found.refit(np.arange(len(kept.card)), np.random.default_rng(5))
    assert again.tolist() == found.membership["segment"].tolist()


def test_a_sample_gets_the_segments_that_the_recipe_would_make_of_it(kept):
    """`refit` fits nothing twice: the same partition as the recipe from the start."""
    found = settled.corrected(kept, every_kind(kept))
    rows = np.random.default_rng(2).integers(len(kept.card), size=len(kept.card))
    again = found.refit(rows, np.random.default_rng(5))
    recipe = segments.fit(kept.card.iloc[rows].reset_index(drop=True), found.recipe)
    whole = segments.assign(kept.card, recipe)["segment"]
    cells = pd.crosstab(again, whole.to_numpy())
    assert len(cells) == again_n(cells) == len(cells.columns)


def again_n(cells):
    """Count the pairs of segments that share anybody: as many as segments, if both are alike."""
    return int((cells > 0).to_numpy().sum())


def test_the_corrected_on_a_card_without_groups_know_what_they_were(kept):
    found = settled.corrected(kept, every_kind(kept))
    none = found.shuffled(np.random.default_rng(1))
    assert sorted(none.found.card["orders_n"]) == sorted(kept.card["orders_n"])
    assert set(none.found.order) <= {*kept.order, *(f"{n} (found again)" for n in kept.order)}
    again = none.refit(np.arange(len(none.card)), np.random.default_rng(1))
    assert len(set(again)) <= len(found.order) + 1


def test_a_split_keeps_the_scale_that_made_the_segments():
    """Five who answered one campaign are no part of their own, far off as they are inside it."""
    rng = np.random.default_rng(5)
    low, high = np.zeros(200), rng.integers(3, 9, 100).astype(float)
    low[:5] = 1.0
    card = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(300)]}).assign(
        campaigns_responded_n=np.r_[low, high], spend_total=rng.lognormal(5, 0.5, 300)
    )
    features = ["campaigns_responded_n", "spend_total"]
    kept = kept_of(card, approach="clusters", features=features, k=2, seed=1)
    quiet = kept.membership["segment"].iloc[10]
    sizes = settled.corrected(kept, [entry("split", quiet, into=2)]).shares * len(card)
    assert sizes[[name for name in sizes.index if name.startswith(f"{quiet}:")]].min() > 50


def test_a_column_of_true_and_false_makes_two_parts(kept):
    a, loyal = kept.order[0], np.arange(len(kept.card)) % 4 == 0
    other = kept_of(kept.card.assign(loyal=loyal))
    found = settled.corrected(other, [entry("refine", a, by="loyal", into=2)]).membership["segment"]
    inside = kept.membership["segment"] == a
    assert ((found == f"{a}: loyal") == (inside & loyal)).all()
    assert ((found == f"{a}: not loyal") == (inside & ~loyal)).all()


def test_who_is_not_known_has_a_part_and_meets_no_condition(kept):
    a, b, _ = kept.order
    age = np.where(np.arange(len(kept.card)) % 3 == 0, np.nan, np.arange(len(kept.card)))
    other = kept_of(kept.card.assign(age=age))
    parted, narrowed = (
        settled.corrected(other, [each]).membership["segment"]
        for each in (
            entry("refine", a, by="age", into=2),
            entry("narrow", a, when={"age": {"over": 20}}, to=b),
        )
    )
    inside = kept.membership["segment"] == a
    assert ((parted == f"{a}: age not known") == (inside & np.isnan(age))).all()
    assert (age[narrowed == a] > 20).all()
    assert (narrowed[inside & ~(age > 20)] == b).all()


def test_focus_follows_the_names(kept):
    a, b, c = kept.order

    def out(*entries):
        return settled.corrected(kept, list(entries)).saved["definition"]["rules"]["out"]

    assert out(entry("drop", a), entry("merge", a, b)) == []
    assert out(entry("drop", a), entry("drop", b), entry("merge", a, b)) == [f"{a} + {b}"]
    assert len(out(entry("drop", c), entry("split", c, into=2))) == 2
    assert out(entry("drop", a), entry("narrow", b, when={"orders_n": {"over": 0}}, to=c)) == [a]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("merge", ["{a}"], {}), "two"),
        (("merge", ["{a}", "Nobody"], {}), "Nobody"),
        (("drop", ["{a}!"], {}), "{a}"),
        (("split", ["{a}"], {"into": 30}), "30"),
        (("refine", ["{a}"], {"by": "regoin"}), "region"),
        (("narrow", ["{a}"], {"when": {"orders_n": {"over": 1}}, "to": "{a}"}), "{a}"),
        (("narrow", ["{a}"], {"when": {"orders_n": {"over": 999}}, "to": "{b}"}), "{a}"),
        (("marge", ["{a}"], {}), "merge"),
        (("merge", ["{a}", "{b}", "{c}"], {}), "for everybody"),
        (("refine", ["{a}"], {}), "takes `by`"),
        (("refine", ["{a}"], {"by": "customer_id"}), "single people"),
        (("narrow", ["{a}"], {"when": {"orders_n": {"over": 1}}, "to": ""}), "takes `to`"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_named_in_words(kept, asked, said):
    names = dict(zip("abc", kept.order, strict=True))

    def put(value):
        return value.format(**names) if isinstance(value, str) else value

    kind, segments_, details = asked
    bad = entry(kind, *map(put, segments_), **{n: put(v) for n, v in details.items()})
    with pytest.raises(StudyError) as told:
        settled.corrected(kept, [bad])
    assert put(said) in str(told.value)


def test_entries_are_added_proposals_listed_and_entries_undone(tmp_path, monkeypatch, kept):
    for folder in ("studies", "notebooks"):
        (tmp_path / folder).mkdir()
    (tmp_path / "studies" / "shop.yaml").write_text("title: A shop\n", encoding="utf-8")
    monkeypatch.setenv("SEGKIT_HOME", str(tmp_path))
    monkeypatch.setenv("SEGKIT_RUNS", str(tmp_path / "runs"))
    run = studies.open_run("shop", stage="03_data")
    run.write("card.parquet", kept.card)
    run.write("segments.parquet", kept.membership)
    run.write("segments.json", kept.saved)
    a, b, _ = kept.order
    made = {"kind": "merge", "segments": [a, b], "why": "alike", "who": "Marketing"}
    assert sum(correcting.add("shop", made).values()) == len(kept.card)
    with pytest.raises(StudyError, match="There is no segment") as told:
        correcting.add("shop", made)  # they are one by now
    assert "--undo" not in str(told.value)  # nothing was written that could be taken back
    with pytest.raises(StudyError, match="Say who stays"):
        correcting.rule("", "shop")
    assert len(correcting.listed("shop")) == 1
    proposal = {"kind": "merge", "segments": [a, b], "reason": "too small"}
    run.write("corrections.json", {"proposals": [proposal]})
    assert correcting.proposed("shop") == [f"merge {a} + {b}: too small"]
    with pytest.raises(StudyError, match="no correction 2"):
        correcting.undo("shop", 2)
    told = {"why": "to see", "who": "Marketing"}
    correcting.add("shop", {"kind": "drop", "segments": [f"{a} + {b}"], **told})
    with pytest.raises(StudyError, match="needed by one after it"):
        correcting.undo("shop", 1)
    correcting.undo("shop", 2)
    with pytest.raises(StudyError, match="fewer than the 10"):
        correcting.add("shop", {"kind": "split", "segments": [f"{a} + {b}"], "into": 6, **told})
    correcting.undo("shop", 1)
    assert not (tmp_path / "studies" / "shop.corrections.json").exists()
