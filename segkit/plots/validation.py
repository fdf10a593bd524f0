"""Figures of notebook 05: does it come back, does it matter, and what is the verdict?"""

from textwrap import fill

import numpy as np

from segkit.plots.style import (
    ACCENT,
    BAD,
    GOOD,
    GRID,
    INK,
    MUTED,
    PAPER,
    WARN,
    by_row,
    canvas,
    colours,
    done,
    panels,
    style,
)
from segkit.refusal import passes
from segkit.validation import structure

MARKS = {
    "pass": ("✓", GOOD, 0.12, INK),
    "warn": ("!", WARN, 0.3, INK),
    "fail": ("✗", BAD, 0.75, "white"),
}
"""Symbol, colour, its opacity and ink of each verdict; the word stands beside them."""


@passes
def stability(
    table, *, title="Would other samples lead to the same segments?", order=None, limit=0.6
):
    """Draw how well pairs of samples agreed, for every number of segments or for every segment.

    Parameters
    ----------
    table : DataFrame or Refused
        repeat, with k and adjusted_rand, or with segment and jaccard (1 = the same again).
    title : str
        What stands above, where numbers of segments are compared.
    order : sequence of str, optional
        The segments, where each is looked for.
    limit : float
        The brief's for each segment, 0 to 1.

    Returns
    -------
    segkit.plots.axes.Axes
        Box: the middle half of the repeats; line: the median; whiskers: 95 %; dot: the mean. A box
        left of the limit is a segment that other samples do not find again.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"k": [2, 2, 3, 3], "repeat": [0, 1, 0, 1]})
    >>> plots.validation.stability(table.assign(adjusted_rand=[0.9, 0.8, 0.5, 0.6])).alt
    'Boxes of the adjusted Rand index between samples. Means: 2 segments 0.85; 3 segments 0.55.'
    >>> table = pd.DataFrame({"segment": "A", "repeat": [0, 1], "jaccard": [0.8, 0.9]})
    >>> plots.validation.stability(table, order=["A"]).alt
    'Boxes of the overlap per segment, limit 0.60. Means: A 0.85.'
    """
    if order is None:
        return _numbers(table, title)
    return _each(table, order, limit)


def _numbers(table, title):
    groups = [(k, part["adjusted_rand"].to_numpy()) for k, part in table.groupby("k")]
    with style():
        figure, axes = canvas(height=3.8)
        _boxes(axes, [values for _, values in groups], places=[k for k, _ in groups])
        axes.set(title=title, xlabel="number of segments", ylabel="adjusted Rand index")
        axes.set(ylim=(min(0, table["adjusted_rand"].min()), 1.03))
        axes.set_xticks([k for k, _ in groups])
        axes.grid(axis="x", visible=False)
    means = "; ".join(f"{k} segments {values.mean():.2f}" for k, values in groups)
    return done(figure, f"Boxes of the adjusted Rand index between samples. Means: {means}.")


def _each(table, order, limit):
    groups = [table.loc[table["segment"] == name, "jaccard"].to_numpy() for name in order]
    hues = colours(order)
    with style():
        figure, axes = canvas(height=0.62 * len(order) + 1.5)
        _boxes(axes, groups, places=range(len(order)), across=True, hues=[hues[n] for n in order])
        axes.axvline(limit, color=BAD, linewidth=1.5)
        axes.annotate(f" limit {limit:.2f}", (limit, -0.62), color=BAD, va="center", fontsize=9)
        by_row(axes, order, above=0.85)
        low = min([limit, *(group.min() for group in groups)])
        axes.set_xlim(max(low - 0.08, 0), 1.01)
        axes.set(title="Does each segment come back?", xlabel="overlap between samples (Jaccard)")
    pairs = zip(order, groups, strict=True)
    means = "; ".join(f"{name} {group.mean():.2f}" for name, group in pairs)
    return done(figure, f"Boxes of the overlap per segment, limit {limit:.2f}. Means: {means}.")


