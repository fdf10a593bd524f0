"""Figures of notebook 07: what is left, the way to the target, priorities, break-even.

Personas keep their colour and carry their rank as a number, so that a grey print and a long
name do no harm.
"""

import re
import textwrap

import numpy as np

from segkit.plots.style import (
    ACCENT,
    BAD,
    GOOD,
    INK,
    MUTED,
    WARN,
    by_row,
    canvas,
    colours,
    done,
    style,
)
from segkit.refusal import Refused, passes

TONES = {"pays if extra": GOOD, "does not pay back": BAD, "open": WARN, "not measured": MUTED}
"""Colour of a verdict; the word stands beside it."""


@passes
def priority_map(table):
    """Draw attractiveness against fit; the bubble is the share of customers, the number the rank.

    Parameters
    ----------
    table : DataFrame or Refused
        One row per persona (index), in the order of their colours: attractiveness, fit, priority
        and share (0 to 1), rank (from 1).

    Returns
    -------
    segkit.plots.axes.Axes
        Grey lines join equal priorities; further up and right is better.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"attractiveness": [0.8, 0.3], "fit": [0.6, 0.5]}, index=["A", "B"])
    >>> table = table.assign(priority=[0.7, 0.4], share=[0.3, 0.7], rank=[1, 2])
    >>> plots.action.priority_map(table).alt
    'Attractiveness against fit of 2 personas; first: A.'
    """
    tint = colours(table.index)
    with style():
        figure, (axes, key) = canvas(height=4.4, columns=2, width_ratios=[1.75, 1])
        _equal_priorities(axes, table)
        for persona, row in table.sort_values("share", ascending=False).iterrows():
            axes.scatter(row["fit"], row["attractiveness"], s=260 + 3200 * row["share"],
                         color=tint[persona], alpha=0.85, edgecolor=INK, zorder=3)  # fmt: skip
            axes.text(row["fit"], row["attractiveness"], f"{row['rank']:.0f}", color="white",
                      ha="center", va="center", weight="bold", zorder=4,
                      path_effects=_outline())  # fmt: skip
        axes.set(xlabel="fit: how well what we can do suits them",
                 ylabel="attractiveness: what they are worth")  # fmt: skip
        axes.set_title("Who comes first")
        _ranked_names(key, table, tint)
    first = table.sort_values("rank").index[0]
    return done(figure, f"Attractiveness against fit of {len(table)} personas; first: {first}.")


@passes
def break_even(table):
    """Draw the measured response with its interval against the response that pays.

    Parameters
    ----------
    table : DataFrame or Refused
        One row per persona (index): response, low, high and break_even (0 to 1), verdict.

    Returns
    -------
    segkit.plots.axes.Axes
        Dot and line are measured, the tall black bar is the response from which a contact pays.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> row = {"response": 0.2, "low": 0.1, "high": 0.3, "break_even": 0.05, "verdict": "open"}
    >>> plots.action.break_even(pd.DataFrame(row, index=["The manager"])).alt
    'Response against break-even. The manager: open.'
    """
    shown = table[~np.isinf(table["break_even"])]
    with style():
        figure, axes = canvas(height=1.3 + 0.62 * max(len(shown), 1))
        for place, row in enumerate(shown.itertuples()):
            tone = TONES[row.verdict]
            if np.isfinite(row.break_even):
                axes.plot([row.break_even] * 2, [place - 0.33, place + 0.33], color="black", lw=3)
            axes.hlines(place, row.low, row.high, color=tone, lw=3)
            axes.plot(row.response, place, "o", color=tone, ms=9, mec=INK)
            axes.text(1.01, place, row.verdict, color=tone, va="center", weight="bold",
                      transform=axes.get_yaxis_transform())  # fmt: skip
        by_row(axes, shown.index)
        axes.set_xlim(0, None)
        axes.locator_params(axis="x", nbins=7, steps=[1, 2, 5, 10])
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.set_xlabel("response (dot and line: measured, 95%; black bar: break-even)")
        axes.set_title("Does a contact pay for itself?")
    told = "; ".join(f"{row.Index}: {row.verdict}" for row in table.itertuples())
    return done(figure, f"Response against break-even. {told}.")


