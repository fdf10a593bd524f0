"""What a file holds stays words in a notebook: it runs, loads and links nothing."""

import nbconvert.filters
import pytest

from segkit import plots
from segkit.markdown import inert, literal
from segkit.refusal import Refused

RUNS = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "</td><svg/onload=alert(1)>",
    "<!-- hidden -->",
    "![a](https://example.org/pixel.png)",
    "[click](javascript:alert(1))",
    "[click](//example.org)",
    "[click](data:text/html,x)",
    "<https://example.org>",
    "[a]: javascript:alert(1)\n\n[a]",
)


@pytest.mark.parametrize("planted", RUNS)
def test_nothing_in_a_computed_text_becomes_a_tag_a_picture_or_a_link(planted):
    html = nbconvert.filters.markdown2html(plots.words(f"**City** {planted}").data)
    for sign in ("<script", "<img", "<svg", 'href="//', 'href="javascript', 'href="data', "<!--"):
        assert sign not in html
    assert "<strong>City</strong>" in html


@pytest.mark.parametrize("planted", RUNS)
def test_nor_in_a_refusal(planted):
    assert inert(f"{planted} is no city.") == plots.words(f"{planted} is no city.").data
    flat = planted.replace("\n", " ")
    assert plots.words(f"{Refused(flat)}") == Refused(flat)


def test_our_own_marks_and_links_stay():
    text = "**a** *b* `c` [rfm](approaches/rfm.ipynb) p < 0.05, 3 <4, a|b\n\n| x |\n|---|\n| 1 |"
    assert inert(text) == text


def test_two_signs_of_money_are_no_formula_and_twice_is_safe():
    assert inert("$5 and \\$6") == r"<b></b>\$5 and <b></b>\$6"


@pytest.mark.parametrize("value", ["a|b", "`x`", "*x*", "_x_", "[x](y)", "back\\slash", "a\nb"])
def test_a_single_value_is_shown_as_it_is_in_a_table(value):
    text = inert(f"| head |\n|---|\n| {literal(value)} |")
    html = nbconvert.filters.markdown2html(text)
    shown = value.replace("\n", " ")
    assert f"<td>{shown}</td>" in html.replace("\n", "")


def test_a_table_with_signs_of_money_is_not_searched_for_formulas():
    import pandas as pd

    frame = pd.DataFrame({"city": ["$5 and $6", "<script>alert(1)</script>"]})
    shown = plots.table(frame, title="<b>$</b>").html
    assert "mathjax_ignore" in shown
    assert "<script" not in shown
    assert "mathjax_ignore" not in plots.table(frame[1:]).html
