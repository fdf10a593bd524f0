"""The gallery: one short notebook per approach, each of which runs alone, on any study.

They lie in `notebooks/approaches/`, stand beside the chain and are no part of its report. An
executed copy, a page that stands alone, the definition and the members are left in the run
folder of the study, under `approaches/`.
"""

from segkit import study as studies
from segkit.study import StudyError, nearest, shown
from segkit.workbook import notebook, parameters, run

FOLDER = "approaches"

BESIDE = {
    "crm_reports": (
        "What do our groups live on?",
        "orders, better with products; advertising for its last part",
    ),
    "experiments": (
        "Does it work, how much, and for whom?",
        "a test: people, arm, what came of it; customer ids are not needed. To plan one: orders",
    ),
    "placing": (
        "Which few questions tell where a new customer belongs?",
        "segments that were kept, or what any approach needs; best a survey",
    ),
}
"""Question and data of notebooks that are no approach of their own."""


def names():
    """List the notebooks of the gallery, in the order of the approaches: ["abc", "rfm", …]."""
    from segkit.segments import approaches

    there = {path.stem for path in (studies.root() / "notebooks" / FOLDER).glob("*.ipynb")}
    there |= {path.stem for path in (studies.root() / "notebooks/src" / FOLDER).glob("*.py")}
    known = approaches.names()
    return [*(name for name in known if name in there), *sorted(there - set(known))]


def stages():
    """List the notebooks as stages: ["approaches/abc", …]."""
    return tuple(f"{FOLDER}/{name}" for name in names())


def called(text):
    """Find the notebook meant by "rfm" or "approaches/rfm": its stage. Raises StudyError."""
    name = text.removeprefix(f"{FOLDER}/").removesuffix(".ipynb").replace("-", "_").lower()
    if name in names():
        return f"{FOLDER}/{name}"
    near = nearest(name, names())
    raise StudyError(f"There is no approach {text!r}.{near} Known: {', '.join(names())}.")


def listing():
    """Describe what is published: dicts with approach, question, data, study (its own example)."""
    from segkit.segments import approaches

    found = []
    for name in names():
        path = studies.root() / "notebooks" / FOLDER / f"{name}.ipynb"
        if path.is_file():
            about = approaches.room(name).ABOUT if name in approaches.names() else None
            question, data = (about.question, about.data) if about else BESIDE.get(name, ("", ""))
            study = parameters.declared(notebook.read(path))["STUDY"].value
            row = {"approach": name, "question": question, "data": data, "study": study}
            found.append(row)
    return found


def markdown():
    """Write the gallery as a Markdown table: approach, question, data it needs, notebook."""
    lines = ["| approach | question | data it needs | notebook |", "|---|---|---|---|"]
    for row in listing():
        label = row["approach"].replace("_", " ")
        link = f"[{row['study']}](notebooks/{FOLDER}/{row['approach']}.ipynb)"
        lines.append(f"| {label} | {row['question']} | {row['data']} | {link} |")
    return "\n".join(lines)


def tell():
    """Write the gallery's table into the README; returns the files changed (none or one)."""
    path = studies.root() / "README.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    head, *_ = table = markdown().splitlines()
    before, found, after = text.partition(head)
    rest = after.splitlines(keepends=True)
    end = next((n for n, line in enumerate(rest) if n and line[:1] != "|"), len(rest))
    told = "\n".join([*table, ""]) + "".join(rest[end:])
    if not found or text == before + told:
        return []
    studies.atomic(path, (before + told).encode(), shared=True)
    return [path.name]


def show(names, *, study="", given=(), console=None):
    """Run notebooks of the gallery on a study; returns the paths of their pages, in their order.

    `names` are approaches (["rfm", "clv"]), `study` is a study's name (default: each notebook's
    own example), `given` are texts "NAME=VALUE" that each of them must have. Raises StudyError for
    what the user can mend before anything runs, and NotebookFailed when one stops.
    """
    from segkit.workbook import kernels

    groups = {}
    for stage in dict.fromkeys(map(called, names)):
        content = notebook.read(studies.root() / "notebooks" / f"{stage}.ipynb")
        chosen = studies.load(study or parameters.declared(content)["STUDY"].value)
        jobs = groups.setdefault(chosen.name, (chosen, {}))[1]
        values = _settled(stage, content, chosen, given)
        jobs[stage] = kernels.Job(stage, content, parameters.changed(content, values))
    pages = {}
    for chosen, jobs in groups.values():
        pages |= _perform(list(jobs.values()), chosen, console)
    return [pages[called(name)] for name in names]


def settled(study):
    """Give all notebooks of the gallery with a study's parameters: {stage: (content, {…})}."""
    home = studies.root() / "notebooks"
    books = {stage: notebook.read(home / f"{stage}.ipynb") for stage in stages()}
    return {stage: (book, _settled(stage, book, study, ())) for stage, book in books.items()}


def _settled(stage, content, study, given):
    """Decide the parameters of a notebook; of the study's, those that the notebook has."""
    known = parameters.declared(content)
    own = {name: value for name, value in study.parameters.items() if name in known}
    narrowed = study.model_copy(update={"parameters": own})
    return parameters.settle({stage: known}, study=narrowed, given=given)[0][stage]


def _perform(jobs, study, console):
    """Execute notebooks on one study, each in a kernel of its own: {stage: page}."""
    from segkit.workbook import kernels, progress

    path = run.folder(study)
    addresses = {"SEGKIT_HOME": str(studies.root()), "SEGKIT_RUNS": str(path.parent)}
    environment = kernels.environment(**addresses, SEGKIT_RUN=path.name)
    watcher = progress.watcher(console, jobs) if console else kernels.Watcher()
    recorder = _Recorder(watcher, study, path)
    with run.lock(path), watcher:
        place = kernels.Place(studies.root(), environment, path)
        failed = kernels.execute(jobs, place=place, watcher=recorder)
    if failed:
        raise run.NotebookFailed(_told(failed, path))
    return recorder.pages


class _Recorder:
    """Keeps the executed copy of each notebook and, unless it failed, makes its page."""

    def __init__(self, watcher, study, path):
        self.study, self.path, self.pages = study, path, {}
        self.watcher, self.started, self.advanced = watcher, watcher.started, watcher.advanced

    def finished(self, job):
        """Write what came of a notebook."""
        from segkit.workbook import report

        studies.atomic(self.path / f"{job.stage}.ipynb", notebook.write(job.content))
        if not job.failure:
            html = report.approach(job.content, stage=job.stage, study=self.study)
            self.pages[job.stage] = self.path / f"{job.stage}.html"
            studies.atomic(self.pages[job.stage], html.encode())
        self.watcher.finished(job)


def _told(job, path):
    under = f", under “{job.failure.heading}”" if job.failure.heading else ""
    return (
        f"{job.stage} stopped at code cell {job.failure.cell}{under}:\n{job.failure.reason}\n"
        f"What it did until then: {shown(path / (job.stage + '.ipynb'))}"
    )
