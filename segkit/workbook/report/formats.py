"""Numbers and dates as a reader expects them: "18.9%", "4.60 million USD", "24 December 2017".

Idea: one place decides how a value looks, so a summary never mixes 0.189 with 18.9%. Every
function takes what an artefact may hold, including nothing at all (None, NaN, a key that is
not there), and then gives an en dash: an absent value is never shown as zero.
"""

import math
import re
from calendar import month_name
from datetime import date, timedelta

from segkit.brief import UNITS

MISSING = "–"
"""Stands where a value is not known."""


def count(value):
    """Write a whole number with thousands separators: 2469 -> "2,469"."""
    number = _number(value)
    return MISSING if number is None else f"{number:,.0f}"


def share(value, digits=1):
    """Write a share (0 to 1) as a percentage: 0.189 -> "18.9%"."""
    number = _number(value)
    return MISSING if number is None else f"{number:.{digits}%}"


def plain(value, digits=2):
    """Write a number without superfluous zeros: 2.50 -> "2.5", "auto" stays "auto"."""
    number = _number(value)
    if number is None:
        return str(value) if isinstance(value, str) and value else MISSING
    text = f"{number:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value, currency=""):
    """Write an amount: 4596012 -> "4.60 million USD", 12345 -> "12,345 USD", 3.1 -> "3.10 USD"."""
    return quantity(value, "money", currency) if _number(value) is not None else MISSING


def quantity(value, unit="", currency=""):
    """Write a value in its unit: one of a KPI as everywhere, or any other word behind it."""
    number = _number(value)
    if unit in UNITS and number is not None:
        return UNITS[unit].shown(number, currency=currency, briefly=True)
    text = plain(value)
    return text if text == MISSING else f"{text} {unit or ''}".strip()


def measure(unit):
    """Say what a number is that has no unit of a KPI: "Jaccard", "halves predict each other"."""
    return "" if unit in UNITS else unit or ""


def p_value(value):
    """Write a p-value, never broken over lines: 0.00004 -> "p < 0.001", 0.0312 -> "p = 0.031"."""
    number = _number(value)
    if number is None:
        return ""
    return "p\u00a0<\u00a00.001" if number < 0.001 else f"p\u00a0=\u00a0{number:.3f}"


def day(value, back=0):
    """Write an ISO date in words; `back=1` turns an exclusive end into the last day."""
    try:
        when = date.fromisoformat(str(value)[:10]) - timedelta(days=back)
    except ValueError:
        return MISSING
    return f"{when.day} {month_name[when.month]} {when.year}"


def sentence(text):
    """Begin with a capital and leave the rest as it is: "no mailing" -> "No mailing"."""
    return text[:1].upper() + text[1:] if isinstance(text, str) else MISSING


def slug(text):
    """Turn a heading into an anchor: "What we learned" -> "what-we-learned"."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-") or "section"


def listed(items):
    """Join words: ["a", "b", "c"] -> "a, b and c"."""
    words = [str(item) for item in items]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _number(value):
    """Return a finite number, or None where there is none to show."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
