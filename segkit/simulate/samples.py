"""The small samples that lie in `data/`: which world, how large, from which seed.

A test draws them again and compares the bytes; after a change of a world, write them again:
`python -m segkit.simulate.samples`.
"""

from segkit import study
from segkit.simulate.worlds import world, write

SAMPLES = {
    "store": {"customers": 1000, "seed": 11},
    "services": {"customers": 600, "seed": 12},
    "b2b": {"customers": 500, "seed": 13},
    "mixed": {"customers": 600, "seed": 14},
    "email_test": {"customers": 9000, "seed": 15},
    "survey": {"customers": 1000, "seed": 16},
}
"""World: what it is drawn with."""


def draw(name):
    """Draw one of the samples again."""
    return world(name, **SAMPLES[name])


def renew():
    """Write all samples into the project's `data/`; returns the paths."""
    home = study.root() / "data"
    return [path for name in SAMPLES for path in write(draw(name), home / name)]


if __name__ == "__main__":
    renew()
