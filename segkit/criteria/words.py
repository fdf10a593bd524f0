"""Words: what was found about criteria, as sentences and readable tables.

Idea: a reader who skips the tables still gets each finding once, in words, computed from the
same numbers. Where there is no learning period the sentence says so instead of falling silent.
Refuses: to call a short list strong when it was filled for want of evidence.
"""

from segkit.criteria.choice import is_weak, short_list

CANNOT = "There is no earlier period to learn on, so **relevance cannot be judged here**."
"""What is said wherever a result would need a learning period."""


def known(possible, *, as_of, min_coverage):
    """Say in Markdown how many candidates there are, and which are known for too few customers."""
    partly = possible.loc[possible["coverage"] < min_coverage, "column"].tolist()
    rare = f" ({', '.join(f'`{c}`' for c in partly)})" if partly else ""
    return (
        f"As of **{as_of}** the card holds **{len(possible)} candidates**; {len(partly)} of them "
        f"are known for too few customers to divide them{rare}."
    )


def luck(dice, *, alpha):
    """Say in Markdown how many dice seem to matter, judged one by one and all together."""
    if dice is None:
        return CANNOT
    alone = int((dice["relevance_p"] <= alpha).sum())
    return (
        f"Judged one by one, {alone} of {len(dice)} dice seem to matter. Judged against the "
        f"luckiest die of each shuffle, {int(dice['relevant'].sum())} do."
    )


def told(judged, *, label, learn, outcome):
    """Say in Markdown how many candidates tell more about the KPI than luck, and where it shows."""
    if outcome is None:
        return CANNOT
    return (
        f"{int(judged['relevant'].sum())} of {len(judged)} candidates tell more about {label} than "
        f"luck can, judged on **{learn['label']}** with {len(outcome):,} customers."
    )


def chosen(criteria):
    """Say in Markdown which criteria divide the customers, and whether the evidence is weak."""
    short = short_list(criteria)
    names = ", ".join(f"`{c}`" for c in short)
    weak = " **The evidence is weak**: too few criteria passed, so the basics were taken."
    return f"{len(short)} divide customers: {names}.{weak if is_weak(criteria) else ''}"


def readable(criteria):
    """Return the short list for readers: criterion, family, known, bits, adjusted p, reason."""
    table = criteria[criteria["role"] == "segment"]
    names = {"column": "criterion", "relevance": "bits", "relevance_p_adjusted": "adjusted p"}
    shown = table.assign(
        coverage=table["coverage"].map("{:.0%}".format),
        relevance=table["relevance"].map("{:.3f}".format, na_action="ignore"),
        relevance_p_adjusted=table["relevance_p_adjusted"].map("{:.3f}".format, na_action="ignore"),
    ).rename(columns={**names, "coverage": "known for"})
    return shown[["criterion", "family", "known for", "bits", "adjusted p", "reason"]]


def added(beyond, *, first=5):
    """Return the table of what each leader adds to the first ones, for readers: adjusted p."""
    front = list(beyond.columns[:first])
    shown = beyond[front].map("{:.3f}".format)
    for column in front:
        shown.loc[column, column] = "–"
    return shown.add_prefix("given ").rename_axis("criterion").reset_index()
