"""E-mails and phones as tools compare them: one way of writing each, and its hash.

Phones are read by `phonenumbers` (Google's libphonenumber): a number without its country code is
read only where the country is known. Hashes are taken of the normalised text, in small hexadecimal
letters; nothing is hashed as "".
"""

import hashlib
import re

EMAIL = re.compile(r"[^@\s,;\"]+@[^@\s,;\"]+\.[^@\s,;\"]{2,}")
"""What an e-mail address looks like, once blanks are gone."""

GOOGLE = ("gmail.com", "googlemail.com")
"""Where dots and a +tag do not tell people apart."""


def _hashed(algorithm):
    return lambda text: hashlib.new(algorithm, text.encode()).hexdigest() if text else ""


HASHES = {name: _hashed(name) for name in ("sha256", "md5")}


def email(text, *, rule="plain"):
    """Write an e-mail in small letters without blanks; "" where it is none.

    `rule` "google" also drops dots and the +tag of Google's own addresses, as its lists ask.

    >>> from segkit.action.targets import identifiers
    >>> identifiers.email(" Cloudy.Sanfrancisco+shopping@GMAIL.com", rule="google")
    'cloudysanfrancisco@gmail.com'
    """
    plain = re.sub(r"\s", "", text or "").lower()
    if not EMAIL.fullmatch(plain):
        return ""
    name, _, home = plain.rpartition("@")
    if rule == "google" and home in GOOGLE:
        name = name.partition("+")[0].replace(".", "")
    return f"{name}@{home}"


def phone(text, *, country="", rule="e164"):
    """Write a phone as +79165554433 ("digits": 79165554433); "" where it is none.

    Without a `country` (two letters) a number must begin with + or 00: no code is guessed.

    >>> from segkit.action.targets import identifiers
    >>> identifiers.phone("8 (916) 555-44-33"), identifiers.phone("8 (916) 555-44-33", country="RU")
    ('', '+79165554433')
    """
    import phonenumbers

    plain = re.sub(r"^\s*'?\s*00", "+", text or "").lstrip("' ")
    try:
        number = phonenumbers.parse(plain, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written.removeprefix("+") if rule == "digits" else written


def written(people, target, *, country):
    """Normalise the identifiers of `people`; returns the table and how many were invalid."""
    ways = {"email": ("invalid e-mails", lambda text: email(text, rule=target.email)),
            "phone": ("invalid phones",
                      lambda text: phone(text, country=country, rule=target.phone))}  # fmt: skip
    bad = {}
    for name, (what, write) in ways.items():
        if name in people:
            given = people[name].fillna("").astype(str).str.strip()
            people = people.assign(**{name: given.map(write)})
            bad[what] = int((given.ne("") & people[name].eq("")).sum())
    return people, bad
