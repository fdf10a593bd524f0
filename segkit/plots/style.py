"""The house style: one palette, one figure size, one look for tables.

The look of figures stands in `house.mplstyle`, for the figures here and for yours (`theme`). Those
here are built on `matplotlib.figure.Figure` without pyplot: no global state, nothing to close, and
each is shown exactly once, by the axes it returns (`segkit.plots.axes`). Colours keep apart for
colour-blind readers and, by their lightness, on a grey print.
"""

import re
from functools import cache
from hashlib import blake2b
from html import escape
from pathlib import Path
from textwrap import fill

from segkit.markdown import inert
from segkit.refusal import MARK, Refused, in_lines, passes

STYLE = Path(__file__).with_name("house.mplstyle")
PALETTE = tuple(f"#{hue}" for hue in re.findall(r"'([0-9A-F]{6})'", STYLE.read_text()))
"""Fourteen colours; a segment keeps the one of its place in the order."""

INK, MUTED, GRID, PAPER = "#1f2937", "#6b7280", "#e5e7eb", "#ffffff"
ACCENT, GOOD, WARN, BAD = "#12436D", "#1f7a4d", "#b26a00", "#b3261e"


def colours(names):
    """Map segment names, in their order, to the palette: {name: "#rrggbb"}."""
    return {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}


def canvas(*, width=8.0, height=4.2, rows=1, columns=1, **grid):
    """Open an empty figure in the house style (inches); returns (figure, axes).

    Use inside `with style():` so that texts added later follow the same rules.
    """
    from matplotlib.figure import Figure

    from segkit.plots.axes import Axes

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, subplot_kw={"axes_class": Axes}, **grid)


def panels(count, *, most, title, height, **grid):
    """Open small multiples, at most `most` beside each other; returns (figure, grid of axes).

    `height` (inches) is that of one row and of what stands around them; `title` stands above all.
    """
    columns = min(most, count)
    rows = -(-count // columns)
    each, around = height
    grid |= {"rows": rows, "columns": columns, "squeeze": False}
    figure, drawn = canvas(height=each * rows + around, **grid)
    for place, axes in enumerate(drawn.flat):
        axes.set_visible(place < count)
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    return figure, drawn


def style():
    """Return the context in which the house style holds."""
    from matplotlib import rc_context

    return rc_context(_rules())


def theme():
    """Let every figure of this session follow the house style: yours, those of seaborn and pandas.

    Importing `segkit.plots` does this by itself, so `sns.histplot(card, x="spend_total")` has the
    palette and the font of the workbook with no further line. It costs nothing: where matplotlib is
    not loaded yet, it is only told where to find the style (`MATPLOTLIBRC`). Who has set that name
    keeps a style of their own. Call it again after another style was in use.

    Examples
    --------
    >>> from matplotlib import rcParams
    >>> from segkit import plots
    >>> plots.theme()
    >>> rcParams["axes.prop_cycle"].by_key()["color"][0]
    '#12436D'
    """
    from matplotlib import rcParams

    rcParams.update(_rules())


@cache
def _rules():
    from matplotlib import rc_params_from_file

    return rc_params_from_file(STYLE, use_default_template=False)


def by_row(axes, names, *, above=0.6):
    """Give every name a row of its own, the first on top, with room above it."""
    told = [fill(str(name), 30, break_on_hyphens=False) for name in names]
    axes.set_yticks(range(len(told)), told)
    axes.set_ylim(max(len(told), 1) - 0.4, -above)
    axes.grid(visible=False, axis="y")


def done(figure, alt):
    """End a figure with its words for those who cannot see it; returns its first axes."""
    figure.alt, figure.look = alt, _rules()
    return figure.axes[0]


class Table:
    """A finished table: HTML with a caption, plain text beside it."""

    def __init__(self, frame, html):
        self.frame = frame
        self.html = html

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.frame.round(3).to_string(index=False)}


LOOK = (
    {"selector": "th", "props": "text-align:left;vertical-align:bottom"},
    {"selector": "td", "props": "text-align:right;vertical-align:top"},
    {"selector": "caption", "props": "caption-side:top;text-align:left;font-weight:600"},
)


@passes
def words(text):
    """Show a text that was computed, as Markdown.

    Parameters
    ----------
    text : str
        Markdown; a Refused says its reason once, and so does each line that holds one.

    Returns
    -------
    IPython.display.Markdown
        Shown at the end of a cell.

    Examples
    --------
    >>> from segkit import plots
    >>> plots.words("**Three** segments.").data
    '**Three** segments.'
    """
    from IPython.display import Markdown

    told = in_lines(text)
    return Refused(told) if told in text.split(MARK)[1::2] else Markdown(inert(told))


@passes
def table(frame, *, title=None, formats=None, left=()):
    """Show a DataFrame as a house table.

    Units belong in the column names, which are shown in words ("customers_n" as "customers").

    Parameters
    ----------
    frame : DataFrame or Refused
        What is shown, without its index.
    title : str, optional
        What stands above.
    formats : dict, optional
        {column: format such as "{:,.0f}" or "{:.1%}"}. Without one, columns that end with "share"
        are percents, other numbers get two decimals, whole numbers thousands separators.
    left : sequence of str
        Columns to be left-aligned, as texts are.

    Returns
    -------
    segkit.plots.style.Table
        Shows itself in a notebook; missing values as "–".

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> shown = plots.table(pd.DataFrame({"customers_n": [1234], "money_share": [0.257]}))
    >>> "1,234" in shown.html, "26%" in shown.html
    (True, True)
    """
    from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype, is_numeric_dtype

    shown = {}
    for column in frame.columns:
        kind = frame[column]
        if is_bool_dtype(kind):
            shown[column] = {True: "yes", False: "no"}.get
        elif is_float_dtype(kind):
            shown[column] = "{:.0%}" if str(column).endswith("share") else "{:,.2f}"
        elif is_integer_dtype(kind):
            shown[column] = "{:,}"
    words = [at for at, c in enumerate(frame) if not is_numeric_dtype(frame[c]) or c in left]
    aligned = [{"selector": f"td.col{at}", "props": "text-align:left"} for at in words]
    styler = frame.style.format({**shown, **(formats or {})}, na_rep="–", escape="html").hide()
    known = blake2b(
        f"{title}{list(frame.columns)}{frame.shape}".encode(), digest_size=4
    ).hexdigest()
    styler = styler.format_index(_heading, axis=1)
    styler = styler.set_uuid(known).set_table_attributes(f'class="{_look(frame, title)}"')
    styler = styler.set_table_styles([*LOOK, *aligned])
    if title:
        styler = styler.set_caption(escape(title))
    return Table(frame, styler.to_html())


def _look(frame, title):
    """Keep JupyterLab from setting as formulas what stands between two signs of money."""
    told = f"{title}{list(frame.columns)}" + "".join(map(str, frame.to_numpy().flat))
    return "segkit mathjax_ignore" if "$" in told else "segkit"


def _heading(column):
    """Say a column name in words, safe for HTML."""
    return escape(str(column).removesuffix("_n").replace("_", " "))
