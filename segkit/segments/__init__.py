"""Which customers belong together? The room of notebook 04.

Every approach has two verbs. `fit(card, …)` looks at the customer card and returns a
`Definition`: plain data that says what the segments are. `assign(table, definition)` applies
it to any table with the same columns, inside the engine, so that new customers, next month
and a database of any size get the same segments.

`approaches/` holds one file (or folder) per approach, called like its notebook, and nothing else.
What they are made of lies below: `definition`, `about`, `naming` · `rules` (conditions as data) ·
`attributes` (what people and companies are, in bands and words) · `models` (scales, mixtures,
latent classes, purchases) · `crm` (selections, classifications). Above them stand `chooser`, which
compares them all, and `combined`, two approaches at once; `base` counts everybody, in a segment or
not.
"""

import pandas as pd

from segkit.refusal import Refused, passes
from segkit.segments import chooser
from segkit.segments.definition import Attempt, Definition, membership, sizes


def fit(card, recipe):
    """Fit the approach a recipe names: {"approach": "clusters", "features": …, "k": …, "seed": …}.

    A recipe is what has to be repeated to find the segments again on other customers or at another
    date.

    Parameters
    ----------
    card : DataFrame
        The customer card.
    recipe : dict
        {"approach": "clusters", "features": …, "k": …, "seed": …}; two at once: {"approach":
        "combined", "first": recipe, "second": recipe}.

    Returns
    -------
    Definition
        What the segments are.

    Raises
    ------
    segkit.study.StudyError
        For an unknown approach, or one that the card cannot carry.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> card = pd.DataFrame({"spend_total": [80.0, 10.0, 5.0, 4.0, 1.0]})
    >>> segments.fit(card, {"approach": "abc"}).order
    ['A: most of the money', 'B: the middle', 'C: the long tail']
    """
    return chooser.fit(card, recipe)


@passes
def attempt(card, approach):
    """Fit an approach where the card can carry it.

    Parameters
    ----------
    card : DataFrame
        The customer card, one row per customer (see `segkit.data.card.build`).
    approach : str or dict
        The name of an approach, or a recipe (see `fit`).

    Returns
    -------
    Attempt or Refused
        The Attempt holds `definition`, `labels` (the segment of every customer, in the order of
        the card), `order`, `rules`, `sizes` and `members`; the Refused says what is missing.

    Raises
    ------
    Slip
        For an option that cannot be meant, whatever the data.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "spend_total": [80.0, 10, 6, 4]})
    >>> segments.attempt(card, "abc").labels.tolist()
    ['A: most of the money', 'B: the middle', 'B: the middle', 'C: the long tail']
    >>> segments.attempt(card[["customer_id"]], "abc").why[:30]
    '*No ABC for these customers:* '
    """
    return chooser.attempt(card, approach)


def options(card, *, criteria):
    """Look which approaches a customer card can carry, and try those that take no time.

    Parameters
    ----------
    card : DataFrame
        The customer card, one row per customer.
    criteria : DataFrame
        `criteria.csv` of notebook 02: columns `column` and `role`; those with the role "segment"
        may divide customers.

    Returns
    -------
    Options
        `table` (every approach with its question, and whether it can be used here, or why not),
        `features`, `introduction(goal)`, `compared(clusters)` and `final(approach, …)`; an
        approach by its name, `options["rfm"]`, is an Attempt or a Refused.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "spend_total": [80.0, 10, 6, 4]})
    >>> criteria = pd.DataFrame({"column": ["spend_total"], "role": ["segment"]})
    >>> segments.options(card, criteria=criteria)["abc"].sizes["customers_n"].tolist()
    [1, 2, 1]
    """
    return chooser.options(card, criteria=criteria)


@passes
def crossed(rows, columns):
    """Count the customers that two segmentations share.

    Parameters
    ----------
    rows, columns : Attempt
        Two approaches fitted on the same card.

    Returns
    -------
    DataFrame
        Numbers of customers: segments of `rows` down, those of `columns` across, in their order.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> card = pd.DataFrame({"customer_id": list("abcd"), "spend_total": [80.0, 10, 6, 4]})
    >>> abc = segments.attempt(card, "abc")
    >>> segments.crossed(abc, abc).to_numpy().tolist()
    [[1, 0, 0], [0, 2, 0], [0, 0, 1]]
    """
    table = pd.crosstab(rows.labels.to_numpy(), columns.labels.to_numpy())
    table = table.reindex(rows.order, fill_value=0)
    return table[[name for name in columns.order if name in table]]


def settle(fitted, run, *, refit=False):
    """Settle which segments go on: those the study keeps, or today's under last month's names.

    Parameters
    ----------
    fitted : Attempt or Refused
        What was found in today's customers.
    run : segkit.study.Run
        The run folder, as `segkit.open_run` opened it; its study may keep a segmentation.
    refit : bool
        Leave aside what is kept, to look what a fit of today would propose.

    Returns
    -------
    Settled
        An Attempt that also has `moves` (kept segments beside those fitted today, or a Refused that
        says how to keep them) and `told` (what is applied, which names changed).

    Examples
    --------
    See notebook 04; `segkit keep NAME` settles what the last run found.
    """
    from segkit.segments import staying

    return staying.settle(fitted, run, refit=refit)


