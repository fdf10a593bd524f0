"""Run the chain: seven notebooks from goal to action, then the report.

Only what changed is executed (see `freshness`); every finished notebook is written down at
once, so a run that was killed goes on where it stopped. A notebook that fails keeps its
executed copy with the error and leaves the last good report alone. Two runs never share a
folder at the same time.
"""

import contextlib
import os
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from segkit import scratch
from segkit import study as studies
from segkit.study import DOCUMENTS, STAGES, StudyError, shown
from segkit.workbook import freshness, notebook, parameters


class NotebookFailed(Exception):
    """A notebook stopped: the message says which, where, why, and what is kept."""


@dataclass
class Setting:
    """What is to be run: a study and its notebooks with every parameter decided.

    `contents` holds the notebooks as published by name, in order; `settled` their parameters;
    `chosen` those that the study or the user has set.
    """

    study: studies.Study
    contents: dict
    settled: dict
    chosen: dict = field(default_factory=dict)


@dataclass
class Chain:
    """A setting in its run folder: what it depends on and what is remembered there.

    `seen` is the state in which the study's database was found (see `sources.databases.states`).
    """

    setting: Setting
    path: Path
    parts: dict
    manifest: dict
    seen: dict = field(default_factory=dict)


@dataclass
class Outcome:
    """What a run did: which notebooks ran and why, and where the report is."""

    study: studies.Study
    path: Path
    ran: dict = field(default_factory=dict)
    seconds: float = 0.0
    report: Path | None = None
    report_built: bool = False

    @property
    def reused(self):
        """List the notebooks whose results still held."""
        return [stage for stage in STAGES if stage not in self.ran]


def run(name, *, given=(), since="", fresh=False, console=None):
    """Run the study `name` and return an Outcome.

    `given` are texts "NAME=VALUE"; `since` forces everything from one notebook on ("04");
    `fresh` forces all. Raises StudyError for what the user can mend before anything runs, and
    NotebookFailed when a notebook stops.
    """
    began = time.perf_counter()
    forced = stage_called(since) if since else ""
    setting = decide(name, given=given)
    path = folder(setting.study)
    with lock(path):
        chain = describe(setting, path)
        outcome = Outcome(setting.study, path, ran=due(chain, since=forced, fresh=fresh))
        perform(chain, outcome.ran, console=console, fresh=fresh)
        remember(chain, outcome)
        with console.status("Writing the report") if console else contextlib.nullcontext():
            outcome.report, outcome.report_built = report(chain)
        outcome.seconds = time.perf_counter() - began
        if outcome.ran or outcome.report_built:
            done = {"finished": _now(), "seconds": round(outcome.seconds, 2)}
            freshness.keep(chain.path, {**chain.manifest, **done})
    return outcome


def stage_called(text):
    """Find the notebook meant by "4", "04", "segments" or "04_segments"."""
    for stage in STAGES:
        number, _, name = stage.partition("_")
        if text.removesuffix(".ipynb") in (stage, number, number.lstrip("0"), name):
            return stage
    raise StudyError(f"There is no notebook {text!r}. The notebooks are: {', '.join(STAGES)}.")


def decide(name, *, given=()):
    """Read the study and its notebooks, check and fill in the parameters; returns a Setting."""
    study, home = studies.load(name), studies.root() / "notebooks"
    contents = {stage: notebook.read(home / f"{stage}.ipynb") for stage in STAGES}
    known = {stage: parameters.declared(content) for stage, content in contents.items()}
    own = _of_the_chain(study, known, home)
    settled, chosen = parameters.settle(known, study=own, given=given)
    return Setting(study, contents, settled, chosen)


def _of_the_chain(study, known, home):
    """Leave out of a study's parameters, once checked, those that only the gallery has."""
    chain = {name for parameters_ in known.values() for name in parameters_}
    others = set(study.parameters) - chain
    books = sorted((home / "approaches").glob("*.ipynb")) if others else ()
    for book in books:
        there = {f"approaches/{book.stem}": parameters.declared(notebook.read(book))}
        mine = {n: v for n, v in study.parameters.items() if n in others & set(*there.values())}
        parameters.settle(there, study=study.model_copy(update={"parameters": mine}))
        others -= set(mine)
    kept = {n: v for n, v in study.parameters.items() if n in chain | others}
    return study.model_copy(update={"parameters": kept})


