"""Figures of notebook 04: who is in which segment, and what sets it apart."""

import numpy as np

from segkit.plots.grids import heat
from segkit.plots.style import INK, MUTED, canvas, colours, done, style
from segkit.refusal import passes

NOTABLE = 0.25
"""Standard deviations from the average from which a bar is drawn solid."""


@passes
def shares(frame, *, title="Segments by customers and by money"):
    """Draw each segment's share of customers and of money side by side.

    Parameters
    ----------
    frame : DataFrame or Refused
        In the order of the segments: segment, customers_share and money_share (0 to 1); without
        money only the customers are drawn.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Solid: money, pale: customers.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> frame = pd.DataFrame({"segment": ["A", "C"], "customers_share": [0.2, 0.8]})
    >>> plots.segments.shares(frame.assign(money_share=[0.7, 0.3])).alt
    'Bars per segment. A: 20% of customers, 70% of money; C: 80% of customers, 30% of money.'
    """
    if frame["money_share"].isna().all():
        return _heads(frame, title="Segments by customers")
    hues = colours(frame["segment"])
    with style():
        figure, axes = canvas(height=0.62 * len(frame) + 1.4)
        for place, row in enumerate(frame.itertuples()):
            hue = hues[row.segment]
            axes.barh(place - 0.19, row.money_share, height=0.36, color=hue)
            axes.barh(place + 0.19, row.customers_share, height=0.36, color=hue, alpha=0.35)
            _ends(axes, row, place)
        axes.set_yticks(range(len(frame)), frame["segment"])
        axes.invert_yaxis()
        axes.set_xlim(0, float(frame[["money_share", "customers_share"]].max().max()) * 1.25)
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.grid(axis="y", visible=False)
        axes.set(title=title, xlabel="share of all (solid: money, pale: customers)")
    return done(figure, _words(frame))


def _heads(frame, *, title):
    hues = colours(frame["segment"])
    with style():
        figure, axes = canvas(height=0.5 * len(frame) + 1.3)
        for place, row in enumerate(frame.itertuples()):
            axes.barh(place, row.customers_share, height=0.5, color=hues[row.segment])
            told = f" {row.customers_share:.0%} of customers"
            axes.text(row.customers_share, place, told, va="center", color=MUTED)
        axes.set_yticks(range(len(frame)), frame["segment"])
        axes.invert_yaxis()
        axes.set_xlim(0, float(frame["customers_share"].max()) * 1.4)
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.grid(axis="y", visible=False)
        axes.set(title=title, xlabel="share of all customers")
    parts = [f"{r.segment}: {r.customers_share:.0%} of customers" for r in frame.itertuples()]
    return done(figure, "Bars per segment. " + "; ".join(parts) + ".")


def _ends(axes, row, place):
    axes.text(row.money_share, place - 0.19, f" {row.money_share:.0%} of money", va="center")
    text = f" {row.customers_share:.0%} of customers"
    axes.text(row.customers_share, place + 0.19, text, va="center", color=MUTED)


def _words(frame):
    parts = [
        f"{row.segment}: {row.customers_share:.0%} of customers, {row.money_share:.0%} of money"
        for row in frame.itertuples()
    ]
    return "Bars per segment. " + "; ".join(parts) + "."


@passes
def rfm_map(scores, names, *, order):
    """Draw the whole RFM map: R against F + M, every cell with its segment and its customers.

    Parameters
    ----------
    scores : DataFrame or Refused
        R, F and M of each customer, 1 to 5.
    names : Series
        The segment of each of the same customers.
    order : sequence of str
        All segment names, which gives each its colour.

    Returns
    -------
    segkit.plots.axes.Axes
        R upwards, F + M across; every cell with its customers.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> scores = pd.DataFrame({"R": [5, 1, 1], "F": [5, 1, 2], "M": [4, 1, 1]})
    >>> names = pd.Series(["Best", "Lost", "Lost"])
    >>> plots.segments.rfm_map(scores, names, order=["Best", "Lost"]).alt
    'Grid of R against F plus M with 3 customers in 2 segments.'
    """
    hues = colours(order)
    total = scores["F"] + scores["M"]
    with style():
        figure, axes = canvas(height=4.6)
        for (r, fm), rows in names.groupby([scores["R"], total]):
            axes.add_patch(_cell(fm, r, hues[rows.iloc[0]]))
            axes.text(fm, r, f"{len(rows):,}", ha="center", va="center", color=INK)
        for name in names.unique():
            _label(axes, scores["R"][names == name], total[names == name], name)
        axes.set(xlim=(1.5, 10.5), ylim=(0.5, 5.5), xticks=range(2, 11), yticks=range(1, 6))
        axes.grid(visible=False)
        axes.set(title="RFM map: customers per score", ylabel="R: how recent (5 = most recent)")
        axes.set_xlabel("F + M: how often and how much (10 = most)")
    return done(
        figure,
        f"Grid of R against F plus M with {len(names):,} customers in {names.nunique()} segments.",
    )


def _cell(x, y, hue):
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=hue, alpha=0.3, edgecolor="white")


