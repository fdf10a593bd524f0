"""Figures of experiments: what a test of a size shows, what it showed of all, and of each group.

Each takes a table of `segkit.validation.trials`. Taught in notebook approaches/experiments.
"""

import numpy as np

from segkit.plots.style import ACCENT, GRID, INK, MUTED, PALETTE, by_row, canvas, done, style
from segkit.refusal import passes


@passes
def power(curve, *, people, wanted=0.8):
    """Draw the chance to see an effect against the size of a test.

    Parameters
    ----------
    curve : DataFrame or Refused
        `People.curve`: arm_n, change, power (0 to 1), planned.
    people : segkit.validation.trials.design.People
        Those who may take part; its plan says how changes are written.
    wanted : float
        The chance that is asked for, 0 to 1.

    Returns
    -------
    segkit.plots.axes.Axes
        One line per size of the effect, on a logarithmic axis.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data, plots
    >>> from segkit.validation import trials
    >>> listed = pd.DataFrame({"arm": ["control", "offer"] * 500, "town": ["N", "S"] * 500})
    >>> plan = trials.Plan(base=0.1, change=0.06)
    >>> people = trials.people(data.from_frames(tests=listed), plan)
    >>> plots.trials.power(people.curve, people=people).alt
    'Power against people in each arm: +6.0 points reach 80 % with 492 people.'
    """
    said, needed = people.plan.said, int(people.table["needed_n"].iloc[0])
    there = int(people.table["arm_n"].iloc[0])
    with style():
        figure, axes = canvas(height=4.0)
        for (change, planned), part in curve.groupby(["change", "planned"]):
            look = {"color": ACCENT if planned else MUTED, "linewidth": 2.4 if planned else 1.4}
            axes.plot(part["arm_n"], part["power"], **look)
            place = int(np.abs(part["power"].to_numpy() - 0.55).argmin())
            at = part.iloc[place]
            axes.annotate(said(change), (at["arm_n"], at["power"]), xytext=(6, -4),
                          textcoords="offset points", color=look["color"], fontsize=9)  # fmt: skip
        axes.axhline(wanted, color=INK, linestyle=":", linewidth=1)
        axes.axvline(there, color=INK, linestyle="--", linewidth=1)
        axes.annotate(" there are", (there, 0.03), fontsize=9)
        axes.set(xscale="log", ylim=(0, 1.02), xlabel="people in each arm")
        axes.set(ylabel="chance to see it", title="How large a test shows which effect")
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter(lambda x, _: f"{x:.0%}")
    change = said(people.plan.change)
    alt = f"Power against people in each arm: {change} reach {wanted:.0%} with {needed:,} people."
    return done(figure, alt.replace("%", " %"))


@passes
def effects(table, *, plan):
    """Draw what each arm did to all people.

    Parameters
    ----------
    table : DataFrame or Refused
        `Trial.whole`: arm, difference, low, high, visible.
    plan : segkit.validation.trials.plan.Plan
        What was settled; says how differences are written.

    Returns
    -------
    segkit.plots.axes.Axes
        A point and an interval per arm; grey: smaller than what such a test can see.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> from segkit.validation import trials
    >>> table = pd.DataFrame({"arm": ["offer"], "difference": 0.03, "low": 0.01, "high": 0.05})
    >>> plots.trials.effects(table.assign(visible=0.02), plan=trials.Plan()).alt
    'Effect per arm: offer +3.0 points (+1.0 points to +5.0 points).'
    """
    shown = table.dropna(subset=["difference"])
    with style():
        figure, axes = canvas(height=1.6 + 0.6 * len(shown))
        _zero(axes, shown, plan)
        for place, row in enumerate(shown.itertuples()):
            seen = 2 * row.visible, -row.visible
            axes.barh(place, seen[0], left=seen[1], height=0.6, color=GRID, zorder=1)
            _interval(axes, place, row, ACCENT)
        axes.use_sticky_edges = False
        axes.annotate(" grey: smaller effects are overlooked", (0, -0.44), color=MUTED, fontsize=9)
        by_row(axes, shown["arm"])
        axes.set(title="What each arm did to all, beside the control")
    told = "; ".join(
        f"{r.arm} {plan.said(r.difference)} ({plan.said(r.low)} to {plan.said(r.high)})"
        for r in shown.itertuples()
    )
    return done(figure, f"Effect per arm: {told}.")


@passes
def groups(table, *, plan):
    """Draw the effects in the groups of one column, raw and drawn towards the common one.

    Parameters
    ----------
    table : DataFrame or Refused
        `Trial.clearest`: column, group, arm, difference, low, high, shrunken.
    plan : segkit.validation.trials.plan.Plan
        What was settled; says how differences are written.

    Returns
    -------
    segkit.plots.axes.Axes
        A row per group and arm: a line and a filled point as measured, an empty point as drawn in.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> from segkit.validation import trials
    >>> table = pd.DataFrame({"column": "town", "group": ["N", "S"], "arm": "offer"})
    >>> table = table.assign(difference=[0.0, 0.06], low=[-0.02, 0.04], high=[0.02, 0.08])
    >>> plots.trials.groups(table.assign(shrunken=[0.01, 0.05]), plan=trials.Plan()).alt[:54]
    'Effect by town: offer: N +0.0 points, drawn in +1.0 po'
    """
    shown = table.dropna(subset=["difference"]).reset_index(drop=True)
    arms = list(dict.fromkeys(shown["arm"]))
    with style():
        figure, axes = canvas(height=1.6 + 0.42 * len(shown))
        _zero(axes, shown, plan)
        for row in shown.itertuples():
            hue = PALETTE[arms.index(row.arm)]
            _interval(axes, row.Index, row, hue)
            below = row.Index + 0.22
            axes.plot(row.shrunken, below, "D", color=hue, markerfacecolor="white", zorder=5)
        by_row(axes, shown["arm"] + ", " + shown["group"])
        name = shown["column"].iloc[0] if len(shown) else "group"
        axes.set(title=f"Effect by {name}: filled as measured, empty as drawn in")
    told = "; ".join(f"{arm}: {_told(shown[shown['arm'] == arm], plan)}" for arm in arms)
    return done(figure, f"Effect by {name}: {told}.")


def _told(part, plan):
    return "; ".join(
        f"{r.group} {plan.said(r.difference)}, drawn in {plan.said(r.shrunken)}"
        for r in part.itertuples()
    )


def _interval(axes, place, row, hue):
    axes.plot([row.low, row.high], [place, place], color=hue, linewidth=2, zorder=3)
    axes.plot(row.difference, place, "o", color=hue, zorder=4)


def _zero(axes, shown, plan):
    """Mark no effect, and write the axis in the unit of the outcome."""
    axes.axvline(0, color=INK, linewidth=1, zorder=2)
    if plan.is_share:
        axes.xaxis.set_major_formatter(lambda x, _: f"{100 * x:+.0f}")
    unit = "percentage points" if plan.is_share else "money per person"
    axes.set_xlabel(f"difference from the control, {unit}")
