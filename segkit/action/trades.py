"""The same advice in other trades.

The handbook's rules speak of a shop: baskets, coupons, the till. Clients of a firm have orders and
account managers, so the words change (`trades.yaml`) and the facts asked for do not. Of a list
without orders nothing is known of habits over time, so no rhythm is named.
"""

from segkit.study import beside

WORDS = beside(__file__, "trades.yaml")


def retold(rules, *, business, listed):
    """Return the rules in the words of a business; `listed` drops rhythms that no orders tell.

    What they ask for and the order they come in stay the same.
    """
    pairs = [] if business == "store" else WORDS["outside_shops"]
    pairs = [*pairs, *(WORDS["undated"] if listed else [])]
    return tuple(
        rule._replace(
            name=_said(rule.name, pairs),
            because=_said(rule.because, pairs),
            sets={slot: _said(text, pairs) for slot, text in rule.sets.items()},
        )
        for rule in rules
    )


def _said(text, pairs):
    for shop, other in pairs:
        text = text.replace(shop, other).replace(_capital(shop), _capital(other))
    return text


def _capital(text):
    return text[:1].upper() + text[1:]
