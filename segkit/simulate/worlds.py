"""Make a world by its name, and write it: canonical tables, the truth apart, a manifest."""

import importlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from segkit.simulate import dirt as soiling
from segkit.simulate import writing
from segkit.simulate.draws import Plan, planted
from segkit.study import StudyError, atomic, known

WORLDS = vars(planted("worlds"))
"""World: (business, months of data unless told, what is in it)."""

FEWEST = 20
MOST = 1_000_000
START = "2023-01-01"


@dataclass
class World:
    """Customers with a known truth.

    `tables` {canonical name: DataFrame with canonical columns}, `truth` {name: DataFrame},
    `planted` {kind of dirt: exact count}, and what it was made of.
    """

    name: str
    customers: int
    seed: int
    start: str
    months: int
    tables: dict
    truth: dict
    planted: dict = field(default_factory=dict)

    @property
    def business(self):
        """Kind of business, as a study names it."""
        return WORLDS[self.name][0]


def world(name, *, customers, seed=1, dirt=None, **when):
    """Draw the world `name` with so many customers.

    Parameters
    ----------
    name : str
        One of WORLDS.
    customers : int
        20 to 1,000,000; prospects and anonymous visitors come on top.
    seed : int
        From 0; the same seed gives the same bytes.
    dirt : bool or dict, optional
        True for the usual rates, or {kind: rate from 0 to 0.3}, see `rates` of dirt.yaml.
    **when
        `months` 3 to 120 (default: see WORLDS), and `start`, a day as ISO text, of which the month
        counts (default: 2023-01-01).

    Returns
    -------
    World
        `tables` and `truth` by name, `planted` {kind of dirt: exact count}.

    Raises
    ------
    segkit.study.StudyError
        For an unknown world or a number out of range.

    Examples
    --------
    >>> from segkit import simulate
    >>> made = simulate.world("null", customers=20)
    >>> made.tables["customers"].shape, list(made.truth)
    ((20, 7), ['customers'])
    """
    usual = known(name, WORLDS, what="world")[1]
    customers = _within(customers, "customers", FEWEST, MOST)
    plan = Plan(name, customers, _within(seed, "seed", 0, 2**63), **_when(usual, **when))
    room = "shapes" if name in ("null", "gradient", "one_rare") else name
    tables, truth = importlib.import_module(f"segkit.simulate.{room}").build(plan)
    made = World(name, customers, plan.seed, str(plan.start), plan.months, tables, truth)
    if dirt:
        rates = soiling.rates(dirt)
        made.planted, made.truth["dirt"] = soiling.plant(plan, made.tables, rates)
    return made


def write(world, folder):
    """Write a world into `folder`: one CSV per table, truth/ and manifest.json; returns the paths.

    Money has two decimals, moments are `2024-01-31 09:15:00`, empty cells are empty. Raises
    StudyError when the folder cannot be written; files of the same names are replaced.
    """
    folder = Path(folder)
    files = {f"{name}.csv": table for name, table in world.tables.items()}
    files |= {f"truth/{name}.csv": table for name, table in world.truth.items()}
    for name, table in files.items():
        atomic(folder / name, writing.csv(table), shared=True)
    told = json.dumps(_manifest(world), indent=2) + "\n"
    atomic(folder / "manifest.json", told.encode(), shared=True)
    return [folder / name for name in (*files, "manifest.json")]


def _manifest(world):
    given = {name: getattr(world, name) for name in ("customers", "seed", "start", "months")}
    return {
        "world": world.name,
        "simulated": True,
        "licence": "CC0-1.0",
        **given,
        "rows": {name: len(table) for name, table in world.tables.items()},
        "truth_rows": {name: len(table) for name, table in world.truth.items()},
        "planted_dirt": world.planted,
    }


def _within(number, what, least, most):
    whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if not whole or not least <= number <= most:
        raise StudyError(f"{what} is {number!r}; give a whole number from {least:,} to {most:,}.")
    return int(number)


def _when(usual, *, start=START, months=None):
    return {
        "start": _day(start),
        "months": _within(usual if months is None else months, "months", 3, 120),
    }


def _day(text):
    try:
        day = np.datetime64(str(text), "D")
    except ValueError:
        day = np.datetime64("NaT")
    if np.isnat(day) or not 1980 <= day.astype("datetime64[Y]").astype(int) + 1970 <= 2100:
        raise StudyError(f"start is {text!r}; give a day as 2023-01-01.")
    return day.astype("datetime64[M]").astype("datetime64[D]")
