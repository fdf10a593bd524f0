"""`segkit simulate`: a world written into a folder, with a study file that is ready to run.

Nothing that is there is written over: not a folder with something in it, not a study. The truth
lies in `truth/` beside the tables, and the study does not name it.
"""

import re
from pathlib import Path

from segkit import simulate, study
from segkit.study import StudyError

STUDY = Path(__file__).parent / "templates" / "simulated.txt"


def make(name, folder, *, options, rates=(), label=""):
    """Draw a world and write it with its study file; returns (World, paths, path of the study).

    `options` go to `simulate.world` (customers, seed, months, dirt), `rates` are texts such as
    "repeated_lines=0.02". With a `label` the study is written as studies/LABEL.yaml, else as
    study.yaml in the folder. Raises StudyError for what cannot be done, before anything is
    written.
    """
    folder = Path(folder)
    told = _free(folder, label)
    options = {key: value for key, value in options.items() if value is not None}
    if rates:
        options["dirt"] = dict(_rate(text) for text in rates)
    world = simulate.world(name, **options)
    paths = simulate.write(world, folder)
    study.atomic(told, _text(world, folder).encode(), shared=True)
    return world, paths, told


def _free(folder, label):
    """Return where the study goes; refuse places that are taken."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise StudyError(
            f"{folder} is there and not empty, and nothing is written over. Name another folder "
            "with --out, or remove that one."
        )
    if not label:
        return folder / "study.yaml"
    if not re.fullmatch(r"\w[\w-]*", label):
        raise StudyError(f"--study {label!r} is no name: use letters, digits, - and _.")
    told = study.root() / "studies" / f"{label}.yaml"
    if told.exists():
        raise StudyError(f"There is a study {label!r} already. Give --study another name.")
    return told


def _rate(text):
    kind, _, number = text.partition("=")
    try:
        return kind.strip(), float(number)
    except ValueError:
        wanted = "write KIND=SHARE, such as repeated_lines=0.02"
        raise StudyError(f"--rate {text!r}: {wanted}.") from None


def _text(world, folder):
    """Write the study: files from the project's folder if they lie in it, else in full."""
    home, place = study.root(), folder.resolve()
    shown = place.relative_to(home) if place.is_relative_to(home) else place
    title = f"Simulated {world.name.replace('_', ' ')}"
    facts = {"name": world.name, "customers": world.customers, "seed": world.seed}
    facts |= {"folder": folder.name, "title": title, "business": world.business}
    head = STUDY.read_text(encoding="utf-8").format(**facts)
    parts = [f"  {table}:\n    file: {shown.as_posix()}/{table}.csv\n" for table in world.tables]
    return head + "".join(parts)
