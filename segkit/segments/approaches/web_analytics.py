"""Web analytics: segments of those who come to the site, customers or not yet.

The groups are those of the handbook: buyers, abandoned carts, new and returning visitors, who asked
for a consultation, who looked and did not ask, who stayed away, partners and companies, high value.
They overlap by nature (a buyer may leave a cart behind), so they stand in an order and the first
that fits is taken; `rules.overlaps` shows whom later groups would have taken as well. A group whose
column the visits cannot give (no page, no carts) is left out and named, never filled.

Works on any table with one row per person: `data.measures.web.people` (visitors too) or the card.

`select` is the second half: the same condition chooses hits, sessions or people, as in the segment
builder of Google Analytics 4 (event, session and user segments), and the numbers differ. The menu
path of the handbook (administration, segments) is that of Universal Analytics, whose standard
properties stopped processing in July 2023. Sources: the handbook's chapters on Google Analytics
and Yandex Metrica; Google's help on the segment builder; Wilson (1927) for the intervals. Taught in
notebook approaches/web_analytics.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.refusal import passes
from segkit.segments import messages, rules
from segkit.segments.about import About
from segkit.segments.definition import Definition, by_spend
from segkit.study import Slip, StudyError

ABOUT = About(
    question="What did they do on the site, and where did they stop?",
    use="reminders, retargeting, following up requests",
    difficulty="medium",
    place=120,
    when="the site logs its visits, best with known customers",
    data="a table `visits` (one row per hit)",
    columns=("sessions_n", "days_since_visit"),
    options=("inactive_days", "new_days", "high_share"),
)

SCOPES = {"event": None, "session": "session", "user": "person"}
"""Scope of a selection → the column whose rows are judged and taken together."""
PAIRS = 6
"""So many pairs of groups are shown that people fit both of."""
OTHERWISE = "One visit"
"""The name of everybody whom no group takes."""


def fit(card, *, inactive_days=90, new_days=7, high_share=0.1):
    """Write down the groups for one table of people, the first that fits first.

    `card` has one row per person (or customer) with sessions_n and days_since_visit, and what else
    the site can tell. Inactive is a last visit more than `inactive_days` ago, new a first visit at
    most `new_days` ago; high value is the spend that the top `high_share` (0 to 1) of those who
    spent reach, where it stands above their median (else nobody stands out). Returns a Definition;
    rules: groups, otherwise, left_out (names of groups the data cannot carry). Order of names:
    largest total spend first. Raises Slip for limits that make no sense.
    Taught in notebook approaches/web_analytics.
    """
    if not (0 < high_share < 1 and inactive_days > new_days >= 0):
        raise Slip(
            messages.told("web limits", high=high_share, inactive=inactive_days, new=new_days)
        )
    high = _high(card, high_share)
    asked = groups(inactive_days=inactive_days, new_days=new_days, high_from=high)
    kept = [group for group in (_possible(g, card.columns) for g in asked) if group]
    left_out = [g["name"] for g in asked if g["name"] not in {k["name"] for k in kept}]
    used = list(dict.fromkeys(c for group in kept for c in rules.columns(group["when"])))
    told = {"groups": kept, "otherwise": OTHERWISE, "left_out": left_out}
    names = [group["name"] for group in kept] + [OTHERWISE]
    raw = Definition("web_analytics", names, used, told)
    present = by_spend(raw.apply(card, expression)["segment"], _spend(card))
    order = present + [name for name in names if name not in present]
    return Definition("web_analytics", order, used, told)


def groups(*, inactive_days, new_days, high_from):
    """Return the groups as rules, in their order: [{name, when}, …].

    `high_from` is the money from which somebody is of high value, {column: amount}; empty for
    none. Change order or conditions, and hand them to `rules` to print, count and explain.
    """
    high = [{column: {"at_least": amount}} for column, amount in high_from.items()]
    bought = [{"goal_bought_n": {"at_least": 1}}, {"orders_n": {"at_least": 1}}]
    asked = {"goal_asked_n": {"at_least": 1}}
    nothing = {"not": {"any": [asked, *bought]}}
    told = [
        ("Not seen on the site", {"sessions_n": {"under": 1}}),
        ("Partners and companies", {"goal_partner_viewed_n": {"at_least": 1}}),
        ("High value", {"any": high}),
        ("Inactive", {"days_since_visit": {"over": inactive_days}}),
        ("Abandoned cart", {"last_cart": {"is": "abandoned"}}),
        ("Buyers", {"any": bought}),
        ("Asked for a consultation", asked),
        ("New", {"days_since_first_visit": {"at_most": new_days}}),
        ("Viewed, did not ask", {"all": [{"goal_service_viewed_n": {"at_least": 1}}, nothing]}),
        ("Returning", {"sessions_n": {"at_least": 2}}),
        ("Looked once", {"goal_product_viewed_n": {"at_least": 1}}),
    ]
    return [{"name": name, "when": when} for name, when in told]


expression = rules.grouped
"""Return the Ibis column that names each row's segment: the first group that fits."""


