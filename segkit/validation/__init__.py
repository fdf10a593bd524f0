"""Would we find the segments again, and do they matter? The room of notebook 05.

`findings` holds what is seen of a segmentation, one object per question; `judging` holds it against
the limits of the brief. Below them: `structure` (is there anything to find, does it come back),
`experiments` (what segments do and how sure that is), `verdicts` (the rules, one by one) and
`corrections` (what to mend). Segments come in as labels and as callables: this room knows no
approach.
"""

from segkit.validation import corrections, experiments, indices, structure, verdicts
from segkit.validation.findings import backtest, recurrence, response, signs
from segkit.validation.judging import judge
from segkit.validation.structure import adjusted_rand
