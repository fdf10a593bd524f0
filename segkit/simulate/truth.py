"""How far segments of a simulated study coincide with the kinds of customers that were planted.

The truth lies apart from the study's tables, in `data/NAME/truth/`, so that no step can read it
by accident. Where none were planted, that is said.
"""

from segkit.refusal import Refused
from segkit.study import root

NONE = "*There is no truth to compare with:* no kinds of customers were planted in this study."


def likeness(study, *, labels, customers):
    """Compare segmentations with what was planted.

    Parameters
    ----------
    study : str
        The name of a study, as in `studies/`.
    labels : dict
        Segments of the same customers by method: {method: one label per customer}.
    customers : Series
        Their customer_id, in the order of the labels.

    Returns
    -------
    DataFrame or Refused
        method and like_truth (adjusted Rand index: 1 the same, 0 chance); refused where nothing
        was planted.

    Examples
    --------
    >>> from segkit import simulate
    >>> simulate.likeness("grocery", labels={}, customers=[]).why
    '*There is no truth to compare with:* no kinds of customers were planted in this study.'
    """
    import pandas as pd
    from sklearn.metrics import adjusted_rand_score

    planted = root() / "data" / study / "truth" / "customers.csv"
    told = pd.read_csv(planted, dtype=str) if planted.is_file() else pd.DataFrame()
    if "archetype" not in told:
        return Refused(NONE)
    kinds = told.set_index("customer_id")["archetype"].reindex(customers)
    found = {name: adjusted_rand_score(kinds, each) for name, each in labels.items()}
    return pd.DataFrame({"method": found.keys(), "like_truth": found.values()})
