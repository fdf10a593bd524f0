"""Figures of the notebooks on attributes: what changes something, and by whose classes."""

from textwrap import fill

import numpy as np

from segkit.plots.style import ACCENT, INK, MUTED, PALETTE, PAPER, canvas, done, style
from segkit.refusal import passes

SURE, UNSURE = ACCENT, "#9aa5b1"


@passes
def effects(table, *, limit, title="What do attributes change?"):
    """Draw the effect of every attribute on every outcome with its interval.

    Parameters
    ----------
    table : DataFrame or Refused
        From `effects.of_attributes`: attribute, outcome, effect, low, high (0 to 1), p_holm.
    limit : float
        Effects below it (the dashed line) are negligible, 0 to 1.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Dark: adjusted p below .05 and above the limit; pale: anything else.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"attribute": ["age", "city"], "outcome": "spend"})
    >>> table = table.assign(effect=[0.12, 0.01], low=[0.08, 0.0], high=[0.16, 0.03])
    >>> table = table.assign(p_holm=[0.001, 0.4])
    >>> plots.approaches.attributes.effects(table, limit=0.02).alt
    'Dots with intervals, one panel per outcome. age on spend 12.0%; city on spend 1.0%.'
    """
    names, panels = list(dict.fromkeys(table["attribute"])), list(dict.fromkeys(table["outcome"]))
    with style():
        height = 0.42 * len(names) + 1.5
        figure, grid = canvas(height=height, columns=len(panels), squeeze=False, sharey=True)
        for axes, outcome in zip(grid.flat, panels, strict=True):
            part = table[table["outcome"] == outcome].set_index("attribute").reindex(names)
            _panel(axes, part, limit)
            axes.set_title(outcome, fontsize=10)
        grid.flat[0].set_yticks(range(len(names)), [fill(name, 20) for name in names])
        grid.flat[0].set_ylim(len(names) - 0.4, -0.6)
        figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
        figure.supxlabel("share of the differences between customers (bar: 95 %)", fontsize=9.5)
    known = table.dropna(subset=["effect"])
    told = [f"{r.attribute} on {r.outcome} {r.effect:.1%}" for r in known.itertuples()]
    return done(figure, f"Dots with intervals, one panel per outcome. {'; '.join(told)}.")


def _panel(axes, part, limit):
    axes.axvline(limit, color=MUTED, linewidth=1, linestyle="--")
    top = np.nanmax([*part["high"], 3 * limit])
    for place, row in enumerate(part.itertuples()):
        if np.isnan(row.effect):
            axes.text(0, place, " not known", va="center", color=MUTED, style="italic", fontsize=8)
            continue
        hue = SURE if row.p_holm < 0.05 and row.effect >= limit else UNSURE
        axes.plot([row.low, row.high], [place, place], color=hue, linewidth=5, alpha=0.45)
        axes.scatter([row.effect], [place], color=hue, s=45, zorder=3)
    axes.set_xlim(-0.03 * top, 1.1 * top)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])
    axes.grid(axis="y", visible=False)


@passes
def presets(shares, *, title="The same companies, classed by four conventions"):
    """Draw the share of companies in every class of size, one bar per preset.

    Parameters
    ----------
    shares : DataFrame or Refused
        preset, and one column of shares (0 to 1) per class of size, the smallest class first.
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        One bar per preset; the parts of a bar add up to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> shares = pd.DataFrame({"preset": ["EU"], "micro": [0.7], "large": [0.3]})
    >>> plots.approaches.attributes.presets(shares).alt
    'Stacked bars, one per convention. EU: micro 70%, large 30%.'
    """
    classes = [c for c in shares.columns if c != "preset"]
    with style():
        figure, axes = canvas(height=0.6 * len(shares) + 1.4)
        left = np.zeros(len(shares))
        for place, name in enumerate(classes):
            widths = shares[name].to_numpy()
            bars = axes.barh(range(len(shares)), widths, left=left, height=0.6, alpha=0.85,
                             color=PALETTE[place], edgecolor=PAPER)  # fmt: skip
            told = [f"{name} {w:.0%}" if w >= 0.15 else f"{name}\n{w:.0%}" for w in widths]
            if name == classes[-1]:
                axes.bar_label(bars, told, padding=4, color=INK)
            else:
                told = [text * bool(w >= 0.06) for text, w in zip(told, widths, strict=True)]
                axes.bar_label(bars, told, label_type="center", color=_ink(place), fontsize=9)
            left += widths
        axes.set_yticks(range(len(shares)), shares["preset"])
        axes.invert_yaxis()
        axes.set(xlim=(0, 1.12), title=title, xlabel="share of companies")
        axes.set_xticks(np.linspace(0, 1, 6))
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.grid(visible=False)
    rows = [f"{r['preset']}: " + ", ".join(f"{c} {r[c]:.0%}" for c in classes)
            for _, r in shares.iterrows()]  # fmt: skip
    return done(figure, f"Stacked bars, one per convention. {'; '.join(rows)}.")


def _ink(place):
    return INK if place in (1, 3, 5) else "white"
