"""Figures of approaches/lifecycle: when first orders happen, and where customers stand."""

from segkit.plots.style import ACCENT, MUTED, WARN, canvas, colours, done, style
from segkit.refusal import passes


@passes
def beginnings(months):
    """Draw the first known orders per month; months that are not whole are pale.

    Parameters
    ----------
    months : DataFrame or Refused
        From `outcomes.monthly`: month (its first day), new_customers_n, complete (true or false).

    Returns
    -------
    segkit.plots.axes.Axes
        A high first month says that customers were there before the data began.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> months = pd.DataFrame({"month": pd.to_datetime(["2024-01-01", "2024-02-01"])})
    >>> months = months.assign(new_customers_n=[60, 40], complete=True)
    >>> plots.approaches.lifecycle.beginnings(months).alt
    'Bars per month: 60 of 100 first known orders fall into the first month, Jan 2024.'
    """
    total = months["new_customers_n"].sum()
    with style():
        figure, axes = canvas(height=3.2)
        bars = axes.bar(range(len(months)), months["new_customers_n"], color=ACCENT, width=0.75)
        for bar, whole in zip(bars, months["complete"], strict=True):
            bar.set_alpha(1.0 if whole else 0.45)
        first = months["new_customers_n"].iloc[0]
        axes.text(
            0.6, first, f"{first / (total or 1):.0%} of all first orders", va="top", color=WARN
        )
        step = max(1, len(months) // 12)
        names = [f"{month:%b %Y}" for month in months["month"]]
        axes.set_xticks(range(0, len(months), step), names[::step], rotation=45, ha="right")
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.grid(axis="x", visible=False)
        axes.set(title="First known orders per month (pale: not a whole month)", ylabel="customers")
    return done(
        figure,
        f"Bars per month: {first:,} of {total:,} first known orders fall into the first month, "
        f"{names[0]}.",
    )


@passes
def timeline(card, labels, *, definition):
    """Draw customers by days since their last order, coloured by stage, with the windows.

    Leads have no last order and are not drawn; their number stands beside.

    Parameters
    ----------
    card : DataFrame
        With days_since_purchase (missing for leads).
    labels : Series or Refused
        The stage of each of its rows.
    definition : segkit.segments.Definition
        Of the lifecycle: the order of its stages and its windows in days.

    Returns
    -------
    segkit.plots.axes.Axes
        Dotted lines: from there on customers are lapsing, then lost.

    Examples
    --------
    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> from segkit import plots
    >>> card = pd.DataFrame({"days_since_purchase": [5.0, 100.0, 400.0]})
    >>> labels = pd.Series(["Active", "Lapsing", "Lost"])
    >>> stages = {"order": ["Lead", "Active", "Lapsing", "Lost"]}
    >>> stages |= {"rules": {"windows": {"active_days": 60, "lost_days": 200}}}
    >>> stages = SimpleNamespace(**stages)
    >>> plots.approaches.lifecycle.timeline(card, labels, definition=stages).alt[51:]
    'stomers: Lead: 0; Active: 1; Lapsing: 1; Lost: 1.'
    """
    hues, windows = colours(definition.order), definition.rules["windows"]
    days = card["days_since_purchase"].astype(float)
    top = max(float(days.max()) if days.notna().any() else 0.0, windows["lost_days"] * 1.15)
    kept = [name for name in definition.order[1:] if (labels == name).any()]
    with style():
        figure, axes = canvas(height=3.6)
        if kept:
            axes.hist(
                [days[(labels == name) & days.notna()] for name in kept],
                bins=_edges(top, step=windows["active_days"] / 6),
                stacked=True, color=[hues[name] for name in kept], label=kept,
            )  # fmt: skip
        for name, words in (("active_days", "lapsing"), ("lost_days", "lost")):
            axes.axvline(windows[name], color=MUTED, linestyle=":", linewidth=1.2)
            axes.text(windows[name], axes.get_ylim()[1], f" {words} after {windows[name]} days",
                      va="top", fontsize=8.5, color=MUTED)  # fmt: skip
        if kept:
            axes.legend(loc="upper right", bbox_to_anchor=(1.0, 0.9))
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.set(title="How long ago the last order was", xlabel="days before the analysis date")
        axes.set_ylabel("customers")
    counts = labels.value_counts()
    told = "; ".join(f"{name}: {counts.get(name, 0):,}" for name in definition.order)
    return done(figure, f"Histogram of days since the last order by stage. Customers: {told}.")


def _edges(top, *, step):
    """Return bin edges from 0 that pass through the windows, 60 bins at most."""
    step *= max(1, -(-top // (60 * step)))
    return [step * place for place in range(int(-(-top // step)) + 1)]
