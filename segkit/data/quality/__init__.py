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
from segkit.refusal import Refused


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
        self.tables, self.study, self.brief = tables, study, brief
        self.criteria, self.limits = criteria, limits

    @cached_property
    def sums(self):
        """Return the source register: see `tracing.reconciliation`."""
        return tracing.reconciliation(self.tables)

    @cached_property
    def handled(self):
        """Return what was handled, and how: see `handled.table`."""
        return handled.table(self.tables)

    @cached_property
    def traps(self):
        """Return what is known to be peculiar about the source: trap, measured, decision."""
        known = self.tables.notes()
        if known.empty:
            return Refused("No trap is known for this source. Ask the people who fill the tables.")
        return known

    @cached_property
    def hours(self):
        """Return orders by hour of the day: see `outcomes.hours`."""
        return outcomes.hours(self.tables)

    @cached_property
    def card(self):
        """Return the customer card of the brief's analysis date and look-back."""
        return cards.build(self.tables, **self.look_back)

    @property
    def look_back(self):
        """Return the analysis date and the days of the window, as `card.build` takes them."""
        return {name: self.brief.data[name] for name in ("as_of", "window_days")}

    @cached_property
    def columns(self):
        """Return the columns of the card in words: see `card.dictionary`."""
        return cards.dictionary(self.card)

    @cached_property
    def title(self):
        """Say how large the card is, and whom it leaves out."""
        as_of, n = self.brief.data["as_of"], len(self.card)
        left_out = self.tables.facts()["customers_n"] - n
        title = f"The card: {len(self.columns)} columns for {n:,} customers"
        title += f", up to {as_of}" if as_of else ""
        why = "without an order in the window are left out"
        return title + (f" ({handled.few(left_out, self.tables, why)})" if left_out else "")

    @cached_property
    def months(self):
        """Return the calendar months with orders: see `outcomes.monthly`."""
        return outcomes.monthly(self.tables)

    @cached_property
    def arrivals(self):
        """Say which months the data hold, and whether customers arrive within them."""
        if isinstance(self.months, Refused):
            return self.months
        return f"{tracing.period(self.tables)} {tracing.arrivals(self.months)['sentence']}"

    @cached_property
    def tenths(self):
        """Return who is described, by tenths of spend: see `tracing.attributed`."""
        return tracing.attributed(self.tables, self.card)

    @cached_property
    def leaning(self):
        """Say what attributes may be used for: see `tracing.leaning`."""
        return tracing.leaning(self.tables, self.tenths)

    @cached_property
    def checks(self):
        """Return the five demands: see `demands.check`."""
        asked = {"brief": self.brief, "criteria": self.criteria, "limits": self.limits}
        return demands.check(self.tables, self.card, **asked)

    @cached_property
    def plan(self):
        """Return what to collect: see `tracing.gaps`."""
        return tracing.gaps(self.columns, business=self.study.business)

    @cached_property
    def summary(self):
        """Sum up in three lines of Markdown: traced, built, judged."""
        return tracing.summary(self.tables, self.card, self.checks)

    @cached_property
    def reconciled(self):
        """Tell whether card and tables agree: see `tracing.reconciled`."""
        return tracing.reconciled(self.tables, self.card, **self.look_back)

    @cached_property
    def aside(self):
        """Return the rows that were set aside: see `tracing.aside`."""
        return tracing.aside(self.tables)

    def require(self):
        """Stop the run where a demand says so: see `demands.require`."""
        demands.require(self.checks, study=self.study)
