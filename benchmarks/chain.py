"""The whole chain against plain papermill, and against seven notebooks that only import.

Three ways in one run, each a process of its own, one after the other: `segkit run grocery
--fresh` (ours, with the report), papermill on the same seven notebooks one after another, and
papermill on seven notebooks that import pandas, scikit-learn and matplotlib and
do nothing. The second `segkit run` with nothing changed is timed as well.

    python benchmarks/chain.py
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from segkit.study import DOCUMENTS

HOME = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((HOME / "notebooks").glob("0*.ipynb"))
IMPORTS = "import pandas, sklearn.cluster, sklearn.metrics, matplotlib.pyplot"


def timed(command, *, runs):
    """Run a command with its runs in the folder `runs`; returns wall seconds."""
    began = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    done = subprocess.run(command, env={**os.environ, "SEGKIT_RUNS": runs}, cwd=HOME, **quiet)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - began


def papermill(paths, *, folder):
    """Execute notebooks one after another with papermill; returns wall seconds."""
    return sum(
        timed([sys.executable, "-m", "papermill", path, f"{folder}/{path.name}"], runs=folder)
        for path in paths
    )


def only_imports(folder):
    """Write a notebook that only imports the usual libraries; returns its path."""
    import nbformat

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IMPORTS)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    path = Path(folder) / "imports.ipynb"
    nbformat.write(book, path)
    return path


def main():
    """Measure and print the table."""
    segkit = [Path(sys.executable).with_name("segkit"), "run", "grocery"]
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        chain = timed([*segkit, "--fresh"], runs=ours)
        again = timed(segkit, runs=ours)
        manifest = json.loads(Path(ours, "grocery", "manifest.json").read_text())
        sizes = {name: Path(ours, "grocery", name).stat().st_size for name in DOCUMENTS}
        plain = papermill(NOTEBOOKS, folder=theirs)
        imports = papermill([only_imports(theirs)] * len(NOTEBOOKS), folder=theirs)
    peak = max(entry["peak_mb"] or 0 for entry in manifest["notebooks"].values())
    print(f"segkit run --fresh, seven notebooks and report   {chain:6.1f} s")
    print(f"papermill on the same seven notebooks            {plain:6.1f} s")
    print(f"papermill on seven notebooks that only import    {imports:6.1f} s")
    print(f"segkit / papermill                               {chain / plain:6.2f}")
    print(f"segkit / only imports                            {chain / imports:6.2f}")
    print(f"segkit run again, nothing changed                {again:6.1f} s")
    print(f"largest peak memory of a kernel                  {peak:6.0f} MB")
    for name, size in sizes.items():
        print(f"{name:48} {size / 1e6:6.2f} MB")


if __name__ == "__main__":
    main()
