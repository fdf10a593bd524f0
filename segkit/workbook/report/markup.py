"""The HTML a notebook put out, rebuilt from a short list of what a report may hold.

Idea: whatever comes in is read as HTML and written anew: tables in the house style, each in
a box of its own that scrolls; a few text tags; nothing else. Scripts, styles, ids, links and
images are not copied, so nothing in the data can run or call outside. Text is decoded once
and escaped once. A column of customer ids is blanked, but for the single letters of invented
examples: a report is passed on, a table is not.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser

from segkit.study import beside

TAGS = beside(__file__, "markup.yaml")
INLINE, BLOCK, VOID, SKIPPED, DROPPED = (set(names.split()) for names in TAGS.values())
"""Tags by what becomes of them; one that is in none of these is text."""
PRIVATE = {"customer id", "household id", "client id"}
NUMBER = re.compile(r"^[<>≤≥×]?\s?[+\-–−]?[\d,.]*\d[\d,.]*(e[+-]\d+)?\s?%?(\s?[A-Z]{3})?$")


def rebuild(html, *, places=None):
    """Return safe HTML for one text/html output.

    `places` maps segment names to their place in the order (0, 1, …): a table cell that holds
    nothing but such a name gets the segment's colour chip.
    """
    reader = _Reader(places or {})
    reader.feed(html)
    reader.close()
    return reader.result()


class _Reader(HTMLParser):
    """Reads HTML, keeps what is allowed, gathers tables whole."""

    def __init__(self, places):
        super().__init__(convert_charrefs=True)
        self.places = places
        self.out = []
        self.open = []
        self.skipping = 0
        self.table = None

    def result(self):
        if self.table is not None:
            self.handle_endtag("table")
        self.out.extend(f"</{tag}>" for tag in reversed(self.open))
        return "".join(self.out).strip()

    def handle_starttag(self, tag, attrs):
        if tag in SKIPPED:
            self.skipping += 1
        elif self.skipping:
            return
        elif tag == "table" and self.table is None:
            self.table = _Grid()
        elif tag not in INLINE | BLOCK | DROPPED:
            self.handle_data(self.get_starttag_text())
        elif self.table is not None:
            self.table.start(tag, dict(attrs))
        elif tag not in DROPPED:
            self._open(tag)

    def handle_endtag(self, tag):
        if tag in SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif self.skipping:
            return
        elif tag == "table" and self.table is not None:
            self.out.append(self.table.html(self.places))
            self.table = None
        elif self.table is not None:
            self.table.end(tag)
        elif tag in self.open:
            self._close(tag)

    def handle_data(self, data):
        if not self.skipping:
            (self.out.append if self.table is None else self.table.text)(escape(data))

    def _open(self, tag):
        self.out.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def _close(self, tag):
        while self.open:
            last = self.open.pop()
            self.out.append(f"</{last}>")
            if last == tag:
                return


class _Grid:
    """One table: a caption, head rows and body rows of cells."""

    def __init__(self):
        self.caption = []
        self.head = []
        self.body = []
        self.into = None
        self.in_head = False

    def start(self, tag, attrs):
        if tag in ("thead", "tbody"):
            self.in_head = tag == "thead"
        elif tag == "caption":
            self.into = self.caption
        elif tag == "tr":
            (self.head if self.in_head else self.body).append([])
        elif tag in ("td", "th"):
            self.into = self._cell({"tag": tag, "span": _spans(attrs), "html": []})
        elif tag in INLINE:
            self.text(f"<{tag}>")

    def end(self, tag):
        if tag in ("td", "th", "caption"):
            self.into = None
        elif tag == "thead":
            self.in_head = False
        elif tag in INLINE - VOID:
            self.text(f"</{tag}>")

    def _cell(self, cell):
        rows = self.head if self.in_head else self.body
        if not rows:
            rows.append([])
        rows[-1].append(cell)
        return cell["html"]

    def text(self, html):
        if self.into is not None:
            self.into.append(html)

    def html(self, places):
        for row in [*self.head, *self.body]:
            for cell in row:
                cell["html"] = rebuild("".join(cell["html"]))  # closes what the cell left open
        self._hide_ids()
        numeric = self._numeric()
        head = "".join(_row(row, numeric, "col", places) for row in self.head)
        body = "".join(_row(row, numeric, "row", places) for row in self.body)
        caption = rebuild("".join(self.caption))
        head = f"<thead>{head}</thead>" if head else ""
        many = ' class="many"' if len(numeric) > 8 else ""
        return boxed(f"<table{many}>{head}<tbody>{body}</tbody></table>", caption)

    def _hide_ids(self):
        for place, cell in enumerate(self.head[-1] if self.head else []):
            if cell["html"].lower().replace("_", " ") in PRIVATE:
                for row in self.body:
                    if place < len(row) and not re.fullmatch("[A-Za-z]?", row[place]["html"]):
                        row[place]["html"] = "<small>not shown</small>"

    def _numeric(self):
        """Tell for every column whether its cells are numbers (or missing)."""
        columns = {}
        for row in self.body:
            for place, cell in enumerate(row):
                columns.setdefault(place, []).append(cell["html"])
        return {
            place: any(map(NUMBER.match, cells))
            and all(NUMBER.match(text) or text in ("", "–", "nan") for text in cells)
            for place, cells in columns.items()
        }


def boxed(table, label=""):
    """Put a table into a box that scrolls by itself and can be reached by keyboard.

    `label` is its caption, already escaped; it stands above the table, not in it, so that a
    narrow table does not squeeze it.
    """
    name = re.sub(r"<[^>]+>", "", label).replace('"', "&quot;") or "Table"
    title = f'<p class="caption">{label}</p>' if label else ""
    box = f'<div class="scroll" role="region" tabindex="0" aria-label="{name}">'
    return f"{title}{box}{table}</div>"


def _row(cells, numeric, scope, places):
    parts = []
    for place, cell in enumerate(cells):
        tag = "th" if scope == "col" else cell["tag"]
        kind = _kind(cell["html"], tag, numeric.get(place))
        header = f' scope="{scope}"' if tag == "th" else ""
        chip = places.get(unescape(cell["html"])) if scope == "row" else None
        text = cell["html"] if chip is None else _chipped(cell["html"], chip)
        parts.append(f"<{tag}{cell['span']}{header}{kind}>{text}</{tag}>")
    return f"<tr>{''.join(parts)}</tr>"


def _kind(html, tag, number):
    """Name the class of a cell: a number, a sentence that needs room, or nothing."""
    if number:
        return ' class="num"'
    return ' class="long"' if tag == "td" and len(html) > 30 else ""


def _chipped(name, place):
    return f'<span class="segment"><i class="chip s{place}"></i><span>{name}</span></span>'


def _spans(attrs):
    kept = ((name, attrs.get(name)) for name in ("colspan", "rowspan"))
    return "".join(f' {name}="{value}"' for name, value in kept if (value or "").isdigit())
