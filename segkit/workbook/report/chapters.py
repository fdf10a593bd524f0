"""The executed notebooks, each turned into one chapter of the report.

Idea: nbconvert's exporter with a template of our own (`templates/chapter`), because the stock
ones fetch scripts and fonts from outside. Prose and results are shown, code is folded away
behind "Code", the parameters become a table. A notebook that stopped with an error makes no
chapter: the report is refused and the last good one stays.
"""

import base64
import re
from dataclasses import replace
from html import escape
from itertools import takewhile
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbconvert.filters import strip_ansi
from nbformat.v4.rwbase import rejoin_lines

from segkit.study import STAGES, StudyError
from segkit.workbook import notebook, parameters
from segkit.workbook.report import markup, prose

TEMPLATES = Path(__file__).parents[1] / "templates"
SETTINGS = {"parameters", "injected-parameters"}


class Exporter(TemplateExporter):
    """nbconvert's exporter with our template and with escaping switched on."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def _create_environment(self):
        environment = super()._create_environment()
        environment.autoescape = True
        return environment


def gather(folder, *, places=None):
    """Read the executed notebooks of a run and render them, in the order of the chain.

    `folder` is the run's `notebooks` folder, `places` maps segment names to their place in the
    order. Returns a list of chapters: {stage, number, anchor, title, sections, html, settings};
    `html` is None for a notebook that is not part of this run. Raises StudyError when there is
    none at all, or when one holds an error.
    """
    found = {stage: folder / f"{stage}.ipynb" for stage in STAGES}
    present = [stage for stage, path in found.items() if path.is_file()]
    if not present:
        raise StudyError(
            f"runs/{folder.parent.name} has no executed notebooks to report on. "
            f"Run the chain first: segkit run {folder.parent.name}"
        )
    contents = {stage: notebook.read(found[stage]) for stage in present}
    for stage, content in contents.items():
        _refuse_errors(stage, content)
    exporter = Exporter(template_paths=[str(TEMPLATES / "chapter")])
    parts = [_chapter(exporter, stage, contents, places or {}) for stage in STAGES]
    return _linked(parts)


def alone(stage, content):
    """Render one executed notebook that is no part of a chain; see `gather` for the dict.

    Raises StudyError when it holds an error.
    """
    _refuse_errors(stage, content)
    exporter = Exporter(template_paths=[str(TEMPLATES / "chapter")])
    part = _chapter(exporter, stage, {stage: content}, {})
    return {**part, "html": Markup(part["html"])}


def settings(content):
    """List the parameters a notebook ran with: [Parameter(name, value, comment), …]."""
    found = {}
    for cell in content["cells"]:
        tagged = SETTINGS & set(cell.get("metadata", {}).get("tags", []))
        for new in _declared(cell) if tagged else ():
            comment = new.comment or found.get(new.name, new).comment
            found[new.name] = replace(new, comment=comment)
    return list(found.values())


def _chapter(exporter, stage, contents, places):
    chapter = prose.Chapter(stage, contents)
    if stage not in contents:
        return _as_dict(chapter, html=None, settings=[])
    content = contents[stage]
    exporter.register_filter("prose", lambda text: Markup(chapter.render(text)))
    exporter.register_filter("safe_html", lambda html: Markup(markup.rebuild(html, places=places)))
    exporter.register_filter("picture", picture)
    exporter.register_filter("plain_text", strip_ansi)
    node = rejoin_lines(nbformat.from_dict(content))
    _mark_bare(node.cells)
    given = settings(content)
    html, _ = exporter.from_notebook_node(node, resources={"settings": given})
    return _as_dict(chapter, html=html, settings=given)


def _as_dict(chapter, *, html, settings):
    title = chapter.title or chapter.stage[3:].replace("_", " ").capitalize()
    known = {name: getattr(chapter, name) for name in ("stage", "number", "anchor", "sections")}
    return {**known, "title": title, "settings": settings, "html": html}


def _mark_bare(cells):
    """Mark headings with nothing but silent code below: on paper, they would stand alone."""
    for place, cell in enumerate(cells):
        below = list(takewhile(lambda one: one.cell_type == "code", cells[place + 1 :]))
        after = cells[place + 1 + len(below) :]
        closed = not after or 0 < _level(after[0]) <= _level(cell)
        alone = _level(cell) > 0 and "\n" not in cell.source.strip()
        silent = bool(below) and not any(one.outputs for one in below)
        cell.metadata["bare"] = alone and silent and closed


def _level(cell):
    """Return the level of the heading a cell begins with; 0 for none."""
    source = cell.source.strip() if cell.cell_type == "markdown" else ""
    return len(source) - len(source.lstrip("#"))


def _linked(parts):
    """Check the links within the page, now that all anchors are known."""
    whole = "".join(part["html"] or "" for part in parts)
    known = {part["anchor"] for part in parts} | set(re.findall(r'id="(chapter-[^"]+)"', whole))
    for part in parts:
        if part["html"]:
            part["html"] = Markup(prose.mend(part["html"], known))
    return parts


def _refuse_errors(stage, content):
    for place, cell in enumerate(content["cells"]):
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                under = notebook.heading(content, place)
                number = len(notebook.code({"cells": content["cells"][: place + 1]}))
                where = f"code cell {number}" + (f", under “{under}”" if under else "")
                reason = f"{output['ename']}: {output['evalue']}"
                raise StudyError(
                    f"The notebook {stage} stopped in {where}: {reason}. No report was made from "
                    "it; the last good one is untouched. Mend it and run again."
                )


def picture(data, mime, metadata, text=""):
    """Return the <img> of one output, with its words for those who cannot see it."""
    svg = mime == "image/svg+xml"
    content = base64.b64encode(data.encode()).decode() if svg else data.replace("\n", "")
    spoken = "Figure" if not text or text.startswith("<") else text  # no name Python gives it
    alt = metadata.get(mime, {}).get("alt") or metadata.get("alt") or spoken
    source = f"data:{mime};base64,{content}"
    return Markup(f'<img src="{source}" alt="{escape(alt)}"{_size(mime, content)}>')


def _size(mime, content):
    """Read width and height from a PNG's header, so that the page does not jump."""
    if mime != "image/png":
        return ""
    head = base64.b64decode(content[:32])
    width, height = (int.from_bytes(head[at : at + 4], "big") for at in (16, 20))
    return f' width="{width}" height="{height}"'


def _declared(cell):
    """List the parameters of one tagged cell; an unreadable one lists none."""
    tagged = {**cell, "metadata": {"tags": ["parameters"]}}
    try:
        return list(parameters.declared({"cells": [tagged]}).values())
    except StudyError:
        return []
