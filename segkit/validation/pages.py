"""Pages: all that speaks for or against the segments in use, side by side, each with its limit.

No index decides alone, and one that flatters is easily picked. So all stand on one page, for the
segments in use and the method that made them: what was measured, what structureless data give, the
limit, and the reading. *pass*; *doubt*: better than structureless data or than the least that
counts, but not by enough; *fail*; *undecided*: too close to the limit for what was drawn; *not for
this method*: cannot be asked here, and why. One row is marked as that which decided.

Whoever made the segments, the page is the same: in notebook 05 and from `validation.judge`. This
module lays out and measures nothing. Sources: those of `indices`, `recurring`, `solutions`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.refusal import Refused
from segkit.validation import recurring, solutions, structure
from segkit.validation.structure import TOLD, WEAK

COLUMNS = ["asked", "measured", "structureless", "limit", "reading", "why"]
NOT_HERE = "not for this method"
ORDER = ("near one", "fair", "weak", "beyond", "predicted", "valleys", "apart", "tighter", "clear")
CLASSES, CLEAR = ("aic", "bic", "sabic", "icl"), (0.8, 0.6)
"""What compares numbers of classes; and the entropy R² from which classes are clear, or fairly."""
AGREE = 2
"""Starts that must come to the same best likelihood."""


@dataclass(frozen=True)
class Seen:
    """What stands on the page; what cannot be asked is a Refused.

    asked: `indices.Asked`; again: table of `recurring.overlaps`; solutions: `solutions.Solutions`;
    gaps: table of `structure.gap`; classes: numbers of classes with aic, bic and the like.
    """

    asked: object
    again: object
    solutions: object
    gaps: object
    classes: object

    def page(self, *, k, limits=(recurring.STABLE, recurring.PATTERN)):
        """Lay out everything for k segments in use.

        `limits`: the overlaps from which a segment is stable, and a pattern. Returns a DataFrame
        with asked, measured, structureless, limit, reading, why and decided (True in one row,
        unless nothing could be asked).
        """
        rows = _criteria(self.asked) + _across(self.solutions)
        rows += _recurring(self.again, limits) + _gaps(self.gaps, k) + _classes(self.classes, k)
        table = pd.DataFrame(rows, columns=COLUMNS)
        known = {} if isinstance(self.asked, Refused) else self.asked.judged
        return table.assign(decided=table["asked"] == known.get("criterion"))


def shown(page):
    """Write the page for readers: numbers in two decimals, whole where segments are counted."""
    counted = page["asked"].str.contains(TOLD["page"]["number"], regex=False)
    told = page.assign(decided=page["decided"].map({True: "◀ decided", False: ""}))
    for name in ("measured", "structureless", "limit"):
        both = zip(page[name], counted, strict=True)
        told[name] = ["–" if x != x else f"{x:.0f}" if whole else f"{x:.2f}" for x, whole in both]
    return told


def _criteria(asked):
    if isinstance(asked, Refused):
        return [_not_here(TOLD["criteria"][name], asked.why) for name in ORDER]
    return [_criterion(name, asked.page.loc[name]) for name in ORDER]


def _criterion(name, row):
    told = (row["criterion"], row["measured"], row["structureless"], row["limit"])
    if not np.isfinite(row["measured"]):
        return (*told, NOT_HERE, TOLD["page"]["not measured"])
    if not np.isfinite(row["limit"]):
        return (*told, NOT_HERE, TOLD["page"]["nothing beside it"])
    word = {"yes": "pass", "undecided": "undecided", "no": "fail"}[row["says"]]
    word = "doubt" if word == "fail" and _nearly(name, row) else word
    return (*told, word, TOLD["page"][name])


def _nearly(name, row):
    """Tell whether what fails its limit is better than structureless data, or worth a doubt."""
    if name in ("near one", "fair", "predicted"):
        return row["measured"] >= WEAK
    better = (row["measured"] - row["structureless"]) * np.sign(row["limit"] - row["structureless"])
    return better > 0


def _across(found):
    """SLSA: the segment in use that comes least from one segment before."""
    asked = TOLD["page"]["across"]
    if isinstance(found, Refused):
        return [_not_here(asked, found.why)]
    kept = found.segments
    if kept["slsa"].isna().all():
        return [_not_here(asked, TOLD["page"]["two only"])]
    least = kept.loc[kept["slsa"].idxmin()]
    word = _at_least(least["slsa"], solutions.WHOLE, solutions.MOSTLY)
    told = TOLD["page"]["least"].format(segment=least["segment"])
    whole = TOLD["page"]["whole"].format(n=len(found.whole), k=found.in_use)
    limit = solutions.WHOLE
    return [(asked, least["slsa"], found.structureless, limit, word, f"{told}; {whole}")]


def _recurring(again, limits):
    """SLSW and clusterwise Jaccard: the segment that comes back least."""
    names = {"jaccard": TOLD["page"]["within"], "drawn": TOLD["page"]["clusterwise"]}
    if isinstance(again, Refused):
        return [_not_here(asked, again.why) for asked in names.values()]
    return [_least(again, limits, value, asked) for value, asked in names.items()]


def _least(again, limits, value, asked):
    found = recurring.answers(again, limits=limits, value=value)
    least = found.loc[found["mean"].idxmin()]
    open_ones = found.loc[found["reading"] == "undecided", "segment"].tolist()
    told = TOLD["page"]["least"].format(segment=least["segment"])
    told += f", {least['repeats_n']:.0f} pairs"
    others = [name for name in open_ones if name != least["segment"]]
    told += f"; also undecided: {', '.join(map(str, others))}" * bool(others)
    return asked, least["mean"], np.nan, least["limit"], least["reading"], told


def _gaps(gaps, k):
    """The gap: two references, two rules, and the number that each would choose."""
    if isinstance(gaps, Refused):
        return [_not_here(TOLD["page"]["gap"].format(reference="any", rule="any"), gaps.why)]
    rows = []
    for row in structure.gap_choice(gaps).itertuples():
        asked = TOLD["page"]["gap"].format(reference=row.reference, rule=row.rule)
        rows.append((asked, row.k, np.nan, k, *_number(row.k, k)))
    return rows


def _number(chosen, k):
    """Read a number that an index would choose beside the number in use."""
    if chosen == k:
        return "pass", TOLD["page"]["same number"]
    if chosen == 1:
        return "fail", TOLD["page"]["one cloud"]
    return "doubt", TOLD["page"]["other number"].format(chosen=chosen)


def _classes(classes, k):
    """AIC, BIC, SABIC and ICL, how clear the classes are, and how many starts agree."""
    if isinstance(classes, Refused):
        return [_not_here("AIC, BIC, SABIC, ICL, entropy R²", classes.why)]
    table = classes.set_index("k")
    rows = []
    for name in CLASSES:
        chosen = int(table[name].idxmin())
        rows.append(
            (f"{TOLD['page']['number']} by {name.upper()}", chosen, np.nan, k, *_number(chosen, k))
        )
    return rows + _own_classes(table, k)


def _own_classes(table, k):
    if k not in table.index:
        return []
    row, told = table.loc[k], TOLD["page"]
    clear = _at_least(row["entropy_r2"], *CLEAR)
    found = [("entropy R²", row["entropy_r2"], np.nan, CLEAR[0], clear, told["entropy"])]
    if np.isfinite(row.get("starts_agree", np.nan)):
        agree = "pass" if row["starts_agree"] >= AGREE else "fail"
        of = told["agree"].format(n=row["starts_n"])
        found.append(("starts that agree", row["starts_agree"], np.nan, AGREE, agree, of))
    return found


def _not_here(asked, why):
    return asked, np.nan, np.nan, np.nan, NOT_HERE, why.strip("*. ")


def _at_least(measured, good, least):
    return "pass" if measured >= good else "doubt" if measured >= least else "fail"
