"""Experiments: does a measure work, how much, and for whom?

`Plan` settles everything before anybody sees an answer. `people` are those who may take part, with
what is known of them before: how many a test needs (`design`), and who gets what (`drawing`).
`analyse` takes the answers back (`reading`) and asks in this order: was it random (`chance`), what
did it do to all, does that differ between segments (`analysis`), and where does it pay (`worth`).
Arithmetic of arms and segments stands in `moments`; the statistics are those of `segkit.evidence`.
What the data cannot carry is refused in words. Taught in notebook approaches/experiments.
"""

from segkit.validation.trials.analysis import analyse
from segkit.validation.trials.design import people
from segkit.validation.trials.plan import Plan
