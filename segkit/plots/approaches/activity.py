"""Figures of approaches/activity: reading and buying, group by group."""

from segkit.plots.style import MUTED, PALETTE, canvas, colours, done, style
from segkit.refusal import passes


@passes
def habits(frame):
    """Draw the groups by size, with the share that bought and the share of mailings opened.

    Parameters
    ----------
    frame : DataFrame or Refused
        From `activity.habits`, in the order of the groups: segment, customers_n, buyers_share and
        opened_share (0 to 1; NaN where not known, and then not drawn).

    Returns
    -------
    segkit.plots.axes.Axes
        Left how many, right what they do.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> frame = pd.DataFrame({"segment": ["Active", "Passive"], "customers_n": [30, 70]})
    >>> frame = frame.assign(buyers_share=[0.8, 0.1], opened_share=[0.9, 0.2])
    >>> plots.approaches.activity.habits(frame).alt[35:]
    'Active: 30 customers, 80% bought; Passive: 70 customers, 10% bought.'
    """
    hues, places = colours(frame["segment"]), range(len(frame))
    with style():
        figure, (left, right) = canvas(
            height=0.6 * len(frame) + 1.7, columns=2, sharey=True, width_ratios=(1, 1.1)
        )
        left.barh(places, frame["customers_n"], color=list(hues.values()), height=0.55)
        for place, count in zip(places, frame["customers_n"], strict=True):
            left.text(count, place, f" {count:,}", va="center", color=MUTED)
        left.set_yticks(places, frame["segment"])
        left.invert_yaxis()
        left.set_xlim(0, float(frame["customers_n"].max()) * 1.25)
        left.set(title="How many", xlabel="customers")
        marks = {"buyers_share": ("o", "bought", 0), "opened_share": ("s", "mailings opened", 1)}
        for column, (marker, words, hue) in marks.items():
            if frame[column].notna().any():
                right.scatter(frame[column], places, marker=marker, s=60, color=PALETTE[hue],
                              label=words, zorder=3)  # fmt: skip
        right.set(title="What they do", xlabel="share of the group, or of its mailings")
        right.set_xlim(-0.03, 1.03)
        right.xaxis.set_major_formatter("{x:.0%}")
        figure.legend(loc="outside lower right", ncols=2)
        for axes in (left, right):
            axes.grid(axis="y", visible=False)
    return done(figure, _words(frame))


def _words(frame):
    parts = [
        f"{row.segment}: {row.customers_n:,} customers, {row.buyers_share:.0%} bought"
        for row in frame.itertuples()
    ]
    return "Activity groups by size and habit. " + "; ".join(parts) + "."
