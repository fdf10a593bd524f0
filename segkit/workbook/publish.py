"""Publish: from the text sources to the committed notebooks.

    python -m segkit.workbook.publish            all notebooks: chain, gallery, lessons
    python -m segkit.workbook.publish 04 05      these, after whatever they need
    python -m segkit.workbook.publish rfm        one of the gallery
    python -m segkit.workbook.publish lessons    the lessons; one alone is lessons/NAME
    python -m segkit.workbook.publish --check    do text and notebooks agree?

What is reviewed and edited is `notebooks/src/NN_name.py` (`approaches/NAME.py`, `lessons/NAME.py`
there); what is read on the web is `notebooks/NN_name.ipynb` with its outputs. Publishing runs the
chain in a run folder of its own and keeps of the result only what is the same on every run: cell
names come from the content, no clock, no path, no version of anything. A notebook that warns, shows
a path of this machine or the address of an object in memory is refused.
"""

import argparse
import os
import re
import sys
from collections import Counter
from hashlib import blake2b

from rich.console import Console

from segkit import study as studies
from segkit.study import STAGES, StudyError
from segkit.workbook import gallery, notebook, parameters, run

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py"},
}
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
LESSONS = "lessons"
PICTURES = ("image/png", "image/jpeg")


def publish(stages, *, fresh=False, console=None):
    """Execute the notebooks `stages` and all they need; return the names of changed files.

    Raises StudyError when an output is not fit to be published, and
    `segkit.workbook.run.NotebookFailed` when a notebook stops.
    """
    os.environ.update(SEGKIT_RUNS=str(studies.root() / "runs" / ".published"), SEGKIT_RUN="")
    chain = [stage for stage in stages if stage in STAGES]
    executed = _chain(chain, fresh=fresh, console=console) if chain else {}
    executed |= _alone([s for s in stages if s not in STAGES], console=console)
    changed = []
    for stage in stages:
        path, content = _book(stage), notebook.write(scrubbed(stage, executed[stage]))
        if not path.is_file() or path.read_bytes() != content:
            studies.atomic(path, content, shared=True)
            changed.append(f"{stage}.ipynb")
    return [*changed, *gallery.tell()]


def _chain(stages, *, fresh, console):
    """Execute notebooks of the chain and all before them: {stage: content}."""
    last = STAGES.index(max(stages))
    contents = {s: from_text(s) for s in STAGES[: last + 1] if _text(s).is_file() or s in stages}
    path = _execute(contents, fresh=fresh, console=console)
    return {stage: notebook.read(path / "notebooks" / f"{stage}.ipynb") for stage in stages}


def _alone(stages, *, console):
    """Execute notebooks of the gallery and lessons, each alone: {stage: content}."""
    from segkit.workbook import kernels, progress

    if not stages:
        return {}
    jobs = [kernels.Job(stage, from_text(stage)) for stage in stages]
    place = kernels.Place(studies.root(), kernels.environment(SEGKIT_HOME=str(studies.root())))
    watcher = progress.watcher(console, jobs) if console else kernels.Watcher()
    with watcher:
        failed = kernels.execute(jobs, place=place, watcher=watcher)
    if failed:
        where = f"{failed.stage} stopped at code cell {failed.failure.cell}"
        raise run.NotebookFailed(f"{where}: {failed.failure.reason}")
    return {job.stage: job.content for job in jobs}


def lessons():
    """List the lessons as stages: ("lessons/duplicates", …)."""
    found = sorted((studies.root() / "notebooks" / "src" / LESSONS).glob("*.py"))
    return tuple(f"{LESSONS}/{path.stem}" for path in found)


def everything():
    """List all notebooks that are published: the chain, the gallery, the lessons."""
    return (*STAGES, *gallery.stages(), *lessons())


