"""Say which tests look at what changed: `python tests/support/changed.py`, for `make check`.

What changed is what differs from the last commit, or, where nothing does, what that commit brought.
A module's tests bear its name or that of its room; the rules of the house are always asked.
"""

import subprocess
from pathlib import Path, PurePosixPath

HOME = Path(__file__).parents[2]
LAST = ("show", "-m", "--first-parent", "--name-only", "--format=", "HEAD")


def main():
    found = {"tests/house"} | {path for file in files() for path in tests_of(PurePosixPath(file))}
    print(*sorted(path for path in found if not any(_within(path, other) for other in found)))


def files():
    """List the files that differ from the last commit, new ones too, or that it brought."""
    own = _git("status", "--porcelain", "--no-renames", "--untracked-files=all")
    return [line[3:] for line in own] or _git(*LAST)


def tests_of(file):
    """List the tests of a file; of one that no test is named after, those of its room."""
    if file.parts[0] == "tests" and file.name.startswith("test_"):
        return [str(file)] if (HOME / file).exists() else []
    if file.parts[0] != "segkit" or len(file.parts) < 2:
        return []
    *rooms, module = file.with_suffix("").parts[1:]
    places = [HOME.joinpath("tests", *rooms[:n]) for n in range(len(rooms) + 1)]
    names = [module, *rooms[1:]] if module != "__init__" else rooms[1:]
    named = [path for place in places for name in names for path in place.glob(f"test_{name}*.py")]
    inner = places[-1:] if len(rooms) > 1 and places[-1].is_dir() else []
    whole = [place for place in places[1:2] if place.is_dir()]
    return [path.relative_to(HOME).as_posix() for path in [*named, *inner] or whole]


def _within(path, other):
    return path.startswith(f"{other}/")


def _git(*words):
    done = subprocess.run(["git", *words], cwd=HOME, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line]


if __name__ == "__main__":
    main()
