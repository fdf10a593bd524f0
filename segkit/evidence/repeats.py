"""Repeats: which of several measurements are as high as the highest, and is that settled?

Numbers of segments are compared by how well samples agree. Those at most `NEAR` below the best
count as equally good; one whose distance from that border lies within `SURE` standard errors is
*open*: other samples could put it in or out. Whether there are to be more repeats, and what is said
where there are no more, both rest on this one table. Refuses nothing: one repeat leaves all open.
"""

import numpy as np

NEAR = 0.02
"""Means that differ by less are as good as each other."""
SURE = 2.0
"""Standard errors from that border within which a comparison is open."""


def near_best(table, *, by, value):
    """Compare the means of repeats with the best of them.

    Parameters
    ----------
    table : DataFrame
        One row per repeat: the columns `by` (what was measured) and `value`.
    by, value : str
        Names of these columns.

    Returns
    -------
    DataFrame
        Indexed by `by`: mean, error (standard error; 1 where a single repeat has none), repeats_n,
        near (at most .02 below the best, as measured) and open (within two standard errors of
        that, so undecided; never the best itself).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import evidence
    >>> rows = [(3, 0.90), (3, 0.92), (4, 0.88), (4, 0.91), (5, 0.50), (5, 0.51)]
    >>> table = pd.DataFrame(rows, columns=["k", "adjusted_rand"])
    >>> evidence.near_best(table, by="k", value="adjusted_rand")[["near", "open"]].T
    k         3     4      5
    near   True  True  False
    open  False  True  False
    """
    groups = table.groupby(by)[value]
    found = groups.mean().rename("mean").to_frame()
    found["error"], found["repeats_n"] = groups.sem().fillna(1.0), groups.size()
    best = found["mean"].idxmax()
    behind = (found["mean"][best] - found["mean"] - NEAR).round(12)
    noise = np.hypot(found["error"], found["error"][best])
    found["near"] = behind <= 0
    found["open"] = (behind.abs() < SURE * noise) & (found.index != best)
    return found
