"""The money page: from net sales to what is left, per customer, per persona, rung by rung.

A ladder leads down from net sales: goods, then what there was to serve (orders delivered, returns
handled, contacts, requests, visits). Counts and the cost of goods are *measured*; what one delivery
or contact costs is *given* by the study and then marked assumed; what is neither stays *unknown*
and takes nothing off. Who is in no segment has a row too, for mail to them costs as much.

The profit curve adds up customers from the best to the worst. Elsewhere the best fifth brings 150
to 300 % of the profit and the last ones eat up the rest; here it is counted. Source: R. Kaplan and
V. Narayanan, *Measuring and managing customer profitability*, 2001.

Refused: a gross profit without a cost of goods or a margin that somebody answers for.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from segkit import evidence
from segkit.action.economics import LACKING, Assumptions
from segkit.refusal import Refused, passes
from segkit.study import RATES, beside

OUTSIDE = "in no segment"
"""Customers of the window who are in no segment: asked, mailed or sold to, all the same."""

MEASURED, GIVEN, UNKNOWN = "measured", "given (assumed)", "unknown"
"""What an amount rests on."""

TEXTS = beside(__file__)

SERVICE = {name: tuple(entry["counts"]) for name, entry in TEXTS["service"].items()}
"""Rung of service → the counts of the ledger that it prices; `NAME_cost` is its rate."""


def priced(ledger, *, assumed):
    """Price the ledger of every customer (`data.reports.money.per_customer`).

    Adds net (sales less returns), left_out (net sales whose cost nobody knows), goods, gross, one
    cost per rung of `SERVICE` and contribution, all money. A rung that is not counted or not priced
    is missing and takes nothing off; without any cost of goods gross and contribution are missing.
    """
    table = ledger.assign(net=ledger["sales"] + ledger["returns"])
    known, cost = table.get("known_sales", 0.0), table.get("cost", pd.Series(0.0, table.index))
    rest, margin = table["net"] - known, assumed.margin
    table["left_out"] = rest if margin is None else 0.0
    table["goods"] = cost + rest * (1 - (margin or 1.0))
    silent = margin is None and not cost.abs().sum()
    table["gross"] = np.nan if silent else table["net"] - table["left_out"] - table["goods"]
    for name, counts in SERVICE.items():
        there, rate = [c for c in counts if c in table], getattr(assumed, f"{name}_cost")
        table[name] = np.nan if rate is None or not there else table[there].sum(axis=1) * rate
    table["contribution"] = table["gross"] - table[list(SERVICE)].fillna(0.0).sum(axis=1)
    return table


@dataclass(frozen=True)
class Money:
    """What every customer and persona brings, and what it rests on; `People.money` makes it.

    `ledger`: what `data.reports.money.per_customer` counted, or Refused; `groups`: persona by
    customer_id; `order`: the personas, largest first; `study`: whose money.
    """

    ledger: pd.DataFrame | Refused
    groups: pd.Series
    order: tuple
    assumed: Assumptions
    study: object

    @cached_property
    def customers(self):
        """Return the priced ledger with the persona of each customer, or Refused."""
        if isinstance(self.ledger, Refused):
            return self.ledger
        table = priced(self.ledger, assumed=self.assumed)
        return table.assign(persona=table["customer_id"].map(self.groups).fillna(OUTSIDE))

    @property
    def known(self):
        """Return the customers if what is left of them is known, else what it needs (Refused)."""
        if isinstance(self.customers, Refused) or self.customers["gross"].notna().all():
            return self.customers
        return Refused(LACKING["margin"].format(study=self.study.name))

    @cached_property
    def table(self):
        """Return the sums per persona, largest first, then who is in none, then all; or Refused.

        n and all columns of `priced`, margin_share (gross profit of 1 of the net sales behind it),
        share (of all contribution; adds up to 1), losing_n (customers who cost more than they
        bring) and lost (their sum).
        """
        if isinstance(self.customers, Refused):
            return self.customers
        rows = dict(iter(self.customers.groupby("persona")))
        found = [name for name in (*self.order, OUTSIDE) if name in rows]
        sums = pd.DataFrame({name: _summed(rows[name]) for name in found} |
                            {"all": _summed(self.customers)}).T  # fmt: skip
        sums["share"] = sums["contribution"] / sums.loc["all", "contribution"]
        return sums.rename_axis("persona")

    @property
    def margin(self):
        """Return the part of an order that is left once its goods are paid for, by persona."""
        return self.table["margin_share"]

    @property
    def margin_status(self):
        """Say what the margin rests on: measured, given (assumed) or unknown."""
        if isinstance(self.customers, Refused) or self.customers["gross"].isna().all():
            return UNKNOWN if self.assumed.margin is None else GIVEN
        return MEASURED if self.coverage > 0 else GIVEN

    @property
    def coverage(self):
        """Return the share of net sales whose cost is measured, 0 to 1."""
        net = self.customers["net"].sum()
        known = self.customers["known_sales"].sum() if "cost" in self.customers else 0.0
        return float(known / net) if net else 0.0

    @cached_property
    def ladder(self):
        """Return the rungs from sales to contribution: rung, amount, of_net, status, basis.

        Costs are below 0, so the rungs between two sums add up to the second. An unknown rung has
        no amount; `basis` says of what it is made, or what it would need.
        """
        if isinstance(self.table, Refused):
            return self.table
        whole = self.table.loc["all"]
        rows = [*self._sales(whole), *self._goods(whole), *self._service(whole), self._last(whole)]
        found = pd.DataFrame(rows, columns=["rung", "amount", "status", "basis"])
        found.insert(2, "of_net", found["amount"] / whole["net"])
        return found

    def _sales(self, whole):
        say = TEXTS["basis"]
        counted = say["orders"].format(n=whole["orders_n"], people=whole["n"])
        back = say["returns"].format(n=whole["returns_n"])
        return [("sales", whole["sales"], MEASURED, counted),
                ("– returns", whole["returns"], MEASURED, back),
                ("= net sales", whole["net"], MEASURED, self._reduced(whole))]  # fmt: skip

    def _reduced(self, whole):
        """Say by how much prices were reduced before that; it never came in."""
        names = {"discounts": "price offers", "coupons": "coupons"}
        told = [f"{_money(whole[c])} by {word}" for c, word in names.items() if c in whole]
        return f"after reductions of {' and '.join(told)}" if told else "no reductions are recorded"

    def _goods(self, whole):
        say, words = TEXTS["basis"], {"study": self.study.name, "coverage": self.coverage}
        if np.isnan(whole["gross"]):
            needs = say["no goods"].format(**words)
            return [("– goods", np.nan, UNKNOWN, needs), ("= gross profit", np.nan, UNKNOWN, "")]
        out = say["left out"].format(**words)
        rows = [("– sales of unknown cost", -whole["left_out"], UNKNOWN, out)]
        status = MEASURED if self.assumed.margin is None or self.coverage >= 1 else GIVEN
        kind = "all goods" if status == MEASURED else ("part" if self.coverage > 0 else "margin")
        told = say[kind].format(**words, margin=self.assumed.told("margin"))
        rows = rows if abs(whole["left_out"]) > 0.005 else []
        return [*rows, ("– goods", -whole["goods"], status, told),
                ("= gross profit", whole["gross"], status, _share(whole))]  # fmt: skip

    def _service(self, whole):
        """Return the rungs of service: those that are counted, priced or not."""
        rows = []
        for name, counts in SERVICE.items():
            there, entry = [c for c in counts if c in whole], TEXTS["service"][name]
            if whole[there].sum() > 0:
                number = f"{whole[there].sum():,.0f} {entry['unit']}"
                rows.append((f"– {entry['rung']}", -whole[name], *self._rested(name, number)))
        return rows

    def _rested(self, name, number):
        rate = f"{name}_cost"
        if getattr(self.assumed, rate) is None:
            needs = TEXTS["basis"]["no rate"].format(
                number=number, rate=rate, study=self.study.name
            )
            return UNKNOWN, needs
        return GIVEN, f"{number} × {self.assumed.told(rate)}"

    def _last(self, whole):
        """Return the last rung: what is left, and before what."""
        if np.isnan(whole["gross"]):
            return ("= contribution", np.nan, UNKNOWN, TEXTS["basis"]["no gross"])
        priced = any(not np.isnan(whole[name]) for name in SERVICE)
        status = GIVEN if priced or self.margin_status == GIVEN else MEASURED
        before = f"before {', '.join(self.unpriced)}: unknown" if self.unpriced else ""
        return ("= contribution", whole["contribution"], status, before)

    @property
    def told(self):
        """Return the ladder for readers: amounts that nobody knows are a dash."""
        if isinstance(self.ladder, Refused):
            return self.ladder
        amount = [f"{value:,.0f}" if value == value else "–" for value in self.ladder["amount"]]
        named = f"amount {self.study.currency}".strip()
        table = self.ladder.assign(amount=amount).rename(columns={"of_net": "of net sales"})
        return table.rename(columns={"amount": named, "basis": "stands on"})

    @property
    def title(self):
        """Name the page per persona, with its currency."""
        return f"Money per persona {self.study.currency}".strip()

    @property
    def adds_up(self):
        """Tell whether rungs add up to the sums below them, and personas to all; or Refused."""
        if isinstance(self.table, Refused):
            return self.table
        parts = self.table.drop(index="all").drop(columns=["share", "margin_share"])
        whole = self.table.loc["all", parts.columns]
        rungs = self.ladder.set_index("rung")["amount"]
        steps = rungs[rungs.index.str.startswith("–")].sum() + rungs["sales"]
        last = rungs["= contribution"]
        alike = np.isclose(parts.sum(min_count=1), whole, equal_nan=True).all()
        return bool(alike and (np.isnan(last) or np.isclose(steps, last)))

    def saved(self, profit):
        """Return the page as plain data, for `money.json`."""
        if isinstance(self.table, Refused):
            return {"refused": self.table.why}
        rows = self.ladder.astype(object).where(self.ladder.notna(), None).to_dict("records")
        page = self.table.reset_index()
        return {
            "currency": self.study.currency,
            "ladder": rows,
            "personas": page.astype(object).where(page.notna(), None).to_dict("records"),
            "left": self.left_told.replace("*", ""),
            "profit": profit.why if isinstance(profit, Refused) else profit.told,
            "assumed": {RATES[name]: value for name, value in self.assumed.given.items()},
        }

    @property
    def served(self):
        """Name the rungs of service of which there is anything to count."""
        counted = self.customers.drop(columns=["customer_id", "persona"]).sum()
        return [name for name, counts in SERVICE.items()
                if counted.reindex(counts).fillna(0.0).sum() > 0]  # fmt: skip

    @property
    def unpriced(self):
        """Name the rungs that are counted and not priced."""
        return [TEXTS["service"][name]["rung"] for name in self.served
                if getattr(self.assumed, f"{name}_cost") is None]  # fmt: skip

    @property
    def shown(self):
        """Return the page per persona for readers, without what is not known of anybody."""
        if isinstance(self.table, Refused):
            return self.table
        named = {column: name for column, name in TEXTS["columns"].items() if column in self.table}
        marks = {"contribution": self._last(self.table.loc["all"])[2], "gross": self.margin_status}
        marks |= dict.fromkeys(SERVICE, GIVEN) | {"share": marks["contribution"]}
        marks |= dict.fromkeys(("losing_n", "lost"), marks["contribution"])
        names = {c: name + (" (assumed)" if marks.get(c) == GIVEN else "")
                 for c, name in named.items()}  # fmt: skip
        table = self.table[list(named)].dropna(axis=1, how="all")
        table = table.loc[:, (table != 0).any()]
        return table.rename(columns=names).reset_index()

    @property
    def formats(self):
        """Return how the columns of `shown` are written."""
        shares = {name for name in self.shown if str(name).startswith(("share", "margin"))}
        return {name: "{:.1%}" if name in shares else "{:,.0f}"
                for name in self.shown if name != "persona"}  # fmt: skip

    @property
    def left(self):
        """Return what is left of every customer, the best first (a Series), or Refused."""
        return _left(self.known)

    def profit(self, *, rng, repeats):
        """Add customers up from the best to the worst: a `Profit`, or Refused."""
        return _profit(self.left, rng=rng, repeats=repeats, money=self)

    @property
    def turns(self):
        """Say from which value on each assumption changes the order of the personas, or Refused.

        Returns assumption, today, turns_at (the nearest value that makes two personas change
        places by contribution) and who; a rate that nobody gave counts from 0.
        """
        if isinstance(self.known, Refused):
            return self.known
        parts = self.table.loc[[name for name in self.order if name in self.table.index]]
        rows = [self._turn(parts, name) for name in self._asked]
        return pd.DataFrame(rows, columns=["assumption", "today", "turns_at", "who"])

    @property
    def _asked(self):
        """Name the assumptions that the contribution hangs on, or could."""
        margin = ["margin"] if self.margin_status == GIVEN else []
        return [*margin, *(f"{name}_cost" for name in self.served)]

    def _turn(self, parts, rate):
        """Return when the order of the personas changes as one assumption moves."""
        today, gain = getattr(self.assumed, rate), parts["net"] - parts.get("known_sales", 0.0)
        if rate != "margin":
            counts = [c for c in SERVICE[rate.removesuffix("_cost")] if c in parts]
            gain = -parts[counts].sum(axis=1)
        at, pair = _crossing(parts["contribution"], gain, today=today or 0.0)
        at = at if rate != "margin" or at <= 1 else np.nan
        who = " and ".join(pair) if np.isfinite(at) else "no value changes the order"
        shown = "not given" if today is None else self.assumed.valued(rate)
        turns = self.assumed.valued(rate, at) if np.isfinite(at) else "–"
        return RATES.get(rate, TEXTS["rate"]["margin"]), shown, turns, who

    @property
    def left_told(self):
        """Say in Markdown what is left of net sales, and on what that stands."""
        if isinstance(self.known, Refused):
            return self.known.why
        last = self.ladder.iloc[-1]
        before = f" ({last['basis']})" if last["basis"] else ""
        left = _money(last["amount"], self.study.currency)
        return TEXTS["lesson"].format(left=left, of=last["of_net"], status=last["status"],
                                      before=before)  # fmt: skip

    def lesson(self, profit):
        """Say in Markdown what is left, whose it is, and on what that stands."""
        if isinstance(profit, Refused):
            return f"{profit}"
        return f"{self.left_told} {profit.told}"


@dataclass(frozen=True)
class Profit:
    """The profit curve in figures: `curve`, `top` (of the best fifth), `interval`, `peak`."""

    curve: pd.DataFrame
    top: float
    interval: tuple
    losing_n: int
    n: int
    lost: float
    status: str
    currency: str

    @property
    def peak(self):
        """Return the most that the best customers bring, as a share of all that is left."""
        return float(self.curve["value_share"].max())

    @property
    def told(self):
        """Say in Markdown what the best fifth brings and how many cost more than they bring."""
        low, high = self.interval
        lost = _money(-self.lost, self.currency)
        text = TEXTS["profit"]["some" if self.losing_n else "none"]
        return text.format(top=self.top, low=low, high=high, peak=self.peak, lost=lost,
                           losing=self.losing_n, n=self.n)  # fmt: skip


@passes
def _left(table):
    return table["contribution"].sort_values(ascending=False)


@passes
def _profit(left, *, rng, repeats, money):
    curve = evidence.lorenz(left)
    if isinstance(curve, Refused):
        return Refused(TEXTS["nothing left"])
    top = evidence.top_share(left, most=np.inf)
    interval = evidence.top_share_interval(left, rng=rng, repeats=repeats, most=np.inf)
    all_of_it = money.table.loc["all"]
    return Profit(curve, top, interval, int(all_of_it["losing_n"]), len(left), all_of_it["lost"],
                  money.ladder["status"].iloc[-1], money.study.currency)  # fmt: skip


def _summed(part):
    """Add up the customers of one persona; what is missing of all of them stays missing."""
    sums = part.drop(columns=["customer_id", "persona"]).sum(min_count=1)
    losing = part["contribution"] < -0.005
    known = not part["contribution"].isna().all()
    more = {
        "n": len(part),
        "margin_share": _ratio(sums["gross"], sums["net"] - sums["left_out"]),
        "losing_n": losing.sum() if known else np.nan,
        "lost": part.loc[losing, "contribution"].sum() if known else np.nan,
    }
    return pd.concat([pd.Series(more), sums])


def _crossing(values, slopes, *, today):
    """Return the nearest value above 0 at which two of `values` are equal, and whose they are.

    `values`: what each has today; `slopes`: how it changes with the assumption.
    """
    found = []
    for one in range(len(values)):
        for other in range(one):
            slope = slopes.iloc[one] - slopes.iloc[other]
            if slope:
                at = today - (values.iloc[one] - values.iloc[other]) / slope
                found.append((abs(at - today), at, (values.index[other], values.index[one])))
    found = [each for each in found if each[1] > 0]
    return min(found)[1:] if found else (np.nan, ())


def _ratio(part, whole):
    return part / whole if whole else np.nan


def _share(row):
    return f"{row['margin_share']:.1%} of the sales behind it"


def _money(amount, currency=""):
    return f"{amount:,.0f} {currency}".strip()
