"""Customers of a few kinds: when they came and left, what they are sent and what they say.

A world gives {kind: rates}, the first rate being the kind's share; everything a customer does
follows from the rates of the kind.
"""

from collections import namedtuple

import numpy as np
import pandas as pd

from segkit.simulate import draws


class Crowd(namedtuple("Crowd", "rates ids kind joined left")):
    """Columns of all customers, one entry each, and the rates of their kinds, one row each."""

    def rate(self, name, rows=slice(None)):
        """Return one of the rates for customers, by their kind."""
        return self.rates[name].to_numpy()[self.kind][rows]

    def truth(self, plan):
        """Return what is true of each customer, and of each kind."""
        people = draws.frame(
            customer_id=self.ids,
            kind=draws.words(self.rates.index, self.kind),
            joined_at=plan.dates(self.joined),
            left_at=plan.ended(self.left),
        )
        return {"customers": people, "kinds": self.rates.rename_axis("kind").reset_index()}


def draw(plan, kinds, names, *, early, stays):
    """Draw all customers of a plan: a share of `early` ones is there on the first day.

    `kinds` maps kinds to their rates, called `names`, the first one being the share; `stays` holds
    half the usual stay and the shortest one, in days.
    """
    rng, n, days = plan.stream("customers"), plan.customers, plan.days
    rates = pd.DataFrame.from_dict(kinds, orient="index", columns=list(names))
    kind = draws.stratified(rng, rates["share"].to_numpy(), n)
    joined = np.where(rng.random(n) < early, 0.0, rng.uniform(0, 0.85 * days, n))
    usual, least = stays
    left = joined + rng.exponential(1, n) * rng.gamma(2, usual, n) + least
    return Crowd(rates, draws.ids("c", n, width=4), kind, joined, np.minimum(left, days))


def invited(rng, joined, at, *, share):
    """Choose for each day of `at` a share of the customers so far: (who, which day), positions."""
    lots = [np.flatnonzero((joined < day) & (rng.random(len(joined)) < share)) for day in at]
    return np.concatenate([*lots, np.array([], int)]), draws.rows([len(lot) for lot in lots])


def mailings(plan, ids, *, sent, campaign, answers):
    """Return the table of mailings, one row each; what would come after the last day is not there.

    `sent` are days, `campaign` positions, `answers` the columns campaign_type, opened, clicked,
    responded, and `when` it was responded to.
    """
    when = answers.pop("when")
    answers["responded"] = answers["responded"] & (when < plan.days)
    return draws.frame(
        customer_id=ids,
        campaign_id=draws.ids("m", int(campaign.max(initial=0)) + 1, width=2)[campaign],
        campaign_type=answers.pop("campaign_type"),
        sent_at=plan.dates(sent),
        ends_at=plan.dates(sent + 13),
        **answers,
        responded_at=plan.dates(np.where(answers["responded"], when, np.nan)),
    )


def quarterly(plan, crowd, *, kinds, chances):
    """Write each quarter to seven in ten of the customers so far; see `mailings`.

    `kinds` are two kinds of campaign, in turn; `chances(who)` gives the chances to open, then to
    click, then to respond, three columns.
    """
    rng, at = plan.stream("mailings"), np.arange(45.0, plan.days - 5, 91.0)
    who, campaign = invited(rng, crowd.joined, at, share=0.7)
    opens, clicks, responds = chances(who)
    opened = draws.happens(rng, opens)
    clicked = opened & draws.happens(rng, clicks)
    when = at[campaign] + rng.uniform(0, 13, len(who))
    responded = clicked & draws.happens(rng, responds)
    answers = {"campaign_type": draws.words(kinds, campaign % 2), "when": when}
    answers |= {"opened": opened, "clicked": clicked, "responded": responded}
    return mailings(plan, crowd.ids[who], sent=at[campaign], campaign=campaign, answers=answers)


def reviews(plan, ids, order_ids, *, day, stars):
    """Return the table of reviews; three stars of five and more are praise."""
    there = draws.seen(plan, day)
    stars = np.clip(np.round(stars), 1, 5).astype(int)[there]
    return draws.frame(
        customer_id=ids[there],
        reviewed_at=plan.moments(day[there]),
        review_id=draws.ids("r", len(there), width=4),
        order_id=order_ids[there],
        rating=stars,
        kind=draws.words(["complaint", "praise"], (stars >= 3) * 1),
    )


def invoices(plan, orders, *, sent, paid):
    """Return the table of invoices sent by the last day; what is not paid by then is open.

    `orders` is a table of customer_id, order_id and amount; `sent` and `paid` are days.
    """
    found = draws.frame(
        customer_id=orders.customer_id,
        sent_at=plan.moments(sent),
        invoice_id=draws.ids("i", len(sent), width=5),
        order_id=orders.order_id,
        due_at=plan.dates(sent + 14),
        paid_at=plan.ended(paid),
        amount=orders.amount,
    )
    return found[sent < plan.days].reset_index(drop=True)
