"""Figures of the notebook on CLV: what silence means, and whether the forecast held."""

from segkit.plots.style import INK, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes


@passes
def silence(curves):
    """Draw P(alive) against days of silence, a line per number of repeat days.

    Parameters
    ----------
    curves : DataFrame or Refused
        From `clv.silence`: repeat_days_n, days_silent, p_alive (0 to 1).

    Returns
    -------
    segkit.plots.axes.Axes
        One line per number of repeat days; who bought often is given up sooner.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> curves = pd.DataFrame({"repeat_days_n": 4, "days_silent": [0, 200], "p_alive": [1.0, 0.3]})
    >>> plots.approaches.clv.silence(curves).alt
    'P(alive) falls with days of silence: 4 repeats end at 30%.'
    """
    groups = list(curves.groupby("repeat_days_n"))
    with style():
        figure, axes = canvas()
        for (repeats, rows), hue in zip(groups, PALETTE, strict=False):
            axes.plot(rows["days_silent"], rows["p_alive"], color=hue, linewidth=2.2)
            _name(axes, rows, f"{repeats:,}", hue)
        axes.set(ylim=(0, 1.02), xlim=(0, None), title="Still a customer, by days of silence")
        axes.set(xlabel="days without a purchase", ylabel="P(alive): still a customer")
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.text(0.99, 0.97, "numbers at the lines: repeat days", transform=axes.transAxes,
                  ha="right", va="top", color=MUTED)  # fmt: skip
    ends = [f"{n:,} repeats end at {rows['p_alive'].iloc[-1]:.0%}" for n, rows in groups]
    return done(figure, f"P(alive) falls with days of silence: {'; '.join(ends)}.")


def _name(axes, rows, text, hue):
    """Write the number where the line is half way down, so that labels keep apart."""
    middle = (rows["p_alive"].max() + rows["p_alive"].min()) / 2
    at = (rows["p_alive"] - middle).abs().idxmin()
    place = rows.loc[at, ["days_silent", "p_alive"]]
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    axes.text(*place, text, color=hue, fontweight="bold", ha="center", va="center", bbox=box)


@passes
def holdout(groups, *, days):
    """Draw what happened in the days kept back against both forecasts, by earlier repeats.

    Parameters
    ----------
    groups : DataFrame or Refused
        From `purchases.holdout.by_repeats`: repeat_days (words), customers_n, and purchase days per
        customer: actual_n, forecast_n, naive_n.
    days : int
        Length of the time kept back, in days.

    Returns
    -------
    segkit.plots.axes.Axes
        The nearer a line to the tops of the bars, the better the forecast.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> groups = pd.DataFrame({"repeat_days": ["0", "1"], "customers_n": [40, 20]})
    >>> groups = groups.assign(actual_n=[0.1, 0.5], forecast_n=[0.2, 0.4], naive_n=[0.0, 1.0])
    >>> plots.approaches.clv.holdout(groups, days=90).alt[48:]
    '. 0 repeats: 0.1, model 0.2, naive 0.0; 1 repeats: 0.5, model 0.4, naive 1.0.'
    """
    places = range(len(groups))
    lines = (
        ("naive_n", "as often as before", MUTED, "--"),
        ("forecast_n", "model", PALETTE[0], "-"),
    )
    with style():
        figure, axes = canvas()
        bars = axes.bar(places, groups["actual_n"], color="#cfd8e3", width=0.62)
        bars.set_label("what happened")
        for column, label, hue, dashes in lines:
            axes.plot(
                places, groups[column], dashes, marker="o", color=hue, linewidth=2, label=label
            )
        names = [f"{row.repeat_days}\n({row.customers_n:,})" for row in groups.itertuples()]
        axes.set_xticks(places, names)
        axes.grid(axis="x", visible=False)
        axes.legend(loc="upper left", labelcolor=INK)
        axes.set(title=f"The last {days:,} days, kept back from the models", ylim=(0, None))
        axes.set(xlabel="repeat days before (customers)", ylabel="purchase days per customer")
    told = [
        f"{row.repeat_days} repeats: {row.actual_n:.1f}, model {row.forecast_n:.1f}, "
        f"naive {row.naive_n:.1f}"
        for row in groups.itertuples()
    ]
    return done(figure, f"Purchase days per customer in the days kept back. {'; '.join(told)}.")
