"""Compare the artefacts of two sets of runs: is what a study finds the same before and after?

    python benchmarks/same.py OLD/runs NEW/runs [STUDY …]

Prints a line per study and artefact that differs (how, and where first), and a count of those
that are equal. Tables are compared cell by cell, JSON key by key; numbers must be equal to 1e-9.
Ends with status 1 where anything differs. A column or key that only the new run has is told apart
from one that changed, because a later edition may say more.
"""

import json
import math
import sys
from pathlib import Path

import pandas as pd

ARTEFACTS = ("brief.json", "criteria.csv", "card.parquet", "quality.csv", "rejected.parquet",
             "segments.parquet", "segments.json", "verdicts.csv", "response.csv",
             "corrections.json", "personas.json", "actions.csv", "membership.csv")  # fmt: skip


def main():
    old, new = Path(sys.argv[1]), Path(sys.argv[2])
    studies = sys.argv[3:] or sorted(path.name for path in old.iterdir() if path.is_dir())
    differing = 0
    for study in studies:
        told = {name: compare(old / study / name, new / study / name) for name in ARTEFACTS}
        equal = [name for name, words in told.items() if not words]
        differing += len(told) - len(equal)
        print(f"{study}: {len(equal)} of {len(told)} artefacts equal")
        for name, words in told.items():
            for word in words[:6]:
                print(f"  {name}: {word}")
    return 1 if differing else 0


def compare(old, new):
    """List in words where two files differ; nothing where they are equal."""
    missing = [f"missing in {path.parent.parent}" for path in (old, new) if not path.is_file()]
    if missing:
        return [] if len(missing) == 2 else missing
    if old.suffix == ".json":
        return list(values(*(json.loads(path.read_text()) for path in (old, new)), at=""))
    read = pd.read_parquet if old.suffix == ".parquet" else pd.read_csv
    return list(tables(read(old), read(new)))


def tables(old, new):
    """Tell which columns are gone, new or changed, and the first row where one changed."""
    yield from (f"column {name} is gone" for name in old.columns if name not in new.columns)
    yield from (f"column {name} is new" for name in new.columns if name not in old.columns)
    if len(old) != len(new):
        yield f"{len(old)} rows before, {len(new)} after"
        return
    for name in (name for name in old.columns if name in new.columns):
        pairs = zip(old[name].tolist(), new[name].tolist(), strict=True)
        apart = [(row, a, b) for row, (a, b) in enumerate(pairs) if not same(a, b)]
        if apart:
            row, a, b = apart[0]
            yield f"column {name}: {len(apart)} cells differ, first in row {row}: {a!r} → {b!r}"


def values(old, new, *, at):
    """Walk two JSON values side by side."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from (f"{at}.{key} is gone" for key in old if key not in new)
        yield from (f"{at}.{key} is new" for key in new if key not in old)
        for key in (key for key in old if key in new):
            yield from values(old[key], new[key], at=f"{at}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from values(a, b, at=f"{at}[{place}]")
    elif not same(old, new):
        yield f"{at}: {str(old)[:90]!r} → {str(new)[:90]!r}"


def same(a, b):
    """Equal, both missing, or numbers within 1e-9."""
    if isinstance(a, float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) or (a != a and b != b)
    if hasattr(a, "tolist"):
        return list(a) == list(b)
    return bool(a == b) or (pd.isna(a) and pd.isna(b))


if __name__ == "__main__":
    sys.exit(main())
