"""Figures of approaches/abc: what was promised beside what is, and the two-way table."""

from segkit.plots.style import ACCENT, INK, MUTED, PALETTE, canvas, colours, done, style
from segkit.refusal import passes


@passes
def promise(frame, *, title="ABC: observed and promised"):
    """Draw each class's share of customers and money, with the promised share as a mark.

    One panel per rule and share, so that nothing has to be added up by eye.

    Parameters
    ----------
    frame : DataFrame or Refused
        From `abc.compare`: rule, class, customers_share, money_share and the promised ones, 0 to 1.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Bars are observed, diamonds promised.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> frame = pd.DataFrame({"rule": "value", "class": ["A", "B", "C"]})
    >>> frame = frame.assign(customers_share=[0.3, 0.3, 0.4], money_share=[0.7, 0.2, 0.1])
    >>> frame["customers_promised"] = [0.2, 0.3, 0.5]
    >>> frame["money_promised"] = [0.8, 0.15, 0.05]
    >>> plots.approaches.abc.promise(frame).alt[:43]
    'Observed and promised shares. by value: A 3'
    """
    kinds, named = (("customers", "share of customers"), ("money", "share of money")), []
    rules = frame["rule"].unique()
    with style():
        figure, grid = canvas(
            height=2.0 * len(rules) + 0.9, rows=len(rules), columns=2, squeeze=False, sharex=True
        )
        for line, rule in zip(grid, rules, strict=True):
            rows = frame[frame["rule"] == rule]
            for axes, (kind, words) in zip(line, kinds, strict=True):
                _beside(axes, rows, kind)
                axes.set_title(f"by {rule}: {words}", fontsize=10)
                axes.label_outer()
            named.append(f"by {rule}: " + _spoken(rows))
        figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
        figure.supxlabel("share of all (bar: observed, diamond: promised)", fontsize=9.5)
    return done(figure, "Observed and promised shares. " + "; ".join(named) + ".")


def _beside(axes, rows, kind):
    places, letters = range(len(rows)), rows["class"].str[0]
    axes.barh(places, rows[f"{kind}_share"], color=ACCENT, height=0.55)
    axes.scatter(rows[f"{kind}_promised"], places, marker="D", s=42, color=PALETTE[1], zorder=3)
    ends = rows[[f"{kind}_share", f"{kind}_promised"]].max(axis=1)
    for place, end, value in zip(places, ends, rows[f"{kind}_share"], strict=True):
        axes.text(end + 0.04, place, f"{value:.0%}", fontsize=8.5, color=MUTED, va="center")
    axes.set_yticks(places, letters)
    axes.invert_yaxis()
    axes.set_xlim(min(0.0, float(rows[f"{kind}_share"].min())), 1.0)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.grid(axis="y", visible=False)


def _spoken(rows):
    return ", ".join(
        f"{r['class'][0]} {r['customers_share']:.0%} of customers, {r['money_share']:.0%} of money"
        for _, r in rows.iterrows()
    )


@passes
def quadrants(sizes):
    """Draw the two-way ABC as a table of four fields: how often across, how much upwards.

    Parameters
    ----------
    sizes : DataFrame or Refused
        From `segments.sizes`, of the four classes in their order (A, B often, B much, C); a class
        without customers may be missing and shows as an empty field.

    Returns
    -------
    segkit.plots.axes.Axes
        How often goes across, how much upwards.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> sizes = pd.DataFrame({"segment": ["A", "C"], "customers_n": [2, 6]})
    >>> sizes = sizes.assign(customers_share=[0.25, 0.75], money_share=[0.8, 0.2])
    >>> plots.approaches.abc.quadrants(sizes).alt[:40]
    'Four fields. A: much and often: no custo'
    """
    from segkit.segments.approaches.abc import TWO_WAY

    hues = colours(TWO_WAY)
    places = dict(zip(TWO_WAY, ((1, 1), (1, 0), (0, 1), (0, 0)), strict=True))
    rows = sizes.set_index("segment")
    with style():
        figure, axes = canvas(height=4.0)
        for name, (x, y) in places.items():
            _field(axes, x, y, hues[name])
            axes.text(x, y + 0.18, name, ha="center", fontweight="bold")
            axes.text(x, y - 0.12, _told(rows, name), ha="center", va="center", color=INK)
        axes.set_xticks([0, 1], ["rarely", "often"])
        axes.set_yticks([0, 1], ["little", "much"])
        axes.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), title="Two-way ABC: how often, how much")
        axes.grid(visible=False)
    words = "; ".join(f"{name}: {_told(rows, name)}".replace("\n", ", ") for name in TWO_WAY)
    return done(figure, f"Four fields. {words}.")


def _field(axes, x, y, hue):
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=hue, alpha=0.25, edgecolor="white")
    )


def _told(rows, name):
    if name not in rows.index:
        return "no customers"
    row = rows.loc[name]
    money = (
        "" if row["money_share"] != row["money_share"] else f"\n{row['money_share']:.0%} of money"
    )
    return f"{row['customers_share']:.0%} of customers{money}"
