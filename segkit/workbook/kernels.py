"""Kernels: notebooks executed one after the other, the next kernel already warm.

papermill executes (see `segkit.workbook.engine`): it puts parameters into a cell of their own and
notes in the copy when each cell ran. What is ours is the kernels. Most of what a notebook costs is
the start of its kernel and its imports; so kernels are copies of one process that has loaded what
their notebooks import (see `stem`), or, where processes cannot be copied, come up one ahead while
another notebook works. What is loaded has no name in the notebook: one that forgets an import still
fails. Kernels talk to nobody but this process (encrypted), keep no history, read no start-up files
of the user, and share one environment: one thread for linear algebra, a fixed hash seed.
"""

import ast
import asyncio
import contextlib
import logging
import os
import tempfile
import time
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import segkit
from segkit import scratch
from segkit.study import StudyError
from segkit.workbook import notebook, stem

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PEAK = "__import__('resource').getrusage(__import__('resource').RUSAGE_SELF).ru_maxrss"


@dataclass
class Job:
    """One notebook to execute: its name, its cells, what is set in it, what came of it."""

    stage: str
    content: dict
    parameters: dict = field(default_factory=dict)
    seconds: float = 0.0
    peak_mb: float | None = None
    failure: "Failure | None" = None


@dataclass
class Failure:
    """Where and why a notebook stopped."""

    cell: int
    heading: str
    reason: str


@dataclass
class Place:
    """Where kernels live: their working directory, their environment, the run folder if any."""

    folder: Path
    environment: dict = field(default_factory=dict)
    run: Path | None = None


class Watcher:
    """Told what happens; the base class looks away. Use it with `with`."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def started(self, job):
        """Hear that a notebook begins."""

    def advanced(self, job, cell):
        """Hear that the first `cell` cells of a notebook are done."""

    def finished(self, job):
        """Hear that a notebook is done, or has failed: see `job.failure`."""


def execute(jobs, *, place, watcher):
    """Execute the notebooks of `jobs` in order, each in a kernel of its own.

    Always one kernel ahead, which comes up while papermill waits for the cells of this one; none
    is left behind. `watcher.finished(job)` is called after each notebook; the first failure ends
    the chain. The cells in `job.content` carry the outputs afterwards. Returns the failed job or
    None.
    """
    running, loop = [], _loop()
    with _room(place.run) as folder, _stem(place) as source:
        ahead = [_start(job, place, Path(folder), running, source) for job in jobs]
        upcoming = loop.create_task(ahead.pop(0))
        try:
            for job in jobs:
                watcher.started(job)
                kernel = loop.run_until_complete(upcoming)
                if ahead:
                    upcoming = loop.create_task(ahead.pop(0))
                _work(job, kernel, watcher)
                watcher.finished(job)
                loop.run_until_complete(kernel.stop())
                if job.failure:
                    return job
        finally:
            for waiting in ahead:
                waiting.close()
            _end(running)
    return None


def start(content, place, folder):
    """Start a kernel that loads what the notebook `content` will import; returns a Kernel.

    `folder` takes its connection and its log.
    """
    return _loop().run_until_complete(_start(Job("notebook", content), place, folder, []))


def stop(kernel):
    """End a kernel at once."""
    _loop().run_until_complete(kernel.stop())


def imports(content):
    """List the modules a notebook will load: those it names, and what these import in turn.

    Followed from file to file of segkit, also into functions, in the text: nothing is loaded to
    find out. With ibis comes its engine, which it loads when first asked. Sorted.
    """
    found, ahead = set(), set()
    for source in notebook.code(content):
        with contextlib.suppress(SyntaxError):
            ahead |= _imported(source)
    while ahead:
        name = ahead.pop()
        found.add(name)
        ahead |= _imported_by(name) - found
    engine = {"ibis.backends.duckdb"} if "ibis" in found else set()
    return sorted(engine | {n for n in found if not n.startswith("segkit") or _file(n)})


def environment(**more):
    """Return the environment of a kernel: the caller's, made the same for everyone."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONSTARTUP", "PYTHONINSPECT")}
    return {**kept, "PYTHONHASHSEED": "0", **dict.fromkeys(THREADS, "1"), **more}


def _stem(place):
    """Give what kernels are copied from, or nothing where each has to be started alone."""
    alone = not stem.usable() or os.environ.get("SEGKIT_KERNELS") == "alone"
    return contextlib.nullcontext() if alone else stem.Stem(place.environment)


def _room(run):
    """Give a folder for connections and logs; what a killed run leaves, the next one sweeps."""
    return scratch.held(run, ".kernels.") if run else tempfile.TemporaryDirectory(prefix="segkit-")


class Kernel:
    """A started kernel and the client that speaks to it; `book` is what it executes."""

    def __init__(self, manager, log):
        self.manager = manager
        self.log = log
        self.client = None
        self.book = None

    async def connect(self):
        """Speak to the kernel once its process is there."""
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            await self.client.wait_for_ready(timeout=120)
        except RuntimeError:
            raise _none_started(self.log) from None

    async def peak(self):
        """Ask for the most memory it has held (MB), silently; None where unknown."""
        reply = await self.client.execute(
            "", silent=True, store_history=False, user_expressions={"peak": PEAK}, reply=True
        )
        answer = reply["content"].get("user_expressions", {}).get("peak", {})
        if answer.get("status") != "ok":
            return None
        scale = 1024 if os.uname().sysname == "Linux" else 1024**2
        return round(int(answer["data"]["text/plain"]) / scale, 1)

    async def stop(self):
        """End it at once; a second call does nothing."""
        if self.client:
            self.client.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)


