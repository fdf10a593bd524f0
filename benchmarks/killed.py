"""Kill a run at random moments, run it again: is everything as if nobody had killed it?

    python benchmarks/killed.py [TIMES] [SEED]

A small shop whose orders and customers hold planted e-mails and phone numbers is read and taken
through seven short notebooks, all in a folder of its own, temporary files included. Each time, the
run starts with no run folder, is killed (SIGKILL: the process alone, or with its kernels) and
started again. Compared with an undisturbed run: every artefact, every ingested table, the names of
all files and folders. Searched for what was planted: the run folder, the temporary folder and all
messages, after the second run. Prints a line per difference; ends with status 1 where there is any.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

PLANTED = ("anna.secret@example.org", "+7 916 555-44-33", "89165554433", "boris@example.org")
STAGES = ("01_goals", "02_criteria", "03_data", "04_segments", "05_validation", "06_personas",
          "07_action")  # fmt: skip
ORDERS = 20_000
WORK = """tables = data.open(run)
card = data.card.build(tables, as_of="2024-12-01", window_days=365)
run.write("card.parquet", card)
run.write("rejected.parquet", data.quality.tracing.aside(tables))
run.write("quality.csv", data.treatment.handled.table(tables))"""
CHANGING = ("manifest.json", "artefacts.json", ".ipynb", "report.html", "workbook.html",
            "meta.json", ".lock", "ran.txt")  # fmt: skip
"""Files that say when a run was; their being there is compared, not their content."""


def main():
    times, seed = (int(word) for word in (sys.argv[1:] + ["50", "1"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as place:
        found = trials(project(Path(place)), times=times, seed=seed)
    moments = [moment for moment, _ in found]
    told = [line for _, lines in found for line in lines]
    first, last = min(moments), max(moments)
    print(f"killed {times} times, from {first:.1f} to {last:.1f} s after the start")
    print(
        *(told or ["same artefacts, tables and files each time; nothing planted found"]), sep="\n"
    )
    return 1 if told else 0


def project(home):
    """Lay out the shop and its notebooks; returns the folder."""
    import fake_project

    fake_project.make(home)
    for stage, before in zip(STAGES, (None, *STAGES), strict=False):
        cells = fake_project.cells(stage, before)
        if stage == "03_data":
            cells += [("code", "from segkit import data\n" + WORK)]
        fake_project.write(home, stage, cells)
    for name, text in {"orders": orders(), "customers": customers()}.items():
        (home / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    (home / "temporary").mkdir()
    tables = "".join(f"  {name}: {{file: data/{name}.csv}}\n" for name in ("orders", "customers"))
    (home / "studies" / "tiny.yaml").write_text(f"title: A tiny study\ntables:\n{tables}")
    return home


def orders():
    """Write order lines: ids that are contacts, contacts in words, some rows to set aside."""
    who = [*PLANTED, *range(500)]
    lines = ["customer_id,order_id,ordered_at,amount,product_name"]
    for n in range(ORDERS):
        day = f"2024-{n % 11 + 1:02}-{n % 28 + 1:02}" if n % 97 else PLANTED[0]
        words = f"gift for {PLANTED[n % 4]}" if n % 5 == 0 else "cup"
        lines.append(f"{who[n % len(who)]},{n},{day},{n % 90}.50,{words}")
    return "\n".join(lines) + "\n"


def customers():
    """Write a list of customers with contacts of every kind."""
    lines = ["customer_id,email,phone,note"]
    lines += [f"{n},{PLANTED[0]},{PLANTED[1]},call {PLANTED[2]}" for n in range(500)]
    return "\n".join(lines) + "\n"


def trials(home, *, times, seed):
    """Kill and repeat: a list of (seconds until it was killed, differences in words)."""
    rng = random.Random(seed)
    began = time.perf_counter()
    said = run(home)
    whole = time.perf_counter() - began
    wanted, found = left(home), []
    assert wanted["card.parquet"], said
    for n in range(times):
        moment = rng.uniform(0, whole)
        remove(home / "runs")
        said = run(home, kill=moment, group=n % 2) + run(home)
        lines = [f"{n}, {moment:.2f} s: {line}" for line in differences(home, wanted, said)]
        found.append((moment, lines))
    return found


def run(home, *, kill=None, group=False):
    """Run the study, or kill it after so many seconds; returns all it said."""
    log = home / "said.txt"
    settings = {"SEGKIT_HOME": home, "SEGKIT_RUNS": home / "runs", "TMPDIR": home / "temporary"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SEGKIT_")}
    with log.open("wb") as file:
        command = [sys.executable, "-m", "segkit.workbook.cli", "run", "tiny"]
        own = {"env": kept | {k: str(v) for k, v in settings.items()}, "start_new_session": True}
        process = subprocess.Popen(command, cwd=home, stdout=file, stderr=file, **own)
        try:
            process.wait(kill)
        except subprocess.TimeoutExpired:
            (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
            process.wait()
    return log.read_text("utf-8", "replace")


def left(home):
    """Tell what a run has left: {path: content that must be the same, or ""}."""
    path = home / "runs" / "tiny"
    names = {str(p.relative_to(path)): p for p in path.rglob("*")}
    return {name: "" if p.is_dir() or name.endswith(CHANGING) else content(p)
            for name, p in names.items()}  # fmt: skip


def content(path):
    """Give what a file holds; of a table its rows, whose order means nothing."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    rows = pd.read_parquet(path).astype(str)
    return rows.sort_values(list(rows.columns)).to_csv(index=False)


def differences(home, wanted, said):
    """List in words how what is there differs from an undisturbed run, and what leaked."""
    found = left(home)
    for name in sorted({*wanted, *found}):
        if name not in found or name not in wanted:
            yield f"{name} is {'missing' if name in wanted else 'left behind'}"
        elif wanted[name] != found[name]:
            yield f"{name} differs"
    yield from (f"{p.name} is left in the temporary folder" for p in (home / "temporary").iterdir())
    texts = {"a message": said.encode()} | {
        name: (home / "runs" / "tiny" / name).read_bytes() + str(found[name]).encode()
        for name in found if (home / "runs" / "tiny" / name).is_file()
    }  # fmt: skip
    for name, text in texts.items():
        yield from (f"{secret} in {name}" for secret in PLANTED if secret.encode() in text)


def remove(path):
    """Remove a folder, though a kernel that lost its parent may still write into it."""
    import shutil

    while path.exists():
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
    sys.exit(main())
