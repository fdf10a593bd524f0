"""Figures of approaches/behaviour: where a habit begins."""

from segkit.plots.style import ACCENT, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes


@passes
def cuts(card, habits):
    """Draw one histogram per habit with the value above which it is one.

    Parameters
    ----------
    card : DataFrame
        The customers; its columns are those that the habits are made of.
    habits : DataFrame or Refused
        From `behaviour.habits`: column, called, above, customers_n.

    Returns
    -------
    segkit.plots.axes.Axes
        A habit begins above the line. The highest hundredth stands in the last bar.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> card = pd.DataFrame({"departments_n": [1, 2, 2, 9]})
    >>> habits = {"column": ["departments_n"], "called": ["Whole range"], "above": [8.0]}
    >>> habits = pd.DataFrame(habits).assign(customers_n=1)
    >>> plots.approaches.behaviour.cuts(card, habits).alt
    'Histograms of habits with their cut. Whole range above 8.00: 1.'
    """
    columns = min(3, len(habits))
    rows = -(-len(habits) // columns)
    with style():
        figure, grid = canvas(height=2.1 * rows + 0.5, rows=rows, columns=columns, squeeze=False)
        for axes in grid.flat[len(habits) :]:
            axes.set_visible(False)
        for axes, row in zip(grid.flat, habits.itertuples(), strict=False):
            values = card[row.column].dropna().astype(float)
            axes.hist(values.clip(upper=values.quantile(0.99)), bins=30, color=ACCENT)
            axes.axvline(row.above, color=PALETTE[1], linewidth=1.8)
            axes.set_title(f"{row.called}: {row.customers_n:,}", fontsize=9.5)
            unit = row.column.removesuffix("_n").replace("_", " ")
            axes.set_xlabel(unit, fontsize=8.5, color=MUTED)
            axes.yaxis.set_major_formatter("{x:,.0f}")
        figure.supylabel("customers", fontsize=9.5)
        figure.suptitle("Where a habit begins (line: above it, customers counted)", x=0.01,
                        ha="left", fontweight="bold")  # fmt: skip
    told = "; ".join(
        f"{r.called} above {r.above:,.2f}: {r.customers_n:,}" for r in habits.itertuples()
    )
    return done(figure, f"Histograms of habits with their cut. {told}.")
