"""Figures of the loyalty notebook: profiles, the map of time and directness, the effect panel.

Profiles are bars, not a radar: lengths on one scale can be compared, areas of a star cannot, and
they change with the order of its rays.
"""

import numpy as np

from segkit.plots.style import ACCENT, BAD, GOOD, INK, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes
from segkit.segments.approaches.loyalty.types import PAYS

TINTS = dict(zip(("financial", "referral", "procedural", "contact", "evaluative"), PALETTE,
                 strict=False))  # fmt: skip
"""A colour per type of loyalty."""


@passes
def profiles(frame, *, base, title="Five types of loyalty, group by group"):
    """Draw the five scores of each group as bars, with a dot for all customers.

    Parameters
    ----------
    frame : DataFrame or Refused
        From `loyalty.profile`: segment, type, score, low and high (the middle half), known_n,
        customers_n.
    base : DataFrame
        The same of one group, all customers.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Bars are the group, dots all customers.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> frame = pd.DataFrame({"segment": "Key", "type": ["financial"], "score": [80.0]})
    >>> frame = frame.assign(low=70.0, high=90.0, known_n=5, customers_n=5)
    >>> plots.approaches.loyalty.profiles(frame, base=frame.assign(segment="All", score=50.0)).alt
    'Loyalty scores from 0 to 100, bars per group. Key: financial 80.'
    """
    names = list(dict.fromkeys(frame["segment"]))
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    usual = base.set_index("type")["score"]
    with style():
        figure, grid = canvas(
            width=9.2, height=2.1 * rows + 0.7, rows=rows, columns=columns, squeeze=False,
            sharex=True, sharey=True,
        )  # fmt: skip
        for axes in grid.flat[len(names) :]:
            axes.set_visible(False)
        for axes, name in zip(grid.flat, names, strict=False):
            _profile(axes, frame[frame["segment"] == name], usual, name)
        for axes in grid[-1]:
            axes.set_xlabel("score")
        for axes in grid.flat[max(len(names) - columns, 0) : len(names)]:
            axes.xaxis.set_tick_params(labelbottom=True)
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    return done(figure, _spoken(frame, names))


def _profile(axes, rows, usual, name):
    places = range(len(rows))
    for place, row in zip(places, rows.itertuples(), strict=True):
        if np.isnan(row.score):
            axes.text(2, place, "not known", va="center", color=MUTED, fontsize=9, style="italic")
            continue
        axes.barh(place, row.score, height=0.6, color=TINTS[row.type])
        axes.plot([row.low, row.high], [place, place], color=INK, linewidth=1.2, alpha=0.75)
        dot = usual[row.type]
        axes.plot(dot, place, "o", color="white", markeredgecolor=INK, markersize=5.5)
        axes.text(118, place, f"{row.score:.0f}", va="center", ha="right", fontsize=9)
    axes.set_yticks(list(places), list(rows["type"]))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set(xlim=(0, 120), xticks=(0, 50, 100))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    n = int(rows["customers_n"].iloc[0])
    axes.set_title(f"{name} ({n:,})", fontsize=9.5, pad=5)


def _spoken(frame, names):
    told = []
    for name in names:
        rows = frame[frame["segment"] == name].itertuples()
        parts = (f"{r.type} {'not known' if np.isnan(r.score) else f'{r.score:.0f}'}" for r in rows)
        told.append(f"{name}: {', '.join(parts)}")
    return "Loyalty scores from 0 to 100, bars per group. " + "; ".join(told) + "."


PLACES = {"now": 0, "later": 1, "directly": 1, "indirectly": 0}


