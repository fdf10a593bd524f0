"""Notebooks as plain data, read without any notebook library.

A notebook is a JSON file (`.ipynb`); its text source gives the same cells (`publish.from_text`), so
the parameter check, the freshness key and the style tests do not care which one they look at. Only
what is executed needs nbformat.
"""

import json
import re

from segkit.study import StudyError

HEADING = re.compile(r"^#{1,6}\s+(?P<words>.+?)\s*#*$", re.MULTILINE)


def read(path):
    """Read a notebook as {"cells": [...], ...} with sources as one string.

    Raises StudyError when the file is missing or is no notebook.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            cell["source"] = "".join(cell["source"])
    except FileNotFoundError:
        missing = f"The notebook {path.name} is missing. Publish it: make notebooks"
        raise StudyError(missing) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyError(f"{path.name} is no notebook that can be read: {error}") from None
    return content


def tagged(content, tag):
    """Return the first cell that carries `tag`, or None."""
    return next((c for c in content["cells"] if tag in c.get("metadata", {}).get("tags", [])), None)


def code(content):
    """List the sources of the code cells that hold anything, in order."""
    return [c["source"] for c in content["cells"] if c["cell_type"] == "code" and c["source"]]


def heading(content, place):
    """Return the words of the last heading at or above the cell at `place` (0-based), or ""."""
    above = [c["source"] for c in content["cells"][: place + 1] if c["cell_type"] == "markdown"]
    return ["", *(words for source in above for words in HEADING.findall(source))][-1]


def sources(content):
    """Return what a reader can edit: [[cell type, source, tags], ...]."""
    return [
        [cell["cell_type"], cell["source"], sorted(cell.get("metadata", {}).get("tags", []))]
        for cell in content["cells"]
    ]


def without_outputs(content):
    """Return a copy of the notebook as it is before anything has run."""
    bare = json.loads(json.dumps(content))
    for cell in bare["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return bare


def write(content):
    """Return the notebook as the bytes of an `.ipynb` file, laid out as Jupyter does."""
    lines = json.loads(json.dumps(content))
    for cell in lines["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            _split(output, ["text"])
            _split(data, [k for k in data if k.startswith("text/") or k == "image/svg+xml"])
    return (json.dumps(lines, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _split(texts, names):
    for name in names:
        if isinstance(texts.get(name), str):
            texts[name] = texts[name].splitlines(keepends=True)