@dataclass(frozen=True)
class Visitors:
    """The groups of people on a site, part by part."""

    found: object

    @property
    def groups(self):
        """Lay the groups out in their order: segment, rule (in words), fits_n, taken_n.

        fits_n: people who meet the rule; taken_n: those met by no earlier group. The last row is
        everybody whom no rule fits; taken_n adds up to all people.
        """
        table, taken = rules.listed(self.found), self.found.labels.value_counts()
        fits = rules.counts(self.found.card, self.found.rules["groups"])["customers_n"]
        table["taken_n"] = table["segment"].map(taken).fillna(0).astype(int)
        table.insert(2, "fits_n", [*fits, table["taken_n"].iloc[-1]])
        return table

    @property
    def hidden(self):
        """List the pairs of groups that most people fit both of: group, also, people_n."""
        table = rules.overlaps(self.found.card, self.found.definition)
        table = table.nlargest(PAIRS, "customers_n")
        return table.rename(columns={"customers_n": "people_n"})

    @property
    def people(self):
        """Say who is where: person, customer_id (empty for strangers), segment."""
        known = self.found.card[["person", "customer_id"]]
        return known.assign(segment=self.found.labels)


@passes
def visitors(found):
    """Look at the groups of people on a site.

    Parameters
    ----------
    found : Attempt or Refused
        What `segments.attempt(people, "web_analytics")` returned.

    Returns
    -------
    Visitors
        `groups` (rule in words, people who fit, people taken), `hidden` (pairs of groups that most
        people fit both of), `people` (person, customer_id, segment).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import pandas as pd
    >>> from segkit.segments import Definition
    >>> from segkit.segments.approaches import web_analytics
    >>> card = pd.DataFrame({"person": ["v1", "v2"], "sessions_n": [1, 7], "hits_n": [3, 60]})
    >>> groups = [{"name": "Often", "when": {"sessions_n": {"over": 5}}}]
    >>> groups += [{"name": "Long", "when": {"hits_n": {"over": 50}}}]
    >>> told = {"groups": groups, "otherwise": "Others"}
    >>> found = SimpleNamespace(card=card, labels=pd.Series(["Others", "Often"]), rules=told)
    >>> found.definition = Definition("web_analytics", [], ["sessions_n", "hits_n"], told)
    >>> seen = web_analytics.visitors(found)
    >>> seen.groups[["segment", "fits_n", "taken_n"]]
      segment  fits_n  taken_n
    0   Often       1        1
    1    Long       1        0
    2  Others       1        1
    >>> seen.hidden
       group  also  people_n
    0  Often  Long         1
    """
    return Visitors(found)


def select(hits, rule, *, scope):
    """Choose hits by a condition, judged per hit, per session or per person.

    `hits` as made by `data.measures.web.hits.read`; `rule` over their columns (kind, page, source,
    device, …), see `rules`; `scope` one of event, session, user. In a scope each condition is met
    when some hit of the session (of the person) meets it, not necessarily the same hit; `not` then
    means that no hit does. Chosen are all hits of that session (person). Returns an Ibis table with
    the columns of `hits`. Raises StudyError for an unknown scope or column. Taught in notebook
    approaches/web_analytics.
    """
    if scope not in SCOPES:
        raise StudyError(f"scope is {scope!r}; known are {', '.join(SCOPES)}.")
    rule = rules.check(rule, columns=hits.columns)
    judged = hits.mutate(taken_=_met(hits, rule, SCOPES[scope]))
    return judged.filter(judged.taken_).drop("taken_")


