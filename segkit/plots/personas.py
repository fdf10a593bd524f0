"""Figures of notebook 06: sizes, the rule of half, profiles, persona cards.

One code for all of them: the bar is the persona, the black line is all customers; a full bar
is a difference that counts, a pale one is not. So every figure survives a grey print. Bars are
levels as a multiple of everybody's, because orders, euros and shares have no scale in common.
"""

import re
import textwrap

from segkit.plots.style import INK, MUTED, by_row, canvas, colours, done, style
from segkit.refusal import passes

PALE = 0.28
"""Opacity of what does not count."""
LONGEST = 3.0
"""Times everybody's level at which a bar ends; the number beside it says how much it is."""


@passes
def sizes(table):
    """Draw each persona's share of customers beside its share of spend.

    Parameters
    ----------
    table : DataFrame or Refused
        In the order to show: name, share, spend_share (0 to 1; missing without money).

    Returns
    -------
    segkit.plots.axes.Axes
        White dot: share of customers, full dot: share of spend.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"name": ["Anna"], "share": [0.2], "spend_share": [0.6]})
    >>> plots.personas.sizes(table).alt
    'Anna: 20% of customers, 60% of spend'
    """
    known = table["spend_share"].notna().all()
    tint = colours(table["name"])
    with style():
        figure, axes = canvas(height=0.9 + 0.62 * len(table))
        for place, row in enumerate(table.itertuples(index=False)):
            axes.plot([row.share, row.spend_share], [place] * 2, color=tint[row.name], lw=3)
            axes.plot(row.share, place, "o", mfc="white", mec=INK, ms=9, mew=1.5)
            if known:
                axes.plot(row.spend_share, place, "o", color=tint[row.name], ms=11, mec=INK)
            _beside(axes, row, place)
        by_row(axes, table["name"])
        axes.set_xlim(-0.04, _room(table))
        both = "share (white dot: of customers; full dot: of spend)"
        axes.set_xlabel(both if known else "share of customers")
        axes.xaxis.set_major_formatter("{x:.0%}")
        axes.set_title("How many they are" + (", and what they spend" if known else ""))
    return done(figure, _sizes_in_words(table))


@passes
def rule_of_half(statements, *, min_lift):
    """Draw every statement: how many have it here against how special that is.

    Parameters
    ----------
    statements : DataFrame or Refused
        share_here (0 to 1), lift (1 = as common as among all), distinctive (true or false).
    min_lift : float
        From this lift on, or below its inverse, a statement can be distinctive.

    Returns
    -------
    segkit.plots.axes.Axes
        Right of the dashed line: what the rule of half calls a main characteristic.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> said = pd.DataFrame({"share_here": [0.9, 0.3], "lift": [1.0, 3.0]})
    >>> plots.personas.rule_of_half(said.assign(distinctive=[False, True]), min_lift=1.2).alt
    '2 statements; 1 hold for more than half, 0 of these distinctive.'
    """
    table = statements[statements["share_here"].astype(float).notna() & (statements["lift"] > 0)]
    half = int((table["share_here"] > 0.5).sum())
    both = int(((table["share_here"] > 0.5) & table["distinctive"]).sum())
    with style():
        figure, axes = canvas(height=4.0)
        for verdict, part in table.groupby("distinctive"):
            axes.scatter(part["share_here"], part["lift"], s=26, lw=1, edgecolor="#12436D",
                         color="#12436D" if verdict else "white", zorder=3)  # fmt: skip
        axes.axvline(0.5, color=INK, ls="--", lw=1)
        axes.axhspan(1 / min_lift, min_lift, color="#9ca3af", alpha=0.25, lw=0)
        axes.text(0.99, 1, "as common as anywhere", ha="right", va="center", color=INK,
                  transform=axes.get_yaxis_transform())  # fmt: skip
        axes.text(0.51, 0.03, "more than half have it", va="bottom", color=INK,
                  transform=axes.get_xaxis_transform())  # fmt: skip
        axes.set_yscale("log")
        axes.set_yticks([0.0625, 0.25, 1, 4], ["1/16", "1/4", "1", "4"])
        axes.minorticks_off()
        axes.xaxis.set_major_formatter("{x:.0%}")
        low, high = table["lift"].min() / 1.3, table["lift"].max() * 1.3
        axes.set(xlim=(0, 1.02), ylim=(min(0.5, low), max(2.0, high)),
                 xlabel="share of the persona that has it",
                 ylabel="lift (times as common as among all)")  # fmt: skip
        axes.set_title("Common is not the same as typical (full dot: distinctive)")
    alt = f"{len(table)} statements; {half} hold for more than half, {both} of these distinctive."
    return done(figure, alt)


