"""Waiting in tests: for what happens, not for a clock. A limit is there for what hangs only."""

import time

HUNG = 1200
"""Seconds after which a thing counts as hung, on however busy a machine."""


def until(told, *, alive=lambda: True):
    """Wait until `told()` is true; fail when what it depends on is not `alive()`, or hangs."""
    end = time.monotonic() + HUNG
    while not told():
        assert alive(), "it ended before"
        assert time.monotonic() < end, "it hangs"
        time.sleep(0.05)
