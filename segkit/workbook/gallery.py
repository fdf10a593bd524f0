"""The gallery: one short notebook per approach, each of which runs alone, on any study.

They lie in `notebooks/approaches/`, stand beside the chain and are no part of its report. An
executed copy, a page that stands alone, the definition and the members are left in the run
folder of the study, under `approaches/`.
"""

import contextlib
from difflib import get_close_matches

from segkit import study as studies
from segkit.study import StudyError
from segkit.workbook import notebook, parameters, run

FOLDER = "approaches"


def names():
    """List the notebooks of the gallery, in the order of the chooser: ["abc", "rfm", …]."""
    from segkit.segments import chooser

    there = {path.stem for path in (studies.root() / "notebooks" / FOLDER).glob("*.ipynb")}
    there |= {path.stem for path in (studies.root() / "notebooks/src" / FOLDER).glob("*.py")}
    return [
        *(n for n in chooser.APPROACHES if n in there),
        *sorted(there - set(chooser.APPROACHES)),
    ]


def stages():
    """List the notebooks as stages: ["approaches/abc", …]."""
    return tuple(f"{FOLDER}/{name}" for name in names())


def called(text):
    """Find the notebook meant by "rfm" or "approaches/rfm": its stage. Raises StudyError."""
    name = text.removeprefix(f"{FOLDER}/").removesuffix(".ipynb").replace("-", "_").lower()
    if name in names():
        return f"{FOLDER}/{name}"
    near = get_close_matches(name, names(), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise StudyError(f"There is no approach {text!r}.{hint} Known: {', '.join(names())}.")


def listing():
    """Describe the gallery: dicts with approach, question, data, study (its own example)."""
    from segkit.segments import chooser

    found = []
    for stage in stages():
        name = stage.removeprefix(f"{FOLDER}/")
        about = chooser.room(name).ABOUT if name in chooser.APPROACHES else None
        content = notebook.read(studies.root() / "notebooks" / f"{stage}.ipynb")
        told = {"question": about.question, "data": about.data} if about else {}
        study = parameters.declared(content)["STUDY"].value
        found.append({"approach": name, **told, "study": study})
    return found


def show(text, *, study="", given=(), console=None):
    """Run one notebook of the gallery on a study; returns the path of its page.

    `study` is a study's name (default: the notebook's own example), `given` are texts
    "NAME=VALUE". Raises StudyError for what the user can mend, NotebookFailed when it stops.
    """
    stage = called(text)
    content = notebook.read(studies.root() / "notebooks" / f"{stage}.ipynb")
    chosen = studies.load(study or parameters.declared(content)["STUDY"].value)
    content = _settled(stage, content, chosen, given)
    path = run.folder(chosen)
    with run.lock(path):
        executed = _execute(stage, content, path, console)
    return _page(executed, stage, chosen, path)


def filled(study):
    """Give all notebooks of the gallery with a study's own parameters: {stage: content}."""
    home = studies.root() / "notebooks"
    books = {stage: notebook.read(home / f"{stage}.ipynb") for stage in stages()}
    return {stage: _settled(stage, content, study, ()) for stage, content in books.items()}


def _settled(stage, content, study, given):
    """Write the parameters into a notebook; of the study's, those that the notebook has."""
    known = parameters.declared(content)
    own = {name: value for name, value in study.parameters.items() if name in known}
    narrowed = study.model_copy(update={"parameters": own})
    settled, _ = parameters.settle({stage: known}, study=narrowed, given=given)
    return parameters.fill(content, settled[stage])


def _execute(stage, content, path, console):
    from segkit.workbook import kernels, progress

    addresses = {"SEGKIT_HOME": str(studies.root()), "SEGKIT_RUNS": str(path.parent)}
    place = kernels.Place(studies.root(), kernels.environment(**addresses, SEGKIT_RUN=path.name))
    job = kernels.Job(stage, content)
    watcher = progress.watcher(console, [job]) if console else kernels.Watcher()
    with watcher:
        failed = kernels.execute([job], place=place, watcher=watcher)
    studies.atomic(path / f"{stage}.ipynb", notebook.write(job.content))
    if failed:
        under = f", under “{failed.failure.heading}”" if failed.failure.heading else ""
        raise run.NotebookFailed(
            f"{stage} stopped at code cell {failed.failure.cell}{under}:\n{failed.failure.reason}\n"
            f"What it did until then: {run.shown(path / (stage + '.ipynb'))}"
        )
    return job.content


def _page(content, stage, study, path):
    from segkit.workbook import report

    page = path / f"{stage}.html"
    studies.atomic(page, report.approach(content, stage=stage, study=study).encode())
    with contextlib.suppress(OSError):
        page.chmod(0o644)
    return page