def _loop():
    """Return the event loop in which papermill waits for its cells."""
    from jupyter_core.utils import ensure_event_loop

    return ensure_event_loop()


def _end(running):
    """Stop what still waits, as after an interruption, and all kernels."""

    async def end():
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.gather(*(kernel.stop() for kernel in running), return_exceptions=True)

    _loop().run_until_complete(end())


async def _start(job, place, folder, running, source=None):
    """Start a kernel, as a copy of the stem `source` if there is one; returns it once it answers.

    A copy that never answers has executed nothing: the notebook gets a kernel started alone.
    """
    if source:
        with contextlib.suppress(StudyError):
            return await _begun(job, place, folder, running, source)
    return await _begun(job, place, folder, running, None)


async def _begun(job, place, folder, running, source):
    """Start a kernel, and load papermill meanwhile; `running` gets it at once, to be stopped."""
    from jupyter_client.manager import AsyncKernelManager

    path = folder / job.stage.replace("/", "_")
    manager = AsyncKernelManager(
        kernel_name="python3", connection_file=f"{path}.json", transport_encryption="auto"
    )
    kernel = Kernel(manager, path.with_suffix(".log"))
    running.append(kernel)
    modules = imports(job.content)
    if source:
        fork = partial(source.fork, modules=modules, log=kernel.log)
        manager.provisioner = stem.provisioner(manager, fork)
    await asyncio.gather(_launch(kernel, place, folder), asyncio.to_thread(_load_papermill))
    await kernel.connect()
    if not source:
        kernel.client.execute(_warm_up(modules), silent=True)
    return kernel


async def _launch(kernel, place, folder):
    settings = {**place.environment, "IPYTHONDIR": str(folder / "ipython")}
    how = {"extra_arguments": ["--HistoryManager.enabled=False"], "cwd": str(place.folder)}
    with kernel.log.open("wb") as log:
        try:
            await kernel.manager.start_kernel(env=settings, stdout=log, stderr=log, **how)
        except RuntimeError:
            raise _none_started(kernel.log) from None


def _load_papermill():
    import papermill  # noqa: F401  while the first kernel comes up


def _none_started(log):
    return StudyError(
        f"No Python process could be started for a notebook.{_last_words(log)} If this machine "
        "is busy, run the same again when it is less so, or free some memory; else set up again "
        "(make clean, then make report)."
    )


def _warm_up(modules):
    """Write code that loads modules and leaves no name behind."""
    lines = ["import contextlib, segkit"]
    lines += [f"with contextlib.suppress(Exception): import {name}" for name in modules]
    return f"exec({chr(10).join(lines)!r}, {{}})"


def _imported(source):
    """List the modules that some code may import, at the top or later on, by `plots.` as well."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {node.module}
            if node.module.startswith("segkit"):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "plots":
            found |= {f"segkit.plots.{node.attr}"}
    return found


@cache
def _imported_by(name):
    """List the modules imported by a module of segkit; none for any other."""
    path = _file(name)
    return _imported(path.read_text(encoding="utf-8")) if path else set()


def _file(name):
    """Find the file of a module below segkit; None for segkit itself and everything else."""
    room, *rest = name.split(".")
    place = Path(segkit.__file__).parent.joinpath(*rest)
    files = (place.with_suffix(".py"), place / "__init__.py") if rest and room == "segkit" else ()
    return next(filter(Path.is_file, files), None)


def _work(job, kernel, watcher):
    """Let papermill execute a job in its kernel, noting time, memory and the first failure."""
    import nbformat
    from nbclient.exceptions import DeadKernelError
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    began = time.perf_counter()
    book = nbformat.from_dict(notebook.without_outputs(job.content))
    try:
        execute_notebook(
            book, None, job.parameters, "segkit", progress_bar=False, kernel=kernel,
            on_cell_start=lambda cell, cell_index: watcher.advanced(job, cell_index),
        )  # fmt: skip
        job.peak_mb = _loop().run_until_complete(kernel.peak())
    except PapermillExecutionError as error:
        job.failure = _failure(job, kernel.book, _reason(error.ename, error.evalue))
    except DeadKernelError:
        died = "the Python process of this notebook died, often for want of memory."
        job.failure = _failure(job, kernel.book, died + _last_words(kernel.log))
    named = {"input_path": f"notebooks/{job.stage}.ipynb", "output_path": None}
    kernel.book.metadata.papermill.update(named)
    job.content = kernel.book
    job.seconds = time.perf_counter() - began


def _failure(job, book, reason):
    """Say at which code cell of the copy a job stopped; papermill's marks are no code."""
    stopped = [cell for cell in book.cells if cell.metadata.get("papermill", {}).get("start_time")]
    number = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in stopped)
    return Failure(number, notebook.heading({"cells": stopped}, len(stopped)), reason)


def _reason(kind, message):
    """Give an error meant for the user as it is, any other with its kind."""
    if kind in {each.__name__ for each in (StudyError, *StudyError.__subclasses__())}:
        return message
    return f"{kind}: {message}".rstrip(": ")


def _last_words(log):
    told = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f" Its last words: {told[-1]}" if told else ""
