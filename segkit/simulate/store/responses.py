"""What customers answer: to mailings, by habit, and to the survey, by lifestyle."""

from collections import namedtuple

import numpy as np
import pandas as pd

from segkit.simulate import crowds, draws

WORLD = draws.planted("store")


Mailed = namedtuple("Mailed", "table owner day")
"""The table of mailings, and the orders they brought: owners and days."""


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
    opened = draws.happens(rng, np.array(WORLD.opens)[habit])
    clicked = opened & draws.happens(rng, np.array(WORLD.clicks)[habit])
    bought = clicked & here & draws.happens(rng, np.array(WORLD.buys)[habit])
    when = draws.clocked(rng, at + 1 + rng.integers(0, 10, len(who)), opens=8, closes=22)
    return {"opened": opened, "clicked": clicked, "responded": bought, "when": when}


def survey(plan, crowd):
    """Return the answers of those who were asked: yes or no, and the reason to buy here."""
    rng = plan.stream("survey")
    who = np.flatnonzero((rng.random(crowd.n) < WORLD.asked) & (crowd.joined < plan.days - 60))
    says = [np.array(chance)[crowd.lifestyle[who]] for chance in WORLD.statements.values()]
    style = crowd.style[who]
    says = [np.where(style == 1, 0.97, np.where(style == 2, 0.03, chance)) for chance in says]
    day = plan.days - 60 + rng.integers(0, 20, len(who))
    answers = {
        name: draws.words(["no", "yes"], draws.happens(rng, chance) * 1)
        for name, chance in zip(WORLD.statements, says, strict=True)
    }  # one draw per statement
    reason = draws.one_of(rng, np.array(WORLD.reasons)[crowd.lifestyle[who]])
    return pd.DataFrame(
        {"customer_id": crowd.ids[who], "answered_at": plan.dates(day.astype(float)), **answers,
         "why_us": draws.words(WORLD.why, reason)}
    )  # fmt: skip
