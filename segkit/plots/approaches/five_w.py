"""Figures of approaches/five_w: what is answered more often than elsewhere."""

import numpy as np

from segkit.plots.grids import heat
from segkit.plots.style import GRID, MUTED, canvas, colours, done, style
from segkit.refusal import passes


@passes
def lifts(said, *, topic, order):
    """Draw one topic as a grid: segments down, answers across, lift as colour, share as text.

    Hidden cells (too few people) are grey with a dot.

    Parameters
    ----------
    said : DataFrame or Refused
        From `five_w.statements`: topic, segment, answer, share and share_all (0 to 1), lift (1 = as
        often as all), suppressed (too few people).
    topic : str
        One of its topics.
    order : sequence of str
        The segments.

    Returns
    -------
    segkit.plots.axes.Axes
        Violet: less often than all, orange: more often.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> said = pd.DataFrame({"topic": "why", "segment": ["Key", "Rare"], "answer": "price"})
    >>> said = said.assign(share=[0.2, 0.6], share_all=0.4, lift=[0.5, 1.5], suppressed=False)
    >>> plots.approaches.five_w.lifts(said, topic="why", order=["Key", "Rare"]).alt
    'Grid of why by segment. Furthest apart: Rare, price, 60% against 40% of all.'
    """
    rows = said[said["topic"] == topic]
    answers = list(dict.fromkeys(rows.sort_values("share_all", ascending=False)["answer"]))[:12]
    order = [name for name in order if name in set(rows["segment"])]
    table = rows.pivot_table(
        index="segment", columns="answer", values=["lift", "share"], dropna=False
    )
    lift, share = (table[v].reindex(index=order, columns=answers) for v in ("lift", "share"))
    with style():
        figure, axes = canvas(height=0.5 * len(order) + 1.9)
        hue = np.log2(lift.astype(float).clip(0.5, 2)).set_axis(map(_short, answers), axis=1)
        told = share.map("{:.0%}\n".format) + lift.map("×{:.2f}".format)
        heat(axes, hue, written=told, size=7.5, cmap="PuOr_r", vmin=-1.4, vmax=1.4, linewidths=0)
        axes.set_facecolor(GRID)
        axes.xaxis.tick_top()
        axes.tick_params(labelsize=8)
        named = str(topic).capitalize()
        axes.set_title(f"{named}: share in the segment, and times as often as all")
    return done(figure, _words(rows, topic))


def _short(text):
    return "\n".join(str(text).replace(",", "").split(maxsplit=1))


def _words(rows, topic):
    shown = rows[~rows["suppressed"] & rows["lift"].notna()]
    if shown.empty:
        return f"Grid of {topic} by segment: too few people in every cell to show a share."
    best = shown.loc[shown["lift"].idxmax()]
    return (
        f"Grid of {topic} by segment. Furthest apart: {best['segment']}, {best['answer']}, "
        f"{best['share']:.0%} against {best['share_all']:.0%} of all."
    )


LINES = 4
"""More lines than this in one figure cannot be told apart."""


@passes
def hours(counted, *, order, smallest=10):
    """Draw how the orders of the first `LINES` segments spread over the day, against all orders.

    Parameters
    ----------
    counted : DataFrame or Refused
        From `times.by_hour`: hour (0 to 23), segment, customers_n, amount (orders).
    order : sequence of str
        The segments; the first `LINES` are drawn.
    smallest : int
        Hours of a segment with fewer customers are drawn without it.

    Returns
    -------
    segkit.plots.axes.Axes
        Shares of a segment's orders by hour; grey: of all orders.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> counted = pd.DataFrame({"hour": [9, 18], "segment": "Evening", "customers_n": 20})
    >>> plots.approaches.five_w.hours(counted.assign(amount=[5, 30]), order=["Evening"]).alt
    'Lines per segment over the hours of the day; all orders peak at 18:00.'
    """
    from matplotlib.ticker import MultipleLocator

    hues = colours(order)
    everybody = _spread(counted.groupby("hour")["amount"].sum())
    with style():
        figure, axes = canvas(height=3.8)
        grey = axes.fill_between(range(24), everybody, color=MUTED, alpha=0.25, linewidth=0)
        grey.set_label("all orders")
        for name, dashes in zip(order[:LINES], ("-", "--", "-.", ":"), strict=False):
            rows = counted[counted["segment"] == name].set_index("hour")
            if len(rows):
                line = _spread(rows["amount"]).where(
                    rows["customers_n"].reindex(range(24)) >= smallest
                )
                axes.plot(range(24), line, color=hues[name], linestyle=dashes, linewidth=1.8,
                          label=name)  # fmt: skip
        axes.legend(fontsize=8, loc="upper left")
        axes.yaxis.set_major_locator(MultipleLocator(0.05))
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.set(title="When orders are made", xlabel="hour of the day", xlim=(0, 23))
        axes.set_ylabel("share of the segment's orders")
    peak = int(everybody.idxmax())
    return done(
        figure, f"Lines per segment over the hours of the day; all orders peak at {peak}:00."
    )


def _spread(amounts):
    amounts = amounts.reindex(range(24)).fillna(0.0)
    return amounts / (amounts.sum() or 1)
