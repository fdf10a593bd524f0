"""Figures of placing new customers: how many questions, how well, and the page to print."""

from pathlib import Path

from segkit.plots.style import ACCENT, INK, MUTED, Table, by_row, canvas, done, style
from segkit.refusal import passes

PAGE = Path(__file__).with_suffix(".html")
"""The questionnaire with its scoring key: no script, nothing from outside, fit for paper."""


@passes
def curve(tool):
    """Draw how well people are placed with one question, two, three …

    Parameters
    ----------
    tool : segkit.validation.placing.questionnaire.Tool or Refused
        What places people.

    Returns
    -------
    segkit.plots.axes.Axes
        Dots: accuracy on people who took no part; bars: 95 %. Dashed: calling everybody a member
        of the largest segment. The large dot: the number of questions in use.

    Examples
    --------
    See notebook approaches/placing.
    """
    seen, chosen = tool.curve, tool.curve.iloc[tool.n - 1]
    n, share = seen["questions_n"], seen["accuracy"]
    with style():
        figure, axes = canvas(height=3.6)
        axes.errorbar(n, share, yerr=_reach(seen, share), color=ACCENT, fmt="-o", markersize=4,
                      capsize=3, linewidth=1.4)  # fmt: skip
        axes.plot(chosen["questions_n"], chosen["accuracy"], "o", color=ACCENT, markersize=11)
        axes.axhline(tool.baseline, color=MUTED, linestyle="--")
        axes.annotate("all in the largest segment", (1, tool.baseline), xytext=(0, 4),
                      textcoords="offset points", color=MUTED, ha="right",
                      xycoords=("axes fraction", "data"))  # fmt: skip
        axes.set(title="How many questions are enough?", xlabel="number of questions")
        axes.set(ylabel="placed rightly (share of people)", ylim=(0, 1.03), xticks=list(n))
    told = "; ".join(f"{k} {a:.0%}" for k, a in zip(n, share, strict=True))
    used = f"{chosen['questions_n']:.0f} in use; all in the largest segment {tool.baseline:.0%}"
    return done(figure, f"Share of people placed rightly by number of questions: {told}; {used}.")


@passes
def recalls(tool):
    """Draw for every segment how many of its people the questions place in it.

    Parameters
    ----------
    tool : segkit.validation.placing.questionnaire.Tool or Refused
        What places people.

    Returns
    -------
    segkit.plots.axes.Axes
        Dot: share of the segment's people placed in it; bar: 95 %. On the right, the number of its
        people.

    Examples
    --------
    See notebook approaches/placing.
    """
    seen = tool.recalls
    rows, share = range(len(seen)), seen["recall"]
    with style():
        figure, axes = canvas(height=1.2 + 0.42 * len(seen))
        axes.errorbar(
            share, rows, xerr=_reach(seen, share), fmt="o", color=ACCENT, capsize=3, linewidth=1.4
        )
        by_row(
            axes,
            [f"{s} (n\u00a0=\u00a0{n:,})" for s, n in zip(seen["segment"], seen["n"], strict=True)],
        )
        axes.set(title="Who is found again by these questions?", xlim=(-0.02, 1.02))
        axes.set_xlabel("placed in their own segment (share of its people)", color=INK)
    told = "; ".join(f"{s} {r:.0%}" for s, r in zip(seen["segment"], share, strict=True))
    return done(figure, f"Share of each segment's people who are placed in it: {told}.")


def _reach(seen, share):
    """Return how far the interval reaches down and up from each share."""
    return [(share - seen["low"]).clip(lower=0), (seen["high"] - share).clip(lower=0)]


@passes
def form(tool, *, title):
    """Make the questionnaire with its scoring key, a page to print.

    Parameters
    ----------
    tool : segkit.validation.placing.questionnaire.Tool or Refused
        What places people.
    title : str
        Whose customers are asked.

    Returns
    -------
    segkit.plots.style.Table or Refused
        `frame` is the key, `html` the whole page: it needs no network and runs no script. Refused
        where the questions place nobody better than the largest segment does.

    Examples
    --------
    See notebook approaches/placing.
    """
    return _form(tool, tool.key, title)


@passes
def _form(tool, key, title):
    import jinja2

    made = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = made.from_string(PAGE.read_text(encoding="utf-8"))
    facts = {"questions": _questions(tool, key), "start": key.iloc[0, 2:].tolist()}
    facts |= {"segments": tool.names, "at": tool.used, "baseline": tool.baseline, "title": title}
    facts |= {"recalls": tool.recalls.to_dict("records"), "example": tool.example}
    return Table(key, page.render(facts, proof=tool.proof_plain, people=len(tool.data[1])))


def _questions(tool, key):
    """List the questions for the page: question, unit, answers as (words, points)."""
    parts, at = [], 1
    for field, points in zip(tool.questions, tool.model.points_, strict=True):
        rows = key.iloc[at : at + len(points)]
        answers = list(zip(rows["answer"], rows.iloc[:, 2:].to_numpy().tolist(), strict=True))
        parts.append({"text": field.question, "unit": field.unit, "answers": answers})
        at += len(points)
    return parts
