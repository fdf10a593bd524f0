"""What a study should say about a file's way of writing: dates, decimal mark, currency.

The order of day and month, the decimal mark and the currency are never settled in silence: every
finding keeps the values it was told by, and a doubt where they allow two readings.
"""

import re
from dataclasses import dataclass

from segkit.data import schema
from segkit.data.cells import phrases, writing
from segkit.data.sources import headings
from segkit.study import Layout

WAYS = ("day first", "month first", "year first")

BUSINESSES = {
    "b2b": {"инн", "vat", "inn"},
    "services": {"service", "appointment", "booking", "visit", "услуг", "визит", "treatment"},
}
"""Words in headings that tell a kind of business."""


@dataclass(frozen=True)
class Finding:
    """One entry of a study: its `key`, `value`, the `examples` that tell it, and a doubt or ""."""

    key: str
    value: str | list
    examples: tuple = ()
    doubt: str = ""


def found(guess, *, further=None):
    """Find the layout of a guessed file: (study.Layout, list of Findings).

    `further(heading)` may fetch more values of a column, where the sample allows two readings.
    """
    layout, findings = Layout(), []
    if guess.peek.kind == "csv":
        layout = guess.peek.layout.model_copy()
        named = {"encoding": layout.encoding, "separator": layout.separator}
        findings += [Finding(key, value) for key, value in named.items() if value]
        if layout.header not in (None, 1):
            findings.append(Finding("header", str(layout.header)))
    if fill := guess.peek.layout.fill_down:
        doubt = "empty below the first row of a group; taken from the row above"
        layout = layout.model_copy(update={"fill_down": fill})
        findings.append(Finding("fill_down", fill, (), doubt))
    for finding in (_dates(guess, further), _decimal(guess, further)):
        if finding:
            findings.append(finding)
        if finding and finding.value:
            layout = layout.model_copy(update={finding.key: finding.value})
    return layout, findings


def _mixed(codes):
    """Say what to do where a column holds several currencies, the most frequent first."""
    others = [code for code in dict.fromkeys(codes) if code != codes[0]]
    if not others:
        return ""
    example = f"`rates: {{{others[0]}: 1.08}}` ({codes[0]} for one {others[0]})"
    return f"also {', '.join(others)} in it: give {example}, or those lines are set aside"


def currency(guesses):
    """Find the currency: a Finding with an ISO code, or with an empty value and a doubt."""
    for guess in guesses:
        if column := guess.choice("currency"):
            counts = guess.contents[column.heading].counts.most_common()
            codes = [(*writing.currencies([v]), v.strip().upper())[0] for v, _ in counts]
            return Finding("currency", codes[0], (f"column {column.heading}",), _mixed(codes))
    money = [(g, choice.heading) for g in guesses for choice in _of_kind(g, (schema.MONEY,))]
    for guess, heading in money:
        cells = guess.contents[heading].filled
        if codes := writing.currencies(cells):
            shown = next((c for c in cells if writing.currencies([c])), cells[0])
            doubt = f"{' and '.join(codes)} both occur" if len(codes) > 1 else ""
            return Finding("currency", codes[0], (f"{heading}: {shown}",), doubt)
    for _, heading in money:
        if codes := writing.currencies([heading.replace("_", " ")]):
            return Finding("currency", codes[0], (f"the heading {heading}",))
    if not money and {guess.table for guess in guesses} <= {"customers", "survey"}:
        return Finding("currency", "")  # nothing here is counted in money
    doubt = "not told by any sign, word or column; write it here, such as EUR"
    if found := writing.shared([c for g, h in money for c in (h, *g.contents[h].filled)]):
        doubt = f"“{found[0]}” may be {found[1]}; write here which"
    return Finding("currency", "", (), doubt)


def _of_kind(guess, kinds):
    types = {column.name: column.type for column in schema.TABLES[guess.table]}
    return [choice for choice in guess.choices if types.get(choice.column) in kinds]


def _dates(guess, further):
    """Find the order of day, month and year of all columns of dates."""
    if guess.peek.kind in ("parquet", "table"):
        return None
    told, unclear, both = None, None, None
    for choice in _of_kind(guess, ("timestamp",)):
        cells = guess.contents[choice.heading].filled
        order = writing.date_order(cells)
        if order == "unclear" and further:
            cells = [*cells, *further(choice.heading)]
            order = writing.date_order(cells)
        if order == "both":
            both = both or _both(choice, cells)
        elif order == "unclear":
            unclear = unclear or choice
        elif order in WAYS and (told is None or told.value == "year first"):
            shown = _telling(cells, order)
            told = Finding("dates", order, (f"{choice.heading}: {shown}",), _few(cells, order))
    if both:
        return both
    settled = unclear is None or (told and told.value != "year first")
    return told if settled else _either(guess, unclear)


