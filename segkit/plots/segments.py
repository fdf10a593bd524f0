"""Figures of notebook 04: who is in which segment, and what sets it apart."""

from textwrap import fill

from segkit.plots.grids import heat
from segkit.plots.style import INK, MUTED, canvas, colours, done, panels, style
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
    hues, paid = colours(frame["segment"]), frame["money_share"].notna().any()
    widest = float(frame[["money_share", "customers_share"]].max().max())
    with style():
        figure, axes = canvas(height=0.62 * len(frame) + 1.4 if paid else 0.5 * len(frame) + 1.3)
        for place, row in enumerate(frame.itertuples()):
            if paid:
                look = {"height": 0.36, "color": hues[row.segment]}
                _bar(axes, row.money_share, place - 0.19, word="money", **look)
                _bar(axes, row.customers_share, place + 0.19, alpha=0.35, **look)
            else:
                _bar(axes, row.customers_share, place, height=0.5, color=hues[row.segment])
        axes.set_yticks(range(len(frame)), frame["segment"])
        axes.invert_yaxis()
        axes.set_xlim(0, widest * (1.25 if paid else 1.4))
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.grid(axis="y", visible=False)
        both = {"title": title, "xlabel": "share of all (solid: money, pale: customers)"}
        heads = {"title": "Segments by customers", "xlabel": "share of all customers"}
        axes.set(**(both if paid else heads))
    told = "; ".join(
        f"{row.segment}: {row.customers_share:.0%} of customers"
        + (f", {row.money_share:.0%} of money" if paid else "")
        for row in frame.itertuples()
    )
    return done(figure, f"Bars per segment. {told}.")


def _bar(axes, share, place, *, word="customers", **look):
    """Draw a share as a bar that says at its end what of."""
    axes.barh(place, share, **look)
    hue = INK if word == "money" else MUTED
    axes.text(share, place, f" {share:.0%} of {word}", va="center", color=hue)


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
    from matplotlib.patches import Rectangle

    hues = colours(order)
    total = scores["F"] + scores["M"]
    with style():
        figure, axes = canvas(height=4.6)
        for (r, fm), rows in names.groupby([scores["R"], total]):
            look = {"facecolor": hues[rows.iloc[0]], "alpha": 0.3, "edgecolor": "white"}
            axes.add_patch(Rectangle((fm - 0.5, r - 0.5), 1, 1, **look))
            axes.text(fm, r, f"{len(rows):,}", ha="center", va="center", color=INK)
        for name in names.unique():
            r, fm = scores["R"][names == name], total[names == name]
            at = ((fm.min() + fm.max()) / 2, r.max() + 0.33)
            axes.text(*at, name, ha="center", va="center", fontsize=8.5, fontweight="bold")
        axes.set(xlim=(1.5, 10.5), ylim=(0.5, 5.5), xticks=range(2, 11), yticks=range(1, 6))
        axes.grid(visible=False)
        axes.set(title="RFM map: customers per score", ylabel="R: how recent (5 = most recent)")
        axes.set_xlabel("F + M: how often and how much (10 = most)")
    told = f"{len(names):,} customers in {names.nunique()} segments"
    return done(figure, f"Grid of R against F plus M with {told}.")


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
    reach = float(centres.abs().to_numpy().max()) * 1.1
    with style():
        look = {"title": "What sets each segment apart", "sharex": True}
        height = (0.3 * centres.shape[1] + 0.75, 0.9)
        figure, grid = panels(len(centres), most=3, height=height, **look)
        for axes, (name, row) in zip(grid.flat, centres.iterrows(), strict=False):
            _bars(axes, row, hues[name])
            axes.set_title(fill(str(name), 24), fontsize=9.5, pad=4)
            axes.set_xlim(-reach, reach)
        for axes in grid.flat:
            axes.set_yticks(range(centres.shape[1]), list(centres), fontsize=8.5)
            axes.invert_yaxis()
            axes.label_outer()
        figure.supxlabel("standard deviations from the average customer (dot)", fontsize=9.5)
    far = [(name, row, row.abs().idxmax()) for name, row in centres.iterrows()]
    told = "; ".join(f"{name}: {column} {row[column]:+.1f}" for name, row, column in far)
    words = "Profile bars, furthest criterion in standard deviations."
    return done(figure, f"{words} {told}.")


def _bars(axes, row, hue):
    for place, value in enumerate(row):
        axes.barh(place, value, color=hue, alpha=1 if abs(value) >= NOTABLE else 0.35, height=0.7)
    axes.scatter([0] * len(row), range(len(row)), color=INK, s=9, zorder=3)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="y", visible=False)


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
        named = part.set_axis([fill(str(n), 11) for n in part], axis=1)
        named.index = [fill(str(name), 26) for name in part.index]
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
        table = table.rename(index=called, columns=lambda name: fill(called[name], 12))
        heat(axes, table, written=True, size=10, fmt=".2f", vmin=0, vmax=1)
        axes.tick_params(axis="x", labelsize=8.5)
        axes.set_title(title)
    told = [f"{row.a} and {row.b} {row.adjusted_rand:.2f}" for row in pairs.itertuples()]
    return done(figure, f"Triangle of adjusted Rand indices: {'; '.join(told)}.")