def scopes(hits, rule):
    """Count what one condition chooses in each scope: scope, hits_n, sessions_n, people_n.

    Parameters
    ----------
    hits : Ibis table
        From `data.measures.web.hits.read`: session, person and what a hit tells.
    rule : dict
        A condition (see `segments.rules`).

    Returns
    -------
    DataFrame
        scope (hit, session, person), hits_n, sessions_n, people_n.

    Examples
    --------
    >>> import ibis
    >>> import pandas as pd
    >>> from segkit.segments.approaches import web_analytics
    >>> hits = pd.DataFrame({"session": ["s1", "s1", "s2"], "person": ["a", "a", "a"]})
    >>> hits = ibis.memtable(hits.assign(page=["/", "/cart", "/"], hit=[1, 2, 3]))
    >>> web_analytics.scopes(hits, {"page": {"is": "/cart"}})
         scope  hits_n  sessions_n  people_n
    0    event       1           1         1
    1  session       2           1         1
    2     user       3           2         1
    """
    rows = []
    for scope in SCOPES:
        chosen = select(hits, rule, scope=scope)
        found = chosen.agg(
            hits_n=chosen.count(),
            sessions_n=chosen.session.nunique(),
            people_n=chosen.person.nunique(),
        )
        rows.append({"scope": scope, **found.execute().iloc[0].astype(int)})
    return pd.DataFrame(rows)


@passes
def conversion(counted, *, per="sessions", alpha=0.05):
    """Put shares and their intervals beside the counts of a report.

    A group whose interval holds the rate of another cannot be called better. Sessions of one person
    are not independent, so intervals per session are too narrow; per person they hold.

    Parameters
    ----------
    counted : DataFrame or Refused
        From `data.reports.web.counts.converted`.
    per : str
        "sessions" or "people".
    alpha : float
        0.05 for 95 % intervals.

    Returns
    -------
    DataFrame
        The group, n, reached_n, rate, low, high (0 to 1, Wilson; empty where n is 0).

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.segments.approaches import web_analytics
    >>> counted = {"source": ["mail"], "sessions_n": [50], "sessions_reached_n": [10]}
    >>> web_analytics.conversion(pd.DataFrame(counted)).round(2)
      source   n  reached_n  rate   low  high
    0   mail  50         10   0.2  0.11  0.33
    """
    n, met = counted[f"{per}_n"], counted[f"{per}_reached_n"]
    low, high = evidence.wilson(met, n.where(n > 0, 1), alpha=alpha)
    frame = pd.DataFrame({counted.columns[0]: counted.iloc[:, 0], "n": n, "reached_n": met})
    shares = frame.assign(rate=met / n.where(n > 0), low=low, high=high)
    shares.loc[n == 0, ["low", "high"]] = np.nan
    return shares


def _met(hits, rule, key):
    """Judge a rule per row, or per group of rows that share `key`."""
    (word, value), *_ = rule.items()
    if not key or word not in ("all", "any", "not"):
        met = rules.expression(hits, rule)
        return met.cast("int64").max().over(group_by=key) == 1 if key else met
    if word == "not":
        return ~_met(hits, value, key)
    whole, *parts = [_met(hits, part, key) for part in value]
    for part in parts:
        whole = whole & part if word == "all" else whole | part
    return whole


def _possible(group, columns):
    """Cut a group down to the conditions whose columns exist; None where nothing is left."""
    when = _able(group["when"], columns)
    return {"name": group["name"], "when": when} if when else None


def _able(rule, columns):
    """Keep what a rule can ask of the columns: of `any` the rest, of `all` all or nothing."""
    (word, value), *_ = rule.items()
    if word == "not":
        within = _able(value, columns)
        return {"not": within} if within else None
    if word in ("any", "all"):
        parts = [_able(part, columns) for part in value]
        known = [part for part in parts if part]
        if not known or (word == "all" and len(known) < len(parts)):
            return None
        return {word: known} if len(known) > 1 else known[0]
    return rule if set(rules.columns(rule)) <= set(columns) else None


def _high(card, share):
    """Find, per column of money, the amount from which spending stands out; {} for none."""
    found = {}
    for column in ("spend_total", "site_spend"):
        spent = card[column].astype("float64") if column in card.columns else np.array([])
        spent = np.asarray(spent)[np.asarray(spent) > 0]
        if len(spent):
            cut, middle = np.quantile(spent, [1 - share, 0.5], method="inverted_cdf")
            found |= {column: float(cut)} if cut > middle else {}
    return found


def _spend(card):
    column = next((c for c in ("spend_total", "site_spend") if c in card.columns), None)
    return None if column is None else card[column].astype("float64").fillna(0)
