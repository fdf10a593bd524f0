"""Figures of the web analytics notebook: where people stop, where they come from, who converts.

Counts stand beside every bar, and intervals beside every share, because small groups look
exciting by chance. Nothing is computed here.
"""

import numpy as np

from segkit.plots.style import ACCENT, GRID, INK, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes

LIGHT = 0.55
"""Share of white mixed into every second bar of a stack, so that neighbours differ in grey."""


@passes
def funnel(frame, *, title="How far sessions get", unit="sessions"):
    """Draw how many reach each step: `frame` as made by `data.reports.web.counts.funnel`.

    Beside each bar stand the number and the share of those at the step before.

    Parameters
    ----------
    frame : DataFrame or Refused
        From `data.measures.web.reports.funnel`: step, reached_n, of_before (0 to 1).
    title : str
        What stands above.
    unit : str
        What is counted.

    Returns
    -------
    segkit.plots.axes.Axes
        A bar per step, the first at the top.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> frame = pd.DataFrame({"step": ["saw", "cart"], "reached_n": [50, 10]})
    >>> frame = frame.assign(of_before=[float("nan"), 0.2])
    >>> plots.approaches.web_analytics.funnel(frame).alt
    'How far sessions get, bars of sessions per step. saw 50; cart 10 (20% of the step before).'
    """
    with style():
        figure, axes = canvas(height=0.6 * max(len(frame), 1) + 1.3)
        for place, row in enumerate(frame.itertuples()):
            axes.barh(place, row.reached_n, height=0.62, color=ACCENT)
            axes.text(row.reached_n, place, _reached(row), va="center")
        axes.set_yticks(range(len(frame)), frame["step"])
        axes.invert_yaxis()
        axes.set_xlim(0, max([1, *frame["reached_n"]]) * 1.35)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.grid(axis="y", visible=False)
        axes.set(title=title, xlabel=f"{unit} that got here, in this order")
    parts = [f"{row.step}{_reached(row)}" for row in frame.itertuples()]
    return done(figure, f"{title}, bars of {unit} per step. " + "; ".join(parts) + ".")


def _reached(row):
    before = "" if np.isnan(row.of_before) else f" ({row.of_before:.0%} of the step before)"
    return f" {row.reached_n:,}{before}"


@passes
def mix(counts, *, title, unit="sessions"):
    """Draw what each group is made of: rows of 100 %, one stack per column.

    Parts of at least 7 % carry their share; the number of the row stands behind it.

    Parameters
    ----------
    counts : DataFrame or Refused
        Numbers; rows are the groups (segments), columns the parts (sources or devices).
    title : str
        What stands above.
    unit : str
        What is counted.

    Returns
    -------
    segkit.plots.axes.Axes
        Rows of 100 %.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> counts = pd.DataFrame({"search": [30], "mail": [10]}, index=["Buyers"])
    >>> plots.approaches.web_analytics.mix(counts, title="Where they come from").alt
    'Where they come from. Buyers: mostly search (75% of 40 sessions).'
    """
    total = counts.sum(axis=1)
    shares = counts.div(total.where(total > 0), axis=0).fillna(0)
    with style():
        figure, axes = canvas(height=0.45 * len(shares) + 1.9)
        left = np.zeros(len(shares))
        for number, name in enumerate(shares):
            hue = _hue(number)
            width = shares[name].to_numpy()
            axes.barh(range(len(shares)), width, left=left, height=0.68, color=hue, label=str(name),
                      edgecolor="white", linewidth=1)  # fmt: skip
            _written(axes, left, width, pale=number % 2 == 1)
            left = left + width
        for place, number in enumerate(total):
            axes.text(1.01, place, f"{number:,.0f}", va="center", color=MUTED)
        _rows(axes, shares.index, title, f"share of the group's {unit} (number at the right)")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center",
                      ncols=min(shares.shape[1], 5))  # fmt: skip
    return done(figure, f"{title}. " + _most(shares, total, unit))


def _hue(number):
    from matplotlib.colors import to_rgb

    hue = np.array(to_rgb(PALETTE[number % len(PALETTE)]))
    return tuple(hue + (1 - hue) * LIGHT) if number % 2 else tuple(hue)


def _written(axes, left, width, *, pale):
    for place, (begin, part) in enumerate(zip(left, width, strict=True)):
        if part >= 0.07:
            axes.text(begin + part / 2, place, f"{part:.0%}", ha="center", va="center",
                      fontsize=8.5, color=INK if pale else "white")  # fmt: skip


def _rows(axes, names, title, label):
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.grid(visible=False)
    axes.set(title=title, xlabel=label)


def _most(shares, total, unit):
    parts = [
        f"{name}: mostly {row.idxmax()} ({row.max():.0%} of {total[name]:,.0f} {unit})"
        for name, row in shares.iterrows()
    ]
    return "; ".join(parts) + "."


@passes
def conversion(frame, *, title):
    """Draw a share with its interval per group.

    Parameters
    ----------
    frame : DataFrame or Refused
        First column the group, then n, reached_n, rate, low, high (0 to 1).
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Dashed: all together. Groups whose interval covers it are pale: they are not shown to
        differ.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> frame = pd.DataFrame({"source": ["search"], "n": [50], "reached_n": [10], "rate": [0.2]})
    >>> frame = frame.assign(low=0.11, high=0.33)
    >>> plots.approaches.web_analytics.conversion(frame, title="Bought").alt
    'Bought, share and interval per group. search: 20.0% (11.0% to 33.0%).'
    """
    group, overall = frame.columns[0], frame["reached_n"].sum() / max(frame["n"].sum(), 1)
    with style():
        figure, axes = canvas(height=0.45 * max(len(frame), 1) + 1.4)
        for place, row in enumerate(frame.itertuples()):
            if np.isnan(row.rate):
                continue
            sure = row.low > overall or row.high < overall
            axes.plot([row.low, row.high], [place, place], color=ACCENT if sure else MUTED,
                      linewidth=5, alpha=0.35, solid_capstyle="butt")  # fmt: skip
            axes.scatter([row.rate], [place], s=55, zorder=3, color=ACCENT if sure else MUTED)
            told = f" {row.rate:.1%} of {row.n:,}"
            axes.text(row.high, place, f" {told}", va="center", color=INK if sure else MUTED,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
        axes.axvline(overall, color=PALETTE[1], linewidth=1.5, linestyle="--", zorder=1)
        axes.set_yticks(range(len(frame)), frame[group])
        axes.set_ylim(len(frame) - 0.4, -0.6)
        axes.set_xlim(0, max(float(frame["high"].fillna(0).max()), 0.01) * 1.3)
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.grid(axis="y", color=GRID)
        line = f"; dashed: all together, {overall:.1%}"
        axes.set(title=title, xlabel=f"share that reached it, with 95 % interval{line}")
    return done(figure, f"{title}, share and interval per group. " + _intervals(frame, group))


def _intervals(frame, group):
    parts = [
        f"{row[group]}: {row.rate:.1%} ({row.low:.1%} to {row.high:.1%})"
        for _, row in frame.iterrows()
    ]
    return "; ".join(parts) + "."
