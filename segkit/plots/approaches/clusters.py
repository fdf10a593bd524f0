"""Figures of the notebook on clusters: what drowns the rest, and which shape pays."""

from segkit.plots.style import ACCENT, MUTED, PALETTE, Chart, canvas, style
from segkit.segments.naming import label

SHOWN = 8
"""So many columns are drawn; the others are added up."""


def spread(shares):
    """Draw each column's share of all squared distances, as the numbers stand.

    `shares` is a Series by column, largest first, adding up to 1.
    """
    shown = shares.head(SHOWN)
    names = [label(column) for column in shown.index]
    values = list(shown)
    if len(shares) > SHOWN:
        names, values = [*names, f"{len(shares) - SHOWN} others"], [*values, shares[SHOWN:].sum()]
    with style():
        figure, axes = canvas(height=0.32 * len(names) + 1.2)
        axes.barh(range(len(names)), values, color=[PALETTE[1], *[ACCENT] * (len(names) - 1)])
        for place, value in enumerate(values):
            axes.text(value, place, f" {value:.2%}", va="center", color=MUTED)
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.12)
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.grid(axis="y", visible=False)
        axes.set(title="What unscaled distances are made of", xlabel="share of squared distances")
    return Chart(figure, f"Bars per column: {names[0]} makes {values[0]:.1%} of the distances.")


def shapes(table):
    """Draw the BIC of Gaussian mixtures of both shapes over the number of clusters.

    `table` comes from `mixtures.evidence`: shape, k, bic.
    """
    told = {"diag": "own widths", "full": "own widths and slant"}
    lowest = table["bic"].min()
    with style():
        figure, axes = canvas(height=3.4)
        hues = (PALETTE[1], ACCENT)
        for hue, (shape, part) in zip(hues, table.groupby("shape"), strict=False):
            axes.plot(part["k"], part["bic"] - lowest, marker="o", color=hue, linewidth=2)
            end = (part["k"].iloc[-1] + 0.1, part["bic"].iloc[-1] - lowest)
            axes.text(*end, told[shape], color=hue, va="center")
        axes.set_xticks(sorted(table["k"].unique()))
        axes.set_xlim(table["k"].min() - 0.3, table["k"].max() + 2)
        axes.set(title="Which shape, and how many?", xlabel="clusters in the mixture")
        axes.set_ylabel("BIC above the smallest")
    best = table.loc[table["bic"].idxmin()]
    words = f"BIC is smallest with {best['k']} clusters, {told[best['shape']]}"
    return Chart(figure, f"Lines of BIC over the number of clusters, one per shape. {words}.")