def folder(study):
    """Make the run folder of a study; raises StudyError when it cannot be written."""
    path = studies.run_folder(study.name)
    try:
        (scratch.own(path) / "notebooks").mkdir(exist_ok=True)
    except OSError as error:
        raise StudyError(
            f"The run folder {shown(path)} cannot be made: {error.strerror}. "
            "Free or allow it, or name another place: SEGKIT_RUNS=some/folder segkit run ..."
        ) from None
    return path


@contextlib.contextmanager
def lock(path):
    """Hold the run folder for this process; raises StudyError when another one does.

    The operating system lets go of it when the process ends, however it ends; what a killed one
    has left half made is swept away.
    """
    with contextlib.ExitStack() as stack:
        try:
            handle = os.open(path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
            stack.callback(os.close, handle)
            _take(handle, path)
            scratch.sweep(path)
        except OSError as error:
            told = f"Cannot write to {shown(path)}: {error.strerror}. Free or allow that folder."
            raise StudyError(told) from None
        stack.callback(scratch.sweep, path)
        yield


def describe(setting, path):
    """Put together what the run in `path` depends on and what is remembered of the last one."""
    from segkit.data import sources

    old, study = freshness.manifest(path), setting.study
    seen = _look(study, path)
    inputs = freshness.inputs(sources.paths(study), old["inputs"])
    inputs |= {label: {"sha": freshness.digest(s), **s} for label, s in seen["tables"].items()}
    shared = freshness.shared(study, inputs)
    corrections = freshness.digest(study.corrections) if study.corrections else ""
    how = {"corrections": corrections, "kept": study.kept.get("key", "")}
    parts = freshness.parts(setting.contents, setting.settled, shared, **how)
    facts = {**_facts(setting, path), "engine": seen["engine"]}
    return Chain(setting, path, parts, {**old, **facts, "inputs": inputs}, seen)


def due(chain, *, since="", fresh=False):
    """Decide which notebooks run and say why: {name: reason}, in order."""
    reasons = {}
    for stage in chain.setting.contents:
        entry = chain.manifest["notebooks"].get(stage)
        reason = freshness.why(entry, chain.parts[stage], chain.path, stage)
        if fresh:
            reason = "all were asked for"
        elif stage == since:
            reason = "it was asked for"
        elif reasons and not reason:
            reason = freshness.REASONS["upstream"]
        if reason:
            reasons[stage] = reason
    return reasons


def perform(chain, reasons, *, console=None, fresh=False):
    """Execute the notebooks that are due; raises NotebookFailed at the first that stops."""
    _forget(chain, reasons)
    if fresh:
        shutil.rmtree(chain.path / "tables", ignore_errors=True)
    if not reasons:
        return
    from segkit.workbook import kernels, progress

    contents, settled = chain.setting.contents, chain.setting.settled
    given = {stage: parameters.changed(contents[stage], settled[stage]) for stage in reasons}
    jobs = [kernels.Job(stage, contents[stage], given[stage]) for stage in reasons]
    place = kernels.Place(studies.root(), kernels.environment(**_addresses(chain)), chain.path)
    watcher = progress.watcher(console, jobs) if console else kernels.Watcher()
    with watcher:
        failed = kernels.execute(jobs, place=place, watcher=_Recorder(chain, watcher))
    shutil.rmtree(chain.path / ".spark", ignore_errors=True)
    if failed:
        raise NotebookFailed(_told(chain, failed))


def report(chain):
    """Build both documents when one is missing or anything changed: (the paper, whether built)."""
    paths = [chain.path / name for name in DOCUMENTS]
    told = [chain.parts, _report_code(), chain.setting.study.title, _remembered(chain)]
    key = freshness.digest(told)
    known = chain.manifest["report"]
    made = [studies.fingerprint(path) if path.is_file() else None for path in paths]
    if known.get("key") == key and known["sha"] == made:
        return paths[0], False
    from segkit.workbook import report as builder

    builder.build(chain.path, chain.setting.study)
    made = [studies.fingerprint(path) for path in paths]
    chain.manifest["report"] = {"key": key, "sha": made}
    return paths[0], True


def _remembered(chain):
    """Name the snapshots that a report may speak of."""
    from segkit import memory

    return [each.path.name for each in memory.snapshots(chain.path)]


def remember(chain, outcome):
    """Take a snapshot of a finished run, unless nothing ran since the last one."""
    from segkit import memory

    made = (chain.path / "segments.json").is_file() and (chain.path / "brief.json").is_file()
    if made and (outcome.ran or not memory.home(chain.path).is_dir()):
        from segkit.workbook import snapshots

        snapshots.take(studies.open_run(chain.setting.study.name, stage=STAGES[-1]))


def put_aside(path):
    """Rename a file the user has edited to NAME.edited-1, -2 … and return its new path."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.edited-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    return aside


class _Recorder:
    """Writes down each finished notebook, then tells the watcher."""

    def __init__(self, chain, watcher):
        self.chain, self.watcher = chain, watcher
        self.started, self.advanced = watcher.started, watcher.advanced

    def finished(self, job):
        """Keep the executed copy, and the entry in the manifest unless the notebook failed."""
        chain = self.chain
        copy = chain.path / "notebooks" / f"{job.stage}.ipynb"
        studies.atomic(copy, notebook.write(job.content))
        if not job.failure:
            left = freshness.left_by(chain.path, job.stage)
            entry = {"parts": chain.parts[job.stage], "left": left}
            cost = {"seconds": round(job.seconds, 2), "peak_mb": job.peak_mb}
            chain.manifest["notebooks"][job.stage] = {**entry, **cost, "finished": _now()}
            freshness.keep(chain.path, _in_order(chain.manifest))
        self.watcher.finished(job)


def _forget(chain, reasons):
    """Drop what the manifest says of notebooks about to run; keep copies the user edited."""
    for stage in reasons:
        entry = chain.manifest["notebooks"].pop(stage, None)
        copy = chain.path / "notebooks" / f"{stage}.ipynb"
        sha = entry and entry["left"].get(f"notebooks/{stage}.ipynb")
        if sha and copy.is_file() and studies.fingerprint(copy) != sha:
            put_aside(copy)
    if reasons:
        freshness.keep(chain.path, chain.manifest)


def _in_order(manifest):
    known = manifest["notebooks"]
    return {**manifest, "notebooks": {stage: known[stage] for stage in STAGES if stage in known}}


def _take(handle, path):
    with contextlib.suppress(ImportError):
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(handle, 32).decode(errors="replace").strip()
            raise StudyError(
                f"{shown(path)} is being written by another run (process {owner}). Wait for it, "
                "or give this run a folder of its own: --as another_name"
            ) from None
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())


def _facts(setting, path):
    """Collect what a reader of the manifest wants to know of a run."""
    study, settled = setting.study, setting.settled
    named = {"study": study.name, "title": study.title, "run": path.name}
    seeds = {stage: p["SEED"] for stage, p in settled.items() if "SEED" in p}
    given = {"parameters": settled, "chosen": setting.chosen, "seeds": seeds}
    return {**named, **given, "versions": freshness.versions()}


def _look(study, path):
    """Name the engine and, for a database, take its state: {"engine": …, "tables": …}."""
    from segkit.data.sources import databases

    if databases.applies(study):
        from segkit.data.sources.databases import states

        return states.look(study, scratch=path)
    return {"engine": f"DuckDB {metadata.version('duckdb')}, embedded", "tables": {}}


def _addresses(chain):
    """Tell the notebooks where they run, and which state of the database this run is about."""
    place = {"SEGKIT_RUNS": str(chain.path.parent), "SEGKIT_RUN": chain.path.name}
    told = {"SEGKIT_HOME": str(studies.root()), **place}
    if chain.seen.get("tables"):
        from segkit.data.sources.databases import states

        told[states.SEEN] = states.sign(chain.seen["tables"])
    return told


def _report_code():
    """Fingerprint what shapes the report besides the notebooks: its code, its templates."""
    home = Path(__file__).parent
    files = [f for part in ("report*", "templates") for f in home.glob(part)]
    files = [f for file in files for f in (file.rglob("*") if file.is_dir() else [file])]
    told = {str(f.relative_to(home)): f for f in files if f.suffix != ".pyc" and f.is_file()}
    return {name: studies.fingerprint(told[name]) for name in sorted(told)}


def _told(chain, job):
    """Say which notebook stopped, where, why, and what to do next."""
    failure, kept = job.failure, list(chain.manifest["notebooks"])
    under = f", under “{failure.heading}”" if failure.heading else ""
    lines = [
        f"{job.stage} stopped at code cell {failure.cell}{under}:",
        failure.reason,
        f"What it did until then: {shown(chain.path / 'notebooks' / (job.stage + '.ipynb'))}",
    ]
    if kept:
        lines.append(f"Kept for the next run: {', '.join(kept)}.")
    if (chain.path / "report.html").is_file():
        lines.append(f"The last good report is untouched: {shown(chain.path / 'report.html')}")
    return "\n".join(lines)


def _now():
    return datetime.now(UTC).isoformat(timespec="seconds")
