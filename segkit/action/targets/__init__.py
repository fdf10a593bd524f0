"""Lists that arrive: headings, rules and limits of each tool, and a receipt of what was left out.

A list for a machine is another thing than a file for eyes. A mail or ad tool matches people by an
identifier written in exactly its way: a phone as +79165554433 and never with an apostrophe, an
e-mail in small letters, perhaps its SHA-256. What a tool asks stands in a file of its own
(`google-ads.yaml`), with the source and the month it was read, so that a rule changes without code.

No country code is ever guessed: a phone without one counts as unusable unless the study names its
`country`. Rows without a usable identifier, without consent, or equal after normalising are left
out and counted in the receipt. Refused: a list below the tool's minimum, with the number missing;
and a list to write to people when nothing tells who agreed, unless that is asked for by name.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

from segkit.action.targets import identifiers
from segkit.study import StudyError, nearest, wording

HERE = Path(__file__).parent
told = wording(__file__, "told")
"""Say the sentence of that name, with the facts put in."""
error = wording(__file__, "errors", StudyError)
"""Make the StudyError of that name, with the facts put in."""


@dataclass(frozen=True)
class Target:
    """What one tool asks of a list.

    columns: {heading: field}, in their order, the field one of email, phone, customer_id, segment,
    persona, country; identifiers: the fields by which it matches people (one of them is enough;
    none: every row stays); email, phone: how each is written (see `identifiers`); hashed: "sha256",
    "md5" or "" and the fields it is for; minimum: fewest rows; most_rows: of one file; keep_days:
    after how many a list should be uploaded again; writes_to: whether people are written to.
    """

    name: str
    title: str
    source: str
    read: str
    columns: dict
    identifiers: list = field(default_factory=list)
    email: str = "plain"
    phone: str = "e164"
    hash: str = ""
    hashed: list = field(default_factory=list)
    minimum: int = 0
    most_rows: int = 0
    keep_days: int = 0
    separator: str = ","
    mark: bool = False
    suffix: str = ".csv"
    writes_to: bool = True


def names():
    """List the targets there are, by their files."""
    return sorted(path.stem for path in HERE.glob("*.yaml") if path.stem != "messages")


def load(name):
    """Read what a target asks. Raises StudyError with the nearest name for an unknown one."""
    known = names()
    if name not in known:
        raise error("no target", name=name, near=nearest(name, known), known=", ".join(known))
    content = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return Target(name=name, **content)


@dataclass(frozen=True)
class Prepared:
    """A list as its target asks for it: `frame`, and what became of whom (`receipt`)."""

    target: Target
    frame: pd.DataFrame
    receipt: dict

    @property
    def parts(self):
        """Cut the list into files of at most `most_rows`."""
        most = self.target.most_rows or max(len(self.frame), 1)
        starts = range(0, max(len(self.frame), 1), most)
        return [self.frame.iloc[start : start + most] for start in starts]

    @property
    def said(self):
        """Say the receipt in words: what came in, what was left out and why, what goes out."""
        lines = [told(key, n=n) for key, n in self.receipt.items() if n or key in ("in", "out")]
        if self.target.keep_days:
            lines.append(told("again", days=self.target.keep_days))
        return "\n".join(lines)


def prepare(people, target, *, country="", agreed=None):
    """Write a list of people as `target` asks for it.

    Parameters
    ----------
    people : DataFrame
        customer_id, segment, persona, and of email, phone what is known; one row per customer.
    target : Target
        See `load`.
    country : str
        Two letters; with it a phone may lack its country code. Never guessed.
    agreed : Series of bool, optional
        Who agreed to be contacted, on the index of `people`; None where nothing tells.

    Returns
    -------
    Prepared
        Its receipt counts rows: in = without consent + without identifier + twice + out; an invalid
        e-mail or phone counts beside them, because the other identifier may still serve.

    Raises
    ------
    StudyError
        Where too few are left for the tool, with the number missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit.action import targets
    >>> people = pd.DataFrame({"customer_id": ["1", "2"], "segment": "A", "persona": "B"})
    >>> people["phone"] = ["8 (916) 555-44-33", "12"]
    >>> found = targets.prepare(people, targets.load("sendpulse"), country="RU")
    >>> found.frame["Phone"].tolist(), found.receipt["invalid phones"]
    (['+79165554433'], 1)
    """
    receipt = {"in": len(people)}
    kept = people if agreed is None else people[agreed]
    receipt["without consent"] = len(people) - len(kept)
    kept, bad = identifiers.written(kept, target, country=country)
    receipt |= bad
    asked = [name for name in target.identifiers if name in kept]
    if target.identifiers:
        usable = kept[asked].ne("").any(axis=1) if asked else pd.Series(False, index=kept.index)
        receipt["without identifier"] = int((~usable).sum())
        kept = kept[usable]
        single = ~kept.duplicated(asked)
        receipt["twice"] = int((~single).sum())
        kept = kept[single]
    receipt["out"] = len(kept)
    if short := max(target.minimum - len(kept), 0):
        raise error("too few", target=target, n=len(kept), short=short)
    return Prepared(target, _headed(kept, target, country=country), receipt)


def _headed(kept, target, *, country):
    """Give the columns the target's headings; fields that nobody has are left out."""
    kept = kept.assign(country=country.upper()) if country else kept
    hashing = identifiers.HASHES.get(target.hash)
    columns = {}
    for heading, name in target.columns.items():
        if name in kept:
            values = kept[name].fillna("").astype(str)
            columns[heading] = values.map(hashing) if name in target.hashed else values
    return pd.DataFrame(columns).reset_index(drop=True)
