"""Figures of notebook 01: where the business stands and what it has already reached."""

from dataclasses import replace
from textwrap import fill

import pandas as pd

from segkit import evidence
from segkit.plots.style import ACCENT, GOOD, MUTED, canvas, done, style
from segkit.refusal import passes


@passes
def months(frame, *, currency=""):
    """Draw spend per calendar month; months that are not over are pale and hatched.

    Parameters
    ----------
    frame : pandas.DataFrame or Refused
        One row per month: month (its first day), spend_total, complete (bool).
    currency : str
        Unit of the axis.

    Returns
    -------
    segkit.plots.axes.Axes
        One bar per month.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> months = pd.DataFrame({"month": ["2024-01-01", "2024-02-01"], "spend_total": [90.0, 4.0]})
    >>> plots.goals.months(months.assign(complete=[True, False]), currency="EUR").alt
    'Bars of spend for 2 months, the complete ones from 90 to 90 EUR.'
    """
    spend = frame["spend_total"].astype(float)
    whole = frame["complete"].astype(bool).tolist()
    scale, unit = _scaled(spend.max())
    with style():
        figure, axes = canvas(height=3.6)
        bars = axes.bar(range(len(frame)), spend / scale, color=ACCENT, width=0.72)
        for bar, over in zip(bars, whole, strict=True):
            bar.set(alpha=1 if over else 0.35, hatch=None if over else "///")
        axes.set_xticks(range(len(frame)), _month_names(frame["month"]))
        axes.xaxis.set_tick_params(length=0)
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set(title="Spend per month", ylabel=f"{unit}{currency}".strip())
        if not all(whole):
            figure.supxlabel("hatched: the data cover only part of the month", size=9, color=MUTED)
    low, high = spend[whole].min(), spend[whole].max()
    known = f"the complete ones from {low:,.0f} to {high:,.0f} {currency}" if any(whole) else ""
    return done(figure, f"Bars of spend for {len(frame)} months, {known}".strip(", ") + ".")


@passes
def concentration(spend, *, top=0.2, rule=0.8, interval=None, cuts=()):
    """Draw how spend adds up over customers, the largest first.

    Parameters
    ----------
    spend : Series or Refused
        One amount of money per customer; missing ones are left out, negative ones count as nothing.
    cuts : sequence of float
        The amounts from which A, then B begin.

    Returns
    -------
    segkit.plots.axes.Axes
        The steeper the beginning, the fewer customers bring the most.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> plots.goals.concentration(pd.Series([60.0, 20.0, 10.0, 10.0]), cuts=(50, 15)).alt
    'Concentration curve: the top 20% of customers bring 48% of the money.'
    """
    money = pd.Series(spend, dtype=float).dropna().clip(lower=0 if len(cuts) else None)
    marks = {"share": evidence.top_share(money, top=top), "at": (top, rule), "interval": interval}
    classes = [0.0, *(float((money >= cut).mean()) for cut in cuts), 1.0][: 1 + 2 * len(cuts)]
    return _curve(evidence.lorenz(money), classes=classes, **marks)


@passes
def _curve(curve, *, share, at, interval, classes):
    top, rule = at
    words = f"the top {top:.0%} of customers bring {share:.0%} of the money"
    with style():
        figure, axes = canvas(width=6.4, height=4.2)
        _classes(axes, classes)
        axes.plot(curve["customers_share"], curve["value_share"], color=ACCENT, linewidth=2.5)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":")
        axes.plot([top, top, 0], [0, share, share], color=ACCENT, linewidth=1)
        if interval is not None:
            low, high = interval
            words += f" (95% interval {low:.0%} to {high:.0%})"
            ends = [[max(share - low, 0.0)], [max(high - share, 0.0)]]
            axes.errorbar(top, share, yerr=ends, color=ACCENT, capsize=5, zorder=3)
        axes.scatter([top], [share], color=ACCENT, zorder=3)
        axes.annotate(fill(words, 28), (top, share), (top + 0.04, share), va="top")
        axes.scatter([top], [rule], marker="x", s=60, color=MUTED, zorder=3)
        thumb = f"rule of thumb: {100 * top:.0f}/{100 * rule:.0f}"
        axes.annotate(thumb, (top, rule), (top - 0.02, rule + 0.05), color=MUTED, ha="center")
        axes.annotate("if all were alike", (0.7, 0.68), color=MUTED, va="top")
        axes.set(xlim=(0, 1), ylim=(0, 1.02), title="How the money is shared between customers")
        axes.set(xlabel="share of customers, largest first", ylabel="share of the money")
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.yaxis.set_major_formatter("{x:.0%}")
    return done(figure, f"Concentration curve: {words}.")


