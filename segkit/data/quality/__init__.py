"""Are the data fit for the question? What came in, who is known, and the five demands on both.

The handbook's demands: data should be current, consistent, complete, sufficient and prepared.
`judge` looks at a study's tables by the limits of its user; whatever it found is a part to be
looked at alone. A good score makes no data true: it only says that nothing measurable speaks
against them.
"""

from functools import cached_property

from segkit.data import card as cards
from segkit.data import outcomes
from segkit.data.quality import demands, tracing
from segkit.data.treatment import handled


def judge(tables, *, study, brief, criteria=None, limits=None):
    """Judge by the five demands whether data can carry a segmentation.

    Parameters
    ----------
    tables : segkit.data.Tables
        The tables of a study, as `data.open` gives them.
    study : segkit.study.Study
        Whose customers; it may say that a demand only warns, and what kind of business it is.
    brief : segkit.brief.Brief
        Analysis date, look-back and smallest useful segment, of notebook 01.
    criteria : pandas.DataFrame, optional
        Columns `column` and `role`, of notebook 02; without them every column is looked at.
    limits : dict, optional
        What the user allows, see `demands.check`.

    Returns
    -------
    Judgement
        Its parts are computed when they are first looked at.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import data
    >>> from segkit.brief import Brief, Goal, Limits
    >>> from segkit.study import Study
    >>> orders = pd.DataFrame({"customer_id": list("aab"), "order_id": list("123"),
    ...     "ordered_at": pd.to_datetime(["2024-01-02", "2024-02-03", "2024-02-09"]),
    ...     "amount": [3.0, 4.5, 10.0]})
    >>> days = {"as_of": "2024-03-01", "window_days": 0}
    >>> brief = Brief("segment", "", Goal(), data=days, learn=None, test=None, limits=Limits())
    >>> judged = data.quality.judge(data.from_frames(orders), study=Study(name="x", title="x"),
    ...                             brief=brief)
    >>> judged.card["orders_n"].tolist(), judged.reconciled
    ([2, 1], True)
    """
    return Judgement(tables, study, brief, criteria, limits)


class Judgement:
    """What was found out about the data of a study; see `judge`.

    Attributes
    ----------
    sums, handled, traps, hours
        What was read and where it went, what was done to rows, what is peculiar about the
        source, orders by hour of the day.
    card, columns, title
        One row per customer, its columns explained, and what both say in a line.
    months, arrivals, tenths, leaning
        Customers by month of their first order, and what that tells; who is described, by
        tenths of spend, and what follows.
    checks, plan, summary, reconciled, aside
        The five demands, what to collect, three lines on all of it, whether card and tables
        agree, the rows set aside.
    """

    def __init__(self, tables, study, brief, criteria, limits):
        self.tables, self.study = tables, study
        self.asked = {"brief": brief, "criteria": criteria, "limits": limits}
        self.look_back = {name: brief.data[name] for name in ("as_of", "window_days")}

    sums = cached_property(lambda self: tracing.reconciliation(self.tables))
    handled = cached_property(lambda self: handled.table(self.tables))
    traps = cached_property(lambda self: tracing.traps(self.tables))
    hours = cached_property(lambda self: outcomes.hours(self.tables))
    card = cached_property(lambda self: cards.build(self.tables, **self.look_back))
    columns = cached_property(lambda self: cards.dictionary(self.card))
    title = cached_property(lambda self: tracing.title(self.tables, self.card, **self.look_back))
    months = cached_property(lambda self: outcomes.monthly(self.tables))
    arrivals = cached_property(lambda self: tracing.arrived(self.months, self.tables))
    tenths = cached_property(lambda self: tracing.attributed(self.tables, self.card))
    leaning = cached_property(lambda self: tracing.leaning(self.tables, self.tenths))
    checks = cached_property(lambda self: demands.check(self.tables, self.card, **self.asked))
    plan = cached_property(lambda self: tracing.gaps(self.columns, business=self.study.business))
    summary = cached_property(lambda self: tracing.summary(self.tables, self.card, self.checks))
    aside = cached_property(lambda self: tracing.aside(self.tables))

    @cached_property
    def reconciled(self):
        """Tell whether card and tables agree: see `tracing.reconciled`."""
        return tracing.reconciled(self.tables, self.card, **self.look_back)

    def require(self):
        """Stop the run where a demand says so: see `demands.require`."""
        demands.require(self.checks, study=self.study)
