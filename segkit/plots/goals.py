"""Figures of notebook 01: where the business stands and what it has already reached."""

from textwrap import fill

import pandas as pd

from segkit.plots.style import ACCENT, GOOD, MUTED, canvas, done, style
from segkit.refusal import passes


@passes
def months(frame, *, currency=""):
    """Draw spend per calendar month; months that are not over are pale and hatched.

    `frame` has month, spend_total, customers_n and complete.
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
def concentration(curve, *, share, spend_share):
    """Draw how spend adds up over customers, the largest first, and mark one point.

    `curve` has customers_share and spend_share (0 to 1); `share` of the customers bring
    `spend_share` of the money. The cross is the rule of thumb, 20 % and 80 %.
    """
    with style():
        figure, axes = canvas(width=6.4, height=4.2)
        axes.fill_between(curve["customers_share"], curve["spend_share"], color=ACCENT, alpha=0.08)
        axes.plot(curve["customers_share"], curve["spend_share"], color=ACCENT, linewidth=2.5)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":")
        axes.plot([share, share, 0], [0, spend_share, spend_share], color=ACCENT, linewidth=1)
        axes.scatter([share], [spend_share], color=ACCENT, zorder=3)
        words = f"the top {share:.0%} of customers\nbring {spend_share:.0%} of spend"
        axes.annotate(words, (share, spend_share), (share + 0.04, spend_share), va="top")
        axes.scatter([0.2], [0.8], marker="x", s=60, color=MUTED, zorder=3)
        axes.annotate("rule of thumb: 20/80", (0.2, 0.8), (0.18, 0.85), color=MUTED, ha="center")
        axes.annotate("if all spent alike", (0.7, 0.68), color=MUTED, va="top")
        axes.set(xlim=(0, 1), ylim=(0, 1.02), title="How spend is shared between customers")
        axes.set(xlabel="share of customers, largest first", ylabel="share of spend")
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.yaxis.set_major_formatter("{x:.0%}")
    return done(figure, f"Concentration curve: {' '.join(words.split())}.")


@passes
def history(frame, *, goal, periods):
    """Draw what the KPI was in each past period, the baseline's margin and the target.

    `frame` has label, start, value, low, high and enough; `goal` baseline, baseline_low,
    baseline_high, target, label and unit; `periods` which of them teaches and which judges.
    Hollow points: periods that are too small or too early to be used. The scale starts at zero
    unless that would flatten all differences.
    """
    roles = {p["label"]: role for role, p in periods.items() if p}
    with style():
        figure, axes = canvas(height=4.4)
        axes.axhspan(goal["baseline_low"], goal["baseline_high"], color=ACCENT, alpha=0.1, lw=0)
        axes.axhline(goal["target"], color=GOOD, linewidth=2, linestyle="--")
        for place, row in enumerate(frame.itertuples()):
            hue = ACCENT if row.enough else MUTED
            axes.plot([place, place], [row.low, row.high], color=hue, linewidth=2)
            face = hue if row.enough else "white"
            axes.scatter([place], [row.value], s=55, color=face, edgecolor=hue, zorder=3)
        _labels(axes, frame, roles)
        _ends(axes, goal, len(frame))
        _scale(axes, frame, goal)
        axes.set_title(f"{goal['label'].capitalize()} in past periods")
    return done(figure, _words(frame, goal))


def _labels(axes, frame, roles):
    notes = {"learn": "criteria are\nlearned here", "test": "segments are\njudged here"}
    names = []
    for row in frame.itertuples():
        note = notes.get(roles.get(row.label), "" if row.enough else "too small\nto judge by")
        label = row.label.replace(" to ", "\nto ").replace(" (", "\n(")
        names.append(f"{label}\n{note}")
    axes.set_xticks(range(len(frame)), names, fontsize=9 if len(frame) < 8 else 6)
    axes.set_xlim(-0.5, len(frame) - 0.5)
    axes.grid(axis="x", visible=False)


def _ends(axes, goal, count):
    share = goal["unit"] == "share"
    for name, hue in (("target", GOOD), ("baseline", ACCENT)):
        number = f"{goal[name]:.1%}" if share else f"{goal[name]:,.2f}"
        spot = (count - 0.46, goal[name])
        axes.annotate(f"{name}\n{number}", spot, color=hue, va="center", annotation_clip=False)


def _scale(axes, frame, goal):
    low = min(frame["low"].min(), goal["target"])
    high = max(frame["high"].max(), goal["target"])
    room = 0.15 * (high - low)
    axes.set_ylim(0 if low < 0.6 * high else low - room, high + room)
    share = "{x:.0%}" if high - low > 0.1 else "{x:.1%}"
    axes.yaxis.set_major_formatter(share if goal["unit"] == "share" else "{x:,.0f}")
    unit = f"share of {goal['audience']}" if goal["unit"] == "share" else goal["currency"]
    axes.set_ylabel(fill(unit, 34), fontsize=9)


def _words(frame, goal):
    form = "{:.1%}".format if goal["unit"] == "share" else "{:,.2f}".format
    return (
        f"{goal['label'].capitalize()} in {len(frame)} past periods, from "
        f"{form(frame['value'].min())} to {form(frame['value'].max())}; baseline "
        f"{form(goal['baseline'])}, target {form(goal['target'])}."
    )


def _scaled(highest):
    """Choose thousands or millions, so that the axis stays readable."""
    for size, word in ((1e6, "million "), (1e3, "thousand ")):
        if highest >= 10 * size:
            return size, word
    return 1, ""


def _month_names(column):
    """Name the months, with the year at the first and at each January."""
    days = pd.to_datetime(column)
    step = max(1, len(days) // 14)
    names = []
    for place, day in enumerate(days):
        year = f"\n{day.year}" if place == 0 or day.month == 1 else ""
        names.append(f"{day:%b}{year}" if place % step == 0 else "")
    return names
