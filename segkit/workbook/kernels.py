"""Kernels: notebooks executed one after the other, the next kernel already warm.

Most of what a notebook costs is the start of its kernel and its imports. While one notebook
works, the kernel of the next one is started and the modules it will import are loaded in it, in
a name space of their own, so a notebook that forgets an import still fails. Kernels talk to
nobody but this process (encrypted), keep no history, read no start-up files of the user, and
share one environment: one thread for linear algebra, a fixed hash seed.
"""

import ast
import asyncio
import contextlib
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import segkit
from segkit.study import StudyError
from segkit.workbook import notebook

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PEAK = "__import__('resource').getrusage(__import__('resource').RUSAGE_SELF).ru_maxrss"


@dataclass
class Job:
    """One notebook to execute: its name, its cells, what came of it."""

    stage: str
    content: dict
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
    """Where kernels live: their working directory and their environment."""

    folder: Path
    environment: dict = field(default_factory=dict)


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

    `watcher.finished(job)` is called after each one; the first failure ends the chain. The
    cells in `job.content` carry the outputs afterwards. Returns the failed job or None.
    """
    with tempfile.TemporaryDirectory(prefix="segkit-") as folder:
        return asyncio.run(_chain(jobs, place, watcher, Path(folder)))


def imports(content):
    """List the modules a notebook will load, directly or through the rooms of segkit it names.

    Read from the code, also inside functions, so nothing is loaded to find out. Sorted.
    """
    found = set()
    for source in notebook.code(content):
        with contextlib.suppress(SyntaxError):
            found |= _imported(source)
    for room in _rooms(found):
        found |= _imported_by(room)
    return sorted(name for name in found if name.partition(".")[0] != "segkit")


def environment(**more):
    """Return the environment of a kernel: the caller's, made the same for everyone."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONSTARTUP", "PYTHONINSPECT")}
    return {**kept, "PYTHONHASHSEED": "0", **dict.fromkeys(THREADS, "1"), **more}


async def _chain(jobs, place, watcher, folder):
    """Execute the jobs one after the other, always one kernel ahead; leave none behind."""
    running = []
    upcoming = asyncio.create_task(_start(jobs[0], place, folder, running))
    try:
        for job, following in zip(jobs, [*jobs[1:], None], strict=True):
            watcher.started(job)
            kernel = await upcoming
            if following:
                upcoming = asyncio.create_task(_start(following, place, folder, running))
            await _work(job, kernel, watcher)
            watcher.finished(job)
            await kernel.stop()
            if job.failure:
                return job
    finally:
        upcoming.cancel()
        await asyncio.gather(upcoming, return_exceptions=True)
        await asyncio.gather(*(kernel.stop() for kernel in running), return_exceptions=True)
    return None


class _Kernel:
    """A started kernel and the client that speaks to it."""

    def __init__(self, manager, log):
        self.manager = manager
        self.log = log
        self.client = None

    async def connect(self):
        """Speak to the kernel once its process is there."""
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            await self.client.wait_for_ready(timeout=120)
        except RuntimeError:
            raise StudyError(
                f"No Python process could be started for a notebook.{_last_words(self.log)} "
                "Set up again (make clean, then make report) or free some memory."
            ) from None

    async def stop(self):
        """End the kernel at once; a second call does nothing."""
        if self.client:
            self.client.stop_channels()
        if self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)


async def _start(job, place, folder, running):
    """Start the kernel for `job` and let it load what the notebook will import."""
    from jupyter_client.manager import AsyncKernelManager

    stem = folder / job.stage.replace("/", "_")
    manager = AsyncKernelManager(
        kernel_name="python3", connection_file=f"{stem}.json", transport_encryption="auto"
    )
    kernel = _Kernel(manager, stem.with_suffix(".log"))
    running.append(kernel)
    settings = {**place.environment, "IPYTHONDIR": str(folder / "ipython")}
    quiet = ["--HistoryManager.enabled=False"]
    with kernel.log.open("wb") as log:
        await manager.start_kernel(
            extra_arguments=quiet, cwd=str(place.folder), env=settings, stdout=log, stderr=log
        )
    import nbclient  # noqa: F401  loaded here, while the first kernel comes up

    await kernel.connect()
    kernel.client.execute(_warm_up(job.content), silent=True)
    return kernel


def _warm_up(content):
    """Write code that loads modules and leaves no name behind."""
    lines = ["import contextlib, segkit"]
    lines += [f"with contextlib.suppress(Exception): import {name}" for name in imports(content)]
    return f"exec({chr(10).join(lines)!r}, {{}})"


def _imported(source):
    """List the modules that some code imports, at the top or later on."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {node.module}
            if node.module == "segkit":
                found |= {f"segkit.{alias.name}" for alias in node.names}
    return found


def _imported_by(room):
    """List the modules imported by the files of one room."""
    home = Path(segkit.__file__).parent
    files = [home / f"{room}.py", *(home / room).glob("*.py")]
    sources = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
    return set().union(*map(_imported, sources))


def _rooms(names):
    return {name.split(".")[1] for name in names if name.startswith("segkit.")}


async def _work(job, kernel, watcher):
    """Execute all cells of a job, noting time, memory and the first failure."""
    import nbformat
    from nbclient import NotebookClient

    began = time.perf_counter()
    book = nbformat.from_dict(notebook.without_outputs(job.content))
    client = NotebookClient(
        book, km=kernel.manager, timeout=None, record_timing=False, coalesce_streams=True
    )
    client.kc = kernel.client
    job.failure = await _cells(job, client, watcher, kernel.log)
    if not job.failure:
        job.peak_mb = await _peak(client)
    job.content = book
    job.seconds = time.perf_counter() - began


async def _cells(job, client, watcher, log):
    """Execute cell by cell; return a Failure at the first that stops."""
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    for place, cell in enumerate(client.nb.cells):
        try:
            await client.async_execute_cell(cell, place)
        except CellExecutionError as error:
            return _failure(job, place, _reason(error.ename, error.evalue))
        except DeadKernelError:
            if asyncio.current_task().cancelling():
                raise asyncio.CancelledError from None
            return _failure(job, place, _died(log))
        watcher.advanced(job, place + 1)
    return None


def _failure(job, place, reason):
    before = job.content["cells"][: place + 1]
    number = sum(cell["cell_type"] == "code" and bool(cell["source"].strip()) for cell in before)
    return Failure(number, notebook.heading(job.content, place), reason)


def _reason(kind, message):
    """Give an error meant for the user as it is, any other with its kind."""
    if kind == StudyError.__name__:
        return message
    return f"{kind}: {message}".rstrip(": ")


def _died(log):
    return f"the Python process of this notebook died, often for want of memory.{_last_words(log)}"


def _last_words(log):
    told = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f" Its last words: {told[-1]}" if told else ""


async def _peak(client):
    """Ask the kernel for the most memory it has held (MB), silently; None where unknown."""
    asked = {"peak": PEAK}
    message = client.kc.execute("", silent=True, store_history=False, user_expressions=asked)
    reply = await client.async_wait_for_reply(message)
    answer = (reply or {}).get("content", {}).get("user_expressions", {}).get("peak", {})
    if answer.get("status") != "ok":
        return None
    scale = 1024 if os.uname().sysname == "Linux" else 1024**2
    return round(int(answer["data"]["text/plain"]) / scale, 1)
