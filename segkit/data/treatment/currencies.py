"""Amounts in more than one currency: one is kept, others are converted or set aside.

The currency of a line is its `currency` column, or the sign beside its amount. The study's
`currency:` is kept, else the most frequent one; another is converted where the study's `rates:`
know it (one unit in the kept currency) and set aside where they do not: pounds and roubles
added up mean nothing. Rates are decimal numbers, so that sums stay exact.
"""

from dataclasses import replace

import ibis

from segkit.data import schema
from segkit.data.cells import values, writing
from segkit.study import StudyError

MONEY = ("amount", "unit_price", "discount", "coupon_discount")
"""The columns of orders that are converted."""


def settle(source, *, study):
    """Bring the orders of an `origin.Source` to one currency; returns (source, currency or None).

    Nothing changes where no line tells a currency or all tell the kept one. Otherwise the table
    gets `currency` and `given_amount` (as it was), `amount` in the kept currency, and `foreign`,
    true where no rate is known. Raises StudyError where no line is in the study's currency.
    """
    code = _code(source)
    if code is None:
        return source, named(study.currency)
    counts = _counts(source.table, code)
    own = _own(counts, study, source.origin)
    if set(counts) <= {own}:
        return source, own
    table = _converted(source.table, code.fill_null(own), own, study)
    return replace(source, table=table, notes=[*source.notes, _note(counts, own, study)]), own


def named(word):
    """Return the code of a currency written as a code, a sign or a word (None if unknown)."""
    if not word:
        return None
    found = writing.currencies([word])
    return found[0] if found else word.upper() if len(word) == 3 and word.isascii() else None


def _code(source):
    """Find the code of each line's currency, or None where nothing could tell it."""
    table, found = source.table, []
    if "currency" in table.columns:
        word = table.currency.strip().upper()
        found += [word.re_search("^[A-Z]{3}$").ifelse(word, ibis.null("string"))]
        found += [values.currency(table.currency)]
    if "amount" in source.written and "text_amount" in table.columns:
        found.append(values.currency(table.text_amount))
    known = [column for column in found if column is not None]
    return ibis.coalesce(*known) if known else None


def _counts(table, code):
    seen = table.select(code=code)
    found = seen.group_by("code").agg(n=seen.count()).order_by(ibis.desc("n"), "code").execute()
    found = found[found.code.notna()]
    return dict(zip(found.code, found.n, strict=True))


def _own(counts, study, origin):
    own = named(study.currency)
    if own is None:
        return next(iter(counts), None)
    if counts and own not in counts and not set(counts) & set(study.rates):
        most = next(iter(counts))
        raise StudyError(
            f"{origin}: the amounts are in {most}, but studies/{study.name}.yaml says "
            f"`currency: {study.currency}`. Write `currency: {most}`, or what one {most} is worth: "
            f"`rates: {{{most}: 1.0}}`."
        )
    return own


def _converted(table, code, own, study):
    table = table.mutate(currency=code)
    rates = {c.upper(): str(rate) for c, rate in study.rates.items() if c.upper() != own}
    held = [c for c in MONEY if c in table.columns]
    changed = {c: _times(table, table[c], rates) for c in held}
    known = table.currency.isin([own, *rates])
    return table.mutate(given_amount=table.amount, foreign=~known, **changed)


def _times(table, column, rates):
    if not rates:
        return column
    branches = [(table.currency == code, _exactly(column, rate)) for code, rate in rates.items()]
    return ibis.cases(*branches, else_=column)


def _exactly(column, rate):
    """Multiply money with a rate, given as text; empty where the result is too large for money."""
    small = column.abs() < schema.BIGGEST / max(float(rate), 1)
    held = small.ifelse(column, ibis.null(column.type()))
    return (held * ibis.literal(rate).cast("decimal(16, 8)")).cast(schema.MONEY)


def _note(counts, own, study):
    rates = {code.upper(): rate for code, rate in study.rates.items()}
    lines = ", ".join(f"{n:,} lines in {code}" for code, n in counts.items())
    done = [f"{code} × {rates[code]:g}" for code in counts if code in rates and code != own]
    left = [code for code in counts if code not in rates and code != own]
    parts = [f"{own} is kept ({'the study says so' if study.currency else 'the most frequent'})"]
    parts += [f"converted by the study's rates: {', '.join(done)}"] if done else []
    parts += [f"set aside, as `rates:` does not know them: {', '.join(left)}"] if left else []
    return {"trap": "several currencies", "measured": lines, "decision": "; ".join(parts)}


def own(table):
    """Return the money of order lines in the study's currency: empty where no rate is known."""
    money = table.own_amount if "own_amount" in table.columns else table.amount
    if "foreign" in table.columns:
        money = table.foreign.ifelse(ibis.null(schema.MONEY), money)
    return money


def register(parts):
    """Add up rows and money per currency, to the last unit.

    `parts` is {"read", "kept", "rejected": Ibis table of orders}; amounts are those of the
    source, before conversion. Returns one dict per currency: currency, read_n, read_amount,
    kept_n … as in the register; empty where the tables know but one currency.
    """
    if "given_amount" not in parts["read"].columns:
        return []
    sums = {name: _sums(table) for name, table in parts.items()}
    codes = sorted(set().union(*sums.values()))
    return [
        {"currency": code}
        | {f"{name}_{what}": found.get(code, {}).get(what, zero)
           for name, found in sums.items() for what, zero in (("n", 0), ("amount", "0.00"))}
        for code in codes
    ]  # fmt: skip


def _sums(table):
    amount = table.given_amount if "given_amount" in table.columns else table.amount
    each = table.select(currency=table.currency, amount=amount)
    found = each.group_by("currency").agg(n=each.count(), amount=each.amount.sum().fill_null(0))
    rows = found.execute().itertuples()
    return {row.currency: {"n": int(row.n), "amount": values.spelt(row.amount)} for row in rows}
