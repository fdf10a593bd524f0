"""What customers answer: to mailings, by habit, and to the survey, by lifestyle."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.simulate import crowds, draws
from segkit.simulate.store.people import LIFESTYLES

STATEMENTS = {
    "likes_to_cook": (0.90, 0.60, 0.45, 0.15),
    "plans_meals": (0.85, 0.55, 0.50, 0.10),
    "reads_labels": (0.40, 0.90, 0.25, 0.30),
    "sport_every_week": (0.25, 0.85, 0.20, 0.55),
    "compares_prices": (0.50, 0.30, 0.95, 0.25),
    "waits_for_sales": (0.40, 0.20, 0.90, 0.35),
    "follows_trends": (0.15, 0.30, 0.10, 0.90),
    "orders_by_phone_app": (0.30, 0.45, 0.25, 0.90),
    "time_is_short": (0.75, 0.50, 0.20, 0.50),
    "brand_matters": (0.35, 0.50, 0.10, 0.80),
}
"""Statement: chance of a yes, by lifestyle."""

WHY = ("range", "quality", "price", "service", "near to me")
REASONS = ((0.35, 0.15, 0.20, 0.05, 0.25), (0.20, 0.50, 0.05, 0.15, 0.10),
           (0.05, 0.05, 0.70, 0.05, 0.15), (0.45, 0.20, 0.05, 0.25, 0.05))  # fmt: skip
"""Chances of each reason to buy here, by lifestyle."""

ASKED = 0.5
"""Share of customers who answered the survey."""

OPENS = (0.90, 0.65, 0.03)
CLICKS = (0.75, 0.12, 0.0)
BUYS = (0.65, 0.0, 0.0)
"""Chances to open, then to follow the link, then to buy, by mail habit."""


@dataclass
class Mailed:
    """The table of mailings, and the orders they brought: owners and days."""

    table: pd.DataFrame
    owner: np.ndarray
    day: np.ndarray


def mailings(plan, crowd):
    """Write every eighty days to six in ten of the customers so far."""
    rng = plan.stream("mailings")
    at = np.arange(40.0, plan.days - 5, 80.0)
    who, campaign = crowds.invited(rng, crowd.joined, at, share=0.6)
    answers = _answers(rng, crowd, who, at[campaign])
    answers["campaign_type"] = draws.words(["offers", "news"], campaign % 3 // 2)
    when = answers["when"]
    sent = crowds.mailings(
        plan, crowd.ids[who], sent=at[campaign], campaign=campaign, answers=answers
    )
    bought = sent.responded.to_numpy()
    return Mailed(sent, who[bought], when[bought])


def _answers(rng, crowd, who, at):
    """Draw who opens, clicks, buys, and when; nobody buys who has left."""
    habit, here = crowd.habit[who], crowd.left[who] > at
    opened = draws.happens(rng, np.array(OPENS)[habit])
    clicked = opened & draws.happens(rng, np.array(CLICKS)[habit])
    bought = clicked & here & draws.happens(rng, np.array(BUYS)[habit])
    when = draws.clocked(rng, at + 1 + rng.integers(0, 10, len(who)), opens=8, closes=22)
    return {"opened": opened, "clicked": clicked, "responded": bought, "when": when}


def survey(plan, crowd):
    """Return the answers of those who were asked: yes or no, and the reason to buy here."""
    rng = plan.stream("survey")
    who = np.flatnonzero((rng.random(crowd.n) < ASKED) & (crowd.joined < plan.days - 60))
    says = [np.array(chance)[crowd.lifestyle[who]] for chance in STATEMENTS.values()]
    style = crowd.style[who]
    says = [np.where(style == 1, 0.97, np.where(style == 2, 0.03, chance)) for chance in says]
    day = plan.days - 60 + rng.integers(0, 20, len(who))
    answers = {
        name: draws.words(["no", "yes"], draws.happens(rng, chance) * 1)
        for name, chance in zip(STATEMENTS, says, strict=True)
    }  # one draw per statement
    reason = draws.one_of(rng, np.array(REASONS)[crowd.lifestyle[who]])
    return pd.DataFrame(
        {"customer_id": crowd.ids[who], "answered_at": plan.dates(day.astype(float)), **answers,
         "why_us": draws.words(WHY, reason)}
    )  # fmt: skip


def chances():
    """Return the planted chance of a yes: one row per statement, one column per lifestyle."""
    return pd.DataFrame.from_dict(STATEMENTS, orient="index", columns=list(LIFESTYLES))
