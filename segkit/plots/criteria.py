"""Figures of notebook 02: what each criterion tells, and which of them are twins."""

import numpy as np

from segkit.criteria.choice import label
from segkit.plots.grids import heat
from segkit.plots.style import ACCENT, MUTED, PALETTE, canvas, done, panels, style
from segkit.refusal import passes

ROLES = {"segment": ACCENT, "describe": "#8fb0cc", "drop": "#c9ccd1"}
"""Dark: divides customers. Middle: may describe them. Grey: dropped."""


@passes
def relevance(criteria, *, goal, most=24):
    """Draw what each candidate tells about the KPI, against what shuffled outcomes tell.

    Parameters
    ----------
    criteria : pandas.DataFrame or Refused
        column, relevance, luck_limit (bits) and role, as `judged` of a short list.
    goal : segkit.brief.Goal
        Names the KPI.
    most : int
        Candidates shown at most, the most telling first.

    Returns
    -------
    segkit.plots.axes.Axes
        The tick is as far as luck reaches: a bar that ends before its tick tells nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> from segkit.brief import Goal
    >>> table = pd.DataFrame({"column": ["orders_n"], "relevance": 0.1, "luck_limit": 0.02})
    >>> plots.criteria.relevance(table.assign(role="segment"), goal=Goal()).alt
    'Bars of 1 candidates; the most telling: orders.'
    """
    table = criteria.sort_values("relevance", ascending=False).head(most)
    hues = [ROLES[role] for role in table["role"]]
    with style():
        figure, axes = canvas(height=0.24 * len(table) + 1.3)
        places = np.arange(len(table))
        axes.barh(places, table["relevance"], color=hues, height=0.74)
        ends, look = (places - 0.42, places + 0.42), {"color": PALETTE[1], "lw": 2}
        luck = axes.vlines(table["luck_limit"], *ends, **look)
        axes.set_yticks(places, [label(c) for c in table["column"]], fontsize=9)
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set(title=f"What each criterion tells about {goal.label}", xlabel="bits per customer")
        bars = [axes.barh([0], [0], color=hue) for hue in ROLES.values()]
        words = ["in the short list", "may describe", "dropped", "as far as luck reaches"]
        axes.legend([*bars, luck], words, loc="lower right")
    hidden = len(criteria) - len(table)
    first = ", ".join(label(c) for c in table["column"].head(5))
    more = f"; {hidden} less telling ones not shown" if hidden else ""
    return done(figure, f"Bars of {len(table)} candidates; the most telling: {first}{more}.")


@passes
def similarity(matrix, *, columns, limit):
    """Draw how alike pairs of criteria are: 0 unrelated, 1 twins; framed from `limit` on.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Square table of similarity, as `similar` of the evidence.
    columns : list or Refused
        Those to show, in their order.
    limit : float
        Similarity from which two criteria count as twins.

    Returns
    -------
    segkit.plots.axes.Axes
        Framed fields are pairs of twins.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> alike = pd.DataFrame(0.9, index=["orders_n", "lines_n"], columns=["orders_n", "lines_n"])
    >>> plots.criteria.similarity(alike, columns=["orders_n", "lines_n"], limit=0.8).alt
    'Map of 2 criteria; 1 pairs are alike by 0.8 or more.'
    """
    from matplotlib.patches import Rectangle

    names, count = [label(c) for c in columns], len(columns)
    below = np.tri(count, k=-1, dtype=bool)
    shown = matrix.loc[columns, columns].set_axis(names).set_axis(names, axis=1)
    twins = below & (shown >= limit).to_numpy()
    with style():
        figure, axes = canvas(height=min(0.36 * count + 1.9, 8))
        written = shown.map("{:.1f}".format).where(shown >= 0.25, "")
        heat(axes, shown, written=written, size=7, mask=~below, vmin=0, vmax=1)
        axes.set_xticklabels(axes.get_xticklabels(), rotation=40, ha="right")
        axes.tick_params(labelsize=9)
        for row, column in zip(*np.nonzero(twins), strict=True):
            look = {"fill": False, "edgecolor": PALETTE[1], "linewidth": 2}
            axes.add_patch(Rectangle((column, row), 1, 1, **look))
        note = f"0 = unrelated, 1 = the same\nframed: {limit:g} or more, twins"
        axes.text(count - 0.1, 0.1, note, ha="right", va="top", color=MUTED)
        axes.set_title("How alike the telling criteria are")
    found = f"{twins.sum()} pairs are alike by {limit:g} or more"
    return done(figure, f"Map of {count} criteria; {found}.")


@passes
def groups(frames, *, goal):
    """Draw the KPI in the groups of each chosen criterion, side by side.

    Parameters
    ----------
    frames : dict or Refused
        {criterion: its table with group, n, outcome_mean, low, high}, as `steps` of a short list.
    goal : segkit.brief.Goal
        Names the KPI and writes its values.

    Returns
    -------
    segkit.plots.axes.Axes
        The dotted line is the KPI of all customers of a panel.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> from segkit.brief import Goal
    >>> frame = pd.DataFrame({"group": ["1", "9"], "n": [5, 5], "outcome_mean": [0.2, 0.4]})
    >>> frame = frame.assign(low=0.1, high=0.5)
    >>> plots.criteria.groups({"orders_n": frame}, goal=Goal(label="repeat rate")).alt
    'orders: from 20% to 40%.'
    """
    with style():
        look = {"title": f"{goal.label.capitalize()} along each chosen criterion", "sharey": True}
        figure, axes = panels(len(frames), most=3, height=(2.5, 0.5), **look)
        for panel, (name, frame) in zip(axes.flat, frames.items(), strict=False):
            _panel(panel, frame, title=label(name))
        axes.flat[0].yaxis.set_major_formatter(lambda value, _: goal.shown(value, roughly=True))
        axes.flat[0].set_ylim(bottom=0)
        figure.supylabel(goal.label, fontsize=10)
    told = []
    for name, frame in frames.items():
        low, high = (goal.shown(x, roughly=True) for x in frame["outcome_mean"].agg(["min", "max"]))
        told.append(f"{label(name)}: from {low} to {high}")
    return done(figure, "; ".join(told) + ".")


def _panel(axes, frame, *, title):
    places = np.arange(len(frame))
    overall = np.average(frame["outcome_mean"], weights=frame["n"])
    axes.axhline(overall, color=MUTED, linewidth=1, linestyle=":")
    axes.vlines(places, frame["low"], frame["high"], color=ACCENT, linewidth=2, alpha=0.5)
    axes.plot(places, frame["outcome_mean"], color=ACCENT, marker="o")
    axes.set_xticks(places, [g.replace(" to ", "\nto ") for g in frame["group"]], fontsize=7)
    axes.set_xlim(-0.5, len(frame) - 0.5)
    axes.grid(axis="x", visible=False)
    axes.set_title(title, fontsize=10, fontweight="normal")
