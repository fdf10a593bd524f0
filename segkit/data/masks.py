"""E-mail addresses and phone numbers within a text: how they are told, and what stands there then.

A number is told as a phone only where it is written as one or called one: an order number, an
article or a bar code stays. Python and every engine know these patterns, so none looks behind.
"""

import re

ADDRESS = r"[^\s@<>,;:\"']+@[^\s@<>,;:\"']+\.[^\s@<>,;:\"']+"
"""An e-mail address, anywhere in a text."""

WITHIN = ADDRESS.replace("[^", r"[^()/?&=|")
"""An e-mail address within a longer text, such as the address of a page."""

DIALLED = r"\+\d(?:[\s().-]*\d){8,13}|[78]9\d{9}|[78][\s-]\d{3}[\s-]\d{3}(?:[\s-]?\d\d){2}"
DIALLED += r"|[78]?[\s-]*(?:\(\d{3}\)[\s-]*\d(?:[\s-]*\d){6}|\(\d{4}\)[\s-]*\d(?:[\s-]*\d){5}"
DIALLED += r"|\(\d{5}\)[\s-]*\d(?:[\s-]*\d){4})"
"""A phone number, written so that it can hardly be anything else."""

_WORDS = "tel|Tel|TEL|telefon|Telefon|telephone|phone|Phone|mob|Mob|mobile|Mobile|cell|call|Call"
_WORDS += "|whatsapp|WhatsApp|viber|Viber|fon|Fon|тел|Тел|ТЕЛ|телефон|Телефон|моб|Моб"
_BESIDE, _AFTER = r"(^|[^0-9A-Za-z+_-])", r"([^0-9A-Za-z_-]|$)"
PHONES = (
    rf"{_BESIDE}(?:{DIALLED}|\d{{3}}-\d{{3}}-\d{{4}}){_AFTER}",
    rf"((?:^|[^A-Za-zА-Яа-яЁё])(?:{_WORDS})[.:#№\s]{{0,4}})\+?\d(?:[\s()./-]*\d){{6,13}}{_AFTER}",
)
"""A phone number within a longer text, by its form or the word before it; what stands beside it."""

LIKELY = r"\d[\d\s()./-]{5,}\d"
"""What every phone number has; texts without it are not looked at closely."""

EMAIL, PHONE = "(e-mail)", "(phone)"
"""What stands in their place."""


def shown(text):
    """Put "(e-mail)" and "(phone)" in the place of contacts in a message.

    Examples
    --------
    >>> from segkit.data import masks
    >>> masks.shown("ann@corp.com, +7 916 123-45-67, order 4006381333931")
    '(e-mail), (phone), order 4006381333931'
    """
    text = re.sub(WITHIN, EMAIL, text)
    for pattern in PHONES * 2:  # the sign between two numbers is taken by the first
        text = re.sub(pattern, rf"\1{PHONE}\2", text)
    return text


def column(texts):
    """Do the same to a column of an engine."""
    both = "$1{}$2" if texts.get_backend().name == "pyspark" else r"\1{}\2"
    called = texts
    for pattern in PHONES * 2:
        called = called.re_replace(pattern, both.format(PHONE))
    return emails(texts.re_search(LIKELY).ifelse(called, texts))


def emails(texts):
    """Mask in a column e-mails only, as in numbers of products and orders."""
    return texts.contains("@").ifelse(texts.re_replace(WITHIN, EMAIL), texts)
