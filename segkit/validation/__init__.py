"""Would we find the segments again, and do they matter? The room of notebook 05.

`findings` holds what is seen of a segmentation, one object per question; `judging` holds it against
the limits of the brief; `alone` judges any segmentation of anything. Below them: `indices` (what
speaks for groups where the segments are), `structure` (agreement, clouds, other numbers),
`recurring` (does each come back), `solutions` (with fewer and more of them), `pages` (all of
it side by side), `descriptors` (what differs and did not make them),
`experiments` (what segments do and how sure that is), `verdicts` (the rules, one by one) and
`corrections` (what to mend). `movement` and `drift` set two months beside each other. `trials` are
experiments: planned, drawn, analysed. Segments come in as labels and as callables: this room knows
no approach.
"""

from segkit.validation import corrections, experiments, indices, structure, verdicts
from segkit.validation.alone import judge
from segkit.validation.findings import backtest, recurrence, response, signs
from segkit.validation.judging import weigh
from segkit.validation.structure import adjusted_rand
