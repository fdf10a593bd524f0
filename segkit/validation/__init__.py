"""Would we find the segments again, and do they matter? The room of notebook 05.

`structure` asks whether there is anything to find and whether it comes back, `experiments`
what segments do and how sure that is, `verdicts` holds both against the limits of the brief,
`corrections` proposes what to mend. Segments come in as labels and as callables: this room
knows no approach.
"""

from segkit.validation import corrections, experiments, structure, verdicts

__all__ = ["corrections", "experiments", "structure", "verdicts"]