def _few(cells, order):
    """Doubt an order of dates to which a few are exceptions."""
    other = {"day first": "month first", "month first": "day first"}.get(order)
    odd = writing.told_by(cells, other) if other else []
    if not odd:
        return ""
    return (
        f"“{odd[0]}” can only be {other} ({len(odd)} of {len(cells)} looked at): such rows are set "
        "aside, and days up to 12 of the same origin are swapped"
    )


def _both(choice, cells):
    """Leave the order open where both are proven: the run refuses until somebody has said it."""
    ways = ("month first", "day first")
    told = {way: writing.told_by(cells, way) for way in ways}
    said = " and ".join(f"“{told[way][0]}” ({len(told[way])} like it) only {way}" for way in ways)
    doubt = f"both orders occur in {choice.heading}: {said}; export the dates anew, or write one"
    return Finding("dates", "", (), doubt)


def _either(guess, choice):
    """Settle dates that allow two readings by the currency, and doubt it."""
    dollars = any(
        writing.currencies([c.replace("_", " ") for c in (h.heading, *h.examples)])[:1] == ["USD"]
        for h in guess.choices
    )
    order, other = ("month first", "day first") if dollars else ("day first", "month first")
    doubt = f"no date tells; if it is {other}, every date changes"
    return Finding("dates", order, (f"{choice.heading}: {choice.examples[0]}",), doubt)


def _telling(cells, order):
    """Pick the value that shows the order best: one with a number above 12."""
    begun = [cell for cell in cells if re.match(r"\D*\d{1,2}\D", cell)]
    late = [cell for cell in begun if max(map(int, re.findall(r"\d+", cell)[:2])) > 12]
    return next((cell for cell in late if writing.date_order([cell]) == order), cells[0])


def _decimal(guess, further):
    """Find the decimal mark of all columns of amounts and quantities."""
    if guess.peek.kind != "csv":
        return None
    unclear = odd = None
    for choice in _of_kind(guess, (schema.MONEY, "float64")):
        cells = guess.contents[choice.heading].filled
        mark = writing.decimal_mark(cells)
        if mark == "unclear" and further:
            mark = writing.decimal_mark([*cells, *further(choice.heading)])
        if mark == "unclear":
            votes = writing.decimal_votes(cells)
            odd = odd or (votes["."] != votes[","] and _most(choice, cells, votes))
            unclear = unclear or choice
        elif mark in (".", ","):
            shown = next((c for c in cells if mark in c), cells[0])
            return Finding("decimal", mark, (f"{choice.heading}: {shown}",))
    if odd:
        return odd
    if unclear and (code := currency([guess]).value) in phrases.THOUSANDTHS:
        shown = next(c for c in guess.contents[unclear.heading].filled if re.search("[.,]", c))
        said = f"{unclear.heading}: {shown}; {code} has three decimals"
        return Finding("decimal", max(",.", key=shown.rfind), (said,))
    if unclear:
        shown = next(c for c in guess.contents[unclear.heading].filled if re.search("[.,]", c))
        mark = "." if "," in shown else ","
        doubt = f"“{shown}” is taken as {re.sub('[.,]', '', shown)}; no value tells"
        return Finding("decimal", mark, (f"{unclear.heading}: {shown}",), doubt)
    return None


def _most(choice, cells, votes):
    """Take the decimal mark of most values, and doubt it for the others."""
    mark, other = sorted(",.", key=votes.get, reverse=True)
    shown, odd = (next(c for c in cells if writing.decimal_mark([c]) == m) for m in (mark, other))
    doubt = (
        f"“{odd}” is written otherwise ({votes[other]} of {len(cells)}); such rows are set aside"
    )
    return Finding("decimal", mark, (f"{choice.heading}: {shown}",), doubt)


def business(guesses):
    """Guess the kind of business: a Finding; companies' tax numbers mean b2b, bookings services."""
    for kind, words in BUSINESSES.items():
        for heading in (heading for guess in guesses for heading in guess.contents):
            if words & set(headings.words(heading)):
                return Finding("business", kind, (), f"guessed from the column {heading}")
    return Finding("business", "store")
