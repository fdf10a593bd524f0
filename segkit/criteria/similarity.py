"""Similarity: which criteria say the same thing twice?

Idea: one measure per pair, always 0 to 1, 0 = unrelated and 1 = one gives away the other:
Spearman's rank correlation without its sign for two numbers, Cramer's V for two categories,
the correlation ratio of the ranks for a number and a category. Only customers for whom both
are known count. Refuses: a measure that depends on units; a logarithm changes nothing here.
Sources: Spearman (1904), Fisher (1925, correlation ratio), Cramer (1946).
"""

import numpy as np
import pandas as pd

from segkit.criteria.bits import SAMPLE, binned


def association(card, *, rng):
    """Return a square table of similarity (0 to 1) between all columns of the card.

    Columns with one value, and pairs with fewer than three customers in common, get 0 (1 with
    themselves). Above 10,000 customers a sample drawn with `rng` is used. Notebook: 02_criteria.
    """
    rows = card.drop(columns="customer_id", errors="ignore")
    if len(rows) > SAMPLE:
        rows = rows.iloc[np.sort(rng.choice(len(rows), SAMPLE, replace=False))]
    numbers = list(rows.select_dtypes("number").columns)
    ranks = rows[numbers].astype(float).rank().to_numpy()
    codes = {c: binned(rows[c]) for c in rows.columns if c not in numbers}
    out = pd.DataFrame(np.eye(rows.shape[1]), index=rows.columns, columns=rows.columns)
    out.loc[numbers, numbers] = _correlations(ranks)
    for place, one in enumerate(codes):
        out.loc[one, numbers] = out.loc[numbers, one] = _ratios(ranks, codes[one])
        for other in list(codes)[:place]:
            out.loc[one, other] = out.loc[other, one] = _cramers_v(codes[one], codes[other])
    return out


def _cramers_v(a, b):
    """Return Cramer's V of two lists of codes: 0 = unrelated, 1 = the same up to names."""
    counts = _crossed(a, b)
    least = min(counts.shape) - 1 if counts.size else 0
    if least < 1:
        return 0.0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    chi2 = ((counts - expected) ** 2 / expected).sum()
    return float(np.sqrt(chi2 / counts.sum() / least))


def _crossed(a, b):
    """Count how often two lists of codes meet; what nobody has is no row and no column."""
    both = (a >= 0) & (b >= 0)
    wide = int(b.max(initial=0)) + 1
    cells = np.bincount(a[both] * wide + b[both], minlength=(int(a.max(initial=0)) + 1) * wide)
    counts = cells.reshape(-1, wide).astype(float)
    return counts[counts.any(axis=1)][:, counts.any(axis=0)]


def _ratios(ranks, codes):
    """Return the correlation ratio of every column of ranks with one category."""
    known = np.isfinite(ranks) & (codes >= 0)[:, None]
    n = known.sum(axis=0)
    x = np.where(known, ranks, 0.0)
    x = np.where(known, x - x.sum(axis=0) / np.maximum(n, 1), 0.0)
    here = (codes[:, None] == np.arange(codes.max(initial=0) + 1)).astype(float)
    sizes = np.maximum(here.T @ known, 1)
    between, total = ((here.T @ x) ** 2 / sizes).sum(axis=0), (x**2).sum(axis=0)
    enough = (n >= 3) & (total > 1e-9)
    return np.sqrt(np.clip(np.where(enough, between / np.where(enough, total, 1), 0), 0, 1))


def _correlations(ranks):
    """Correlate every pair of columns of ranks on the rows that both know; 0 to 1."""
    known = np.isfinite(ranks).astype(float)
    n = np.maximum(known.T @ known, 1)
    x = np.where(known > 0, ranks, 0.0)
    x = np.where(known > 0, x - x.sum(axis=0) / np.maximum(known.sum(axis=0), 1), 0.0)
    one, two = x.T @ known, (x**2).T @ known
    covariance = x.T @ x - one * one.T / n
    scale = np.sqrt(np.clip((two - one**2 / n) * (two - one**2 / n).T, 0, None))
    enough = (scale > 1e-9) & (n >= 3)
    out = np.where(enough, np.abs(covariance) / np.where(enough, scale, 1), 0.0)
    np.fill_diagonal(out, 1.0)
    return np.clip(out, 0.0, 1.0)
