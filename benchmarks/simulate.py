"""Worlds of about a million order lines: seconds to draw, seconds to write, and the same bytes.

Each world is drawn twice from one seed; the bytes of both are compared table by table. The
limit is ten processor seconds for drawing a million order lines with all tables around them.

    python benchmarks/simulate.py [LINES]
"""

import hashlib
import sys
import tempfile
import time

from segkit import simulate

LINES = 1_000_000
LIMIT = 10.0
"""Processor seconds that a million order lines may take."""


def size(name, lines):
    """Tell how many customers give so many order lines."""
    small = simulate.world(name, customers=2000, seed=1)
    return max(20, int(2000 * lines / len(small.tables["orders"])))


def drawn(name, customers):
    """Draw a world; returns (world, wall seconds, processor seconds)."""
    began, used = time.perf_counter(), time.process_time()
    world = simulate.world(name, customers=customers, seed=1)
    return world, time.perf_counter() - began, time.process_time() - used


def digests(world):
    """Write a world and hash its files; returns ({file: hash}, seconds of writing)."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        paths = simulate.write(world, folder)
        took = time.perf_counter() - began
        names = {path: str(path.relative_to(folder)) for path in paths}
        return {names[p]: hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}, took


def main():
    """Measure and print the table; fail where the limit or the bytes are missed."""
    lines, failed = int(sys.argv[1]) if len(sys.argv) > 1 else LINES, []
    heads = f"{'draw s':>9}{'cpu s':>9}{'write s':>9}"
    print(f"{'world':10}{'customers':>11}{'order lines':>13}{heads}  bytes")
    for name in ("store", "services", "b2b", "mixed"):
        customers = size(name, lines)
        world, wall, took = drawn(name, customers)
        first, writing = digests(world)
        n = len(world.tables["orders"])
        del world
        same = first == digests(drawn(name, customers)[0])[0]
        verdict = "same" if same else "DIFFERENT"
        print(f"{name:10}{customers:11,}{n:13,}{wall:9.1f}{took:9.1f}{writing:9.1f}  {verdict}")
        if not same or took > LIMIT * max(n / LINES, 0.1):
            failed.append(name)
    if failed:
        sys.exit(f"missed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
