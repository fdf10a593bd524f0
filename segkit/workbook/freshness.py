"""Freshness: which notebooks must run again, and why.

A notebook's result depends on its cells, its parameters, the code of `segkit` (without the
workbook itself), the libraries, the study's input files, and the notebooks before it. Each of
these parts is written into the run's `manifest.json` when the notebook has finished, together
with the fingerprints of all it left behind. The next run compares part by part, so it can say
why something runs again. A notebook that did not finish has no entry and runs again.
"""

import hashlib
import json
import platform
import re
from importlib import metadata
from pathlib import Path

import segkit
from segkit import study as studies
from segkit.workbook import notebook

CODE = (".py", ".yaml", ".csv", ".txt", ".mplstyle")
"""Kinds of files of segkit on which a result may depend."""

FORMAT = 1
"""Version of the manifest; a manifest of another version counts as empty."""

REASONS = {
    "study": "the study file changed",
    "cells": "the notebook changed",
    "segkit": "the code of segkit changed",
    "libraries": "a library has another version",
    "inputs": "the study's data changed",
    "kept": "the kept segmentation changed",
    "corrections": "the corrections changed",
    "upstream": "an earlier notebook runs again",
}


def manifest(path):
    """Read the manifest of the run folder `path`; an absent or unreadable one is empty."""
    content = studies.noted(path / "manifest.json")
    if content.get("format") == FORMAT:
        return content
    return {"format": FORMAT, "notebooks": {}, "inputs": {}, "report": {}}


def keep(path, content):
    """Write the manifest atomically into the run folder."""
    text = json.dumps(content, indent=1, ensure_ascii=False, default=str)
    studies.atomic(path / "manifest.json", (text + "\n").encode())


CORRECTED = "05"
"""From this notebook on a run depends on the study's corrections."""


SETTLED = "04"
"""From this notebook on a run depends on the segmentation the study keeps."""


def parts(contents, settled, alike, *, corrections="", kept=""):
    """Describe what each notebook depends on: {notebook: {part: digest or parameters}}.

    `contents` maps notebooks, in order, to their filled cells; `settled` to their parameters;
    `alike` holds the parts all notebooks share (see `shared`), `corrections` and `kept` digests of
    what lies beside the study.
    """
    described, upstream = {}, ""
    for stage, content in contents.items():
        study = {n: v.partition(studies.AS)[0] for n, v in settled[stage].items() if n == "STUDY"}
        own = {"parameters": settled[stage] | study, "cells": digest(notebook.sources(content))}
        own |= {**alike, "corrections": corrections if stage >= CORRECTED else ""}
        own |= {"kept": kept if stage >= SETTLED else ""}
        described[stage] = {**own, "upstream": upstream}
        upstream = digest(described[stage])
    return described


def shared(study, inputs):
    """Describe what all notebooks of a study depend on, besides their cells."""
    return {
        "study": digest(study.model_dump(mode="json", exclude={"parameters"})),
        "segkit": package(),
        "libraries": digest(versions()),
        "inputs": digest({name: entry["sha"] for name, entry in inputs.items()}),
    }


def why(entry, described, path, stage):
    """Say in words why the notebook must run, or return "" when its results still hold.

    `entry` is what the manifest remembers of it (None: it never finished).
    """
    if not entry:
        return "it has not run yet"
    old, new = entry["parts"].get("parameters", {}), described["parameters"]
    changed = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    if changed:
        return ", ".join(f"{n} {old.get(n, '–')} → {new.get(n, '–')}" for n in changed)
    for part, words in REASONS.items():
        if entry["parts"].get(part, "") != described[part]:
            return words
    return _damaged(entry, path, stage)


def left_by(path, stage):
    """Fingerprint what the notebook left in the run folder: {file name: SHA-256}.

    Covers its artefacts and its executed copy.
    """
    ledger = studies.noted(path / "artefacts.json")
    names = sorted(name for name, entry in ledger.items() if entry.get("by") == stage)
    files = [*names, f"notebooks/{stage}.ipynb"]
    return {name: studies.fingerprint(path / name) for name in files if (path / name).is_file()}


def inputs(paths, remembered):
    """Fingerprint the study's input files: {label: {"sha", "size", "changed"}}.

    A file with the size and time of change that `remembered` has is not read again. Raises
    StudyError when a file is not there or cannot be read.
    """
    found = {}
    for path in sorted(map(Path, paths)):
        label = _label(path)
        try:
            found[label] = studies.fingerprinted(path, remembered.get(label, {}))
        except OSError as error:
            raise studies.StudyError(
                f"The study's file {label} cannot be read: {error.strerror}. Put it there, or name "
                "the right one under `tables:` in the study file."
            ) from None
    return found


def package():
    """Fingerprint the code of segkit that notebooks use: all but `workbook` and `newcomer`."""
    folder = Path(segkit.__file__).parent
    files = {str(p.relative_to(folder)): p for p in folder.rglob("*.*") if p.suffix in CODE}
    used = [name for name in files if not name.startswith(("workbook", "newcomer"))]
    return digest({name: studies.fingerprint(files[name]) for name in used})


def versions():
    """Return the version of Python and of each library segkit asks for: {name: version}."""
    found = {"python": platform.python_version(), "segkit": segkit.__version__}
    for line in metadata.requires("segkit") or ():
        name = re.match(r"[A-Za-z0-9._-]+", line)[0]
        if "extra ==" not in line:
            found[name] = metadata.version(name)
    return dict(sorted(found.items()))


def digest(value):
    """Return a SHA-256 of anything JSON can write, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _damaged(entry, path, stage):
    copy = f"notebooks/{stage}.ipynb"
    for name, sha in entry.get("left", {}).items():
        file = path / name
        if not file.is_file():
            return f"{name} is missing"
        if studies.fingerprint(file) != sha:
            return "its executed copy was edited" if name == copy else f"{name} was changed"
    return ""


def _label(path):
    """Name an input without saying where on this machine it lies, where that can be."""
    if path.is_relative_to(studies.root()):
        return path.relative_to(studies.root()).as_posix()
    return path.as_posix().rpartition("/site-packages/")[2]
