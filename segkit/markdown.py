"""Words from a file within a Markdown text: shown as they are, never run, loaded or set.

A notebook of one's own is trusted: JupyterLab runs a script that a city or a heading holds.
Whatever a notebook says passes `inert`, which leaves our own marks and takes the rest its effect;
a single value whose signs would also spoil the look of a sentence or table passes `literal`.
"""

import re

_FORBIDDEN = (
    (r"<(?=[a-zA-Z/!?])", "&lt;"),
    (r"!\[", r"!\\["),
    (r"\]\((?!(?!//)[\w./#-]+\))", r"]\\("),
    (r"(?m)^(\s*)\[(?=[^\]\n]+\]:)", r"\1\\["),
    (r"\\?\$", r"<b></b>\\$"),
)
"""Tags, pictures, links that lead anywhere but to a file of the workbook, and formulas: for these,
JupyterLab looks into what is shown, where the backslash is gone, but never across a tag."""


def quoted(names):
    """List names, each in quotes, for a name may hold commas.

    Examples
    --------
    >>> from segkit import markdown
    >>> markdown.quoted(["Many orders, high spend", "Few orders"])
    '“Many orders, high spend”, “Few orders”'
    """
    return ", ".join(f"“{name}”" for name in names)


def inert(text):
    r"""Take from a Markdown text what could run, load or link something, or be set as a formula.

    Examples
    --------
    >>> from segkit import markdown
    >>> markdown.inert("**Oslo<script>** costs $5, see [rfm](approaches/rfm.ipynb).")
    '**Oslo&lt;script>** costs <b></b>\\$5, see [rfm](approaches/rfm.ipynb).'
    """
    for pattern, instead in _FORBIDDEN:
        text = re.sub(pattern, instead, text)
    return text


def literal(value):
    r"""Write one value so that Markdown shows it as it is, also within a table or between stars.

    Examples
    --------
    >>> from segkit import markdown
    >>> markdown.literal("a|b `c` *d* [e](f)")
    'a\\|b \\`c\\` \\*d\\* \\[e\\](f)'
    """
    flat = " ".join(str(value).split())
    return re.sub(r"([\\`*\[\]|]|\b_|_\b)", r"\\\1", flat)
