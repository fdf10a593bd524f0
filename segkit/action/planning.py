"""Planning: from personas to first steps, as objects whose parts are looked at one by one.

`people` are the personas and what is known of them; `contact` says whether writing to them pays,
`ranking` who comes first, `plan` what to do differently, `hold_out` how many to leave out to know
whether it works. Each stands on the one before. What a list does not hold is a Refused.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import decisions, evidence
from segkit.action import (
    asked,
    economics,
    exports,
    facts,
    holdout,
    priorities,
    rules,
    steps,
    trades,
    waterfall,
)
from segkit.action.money import Money
from segkit.brief import Brief
from segkit.refusal import Refused


@dataclass(frozen=True)
class People:
    """The personas, their customers, and on what an action for them stands; `people` makes it."""

    study: object
    brief: Brief
    verdict: dict
    pages: list
    card: pd.DataFrame
    segments: pd.DataFrame
    response: pd.DataFrame
    proposals: tuple = ()
    everybody: str = ""

    @property
    def listed(self):
        """Tell whether the customers are only a list, without a KPI."""
        return self.brief.goal.kpi is None

    @property
    def standing(self):
        """Say on what the actions stand: the goal, and whether stage 5 let the segments pass."""
        brief, usable = self.brief, self.verdict["usable"]
        judged = "The segments may be used" if usable else "THE SEGMENTS ARE NOT CONFIRMED"
        text = f"> **Goal.** {brief.goal.sentence}\n>\n> **{judged}.** {self.verdict['sentence']}"
        if not usable:
            text += " What follows are hypotheses: test them, do not roll them out."
        if brief.verdict != "segment":
            text += f"\n>\n> **Notebook 01 advises: {brief.verdict}.** {brief.reason}"
        return f"{text}\n>\n> {self.everybody}" if self.everybody else text

    @property
    def of_segments(self):
        """Return the persona by segment."""
        return {segment: page["name"] for page in self.pages for segment in page["segments"]}

    @cached_property
    def of_customers(self):
        """Return the persona of every customer, in the order of the card."""
        segments = self.segments.set_index("customer_id")["segment"]
        return self.card["customer_id"].map(segments.map(self.of_segments))

    @cached_property
    def facts(self):
        """Return what is known of each persona; see `facts.by_persona`."""
        days = self.brief.data["window_days"]
        asked = {"personas": self.of_customers, "pages": self.pages, "window_days": days}
        return facts.by_persona(self.card, **asked)

    @property
    def proposed(self):
        """Return the decision that notebook 05 proposes for all segments of a persona, or None."""
        told = {segment: decisions.decided(each["kind"]) for each in self.proposals
                for segment in each["segments"]}  # fmt: skip
        found = {page["name"]: {told.get(name) for name in page["segments"]} for page in self.pages}
        return {name: next(iter(each)) for name, each in found.items() if len(each) == 1}

    @property
    def shown(self):
        """Return the facts for readers, without what is not known of anybody."""
        names = ["n", "spend_share", "spend_index", "orders_index", "basket_index", "reached_share"]
        return self.facts[names].dropna(axis=1, how="all").reset_index()

    @property
    def spend(self):
        """Return the spend of every customer of whom it is known, or Refused."""
        if "spend_total" not in self.card:
            return Refused(economics.LACKING["money"])
        return self.card["spend_total"].dropna()

    def concentration(self, *, rng, repeats):
        """Return what the largest fifth of the customers brings: share, interval, told."""
        interval = evidence.top_share_interval(self.spend, rng=rng, repeats=repeats)
        return priorities.Concentration(evidence.top_share(self.spend), interval)

    def money(self, tables, *, assumed):
        """Return what every customer and persona brings, see `money.Money`.

        `tables`: as `data.open` returned them; `assumed`: an `Assumptions`.
        """
        from segkit.data.reports import money

        window = {name: self.brief.data[name] for name in ("as_of", "window_days")}
        ledger = money.per_customer(tables, **window)
        groups = self.of_customers.set_axis(self.card["customer_id"])
        order = tuple(self.facts.index)
        return Money(ledger, groups, order, assumed, self.study)

    @property
    def membership(self):
        """List every customer with segment and persona, safe for spreadsheets."""
        return exports.membership(self.segments, personas=self.of_segments)


def people(run):
    """Read the personas of a run and all that is known of them.

    Parameters
    ----------
    run : segkit.study.Run
        The run folder, as `segkit.open_run` opened it.

    Returns
    -------
    People
        `standing` in words, `facts` (one row per persona: n, share, spend_share, spend_index,
        orders_index, basket_index, reached_share, …), `shown`, `of_customers`, `membership`, and
        `concentration(rng=…, repeats=…)`.

    Examples
    --------
    See notebook 07; `people(run).facts.index` lists the personas, most spend first.
    """
    judged, pages = run.read("corrections.json"), run.read("personas.json")["personas"]
    tables = (run.read(name) for name in ("card.parquet", "corrected.parquet", "response.csv"))
    dropped = {"kind": "drop", "segments": judged.get("out") or []}
    proposals = (*(judged.get("proposals") or ()), dropped)  # what a team decided comes last
    known = run.read("base.json")["told"]
    return People(run.study, Brief.read(run), judged["verdict"], pages, *tables, proposals, known)


@dataclass(frozen=True)
class Contact:
    """Whether a contact pays, by persona; `contact` makes it."""

    people: People
    money: Money
    asked: asked.Asked | Refused

    @property
    def assumed(self):
        """Return what is assumed, by the analyst or the study."""
        return self.money.assumed

    @property
    def order_value(self):
        """Return what an order is worth on average, or Refused."""
        return economics.order_value(self.people.card)

    @property
    def margin(self):
        """Return what an order leaves (0 to 1) of all customers, or Refused."""
        if self.money.margin_status == "unknown":
            return Refused(economics.LACKING["margin"].format(study=self.people.study.name))
        whole = self.money.margin
        return self.assumed.margin if isinstance(whole, Refused) else float(whole["all"])

    @property
    def cost(self):
        """Return what a contact costs, or Refused."""
        lacking = Refused(economics.LACKING["cost"].format(study=self.people.study.name))
        return lacking if self.assumed.contact_cost is None else self.assumed.contact_cost

    @property
    def needed(self):
        """Return the response (0 to 1) from which a contact pays, or Refused."""
        known = (self.order_value, self.margin, self.cost)
        lacking = [each for each in known if isinstance(each, Refused)]
        return lacking[0] if lacking else self.assumed.break_even(known[0], margin=known[1])

    @property
    def told(self):
        """Say in Markdown which response a contact needs, or why none can be named."""
        measured = {"value": self.order_value, "assumed": self.assumed}
        margin = (self.margin, self.money.margin_status)
        return economics.needed(self.needed, margin=margin, **measured)

    @property
    def answered(self):
        """Say in Markdown whose answers were measured, when, or that none were."""
        if self.people.brief.goal.answers_contact:
            period = self.people.brief.test
            return f"*Answers* are those of the goal: {period.label}, judged in notebook 05."
        return f"{self.asked}" if isinstance(self.asked, Refused) else self.asked.told

    @cached_property
    def facts(self):
        """Return the facts per persona with response, break_even, roi and verdict."""
        people, goal = self.people, self.people.brief.goal
        answers = getattr(self.asked, "table", None)
        seen = economics.measured(
            people.response, groups=people.of_segments, goal=goal, asked=answers
        )
        few = seen["asked_n"] < people.study.smallest_cell
        told = ["asked_n", "response", "low", "high", *["outcome"] * goal.answers_contact]
        seen[told] = seen[told].mask(few)
        table = people.facts.join(seen)
        table["proposed"] = table.index.map(people.proposed)
        if not isinstance(self.money.margin, Refused):
            table["margin"] = self.money.margin.reindex(table.index).astype(float)
        return economics.returns(table, assumed=self.assumed)

    @property
    def measured(self):
        """Return the facts of those personas whose response was measured, or Refused."""
        if self.people.listed:
            return Refused(economics.LACKING["response"])
        if self.facts["response"].isna().all():
            return Refused(economics.LACKING["no answers"])
        return self.facts

    @property
    def shown(self):
        """Return response, break-even and return by persona for readers, or Refused."""
        names = ["asked_n", "response", "low", "high", "break_even", "extra_needed", "roi",
                 "roi_low", "roi_high", "verdict"]  # fmt: skip
        table = self.measured[names].replace(np.inf, np.nan)
        return (
            table if isinstance(table, Refused) else table.dropna(axis=1, how="all").reset_index()
        )

    @property
    def formats(self):
        """Return how the columns of `shown` are written."""
        parts = (
            "response",
            "low",
            "high",
            "break_even",
            "extra_needed",
            "roi",
            "roi_low",
            "roi_high",
        )
        return dict.fromkeys(parts, "{:.1%}") | {"asked_n": "{:,.0f}"}

    @property
    def lacking(self):
        """Return the reason why no budget can be split, or None."""
        if self.people.listed:
            return Refused(economics.LACKING["budget"])
        known = [part for part in (self.needed, self.measured) if isinstance(part, Refused)]
        name = self.people.study.name
        none = Refused(economics.LACKING["money to spend"].format(study=name))
        return next(iter(known), none if self.assumed.budget is None else None)

    @property
    def lesson(self):
        """Say from which response a contact pays, and for which personas it does."""
        return economics.lesson(self.facts, needed=self.needed)


def contact(people, *, money, tables, kept):
    """Ask when a contact pays, and who answers one.

    Parameters
    ----------
    people : People
        What `people` returned.
    money : Money
        What `people.money` returned.
    tables : segkit.data.tables.Tables
        The study's tables, as `data.open` returned them.
    kept : segkit.segments.settled.Kept
        The segments in use, as `segments.kept` returned them.

    Returns
    -------
    Contact
        `needed` (response from which it pays, 0 to 1), `order_value`, `margin`, `facts` (per
        persona asked_n, response, low, high, break_even, extra_needed, roi, verdict), `told`,
        `answered` and `lesson` in words. Refused parts say what they would need.

    Examples
    --------
    See notebook 07; `contact(…).facts["verdict"]` says of whom a contact pays.
    """
    if people.brief.goal.answers_contact or people.listed:
        return Contact(people, money, Refused(economics.LACKING["response"]))
    window = {name: people.brief.data[name] for name in ("as_of", "window_days")}
    return Contact(people, money, asked.last(tables, kept, **window))


@dataclass(frozen=True)
class Ranking:
    """Which persona comes first; `ranking` makes it."""

    contact: Contact
    weights: priorities.Weights

    @cached_property
    def facts(self):
        """Return the facts per persona with attractiveness, fit, priority (0 to 1) and rank."""
        return priorities.rank(self.contact.facts, weights=self.used)

    @property
    def used(self):
        """Return the weights in use: by the share of customers where no money is known."""
        return self.weights.known(self.contact.facts)

    def firmness(self, *, rng, repeats):
        """Rank again under random weights: rank, stays, first (0 to 1), best, worst."""
        measures = self.contact.facts
        return priorities.sensitivity(measures, weights=self.used, rng=rng, repeats=repeats)

    def hold_out(self, tables, *, days, change):
        """Plan how many customers a test of `days` has to leave out, see `hold_out`."""
        return hold_out(tables, self, days=days, change=change)

    def lesson(self, firm):
        """Say in Markdown who comes first, and in how many weightings of `firmness`."""
        first = self.facts["rank"].idxmin()
        return f"*{first}* first, and in {firm.loc[first, 'first']:.0%} of all weightings."


def ranking(contact, *, weights):
    """Order the personas by what they are worth and how well what we can do suits them.

    Parameters
    ----------
    contact : Contact
        What `contact` returned.
    weights : Weights
        Opinions; measures that the data do not have are left out.

    Returns
    -------
    Ranking
        `facts` (with attractiveness, fit, priority, rank), `firmness(rng=…, repeats=…)` and
        `lesson(firm)`.

    Examples
    --------
    See notebook 07; `ranking(…).facts["rank"]` is 1 for who comes first.
    """
    return Ranking(contact, weights)


@dataclass(frozen=True)
class HoldOut:
    """How many customers to leave out at random; `hold_out` makes it."""

    people: People
    table: pd.DataFrame | Refused
    days: int

    @property
    def told(self):
        """Say how large a test of the goal would be: textbook size first, then this goal."""
        return holdout.told(self.people.brief.goal, customers_n=len(self.people.card))

    @property
    def shown(self):
        """Return the tests for readers; nothing where nothing was spent. Or Refused."""
        return self.table.drop(columns="days").reset_index().replace(np.inf, np.nan)

    @property
    def title(self):
        """Name the table: what is compared, for how long."""
        return f"Hold-out groups; spend in {self.days} days {self.people.study.currency}".strip()


def hold_out(tables, ranking, *, days, change):
    """Plan for every persona how many customers a test has to leave out at random.

    Parameters
    ----------
    tables : segkit.data.tables.Tables
        The study's tables, as `data.open` returned them.
    ranking : Ranking
        What `ranking` returned.
    days : int
        Length of the test.
    change : float
        Relative change in spend that it should be able to see, such as 0.1.

    Returns
    -------
    HoldOut
        `table` (per persona held, visible, half, best_case, enough; the smallest first), or
        Refused of a list; `told`, `shown` and `title` for readers.

    Examples
    --------
    See notebook 07; `hold_out(…).table["held"]` says how many to leave out.
    """
    people = ranking.contact.people
    asked = {"customers": people.card["customer_id"], "end": people.brief.data["as_of"]}
    past = holdout.history(tables, days=days, **asked)
    tests = holdout.plans(past, groups=people.of_customers, change=change)
    return HoldOut(people, holdout.weighed(tests, facts=ranking.facts), days)


@dataclass(frozen=True)
class Plan:
    """What to do differently with each persona; `plan` makes it."""

    ranking: Ranking

    @property
    def people(self):
        """Return the personas."""
        return self.ranking.contact.people

    @cached_property
    def rules(self):
        """Return the rules in the words of the study's business."""
        business, listed = self.people.study.business, self.people.listed
        return trades.retold(rules.RULES, business=business, listed=listed)

    @property
    def holding(self):
        """Return the rules that hold, used or not: persona, rule, evidence, because."""
        return rules.matches(self.ranking.facts, rules=self.rules)

    @cached_property
    def table(self):
        """Return move, offer, channel, message, frequency, timing and their rules by persona."""
        goal, currency = self.people.brief.goal, self.people.study.currency
        return rules.plans(self.ranking.facts, goal=goal, currency=currency, rules=self.rules)

    @property
    def shown(self):
        """Return one column per persona and one row per part of its plan, for readers."""
        parts = self.table[list(rules.SLOTS)].T.rename_axis("slot").reset_index()
        return parts.replace("", "–")

    @cached_property
    def actions(self):
        """Return the list of actions, first things first."""
        goal, verdict = self.people.brief.goal, self.people.verdict
        return steps.actions(self.ranking.facts.join(self.table), goal=goal, verdict=verdict)

    @cached_property
    def waterfall(self):
        """Return what each action can carry from the baseline to the target, see `Waterfall`."""
        facts = self.ranking.facts.join(self.table[["move"]])
        goal, assumed = self.people.brief.goal, self.ranking.contact.assumed
        few = self.people.study.smallest_cell
        return waterfall.Waterfall(facts, goal, assumed, len(self.people.card), few)

    @cached_property
    def budget(self):
        """Return the budget as the plan spends it, and evenly; the last row is the total.

        The contacts are those of the waterfall: no page has another split of the same money.
        """
        contact, paid = self.ranking.contact, self.waterfall.table.set_index("persona")
        if contact.lacking is not None:
            return contact.lacking
        shown = contact.facts[contact.facts["n"] >= self.people.study.smallest_cell]
        asked = {"money": contact.assumed.budget, "contact_cost": contact.assumed.contact_cost}
        split = economics.budget(shown, contacts=paid["contacts"].reindex(shown.index), **asked)
        total = split.sum(min_count=1).to_frame("total").T
        return pd.concat([split, total]).rename_axis("persona").reset_index()

    @property
    def budget_title(self):
        """Name the table of the budget."""
        return f"A budget of {self.ranking.contact.assumed.told('budget')}"

    @property
    def listed(self):
        """Return the actions as a list that a spreadsheet may open, see `spreadsheets.safe`."""
        return exports.safe(self.actions)

    def steps(self, tests):
        """Say what to do first: step, what, kpi, measured_by, decide; `tests` is a HoldOut."""
        return steps.first(self.actions, goal=self.people.brief.goal, tests=tests.table)

    def lesson(self, tests):
        """Say in Markdown how many steps are planned, and what the tests would show."""
        first = {"steps": self.steps(tests), "customers_n": len(self.people.card)}
        return steps.lesson(self.actions, tests=tests.table, **first)


def plan(ranking):
    """Write one plan per persona, by rules in plain sight.

    Parameters
    ----------
    ranking : Ranking
        What `ranking` returned.

    Returns
    -------
    Plan
        `holding` (the rules that hold, with their evidence), `table` and `shown` (move, offer,
        channel, message, frequency, timing), `actions` (the list that leaves the house),
        `steps(tests)` and `lesson(tests)`.

    Examples
    --------
    See notebook 07; `plan(…).actions["move"]` says what to do with each persona.
    """
    return Plan(ranking)
