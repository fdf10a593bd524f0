"""Criteria on one scale: standard deviations from the average customer.

Money in thousands would drown shares between 0 and 1. Skewed criteria are put on a log scale first,
what is missing counts as the median. The scale is plain data, kept in a definition, so that next
month's customers are measured by the same one: here (`prepare`) and in any engine (`scaled`).
"""

import ibis
import numpy as np
import pandas as pd

from segkit.refusal import Refused, passes
from segkit.segments import messages
from segkit.segments.definition import Definition

SKEWED = 1.0
"""Skewness above which a criterion without negative values is put on a log scale."""


RAW, STANDARD = "as answered", "standardised"
"""Two ways to set the items of a battery beside each other."""


@passes
def scaling(card, *, features, items=""):
    """Decide how each criterion is put on a common scale.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card.
    features : list of str
        Columns to put on a common scale.
    items : str
        Of an item battery: "as answered" (all items share one spread, so distances are those of the
        answers as they were given) or "standardised" (each has its own). Empty for other criteria.

    Returns
    -------
    list of dict or Refused
        One per column that varies: column, log (whether the logarithm of 1 + value is taken), fill
        (the median, put where a value is missing), mean and sd after that. Refused without columns.

    Raises
    ------
    segkit.study.StudyError
        Where none of the columns varies.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import clusters
    >>> (scale,) = clusters.scaling(pd.DataFrame({"age": [20.0, 40.0, 60.0]}), features=["age"])
    >>> scale["log"], scale["fill"], scale["mean"]
    (False, 40.0, 40.0)
    """
    if not list(features):
        return Refused(messages.told("no criteria"))
    if items:
        return _items(card[list(features)].astype(float), items)
    scales = [_scale(card[column].astype(float), column) for column in features]
    scales = [scale for scale in scales if scale["sd"] > 0]
    if not scales:
        raise messages.error("criteria alike", features=features)
    return scales


def _items(answers, items):
    """Scale the items of a battery; an answer that is lacking lies at the item's mean."""
    ordered = pd.DataFrame({c: np.sort(answers[c].to_numpy()) for c in answers})
    means, spreads = ordered.mean().fillna(0.0), ordered.std(ddof=0).fillna(0.0)
    varied = [c for c in answers if spreads[c] > 1e-9]
    if not varied:
        raise messages.error("criteria alike", features=list(answers))
    if items == RAW:
        spreads[:] = float(np.sqrt((spreads[varied] ** 2).mean()))
    return [
        {"column": c, "log": False, "fill": float(means[c]), "mean": float(means[c]),
         "sd": float(spreads[c])}
        for c in varied
    ]  # fmt: skip


def _scale(values, column):
    fill = float(values.median()) if values.notna().any() else 0.0
    values = values.fillna(fill)
    log = bool(values.min() >= 0 and round(values.skew(), 6) > SKEWED)
    values = np.log1p(values) if log else values
    ordered = np.sort(values.to_numpy())  # sums do not depend on the order of the customers
    mean, sd = float(ordered.mean()), float(ordered.std())
    sd = sd if np.isfinite(sd) and sd > 1e-9 else 0.0
    return {"column": column, "log": log, "fill": fill, "mean": mean, "sd": sd}


@passes
def prepare(card, scales):
    """Return the criteria as a float matrix (customers, criteria) on a common scale.

    Parameters
    ----------
    card : DataFrame or Refused
        The customer card.
    scales : list of dict or Definition
        From `scaling`, or fitted.

    Returns
    -------
    array (customers, criteria)
        One unit is one standard deviation among the customers the scales were made of.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import clusters
    >>> card = pd.DataFrame({"age": [20.0, 40.0, 60.0]})
    >>> clusters.prepare(card, clusters.scaling(card, features=["age"])).round(2).ravel().tolist()
    [-1.22, 0.0, 1.22]
    """
    if isinstance(scales, Definition):
        scales = scales.rules["scaling"]
    return np.column_stack([_apply(card[scale["column"]], scale) for scale in scales])


def _apply(values, scale):
    values = values.astype(float).fillna(scale["fill"]).to_numpy()
    values = np.log1p(np.clip(values, 0, None)) if scale["log"] else values
    return (values - scale["mean"]) / scale["sd"]


def scaled(column, scale):
    """Put an Ibis column on its common scale: standard deviations from the average customer."""
    value = column.cast("float64").fill_null(scale["fill"])
    if scale["log"]:
        value = (ibis.greatest(value, 0.0) + 1.0).ln()
    return (value - scale["mean"]) / scale["sd"]
