"""Figures of the notebook on needs: what each class seeks more, and less, than all others."""

import textwrap

import numpy as np

from segkit.plots.style import INK, MUTED, canvas, colours, done, style
from segkit.refusal import passes

NOTABLE = 0.15
"""Difference from the share of all, in shares, from which a bar is drawn solid."""


@passes
def sought(profile):
    """Draw by how many points every class gives an answer more, or less, often than all.

    Parameters
    ----------
    profile : DataFrame or Refused
        From `latent.profile`: question, answer, all, and a column per class (0 to 1).

    Returns
    -------
    segkit.plots.axes.Axes
        Points above or below the share of all; solid where that is notable.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> profile = pd.DataFrame({"question": ["price", "taste"], "answer": "yes", "all": 0.5})
    >>> plots.approaches.needs.sought(profile.assign(Thrifty=[0.9, 0.2])).alt
    'Bars per class, points from the share of all; the longest: Thrifty: price +40.'
    """
    names = [c for c in profile if c not in ("question", "answer", "all")]
    rows = [f"{r.question}: {r.answer}" if r.answer != "yes" else r.question
            for r in profile.itertuples()]  # fmt: skip
    apart = profile[names].sub(profile["all"], axis=0)
    hues, wide = colours(names), min(3, len(names))
    high = -(-len(names) // wide)
    with style():
        height = (0.3 * len(rows) + 0.8) * high + 0.7
        figure, grid = canvas(height=height, rows=high, columns=wide, squeeze=False,
                              sharex=True, sharey=True)  # fmt: skip
        for axes in grid.flat[len(names) :]:
            axes.set_visible(False)
        for axes, name in zip(grid.flat, names, strict=False):
            for place, value in enumerate(apart[name]):
                solid = 1 if abs(value) >= NOTABLE else 0.35
                axes.barh(place, 100 * value, color=hues[name], alpha=solid, height=0.7)
            axes.axvline(0, color=MUTED, linewidth=0.8)
            axes.set_title("\n".join(textwrap.wrap(name, 26)), fontsize=9.5, pad=4)
            axes.set_yticks(range(len(rows)), rows, fontsize=8.5)
            axes.grid(axis="y", visible=False)
        grid.flat[0].invert_yaxis()
        figure.suptitle("What each class seeks more than others", x=0.01, ha="left",
                        fontweight="bold", color=INK)  # fmt: skip
        figure.supxlabel("points above or below the share of all who answered", fontsize=9.5)
    return done(figure, _words(apart, rows, names))


def _words(apart, rows, names):
    parts = [f"{n}: {rows[int(np.argmax(apart[n]))]} {100 * apart[n].max():+.0f}" for n in names]
    return "Bars per class, points from the share of all; the longest: " + "; ".join(parts) + "."
