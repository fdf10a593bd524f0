"""Figures of notebook 02: what each criterion tells, and which of them are twins."""

import numpy as np

from segkit.plots.style import ACCENT, INK, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes

ROLES = {"segment": ACCENT, "describe": "#8fb0cc", "drop": "#c9ccd1"}
"""Dark: divides customers. Middle: may describe them. Grey: dropped."""


@passes
def relevance(criteria, *, label, most=24):
    """Draw what each candidate tells about the KPI, against what shuffled outcomes tell.

    `criteria` has column, relevance, luck_limit (bits) and role; the `most` telling are shown.
    The tick is as far as luck reaches: a bar that ends before its tick tells nothing.
    """
    table = criteria.sort_values("relevance", ascending=False).head(most)
    hues = [ROLES[role] for role in table["role"]]
    with style():
        figure, axes = canvas(height=0.24 * len(table) + 1.3)
        places = np.arange(len(table))
        axes.barh(places, table["relevance"], color=hues, height=0.74)
        luck = axes.vlines(
            table["luck_limit"], places - 0.42, places + 0.42, color=PALETTE[1], lw=2
        )
        axes.set_yticks(places, [_plain(c) for c in table["column"]], fontsize=9)
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.set(title=f"What each criterion tells about {label}", xlabel="bits per customer")
        bars = [axes.barh([0], [0], color=hue) for hue in ROLES.values()]
        words = ["in the short list", "may describe", "dropped", "as far as luck reaches"]
        axes.legend([*bars, luck], words, loc="lower right")
    hidden = len(criteria) - len(table)
    first = ", ".join(_plain(c) for c in table["column"].head(5))
    more = f"; {hidden} less telling ones not shown" if hidden else ""
    return done(figure, f"Bars of {len(table)} candidates; the most telling: {first}{more}.")


@passes
def similarity(matrix, *, columns, limit):
    """Draw how alike pairs of criteria are: 0 unrelated, 1 twins; framed from `limit` on.

    `matrix` is the square table of `association`; `columns` those to show, in their order.
    """
    shown = matrix.loc[columns, columns].to_numpy()
    count = len(columns)
    with style():
        figure, axes = canvas(height=min(0.36 * count + 1.9, 8))
        axes.imshow(np.tril(shown, -1), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        axes.grid(visible=False)
        names = [_plain(c) for c in columns]
        axes.set_yticks(range(count), names, fontsize=9)
        axes.set_xticks(range(count), names, rotation=40, ha="right", fontsize=9)
        for row in range(count):
            for column in range(row):
                _cell(axes, row, column, shown[row, column], limit=limit)
        axes.spines[["left", "bottom"]].set_visible(False)
        note = f"0 = unrelated, 1 = the same\nframed: {limit:g} or more, twins"
        axes.text(count - 0.6, -0.4, note, ha="right", va="top", color=MUTED)
        axes.set_title("How alike the telling criteria are")
    twins = int((np.tril(shown, -1) >= limit).sum())
    return done(figure, f"Map of {count} criteria; {twins} pairs are alike by {limit:g} or more.")


@passes
def groups(frames, *, label, unit):
    """Draw the KPI in the groups of each chosen criterion, side by side.

    `frames` maps a criterion to its table with group, n, outcome_mean, low, high. The dotted
    line is the KPI of all its customers.
    """
    with style():
        across = min(3, len(frames))
        down = -(-len(frames) // across)
        figure, axes = canvas(
            height=2.5 * down + 0.5, rows=down, columns=across, sharey=True, squeeze=False
        )
        for place, panel in enumerate(axes.flat):
            panel.set_visible(place < len(frames))
        for panel, (name, frame) in zip(axes.flat, frames.items(), strict=False):
            _panel(panel, frame, title=_plain(name))
        form = "{x:.0%}" if unit == "share" else "{x:,.0f}"
        axes.flat[0].yaxis.set_major_formatter(form)
        axes.flat[0].set_ylim(bottom=0)
        figure.supylabel(label, fontsize=10)
        title = f"{label.capitalize()} along each chosen criterion"
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    return done(figure, _spans(frames, unit))


def _panel(axes, frame, *, title):
    places = np.arange(len(frame))
    overall = np.average(frame["outcome_mean"], weights=frame["n"])
    axes.axhline(overall, color=MUTED, linewidth=1, linestyle=":")
    axes.vlines(places, frame["low"], frame["high"], color=ACCENT, linewidth=2, alpha=0.5)
    axes.plot(places, frame["outcome_mean"], color=ACCENT, marker="o")
    axes.set_xticks(places, [g.replace(" to ", "\nto ") for g in frame["group"]], fontsize=7)
    axes.set_xlim(-0.5, len(frame) - 0.5)
    axes.grid(axis="x", visible=False)
    axes.set_title(title, fontsize=10, fontweight="normal")


def _cell(axes, row, column, value, *, limit):
    if value >= 0.25:
        hue = "white" if value > 0.6 else INK
        axes.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=7, color=hue)
    if value >= limit:
        from matplotlib.patches import Rectangle

        corner = (column - 0.5, row - 0.5)
        axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=PALETTE[1], linewidth=2))


def _spans(frames, unit):
    form = "{:.0%}" if unit == "share" else "{:,.0f}"
    words = [
        f"{_plain(name)}: from {form.format(f['outcome_mean'].min())} "
        f"to {form.format(f['outcome_mean'].max())}"
        for name, f in frames.items()
    ]
    return "; ".join(words) + "."


def _plain(column):
    """Write a column name as words: "orders_n" reads "orders"."""
    text = column.removesuffix("_n").removesuffix("_total").replace("_", " ")
    return text.replace("share ", "share of ", 1) if column.startswith("share_") else text
