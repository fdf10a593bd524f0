"""What a new study is asked about money: only what its tables leave open, and nothing filled in.

A cost that nobody gave is no cost, so every line stands as a comment with its unit and the study's
currency; whoever knows the figure takes the mark away. Refuses a default.
"""

from segkit.study import RATES

ASKED = {
    "margin_pct": ("orders", "cost"),
    "contact_cost": ("mailings", None),
    "delivery_cost": ("orders", None),
    "request_cost": ("requests", None),
    "visit_cost": (("appointments", "events"), None),
    "return_cost": ("orders", None),
    "budget": ("mailings", None),
}
"""Entry of `economics:` → the table that makes it a question, and the column that answers it."""


def open_questions(draft):
    """List the entries of `economics:` that the tables of a draft ask for and do not answer."""
    return [name for name, (tables, column) in ASKED.items() if _asks(draft, tables, column)]


def lines(draft):
    """Write the questions as comments of the study file; nothing where nothing is asked."""
    asked = open_questions(draft)
    if not asked:
        return []
    currency = draft.currency.value or "your currency: name it above"
    head = [
        "",
        "# What no table tells. Fill in what you know and take away the “#”; the rest stays",
        f"# unknown, and is said to be. Money is {currency}.",
        "# economics:",
    ]
    width = max(map(len, asked)) + 4
    return [*head, *(f"#   {name + ':':<{width}}# {RATES[name]}" for name in asked)]


def _asks(draft, tables, column):
    tables = (tables,) if isinstance(tables, str) else tables
    there = [draft.parts[name] for name in tables if name in draft.parts]
    told = {choice.column for part in there for choice in part.guess.choices}
    return bool(there) and column not in told
