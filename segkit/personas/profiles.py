"""From statements to a page: names by rule, the five questions, what is not known.

A persona is named after levels that set it apart, and only where more than half of its members
stand on the same side of everybody's median: the handbook's rule of half and the base rate,
together. Which word a level deserves is said in `segkit/data/card/levels.yaml`; a rank never
becomes one. A name never says more than the statements on the card do, and no name holds all the
words of another.

Refused: traits of groups smaller than the smallest cell; a field without a column is "not
known from the data", and where a column is known for some only, the page says for how many
and how those differ.
"""

import numpy as np
import pandas as pd

from segkit.data.card import levels
from segkit.data.card.columns import describing
from segkit.personas import phrases

HALF = 0.5
"""The rule of half: what this share of a group has may name it, if it is distinctive too."""

MARK_ABSOLUTE, MARK_RELATIVE = 0.25, 0.5
"""A profile's difference worth a mark: in share points, or relative to the share of all."""


def marked(statements):
    """Add difference (level here minus that of all), effect (its size) and marked (worth a look).

    Marked: |difference| >= 0.25 of a share, or >= 50 % of the level of all (the rule of the
    profile plot, Dolnicar, Grün & Leisch 2018). Says how large, not how certain: see distinctive.
    """
    table = statements.copy()
    table["difference"] = table["level"] - table["level_all"]
    size = table["difference"].abs()
    share = [row.kind != "level" or levels.share(row.column, row.per) for row in table.itertuples()]
    far = np.array(share, dtype=bool) & (size >= MARK_ABSOLUTE - 1e-9)
    far |= size >= MARK_RELATIVE * table["level_all"].abs() - 1e-9
    effect = np.where(share, _cohen(table), _times(table["lift"]))
    return table.assign(marked=far & size.notna(), effect=np.round(effect, 6))


def _cohen(table):
    """Return the distance of two shares where both ends of the scale count alike (Cohen's h)."""
    here, everybody = (table[c].astype(float).clip(0, 1) for c in ("level", "level_all"))
    return (2 * (np.arcsin(np.sqrt(here)) - np.arcsin(np.sqrt(everybody)))).abs()


def _times(lift):
    """Return how many times as much or as little it is, on a scale comparable with shares."""
    times = lift.astype(float).clip(0.05, 20.0)
    return np.log(times).abs()


def strongest(statements, *, limit=6):
    """Keep, per group and field, the `limit` statements that tell most, one per theme.

    Distinctive ones first, what they have before what they lack, then by size of difference.
    Themes group columns that say nearly the same (spend, lines, items). Suppressed statements
    are left out.
    """
    table = marked(statements[~statements["suppressed"]])
    table["theme"] = [phrases.of(column).theme for column in table["column"]]
    table["has_"] = table["lift"] > 1
    by = ["group", "distinctive", "has_", "effect", "condition"]
    table = table.sort_values(by, ascending=[True, False, False, False, True], kind="stable")
    table = table.drop_duplicates(["group", "field", "theme"])
    table = table.groupby(["group", "field"], sort=False).head(limit)
    return table.drop(columns="has_").reset_index(drop=True)


def telling(statements, *, limit=10):
    """Choose the conditions that tell the groups apart best, one per theme.

    Judged by the largest effect in any group; suppressed ones do not count. Returns condition
    numbers in the order of the card's columns.
    """
    table = marked(statements[~statements["suppressed"]])
    best = table.groupby("condition").agg({"effect": "max", "column": "first"}).reset_index()
    best["theme"] = [phrases.of(column).theme for column in best["column"]]
    best = best.sort_values(["effect", "condition"], ascending=[False, True], kind="stable")
    return sorted(best.drop_duplicates("theme")["condition"].head(limit))


def names(statements, *, noun="customers", order=None):
    """Name every group after its strongest distinctive behaviour; no two names are equal.

    A trait may name a group when its own level is distinctive and deserves the word (see
    `segkit.data.card.levels.way`); what a group has more of comes before what it has less of. Two
    traits make a name, more only until no name holds all the words of another; where that does not
    help they are numbered in `order`. Returns Series group -> name; a group without any such trait
    is "close to the average", one with all statements suppressed "too few to describe".
    """
    tags = {group: _tags(part) for group, part in statements.groupby("group")}
    tags = {group: tags.get(group, []) for group in (tags if order is None else order)}
    enough = [count for count in (2, 3, 4, 5) if _differ(tags, count)]
    wanted = enough[0] if enough else 2
    found = pd.Series({group: _name(tag, noun, wanted) for group, tag in tags.items()})
    alike = pd.Series([_said(tag, wanted) for tag in tags.values()], index=found.index)
    place = (alike.groupby(alike).cumcount() + 1).astype(str)
    return found.mask(alike.duplicated(keep=False), found + " (" + place + ")").astype(object)