@passes
def payoff(scores, *, weights, pays=PAYS, title="When and how each type of loyalty pays"):
    """Draw the map of time and directness: a circle per type, as large as its weight.

    Parameters
    ----------
    scores : dict
        {type: mean score, NaN = not known}.
    weights : dict
        {type: 0 to 1}; as large is its circle.
    pays : dict
        {type of loyalty: ("now" or "later", "directly" or "indirectly")}.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Up is directly, right is later.

    Examples
    --------
    >>> from segkit import plots
    >>> pays = {"financial": ("now", "directly")}
    >>> scores = {"financial": 55}
    >>> plots.approaches.loyalty.payoff(scores, pays=pays, weights={"financial": 0.4}).alt
    'Map of time and directness. financial pays now and directly, weight 40%, mean score 55.'
    """
    with style():
        figure, axes = canvas(width=8.2, height=5.0)
        cells = {}
        for kind in sorted(pays, key=lambda k: -weights[k]):
            cells.setdefault(pays[kind], []).append(kind)
        for (when, how), kinds in cells.items():
            for at, kind in enumerate(kinds):
                shift = (at - (len(kinds) - 1) / 2) * 0.46
                place = PLACES[when] + shift, PLACES[how] + 0.1
                _circle(axes, kind, place, weight=weights[kind], told=_score(scores[kind]))
        axes.axvline(0.5, color=MUTED, linewidth=1)
        axes.axhline(0.5, color=MUTED, linewidth=1)
        axes.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), title=title)
        axes.set_xticks([0, 1], ["pays now", "pays later"])
        axes.set_yticks([1, 0], ["directly", "indirectly"], rotation=90, va="center")
        axes.tick_params(length=0)
        axes.grid(visible=False)
    told = (
        f"{k} pays {pays[k][0]} and {pays[k][1]}, weight {weights[k]:.0%}, {_score(scores[k])}"
        for k in pays
    )
    return done(figure, "Map of time and directness. " + "; ".join(told) + ".")


def _circle(axes, kind, place, *, weight, told):
    size = 14_000 * weight
    axes.scatter(*place, s=size, color=TINTS[kind], alpha=0.85, linewidth=0)
    below = -np.sqrt(size / np.pi) - 5  # points
    for text, down, look in (
        (kind, below, {"fontweight": "bold"}),
        (f"weight {weight:.0%}\n{told}", below - 14, {"color": MUTED, "fontsize": 9}),
    ):
        axes.annotate(text, place, (0, down), textcoords="offset points", ha="center", va="top",
                      **look)  # fmt: skip


def _score(value):
    return "score not known" if np.isnan(value) else f"mean score {value:.0f}"


@passes
def effects(table, *, title, unit="points of score"):
    """Draw what an activity did: the difference of the changes with its interval, per measure.

    Parameters
    ----------
    table : DataFrame or Refused
        From `effect.panel`: measure, effect, low, high, change_exposed, change_others, verdict.
    title : str
        What stands above.
    unit : str
        Unit of the measures.

    Returns
    -------
    segkit.plots.axes.Axes
        Zero inside an interval: chance could have made it.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"measure": ["spend"], "effect": [4.0], "low": [1.0], "high": [7.0]})
    >>> table = table.assign(change_exposed=5.0, change_others=1.0, verdict="more")
    >>> plots.approaches.loyalty.effects(table, title="What the event did").alt
    'Effect of the activity with intervals. spend: +4.0, from +1.0 to +7.0.'
    """
    with style():
        figure, axes = canvas(width=8.6, height=0.62 * len(table) + 1.7)
        ends = table[["low", "high"]].abs().to_numpy(dtype=float)
        reach = float(np.nanmax(ends)) * 1.15 if np.isfinite(ends).any() else 1.0
        for place, row in enumerate(table.itertuples()):
            _interval(axes, row, place, reach)
        axes.axvline(0, color=INK, linewidth=1)
        names = [name.replace("_", " ") for name in table["measure"]]
        axes.set_yticks(range(len(table)), names)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.set_xlim(-reach or -1, reach or 1)
        axes.grid(axis="y", visible=False)
        axes.set(title=title, xlabel=f"change with the activity less change without, {unit}")
    return done(figure, _told(table))


def _interval(axes, row, place, reach):
    if np.isnan(row.effect):
        axes.text(0, place, f" {row.verdict}", va="center", color=MUTED, fontsize=9)
        return
    hue = GOOD if row.low > 0 else BAD if row.high < 0 else ACCENT
    axes.plot([row.low, row.high], [place, place], color=hue, linewidth=2.5)
    axes.plot(row.effect, place, "o", color=hue, markersize=8)
    told = f"with {row.change_exposed:+.1f}, without {row.change_others:+.1f}"
    axes.annotate(told, (row.effect, place), (0, 9), textcoords="offset points", ha="center",
                  color=MUTED, fontsize=8.5, zorder=4,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip


def _told(table):
    parts = []
    for row in table.itertuples():
        name = row.measure.replace("_", " ")
        if np.isnan(row.effect):
            parts.append(f"{name}: {row.verdict}")
        else:
            parts.append(f"{name}: {row.effect:+.1f}, from {row.low:+.1f} to {row.high:+.1f}")
    return "Effect of the activity with intervals. " + "; ".join(parts) + "."
