"""Figures of approaches/rfm: how many customers get which score."""

from segkit.plots.style import ACCENT, MUTED, canvas, done, style
from segkit.refusal import passes

NAMES = {"R": "R: how recent", "F": "F: how often", "M": "M: how much"}


@passes
def scores(spread):
    """Draw the customers per score, one panel per letter; unreachable scores are named.

    Parameters
    ----------
    spread : DataFrame or Refused
        letter (R, F or M), score (1 to 5), customers_n, reachable (true or false).

    Returns
    -------
    segkit.plots.axes.Axes
        Equal bars would be fifths; unequal ones are ties that were not split.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> spread = pd.DataFrame({"letter": [*"RRFFMM"], "score": [1, 5] * 3, "customers_n": 4})
    >>> plots.approaches.rfm.scores(spread.assign(reachable=True)).alt
    'Customers per score from 1 to 5. R 4, 4; F 4, 4; M 4, 4.'
    """
    with style():
        figure, panels = canvas(height=3.0, columns=3, sharey=True)
        for axes, (letter, rows) in zip(panels, spread.groupby("letter", sort=False), strict=True):
            axes.bar(rows["score"], rows["customers_n"], color=ACCENT, width=0.7)
            for row in rows[~rows["reachable"]].itertuples():
                axes.text(row.score, 0, "nobody can\nget this", ha="center", va="bottom",
                          fontsize=7.5, rotation=90, color=MUTED)  # fmt: skip
            axes.set_title(NAMES[letter], fontsize=10)
            axes.set(xticks=range(1, 6), xlabel="score (5 = best)")
            axes.grid(axis="x", visible=False)
        panels[0].set_ylabel("customers")
        panels[0].yaxis.set_major_formatter("{x:,.0f}")
    return done(figure, _words(spread))


def _words(spread):
    told = [
        f"{letter} {', '.join(f'{n:,}' for n in rows['customers_n'])}"
        for letter, rows in spread.groupby("letter", sort=False)
    ]
    return "Customers per score from 1 to 5. " + "; ".join(told) + "."