RESTS = {"measured": INK, "given (assumed)": WARN, "unknown": MUTED}
"""Colour of what an amount rests on; the word stands beside it."""


@passes
def ladder(table, *, currency=""):
    """Draw the rungs from sales down to what is left; the word says what each rests on.

    Parameters
    ----------
    table : DataFrame or Refused
        rung (costs begin with –, sums with =), amount (missing where unknown), status.
    currency : str
        Of the amounts.

    Returns
    -------
    segkit.plots.axes.Axes
        Full bars are sums, lighter ones what is taken off between them; hatched is assumed.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> rungs = {"rung": ["= net sales", "– goods"], "amount": [90.0, -60.0]}
    >>> plots.action.ladder(pd.DataFrame(rungs).assign(status="measured")).alt
    'From sales to what is left. net sales 90: measured; goods -60: measured.'
    """
    with style():
        figure, axes = canvas(height=1.3 + 0.42 * len(table))
        level = 0.0
        for place, row in enumerate(table.itertuples()):
            known, sums = np.isfinite(row.amount), not row.rung.startswith("–")
            amount = row.amount if known else 0.0
            left = 0.0 if sums else level
            axes.barh(place, amount, left=left, color=ACCENT if sums else MUTED, height=0.62,
                      hatch="//" if row.status == "given (assumed)" else None,
                      edgecolor="white", alpha=1 if sums else 0.75)  # fmt: skip
            level = (amount if known else level) if sums else level + amount
            needs = re.findall(r"`(\w+)`", getattr(row, "basis", ""))[-1:]
            unknown = " ".join([row.status, *(f"(needs {name})" for name in needs)])
            said = f"{row.amount:,.0f}  {row.status}" if known else unknown
            axes.text(1.01, place, said, color=RESTS[row.status], va="center",
                      transform=axes.get_yaxis_transform())  # fmt: skip
        by_row(axes, [row.lstrip("–= ") for row in table["rung"]])
        axes.axvline(0, color=INK, lw=1)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.locator_params(axis="x", nbins=6)
        axes.set_xlabel(f"money {currency}".strip())
        axes.set_title("From sales to what is left (hatched: rests on what is assumed)")
    amounts = table["amount"].map(lambda amount: f"{amount:,.0f}" if np.isfinite(amount) else "?")
    rungs = zip(table["rung"].str.lstrip("–= "), amounts, table["status"], strict=True)
    told = "; ".join(f"{rung} {amount}: {status}" for rung, amount, status in rungs)
    return done(figure, f"From sales to what is left. {told}.")


@passes
def profit_curve(profit):
    """Draw what the best customers bring together, the best first.

    Parameters
    ----------
    profit : segkit.action.money.Profit or Refused
        Curve, share of the best fifth with its interval, customers who cost more than they bring.

    Returns
    -------
    segkit.plots.axes.Axes
        Where the line falls, customers cost more than they bring.

    Examples
    --------
    See notebook 07; `plots.action.profit_curve(money.profit(rng=rng, repeats=DRAWS))`.
    """
    curve, (low, high) = profit.curve, profit.interval
    turn = curve["customers_share"][curve["value_share"].idxmax()]
    with style():
        figure, axes = canvas(width=6.4, height=4.0)
        axes.plot(curve["customers_share"], curve["value_share"], color=ACCENT, lw=2.5)
        axes.axhline(1, color=MUTED, lw=1, ls=":")
        fall = curve[curve["customers_share"] >= turn]
        axes.plot(fall["customers_share"], fall["value_share"], color=BAD, lw=2.5)
        ends = [[max(profit.top - low, 0)], [max(high - profit.top, 0)]]
        axes.errorbar(0.2, profit.top, yerr=ends, color=ACCENT, capsize=5, fmt="o")
        words = f"best 20% bring {profit.top:.0%} (95%: {low:.0%} to {high:.0%})"
        axes.annotate(
            textwrap.fill(words, 26), (0.2, profit.top), (0.25, profit.top - 0.04), va="top"
        )
        losing = f"{profit.losing_n:,} of {profit.n:,} cost more than they bring"
        axes.annotate(losing, (1, 0.04), ha="right", color=BAD)
        axes.set(xlim=(0, 1.01), ylim=(0, 1.08 * max(1, profit.peak)))
        axes.set(xlabel="share of customers, the best first", ylabel="share of what is left")
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.set_title(f"Profit curve: {profit.status}")
    return done(figure, f"Profit curve: {words}; {losing}.")


