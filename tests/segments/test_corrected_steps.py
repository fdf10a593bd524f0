"""Corrections as data: steps on top of a segmentation, the same on every card and engine."""

import ibis
import numpy as np
import pandas as pd
import pytest

from segkit import segments
from segkit.segments import chooser, settled
from segkit.study import StudyError

FEATURES = ["orders_n", "basket_median"]


@pytest.fixture(scope="module")
def card():
    """Three clear groups of a hundred, with words, gaps and a yes or no beside them."""
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(centre, 1, (100, 2)) for centre in ((5, 5), (15, 5), (10, 15))])
    n = len(X)
    table = pd.DataFrame(X.clip(0.1), columns=FEATURES)
    table.insert(0, "customer_id", [f"c{place}" for place in range(n)])
    return table.assign(
        spend_total=table["orders_n"] * table["basket_median"],
        region=np.array(["north", "south", "west", None], dtype=object)[rng.integers(0, 4, n)],
        opted=rng.random(n) < 0.4,
        age=np.where(rng.random(n) < 0.3, np.nan, rng.integers(18, 80, n)),
        days_since_purchase=rng.integers(1, 365, n),
    )


@pytest.fixture(scope="module")
def found(card):
    return keep(card, {"approach": "clusters", "features": FEATURES, "k": 3, "seed": 1})


@pytest.fixture(scope="module")
def names(found):
    return found.order


def keep(card, recipe):
    attempt = segments.attempt(card, recipe)
    saved = {
        "approach": recipe["approach"],
        "order": attempt.sizes["segment"].tolist(),
        "recipe": recipe,
        "features": FEATURES,
        "definition": attempt.definition.to_dict(),
    }
    return settled.Kept(card, attempt.members, saved)


def labels(kept):
    return np.asarray(kept.labels, dtype=object)


def entry(kind, *named, **rest):
    return {"kind": kind, "segments": list(named), **rest}


def session(names):
    """A correction of every kind, each on what the one before it left."""
    a, b, c = names
    return [
        entry("refine", a, by="region", into=4),
        entry("merge", f"{a}: region north", f"{a}: region south", name="North and south"),
        entry("split", b, into=2),
        entry("narrow", c, when={"age": {"over": 40}}, to="North and south"),
        entry("drop", "North and south"),
    ]


class TestRelations:
    def test_without_entries_it_is_what_was_found(self, found):
        assert settled.corrected(found, []) is found

    def test_every_customer_is_in_exactly_one_segment(self, found, names):
        kept = settled.corrected(found, session(names))
        assert kept.membership["customer_id"].tolist() == found.card["customer_id"].tolist()
        assert set(kept.membership["segment"]) == set(kept.order)
        assert kept.shares.sum() == pytest.approx(1)

    def test_taking_the_last_entry_back_gives_what_was_before_it(self, found, names):
        entries = session(names)
        before, after = (settled.corrected(found, part) for part in (entries[:3], entries))
        again = settled.corrected(found, after.recipe["steps"][:3])
        assert again.saved == before.saved
        assert again.membership.equals(before.membership)

    def test_order_of_rows_does_not_matter(self, card, found, names):
        kept = settled.corrected(found, session(names))
        mixed = card.sample(frac=1, random_state=1)
        again = segments.assign(mixed, kept.saved["definition"]).set_index("customer_id")
        assert again["segment"].reindex(card["customer_id"]).tolist() == list(labels(kept))

    def test_new_customers_are_put_where_the_same_ones_are(self, card, found, names):
        kept = settled.corrected(found, session(names))
        new = card.iloc[:40].assign(customer_id=[f"n{place}" for place in range(40)])
        assert kept.on(new)["segment"].tolist() == list(labels(kept)[:40])

    def test_the_engine_says_what_pandas_says(self, card, found, names):
        a, b, c = names
        plain = pd.Series(labels(found))
        kept = settled.corrected(
            found, [entry("merge", a, b, name="Both"), entry("narrow", c, when=AGED, to="Both")]
        )
        by_hand = plain.where(plain == c, "Both").where(
            ~((plain == c) & ~(card["age"] > 40)), "Both"
        )
        lazy = segments.assign(ibis.memtable(card), chooser.Definition.from_dict(definition(kept)))
        by_engine = lazy.execute().set_index("customer_id")["segment"].reindex(card["customer_id"])
        assert by_engine.tolist() == by_hand.tolist() == list(labels(kept))

    def test_the_order_of_entries_that_touch_other_segments_does_not_matter(self, found, names):
        one, other = entry("split", names[0], into=2), entry("merge", *names[1:])
        first, second = (settled.corrected(found, way) for way in ([one, other], [other, one]))
        assert list(labels(first)) == list(labels(second))
        assert first.order == second.order

    def test_merged_and_split_again_nobody_else_moves(self, found, names):
        a, b, c = names
        joined = entry("merge", a, b, name="Both")
        kept = settled.corrected(found, [joined, entry("split", "Both", into=2)])
        agreed = pd.crosstab(labels(found), labels(kept))
        assert len(kept.order) == 3
        assert ((agreed > 0).sum() == 1).all()
        assert (labels(kept) == c).tolist() == (labels(found) == c).tolist()

    def test_dropped_customers_stay_where_they_are(self, found, names):
        kept = settled.corrected(found, [entry("drop", names[0])])
        assert list(labels(kept)) == list(labels(found))
        assert kept.out == [names[0]]

    def test_what_is_merged_is_in_focus_until_it_is_dropped(self, found, names):
        a, b, _ = names
        kept = settled.corrected(found, [entry("drop", a), entry("merge", a, b, name=a)])
        assert kept.out == []