@passes
def profile(statements, *, names):
    """Draw the profile plot: one column per persona, one line per statement.

    Parameters
    ----------
    statements : DataFrame or Refused
        group, text, lift (times everybody's level; missing where too few), here (as printed) and
        marked (a share at least 25 points away, or any level 50 %).
    names : dict
        {group: name}, in the order to show.

    Returns
    -------
    segkit.plots.axes.Axes
        Bar: persona, black line: all customers, full colour: marked.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> said = pd.DataFrame({"group": ["a", "b"], "text": "orders", "lift": [2.2, 0.9]})
    >>> said = said.assign(here=["11", "4"], marked=[True, False])
    >>> plots.personas.profile(said, names={"a": "Anna", "b": "Ben"}).alt
    'Profile plot of 1 statements. Anna: 1 marked; Ben: 0 marked.'
    """
    texts = list(dict.fromkeys(statements["text"]))
    tint = colours(names.values())
    with style():
        figure, axes = canvas(height=1.5 + 0.36 * len(texts), columns=len(names), sharey=True,
                              squeeze=False)  # fmt: skip
        for axis, (group, name) in zip(axes[0], names.items(), strict=True):
            part = statements[statements["group"] == group].set_index("text").reindex(texts)
            _bars(axis, part, tint[name])
            axis.set_title(_wrap(name, 62 // len(names)), fontsize=9, pad=6)
            axis.set_xticks([0, 1, 2, 3], ["0", "×1", "×2", "×3"], fontsize=7.5)
        axes[0][0].set_yticks(range(len(texts)), [_wrap(text, 34) for text in texts], fontsize=8)
        axes[0][0].invert_yaxis()
        figure.supxlabel("times everybody's level (bar: persona, black line: all customers; "
                         "full colour: ≥ 25 points or ≥ 50% away)", fontsize=9)  # fmt: skip
    marks = statements[statements["marked"]].groupby("group").size()
    told = "; ".join(f"{name}: {marks.get(group, 0)} marked" for group, name in names.items())
    return done(figure, f"Profile plot of {len(texts)} statements. {told}.")


@passes
def cards(pages, *, currency=""):
    """Draw each persona on one page: size, statements, what is known and what is not.

    Parameters
    ----------
    pages : list of dict or Refused
        The entries of personas.json: name, n, share, spend_share, statements, unknown and the like.
    currency : str
        That of the study, such as "EUR".

    Returns
    -------
    list of segkit.plots.axes.Axes
        One page each, in the colour of its place. Full bars are distinctive statements.

    Examples
    --------
    >>> from segkit import plots
    >>> said = {"field": "behavioural", "text": "Orders per customer", "here": "8"}
    >>> said |= {"everybody": "4", "lift": 2.0, "distinctive": True, "n": 10, "column": "orders_n"}
    >>> page = {"name": "The manager", "segments": ["A"], "n": 10, "share": 0.2, "spend_share": 0.6}
    >>> page["spend_per_customer"] = 30.0
    >>> page |= {"statements": [said], "unknown": [], "known": []}
    >>> [axes.alt for axes in plots.personas.cards([page])]
    ['The manager: 10 customers, 60% of spend. Orders per customer 8 (all 4).']
    """
    tint = colours(page["name"] for page in pages)
    return [_card(page, colour=tint[page["name"]], currency=currency) for page in pages]


def _card(page, *, colour, currency, limit=8):
    from matplotlib.patches import Rectangle

    lines, notes = _chosen(page["statements"], limit), _notes(page)
    height = 1.0 + max(0.75 + 0.37 * len(lines), 0.17 * len(notes))
    with style():
        figure, (left, right) = canvas(height=height, columns=2, width_ratios=[1.75, 1])
        figure.suptitle(f"  {page['name']}", x=0, ha="left", fontsize=15, weight="bold")
        place = 1 - 0.42 / figure.get_figheight()
        headline = figure.text(0.02, place, _headline(page, currency), fontsize=10, va="top")
        headline.set_in_layout(False)
        left.set_title(" ", pad=22)
        _evidence(left, lines, colour)
        right.axis("off")
        for place, (text, weight) in enumerate(notes):
            look = {"textcoords": "offset points", "xycoords": "axes fraction", "va": "top"}
            spot = (0, 6 - 11.6 * place)
            right.annotate(text, (0.1, 1), spot, fontsize=8, weight=weight, **look)
        figure.get_layout_engine().set(rect=(0.015, 0, 0.985, 1))
        look = {"transform": figure.transFigure, "color": colour, "lw": 0}
        figure.patches.append(Rectangle((0, 0), 0.008, 1, **look))
    return done(figure, _card_in_words(page, lines))


def _beside(axes, row, place):
    more = row.spend_share >= row.share
    for value, end in ((row.share, not more), (row.spend_share, more)):
        if value != value:  # no money known
            continue
        axes.annotate(f"{value:.0%}", (value, place), (11 if end else -11, 0), va="center",
                      textcoords="offset points", ha="left" if end else "right")  # fmt: skip


def _room(table):
    return min(1.08, float(table[["share", "spend_share"]].to_numpy().max()) * 1.2 + 0.03)


def _sizes_in_words(table):
    return "; ".join(
        f"{row.name}: {row.share:.0%} of customers"
        + (f", {row.spend_share:.0%} of spend" if row.spend_share == row.spend_share else "")
        for row in table.itertuples(index=False)
    )


def _bars(axis, part, colour):
    for place, row in enumerate(part.itertuples()):
        if row.lift != row.lift:
            axis.text(0.06, place, "too few", va="center", fontsize=7, color=MUTED)
            continue
        _bar(axis, place, row.lift, colour=colour, tone=1.0 if row.marked is True else PALE)
        axis.text(LONGEST * 0.98, place, row.here, va="center", ha="right", fontsize=7, color=INK)
    axis.set_xlim(0, LONGEST)
    axis.grid(visible=False, axis="y")


def _bar(axis, place, times, *, colour, tone):
    """Draw a level as a bar, pale or full, in multiples of everybody's, the black line."""
    here = min(max(times, 0.0), LONGEST)
    axis.barh(place, here, height=0.62, color=colour, alpha=tone)
    axis.barh(place, here, height=0.62, color="none", edgecolor=INK, lw=0.6)
    axis.plot([1, 1], [place - 0.42, place + 0.42], color="black", lw=2)


def _chosen(lines, limit):
    """Take the first lines of each field in turn, so that no field crowds out the others."""
    shown = [line for line in lines if line["lift"] is not None]
    others = [line for line in shown if line["field"] != "behavioural"][:2]
    behaviour = [line for line in shown if line["field"] == "behavioural"]
    return behaviour[: limit - len(others)] + others


def _evidence(axis, lines, colour):
    for place, line in enumerate(lines):
        tone = 1.0 if line["distinctive"] else PALE
        _bar(axis, place, line["lift"], colour=colour, tone=tone)
        _columns(axis, place, (line["here"], line["everybody"], f"{line['n']:,}"))
    _columns(axis, -0.75, ("here", "all", "n"))
    texts = [_wrap(_spoken(line), 27) for line in lines]
    axis.set_yticks(range(len(lines)), texts, fontsize=8.5)
    axis.set(xlim=(0, LONGEST), ylim=(max(len(lines), 1) - 0.4, -0.6))
    axis.set_xticks([0, 1, 2, 3], ["0", "×1", "×2", "×3"], fontsize=8.5)
    axis.set_xlabel("times everybody's level (line: all; pale: not distinctive;\n"
                    "* the segments were built from it)", fontsize=8.5)  # fmt: skip
    axis.grid(visible=False, axis="y")
    if not lines:
        axis.text(0.02, 0, "too few customers to describe", va="center", color=MUTED)


def _spoken(line):
    """Star what the segments were built from."""
    return line["text"] + ("\u00a0*" if line.get("built_in") else "")


def _columns(axis, place, texts):
    for right, text in zip((1.2, 1.43, 1.55), texts, strict=True):
        axis.text(right * LONGEST, place, text, va="center", ha="right", fontsize=7, clip_on=False)


def _headline(page, currency):
    if page["spend_share"] is None:
        return f"{page['n']:,} customers: {page['share']:.0%} of all; what they spend is not known"
    average = page["spend_share"] / page["share"] if page["share"] else float("nan")
    return (
        f"{page['n']:,} customers: {page['share']:.0%} of all, {page['spend_share']:.0%} of spend; "
        f"{page['spend_per_customer']:,.0f} {currency} each, {average:.1f} times the average"
    )


def _notes(page):
    known = [{"field": "segments", "text": "; ".join(page["segments"])}, *page["known"]]
    lines = []
    for title, facts in (("What we know", known), ("What we do not know", page["unknown"])):
        texts = [f"{fact['field'].capitalize()}: {fact['text']}" for fact in facts]
        wrapped = "\n".join(textwrap.fill(text, 38, subsequent_indent="   ") for text in texts)
        lines += [
            (title, "bold"),
            *((line, "normal") for line in wrapped.splitlines()),
            ("", "normal"),
        ]
    return lines[:-1]


def _card_in_words(page, lines):
    told = "; ".join(f"{x['text']} {x['here']} (all {x['everybody']})" for x in lines[:4])
    share = page["spend_share"]
    spend = "" if share is None else f", {share:.0%} of spend"
    return f"{page['name']}: {page['n']:,} customers{spend}. {told}."


def _wrap(text, width):
    """Break a line between words, not between a number and what belongs to it."""
    for word in ("above", "below", "at least", "at most"):
        tied = word.replace(" ", "\u00a0")
        text = text.replace(f" {word} ", f" {tied}\u00a0")
    text = re.sub(r"(\d) ([A-Z]{3})\b", "\\1\u00a0\\2", text)
    return textwrap.fill(text, max(int(width), 8), break_on_hyphens=width < 20)
