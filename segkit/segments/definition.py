"""A segmentation is a definition, not a label column.

Cut points, centres, scaling and the names in their order, as plain data: readable as JSON,
comparable between months, applied by any engine. Nothing is pickled.
"""

from dataclasses import asdict, dataclass

from segkit.study import StudyError


@dataclass(frozen=True)
class Definition:
    """What the segments of one approach are.

    approach: its name; order: segment names, by the approach's own rule (mostly the largest total
    spend first; `data.ordering` tells); columns: what a table must have to be assigned; rules: the
    approach's own numbers, plain lists and dicts.
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
            raise StudyError(
                f"The {self.approach} segments need the columns {', '.join(missing)}, which this "
                f"table lacks. It has: {', '.join(map(str, columns))}."
            )

    def apply(self, table, expression, *, widen=None):
        """Add `segment` to a table: `expression(table, rules)` makes the Ibis column.

        `widen(table, rules)`, where an approach has one, adds columns first that the expression
        uses more than once; they do not come back. A DataFrame is carried through DuckDB and
        comes back with its rows in their order.
        """
        import ibis

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


def by_spend(labels, spend):
    """Order labels by their total spend, largest first; ties by label. Returns a list.

    `spend` has one value per label, in their order; None orders them by number of customers.
    """
    import pandas as pd

    labels = pd.Series(labels).reset_index(drop=True)
    weights = labels.notna().astype(float) if spend is None else spend.reset_index(drop=True)
    totals = weights.groupby(labels).sum()
    return sorted(totals.index, key=lambda label: (-round(float(totals[label]), 2), str(label)))