AGED = {"age": {"over": 40}}


def definition(kept):
    return kept.saved["definition"]


class TestParts:
    def test_true_and_false_are_two_parts(self, card, found, names):
        kept = settled.corrected(found, [entry("refine", names[0], by="opted", into=2)])
        inside = labels(found) == names[0]
        assert (labels(kept) == f"{names[0]}: opted").sum() == (card["opted"] & inside).sum()
        assert (labels(kept) == f"{names[0]}: not opted").sum() == (~card["opted"] & inside).sum()

    def test_who_is_not_known_has_a_part_too(self, card, found, names):
        kept = settled.corrected(found, [entry("refine", names[0], by="age", into=3)])
        unknown = (labels(found) == names[0]) & card["age"].isna()
        assert ((labels(kept) == f"{names[0]}: age not known") == unknown).all()

    def test_who_is_not_known_does_not_meet_a_condition(self, card, found, names):
        kept = settled.corrected(found, [entry("narrow", names[0], when=AGED, to=names[1])])
        assert (card.loc[labels(kept) == names[0], "age"] > 40).all()


class TestFoundAgain:
    def test_segments_of_rules_keep_their_names_on_another_card(self, card):
        """Who was quiet by then is quiet by the rule, whoever they are today."""
        found = keep(card, {"approach": "rfm"})
        kept = settled.corrected(found, [entry("drop", found.order[0])])
        then = card[card["days_since_purchase"] > 150].reset_index(drop=True)
        assert kept.again(then).labels.tolist() == found.again(then).labels.tolist()

    def test_segments_that_are_searched_for_are_known_by_their_customers(self, card, found, names):
        kept = settled.corrected(found, [entry("merge", *names[:2])])
        rows = np.random.default_rng(3).integers(0, len(card), len(card))
        again = kept.refit(rows, np.random.default_rng(3))
        assert (again == labels(kept)).mean() > 0.95

    def test_where_a_segment_is_not_found_again_its_step_is_refused(self, card, found, names):
        kept = settled.corrected(found, [entry("drop", names[0])])
        few = card[labels(found) != names[0]].reset_index(drop=True)
        with pytest.raises(StudyError, match=f"There is no segment “{names[0]}”"):
            chooser.fit(few, kept.recipe)


WRONG = [
    (lambda a, b, c: entry("dorp", a), "Did you mean 'drop'?"),
    (lambda a, b, c: entry("drop"), "names no segment"),
    (lambda a, b, c: entry("drop", a[:-2]), "Did you mean “"),
    (lambda a, b, c: entry("merge", a), "two segments or more"),
    (lambda a, b, c: entry("merge", a, b, c), "leaves one for everybody"),
    (lambda a, b, c: entry("merge", a, b, name=c), "is there already"),
    (lambda a, b, c: entry("split", a, b), "one segment at a time"),
    (lambda a, b, c: entry("split", a, into=9), "2 to 6 parts, not 9"),
    (lambda a, b, c: entry("refine", a), "takes `by`"),
    (lambda a, b, c: entry("refine", a, by="regoin"), "Did you mean `region`?"),
    (lambda a, b, c: entry("refine", a, by="customer_id"), "would name single people"),
    (lambda a, b, c: entry("narrow", a, when=AGED, to=""), "takes `to`"),
    (lambda a, b, c: entry("narrow", a, when=AGED, to=a), "takes `to`"),
    (lambda a, b, c: entry("narrow", a, when={"age": {"over": 99}}, to=b), "meets the condition"),
]


@pytest.mark.parametrize(("made", "told"), WRONG)
def test_a_wrong_entry_is_said_in_words_and_changes_nothing(found, names, made, told):
    good = entry("split", names[2], into=2)
    kept = [*names[:2], names[1]]
    with pytest.raises(StudyError, match="Correction 1 of 1") as error:
        settled.corrected(found, [made(*names)])
    assert told in str(error.value)
    assert len(settled.corrected(found, [good]).order) == len(kept) + 1


def test_the_first_entry_that_cannot_be_taken_is_named(found, names):
    entries = [entry("split", names[0], into=2), entry("drop", names[0])]
    with pytest.raises(StudyError, match=r"Correction 2 of 2 .* --undo 2"):
        settled.corrected(found, entries)