def traits(statements):
    """Return which levels characterise each group: group -> {column: "high" | "low"}.

    The same standard as for names, the largest effect first. Stage 7 bases its rules on them.
    """
    told = _worded(statements).drop_duplicates(["group", "column"])
    return {group: part.set_index("column")["way"].to_dict()
            for group in statements["group"].unique()
            for part in [told[told["group"] == group]]}  # fmt: skip


def coverage(card, *, dictionary, money="spend_total"):
    """Say, per field of a persona, for how many customers anything is known, and for whom.

    Returns field, columns_n, known_share (0..1 of the customers with a value in at least one
    of the columns), spend_known and spend_unknown (mean `money` per customer of those with
    and without; absent where no money is known). Fields without a column have columns_n 0 and
    known_share 0.
    """
    fields = dictionary["family"].map(phrases.field)
    rows = []
    for name in phrases.FIELDS:
        columns = [c for c in describing(dictionary.loc[fields == name, "column"]) if c in card]
        known = card[columns].notna().any(axis=1)
        row = {"field": name, "columns_n": len(columns), "known_share": float(known.mean())}
        if money in card:
            row["spend_known"] = card.loc[known, money].astype(float).mean()
            row["spend_unknown"] = card.loc[~known, money].astype(float).mean()
        rows.append(row)
    return pd.DataFrame(rows)


ASKED = "psychographic"
"""The field in which answers to a survey stand, whether they tell opinions or needs."""


def unknown(coverage):
    """Put the gaps into words: one entry {"field", "text"} per field not fully known."""
    gaps, asked = [], bool(coverage.loc[coverage["field"] == ASKED, "columns_n"].sum())
    for row in coverage.itertuples(index=False):
        if row.columns_n == 0 and asked and row.field == "goals and needs":
            gaps.append({"field": row.field, "text": f"What was asked stands under {ASKED}."})
        elif row.columns_n == 0:
            why = phrases.TABLES["missing"].get(row.field, "no column fills this field")
            gaps.append({"field": row.field, "text": f"Not known from the data: {why}."})
        elif row.known_share < 0.995:
            gaps.append({"field": row.field, "text": _partly(row)})
    return gaps


def known(statements):
    """Put what is known into words: group, field, text, one row per group and field.

    How many of the group's customers have a value, and how many of all the statements tested
    set the group apart.
    """
    rows = []
    for (group, name), part in statements.groupby(["group", "field"], sort=False):
        base, found = int(part["known_n"].max()), int(part["distinctive"].sum())
        rows.append({
            "group": group, "field": name,
            "text": f"known for {base:,}; {found or 'none'} of {len(part)} statements "
            f"set{'s' if found == 1 else ''} them apart.",
        })  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "field", "text"])


def five_w(statements, *, limit=2):
    """Answer who, what, when, where and why for every group from its distinctive statements.

    Returns one row per group with the columns of `phrases.QUESTIONS`: "nothing sets them
    apart" where there are statements but none is distinctive, "too few known to say" where all
    are suppressed, "not known from the data" where no column speaks to the question.
    """
    shown = strongest(statements, limit=len(statements))
    rows = [
        {"group": group, **{name: _answer(shown, part, name, limit) for name in phrases.QUESTIONS}}
        for group, part in statements.groupby("group", sort=False)
    ]
    return pd.DataFrame(rows, columns=["group", *phrases.QUESTIONS])


def sizes(card, *, groups, money="spend_total"):
    """Count each group: n, share of customers, spend_share, spend_per_customer.

    Shares are 0..1 and add up to 1 over the groups. Largest total spend first; without money
    the spend is missing and the largest group comes first.
    """
    if money not in card:
        card = card.assign(**{money: np.nan})
    groups = pd.Series(np.asarray(groups, dtype=object), index=card.index, name="group")
    spend = card[money].astype(float).groupby(groups, sort=False)
    table = pd.DataFrame({"n": spend.size(), "spend_total": spend.sum(min_count=1)})
    table["share"] = table["n"] / table["n"].sum()
    table["spend_share"] = table["spend_total"] / table["spend_total"].sum()
    table["spend_per_customer"] = table["spend_total"] / table["n"]
    table = table.sort_values(["spend_total", "n"], ascending=False, kind="stable")
    return table.rename_axis("group").reset_index()


