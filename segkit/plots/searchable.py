"""A page in which anyone builds a selection by clicking, and takes the rule home as YAML.

itables puts a table with DataTables' SearchBuilder into one HTML file that needs no network. It
is written beside the run, not into the notebook, because the library alone is twice the size a
notebook may have. The page shows no id and no name: numbers are rounded to two figures, columns
with as many values as a name has are left out. Whatever is clicked together is shown below as
a rule for a selections file. Taught in notebook approaches/crm_selections.
"""

from html import escape
from pathlib import Path

import numpy as np

from segkit.refusal import passes

MOST_ROWS = 3000
"""Of more customers only every second, third … is shown, and the page says so."""

MAX_BYTES = 2**24
"""Size of the data that itables takes without leaving out rows of its own choice."""

MOST = 30
"""A text column with more values than this may name somebody, and is left out."""

ABOUT = "One row per customer, numbers rounded to two figures. An empty cell is unknown."
"""What the page says of itself."""

PAGE = Path(__file__).with_name("searchable.html")
"""What stands around the table; below it the clicked conditions are written as a rule."""

TABLE = "segkit-search"
"""Id of the table on the page: fixed, so that the same card gives the same page."""


@passes
def _rounded(card):
    """Return a card that may be looked at: no ids, no names, numbers of two figures.

    Days show the month; text columns with more than `MOST` values are left out. The order says
    nothing: sorted by the columns as they are shown.
    """
    from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

    shown = {}
    for column in card.columns.drop("customer_id", errors="ignore"):
        values = card[column]
        if is_numeric_dtype(values) and not is_bool_dtype(values):
            shown[column] = _two_figures(values)
        elif is_datetime64_any_dtype(values):
            shown[column] = values.dt.strftime("%Y-%m")
        elif values.nunique() <= MOST:
            shown[column] = values.astype("object").where(values.notna(), None)
    import pandas as pd

    table = pd.DataFrame(shown)
    return table.sort_values(list(table.columns[:6]), kind="stable", ignore_index=True)


def _two_figures(values):
    import pandas as pd

    number = values.astype("float64")
    size = np.floor(np.log10(number.abs().where(number != 0, 1.0)))
    found = ((number / 10 ** (size - 1)).round() * 10 ** (size - 1)).round(4)
    whole = found.dropna() % 1 == 0
    return found.astype("Int64") if whole.all() else pd.Series(found, index=values.index)


@passes
def page(card, *, title="Build a selection", about=ABOUT):
    """Make the page: one self-contained HTML text, the same for the same card.

    Columns keep their own names, because rules use them; empty cells are unknown values.

    Parameters
    ----------
    card : DataFrame or Refused
        One row per customer; ids are left out, numbers shown with two figures.
    title : str
        What stands above.
    about : str
        A sentence under the title.

    Returns
    -------
    str
        One self-contained HTML page, the same for the same card.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import plots
    >>> plots.searchable.page(pd.DataFrame({"orders_n": [1, 3]})).splitlines()[0]
    '<!doctype html>'
    """
    from itables import options
    from itables.javascript import generate_init_offline_itables_html

    card = _rounded(card)
    step = -(-len(card) // MOST_ROWS) or 1
    if step > 1:
        about += f" Shown are 1 in {step} of {len(card):,} customers; a rule is for them all."
    parts = (
        generate_init_offline_itables_html(options.dt_bundle),
        f"<h1>{escape(title)}</h1><p>{escape(about)}</p>",
        _table(card.iloc[::step]),
    )
    head, below = PAGE.read_text(encoding="utf-8").split("<!-- the table -->\n")
    return head.replace("TITLE", escape(title)) + "".join(parts) + below


def _table(card):
    from itables import to_html_datatable

    cells = card.astype("object").where(card.notna(), "")  # an empty cell keeps numbers numbers
    look = {"connected": False, "showIndex": False, "display_logo_when_loading": False}
    look |= {"scrollX": True, "style": "caption-side:top;margin:0;width:100%"}
    look |= {"layout": {"top1": "searchBuilder", "topStart": "info", "topEnd": None}}
    look |= {"columnDefs": [{"targets": "_all", "defaultContent": ""}]}
    return to_html_datatable(cells, table_id=TABLE, maxBytes=MAX_BYTES, maxColumns=0, **look)
