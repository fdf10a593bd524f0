"""Further tables beside the orders: visits, answers, requests, invoices, reviews and so on.

Their columns alone do not tell them: an invoice looks like an order, a visit to a gym is a
purchase. So the name of the file has to say what it is, another file has to hold the orders,
and every column that the table cannot do without has to be there.
"""

import re
from pathlib import Path

from segkit.data import schema
from segkit.study import beside

PATTERNS = beside(__file__, "files.yaml")
FILES = PATTERNS["further"]
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
        label = f"{Path(str(peek.path)).stem} {peek.sheet or ''}".lower()
        label = re.sub(r"[-_.\d]+", " ", label)
        named = [table for table, pattern in FILES.items() if re.search(pattern, label)]
        if lead in others and peek.rows:
            fit = (t for t in named if set(schema.required(t)) <= set(scored(place, t)))
            kinds[place] = next(fit, kinds[place])
    return kinds
