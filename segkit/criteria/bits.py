"""Relevance: does knowing this about a customer tell anything about the goal?

Idea: mutual information counts the bits that a criterion gives about the KPI's outcome. It
needs no straight line and treats numbers and categories alike. Estimated from a sample it is
never zero, even for dice, so each value is read against a null: the same outcomes, shuffled.
With forty candidates some dice look good by luck; the adjusted p therefore compares each
criterion with the luckiest of all of them in each shuffle (Westfall & Young 1993, max-T).
Numbers are cut at their quantiles, so only their order counts. A missing value takes no part:
a bin of its own would reward a question for who answered it. Source: Cover & Thomas (2006),
chapter 2. Refuses: calling bits an effect. It shows that customers differ, not why.
"""

import numpy as np
import pandas as pd

from segkit.refusal import passes
from segkit.study import StudyError

SAMPLE = 10_000
"""Rows that are judged at most; beyond that a seeded sample says the same, sooner."""


def dice(card, *, count=100, rng):
    """Throw dice for each customer, candidates that are pure luck: customer_id, die_0, die_1, …"""
    throws = pd.DataFrame(rng.integers(1, 7, size=(len(card), count)), index=card.index)
    return card[["customer_id"]].join(throws.add_prefix("die_"))


def mutual_information(x, y):
    """Count the bits that two lists of labels of equal length tell about each other.

    Parameters
    ----------
    x, y : sequence
        Labels of equal length; pairs with a missing value are left out.

    Returns
    -------
    float
        0 = independent; 1 = a balanced yes/no that the other gives away completely. At most the
        entropy of the poorer of the two.

    Examples
    --------
    >>> from segkit import criteria
    >>> criteria.mutual_information(["y", "y", "n", "n"], [1, 1, 0, 0])
    1.0
    """
    pairs = pd.DataFrame({"x": np.asarray(x), "y": np.asarray(y)}).dropna()
    counts = pd.crosstab(pairs.x, pairs.y).to_numpy(float)
    return float(information(counts))