def from_text(stage):
    """Read `notebooks/src/STAGE.py` as a notebook without outputs, its cells named by content."""
    import jupytext

    path = _text(stage)
    if not path.is_file():
        raise StudyError(f"notebooks/src/{path.name} is missing.")
    book = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    seen = Counter()
    cells = [_cell(stage, cell, seen) for cell in book.cells]
    return {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def scrubbed(stage, content):
    """Keep of an executed notebook what is the same on every run; refuse what must not show."""
    cells = []
    for cell in content["cells"]:
        for output in cell.get("outputs", ()):
            _refuse(stage, cell, output)
        tags = cell["metadata"].get("tags")
        cells.append({**cell, "metadata": {"tags": tags} if tags else {}})
    return {**content, "metadata": METADATA, "cells": cells}


def disagreements(stages=()):
    """List in words where text sources and published notebooks differ; empty when all agree."""
    found = []
    for stage in stages or everything():
        try:
            text, book = from_text(stage), notebook.read(_book(stage))
        except StudyError as error:
            found.append(str(error))
            continue
        if notebook.sources(text) != notebook.sources(book):
            found.append(f"{stage}: text and notebook differ at {_first_difference(text, book)}")
        elif [c["id"] for c in text["cells"]] != [c.get("id") for c in book["cells"]]:
            found.append(f"{stage}: the cells of the notebook have other names")
    return found


def main(arguments=None):
    """Publish or check from the command line; returns the exit code."""
    console = Console()
    parser = argparse.ArgumentParser(prog="python -m segkit.workbook.publish")
    parser.add_argument("notebooks", nargs="*", metavar="NN", help="which ones (default: all)")
    parser.add_argument("--check", action="store_true", help="only compare text and notebooks")
    parser.add_argument("--fresh", action="store_true", help="execute all again")
    asked = parser.parse_args(arguments)
    try:
        stages = tuple(dict.fromkeys(s for text in asked.notebooks for s in _called(text)))
        if asked.check:
            found = disagreements(stages)
            told = [*found, "Bring them together: make notebooks"] if found else ["They agree."]
            _say(console, "\n".join(told))
            return bool(found)
        wanted = stages or everything()
        changed = publish(wanted, fresh=asked.fresh, console=console)
    except (StudyError, run.NotebookFailed) as error:
        _say(Console(stderr=True, style="red"), str(error))
        return 1
    _say(console, f"changed {', '.join(changed)}" if changed else "nothing changed")
    return 0


def _called(text):
    if text == LESSONS:
        return lessons()
    if text in lessons():
        return (text,)
    try:
        return (run.stage_called(text),)
    except StudyError:
        return (gallery.called(text),)


def _say(console, text):
    if console:
        console.print(text, highlight=False, markup=False, soft_wrap=True)


def _execute(contents, *, fresh, console):
    """Run the notebooks as they stand, with their own parameters and no others."""
    study = studies.load("grocery")
    settled = {
        stage: {name: p.value for name, p in parameters.declared(content).items()}
        for stage, content in contents.items()
    }
    path = run.folder(study)
    with run.lock(path):
        chain = run.describe(run.Setting(study, contents, settled), path)
        reasons = run.due(chain, fresh=fresh)
        for stage, reason in reasons.items():
            _say(console, f"{stage}: {reason}")
        run.perform(chain, reasons, console=console, fresh=fresh)
    return path


def _cell(stage, cell, seen):
    """Make a cell whose id follows from its notebook and content (and repetition)."""
    key = f"{stage}/{cell.cell_type}/{cell.source}"
    seen[key] += 1
    name = blake2b(f"{key}/{seen[key]}".encode(), digest_size=6).hexdigest()
    made = {"cell_type": cell.cell_type, "id": name, "metadata": {}, "source": cell.source}
    if tags := cell.metadata.get("tags"):
        made["metadata"] = {"tags": tags}
    return made | ({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})


def _refuse(stage, cell, output):
    """Raise StudyError when an output must not be published."""
    start = cell["source"].splitlines()[0]
    if output.get("name") == "stderr":
        raise StudyError(f"{stage}: the cell “{start}” warns: {''.join(output['text']).strip()}")
    data = {k: v for k, v in output.get("data", {}).items() if k not in PICTURES}
    shown = "".join("".join(text) for text in [*data.values(), output.get("text", "")])
    places = [str(studies.root()), os.path.expanduser("~"), sys.prefix]
    if ADDRESS.search(shown) or any(place in shown for place in places if len(place) > 1):
        raise StudyError(f"{stage}: the cell “{start}” shows a path or an address in memory.")


def _first_difference(text, book):
    pairs = zip(notebook.sources(text), notebook.sources(book), strict=False)
    for place, (mine, theirs) in enumerate(pairs, start=1):
        if mine != theirs:
            return f"cell {place}: {mine[1].splitlines()[:1]}"
    return f"the end: {len(text['cells'])} cells and {len(book['cells'])}"


def _text(stage):
    return studies.root() / "notebooks" / "src" / f"{stage}.py"


def _book(stage):
    return studies.root() / "notebooks" / f"{stage}.ipynb"


if __name__ == "__main__":
    raise SystemExit(main())
