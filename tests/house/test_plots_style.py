"""The house style: the same bytes, words for every figure, safe tables, colours that keep apart."""

import ast
import colorsys
import os
import struct
import subprocess
import sys
from itertools import pairwise

import house
import pandas as pd
import pytest

from segkit import plots
from segkit.plots import style


def a_chart(alt="Two bars."):
    with style.style():
        figure, axes = style.canvas(width=8, height=3)
        axes.bar(["a", "b"], [1, 2])
    return style.done(figure, alt)


def test_a_chart_has_the_same_bytes_twice_and_at_most_800_pixels():
    chart = a_chart()
    assert chart.png() == chart.png() == a_chart().png()
    width, height = struct.unpack(">II", chart.png()[16:24])
    assert (width, height) == (800, 300)


def test_a_chart_carries_words_for_those_who_cannot_see_it():
    data, metadata = a_chart("Two bars, b is higher.")._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == "Two bars, b is higher."


def test_a_segment_keeps_its_colour_by_its_place():
    assert plots.colours(["x", "y"])["y"] == plots.colours(["p", "y", "q"])["y"]
    assert len(set(plots.colours(range(14)).values())) == 14


def test_neighbouring_colours_differ_in_lightness_for_a_grey_print():
    def lightness(colour):
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return colorsys.rgb_to_yiq(red, green, blue)[0]

    shades = [lightness(colour) for colour in style.PALETTE[:6]]
    assert all(abs(a - b) > 0.1 for a, b in pairwise(shades))


def test_a_table_escapes_what_customers_may_be_called():
    frame = pd.DataFrame({"<i>name": ["<script>alert(1)</script>"], "n": [1200]})
    html = plots.table(frame, title="<b>Names").html
    assert not any(mark in html for mark in ("<script>", "<i>", "<b>"))
    assert "1,200" in html


def test_a_table_says_its_columns_in_words():
    html = plots.table(pd.DataFrame({"customers_n": [1], "money_share": [0.5]})).html
    assert ">customers</th>" in html
    assert ">money share</th>" in html


def test_a_table_shows_units_missing_values_and_the_same_id_twice():
    frame = pd.DataFrame({"share": [0.1234, None], "euros": [1.0, 2.5]})
    html = plots.table(frame, title="Shares", formats={"share": "{:.1%}"}).html
    assert "12.3%" in html
    assert "–" in html
    assert "Shares</caption>" in html
    assert html == plots.table(frame, title="Shares", formats={"share": "{:.1%}"}).html


# ------------------------------------------------------------------ figures of a user's own


SEABORN, OURS = "import seaborn as sns", "from segkit import plots"
HISTOGRAM = """
import pandas as pd
card = pd.DataFrame({"spend_total": [1.0, 2.0, 2.0, 9.0]})
axes = sns.histplot(card, x="spend_total")
from matplotlib.colors import to_hex
print(to_hex(axes.patches[0].get_facecolor()).upper(), axes.xaxis.label.get_fontfamily())
print(axes.spines["top"].get_visible(), axes.get_title(loc="left"))
"""


@pytest.mark.parametrize("imports", [(SEABORN, OURS), (OURS, SEABORN)])
def test_a_histogram_of_seaborn_has_our_palette_and_font_with_no_further_line(imports):
    kept = {k: v for k, v in os.environ.items() if k != "MATPLOTLIBRC"}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*imports, HISTOGRAM])],
        env={**kept, "MPLBACKEND": "agg"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.split("\n")[:2] == [f"{style.PALETTE[0]} ['DejaVu Sans']", "False "]


def test_every_figure_function_returns_its_axes_or_a_table():
    ends = {"done", "table", "Table", "Markdown", "Refused"}
    files = [p for p in house.of("plots") if p.stem not in ("axes", "searchable", "grids")]
    silent = []
    for path in files:
        made = {f.name: f for f in house.functions(path)}
        drawn = [
            f for n, f in made.items() if n[0] != "_" and path.stem not in ("style", "__init__")
        ]
        silent += [f"{house.label(path)}: {f.name}" for f in drawn if not _given(f, made) <= ends]
    assert silent == []


def _given(function, made):
    """Name what a function returns at its end, through private functions of its file."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Return):
            value = getattr(node.value, "elt", node.value)
            called = ast.unparse(getattr(value, "func", value)).rpartition(".")[2]
            found |= _given(made[called], made) if called in made else {called}
    return found