def information(counts):
    """Return the mutual information in bits of contingency tables of shape (..., r, c)."""
    counts = np.asarray(counts, dtype=float)
    n = np.maximum(counts.sum(axis=(-2, -1), keepdims=True), 1)
    joint = counts / n
    apart = joint.sum(axis=-1, keepdims=True) * joint.sum(axis=-2, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = np.where(joint > 0, joint * np.log2(joint / apart), 0.0)
    return np.maximum(bits.sum(axis=(-2, -1)), 0.0)


def binned(values, *, bins=5):
    """Return an integer code per value, -1 where it is missing.

    Numbers are cut at their quantiles into at most `bins` groups; equal values always share
    one, so a column of mostly zeros gets fewer. Only order counts: logarithms or other units
    change nothing. Categories keep their levels; beyond the 20 most frequent they become one.
    """
    values = pd.Series(values).reset_index(drop=True)
    known = values.notna().to_numpy()
    codes = np.full(len(values), -1)
    if pd.api.types.is_numeric_dtype(values):
        x = values[known].to_numpy(float)
        codes[known] = np.searchsorted(_edges(x, bins), x, side="left")
    else:
        texts = values[known].astype(str)
        levels = sorted(texts.value_counts().sort_index().nlargest(20).index)
        place = {level: number for number, level in enumerate(levels)}
        codes[known] = [place.get(text, len(levels)) for text in texts]
    return codes


def _edges(x, bins):
    """Return the highest value of each group but the last; the largest value never is one."""
    if not len(x):
        return x
    edges = np.unique(np.quantile(x, np.arange(1, bins) / bins, method="inverted_cdf"))
    below = x[x < x.max()]
    return np.unique(np.minimum(edges, below.max())) if len(below) else edges[:0]


def bins_for(n):
    """Return how many bins `n` customers can fill: 2 to 5, about fifty customers in each."""
    return int(np.clip(n // 50, 2, 5))


def relevance(card, *, outcome, rules, rng):
    """Judge every column of the card against the outcome; one row per column.

    `card` has a customer_id and any number of columns; `outcome` has customer_id, outcome
    (0/1 or money). Returns column, known_n, relevance (bits), null_mean, null_spread, null_high
    (mean, standard deviation, 95 % point of its own shuffles), luck_limit (bits that luck
    reaches with all candidates in the race), relevance_excess (bits above null_mean),
    relevance_p ((1 + shuffles at least as good) / (1 + shuffles)), relevance_p_adjusted (the
    same against the luckiest column of each shuffle: the one to read), relevant (adjusted p <=
    alpha). `rules` holds permutations and alpha. Above 10,000 customers a sample is judged.
    Raises StudyError when no customer of the card has an outcome.
    """
    rows, target = _joined(card, outcome, rng)
    columns = list(card.columns.drop("customer_id"))
    bins, everyone = bins_for(len(rows)), np.zeros(len(rows), dtype=int)
    codes = {c: binned(rows[c], bins=bins) for c in columns}
    bits = _observed_and_shuffled(codes, target, everyone, rules.permutations, rng)
    return _judged(rows[columns], bits, rules.alpha)


@passes
def beyond(card, *, outcome, columns, permutations, rng):
    """Judge what each of some columns tells beyond each other one of them.

    Returns a square table of adjusted p: the row's column given the column's (1 on the
    diagonal). Customers are first grouped in three by the given column, outcomes are shuffled
    within these groups only, and the bits that remain are judged as in `relevance`. Above 0.05:
    who knows the one learns nothing more from the other. Refused where `outcome` is.
    """
    rows, target = _joined(card, outcome, rng)
    bins = bins_for(len(rows) // 3)
    codes = {c: binned(rows[c], bins=bins) for c in columns}
    out = pd.DataFrame(1.0, index=columns, columns=columns)
    for given in columns:
        others = {c: codes[c] for c in columns if c != given}
        groups = binned(rows[given], bins=3)
        bits = _observed_and_shuffled(others, target, groups, permutations, rng)
        found = _judged(rows[list(others)], bits, 0.05)
        out.loc[list(others), given] = found["relevance_p_adjusted"].to_numpy()
    return out


def _joined(card, outcome, rng):
    """Return the customers with an outcome (a sample of many), and their outcomes as codes.

    Codes are 0/1 as they are, money as zero and quantile groups.
    """
    rows = card.merge(outcome[["customer_id", "outcome"]], on="customer_id", how="inner")
    if rows.empty:
        raise StudyError(
            "No customer on the card has an outcome in the learning period. Check that "
            "brief.json and the tables come from the same study, or run 01_goals again."
        )
    if len(rows) > SAMPLE:
        rows = rows.iloc[np.sort(rng.choice(len(rows), SAMPLE, replace=False))]
    values = rows["outcome"].astype(float)
    return rows, binned(values, bins=2 if values.nunique() <= 2 else bins_for(len(rows)))


def _observed_and_shuffled(codes, target, groups, permutations, rng):
    """Return bits of shape (columns, 1 + permutations); the first of each row is the real one.

    `codes` maps columns to group codes; outcomes are shuffled within `groups`, and the bits of
    the groups are averaged. Columns known for the same customers share their shuffles.
    """
    bits, places = np.zeros((len(codes), permutations + 1)), {}
    for place, column in enumerate(codes.values()):
        places.setdefault((column >= 0).tobytes(), []).append((place, column))
    for mask, members in places.items():
        known = np.frombuffer(mask, dtype=bool)
        for group in np.unique(groups[known]):
            here = known & (groups == group)
            again = rng.permuted(np.tile(target[here], (permutations, 1)), axis=1)
            outcomes = np.vstack([target[here], again]).T
            classes = [(outcomes == c).astype(np.float32) for c in np.unique(outcomes)]
            for place, column in members:
                found = information(_tables(column[here], classes))
                bits[place] += found * here.sum() / known.sum()
    return bits


def _tables(codes, classes):
    """Cross a criterion with every shuffled outcome, given as a 0/1 matrix per class.

    Returns counts of shape (shuffles, r, c).
    """
    levels = np.arange(codes.max(initial=0) + 1)
    here = (codes[None, :] == levels[:, None]).astype(np.float32)
    return np.stack([(here @ one).T for one in classes], axis=-1)


def _judged(rows, bits, alpha):
    real, null = bits[:, 0], bits[:, 1:]
    mean, spread = null.mean(axis=1), null.std(axis=1)
    scale = np.where(spread > 0, spread, np.inf)[:, None]
    luckiest = ((null - mean[:, None]) / scale).max(axis=0)
    surprise = (real - mean)[:, None] / scale
    tries = null.shape[1]
    adjusted = (1 + (luckiest[None, :] >= surprise).sum(axis=1)) / (1 + tries)
    allowed = int(alpha * (1 + tries) + 1e-9)
    limit = np.sort(luckiest)[-allowed] if allowed else np.inf
    return pd.DataFrame(
        {
            "column": list(rows.columns),
            "known_n": rows.notna().sum().to_numpy(),
            "relevance": real,
            "null_mean": mean,
            "null_spread": spread,
            "null_high": np.quantile(null, 0.95, axis=1),
            "luck_limit": mean + limit * spread,
            "relevance_excess": real - mean,
            "relevance_p": (1 + (null >= real[:, None] - 1e-12).sum(axis=1)) / (1 + tries),
            "relevance_p_adjusted": adjusted,
            "relevant": adjusted <= alpha,
        }
    )
