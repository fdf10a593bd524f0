"""Figures of the notebook on clusters: what drowns the rest, and which shape pays."""

import numpy as np

from segkit.plots.style import ACCENT, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes
from segkit.segments.naming import label

LEAST = 1e-13
"""Smaller shares are drawn at the edge."""

TICKS = ["1 in a\ntrillion", "1 in a\nbillion", "1 in a\nmillion", "1 in a\nthousand", "all"]

SHOWN = 8
"""So many columns are drawn; the others are added up."""


@passes
def spread(shares):
    """Draw each column's share of all squared distances, as the numbers stand.

    Parameters
    ----------
    shares : Series or Refused
        By column, the largest first, adding up to 1 (see `clusters.scaling`).

    Returns
    -------
    segkit.plots.axes.Axes
        The axis is logarithmic: from one line to the next a share is a thousand times as large.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> shares = pd.Series({"spend_total": 0.999, "orders_n": 0.001})
    >>> plots.approaches.clusters.spread(shares).alt[:70]
    'Shares of the squared distances, on a logarithmic axis: spend 99.9%; o'
    """
    shown = shares.head(SHOWN)
    names = [label(column) for column in shown.index]
    values = list(shown)
    if len(shares) > SHOWN:
        names, values = [*names, f"{len(shares) - SHOWN} others"], [*values, shares[SHOWN:].sum()]
    with style():
        figure, axes = canvas(height=0.32 * len(names) + 1.2)
        hues, places = [PALETTE[1], *[ACCENT] * (len(names) - 1)], range(len(names))
        drawn = np.maximum(values, LEAST)
        axes.set_xscale("log")
        axes.hlines(places, LEAST, drawn, color=hues, linewidth=2, alpha=0.35)
        axes.scatter(drawn, places, color=hues, s=55, zorder=3)
        for place, value in enumerate(values):
            axes.annotate(_part(value), (drawn[place], place), (8, 0), color=MUTED, va="center",
                          textcoords="offset points")  # fmt: skip
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xticks([1e-12, 1e-9, 1e-6, 1e-3, 1], TICKS)
        axes.minorticks_off()
        axes.set_xlim(LEAST, 60)
        axes.grid(axis="y", visible=False)
        unit = "share of squared distances (logarithmic: each line is a thousand times the last)"
        axes.set(title="What unscaled distances are made of", xlabel=unit)
    told = "; ".join(f"{name} {_part(value)}" for name, value in zip(names, values, strict=True))
    return done(figure, f"Shares of the squared distances, on a logarithmic axis: {told}.")


def _part(value):
    """Write a share so that a small one can still be told from another: "1 in 25,000"."""
    if value >= 0.001:
        return f"{value:.1%}"
    if value < LEAST:
        return "next to nothing"
    size = 1 / value
    for unit, word in ((1e9, "billion"), (1e6, "million")):
        if size >= unit:
            return f"1 in {size / unit:,.0f} {word}"
    return f"1 in {size:,.0f}"


@passes
def shapes(table):
    """Draw the BIC of Gaussian mixtures of both shapes over the number of clusters.

    Parameters
    ----------
    table : DataFrame or Refused
        From `mixtures.evidence`: shape ("diag" or "full"), k (clusters), bic (lower is better).

    Returns
    -------
    segkit.plots.axes.Axes
        The lowest point is the best number and shape.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"shape": ["diag", "diag", "full", "full"], "k": [1, 2, 1, 2]})
    >>> plots.approaches.clusters.shapes(table.assign(bic=[90.0, 70.0, 85.0, 72.0])).alt[57:]
    'BIC is smallest with 2 clusters, own widths.'
    """
    told = {"diag": "own widths", "full": "own widths and slant"}
    lowest = table["bic"].min()
    with style():
        figure, axes = canvas(height=3.4)
        hues = (PALETTE[1], ACCENT)
        for hue, mark, (shape, part) in zip(hues, "so", table.groupby("shape"), strict=False):
            axes.plot(part["k"], part["bic"] - lowest, marker=mark, color=hue, linewidth=2,
                      label=told[shape])  # fmt: skip
        axes.set_xticks(sorted(table["k"].unique()))
        axes.set_xlim(table["k"].min() - 0.3, table["k"].max() + 0.3)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.legend(loc="upper right")
        axes.set(title="Which shape, and how many?", xlabel="clusters in the mixture")
        axes.set_ylabel("BIC above the smallest")
    best = table.loc[table["bic"].idxmin()]
    words = f"BIC is smallest with {best['k']} clusters, {told[best['shape']]}"
    return done(figure, f"Lines of BIC over the number of clusters, one per shape. {words}.")
