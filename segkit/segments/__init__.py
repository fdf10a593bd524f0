"""Which customers belong together? The room of notebook 04.

Every approach has two verbs. `fit(card, …)` looks at the customer card and returns a
`Definition`: plain data that says what the segments are. `assign(table, definition)` applies
it to any table with the same columns, inside the engine, so that new customers, next month
and a database of any size get the same segments.

One file (or folder) per approach, called like its notebook and listed in `chooser.APPROACHES`:
abc, rfm, lifecycle, activity, behaviour, demographic, geographic, firmographic, five_w, cohorts,
crm_selections, web_analytics, loyalty, lifestyle, needs, clv, clusters. What they share:
`definition`, `about`, `naming`; `rules` (conditions as data) with `selections`, `classifications`
and `typical` for the CRM; `attributes` and `bands` for what people and companies are; `questions`
and `latent` for answers; `purchases` (BG/NBD, Gamma-Gamma) for clv; `mixtures` for clusters;
`combined` for two approaches at once; `chooser` to compare them all.
"""

from segkit.segments import chooser
from segkit.segments.chooser import APPROACHES
from segkit.segments.definition import Definition

__all__ = [
    "APPROACHES",
    "Definition",
    "assign",
    "attempt",
    "fit",
    "labels",
    "measured",
    "membership",
    "sizes",
]


def fit(card, recipe):
    """Fit the approach a recipe names: {"approach": "clusters", "features": …, "k": …, "seed": …}.

    A recipe is what has to be repeated to find the segments again on other customers or at
    another date. Two approaches at once: {"approach": "combined", "first": recipe, "second":
    recipe}. Returns a Definition. Raises StudyError for an unknown approach, or one that the card
    cannot carry.
    """
    return chooser.fit(card, recipe)


def attempt(card, approach):
    """Fit an approach where the card can carry it; returns (Definition, labels) or Nones.

    `approach` is its name or a recipe.

    `labels` is a Series with the segment of every customer, in the order of the card.
    """
    recipe = {"approach": approach} if isinstance(approach, str) else approach
    if chooser.missing(card, approach=recipe["approach"]):
        return None, None
    definition = fit(card, recipe)
    return definition, assign(card, definition)["segment"]


def labels(card, definitions):
    """Assign several definitions to one card: one column of segments per approach.

    `definitions` maps a name to a Definition. Rows are in the order of the card.
    """
    import pandas as pd

    found = {name: assign(card, each)["segment"] for name, each in definitions.items()}
    return pd.DataFrame(found, index=card.index)


def measured(card, definition, *, features):
    """List the columns by which distances between a definition's segments can be told.

    Its own columns where they are numbers that vary; else the criteria `features`.
    """
    numbers = card[definition.columns].select_dtypes(["number", "bool"])
    return [c for c in numbers if numbers[c].max() > numbers[c].min()] or list(features)


def assign(table, definition):
    """Give every row of `table` its segment, in a new column `segment`.

    `table` is an Ibis table (a lazy expression comes back, to be run by any engine) or a
    DataFrame (a DataFrame comes back, rows in their order). Raises StudyError when a column
    the definition needs is missing.
    """
    if isinstance(definition, dict):
        definition = Definition.from_dict(definition)
    definition.require(table.columns)
    room = chooser.room(definition.approach)
    return definition.apply(table, room.expression, widen=getattr(room, "widen", None))


def sizes(labels, *, spend, order):
    """Count customers and money per segment, in the order given; empty segments are left out.

    `labels` and `spend` have one value per customer. Returns segment, customers_n,
    customers_share and money_share (0 to 1, each adding up to 1). Without money (`spend` None)
    the last is missing.
    """
    import pandas as pd

    if spend is None:
        spend = pd.Series(float("nan"), index=labels.index)
    groups = spend.groupby(labels.to_numpy())
    found = [name for name in order if name in groups.groups]
    counts, money = groups.size()[found], groups.sum()[found]
    parts = {"customers_n": counts, "customers_share": counts / len(labels)}
    money = money / (money.sum() or 1) if spend.notna().any() else float("nan")
    table = pd.DataFrame({**parts, "money_share": money})
    return table.rename_axis("segment").reset_index()


def membership(card, *, labels, order):
    """Say who is where: customer_id, segment and segment_no (1 = the first in the order)."""
    numbers = {name: number for number, name in enumerate(order, start=1)}
    return card[["customer_id"]].assign(segment=labels, segment_no=labels.map(numbers))
