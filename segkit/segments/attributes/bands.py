"""Ages and sizes as people write them, put into ordered bands.

"25-34", "45+", "1 001–5 000 employees", "до 100", "under 15K", "от 2 до 5 млн": each is a lowest
and a highest number. Cut points part them into classes. Data that come in bands of their own
are not torn: a cut point inside a band that many customers share is dropped, and said; a
customer whose band lies across a kept cut point is not placed at all, because half a guess is
still a guess. Refuses: texts without a number, with three of them, or with a minus.
Taught in notebook approaches/demographic.
"""

import re
import unicodedata
from itertools import pairwise

from segkit.segments import messages
from segkit.study import beside

TOLERATED = 0.05
"""A cut point stays if at most this share of the customers has a band lying across it."""

_WORDS = beside(__file__)
_TIMES = _WORDS["times"]
_NUMBER = re.compile(
    rf"(\d{{1,3}}(?:[ ,.'’]\d{{3}})+(?!\d)|\d+(?:[.,]\d+)?)(?:\s*({'|'.join(_TIMES)})(?![^\W\d]))?"
)
_MOST, _LEAST, _JOINED, _UNITS = (
    re.compile("|".join([rf"\b({'|'.join(kind['words'])})\b", *kind["signs"]]))
    for kind in map(_WORDS.get, ("most", "least", "joined", "units"))
)


def read(text):
    """Return the lowest and the highest number a text names, or None where it names none.

    An end is what the text says: whether it belongs to the band is left to the cut points.

    Parameters
    ----------
    text : str, float or None
        A band in words, such as "25-34", "45+", "до 100", "2-5 млн"; numbers pass as they are.

    Returns
    -------
    tuple of float or None
        (lowest, highest); None where the text names no number.

    Examples
    --------
    >>> from segkit.segments.attributes import bands
    >>> bands.read("25-34"), bands.read("45+"), bands.read("1 001–5 000 employees")
    ((25.0, 34.0), (45.0, inf), (1001.0, 5000.0))
    """
    if text is None or text != text:
        return None
    plain = _plain(text)
    found = list(_NUMBER.finditer(plain))
    rest = _NUMBER.sub(" ", plain)
    if not 1 <= len(found) <= 2 or plain.startswith("-") or not _only_units(rest):
        return None
    values = _values(found)
    if len(values) == 2:
        return tuple(values) if _JOINED.search(rest) and values[0] <= values[1] else None
    if _MOST.search(rest) and not re.search(r"\b(не менее|не меньше|not less|no less)\b", rest):
        return 0.0, values[0]
    return values[0], float("inf") if _LEAST.search(rest) else values[0]


def _plain(text):
    folded = unicodedata.normalize("NFKC", str(text)).lower().strip()
    return re.sub(r"\s+", " ", re.sub(r"[‐‑‒–—―−]", "-", folded))


def _only_units(rest):
    """Tell whether beside the numbers stands no more than one word that is not understood."""
    for pattern in (_MOST, _LEAST, _JOINED, _UNITS):
        rest = pattern.sub(" ", rest)
    return len(re.findall(r"[^\W\d_]{2,}", rest)) <= 1


def _values(found):
    """Turn what was found into numbers; a "thousand" at the end holds for both."""
    times = [_times(match[2]) for match in found]
    last = times[-1] or 1.0
    return [_number(match[1]) * (each or last) for match, each in zip(found, times, strict=True)]


def _times(word):
    if not word:
        return None
    return next(factor for pattern, factor in _TIMES.items() if re.fullmatch(pattern, word))


def _number(text):
    if re.fullmatch(r"\d{1,3}(?:[ ,.'’]\d{3})+", text):
        return float(re.sub(r"[ ,.'’]", "", text))
    return float(text.replace(",", "."))


def cuts(text, *, name):
    """Read cut points from a parameter: "18 25 35" → [18.0, 25.0, 35.0].

    Numbers may be parted by blanks or semicolons. Raises StudyError, naming the parameter, for
    anything that is no rising row of positive numbers. A list passes through the same check.
    """
    parts = re.split(r"[;\s]+", text.strip()) if isinstance(text, str) else list(text)
    try:
        found = [float(part) for part in parts]
    except ValueError:
        found = []
    if not found or found[0] <= 0 or any(b <= a for a, b in pairwise(found)):
        raise messages.error("rising numbers", name=name, text=text)
    return found


def kept(spans, *, edges):
    """Drop the cut points that would tear the bands of more than 5 % of the customers.

    `spans` is a list of (low, high), one per customer. Returns the cut points that stay, as a
    list of numbers.
    """
    torn = {edge: sum(low < edge < high for low, high in spans) for edge in edges}
    return [edge for edge in edges if torn[edge] <= TOLERATED * len(spans)]


def place(span, *, edges):
    """Return the class of one band: 0 below the first cut point, None if a cut tears it.

    A band that ends exactly at a cut point lies below it ("0-50" and "50-250" share an end); a
    single number at a cut point lies above.

    Parameters
    ----------
    span : tuple or None
        What `read` returned.
    edges : sequence of float
        The cut points, rising.

    Returns
    -------
    int or None
        0 below the first cut point; None if a cut tears the band, or nothing is known.

    Examples
    --------
    >>> from segkit.segments.attributes import bands
    >>> bands.place((0, 50), edges=[50, 250]), bands.place((40, 60), edges=[50, 250])
    (0, None)
    """
    if span is None or any(span[0] < edge < span[1] for edge in edges):
        return None
    return sum(span[0] >= edge for edge in edges)


def title(edges, *, first, last, unit="", lowest=0):
    """Name the classes `first` to `last` between cut points: "under 18", "25 to 34", "65 and over".

    `lowest` is the least value possible, so that a class with one whole number in it says it.
    """
    ends = [float(lowest), *edges, float("inf")]
    low, high = ends[first], ends[last + 1]
    after = f" {unit}" if unit else ""
    if high == float("inf"):
        return f"{_said(low)}{after} and over" if low > lowest else f"any number{after}"
    top = _said(high - 1) if float(high).is_integer() and high < 1e6 else _said(high)
    if high - low == 1:
        return f"{_said(low)}{after.removesuffix('s') if low == 1 else after}"
    return f"under {_said(high)}{after}" if first == 0 else f"{_said(low)} to {top}{after}"


def _said(number):
    for size, word in ((1e9, " bn"), (1e6, " m")):
        if number >= size:
            return f"{number / size:g}{word}"
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,g}"
