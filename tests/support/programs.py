"""segkit, papermill and nbval as programs of their own, as a user starts them."""

import os
import subprocess
import sys
from pathlib import Path

from waiting import HUNG

HOME = Path(__file__).parents[2]
FEW = ("-p", "BOOTSTRAPS=20", "-p", "REFERENCES=5")
"""Parameters of a chain that is not looked at for what it draws."""
NBVAL = ("--nbval", "--nbval-current-env", f"--nbval-cell-timeout={HUNG}", "-p", "no:cacheprovider",
         f"--nbval-sanitize-with={HOME / 'tests' / 'support' / 'nbval.cfg'}", "--color=no",
         "--rootdir", HOME)  # fmt: skip


def module(*words, cwd=HOME, **settings):
    """Run a Python module with nothing but `settings` of SEGKIT_…; returns the finished process."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SEGKIT_", "PYTEST_"))}
    kept |= {"PYTHONHASHSEED": "0", "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", *map(str, words)],
        env=kept | {name: str(value) for name, value in settings.items()},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def segkit(*words, **how):
    """Run the command line."""
    return module("segkit.workbook.cli", *words, **how)


def nbval(*books, **how):
    """Execute notebooks and compare what they show with what they hold."""
    return module("pytest", *NBVAL, *books, **how)