@passes
def waterfall(plan, *, goal):
    """Draw the way from the baseline to the target: a bar per action, its range as a line.

    Parameters
    ----------
    plan : segkit.action.waterfall.Waterfall or Refused
        `parts`: name, low, mid, high; the middle ones add up to the target.
    goal : segkit.brief.Goal
        It writes the values.

    Returns
    -------
    segkit.plots.axes.Axes
        Grey is what no action carries.

    Examples
    --------
    See notebook 07; `plots.action.waterfall(plan.waterfall, goal=people.brief.goal)`.
    """
    if not plan.planned:
        return Refused(plan.told)
    parts = plan.parts
    with style():
        figure, axes = canvas(height=1.4 + 0.5 * len(parts))
        level = 0.0
        for place, row in enumerate(parts.itertuples()):
            ends, rest = row.name in ("baseline", "target"), place == len(parts) - 2
            left = 0.0 if ends else level
            hue = ACCENT if ends else MUTED if rest else GOOD
            axes.barh(place, row.mid, left=left, color=hue, height=0.6)
            if not ends and not rest:
                axes.hlines(place, level + row.low, level + row.high, color=INK, lw=2)
            level = row.mid if ends else level + row.mid
            said = goal.shown(row.mid) if ends else goal.changed(row.mid)
            axes.text(1.01, place, said, va="center", transform=axes.get_yaxis_transform())
        by_row(axes, [textwrap.fill(name, 44) for name in parts["name"]])
        axes.xaxis.set_major_formatter(lambda value, _: goal.shown(value, roughly=True))
        axes.set_xlim(0.9 * min(goal.baseline, goal.target), None)
        axes.set_xlabel(f"{goal.label} (line: from no answer extra to all)")
        axes.set_title("From the baseline to the target")
    told = "; ".join(f"{row.name} {goal.changed(row.mid)}" for row in parts.iloc[1:-1].itertuples())
    ends = f"{goal.shown(goal.baseline)} to {goal.shown(goal.target)}"
    return done(figure, f"From the baseline to the target, {ends}: {told}.")


def _equal_priorities(axes, table):
    fit = np.linspace(0.02, 1.1, 200)
    for level in (0.1, 0.25, 0.5, 0.75):
        axes.plot(fit, level / fit, color=MUTED, lw=0.8, ls=":", zorder=1)
    low = (0.85 * table[["fit", "attractiveness"]].min() - 0.05).clip(lower=0)
    axes.set(xlim=(low["fit"], 1.1), ylim=(low["attractiveness"], 1.1))


def _outline():
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2, foreground=INK)]


def _ranked_names(axis, table, tint):
    axis.axis("off")
    axis.set(xlim=(0, 1), ylim=(max(len(table), 5) + 0.2, -0.4))
    axis.set_title("rank, persona, priority", fontsize=9, weight="normal")
    for place, (persona, row) in enumerate(table.sort_values("rank").iterrows()):
        axis.scatter(0.05, place, s=200, color=tint[persona], edgecolor=INK)
        axis.text(0.05, place, f"{row['rank']:.0f}", ha="center", va="center", color="white",
                  fontsize=9, weight="bold", path_effects=_outline())  # fmt: skip
        text = f"{textwrap.fill(persona, 26, break_on_hyphens=False)}  {row['priority']:.2f}"
        axis.text(0.14, place, text, va="center", fontsize=8.5)
