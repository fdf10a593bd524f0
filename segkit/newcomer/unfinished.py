"""A study that `segkit new` cannot finish: what was nearest, a value of it, and why it fails.

The file of most promise is written down as orders, with `?` where no column could be told, so that
the user fills in headings instead of beginning with nothing. `segkit run` says what is still open.
"""

from dataclasses import replace

from segkit.data import schema
from segkit.data.sources import headings
from segkit.newcomer.guessing import guess
from segkit.newcomer.guessing.content import Content
from segkit.study import OPEN

WORDS = {
    "customer_id": ("tells customers apart", "numbers or names, hardly any of them empty"),
    "ordered_at": ("holds dates", "dates such as 2024-01-31"),
    "amount": ("holds amounts of money", "amounts such as 1234.50"),
}
"""What orders cannot do without: what a column of it does, and how its cells look."""


def orders(guesses):
    """Make a `Guess` of orders with open columns from the best of files that are no table, or None.

    Two of the columns that orders need must be there, or be near by their names.
    """
    found = [(guessed, _known(guessed)) for guessed in guesses if guessed.peek.rows]
    best, known = max(found, key=lambda each: len(each[1]), default=(None, {}))
    if best is None or sum(_is_near(best, column, known) for column in WORDS) < 2:
        return None
    taken = {choice.heading for choice in known.values()}
    told = known | {c: _asked(best, c, taken=taken) for c in WORDS if not _is_there(c, known)}
    choices = [told[column] for column in schema.names("orders") if column in told]
    unused = {heading: "" for heading in best.contents if heading not in taken}
    contents = best.contents | {OPEN: Content(OPEN, ())}
    return replace(best, table="orders", choices=choices, contents=contents, unused=unused, why="")


def _known(guessed):
    """List the columns of orders that are there: {column: Choice}."""
    picked, cells = guess.picked(guessed.contents, "orders"), guessed.contents
    return {c: guess.Choice(c, heading, cells[heading].examples())
            for c, (heading, _) in picked.items()}  # fmt: skip


def _is_there(column, known):
    made = column == "amount" and {"unit_price", "quantity"} <= set(known)
    return made or column in known


def _is_near(guessed, column, known):
    told = any(headings.match(h, "orders").get(column) for h in guessed.contents)
    return told or _is_there(column, known)


def _asked(guessed, column, *, taken):
    """Ask for one column: a Choice of `?` that says which heading is nearest, and why it fails."""
    does, look = WORDS[column]
    near = _nearest(guessed.contents, column, taken=taken)
    if near is None:
        return guess.Choice(column, OPEN, (), (f"to fill: no heading looks like one that {does}",))
    cells = guessed.contents[near]
    shown = guess.masked(guess.Choice(column, near, cells.examples(1)), cells)
    value = f"its values, such as “{shown[0]}”, are not read as {look}" if shown else "it is empty"
    if shown and guess.fits(column, cells):
        value = f"its heading is no usual name for a column that {does} (such as “{shown[0]}”)"
    why = f"to fill: nearest is “{near}”, but {value}"
    return guess.Choice(column, OPEN, (), (why,), (near,))


def _nearest(contents, column, *, taken):
    """Find the heading that is nearest to a column by its words, else the first whose cells fit."""
    free = [heading for heading in contents if heading not in taken]
    told = {heading: headings.match(heading, "orders").get(column, 0) for heading in free}
    if told and max(told.values()) > 0:
        return max(told, key=told.get)
    fit = [h for h in free if guess.fits(column, contents[h]) > 0 and not contents[h].unique]
    return fit[0] if fit and column != "amount" else None
