"""What is done with rows that are no plain purchase: handled and counted, never silently.

`rules` set unusable rows aside, `returns` pair what came back, `charges` know what is no product,
`currencies` what amounts are in, `states` what became of an order; `handled` counts it.
"""

import importlib


def __getattr__(name):
    if name in ("charges", "currencies", "handled", "returns", "rules", "states"):
        return importlib.import_module(f"segkit.data.treatment.{name}")
    raise AttributeError(f"module 'segkit.data.treatment' has no attribute '{name}'")