def pages(sizes, *, statements, gaps):
    """Write every persona as plain data for personas.json.

    `sizes`: rows of `sizes` with a `name` and `segments` (a list of names); `statements`: all
    of them, already suppressed (the strongest are printed); `gaps`: see `unknown`. Numbers are
    rounded so that two machines write the same file.
    """
    printed, facts, ways = strongest(statements), known(statements), traits(statements)
    return [
        {
            "name": row.name,
            "segments": list(row.segments),
            "n": int(row.n),
            "share": round(float(row.share), 6),
            "spend_share": _rounded(row.spend_share, 6),
            "spend_per_customer": _rounded(row.spend_per_customer, 2),
            "statements": _lines(printed[printed["group"] == row.group]),
            "known": facts.loc[facts["group"] == row.group, ["field", "text"]].to_dict("records"),
            "unknown": list(gaps),
            "traits": ways.get(row.group, {}),
        }
        for row in sizes.itertuples(index=False)
    ]


def _rounded(value, digits):
    """Round a number for JSON; None where it is missing."""
    return None if np.isnan(value) else round(float(value), digits)


def _tags(part):
    if "suppressed" in part and part["suppressed"].all():
        return None
    if not (part["field"] == "behavioural").any():  # answers only: then these give the name
        part = part.assign(field="behavioural")
    found = {}
    for row in _worded(part[part["field"] == "behavioural"]).itertuples():
        if tag := phrases.word(row):
            found.setdefault(phrases.of(row.column).theme, tag)
    return list(found.values())


def _worded(statements):
    """Keep the distinctive levels that deserve a word: more before less, the largest first."""
    table = marked(statements[statements["distinctive"] & statements["way"].isin(["high", "low"])])
    return table.sort_values(["way", "effect", "condition"], ascending=[True, False, True],
                             kind="stable")  # fmt: skip


def _said(tags, wanted):
    """What a name says, whatever the order of its phrases."""
    return "?" if tags is None else " ".join(sorted(tags[:wanted]))


def _differ(tags, wanted):
    """Tell whether no name holds all the words of another; one without words is apart."""
    return levels.apart(["?"] if tag is None else tag[:wanted] or ["~"] for tag in tags.values())


def _name(tags, noun, wanted):
    if tags is None:
        return f"{noun.capitalize()} too few to describe"
    text = f"{' '.join(tags[:wanted])} {noun}" if tags else f"{noun} close to the average"
    if any(" " in tag for tag in tags[:wanted]):
        text = f"{noun}: {', '.join(tags[:wanted])}"
    text = phrases.outside_shops(text, noun=noun)
    return text[:1].upper() + text[1:]


def _partly(row):
    text = f"Known for {row.known_share:.0%} of all customers only"
    spent, others = (getattr(row, f"spend_{who}", np.nan) for who in ("known", "unknown"))
    ratio = spent / others if others else np.nan
    if not np.isfinite(ratio) or 0.9 < ratio < 1.1:
        return f"{text}."
    return f"{text}; they spend {ratio:.1f} times as much as the others."


def _answer(shown, part, question, limit):
    if not (part["question"] == question).any():
        return "not known from the data"
    group = part["group"].iloc[0]
    found = shown[(shown["group"] == group) & (shown["question"] == question)]
    if found.empty:
        return "too few known to say"
    known, n = int(found["known_n"].max()), int(part["known_n"].max())
    if known < n / 2:
        return f"known for {known:,} of {n:,} only: cannot be said"
    best = found[found["distinctive"]].head(limit)
    line = "{text}: {here} (all {everybody})"
    told = "; ".join(line.format(**row) for row in best.to_dict("records"))
    return told or "nothing shown to set them apart"


def _lines(part):
    keep = ["field", "question", "column", "kind", "text", "here", "everybody", "base", "n",
            "known_n", "share_here", "share_all", "level", "low", "high", "level_all", "lift",
            "p_adjusted", "distinctive", "way", "built_in"]  # fmt: skip
    part = part[[name for name in keep if name in part]]
    return [{name: _clean(value) for name, value in row.items()} for row in part.to_dict("records")]


def _clean(value):
    if isinstance(value, float | np.floating):
        value = float(value)
        if np.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) > 1 else float(f"{value:.6g}")
    return value.item() if isinstance(value, np.generic) else value
