"""Figures of the notebook on lifestyle: how many classes, and what each of them answers."""

import textwrap

from segkit.plots.grids import heat
from segkit.plots.style import ACCENT, MUTED, PALETTE, canvas, done, style
from segkit.refusal import passes


@passes
def evidence(table, *, k):
    """Draw BIC and ICL for every number of classes, relative to the smallest BIC.

    Parameters
    ----------
    table : DataFrame or Refused
        k (classes), bic and icl (lower is better).
    k : int
        The number that was chosen.

    Returns
    -------
    segkit.plots.axes.Axes
        Both above the smallest BIC.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"k": [1, 2, 3], "bic": [90.0, 70.0, 75.0], "icl": [90.0, 72.0, 80.0]})
    >>> plots.approaches.lifestyle.evidence(table, k=2).alt[48:]
    ' BIC is smallest at 2. The dotted line marks the 2 chosen.'
    """
    lowest = table["bic"].min()
    with style():
        figure, axes = canvas(height=3.4)
        for name, hue, mark in (("icl", PALETTE[1], "s"), ("bic", ACCENT, "o")):
            values = table[name] - lowest
            axes.plot(table["k"], values, color=hue, marker=mark, linewidth=2)
            axes.text(table["k"].iloc[-1] + 0.1, values.iloc[-1], name.upper(), color=hue)
        axes.axvline(k, color=MUTED, linewidth=1, linestyle=":")
        axes.set_xlim(table["k"].min() - 0.3, table["k"].max() + 0.7)
        axes.set_xticks(table["k"])
        axes.set(title="How many classes do the answers carry?", xlabel="classes")
        axes.set_ylabel("above the smallest BIC")
    best = int(table.loc[table["bic"].idxmin(), "k"])
    alt = f"Lines of BIC and ICL over the number of classes; BIC is smallest at {best}."
    return done(figure, alt + f" The dotted line marks the {k} chosen.")


@passes
def chances(profile, *, title="What each class answers"):
    """Draw how often every class gives every answer: a grid, one column per class.

    Parameters
    ----------
    profile : DataFrame or Refused
        From `latent.profile`: question, answer, all, and a column per class (0 to 1).
    title : str
        What stands above.

    Returns
    -------
    segkit.plots.axes.Axes
        Darker: given more often; bold: 15 points or more from the share of all.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> profile = pd.DataFrame({"question": ["cooks", "sports"], "answer": "yes", "all": 0.5})
    >>> plots.approaches.lifestyle.chances(profile.assign(Cooks=[0.9, 0.4])).alt[-48:]
    'ho answered. The classes differ most on “cooks”.'
    """
    names = [c for c in profile if c not in ("question", "answer")]
    values = profile[names].to_numpy(dtype=float)
    rows = [f"{r.question}: {r.answer}" if r.answer != "yes" else r.question
            for r in profile.itertuples()]  # fmt: skip
    with style():
        figure, axes = canvas(height=0.33 * len(rows) + 1.7, width=8.6)
        named = profile[names].set_axis(["\n".join(textwrap.wrap(n, 15)) for n in names], axis=1)
        heat(axes, named.set_axis(rows), written=True, fmt=".0%", vmin=0, vmax=1.1, linewidths=0)
        apart = abs(values - values[:, :1]) >= 0.15
        for text, bold in zip(axes.texts, apart.flat, strict=True):
            text.set_fontweight("bold" if bold else "normal")
        axes.xaxis.tick_top()
        axes.tick_params(labelsize=8.5)
        axes.axvline(1, color="white", linewidth=5)
        axes.set_title(title)
    far = profile[names[1:]].sub(profile["all"], axis=0).abs().max(axis=1)
    told = rows[int(far.to_numpy().argmax())]
    return done(figure, f"{title}: shares of {len(names) - 1} classes and of all who answered. "
                 f"The classes differ most on “{told}”.")  # fmt: skip


@passes
def spend(table, *, title="What the classes spend", currency=""):
    """Draw the mean spend of every class with its 95 % range.

    Parameters
    ----------
    table : DataFrame or Refused
        From `latent.spend`: segment, customers_n, spend_mean, spend_low, spend_high (money).
    title : str
        What stands above.
    currency : str
        That of the study, such as "EUR".

    Returns
    -------
    segkit.plots.axes.Axes
        A dot per class with its 95 % range; ranges that overlap may be equal.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> table = pd.DataFrame({"segment": ["Cooks"], "customers_n": [20], "spend_mean": [100.0]})
    >>> plots.approaches.lifestyle.spend(table.assign(spend_low=80.0, spend_high=120.0)).alt
    'Mean spend per class with its range. Cooks 80 to 120.'
    """
    with style():
        figure, axes = canvas(height=0.5 * len(table) + 1.3)
        for place, row in enumerate(table.itertuples()):
            hue = PALETTE[place % len(PALETTE)]
            axes.plot([row.spend_low, row.spend_high], [place, place], color=hue, linewidth=3)
            axes.scatter([row.spend_mean], [place], color=hue, s=55, zorder=3)
        names = [f"{row.segment} ({row.customers_n:,})" for row in table.itertuples()]
        axes.set_yticks(range(len(table)), ["\n".join(textwrap.wrap(name, 34)) for name in names])
        axes.invert_yaxis()
        axes.set_xlim(0, float(table["spend_high"].max()) * 1.05)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.grid(axis="y", visible=False)
        unit = f"mean spend per customer, {currency or 'money'} (line: 95 % range)"
        axes.set(title=title, xlabel=unit)
    parts = [f"{r.segment} {r.spend_low:,.0f} to {r.spend_high:,.0f}" for r in table.itertuples()]
    return done(figure, "Mean spend per class with its range. " + "; ".join(parts) + ".")
