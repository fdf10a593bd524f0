"""Goals as data: what a hit must be to count as reached.

A goal is a dict, so that it can be read by an analyst and kept in a YAML file:

    - name: thank-you page
      page: /thanks            # this page; "/services/*" is every page below
    - name: consultation asked
      event: form              # a kind of event, or the source's own name of one; a list: any
      page_words: [consultation, contact]    # a word of the address, whole
      value: 40                # what one is worth, where the hit names no amount
    - name: lamp looked at
      event: product
      product_id: [L1, L2]

All that is said must hold. Four ways to reach a goal are common: a page opened, a form sent, a
click, a product looked at; a download and a purchase are events like any other. The hit's own
amount counts as its value, else `value`, else it has none. Counted per hit, per session and per
person, for a goal reached five times by one person is five, or one. Taught in notebook
approaches/web_analytics.
"""

import re
from difflib import get_close_matches
from pathlib import Path

import ibis
import yaml

from segkit.data import schema
from segkit.data.measures.web import hits as reading
from segkit.study import StudyError

FIELDS = ("name", "event", "page", "page_words", "product_id", "value")
DEFAULT = Path(__file__).with_name("goals.yaml")


def read(path=None):
    """Read goals from a YAML file (a list of dicts); without a path, the default ones.

    Raises StudyError when the file is missing or says what no goal can say.
    """
    path = Path(path) if path else DEFAULT
    if not path.is_file():
        raise StudyError(f"There is no file of goals {path.name}; leave it empty for the default.")
    return check(yaml.safe_load(path.read_text(encoding="utf-8")))


def check(goals):
    """Return the goals when each is well formed; raises StudyError saying what to mend."""
    if not isinstance(goals, list) or not all(isinstance(goal, dict) for goal in goals):
        raise StudyError("Goals are a list: - name: asked, then event:, page: … below it.")
    for goal in goals:
        _fields(goal)
    names = [goal["name"] for goal in goals]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise StudyError(f"Two goals are called {twice[0]!r}; give each a name of its own.")
    return goals


def missing(goal, *, columns):
    """Name the columns a goal asks for and the hits lack; empty when it can be counted."""
    asked = {"page": "page", "page_words": "page", "product_id": "product_id"}
    return sorted({column for field, column in asked.items() if field in goal} - set(columns))


def met(hits, goal):
    """Tell for each hit whether it reaches a goal: an Ibis boolean, never null.

    Raises StudyError when the hits lack a column that the goal asks for (see `missing`).
    """
    if lacks := missing(goal, columns=hits.columns):
        raise StudyError(
            f"The goal {goal['name']!r} looks at {', '.join(lacks)}, which these visits do not have"
        )
    parts = [ibis.literal(True)]
    if "event" in goal:
        events = _listed(goal["event"])
        parts.append(hits.kind.isin([reading.kind(event) or event for event in events]))
    if "page" in goal:
        parts.append(ibis.or_(*(_at(hits.page, page) for page in _listed(goal["page"]))))
    if "page_words" in goal:
        words = "|".join(re.escape(word.lower()) for word in _listed(goal["page_words"]))
        parts.append(hits.page.lower().re_search(rf"(^|[/_.\-])({words})($|[/_.\-])"))
    if "product_id" in goal:
        parts.append(hits.product_id.isin([str(p) for p in _listed(goal["product_id"])]))
    return ibis.and_(*(part.fill_null(False) for part in parts))


def worth(hits, goal):
    """Return what each hit that reaches the goal is worth: money, null where none is known."""
    given = ibis.literal(goal["value"]).cast(schema.MONEY) if "value" in goal else None
    if "amount" not in hits.columns:
        return given if given is not None else ibis.null(schema.MONEY)
    return hits.amount if given is None else hits.amount.fill_null(given)


def summary(hits, goals):
    """Count how often each goal was reached: one row per goal, in their order.

    Returns goal, hits_n, sessions_n, people_n (each person and session once), sessions_share and
    people_share (0 to 1, of all), value (money of the hits that reached it; empty where none is
    known) and not_possible (why a goal cannot be counted, else empty).
    """
    import pandas as pd

    everybody = hits.agg(sessions=hits.session.nunique(), people=hits.person.nunique())
    everybody = everybody.execute().iloc[0]
    rows = [_counted(hits, goal, everybody) for goal in check(goals)]
    return pd.DataFrame(rows)


def pick(goals, name, *, counted):
    """Choose one goal: by its name, or, for an empty name, the first that somebody reached.

    `counted` as made by `summary`. Returns a goal of `goals`; the first one where nobody reached
    any. Raises StudyError for an unknown name.
    """
    names = [goal["name"] for goal in goals]
    if name and name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise StudyError(f"There is no goal {name!r}. Known: {', '.join(names)}.{hint}")
    reached = counted.loc[counted["people_n"].fillna(0) > 0, "goal"].tolist()
    return goals[names.index(name or (reached or names)[0])]


def per_person(hits, goals):
    """Count the goals of each person: an Ibis table with person and one column per goal.

    The column of a goal is its name with `goal_` before it: "asked" → `goal_asked_n`.
    Goals that cannot be counted here are left out.
    """
    able = [goal for goal in goals if not missing(goal, columns=hits.columns)]
    found = {column(goal): met(hits, goal).sum().cast("int64") for goal in able}
    return hits.group_by("person").agg(**found)


def column(goal):
    """Name the column that counts a goal: "product viewed" → `goal_product_viewed_n`."""
    return "goal_" + re.sub(r"\W+", "_", goal["name"].lower()).strip("_") + "_n"


def _counted(hits, goal, everybody):
    if lacks := missing(goal, columns=hits.columns):
        return {"goal": goal["name"], "not_possible": f"no {', '.join(lacks)} in the visits"}
    reached = hits.mutate(worth=worth(hits, goal)).filter(met(hits, goal))
    found = reached.agg(
        hits_n=reached.count(), sessions_n=reached.session.nunique(),
        people_n=reached.person.nunique(), value=reached.worth.sum().cast("float64"),
    ).execute().iloc[0]  # fmt: skip
    whole = {name: int(found[name]) for name in ("hits_n", "sessions_n", "people_n")}
    return {
        "goal": goal["name"],
        **whole,
        "sessions_share": whole["sessions_n"] / max(int(everybody["sessions"]), 1),
        "people_share": whole["people_n"] / max(int(everybody["people"]), 1),
        "value": float(found["value"]) if found["value"] is not None else float("nan"),
        "not_possible": "",
    }


def _fields(goal):
    for field in goal:
        if field not in FIELDS:
            near = get_close_matches(str(field), FIELDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise StudyError(f"A goal has no {field!r}; it can say {', '.join(FIELDS)}.{hint}")
    if not goal.get("name"):
        raise StudyError(f"A goal needs a name: {goal}")
    if not set(goal) - {"name", "value"}:
        raise StudyError(f"The goal {goal['name']!r} must say event, page or product_id")
    if not isinstance(goal.get("value", 0), int | float):
        raise StudyError(f"The value of {goal['name']!r} is {goal['value']!r}, not a number")


def _listed(value):
    return list(value) if isinstance(value, list | tuple) else [value]


def _at(page, asked):
    asked = asked.rstrip("/") or "/"
    if asked.endswith("*"):
        return page.startswith(asked[:-1])
    return page.isin([asked, asked + "/"])
