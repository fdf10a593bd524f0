"""Folders that nobody else reads, and none of which outlives its process.

A temporary folder is held: its maker keeps a file in it locked, and the system lets go of the lock
however the process ends. So what a killed process has left is known from what another one works
in, and whoever makes the next folder, or starts a run, sweeps it away.
"""

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be removed, which tells as much
    fcntl = None

HELD = ".held"
"""The file that is locked while its folder is in use."""

PREFIXES = (".tables.", ".export.", ".kernels.", ".assign.")
"""How temporary folders of a run begin."""

_BEGUN = re.compile(r"\..+\.[a-z0-9_]{8}")
"""What `beside` calls a file that is not whole yet."""


def folder(place, prefix):
    """Make a temporary folder in `place`: (its path, a function that removes it)."""
    with _turn(place):
        sweep(place)
        path = Path(tempfile.mkdtemp(dir=place, prefix=prefix))
        handle = os.open(path / HELD, os.O_RDWR | os.O_CREAT, 0o600)
        locked(handle)

    def done():
        shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(handle)
        shutil.rmtree(path, ignore_errors=True)  # where an open file cannot be removed

    return path, done


@contextlib.contextmanager
def held(place, prefix):
    """Give a temporary folder in `place` that is removed at the end of the `with`."""
    path, done = folder(place, prefix)
    try:
        yield path
    finally:
        done()


def sweep(place):
    """Remove the temporary folders in `place`, and the files below it, whose process has ended."""
    for path in Path(place).rglob(".*"):
        if path.is_dir() and path.name.startswith(PREFIXES):
            if _left(path / HELD):
                shutil.rmtree(path, ignore_errors=True)
        elif _BEGUN.fullmatch(path.name) and _left(path):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def beside(path):
    """Open a temporary file beside `path`, which nobody else reads, and put it in its place."""
    made = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115
    try:
        with made as file:
            locked(file.fileno())
            yield file
            file.flush()
            if fcntl:  # while it is held
                os.replace(file.name, path)
        if not fcntl:
            os.replace(file.name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(made.name)
        raise


def private(path):
    """Let only its owner read a folder and all that is in it, or a file."""
    for folder_, _, files in os.walk(path):
        for each in (folder_, *(os.path.join(folder_, name) for name in files)):
            with contextlib.suppress(OSError):
                os.chmod(each, 0o700 if each == folder_ else 0o600)


def own(path):
    """Make a folder that only its owner can enter, if it is not there."""
    path.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        os.chmod(path, 0o700)
    return path


def _left(path):
    """Tell whether nobody holds a file any more."""
    try:
        if fcntl is None:
            os.unlink(path)
            return True
        handle = os.open(path, os.O_RDWR)
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    try:
        return locked(handle)
    finally:
        os.close(handle)


def locked(handle):
    """Lock an open file, if nobody else has."""
    with contextlib.suppress(OSError):
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


@contextlib.contextmanager
def _turn(place):
    """Let one process at a time make a folder, so that none is swept before it is held."""
    with (Path(place) / ".turn").open("a") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
