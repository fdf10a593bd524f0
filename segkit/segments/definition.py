"""A segmentation is a definition, not a label column.

Cut points, centres, scaling and the names in their order, as plain data: readable as JSON,
comparable between months, applied by any engine. Nothing is pickled.
"""

from dataclasses import asdict, dataclass

import ibis
import pandas as pd

from segkit.data import ordering
from segkit.segments import messages
from segkit.segments.naming import label


@dataclass(frozen=True)
class Definition:
    """What the segments of one approach are.

    Parameters
    ----------
    approach : str
        Its name.
    order : list of str
        Segment names, by the approach's own rule (mostly the largest total spend first;
        `data.ordering` tells).
    columns : list of str
        What a table must have to be assigned.
    rules : dict
        The approach's own numbers, plain lists and dicts.

    Examples
    --------
    >>> from segkit.segments import Definition
    >>> found = Definition("abc", ["A", "B", "C"], ["spend_total"], {"cuts": [50.0, 10.0]})
    >>> Definition.from_dict(found.to_dict()) == found
    True
    """

    approach: str
    order: list
    columns: list
    rules: dict

    def to_dict(self):
        """Return the definition as plain data, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data):
        """Rebuild a definition from `to_dict`'s data."""
        return cls(**{name: data[name] for name in ("approach", "order", "columns", "rules")})

    def require(self, columns):
        """Raise StudyError naming the columns that are missing from `columns`."""
        missing = [name for name in self.columns if name not in columns]
        if missing:
            raise messages.error("columns lacking", self=self, missing=missing, columns=columns)

    def apply(self, table, expression, *, widen=None):
        """Add `segment` to a table: `expression(table, rules)` makes the Ibis column.

        `widen(table, rules)`, where an approach has one, adds columns first that the expression
        uses more than once; they do not come back. A DataFrame is carried through DuckDB and
        comes back with its rows in their order.
        """
        if isinstance(table, ibis.Table):
            wide = widen(table, self) if widen else table
            made = wide.mutate(segment=expression(wide, self))
            own = [name for name in table.columns if name != "segment"]
            return made.select(*own, "segment") if widen else made
        numbered = table[self.columns].reset_index(drop=True)
        numbered["row_"] = range(len(numbered))
        lazy = self.apply(ibis.memtable(numbered), expression, widen=widen)
        segments = lazy.select("row_", "segment").order_by("row_").execute()
        return table.assign(segment=segments["segment"].to_numpy(dtype=object))

    def by(self, room, table):
        """Add `segment` to a table as `apply` does, with the room of this definition's approach."""
        return self.apply(table, room.expression, widen=getattr(room, "widen", None))


@dataclass(frozen=True)
class Attempt:
    """An approach fitted on a customer card: what its segments are, and who is in which.

    card: the customers; recipe: what has to be repeated to find the segments again; definition:
    the Definition found; labels: a Series with the segment of every customer, in the order of
    the card.
    """

    card: object
    recipe: dict
    definition: Definition
    labels: object

    @property
    def name(self):
        """Name the approach, or the two of them: "rfm", "rfm within geographic"."""
        parts = [self.recipe.get(part, {}).get("approach") for part in ("first", "second")]
        return " within ".join(filter(None, parts)) or self.recipe["approach"]

    @property
    def folded(self):
        """List in Markdown what was folded into another segment or left out; often nothing."""
        lines = self.rules.get("told", [])
        return "".join(f"\n- *Folded or left out:* {line}." for line in lines)

    @property
    def styled(self):
        """Name in Markdown the segments that only show a way of answering; often none."""
        found = [name for name in self.order if name in self.rules.get("styled", ())]
        if not found:
            return ""
        n = int(self.labels.isin(found).sum())
        verb = "lies" if len(found) == 1 else "lie"
        names = ", ".join(f"“{name}”" for name in found)
        return messages.told(
            "way of answering", names=names, n=n, all_n=len(self.labels), verb=verb
        )

    @property
    def order(self):
        """Return the names of the segments in their order, also of those that nobody is in."""
        return self.definition.order

    @property
    def rules(self):
        """Return the approach's own numbers: cut points, centres, conditions."""
        return self.definition.rules

    @property
    def needs(self):
        """Return the columns without which nobody can be put into a segment."""
        return self.definition.columns

    @property
    def criteria(self):
        """Name in words the columns of the card that say who is where."""
        return [label(column) for column in self.definition.columns]

    @property
    def sizes(self):
        """Count customers and money per segment; see `sizes`."""
        return sizes(self.labels, spend=self.card.get("spend_total"), order=self.order)

    @property
    def ordered(self):
        """Say how the segments that hold anybody are ordered; see `data.ordering.told`."""
        names, heads = self.sizes["segment"].tolist(), self.sizes["customers_n"].tolist()
        if "spend_total" not in self.card:
            return ordering.told(names, heads)
        money = self.card["spend_total"].groupby(self.labels.to_numpy()).sum()
        return ordering.told(names, heads, money[names].tolist())

    @property
    def members(self):
        """Say who is where; see `membership`."""
        return membership(self.card, labels=self.labels, order=self.order)


def sizes(labels, *, spend, order):
    """Count customers and money per segment, in the order given; empty segments are left out.

    `labels` and `spend` have one value per customer. Returns segment, customers_n,
    customers_share and money_share (0 to 1, each adding up to 1). Without money (`spend` None)
    the last is missing.
    """
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
    """Say who is where: customer_id, segment and segment_no (1 = the first in the order).

    Parameters
    ----------
    card : DataFrame
        The customer card.
    labels : Series
        The segment of each of its rows.
    order : list of str
        All segments, in their order.

    Returns
    -------
    DataFrame
        customer_id, segment, segment_no (1 = the first in the order).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import segments
    >>> card = pd.DataFrame({"customer_id": ["c1", "c2"]})
    >>> segments.membership(card, labels=pd.Series(["B", "A"]), order=["A", "B"])
      customer_id segment  segment_no
    0          c1       B           2
    1          c2       A           1
    """
    numbers = {name: number for number, name in enumerate(order, start=1)}
    return card[["customer_id"]].assign(segment=labels, segment_no=labels.map(numbers))


def by_spend(labels, spend):
    """Order labels by their total spend, largest first; ties by label. Returns a list.

    `spend` has one value per label, in their order; None orders them by number of customers.
    """
    labels = pd.Series(labels).reset_index(drop=True)
    weights = labels.notna().astype(float) if spend is None else spend.reset_index(drop=True)
    totals = weights.groupby(labels).sum()
    return sorted(totals.index, key=lambda label: (-round(float(totals[label]), 2), str(label)))
