"""Notebooks as plain data, read without any notebook library.

A notebook is a JSON file (`.ipynb`) or the same cells as text (`py:percent`, one `# %%` line
per cell). Both give the same list of cells, so the parameter check, the freshness key and the
style tests do not care which one they look at. Only what is executed needs nbformat.
"""

import json
import re

from segkit.study import StudyError

MARKER = re.compile(r"^# %%(?P<options>.*)$")
HEADING = re.compile(r"^#{1,6}\s+(?P<words>.+?)\s*#*$", re.MULTILINE)


def read(path):
    """Read a notebook, `.ipynb` or `.py`, as {"cells": [...], ...} with sources as one string.

    Raises StudyError when the file is missing or is no notebook.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = from_percent(text) if path.suffix == ".py" else json.loads(text)
        for cell in content["cells"]:
            cell["source"] = "".join(cell["source"])
    except FileNotFoundError:
        raise StudyError(
            f"The notebook {path.name} is missing. Publish it: make notebooks"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyError(f"{path.name} is no notebook that can be read: {error}") from None
    return content


def from_percent(text):
    """Split `py:percent` text into cells; the header before the first cell is dropped."""
    cells, cell = [], None
    for line in text.splitlines():
        marker = MARKER.match(line)
        if marker:
            cell = _new_cell(marker["options"])
            cells.append(cell)
        elif cell is not None:
            cell["source"].append(line)
    for cell in cells:
        cell["source"] = _joined(cell)
    return {"cells": cells}


def tagged(content, tag):
    """Return the first cell that carries `tag`, or None."""
    for cell in content["cells"]:
        if tag in cell.get("metadata", {}).get("tags", []):
            return cell
    return None


def code(content):
    """List the sources of the code cells that hold anything, in order."""
    return [c["source"] for c in content["cells"] if c["cell_type"] == "code" and c["source"]]


def heading(content, place):
    """Return the words of the last heading at or above the cell at `place` (0-based), or ""."""
    for cell in reversed(content["cells"][: place + 1]):
        found = HEADING.findall(cell["source"]) if cell["cell_type"] == "markdown" else []
        if found:
            return found[-1]
    return ""


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
            _split(data, [kind for kind in data if _words(kind)])
    return (json.dumps(lines, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _split(texts, names):
    for name in names:
        if isinstance(texts.get(name), str):
            texts[name] = texts[name].splitlines(keepends=True)


def _words(kind):
    return kind.startswith("text/") or kind == "image/svg+xml"


def _new_cell(options):
    tags = re.search(r"tags=(\[[^\]]*\])", options)
    return {
        "cell_type": "markdown" if "[markdown]" in options else "code",
        "metadata": {"tags": json.loads(tags[1])} if tags else {},
        "source": [],
    }


def _joined(cell):
    lines = cell["source"]
    if cell["cell_type"] == "markdown":
        lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
    return "\n".join(lines).strip("\n")
