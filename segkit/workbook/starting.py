"""Start an approach: a module, a notebook source and a test, from a template that works.

The three are the smallest approach there is, and pass the tests as they stand; whoever adds one
changes the rule, then the words. The chooser, the gallery and the README find it by its file.
"""

import re
from pathlib import Path
from string import Template

from segkit import study as studies
from segkit.segments import approaches
from segkit.study import StudyError

TEMPLATES = Path(__file__).parent / "templates" / "approach"
LONGEST = 20
"""Letters of a name, so that the lines of the files stay within a hundred."""
PLACES = {
    "module": "segkit/segments/approaches/{}.py",
    "notebook": "notebooks/src/approaches/{}.py",
    "test": "tests/segments/approaches/test_{}.py",
}
"""Template → where its file goes."""


def start(name):
    """Write the three files of a new approach; returns their paths.

    Raises StudyError for a name that is no lower-case word or taken already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > LONGEST:
        raise StudyError(
            f"{name!r} cannot be the name of an approach: it becomes the name of a file, so write "
            f"up to {LONGEST} small Latin letters, digits and single underscores, such as "
            "weekend_shoppers."
        )
    paths = {part: studies.root() / place.format(name) for part, place in PLACES.items()}
    taken = [studies.shown(path) for path in paths.values() if path.exists()]
    if taken or name in approaches.names():
        raise StudyError(f"There is an approach {name!r} already: {', '.join(taken) or name}.")
    words = name.replace("_", " ")
    for part, path in paths.items():
        text = (TEMPLATES / f"{part}.txt").read_text(encoding="utf-8")
        filled = Template(text).substitute(name=name, Title=words.capitalize())
        studies.atomic(path, filled.encode(), shared=True)
    return list(paths.values())
