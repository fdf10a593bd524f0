"""Corrections: what to mend when a check fails, and what the mending did.

The handbook names five: refine the criteria, split what is too wide, merge what is too small
or too much like its neighbour, narrow to those who are meant, and take out of focus what serves
nothing. Proposals are read off the failed checks. What a team decides is an entry of its own (what,
why, who, when), which `segments.corrected` takes; the corrected segments are judged like any others
and set beside those before. "Drop" means out of the focus of this goal, not off the mailing list.
Taught in notebook 05.
"""

import numpy as np
import pandas as pd

from segkit.refusal import Refused
from segkit.validation import recurring, structure


def propose(table, *, neighbours):
    """Propose at most one correction per segment, from the table of checks.

    `neighbours` maps each segment to its nearest one. Merging comes before splitting before
    refining before dropping. That a segment answers less is no reason to drop it: notebook 07
    decides what it is worth. Returns a list of dicts: kind (merge, split, refine, drop), segments,
    reason.
    """
    found, merged = [], set()
    for name in neighbours:
        own = table[table["segment"] == name].set_index("check")
        proposal = _proposal(own, name, neighbours[name])
        if proposal and not merged & set(proposal["segments"]):
            found.append(proposal)
            merged |= set(proposal["segments"]) if proposal["kind"] == "merge" else set()
    return found


def shares(spend, *, labels):
    """Return the share of the money by segment (0 to 1).

    `spend` has one amount per customer, `labels` the segment of each (a Categorical). Without
    money (None) the share of the customers.
    """
    spend = pd.Series(1.0, index=range(len(labels))) if spend is None else spend
    return spend.groupby(labels, observed=True).sum() / spend.sum()


def in_words(proposals):
    """Write the proposals as a list in Markdown, or say that there are none."""
    lines = [f"- **{p['kind']}** {' + '.join(p['segments'])}: {p['reason']}" for p in proposals]
    return "\n".join(lines) or "No segment has to be mended."


def entries(kept):
    """List the corrections that a segmentation has taken, in order; [] where it was left as found.

    `kept`: as `segments.kept` returned it.
    """
    return [] if getattr(kept, "found", None) is None else kept.recipe["steps"]


def told(kept):
    """Say in Markdown what was corrected, why, by whom and when; "" where nothing was."""
    lines = [
        structure.TOLD["corrected"]["entry"].format(number=number, what=_what(entry), **entry)
        for number, entry in enumerate(entries(kept), 1)
    ]
    return "\n".join(lines)


def _what(entry):
    """Say one correction in words: "merge A + B", "split A into 2"."""
    parts = [f"**{entry['kind']}** {' + '.join(entry['segments'])}"]
    parts += [f"{word} {entry[word]}" for word in ("into", "by", "to") if word in entry]
    return " ".join(parts)


def before_after(kept, *, tested=None, repeats=20, seed=2017):
    """Compare segments before and after their corrections.

    `tested`: the `findings.Response` in a period, where there is one. Returns state ("before",
    "after"), segment, customers_n, customers_share, money_share (0 to 1) of today, stability (mean
    Jaccard over `repeats` pairs of samples, 0 to 1), and, of those whom either definition puts
    there by the card of before the period, measured_n and outcome (their mean in it; missing below
    the smallest cell). Refused where nothing was corrected.
    """
    if not entries(kept):
        return Refused(structure.TOLD["corrected"]["none"])
    states = {"before": kept.found, "after": kept}
    return pd.concat([_state(name, each, tested, repeats, seed) for name, each in states.items()],
                     ignore_index=True)  # fmt: skip


def _state(name, kept, tested, repeats, seed):
    labels = pd.Series(np.asarray(kept.labels, dtype=object), index=kept.card.index)
    rng = np.random.default_rng(seed)
    again = recurring.overlaps(kept.labels, refit=kept.refit, repeats=repeats, rng=rng)
    table = pd.DataFrame({"segment": kept.order}).set_index("segment")
    table["customers_n"] = labels.value_counts()
    table["customers_share"] = table["customers_n"] / len(labels)
    table["money_share"] = shares(kept.card.get("spend_total"), labels=kept.labels)
    table["stability"] = again.groupby("segment")["jaccard"].mean()
    if tested is not None:
        found = _later(kept, tested)
        table["measured_n"] = found["size"].reindex(table.index, fill_value=0).astype(int)
        table["outcome"] = found["mean"].where(found["size"] >= kept.smallest_cell)
    table.insert(0, "state", name)
    return table.reset_index()[["state", "segment", *table.columns[1:]]]


def _later(kept, tested):
    """Say what those did in a period whom a definition finds on the card of before it."""
    seen = tested.answers.merge(kept.on(tested.backtest.card), on="customer_id")
    return seen.groupby("segment")["outcome"].agg(["size", "mean"])


def _proposal(own, name, neighbour):
    failed = own.index[own["verdict"] == "fail"]
    for kind, check, because in structure.TOLD["causes"]:
        if check in failed:
            segments = [name, neighbour] if kind == "merge" else [name]
            reason = f"{because}: {own.loc[check, 'reason']}"
            return {"kind": kind, "segments": segments, "reason": reason}
    return None
