"""What is done with rows that are no plain purchase: handled and counted, never silently.

`rules` set unusable rows aside, `returns` pair what came back, `charges` know what is no product,
`repeats` which lines are one line given twice, `totals` which add up others, `nets` what was kept
after discounts and refunds, `currencies` what amounts are in, `states` what became of an order;
`handled` counts it.
"""

import importlib

_ROOMS = ("charges", "currencies", "handled", "nets", "repeats", "returns", "rules", "states",
          "totals")  # fmt: skip


def __getattr__(name):
    if name in _ROOMS:
        return importlib.import_module(f"segkit.data.treatment.{name}")
    raise AttributeError(f"module 'segkit.data.treatment' has no attribute '{name}'")
