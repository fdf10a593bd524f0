"""Figures of approaches/lifecycle: when first orders happen, and where customers stand."""

from segkit.plots.style import ACCENT, MUTED, WARN, canvas, colours, done, style
from segkit.refusal import passes


@passes
def beginnings(months):
    """Draw the first known orders per month; months that are not whole are pale.

    `months` is `outcomes.monthly`'s table: month, new_customers_n, complete.
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

    `card` has days_since_purchase, `labels` the stage of each of its rows. Leads have no last
    order and are not drawn; their number stands beside.
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