@passes
def against_cloud(evidence, *, gaps, chosen=None):
    """Draw stability and silhouette beside those of clouds without groups, and the gap.

    The gap is drawn for both references, with the number that either rule would choose.

    Parameters
    ----------
    evidence : DataFrame or Refused
        From `structure.evidence`: k, stability and silhouette, and the same of clouds (…_cloud).
    gaps : DataFrame
        From `structure.gap`: reference ("box" or "components"), k, gap, se.
    chosen : int, optional
        The number of segments in use, marked grey.

    Returns
    -------
    segkit.plots.axes.Axes
        Where our line is not above the dashed one, the segments are cut, not found.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> seen = pd.DataFrame({"k": [2, 3], "stability": [0.9, 0.7], "stability_cloud": [0.5, 0.4]})
    >>> seen = seen.assign(silhouette=[0.5, 0.4], silhouette_cloud=[0.3, 0.3])
    >>> gaps = pd.DataFrame({"reference": "box", "k": [2, 3], "gap": [0.5, 0.4], "se": 0.05})
    >>> plots.validation.against_cloud(seen, gaps=gaps, chosen=2).alt
    'Most stable with 2 segments: 0.90, where a cloud without groups gives 0.50.'
    """
    with style():
        title = "Our customers and clouds without groups"
        figure, ((*grid,),) = panels(3, most=3, title=title, height=(3.3, 0))
        for axes, name in zip(grid, ("stability", "silhouette"), strict=False):
            _line(axes, evidence["k"], evidence[name], look={"color": ACCENT, "marker": "o"})
            dashed = {"color": MUTED, "marker": "s", "linestyle": "--", "markersize": 4}
            _line(axes, evidence["k"], evidence[f"{name}_cloud"], look=dashed)
            _ends(axes, evidence, name)
            axes.set_ylim(0, 1.25 * float(evidence[[name, f"{name}_cloud"]].max().max()))
        _gap_lines(grid[2], gaps)
        labels = ("stability (adjusted Rand)", "silhouette", "gap statistic")
        for axes, label in zip(grid, labels, strict=True):
            axes.set(xlabel="number of segments", ylabel=label)
            if chosen in set(evidence["k"]):
                axes.axvline(chosen, color=GRID, linewidth=9, zorder=0)
    best = evidence.loc[evidence["stability"].idxmax()]
    words = f"Most stable with {best['k']:.0f} segments: {best['stability']:.2f}, where a cloud "
    return done(figure, words + f"without groups gives {best['stability_cloud']:.2f}.")


def _line(axes, k, values, *, look):
    axes.plot(k, values, linewidth=2, **look)
    axes.set(xticks=list(k), xlim=(k.min() - 0.4, k.max() + 0.4))


