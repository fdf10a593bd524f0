"""A project of tiny notebooks in a folder of its own, to run the chain in seconds."""

import json
from pathlib import Path

PARAMETERS = {
    "01_goals": "TARGET_CHANGE_PCT = 15.0  # relative change, per cent (0 to 100)",
    "04_segments": "N_SEGMENTS = 0  # how many; 0 = by stability\nK_MAX = 8  # most to try",
    "06_personas": 'N_PERSONAS = 0  # how many\nLABEL = "a"  # any text',
}
STAGES = tuple(PARAMETERS)


def make(folder, *, stages=STAGES):
    """Write a project with a study `tiny` and one small notebook per stage; returns its path."""
    home = Path(folder)
    for name in ("studies", "notebooks", "data"):
        (home / name).mkdir(parents=True)
    (home / "data" / "orders.csv").write_text("customer_id\n1\n")
    (home / "studies" / "tiny.yaml").write_text(
        "title: A tiny study\nsource: files\ntables:\n  orders:\n    file: data/orders.csv\n"
    )
    before = None
    for stage in stages:
        write(home, stage, cells(stage, before))
        before = stage
    return home


def cells(stage, before=None):
    """List the cells of one notebook: it reads its predecessor's file and writes its own."""
    lines = [PARAMETERS.get(stage, "")]
    read = f'run.read("{before}.json")["said"] + ' if before else ""
    return [
        ("markdown", f"# {stage}: does it run?"),
        ("parameters", "\n".join(['STUDY = "tiny"  # a file in studies/', *lines]).strip()),
        ("code", f'import segkit\nrun = segkit.open_run(STUDY, stage="{stage}")'),
        ("markdown", "## Write"),
        ("code", f'with (run.path / "ran.txt").open("a") as file:\n    file.write("{stage}\\n");'),
        ("code", f'said = {read}"{stage} "\nrun.write("{stage}.json", {{"said": said}})'),
    ]


def write(home, stage, wanted):
    """Write one notebook of (kind, source) pairs; kind is markdown, code or parameters."""
    path = home / "notebooks" / f"{stage}.ipynb"
    path.write_text(json.dumps(notebook(wanted), indent=1) + "\n")
    return path


def notebook(wanted):
    """Build the notebook's content from (kind, source) pairs."""
    listed = []
    for place, (kind, source) in enumerate(wanted):
        cell = {"cell_type": kind, "id": f"cell-{place:02}", "metadata": {}, "source": source}
        if kind != "markdown":
            cell.update(cell_type="code", execution_count=None, outputs=[])
        if kind == "parameters":
            cell["metadata"] = {"tags": ["parameters"]}
        listed.append(cell)
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": listed, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}


def ran(home, name="tiny"):
    """List the notebooks that have run since the last call, in their order."""
    path = home / "runs" / name / "ran.txt"
    lines = path.read_text().split() if path.is_file() else []
    path.unlink(missing_ok=True)
    return lines
