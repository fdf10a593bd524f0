"""Figures of the CRM selections: groups through time, what each buys, how a portfolio shifts.

Each takes a table of `segkit.segments.crm.selections` or `segkit.data.reports.sales`. Taught in
notebook approaches/crm_selections.
"""

import numpy as np

from segkit.plots.grids import heat
from segkit.plots.style import canvas, colours, done, style
from segkit.refusal import passes

MOST = 8
"""So many lines can be told apart; the strongest are drawn."""


FEW = 5
"""So many products of a portfolio, whose lines cross more often."""


@passes
def history(table):
    """Draw how many customers each dynamic group has, date by date.

    Parameters
    ----------
    table : DataFrame or Refused
        `selections.Followed.history`: date, group, customers_n.

    Returns
    -------
    segkit.plots.axes.Axes
        One line per group, the largest first.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"date": ["May", "June"], "group": "Silent", "customers_n": [4, 9]})
    >>> plots.approaches.crm_selections.history(table).alt
    'Customers per dynamic group from May to June: Silent 4 to 9.'
    """
    wide = table.pivot_table(index="date", columns="group", values="customers_n", sort=False)
    wide = wide[wide.iloc[-1].sort_values(ascending=False, kind="stable").index[:MOST]]
    first, last = wide.iloc[0], wide.iloc[-1]
    told = "; ".join(f"{name} {first[name]:.0f} to {last[name]:.0f}" for name in wide)
    alt = f"Customers per dynamic group from {wide.index[0]} to {wide.index[-1]}: {told}."
    title = "Who is in each selection, date by date"
    return _lines(wide.astype(float), ylabel="customers", alt=alt, title=title)


@passes
def portfolio(table, *, by, title=""):
    """Draw how the leading products of one segment share its turnover, period by period.

    Parameters
    ----------
    table : DataFrame or Refused
        From `sales.shift`: period, share_within (0 to 1), leads (true or false), and the column
        `by`.
    by : str
        Column of the products, such as "category".
    title : str
        Name of the segment.

    Returns
    -------
    segkit.plots.axes.Axes
        A filled point says that the product was among the leaders then.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"period": ["Q1", "Q2"], "category": "pens", "leads": True})
    >>> table = table.assign(share_within=[0.5, 0.8])
    >>> plots.approaches.crm_selections.portfolio(table, by="category", title="Key").alt
    'Share of the turnover of Key by product: pens 50 % to 80 %.'
    """
    wide = table.pivot(index="period", columns=by, values="share_within")
    led = table.pivot(index="period", columns=by, values="leads")
    kept = wide.mean().sort_values(ascending=False, kind="stable").index[:FEW]
    wide, led = wide[kept] * 100, led[kept]
    told = "; ".join(f"{n} {wide[n].iloc[0]:.0f} % to {wide[n].iloc[-1]:.0f} %" for n in kept)
    alt = f"Share of the turnover{' of ' + title if title else ''} by product: {told}."
    title = f"What {title or 'the group'} buys, quarter by quarter"
    return _lines(wide, ylabel="% of the turnover of the quarter", alt=alt, marked=led, title=title)


def _lines(wide, *, ylabel, alt, marked=None, title=""):
    """Draw one line per column, named at its right end."""
    hues, x = colours(wide.columns), np.arange(len(wide))
    with style():
        figure, axes = canvas(width=9.0, height=4.6)
        for name in wide:
            axes.plot(x, wide[name], color=hues[name], linewidth=1.8, zorder=3)
            full = np.ones(len(x), bool) if marked is None else marked[name].to_numpy(bool)
            face = [hues[name] if one else "white" for one in full]
            axes.scatter(x, wide[name], s=26, c=face, edgecolors=hues[name], zorder=4)
        _name_ends(axes, wide, hues)
        step = max(1, len(x) // 8)
        axes.set_xticks(x[::step], [str(day)[:7] for day in wide.index[::step]])
        axes.set(ylabel=ylabel, xlim=(-0.2, len(x) - 0.8), title=title)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set_ylim(bottom=0)
    return done(figure, alt)


def _name_ends(axes, wide, hues):
    """Write each line's name beside its end, moved apart where ends lie close together."""
    ends = wide.iloc[-1].sort_values(kind="stable")
    gap = max(float(wide.to_numpy().max()), 1e-9) * 0.06
    places, last = [], -gap
    for end in ends:
        last = max(float(end), last + gap)
        places.append(last)
    down = min(np.mean(np.array(places) - ends.to_numpy()), places[0])  # back to the lines' middle
    for (name, end), place in zip(ends.items(), places, strict=True):
        axes.annotate(name, (len(wide) - 1, end), xytext=(len(wide) - 0.7, place - down),
                      color=hues[name], va="center", fontsize=9, annotation_clip=False,
                      arrowprops={"arrowstyle": "-", "color": hues[name], "linewidth": 0.6,
                                  "shrinkA": 0, "shrinkB": 4})  # fmt: skip


@passes
def mix(table, *, by):
    """Draw what each segment's turnover is made of: one row per segment, one column per product.

    Parameters
    ----------
    table : DataFrame or Refused
        From `sales.totals` by segment and `by`: segment, share_within (of the segment's turnover, 0
        to 1; below 0 where returns exceed sales).
    by : str
        Column of the products, such as "department".

    Returns
    -------
    segkit.plots.axes.Axes
        Per cent of a segment's turnover, darker for more; negative cells stay white.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"segment": "Key", "department": ["pens", "mugs"]})
    >>> table = table.assign(share_within=[0.75, 0.25])
    >>> plots.approaches.crm_selections.mix(table, by="department").alt
    "What each group's turnover is made of. Key: most for pens (75%)."
    """
    wide = table.pivot(index="segment", columns=by, values="share_within").fillna(0.0)
    wide = wide[wide.mean().sort_values(ascending=False, kind="stable").index[:12]]
    with style():
        figure, axes = canvas(width=9.0, height=1.4 + 0.42 * len(wide))
        heat(axes, wide.clip(lower=0), written=(100 * wide).map("{:.0f}".format), vmin=0)
        axes.set_xticklabels(axes.get_xticklabels(), rotation=35, ha="right")
        axes.set_title("% of each group's turnover, by product group")
    top = {s: wide.loc[s].idxmax() for s in wide.index}
    told = "; ".join(f"{s}: most for {name} ({wide.loc[s, name]:.0%})" for s, name in top.items())
    return done(figure, f"What each group's turnover is made of. {told}.")
