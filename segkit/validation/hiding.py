"""Which numbers of a movement are not shown: small ones, and those they could be computed from.

A number that rests on fewer customers than the smallest cell is hidden. Where others add up to it,
hiding it alone hides nothing, so more are hidden until no sum or difference of what is shown gives
it (complementary cell suppression; Willenborg and de Waal, Elements of Statistical Disclosure
Control, 2001). The attacker who is shut out knows every shown number and how they add up; sizes of
segments stay shown, other pages tell them. What bounds alone give away (two hidden cells of
together 2) is not covered.
"""

import numpy as np

NOBODY = ""
"""The segment of who is not there."""

MONEY = {"before": "was", "new": "now", "moved_in": "now", "moved_out": "was", "gone": "was",
         "now": "now"}  # fmt: skip
"""Which month's money each part of a change is told in."""


def hidden(people, *, smallest):
    """Say which numbers of a movement are hidden: a set of (table, name, column).

    `people` as in `movement.Movement`. Tables are "matrix" (was, now), "flows" (flow, column),
    "changes" (segment, column) and "stayed" ("all", "n").

    >>> import pandas as pd
    >>> from segkit.validation import hiding
    >>> who = [("x", "x", "stayed")] * 20 + [("x", "y", "customer moved")] * 3
    >>> people = pd.DataFrame(who, columns=["was", "now", "flow"]).assign(spend_was=1, spend_now=1)
    >>> ("matrix", "x", "x") in hiding.hidden(people, smallest=10)
    True
    """
    cells = people.fillna({"was": NOBODY, "now": NOBODY}).groupby(["was", "now", "flow"])
    cells = cells.size().rename("n").reset_index()
    heads = _told(cells)
    found = set()
    for rows in (heads, _priced(heads, cells, people)):
        found |= _closed(rows, smallest=smallest)
    return found | {money for label in found for money in _beside(label)}


def _told(cells):
    """List what is told of heads: (label, mask of cells, cost of hiding it; None for never)."""
    was, now, flow = (cells[c].to_numpy() for c in ("was", "now", "flow"))
    n, both = cells["n"].to_numpy(), (cells["was"] != NOBODY) & (cells["now"] != NOBODY)
    rows = [(("stayed", "all", "n"), both.to_numpy(), 1e9)]
    for pair in cells[["was", "now"]].drop_duplicates().itertuples(index=False):
        rows.append((("matrix", *pair), (was == pair.was) & (now == pair.now), 0))
    for name in np.unique(flow):
        rows.append((("flows", name, "customers_n"), flow == name, 1e8 * (name == "stayed")))
    for name in sorted({*was, *now} - {NOBODY}):
        left, came = was == name, now == name
        parts = {"before": left, "now": came, "new": came & (was == NOBODY),
                 "gone": left & (now == NOBODY), "moved_in": came & ~left & (was != NOBODY),
                 "moved_out": left & ~came & (now != NOBODY)}  # fmt: skip
        for part, mask in parts.items():
            cost = None if part in ("before", "now") else 0
            rows.append((("changes", name, f"{part}_n"), mask, cost))
    return [(label, mask, n[mask].sum(), cost) for label, mask, cost in rows if mask.any()]


def _priced(heads, cells, people):
    """List what is told of money, over the money of then and of now of every cell."""
    if people[["spend_was", "spend_now"]].isna().all().all():
        return []
    there = [(cells[c] != NOBODY).to_numpy() for c in ("was", "now")]
    rows = []
    for (table, name, column), mask, n, cost in heads:
        then, now = (mask & known for known in there)
        nil = np.zeros(len(mask))
        if table == "flows":
            rows.append(((table, name, "spend_before"), np.r_[then, nil], n, cost))
            rows.append(((table, name, "spend_now"), np.r_[nil, now], n, cost))
        elif table == "changes":
            part = column.removesuffix("_n")
            priced = np.r_[then, nil] if MONEY[part] == "was" else np.r_[nil, now]
            rows.append(((table, name, f"{part}_spend"), priced, n, cost))
        elif table == "matrix":
            rows += [((None, name, column), each, n, None)
                     for each in (np.r_[then, nil], np.r_[nil, now])]  # fmt: skip
            if name == column:
                more = np.r_[-1.0 * then, now]
                rows.append((("changes", name, "stayers_spend"), more, n, 0))
    return [row for row in rows if row[1].any()]


def _beside(label):
    """Name the money beside a number of heads: it would tell about how many they are."""
    table, name, column = label
    if table == "flows" and column == "customers_n":
        return {(table, name, "spend_before"), (table, name, "spend_now")}
    if table == "changes" and column.endswith("_n"):
        return {(table, name, f"{column.removesuffix('_n')}_spend")}
    return set()


def _closed(rows, *, smallest):
    """Hide small numbers, then others until nothing small is a combination of what is shown."""
    if not rows:
        return set()
    told = np.array([np.asarray(mask, float) for _, mask, _, _ in rows])
    told = told[:, told.any(axis=0)]
    n = np.array([size for _, _, size, _ in rows])
    price = np.array([np.inf if cost is None else cost + size for _, _, size, cost in rows])
    few = n < smallest
    shown = ~few & np.array([label[0] is not None for label, *_ in rows])
    secret = list(np.flatnonzero(few))
    while secret and shown.any():
        basis = np.linalg.pinv(told[shown])
        ways = told[secret] @ basis
        known = np.abs(ways @ told[shown] - told[secret]).max(axis=1) < 1e-7
        if not known.any():
            break
        at = int(np.flatnonzero(known)[0])
        used = np.flatnonzero(shown)[np.abs(ways[at]) > 1e-7]
        used = used[np.isfinite(price[used])]
        if len(used):
            shown[used[np.argmin(price[used])]] = False
        else:
            secret.pop(at)
    return {row[0] for row, open_ in zip(rows, shown, strict=True) if not open_ and row[0][0]}
