"""Corrections: what to mend when a check fails, written down as data.

The handbook names four: refine the criteria, split what is too wide, merge what is too small
or too much like its neighbour, and take out of focus what serves nothing. Proposals are read
off the failed checks; nobody's segment is changed here, `apply` only tries a merge out, so
that it can be checked like any other segmentation. "Drop" means out of the focus of this
goal, not off the mailing list. Taught in notebook 05.
"""

import pandas as pd

from segkit.validation import structure, verdicts


def propose(table, *, neighbours, idle=()):
    """Propose at most one correction per segment, from the table of checks.

    `neighbours` maps each segment to its nearest one, `idle` names those that serve nothing.
    Merging comes before splitting before refining before dropping. Returns a list of dicts:
    kind (merge, split, refine, drop), segments, reason.
    """
    found, merged = [], set()
    for name in neighbours:
        own = table[table["segment"] == name].set_index("check")
        proposal = _proposal(own, name, neighbours[name]) or _drop(name, idle)
        if proposal and not merged & set(proposal["segments"]):
            found.append(proposal)
            merged |= set(proposal["segments"]) if proposal["kind"] == "merge" else set()
    return found


def idle(response, *, money):
    """Name the segments that answer less than the rest and bring less than half their share.

    `response` is the table of `experiments.by_segment` with share_of_customers, `money` the
    share of the money by segment.
    """
    share = response["segment"].map(money) / response["share_of_customers"]
    quiet = response["label"].str.startswith("lower") & (share < 0.5)
    return response.loc[quiet, "segment"].tolist()


def shares(spend, *, labels):
    """Return the share of the money by segment (0 to 1), as `idle` asks for it.

    `spend` has one amount per customer, `labels` the segment of each (a Categorical). Without
    money (None) the share of the customers.
    """
    spend = pd.Series(1.0, index=range(len(labels))) if spend is None else spend
    return spend.groupby(labels, observed=True).sum() / spend.sum()


def apply(labels, proposal):
    """Try a merge out: labels (a Categorical) with the proposal's segments as one.

    The merged segment takes the name and place of the first. Other kinds of proposal need a
    new fit and leave the labels as they are.
    """
    if proposal["kind"] != "merge":
        return labels
    kept = min(proposal["segments"], key=list(labels.categories).index)
    series = pd.Series(labels.astype(object)).replace(dict.fromkeys(proposal["segments"], kept))
    order = [n for n in labels.categories if n == kept or n not in proposal["segments"]]
    return pd.Categorical(series, categories=order, ordered=True)


def in_words(proposals):
    """Write the proposals as a list in Markdown, or say that there are none."""
    lines = [f"- **{p['kind']}** {' + '.join(p['segments'])}: {p['reason']}" for p in proposals]
    return "\n".join(lines) or "No segment has to be mended."


def effects(X, labels, *, proposals):
    """Try every proposed merge out and compare: is it better before or after?

    X is the matrix of criteria, `labels` a Categorical. Returns a DataFrame with one row for
    now and one per merge: state, segments_n, explained (share of the differences between
    customers the segments account for, 0 to 1), smallest_share (0 to 1).
    """
    rows = [_state("now", X, labels)]
    for proposal in proposals:
        if proposal["kind"] == "merge":
            state = "merged: " + " + ".join(proposal["segments"])
            rows.append(_state(state, X, apply(labels, proposal)))
    return pd.DataFrame(rows, columns=["state", "segments_n", "explained", "smallest_share"])


def _state(state, X, labels):
    explained = verdicts.alike(X, labels)["measured"].iloc[0]
    smallest = pd.Series(labels).value_counts(normalize=True).min()
    return state, len(labels.categories), explained, smallest


def _proposal(own, name, neighbour):
    failed = own.index[own["verdict"] == "fail"]
    for kind, check, because in structure.TOLD["causes"]:
        if check in failed:
            segments = [name, neighbour] if kind == "merge" else [name]
            reason = f"{because}: {own.loc[check, 'reason']}"
            return {"kind": kind, "segments": segments, "reason": reason}
    return None


def _drop(name, idle):
    reason = "it answers less than the rest and brings less than half its share of the money"
    return {"kind": "drop", "segments": [name], "reason": reason} if name in idle else None
