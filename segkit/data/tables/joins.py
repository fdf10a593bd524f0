"""Do the tables of a study speak of the same customers and products? What does not join is said.

Ids that differ in case, blanks, dashes or leading zeros only may name one customer or two: nobody
but the shop knows. They are left as they are, and told with an example of either spelling; the
study's `join_alike: true` makes them one.
"""

from dataclasses import dataclass

import ibis

from segkit.data import masks, messages, origin
from segkit.data.cells import phrases, spelling

FEW = 0.2
"""So small a share of the ids that could join is a failed join."""


@dataclass(frozen=True)
class Join:
    """How the ids of a table join those of the lead: counts, and examples (of the lead, of it).

    `n` ids of the table, `most` that could join, `joined_n` that do, `alike_n` that would if case,
    blanks, dashes and leading zeros did not count; `pairs` of these, or ids of both sides.
    """

    n: int
    most: int
    joined_n: int
    alike_n: int
    pairs: list

    @property
    def fails(self):
        """Tell whether there is something to say: a failed join, or spellings apart."""
        return bool(self.alike_n) or self.joined_n < FEW * self.most

    def words(self, what, lead):
        """Say it: "0 of 8 products join the orders, 8 but for their spelling: …"."""
        pairs = [map(_blanks, pair) if pair[0].split() == pair[1].split() else pair
                 for pair in self.pairs]  # fmt: skip
        shown = "; ".join(f"“{one}” in {lead}, “{other}” in {what}" for one, other in pairs)
        near = f", {self.alike_n:,} more but for their spelling" if self.alike_n else ""
        return f"{self.joined_n:,} of {self.n:,} ids of {what} stand in {lead}{near}: {shown}"


def _blanks(text):
    """Make blanks visible, where nothing else tells two ids apart."""
    return text.replace(" ", "␣")


def notes(found):
    """List what is to be said of the joins of {name: Source}: notes as in `origin.Source`."""
    lead = next((name for name in ("orders", "customers") if name in found), None)
    if lead is None:
        return []
    known, told = found[lead].table, []
    keys = [key for key in ("customer_id", "product_id") if key in known.columns]
    ids = {key: _distinct(known[key]) for key in keys}
    for name, source in found.items():
        for key in keys:
            if name == lead or key not in source.table.columns:
                continue
            join = _compared(ids[key], _distinct(source.table[key]))
            if join.fails:
                told.append(messages.note("failed join", said=join.words(name, lead)))
    return told + _shortened(found) + _twice(ids["customer_id"], lead)


def aggregates(source):
    """Count the product ids that a spreadsheet has shortened: {name: aggregate}."""
    if "product_id" not in source.table.columns:
        return {}
    return {"shortened_products": spelling.shortened(source.table.product_id).sum()}


def _shortened(found):
    """Note them: unlike a customer's or an order's, such a line is kept."""
    told = []
    for name, source in found.items():
        counted = origin.told(source.table, aggregates(source), seen=source.seen)
        if n := int(counted.get("shortened_products") or 0):
            told.append(messages.note("shortened ids", n=n, name=name))
    return told


def compare(lead, other):
    """Compare two columns of ids: a `Join`."""
    return _compared(_distinct(lead), _distinct(other))


def _compared(one, two):
    here = origin.once(one.anti_join(two, "id").mutate(key=spelling.alike(ibis._.id)))
    there = origin.once(two.anti_join(one, "id").mutate(key=spelling.alike(ibis._.id)))
    near = here.join(there.rename(other="id"), "key").order_by("id", "other")
    sizes = [int(table.count().execute()) for table in (one, two, there)]
    alike_n = int(near.other.nunique().execute())
    pairs = near.limit(2) if alike_n else _any(here, there)
    shown = pairs.select(one=masks.column(pairs.id), two=masks.column(pairs.other)).execute()
    joined_n = sizes[1] - sizes[2]
    return Join(sizes[1], min(sizes[:2]), joined_n, alike_n, list(shown.itertuples(index=False)))


def _any(here, there):
    """Show an id of either side, the first in order."""
    first = there.order_by("id").limit(1).select(other="id")
    return here.order_by("id").limit(1).select("id").cross_join(first)


def _distinct(column):
    """List the ids of a column once each, without words for nobody: an Ibis table with `id`."""
    table = column.name("customer_id").as_table().distinct()
    table = table.filter(~phrases.nobody(table) & ~spelling.shortened(table.customer_id))
    return origin.once(table.select(id="customer_id"))


def _twice(ids, name):
    """Note ids of one table, as `_distinct` gives them, that are one but for their spelling."""
    ids = ids.mutate(key=spelling.alike(ibis._.id))
    each = ids.group_by("key").agg(n=ids.count(), one=ids.id.min(), other=ids.id.max())
    each = each.filter(each.n > 1)
    row = each.aggregate(n=each.count(), one=each.one.min(), other=each.other.argmin(each.one))
    row = row.execute().iloc[0]
    if not row.n:
        return []
    return [messages.note("alike ids", n=int(row.n), name=name, one=row.one, other=row.other)]