def _classes(axes, edges):
    """Shade the classes that begin and end at `edges` (0 to 1), the first one darkest."""
    shades = zip("ABC", edges, edges[1:], (0.22, 0.12, 0.05), strict=False)
    for letter, left, right, shade in shades:
        axes.axvspan(left, right, color=ACCENT, alpha=shade, linewidth=0)
        axes.text((left + right) / 2, 0.03, letter, ha="center", fontweight="bold")


def history(past, *, goal):
    """Draw what the KPI was in each past period, the baseline's margin and the target.

    Hollow points: periods that are too small or too early to be used. The scale starts at zero
    unless that would flatten all differences.

    Parameters
    ----------
    past : segkit.goals.Past
        What `goals.history` returned; it knows which period teaches and which judges.
    goal : segkit.brief.Goal
        What `goals.goal` returned.

    Returns
    -------
    segkit.plots.axes.Axes or Refused
        A point is what was measured, the line through it what luck allows (95 %).

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit import data, goals, plots
    >>> days = pd.date_range("2024-01-01", periods=90)
    >>> orders = pd.DataFrame({"customer_id": list("ab") * 45, "ordered_at": days, "amount": 9.0})
    >>> situation = goals.situation(data.from_frames(orders), horizon_days=30)
    >>> past = goals.history(situation, kpi="order_value")
    >>> goal = goals.goal(past, change_pct=10, rng=np.random.default_rng(1))
    >>> plots.goals.history(past, goal=goal).alt
    'Order value in 2 past periods, from 9.00 to 9.00; baseline 9.00, target 9.90.'
    """
    return _history(past.table, past=past, goal=goal)


@passes
def _history(frame, *, past, goal):
    with style():
        figure, axes = canvas(height=4.4)
        axes.axhspan(goal.baseline_low, goal.baseline_high, color=ACCENT, alpha=0.1, lw=0)
        axes.axhline(goal.target, color=GOOD, linewidth=2, linestyle="--")
        for place, row in enumerate(frame.itertuples()):
            hue = ACCENT if row.enough else MUTED
            axes.plot([place, place], [row.low, row.high], color=hue, linewidth=2)
            face = hue if row.enough else "white"
            axes.scatter([place], [row.value], s=55, color=face, edgecolor=hue, zorder=3)
        _labels(axes, frame, past)
        _scale(axes, frame, goal)
        axes.set_title(f"{goal.label.capitalize()} in past periods")
    return done(figure, _words(frame, replace(goal, currency="")))


def _labels(axes, frame, past):
    notes = {str(past.learn.label): "criteria are\nlearned here"}
    notes[str(past.test.label)] = "segments are\njudged here"
    names = []
    for row in frame.itertuples():
        note = notes.get(row.label, "" if row.enough else "too small\nto judge by")
        label = row.label.replace(" to ", "\nto ").replace(" (", "\n(")
        names.append(f"{label}\n{note}")
    axes.set_xticks(range(len(frame)), names, fontsize=9 if len(frame) < 8 else 6)
    axes.set_xlim(-0.5, len(frame) - 0.5)
    axes.grid(axis="x", visible=False)


def _scale(axes, frame, goal):
    bare = replace(goal, currency="")
    for name, value, hue in (("target", goal.target, GOOD), ("baseline", goal.baseline, ACCENT)):
        text, spot = f"{name}\n{bare.shown(value)}", (len(frame) - 0.46, value)
        axes.annotate(text, spot, color=hue, va="center", annotation_clip=False)
    low = min(frame["low"].min(), goal.target)
    high = max(frame["high"].max(), goal.target)
    room = 0.15 * (high - low)
    axes.set_ylim(0 if low < 0.6 * high else low - room, high + room)
    roughly = not goal.is_share or high - low > 0.1
    axes.yaxis.set_major_formatter(lambda value, _: bare.shown(value, roughly=roughly))
    unit = {"share": f"share of {goal.audience}", "money": goal.currency}.get(goal.unit, goal.label)
    axes.set_ylabel(fill(unit, 34), fontsize=9)


def _words(frame, goal):
    return (
        f"{goal.label.capitalize()} in {len(frame)} past periods, from "
        f"{goal.shown(frame['value'].min())} to {goal.shown(frame['value'].max())}; baseline "
        f"{goal.shown(goal.baseline)}, target {goal.shown(goal.target)}."
    )


def _scaled(highest):
    """Choose thousands or millions, so that the axis stays readable."""
    sizes = ((1e6, "million "), (1e3, "thousand "), (1, ""))
    return next((size, word) for size, word in sizes if highest >= 10 * size or size == 1)


def _month_names(column):
    """Name the months, with the year at the first and at each January."""
    days = pd.to_datetime(column)
    step = max(1, len(days) // 14)
    names = []
    for place, day in enumerate(days):
        year = f"\n{day.year}" if place == 0 or day.month == 1 else ""
        names.append(f"{day:%b}{year}" if place % step == 0 else "")
    return names
