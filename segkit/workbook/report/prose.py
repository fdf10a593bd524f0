"""Markdown of the notebooks, rendered for one page that stands alone.

Idea: nbconvert's own Markdown, with few differences. Headings sink by one level and get
anchors that name their chapter; links between notebooks become links within the page; HTML
written in a cell is shown as text but for a few text tags; an image that lies outside the
notebook is named instead of loaded. A link to a file is dropped, but for a page that a notebook
of the gallery wrote beside its own. Formulas are set as text: no script draws them.
"""

import re
from html import escape, unescape
from posixpath import basename

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from segkit.study import beside
from segkit.workbook.report import formats, markup

TEXT_TAG = re.compile(r"</?(?:br|sub|sup|kbd|small|b|i|em|strong|abbr|mark)\s*/?>", re.IGNORECASE)
LOCAL = re.compile(r"^(?P<file>[^#:?]*)(?:#(?P<heading>.*))?$")
TEX = re.compile(r"[\\^_={}]")
SYMBOLS = beside(__file__, "prose.yaml")
"""TeX that stands for one symbol."""


class Chapter:
    """Where one notebook stands in the report: its number, title, sections and anchors."""

    def __init__(self, stage, others=()):
        self.stage = stage
        self.number = int(stage[:2]) if stage[:2].isdigit() else None
        self.anchor = anchor(stage)
        self.others = tuple(others)
        self.title = ""
        self.sections = []
        self._taken = set()

    def render(self, source):
        """Turn one Markdown text into HTML, and remember its headings."""
        return MarkdownWithMath(renderer=_Renderer(self)).render(source)

    def place(self, html, level):
        """Note a heading and return (anchor, level in the report)."""
        text = _text(html)
        if level == 1 and not self.title:
            self.title = _unnumbered(text)
            return self.anchor, 2
        name = self._unique(f"{self.anchor}-{formats.slug(text)}")
        if level == 2:
            self.sections.append((name, text))
        return name, min(level + 1, 6)

    def target(self, url):
        """Return where a link leads from the report: an anchor, an address, or None.

        A page of the gallery may also link a page of its own notebook that lies beside it
        ("crm_selections_search.html" for crm_selections), whatever folder the notebook names.
        """
        if (beside := self._beside(url)) is not None:
            return beside
        local = LOCAL.match(url)
        if local is None:
            return url if re.match(r"(https?|mailto):", url, re.IGNORECASE) else None
        file, heading = local["file"], local["heading"]
        stage = re.sub(r"\.(ipynb|py)$", "", file.removeprefix("./")) if file else self.stage
        if stage not in (self.stage, *self.others):
            return None
        return f"#{anchor(stage)}" + (f"-{formats.slug(unescape(heading))}" if heading else "")

    def _beside(self, url):
        folder, _, name = self.stage.rpartition("/")
        own = re.compile(rf"(?:\.\./\.\./runs/[\w-]+/)?{folder}/({re.escape(name)}_[a-z_]+\.html)")
        found = own.fullmatch(url) if folder else None
        return found and found[1]

    def _unique(self, name):
        found, n = name, 2
        while found in self._taken:
            found, n = f"{name}-{n}", n + 1
        self._taken.add(found)
        return found


class _Renderer(IPythonRenderer):
    """nbconvert's renderer with this report's headings, links, tables and formulas."""

    def __init__(self, chapter):
        super().__init__(escape=True, allow_harmful_protocols=False)
        self.chapter = chapter

    def heading(self, text, level, **attrs):
        first = level == 1 and not self.chapter.title
        name, depth = self.chapter.place(text, level)
        if first:
            return f'<h2 class="title">{_unnumbered(text)}</h2>\n'
        link = f'<a class="anchor" href="#{name}" aria-label="Link to this section">#</a>'
        return f'<h{depth} id="{name}">{text}{link}</h{depth}>\n'

    def link(self, text, url, title=None):
        target = self.chapter.target(url)
        return text if target is None else f'<a href="{escape(target)}">{text}</a>'

    def image(self, text, url, title=None):
        if url.startswith("data:image/"):
            return super().image(text, url, title)
        return f"<em>[picture: {text or 'not part of the report'}]</em>"

    def table(self, text):
        return markup.boxed(f"<table>\n{text}</table>") + "\n"

    def table_cell(self, text, align=None, head=False):
        tag, scope = ("th", ' scope="col"') if head else ("td", "")
        kind = ' class="num"' if align == "right" else ""
        return f"<{tag}{scope}{kind}>{text}</{tag}>\n"

    def inline_html(self, html):
        return html if TEXT_TAG.fullmatch(html.strip()) else escape(html, quote=False)

    def block_html(self, html):
        return "" if html.lstrip().startswith("<!--") else f"<p>{escape(html, quote=False)}</p>\n"

    def inline_math(self, body):
        return _formula(body, "span") if TEX.search(body) else f"${self.escape_html(body)}$"

    def block_math(self, body):
        return _formula(body, "div")

    def latex_environment(self, name, body):
        return _formula(body, "div")


def anchor(stage):
    """Return the anchor of a chapter: "04_segments" -> "chapter-4", "approaches/rfm" -> "rfm"."""
    return f"chapter-{int(stage[:2])}" if stage[:2].isdigit() else formats.slug(basename(stage))


def mend(html, known):
    """Lead every link within the page somewhere: to its section, else to its chapter."""

    def lead(found):
        return found[0] if found[1] in known else f'href="#{found[2]}"'

    return re.sub(r'href="#((chapter-[0-9]+)[^"]*)"', lead, html)


def _formula(body, tag):
    """Set TeX as text: fractions as a/b, powers and indices raised and lowered."""
    text = re.sub(r"\\(?:text|mathrm|operatorname)\{([^{}]*)\}", r"\1", escape(body.strip()))
    text = re.sub(r"\\sqrt\{([^{}]*)\}", r"√(\1)", text)
    text = re.sub(r"\\d?frac\{([^{}]*)\}\{([^{}]*)\}", _fraction, text)
    text = re.sub(r"\\[A-Za-z]+|\\[, ]", lambda m: SYMBOLS.get(m[0], m[0].lstrip("\\")), text)
    text = re.sub(r"\^(?:\{([^{}]*)\}|(\w))", lambda m: f"<sup>{m[1] or m[2]}</sup>", text)
    text = re.sub(r"_(?:\{([^{}]*)\}|(\w))", lambda m: f"<sub>{m[1] or m[2]}</sub>", text)
    return f'<{tag} class="formula">{text.replace("{", "").replace("}", "")}</{tag}>'


def _fraction(found):
    """Write a/b, with brackets around whatever is more than one symbol."""
    sides = (side if re.fullmatch(r"\w+(_\w)?", side) else f"({side})" for side in found.groups())
    return "/".join(sides)


def _unnumbered(html):
    return re.sub(r"^\d+\.\s*", "", html)


def _text(html):
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()
