"""A copy to work in: the notebooks of one study, its parameters filled in, in JupyterLab.

The copy lies in `runs/NAME/workbook/`, the gallery in `approaches/` there, so the published
notebooks stay as they are. A notebook that has run with the same cells comes with its outputs.
What the user has edited is never overwritten: it stays, or, when there is something newer to
show, is put aside first.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from segkit import study as studies
from segkit.study import StudyError
from segkit.workbook import freshness, gallery, notebook, parameters
from segkit.workbook.run import decide, folder, put_aside

ENCRYPTED = "--MappingKernelManager.transport_encryption"


@dataclass
class Prepared:
    """The folder with the copies; which edits were kept in place, which were put aside."""

    path: Path
    kept: list = field(default_factory=list)
    aside: list = field(default_factory=list)


def prepare(name, *, given=()):
    """Lay out the notebooks of the study `name` in its run folder; returns Prepared.

    `given` are texts "NAME=VALUE", as for a run.
    """
    setting = decide(name, given=given)
    home = folder(setting.study) / "workbook"
    prepared, ledger = Prepared(home), studies.noted(home / studies.PREPARED)
    chain = {stage: (book, setting.settled[stage]) for stage, book in setting.contents.items()}
    for stage, (book, settled) in {**chain, **gallery.settled(setting.study)}.items():
        filled = parameters.fill(book, settled)
        ledger[stage] = _lay_out(home / f"{stage}.ipynb", filled, ledger.get(stage), prepared)
    studies.atomic(home / studies.PREPARED, (json.dumps(ledger, indent=1) + "\n").encode())
    return prepared


def start(prepared, *, options=()):
    """Start JupyterLab on the prepared copy; returns its exit code when the user ends it."""
    run = prepared.path.parent
    addresses = {"SEGKIT_RUNS": str(run.parent), "SEGKIT_RUN": ""}  # the copies name their run
    command = [sys.executable, "-m", "jupyterlab", str(prepared.path / "01_goals.ipynb")]
    settings = [f"--ServerApp.root_dir={prepared.path}", f"{ENCRYPTED}=auto", *options]
    environment = {**os.environ, "SEGKIT_HOME": str(studies.root()), **addresses}
    try:
        return subprocess.run([*command, *settings], env=environment, check=False).returncode
    except OSError as error:
        raise StudyError(f"JupyterLab could not be started: {error}. Set up again: make") from None


def _lay_out(path, filled, before, prepared):
    """Write one copy unless the user's own edits are the newest; return its fingerprint."""
    new = freshness.digest(notebook.sources(filled))
    if path.is_file():
        there = freshness.digest(notebook.sources(notebook.read(path)))
        if there == new:
            return new
        if there != before and before == new:
            prepared.kept.append(path.name)
            return new
        if there != before:
            prepared.aside.append(put_aside(path).name)
    studies.atomic(path, notebook.write(_with_outputs(path, filled)))
    return new


def _with_outputs(path, filled):
    """Take the executed copy of the last run when its cells are the same."""
    gallery_ = path.parent.name == gallery.FOLDER
    executed = path.parents[2 if gallery_ else 1] / (gallery.FOLDER if gallery_ else "notebooks")
    executed /= path.name
    if executed.is_file():
        content = notebook.read(executed)
        if notebook.sources(content) == notebook.sources(filled):
            return content
    return notebook.without_outputs(filled)
