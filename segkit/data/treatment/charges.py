"""Order lines that are no goods: postage, delivery, fees, discounts, vouchers, corrections.

Their money counts, for the customer paid it; their number does not, for nobody bought postage
because they like it. They are told by the product's name, or by its id where there is no name,
and listed with their money, so that a wrong guess is seen: `phrases.CHARGES`.
"""

import ibis

from segkit.data.cells import phrases

WORD = "no goods: postage, fees, discounts, vouchers"
"""What `not_goods` of such a line says."""

MOST = 1000
"""So many different charges are looked for; nobody has more."""


def told(lines, *, goods=()):
    """Find the products among order lines that are charges: a list of names, or of ids.

    `goods` are names or ids that look like charges and are goods after all. Returns (column, list):
    which column tells them, and its values. Names are looked at once each, not once per line.
    """
    column = next((c for c in ("product_name", "product_id") if c in lines.columns), None)
    if column is None:
        return None, []
    each = lines.select(said=lines[column]).distinct()
    found = each.filter(each.said.strip().lower().re_search(phrases.CHARGES)).order_by("said")
    known = {each.strip().lower() for each in goods}
    said = found.limit(MOST).execute().said
    return column, [name for name in said if name.strip().lower() not in known]


def marked(lines, *, among, goods=()):
    """Add `not_goods` (text, empty for goods) to order lines, where there are charges `among` them.

    `among` are the lines as they came, which are cheaper to look through than judged ones; `goods`
    see `told`.
    """
    column, names = told(among, goods=goods)
    if not names:
        return lines
    word = lines[column].isin(names).ifelse(ibis.literal(WORD), ibis.null("string"))
    return lines.mutate(not_goods=word)


def listed(lines):
    """Add up the charges among kept lines: name, lines, money; the most money first."""
    if "not_goods" not in lines.columns:
        return None
    column = "product_name" if "product_name" in lines.columns else "product_id"
    mine = lines.filter(lines.not_goods == WORD)
    found = mine.group_by(name=mine[column]).agg(lines=mine.count(), money=mine.amount.sum())
    return found.order_by(ibis.desc(found.money.abs()), "name").execute()