def record(final, *, compared, choice, agreement, features):
    """Put all that later notebooks need to know of a segmentation into plain data.

    Parameters
    ----------
    final : Attempt
        The segmentation that goes on.
    compared : Compared
        All segmentations it was compared with.
    choice : clusters.Choice
        The number of clusters that the evidence chose, and why.
    agreement : DataFrame or Refused
        Adjusted Rand index of every two of them.
    features : list of str
        The criteria of notebook 02.

    Returns
    -------
    dict
        What `segments.json` holds.

    Examples
    --------
    See notebook 04; `record(…)["order"]` lists the names of the segments that hold customers.
    """
    order = final.sizes["segment"].tolist()
    told = {"approach": final.recipe["approach"], "order": order, "k": len(order)}
    told |= {"recipe": final.recipe, "features": measured(final, features=features)}
    told |= {"definition": final.definition.to_dict(), "definitions": compared.definitions}
    told |= {"k_reason": choice.reason, "k_evidence": choice.table.round(6).to_dict("records")}
    told["k_open"] = choice.open if len(final.sizes) == choice.k else ""
    told |= {"kept": _version(final), "agreement": list(agreement.round(6).to_dict("records"))}
    return told


def _version(final):
    """Say which kept version was applied, in short; {} where none was."""
    version = getattr(final, "version", {})
    return {name: version[name] for name in KEPT if name in version}


KEPT = ("version", "date", "as_of", "key", "personas")
"""What later rooms are told of a kept version."""


def measured(attempt, *, features):
    """List the columns by which distances between the segments of an Attempt can be told.

    Its own columns where they are numbers that vary; else the criteria `features`.
    """
    numbers = attempt.card[attempt.definition.columns].select_dtypes(["number", "bool"])
    return [c for c in numbers if numbers[c].max() > numbers[c].min()] or list(features)


def kept(run):
    """Read the segmentation that notebook 04 settled.

    Parameters
    ----------
    run : segkit.study.Run
        The run folder, as `segkit.open_run` opened it.

    Returns
    -------
    Kept
        `card`, `labels`, `order`, `features`, `recipe`, `membership`, `shares` (0 to 1), `matrix`
        (features on a common scale); `on(card)` puts other customers into these segments,
        `again(card)` looks for segments with the same recipe on another card.

    Examples
    --------
    See notebook 05; `kept(run).order` lists the names of the segments.
    """
    from segkit.segments import settled

    return settled.read(run)


def everybody(kept, tables, *, brief):
    """Give everybody whom the tables know a stage (lead, new, regular, lapsing, lost).

    Parameters
    ----------
    kept : segkit.segments.settled.Kept
        The segments in use, as `kept` returned them.
    tables : segkit.data.tables.Tables
        The study's tables, as `data.open` returned them.
    brief : segkit.brief.Brief
        On which day they are looked at.

    Returns
    -------
    Everybody
        `table` (stage, customers_n, in_segments_n, spend_total, last_order_days, …; its rows add up
        to all whom the tables know), `members` (a row per customer, for lists), `notes` (what
        cannot be told, and why) and `told` in words.

    Examples
    --------
    See notebook 06; `everybody(kept, tables, brief=brief).table` counts the leads and the lost.
    """
    from segkit.segments import base

    return base.everybody(kept, tables, brief=brief)


@passes
def in_use(run, card, *, approach=""):
    """Give the segments that notebook 04 settled in this run, or those of an approach tried alone.

    Parameters
    ----------
    run : segkit.study.Run
        The run folder, as `segkit.open_run` opened it.
    card : DataFrame
        The customer card, on which an approach is tried.
    approach : str
        Its name; empty takes what notebook 04 settled and, before that, the first of lifestyle,
        needs and RFM that the card can carry.

    Returns
    -------
    Kept, Attempt or Refused
        All with `card`, `labels`, `order`, `needs` and `recipe`; the Refused says what is missing.

    Examples
    --------
    See notebook approaches/placing; `in_use(run, card, approach="rfm").order` lists the names.
    """
    if not approach and run.has("segments.json"):
        return kept(run)
    tried = (attempt(card, name) for name in ([approach] if approach else ALONE))
    found = next((each for each in tried if not isinstance(each, Refused)), None)
    return found or attempt(card, approach or ALONE[-1])


ALONE = ("lifestyle", "needs", "rfm")
"""What is tried where nothing was settled yet, the first that the card can carry."""


@passes
def assign(table, definition):
    """Give every row of `table` its segment, in a new column `segment`.

    Parameters
    ----------
    table : DataFrame, Ibis table or Refused
        What is to be assigned.
    definition : Definition
        Of any approach.

    Returns
    -------
    DataFrame or Ibis table
        With a new column `segment`. A DataFrame keeps its rows in their order; an Ibis table is
        lazy, to be run by any engine.

    Raises
    ------
    segkit.study.StudyError
        When a column the definition needs is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> card = pd.DataFrame({"spend_total": [80.0, 10.0, 5.0, 4.0, 1.0]})
    >>> found = segments.fit(card, {"approach": "abc"})
    >>> segments.assign(card, found)["segment"].str[0].tolist()
    ['A', 'B', 'B', 'C', 'C']
    """
    return chooser.assign(table, definition)
