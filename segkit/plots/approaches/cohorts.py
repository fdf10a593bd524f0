"""Figures of the notebook on cohorts: triangles, and ages side by side."""

from itertools import cycle

from segkit.plots.grids import heat
from segkit.plots.style import ACCENT, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes
from segkit.segments.approaches.cohorts import name

FEW = 30
"""An age with fewer customers is not drawn as a line: it jumps by chance."""

DASHES = ("-", "--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)))
"""Lines keep apart on a grey print, too."""

WIDEST = 24
"""Cells of a row up to which numbers are written into them."""


@passes
def triangle(table, *, values="active_share", months=1, title="Who bought again"):
    """Draw a triangle: one row per cohort, one column per age, darker is more.

    Age 0 of a share, always 1, is drawn only where there is no other. Periods that are not complete
    are hatched; cohorts that hold customers from before the data have a star.

    Parameters
    ----------
    table : DataFrame or Refused
        From `data.reports.cohorts.triangle`: cohort (first day), age, customers_n, complete,
        cut_off.
    values : str
        Its column to draw: a share (0 to 1, named …_share) or money.
    months : int
        Length of a period: 1, 3 or 12 months.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Darker is more.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"age": [0, 1], "customers_n": 8, "active_share": [1.0, 0.25]})
    >>> table = table.assign(cohort=pd.Timestamp("2024-01-01"), complete=True, cut_off=False)
    >>> plots.approaches.cohorts.triangle(table).alt[:50]
    'Triangle of 1 cohorts with 8 customers and 1 perio'
    """
    share = values.endswith("_share")
    later = table[table["age"] > 0]
    shown = later if share and len(later) else table
    grid = shown.pivot_table(index="cohort", columns="age", values=values, aggfunc="sum")
    sizes = table[table["age"] == 0].groupby("cohort")["customers_n"].sum()
    starred = set(table.loc[table["cut_off"], "cohort"])
    with style():
        figure, axes = canvas(height=0.3 * len(grid) + 1.5)
        labels = [
            f"{name(day, months=months)}{'*' if day in starred else ''} ({sizes[day]:,})"
            for day in grid.index
        ]
        _cells(axes, grid.set_axis(labels), share)
        _hatch(axes, shown[~shown["complete"]], grid)
        hatched = "" if shown["complete"].all() else " (hatched: not complete)"
        axes.set(title=title, xlabel=f"periods since the first purchase{hatched}")
        axes.set_ylabel(f"cohort (customers){'; * holds earlier ones' * bool(starred)}")
    return done(figure, _words(grid, sizes, share))


def _cells(axes, grid, share):
    numbers = grid.astype(float)
    top = numbers.stack().quantile(0.98) if numbers.notna().any(axis=None) else 1.0
    told = numbers.map((lambda v: f"{100 * v:.0f}") if share else "{:,.0f}".format)
    written = told if grid.shape[1] <= WIDEST else None
    heat(axes, numbers, written=written, size=7.5, vmin=0, vmax=max(top, 1e-9), linewidths=0)
    axes.tick_params(labelsize=8.5)


def _hatch(axes, rows, grid):
    from matplotlib.patches import Rectangle

    places = {
        (grid.index.get_loc(r.cohort), grid.columns.get_loc(r.age)) for r in rows.itertuples()
    }
    for row, column in sorted(places):
        axes.add_patch(Rectangle((column, row), 1, 1, fill=False, hatch="////",
                                 edgecolor=MUTED, linewidth=0, alpha=0.7))  # fmt: skip


def _words(grid, sizes, share):
    first = grid.iloc[:, 0].dropna()
    how = f"{first.mean():.0%} bought" if share else f"{first.mean():,.0f} were spent per customer"
    return (
        f"Triangle of {len(grid)} cohorts with {sizes.sum():,} customers and {grid.shape[1]} "
        f"periods; in the first column {how} on average."
    )


@passes
def ages(table, *, by=None, at=None, months=1):
    """Draw the share of active customers and the money so far by age, a line per value of `by`.

    Ages with fewer than `FEW` customers are left out, unless all have.

    Parameters
    ----------
    table : DataFrame or Refused
        From `data.reports.cohorts.ages`: age, customers_n, active_share (0 to 1), spend_so_far
        (money per customer), and the column `by`.
    by : str, optional
        Column whose values have a line each.
    at : int, optional
        The age that is tested, marked by a dotted line.
    months : int
        Unit of age: 1, 3 or 12 months.

    Returns
    -------
    segkit.plots.axes.Axes
        Left who bought in the period, right what a customer has spent so far.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"age": [0, 1], "customers_n": 50, "active_share": [1.0, 0.3]})
    >>> plots.approaches.cohorts.ages(table.assign(spend_so_far=[20.0, 28.0])).alt
    'Active customers and money so far by age. So far spent: all customers 28.'
    """
    enough = table["customers_n"] >= FEW
    table = table[enough] if enough.any() else table
    groups = list(table.groupby(by)) if by else [("all customers", table)]
    since = {1: "months", 3: "quarters", 12: "years"}[months] + " since the first purchase"
    with style():
        figure, panels = canvas(width=9.2, height=4.2, columns=2)
        for (name, rows), hue, dashes in zip(groups, PALETTE, cycle(DASHES), strict=False):
            how = {"color": hue, "linestyle": dashes, "linewidth": 2, "label": name}
            later = rows[rows["age"] > 0]
            panels[0].plot(later["age"], later["active_share"], **how)
            panels[1].plot(rows["age"], rows["spend_so_far"], **how)
        panels[0].set(title="Bought in the period", ylim=(0, None), xlabel=since)
        panels[1].set(title="Spent so far per customer", ylim=(0, None), ylabel="money")
        panels[1].set_xlabel(since)
        for axes in panels:
            axes.xaxis.get_major_locator().set_params(integer=True)
        panels[0].yaxis.set_major_formatter("{x:.0%}")
        panels[1].yaxis.set_major_formatter("{x:,.0f}")
        if at is not None:
            panels[0].axvline(at, color=ACCENT, linewidth=1, linestyle=":")
        if by:
            panels[1].legend(fontsize=8.5, loc="upper left", handlelength=3)
    last = [f"{name} {rows['spend_so_far'].iloc[-1]:,.0f}" for name, rows in groups]
    return done(
        figure, f"Active customers and money so far by age. So far spent: {'; '.join(last)}."
    )
