"""What is hidden of a movement, and that nobody can compute it from what is shown."""

import numpy as np
import pandas as pd
import pytest

from segkit.refusal import Refused
from segkit.validation import hiding, movement


def moved(flows, smallest=10):
    """Make a movement of (was, now, customers); None is who is not there. Everybody spends 2."""
    rows = [(was, now) for was, now, n in flows for _ in range(n)]
    then = pd.DataFrame([(f"c{i}", w, 2.0) for i, (w, _) in enumerate(rows) if w],
                        columns=["customer_id", "segment", "spend_total"])  # fmt: skip
    now = pd.DataFrame([(f"c{i}", n, 3.0) for i, (_, n) in enumerate(rows) if n],
                       columns=["customer_id", "segment", "spend_total"])  # fmt: skip
    names = sorted({name for row in rows for name in row if name})
    return movement.between(then, now, orders=(names, names), smallest=smallest)


def solved(found):
    """Solve for the cells of the matrix from all shown numbers of customers: those that are known.

    Written apart from `hiding`: equations are read off the shown tables.
    """
    matrix, changes, flows = found.shown, found.shown_changes, found.shown_flows
    cells = [(w, n) for w in matrix.index for n in matrix if found.matrix.loc[w, n]]
    rows = [[(w, n)] for w, n in cells if pd.notna(matrix.loc[w, n])]
    for row in changes.itertuples():
        s = row.segment
        parts = {
            "before_n": [c for c in cells if c[0] == s], "now_n": [c for c in cells if c[1] == s],
            "new_n": [c for c in cells if c == (movement.NEW, s)],
            "gone_n": [c for c in cells if c == (s, movement.GONE)],
            "moved_in_n": [c for c in cells if c[1] == s and c[0] not in (s, movement.NEW)],
            "moved_out_n": [c for c in cells if c[0] == s and c[1] not in (s, movement.GONE)],
        }  # fmt: skip
        rows += [those for part, those in parts.items() if pd.notna(getattr(row, part))]
    ends = (movement.NEW, movement.GONE)
    both = [c for c in cells if not {*c} & {*ends}]
    kinds = {"stayed": [c for c in both if c[0] == c[1]],
             "new": [c for c in cells if c[0] == ends[0]],
             "customer moved": [c for c in both if c[0] != c[1]],
             "gone": [c for c in cells if c[1] == ends[1]]}  # fmt: skip
    known = flows.dropna(subset="customers_n")["flow"]
    rows += [kinds[flow] for flow in known if flow in kinds]
    rows += [] if isinstance(found.shown_stayed, Refused) else [both, kinds["stayed"]]
    told = np.array([[cell in those for cell in cells] for those in rows if those], float)
    _, sizes, ways = np.linalg.svd(told)
    free = ways[(sizes > 1e-9).sum() :]
    fixed = np.abs(free).max(axis=0) < 1e-9 if len(free) else np.ones(len(cells), bool)
    return {cell for cell, is_fixed in zip(cells, fixed, strict=True) if is_fixed}


def test_one_small_cell_takes_others_with_it():
    """x held 53 and 50 stayed: the 3 who moved would follow, so the 50 are not shown either."""
    found = moved([("x", "x", 50), ("x", "y", 3), ("y", "y", 40)])
    assert found.shown.loc["x", "x"] is pd.NA
    assert found.shown.loc["x", "y"] is pd.NA
    assert isinstance(found.shown_stayed, Refused)
    assert found.shown_changes["before_n"].tolist() == [53, 40]


def test_where_nothing_is_small_everything_is_shown():
    found = moved(
        [("x", "x", 50), ("x", "y", 30), ("y", "y", 40), (None, "y", 20), ("x", None, 15)]
    )
    assert not found.hidden
    assert found.shown_stayed == found.stayed
    assert found.shown.astype(int).equals(found.matrix)


@pytest.mark.parametrize("seed", range(25))
def test_no_small_cell_follows_from_what_is_shown(seed):
    rng = np.random.default_rng(seed)
    names = list("wxyz")[: rng.integers(2, 5)]
    flows = [(was, now, int(rng.choice([0, 1, 4, 9, 12, 25]) + 60 * (was == now)))
             for was in [*names, None] for now in [*names, None] if was or now]  # fmt: skip
    found = moved(flows)
    known = solved(found)
    small = {(w, n) for w in found.matrix.index for n in found.matrix
             if 0 < found.matrix.loc[w, n] < 10}  # fmt: skip
    assert not small & known
    money = found.shown_changes
    for part in ("before", "new", "moved_in", "moved_out", "gone", "now"):
        few = found.changes[f"{part}_n"].between(1, 9)
        assert money.loc[few, [f"{part}_n", f"{part}_spend"]].isna().all().all()


def test_a_reason_tells_no_small_number():
    found = moved([("x", "x", 50), ("y", "x", 33), ("y", "y", 7)])
    said = " ".join(found.verdict(drift=Refused("no bins"))["reasons"])
    assert "fewer than 10" in said
    assert "7" not in said


def test_where_a_number_of_heads_is_hidden_its_money_is():
    who = [("x", "x", "stayed")] * 30 + [("y", "y", "stayed")] * 40 + [("z", "z", "stayed")] * 50
    who += [("x", "y", "customer moved")] * 3 + [("y", "z", "customer moved")] * 20
    people = pd.DataFrame(who, columns=["was", "now", "flow"]).assign(spend_was=5.0, spend_now=7.0)
    found = hiding.hidden(people, smallest=10)
    heads = {(name, column) for table, name, column in found
             if table == "changes" and column.endswith("_n")}  # fmt: skip
    assert ("y", "moved_in_n") in heads
    for name, column in heads:
        assert ("changes", name, column.removesuffix("n") + "spend") in found
