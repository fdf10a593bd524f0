"""Figures of notebook 03: the clock, the newcomers, who is described, the five demands."""

from segkit.plots.style import ACCENT, BAD, GOOD, GRID, INK, MUTED, WARN, canvas, done, style
from segkit.refusal import passes

SIGNS = {"pass": ("✓", GOOD), "warn": ("!", WARN), "stop": ("✕", BAD)}
"""How a verdict is marked and coloured; the sign alone is enough on a grey print."""


@passes
def clock(hours, *, zone=None):
    """Draw orders by hour of the day: on the local clock and, if it differs, as stored.

    Parameters
    ----------
    hours : DataFrame or Refused
        From `segkit.data.outcomes.hours`: hour (0 to 23), orders_n, and stored_n where it differs.
    zone : str, optional
        Name of the time zone of the shop.

    Returns
    -------
    segkit.plots.axes.Axes
        Local time, and dashed the hours as stored.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> plots.data.clock(pd.DataFrame({"hour": [9, 18], "orders_n": [5, 30]})).alt
    'Orders by hour of the day: most at 1:00 local time.'
    """
    with style():
        figure, axes = canvas(height=3.6)
        axes.plot(hours.hour, hours.orders_n, color=ACCENT, linewidth=2.5, marker="o", markersize=4)
        _name(axes, hours.orders_n, "local time" + (f" ({zone})" if zone else ""), ACCENT)
        if "stored_n" in hours:
            axes.plot(hours.hour, hours.stored_n, color=MUTED, linewidth=2, linestyle="--")
            _name(axes, hours.stored_n, "as stored (UTC)", MUTED)
        axes.set(xlim=(-0.5, 23.5), ylim=(0, hours.drop(columns="hour").max().max() * 1.22))
        axes.set_xticks(range(0, 24, 3), [f"{hour}:00" for hour in range(0, 24, 3)])
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set(title="Orders by hour of the day", ylabel="orders", xlabel="hour of the day")
    words = f"Orders by hour of the day: most at {int(hours.orders_n.idxmax())}:00 local time"
    if "stored_n" in hours:
        words += f"; read as stored, the peak would be at {int(hours.stored_n.idxmax())}:00"
    return done(figure, words + ".")


def _name(axes, counts, text, colour):
    """Write a line's name above its peak, early peaks to the left and late ones to the right."""
    peak = int(counts.idxmax())
    late = peak > 18
    at = (min(peak, 21) if late else max(peak + 0.4, 9), counts.max() * 1.04)
    look = {"ha": "center" if late else "right", "va": "bottom", "fontweight": "bold"}
    axes.annotate(text, at, color=colour, **look)


@passes
def newcomers(months, *, least=1):
    """Draw how many customers were first seen in each month.

    Parameters
    ----------
    months : DataFrame or Refused
        From `segkit.data.outcomes.monthly`: month (its first day), new_customers_n.
    least : int
        Months with fewer customers are drawn as none and marked so.

    Returns
    -------
    segkit.plots.axes.Axes
        A bar per month.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2024-01-01", "2024-02-01"])})
    >>> plots.data.newcomers(months.assign(new_customers_n=[75, 25])).alt
    '75% of 100 customers are first seen in the first month.'
    """
    few = months.new_customers_n.between(1, least - 1)
    said = months.new_customers_n.map("{:,}".format).mask(few, f"<{least}")
    months = months.assign(new_customers_n=months.new_customers_n.mask(few, 0))
    total = max(1, int(months.new_customers_n.sum()))
    with style():
        figure, axes = canvas(height=3.4)
        places = range(len(months))
        axes.bar(places, months.new_customers_n, color=ACCENT, width=0.72)
        if len(months) <= 24:
            for place, count, text in zip(places, months.new_customers_n, said, strict=True):
                axes.text(place, count, text, ha="center", va="bottom", color=INK)
        step = max(1, -(-len(months) // 12))
        axes.set_xticks(list(places)[::step], months.month.dt.strftime("%b\n%Y")[::step])
        axes.grid(axis="x", visible=False)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set(title="Customers by month of their first known order", ylabel="customers")
    first = months.new_customers_n.iloc[0] / total
    return done(figure, f"{first:.0%} of {total:,} customers are first seen in the first month.")


@passes
def described(tenths):
    """Draw the share of customers with known attributes by tenths of spend.

    Parameters
    ----------
    tenths : DataFrame or Refused
        From `segkit.data.quality.attributed`: tenth (1 = least spend), known_share (0 to 1).

    Returns
    -------
    segkit.plots.axes.Axes
        Bars that rise say that the attributes describe the big customers, not all.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> tenths = pd.DataFrame({"tenth": range(1, 11), "known_share": [0.1 * n for n in range(10)]})
    >>> plots.data.described(tenths).alt
    'Attributes are known for 0% of the smallest and 90% of the biggest tenth of spenders.'
    """
    with style():
        figure, axes = canvas(height=3.4)
        axes.bar(tenths.tenth, 1, color=GRID, width=0.78)
        axes.bar(tenths.tenth, tenths.known_share, color=ACCENT, width=0.78)
        for row in tenths.itertuples():
            axes.text(row.tenth, row.known_share + 0.02, f"{row.known_share:.0%}", ha="center")
        ends = {1: "\nsmallest", len(tenths): "\nbiggest"} if len(tenths) > 1 else {}
        names = [f"{place}{ends.get(place, '')}" for place in range(1, len(tenths) + 1)]
        axes.set_xticks(tenths.tenth, names)
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.grid(visible=False)
        axes.set(title="Whose household is described?", ylabel="share of customers (blue: known)")
        axes.set_xlabel("customers in ten equal groups by spend")
    low, high = tenths.known_share.iloc[0], tenths.known_share.iloc[-1]
    words = f"Attributes are known for {low:.0%} of the smallest and {high:.0%} of the biggest"
    return done(figure, f"{words} tenth of spenders.")


@passes
def checks(frame):
    """Draw the scores of the five demands, marked with their verdicts.

    Parameters
    ----------
    frame : DataFrame or Refused
        From `segkit.data.quality.check`: check, score (0 to 1), verdict (pass, warn or fail).

    Returns
    -------
    segkit.plots.axes.Axes
        1 = nothing to object.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> frame = pd.DataFrame({"check": ["current", "complete"], "score": [1.0, 0.6]})
    >>> plots.data.checks(frame.assign(verdict=["pass", "warn"])).alt
    'Scores of the five demands: current 1.00 (pass), complete 0.60 (warn).'
    """
    with style():
        figure, axes = canvas(height=0.48 * len(frame) + 1.2)
        for place, row in enumerate(frame.itertuples()):
            sign, colour = SIGNS[row.verdict]
            axes.barh(place, 1, color=GRID, height=0.56)
            axes.barh(place, row.score, color=colour, height=0.56)
            axes.text(1.02, place, f"{sign} {row.verdict}", color=colour, va="center")
            axes.text(0.01, place, f"{row.score:.2f}", color="white", va="center", weight="bold")
        axes.set_yticks(range(len(frame)), frame.check)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.14)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
        axes.grid(visible=False)
        axes.set(title="Five demands on the data", xlabel="score (1 = nothing to object)")
    words = ", ".join(f"{row.check} {row.score:.2f} ({row.verdict})" for row in frame.itertuples())
    return done(figure, f"Scores of the five demands: {words}.")