def _label(axes, r, fm, name):
    x, y = (fm.min() + fm.max()) / 2, r.max() + 0.33
    axes.text(x, y, name, ha="center", va="center", fontsize=8.5, fontweight="bold")


@passes
def profile(centres):
    """Draw what sets each segment apart: bars in standard deviations from the average customer.

    Parameters
    ----------
    centres : DataFrame or Refused
        One row per segment in their order, one column per criterion (in words), in standard
        deviations from the average customer.

    Returns
    -------
    segkit.plots.axes.Axes
        Bars of at least a quarter of a standard deviation are solid.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> centres = pd.DataFrame({"orders": [1.5, -0.5]}, index=["Often", "Rarely"])
    >>> plots.segments.profile(centres).alt[-38:]
    'ten: orders +1.5; Rarely: orders -0.5.'
    """
    hues = colours(centres.index)
    columns = min(3, len(centres))
    rows = -(-len(centres) // columns)
    reach = float(np.abs(centres.to_numpy()).max()) * 1.1
    with style():
        height = (0.3 * centres.shape[1] + 0.75) * rows + 0.9
        figure, grid = canvas(height=height, rows=rows, columns=columns, squeeze=False, sharex=True)
        for axes in grid.flat[len(centres) :]:
            axes.set_visible(False)
        for axes, (name, row) in zip(grid.flat, centres.iterrows(), strict=False):
            _bars(axes, row, hues[name])
            axes.set_title(_wrap(name, 24), fontsize=9.5, pad=4)
            axes.set_xlim(-reach, reach)
        for axes in grid.flat:
            axes.set_yticks(range(centres.shape[1]), list(centres), fontsize=8.5)
            axes.invert_yaxis()
            axes.label_outer()
        figure.suptitle("What sets each segment apart", x=0.01, ha="left", fontweight="bold")
        figure.supxlabel("standard deviations from the average customer (dot)", fontsize=9.5)
    return done(figure, _apart(centres))


def _bars(axes, row, hue):
    for place, value in enumerate(row):
        axes.barh(place, value, color=hue, alpha=1 if abs(value) >= NOTABLE else 0.35, height=0.7)
    axes.scatter([0] * len(row), range(len(row)), color=INK, s=9, zorder=3)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="y", visible=False)


def _apart(centres):
    parts = []
    for name, row in centres.iterrows():
        column = row.abs().idxmax()
        parts.append(f"{name}: {column} {row[column]:+.1f}")
    return "Profile bars, furthest criterion in standard deviations. " + "; ".join(parts) + "."


@passes
def crossing(counts, *, title):
    """Draw a cross table of two segmentations: each row adds up to 100 %.

    Parameters
    ----------
    counts : DataFrame or Refused
        Numbers of customers: rows one approach, columns the other.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Each row adds up to 100 %.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> counts = pd.DataFrame({"often": [3, 1], "rarely": [1, 5]}, index=["A", "C"])
    >>> plots.segments.crossing(counts, title="ABC by habit").alt
    "ABC by habit: share of each row's customers in each column."
    """
    part = counts.div(counts.sum(axis=1), axis=0).fillna(0)
    with style():
        figure, axes = canvas(height=0.55 * len(part) + 1.9)
        named = part.set_axis([_wrap(n, 11) for n in part], axis=1)
        named.index = [_wrap(name, 26) for name in part.index]
        heat(axes, named, written=True, fmt=".0%", vmin=0, vmax=1)
        axes.xaxis.tick_top()
        axes.tick_params(labelsize=8.5)
        axes.set_title(title)
    return done(figure, f"{title}: share of each row's customers in each column.")


@passes
def agreement(pairs, *, title="Agreement of approaches (adjusted Rand: 1 the same, 0 chance)"):
    """Draw how far every two approaches agree: a triangle, dark where they see the same.

    Parameters
    ----------
    pairs : DataFrame or Refused
        a, b (two approaches), adjusted_rand (1 = the same, 0 = chance), one row per pair.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        A triangle, dark where two see the same.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> pairs = pd.DataFrame({"a": ["rfm"], "b": ["abc"], "adjusted_rand": [0.4]})
    >>> plots.segments.agreement(pairs).alt
    'Triangle of adjusted Rand indices: rfm and abc 0.40.'
    """
    names = list(dict.fromkeys([*pairs["a"], *pairs["b"]]))
    table = pairs.pivot(index="b", columns="a", values="adjusted_rand")
    table = table.reindex(index=names[1:], columns=names[:-1]).round(2) + 0.0
    called = {name: name.replace("_", " ") for name in names}
    with style():
        figure, axes = canvas(height=0.42 * len(names) + 1.3)
        table = table.rename(index=called, columns=lambda name: _wrap(called[name], 12))
        heat(axes, table, written=True, size=10, fmt=".2f", vmin=0, vmax=1)
        axes.tick_params(axis="x", labelsize=8.5)
        axes.set_title(title)
    told = [f"{row.a} and {row.b} {row.adjusted_rand:.2f}" for row in pairs.itertuples()]
    return done(figure, f"Triangle of adjusted Rand indices: {'; '.join(told)}.")


def _wrap(text, width=30):
    import textwrap

    return "\n".join(textwrap.wrap(str(text), width))
