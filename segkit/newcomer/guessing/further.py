"""Further tables beside the orders: visits, answers, requests, invoices, reviews and so on.

Their columns alone do not tell them: an invoice looks like an order, a visit to a gym is a
purchase. So the name of the file has to say what it is, another file has to hold the orders,
and every column that the table cannot do without has to be there.
"""

import re
from pathlib import Path

from segkit.data import schema

FILES = {
    "visits": r"visit|hits?\b|web|\bga\b|clickstream|pageview|analytics|визит|посещ|метрик",
    "survey": r"survey|questionn|answers|poll|анкет|опрос",
    "requests": r"request|inquir|enquir|leads?\b|tickets?\b|заявк|обращен|запрос",
    "invoices": r"invoice|bills?\b|receivable|счета|счет",
    "documents": r"document|contract|acts?\b|документ|договор|акты",
    "referrals": r"referr|recommend|рекоменд|приведи",
    "reviews": r"review|feedback|complaint|rating|отзыв|жалоб|оценк",
    "events": r"events?\b|webinar|attend|мероприят|вебинар",
    "appointments": r"appointment|booking|consultation|schedule|запис|прием|консультац",
    "subscriptions": r"subscription|membership|абонемент|подписк",
    "advertising": r"advert|ad ?spend|ads?\b|budget|marketing ?cost|реклам|бюджет",
}
"""Words in the name of a file or sheet that point to a further table."""


def settle(peeks, kinds, scored):
    """Rename the kinds of files whose names say that they hold a further table.

    `kinds` lists the table of every peek as far as its columns tell (None: nothing),
    `scored(place, table)` gives {column: evidence} for one of them. A file is only renamed while
    another one remains that holds the orders (or the customers, where nobody has orders).
    """
    lead = "orders" if "orders" in kinds else "customers"
    kinds = list(kinds)
    for place, peek in enumerate(peeks):
        others = [kind for other, kind in enumerate(kinds) if other != place]
        if lead in others and (table := _named(peek, lambda t, at=place: scored(at, t))):
            kinds[place] = table
    return kinds


def _named(peek, scored):
    label = f"{Path(str(peek.path)).stem} {peek.sheet or ''}".lower()
    label = re.sub(r"[-_.\d]+", " ", label)
    for table, pattern in FILES.items():
        named = peek.rows and re.search(pattern, label)
        if named and set(schema.required(table)) <= set(scored(table)):
            return table
    return None
