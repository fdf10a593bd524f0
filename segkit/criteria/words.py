"""Words: what was found about criteria, as sentences and readable tables.

Idea: a reader who skips the tables still gets each finding once, in words, computed from the
same numbers. Where there is no learning period the sentence says so instead of falling silent.
Refuses: to call a short list strong when it was filled for want of evidence.
"""

from segkit.criteria.choice import is_weak, label, short_list

CANNOT = "There is no earlier period to learn on, so **relevance cannot be judged here**."
"""What is said wherever a result would need a learning period."""


LISTED = (
    "The study is a list: what customers did before and after a day is not known, so **which "
    "criterion matters cannot be judged**. The short list is chosen by what a list does tell: how "
    "many answered, whether customers differ, whether two criteria say the same, and how much one "
    "tells of the others. To learn what matters it would need a table `orders` or `mailings`."
)
"""What is said of relevance where customers come as a list."""


def cannot(tables):
    """Say why relevance cannot be judged: no earlier period, or a list without any."""
    return CANNOT if tables.has("orders") else LISTED


def served(goal):
    """Title the table of families by the goal they serve, where there is one."""
    if goal["serves"] is None:
        return "Families of criteria, and how many are on the list"
    return f"Families of criteria, and whether they serve: {goal['serves']}"


def standing(brief):
    """Say in Markdown which goal is served, and loudly if the brief advises against it."""
    loud = f"**The brief says: do not segment.** {brief['reason']} What follows is for learning.\n"
    warning = "" if brief["verdict"] == "segment" else loud
    return f"{warning}\n> {brief['goal']['sentence']}"


def left_over(criteria):
    """Return (title, table) of the candidates that do not divide customers, for readers."""
    rest = criteria.loc[criteria["role"] != "segment", ["column", "family", "role", "reason"]]
    counts = rest["role"].value_counts().to_dict()
    title = f"{counts.get('describe', 0)} may describe, {counts.get('drop', 0)} are dropped"
    shown = rest.assign(column=rest["column"].map(label)).rename(columns={"column": "criterion"})
    return f"Not in the short list: {title}", shown


def known(possible, *, as_of, min_coverage):
    """Say in Markdown how many candidates there are, and which are known for too few customers."""
    partly = possible.loc[possible["coverage"] < min_coverage, "column"].tolist()
    rare = f" ({', '.join(map(label, partly))})" if partly else ""
    day = f"As of **{as_of}** the card" if as_of else "The card"
    return (
        f"{day} holds **{len(possible)} candidates**; {len(partly)} of them "
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
    names = ", ".join(map(label, short))
    weak = " **The evidence is weak**: too few criteria passed, so the basics were taken."
    return f"{len(short)} divide customers: {names}.{weak if is_weak(criteria) else ''}"


def readable(criteria):
    """Return the short list for readers: criterion, family, known, bits, adjusted p, reason."""
    table = criteria[criteria["role"] == "segment"]
    names = {"column": "criterion", "relevance": "bits", "relevance_p_adjusted": "adjusted p"}
    shown = table.assign(
        column=table["column"].map(label),
        coverage=table["coverage"].map("{:.0%}".format),
        relevance=table["relevance"].map("{:.3f}".format, na_action="ignore"),
        relevance_p_adjusted=table["relevance_p_adjusted"].map("{:.3f}".format, na_action="ignore"),
    ).rename(columns={**names, "coverage": "known for"})
    columns = ["criterion", "family", "known for", "bits", "adjusted p", "reason"]
    unjudged = ["bits", "adjusted p"] if table["relevance"].isna().all() else []
    return shown[columns].drop(columns=unjudged)


def added(beyond, *, first=5):
    """Return the table of what each leader adds to the first ones, for readers: adjusted p."""
    front = list(beyond.columns[:first])
    shown = beyond[front].map("{:.3f}".format)
    for column in front:
        shown.loc[column, column] = "–"
    shown = shown.rename(index=label, columns=lambda column: f"given {label(column)}")
    return shown.rename_axis("criterion").reset_index()
