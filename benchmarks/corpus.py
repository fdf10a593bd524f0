"""Score what `segkit new` guesses of the invented exports in tests/newcomer/corpus.

    python benchmarks/corpus.py                 every export, a line each, and the totals
    python benchmarks/corpus.py NAME …          these, with every column that is not right
    python benchmarks/corpus.py --money         sales and money through the whole data stage, too
    python benchmarks/corpus.py --write FOLDER  the files themselves

Columns are right, unsure (marked so in the study file), wrong (a wrong role in silence) or refused
(no study was made). “held” exports are never looked at while the guess is mended.
"""

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
import exports

VERDICTS = ("right", "unsure", "wrong", "refused")


def main(arguments):
    known = exports.load()
    if "--write" in arguments:
        folder = Path(arguments[-1])
        for name, export in known.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            exports.write(name, export, folder / name)
        return
    names = [name for name in arguments if not name.startswith("--")] or list(known)
    found = {name: scored(name, known[name], money="--money" in arguments) for name in names}
    print(f"{'export':28} {'table':10} {'right':>6} {'unsure':>6} {'wrong':>6} {'refused':>7}")
    for name in names:
        told(name, known[name], found[name], closely=len(names) < len(known))
    for label, held in (("mended on", False), ("held out", True), ("all", None)):
        some = [found[n] for n in names if held is None or bool(known[n].get("held")) == held]
        if some:
            summary(label, exports.totals(some), len(some))


def scored(name, export, *, money):
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"SEGKIT_HOME": folder, "SEGKIT_RUNS": f"{folder}/runs"}
        for inside in ("studies", "data", "notebooks"):
            (Path(folder) / inside).mkdir()
        result = exports.score(name, export, Path(folder) / "data")
        if money:
            result["money"] = exports.money(name, export, result)
        return result


def told(name, export, result, *, closely):
    many = Counter(verdict for *_, verdict in result["columns"])
    numbers = " ".join(f"{many[v] or '':>6}" for v in VERDICTS)
    print(f"{name:28} {result['table'] or '-':10} {numbers}{' held' * bool(export.get('held'))}")
    if "money" in result:
        print(f"  {result['money']}")
    for heading, wanted, got, verdict in result["columns"] if closely else ():
        if verdict != "right":
            print(f"    {verdict:8} {heading}: {got}, right is {wanted}")
    if closely and result["why"]:
        print(f"    {result['why']}")


def summary(label, many, exports_n):
    n = sum(many.values())
    shares = ", ".join(f"{v} {many[v]} ({many[v] / n:.1%})" for v in VERDICTS)
    print(f"{label}: {exports_n} exports, {n} columns: {shares}")


if __name__ == "__main__":
    main(sys.argv[1:])