def _gap_lines(axes, gaps):
    """Draw the gap for both references; ring and box: what either rule would choose."""
    styles = {"box": (":", "v", -9, "top"), "components": ("-", "o", 9, "bottom")}
    for name, part in gaps.groupby("reference"):
        line, mark, shift, side = styles[name]
        look = {"color": ACCENT, "linestyle": line, "marker": mark, "markersize": 4}
        _line(axes, part["k"], part["gap"], look=look)
        at = part.iloc[len(part) // 2]
        look = {"textcoords": "offset points", "va": side, "ha": "center", "fontsize": 9}
        axes.annotate(name, (at["k"], at["gap"]), (0, shift), **look)
    known = gaps.set_index(["reference", "k"])["gap"]
    for row in structure.gap_choice(gaps).itertuples():
        mark, size = ("o", 150) if row.rule == "largest" else ("s", 70)
        at = ([row.k], [known[row.reference, row.k]])
        axes.scatter(*at, s=size, marker=mark, facecolor="none", edgecolor=BAD, zorder=3)
    axes.margins(y=0.15)
    axes.set_title("○ largest  □ within one se", fontsize=8.5, color=BAD, pad=4)


def _ends(axes, evidence, name):
    """Label both lines directly, the upper one above, where they are furthest apart."""
    ours, cloud = evidence[name], evidence[f"{name}_cloud"]
    at = int(abs(ours - cloud).to_numpy().argmax())
    side = "left" if at == 0 else "right" if at == len(evidence) - 1 else "center"
    above = ours.iloc[at] >= cloud.iloc[at]
    lines = ((ours, "customers", ACCENT, above), (cloud, "cloud", INK, not above))
    for values, text, hue, up in lines:
        shift = (0, 9) if up else (0, -9)
        axes.annotate(
            text, (evidence["k"].iloc[at], values.iloc[at]), shift, textcoords="offset points",
            ha=side, va="bottom" if up else "top", color=hue, fontsize=9, zorder=4,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
        )  # fmt: skip


@passes
def flow(solutions):
    """Draw solutions of fewer and more segments side by side, with the members that flow between.

    Parameters
    ----------
    solutions : segkit.validation.solutions.Solutions or Refused
        As `signs(…).solutions`: named by overlap, outwards from the segments in use.

    Returns
    -------
    segkit.plots.axes.Axes
        A block per segment, as high as it has members, with its SLSA; a band per flow. A colour
        that runs through is a segment that stays.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from segkit import plots
    >>> from segkit.validation import solutions
    >>> labels = pd.DataFrame({2: list("aabb"), 3: ["a", "a", "b", "new at 3"]})
    >>> found = solutions.Solutions(labels, ("a", "b"), np.nan)
    >>> plots.validation.flow(found).alt
    'Solutions of 2 to 3 segments, 2 in use. SLSA in use: a unknown; b unknown.'
    """
    places, hues = _places(solutions), colours(solutions.order)
    with style():
        figure, axes = canvas(height=4.6)
        for row in solutions.flows.itertuples():
            _band(axes, row, places, hues.get(row.before, MUTED))
        for row in solutions.table.itertuples():
            _block(axes, row, places[row.k, row.segment], hues.get(row.segment, MUTED))
        ks = list(solutions.labels)
        for at, name in enumerate(solutions.order):
            look = {"va": "center", "ha": "left", "fontsize": 8.5, "color": hues[name]}
            axes.annotate(fill(name, 26), (1.02, 1 - (at + 0.5) / solutions.in_use),
                          xycoords="axes fraction", annotation_clip=False, **look)  # fmt: skip
        axes.axvspan(solutions.in_use - 0.3, solutions.in_use + 0.3, color=GRID, zorder=0)
        axes.set(xlim=(ks[0] - 0.4, ks[-1] + 0.4), ylim=(1.02, -0.02), xticks=ks, yticks=[])
        axes.set(xlabel="number of segments (grey: in use)", title="Who stays together?")
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    own = solutions.segments.set_index("segment")["slsa"]
    told = "; ".join(f"{n} {'unknown' if x != x else format(x, '.2f')}" for n, x in own.items())
    words = f"Solutions of {ks[0]} to {ks[-1]} segments, {solutions.in_use} in use."
    return done(figure, f"{words} SLSA in use: {told}.")


GAP = 0.02
"""Room between two blocks, as a share of all customers."""


def _places(solutions):
    """Stack the segments of every solution, each next to where its members were before.

    Returns {(k, segment): (top, bottom, n)}; the first solution stands in the order in use.
    """
    found, middle = {}, {name: at for at, name in enumerate(solutions.order)}
    for k in solutions.labels:
        now, total = solutions.labels[k], len(solutions.labels)
        by = now if k == solutions.labels.columns[0] else solutions.labels[k - 1]
        heights = by.map(middle).astype(float).groupby(now.to_numpy()).mean().sort_values()
        n, top = now.value_counts(), 0.0
        room = 1 - GAP * (len(n) - 1)
        for name in heights.index:
            bottom = top + room * n[name] / total
            found[k, name] = (top, bottom, n[name])
            middle[name] = (top + bottom) / 2
            top = bottom + GAP
    return found


def _band(axes, row, places, hue):
    """Draw the members that go from one segment to one of the next solution."""
    ends = []
    for key, side in (((row.k - 1, row.before), 0), ((row.k, row.now), 1)):
        top, bottom, n = places[key]
        start = places.setdefault((*key, side), top)
        places[(*key, side)] = stop = start + (bottom - top) * row.n / n
        ends.append((start, stop))
    t = np.linspace(0, 1, 30)
    bend = 3 * t**2 - 2 * t**3
    upper, lower = (ends[0][at] + (ends[1][at] - ends[0][at]) * bend for at in (0, 1))
    x = row.k - 1 + HALF + t * (1 - 2 * HALF)
    axes.fill_between(x, upper, lower, color=hue, alpha=0.3, linewidth=0, zorder=1)


HALF = 0.16
"""Half the width of a block."""


def _block(axes, row, place, hue):
    from matplotlib.patches import Rectangle

    top, bottom, _ = place
    axes.add_patch(Rectangle((row.k - HALF, top), 2 * HALF, bottom - top, facecolor=hue, zorder=2))
    if row.slsa == row.slsa and bottom - top > 0.03:
        look = {"ha": "center", "va": "center", "fontsize": 8, "color": PAPER, "zorder": 3}
        axes.text(row.k, (top + bottom) / 2, f"{row.slsa:.2f}", **look)


@passes
def response(table, *, overall, label, money=False):
    """Draw each segment's outcome with its 95 % interval and the line of all customers.

    Parameters
    ----------
    table : DataFrame or Refused
        From `experiments.by_segment`: segment, n, outcome_mean, low, high (missing where too few).
    overall : float
        The mean of all customers.
    label : str
        Names the outcome and its unit.
    money : bool
        Amounts instead of shares.

    Returns
    -------
    segkit.plots.axes.Axes
        Dot and bar per segment, dashed line of all.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"segment": ["A"], "n": [80], "outcome_mean": [0.3], "low": [0.2]})
    >>> plots.validation.response(table.assign(high=0.4), overall=0.25, label="repeat rate").alt
    'Dots with intervals; all customers 25%. A 30% (20% to 40%).'
    """
    hues = colours(table["segment"])
    sizes = (*table["high"], *table["outcome_mean"], overall)
    small = max([abs(x) for x in sizes if x == x], default=0) < 100
    write = ("{x:,.1f}" if small else "{x:,.0f}") if money else "{x:.0%}"
    with style():
        figure, axes = canvas(height=0.62 * len(table) + 1.5)
        if overall == overall:
            axes.axvline(overall, color=MUTED, linewidth=1.2, linestyle="--", zorder=1)
            text = f" all: {write.format(x=overall)}"
            axes.annotate(text, (overall, -0.62), color=INK, va="center", fontsize=9)
        for place, row in enumerate(table.itertuples()):
            _estimate(axes, row, place, {"hue": hues[row.segment], "write": write})
        by_row(axes, table["segment"], above=0.85)
        ends = (*table["high"], *table["outcome_mean"], overall)
        top = max([x for x in ends if x == x], default=1.0) or 1.0
        axes.set_xlim(0, top * 1.3)
        axes.xaxis.set_major_formatter(write)
        axes.set(title=f"{label[0].upper()}{label[1:]} by segment", xlabel=f"{label} (bar: 95 %)")
    return done(figure, _replies(table, overall, write))


def _estimate(axes, row, place, look):
    if np.isnan(row.outcome_mean):
        text = "  too few to show" if row.n else "  nobody with a known outcome"
        axes.text(0, place, text, va="center", color=MUTED, style="italic")
        return
    axes.plot([row.low, row.high], [place, place], color=look["hue"], linewidth=6, alpha=0.35)
    axes.scatter([row.outcome_mean], [place], color=look["hue"], s=70, zorder=3)
    text, behind = f"  {look['write'].format(x=row.outcome_mean)} (n {row.n:,})", {"pad": 0.3}
    behind |= {"facecolor": PAPER, "edgecolor": "none"}
    end = row.high if row.high == row.high else row.outcome_mean
    axes.text(end, place, text, va="center", fontsize=9, bbox=behind, zorder=2)


def _replies(table, overall, write):
    known = table.dropna(subset=["outcome_mean"])
    if known.empty:
        return "No segment has enough customers with an outcome to be shown."
    shown = known[["outcome_mean", "low", "high"]].map(lambda value: write.format(x=value))
    rows = zip(known["segment"], *shown.to_numpy().T, known["low"].isna(), strict=True)
    few = " (too few amounts for an interval)"
    parts = "; ".join(f"{n} {mean}" + (few if bare else f" ({low} to {high})")
                      for n, mean, low, high, bare in rows)  # fmt: skip
    return f"Dots with intervals; all customers {write.format(x=overall)}. {parts}."


@passes
def behaviour(found):
    """Draw what every segment did in a period: a panel per measure, a dot and interval per segment.

    Parameters
    ----------
    found : segkit.validation.behaviour.Behaviour or Refused
        As `response.behaviour(…)`: with `table`, `measured` and `about`.

    Returns
    -------
    segkit.plots.axes.Axes
        A full dot is surely apart from the rest, and by enough to act on; a hollow one is not. The
        dashed line is the mean of all; a segment too small to be shown has no dot.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import pandas as pd
    >>> from segkit import plots
    >>> row = {"measure": "bought", "segment": "A", "n": 80, "outcome_mean": 0.5, "low": 0.4}
    >>> table = pd.DataFrame([row]).assign(high=0.6, label="like the rest")
    >>> found = SimpleNamespace(table=table, measured={"bought": pd.Series([0.0, 1.0])})
    >>> found.about = lambda name: ("buys in the period", "{:.0%}".format)
    >>> plots.validation.behaviour(found).alt
    'Dots with intervals per measure. Buys in the period (all 50%): A 50%.'
    """
    order, told = list(dict.fromkeys(found.table["segment"])), []
    height = (0.36 * len(order) + 1.05, 0.5)
    with style():
        title = "What the segments of before did in the period"
        figure, grid = panels(len(found.measured), most=3, title=title, height=height, sharey=True)
        for axes, name in zip(grid.flat, found.measured, strict=False):
            label, write = found.about(name)
            rows = found.table[found.table["measure"] == name]
            mean = float(found.measured[name].mean())
            _measure(axes, rows, mean, hues=colours(order))
            axes.set_title(fill(label, 23), fontsize=9, pad=4)
            axes.xaxis.set_major_formatter(lambda value, _, write=write: write(value))
            by_row(axes, order)
            known = rows.dropna(subset=["outcome_mean"])
            parts = [f"{row.segment} {write(row.outcome_mean)}" for row in known.itertuples()]
            heading = f"{label[:1].upper()}{label[1:]} (all {write(mean)})"
            told.append(f"{heading}: {', '.join(parts) or 'too few to show'}")
    return done(figure, f"Dots with intervals per measure. {'; '.join(told)}.")


def _measure(axes, rows, mean, *, hues):
    """Draw one measure: dashed the mean of all, then the segments, from 0 or the least below it."""
    from matplotlib.ticker import MaxNLocator

    axes.axvline(mean, color=MUTED, linewidth=1.2, linestyle="--", zorder=1)
    for place, row in enumerate(rows.itertuples()):
        hue, apart = hues[row.segment], row.label.startswith(("higher", "lower"))
        look = {"edgecolor": hue, "facecolor": hue if apart else PAPER, "s": 38, "zorder": 3}
        if row.outcome_mean != row.outcome_mean:
            continue
        axes.plot([row.low, row.high], [place, place], color=hue, linewidth=4, alpha=0.35)
        axes.scatter([row.outcome_mean], [place], linewidth=1.5, **look)
    ends = [*rows[["low", "high", "outcome_mean"]].to_numpy().ravel(), mean]
    ends = [end for end in ends if end == end]
    low, high = min([0.0, *ends]), max(ends, default=1.0)
    room = 0.06 * ((high - low) or 1.0)
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.tick_params(labelsize=8.5)


@passes
def verdicts(matrix):
    """Draw the table of verdicts: a check per row, a segment per column, symbol and word.

    Parameters
    ----------
    matrix : DataFrame or Refused
        From `verdicts.matrix`: a check per row, a segment per column: pass, warn, fail or missing
        (not asked there).

    Returns
    -------
    segkit.plots.axes.Axes
        A symbol and a word per cell.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> matrix = pd.DataFrame({"A": ["pass", "warn"]}, index=["Large enough", "Stable"])
    >>> plots.validation.verdicts(matrix).alt
    'Grid of 2 checks by 1 columns: 1 pass, 1 warn, 0 fail.'
    """
    rows, columns = matrix.shape
    with style():
        figure, axes = canvas(height=0.42 * rows + 1.6)
        for y, check in enumerate(matrix.index):
            for x, word in enumerate(matrix.loc[check]):
                _mark(axes, x, y, word)
        heads = [fill(n, max(8, 84 // columns), break_long_words=False) for n in matrix.columns]
        axes.set_xticks(range(columns), heads, fontsize=9 if columns < 8 else 8)
        axes.set_yticks(range(rows), matrix.index)
        axes.xaxis.tick_top()
        axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        axes.set_title("Are these right segments?", pad=14)
    counts = matrix.stack().value_counts()
    told = ", ".join(f"{counts.get(word, 0)} {word}" for word in MARKS)
    return done(figure, f"Grid of {rows} checks by {columns} columns: {told}.")


def _mark(axes, x, y, word):
    from matplotlib.patches import Rectangle

    symbol, hue, shade, ink = MARKS.get(word, ("", GRID, 0.25, INK))
    look = {"facecolor": hue, "alpha": shade, "linewidth": 0}
    axes.add_patch(Rectangle((x - 0.48, y - 0.44), 0.96, 0.88, **look))
    if symbol:
        axes.text(x, y, f"{symbol} {word}", ha="center", va="center", fontsize=9, color=ink)


@passes
def gorge(similarity, *, order, shadows=None):
    """Draw the gorge plot: how similar all customers are to each segment's centre.

    Parameters
    ----------
    similarity : DataFrame or Refused
        One row per customer, one column per segment in `order`, 0 to 1 (1 = clearly in it).
    order : sequence of str
        The segments.
    shadows : Series, optional
        The mean shadow of each segment, by name: 0 = at its own centre, 1 = halfway to the next.

    Returns
    -------
    segkit.plots.axes.Axes
        High at both ends and low between, like a gorge: the segment is clear of the others.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> similarity = pd.DataFrame({"A": [0.9, 0.1, 0.5, 0.95], "B": [0.1, 0.9, 0.5, 0.05]})
    >>> plots.validation.gorge(similarity, order=["A", "B"]).alt
    'Histograms per segment: 25% of customers lie between segments.'
    """
    hues, shared = colours(order), {"sharex": True, "sharey": True}
    title = "How similar are all customers to each segment?"
    with style():
        figure, grid = panels(len(order), most=4, title=title, height=(1.75, 0.9), **shared)
        for axes, name, values in zip(grid.flat, order, np.asarray(similarity).T, strict=False):
            weights = np.full(len(values), 1 / len(values))
            axes.hist(values, bins=np.linspace(0, 1, 21), weights=weights, color=hues[name])
            head = fill(name, 68 // grid.shape[1])
            head += "" if shadows is None else f"\nshadow {shadows[name]:.2f}"
            axes.set_title(head, fontsize=9, pad=4)
            axes.yaxis.set_major_formatter("{x:.0%}")
            axes.set_xticks([0, 0.5, 1])
        figure.supxlabel("similarity to the segment's centre (1 = clearly in it)", fontsize=9.5)
        figure.supylabel("share of customers", fontsize=9.5)
    between = structure.between(similarity)
    return done(figure, f"Histograms per segment: {between:.0%} of customers lie between segments.")


def _boxes(axes, groups, *, places, across=False, hues=None):
    """Draw boxes with whiskers over 95 % of the values and a dot at the mean."""
    places = list(places)
    drawn = axes.boxplot(
        groups, positions=places, whis=(2.5, 97.5), widths=0.5, showfliers=False,
        patch_artist=True, orientation="horizontal" if across else "vertical", manage_ticks=False,
        medianprops={"color": INK, "linewidth": 1.5},
    )  # fmt: skip
    for box, hue in zip(drawn["boxes"], hues or [ACCENT] * len(places), strict=True):
        box.set(facecolor=hue, alpha=0.45, edgecolor=INK)
    means = [group.mean() for group in groups]
    axes.scatter(*((means, places) if across else (places, means)), color=INK, s=18, zorder=3)
