"""From what the user named to a checked draft of a study."""

import filecmp
import glob
import os
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from segkit import study as studies
from segkit.data import schema
from segkit.data.sources.files import reading
from segkit.newcomer import unfinished, writing
from segkit.newcomer.guessing import catalogue, guess, joining, layouts, rehearsal, samples, states
from segkit.newcomer.guessing import parts as seen
from segkit.study import StudyError, beside

TOLD = beside(__file__, "told.yaml")
"""What the user is told, by name."""

PASSWORD = "SEGKIT_DB_PASSWORD"
"""The environment variable that stands for the password of a database in the study file."""

_OPEN = rf"(?m)^\s+\w+: '?\{studies.OPEN}'?(\s|$)"
"""A column that is still open: such a study is written over."""

KINDS = ("store", "services", "b2b", "mixed")


@dataclass
class Part:
    """One canonical table of the draft: its guess, its files and sheets, how they are written.

    `counts` says what each part is called and how many rows it has, where there are several.
    """

    guess: object
    files: list
    layout: object
    findings: list = field(default_factory=list)
    sheets: list = field(default_factory=list)
    counts: list = field(default_factory=list)


@dataclass
class Draft:
    """A study before it is written: `parts` by canonical table, `rest` what is left out, why.

    `refused` says why it cannot be finished: columns are open in it.
    """

    name: str
    title: str
    command: str
    business: object
    currency: object
    parts: dict
    rest: list = field(default_factory=list)
    states: list = field(default_factory=list)
    connection: str | None = None
    secret: bool = False
    refused: str = ""

    def study(self):
        """Return the draft as a `segkit.study.Study`."""
        tables = {}
        for name, part in self.parts.items():
            mapping = {choice.column: choice.heading for choice in part.guess.choices}
            tables[name] = {"columns": mapping, "layout": part.layout.model_dump()}
            if part.guess.peek.kind == "table":
                tables[name]["table"] = part.files[0]
            else:
                tables[name]["file"] = part.files[0] if len(part.files) == 1 else part.files
                tables[name]["sheet"] = part.sheets if part.sheets[1:] else part.guess.peek.sheet
        return studies.Study(
            name=self.name,
            title=self.title,
            business=self.business.value,
            currency=self.currency.value,
            source="connection" if self.connection else "files",
            connection=self.connection,
            states={finding.key: finding.value for finding in self.states},
            tables=tables,
        )


def draft(name, given, *, options=None):
    """Look at files, folders, globs or a database address and make a `Draft` of a study.

    `options` may hold title, business, currency and force. Raises StudyError when the name is no
    good or taken, nothing is found, or none of it holds customers.
    """
    options = options or {}
    _check_name(name, force=options.get("force"))
    if options.get("business") not in (None, "", *KINDS):
        raise StudyError(f"--business {options['business']!r}: known are {', '.join(KINDS)}.")
    if not given:
        raise StudyError(TOLD["nothing named"].format(name=name))
    connection, secret = hidden(given[0]) if "://" in given[0] else (None, False)
    peeks, aside = (catalogue.peeks(connection, name=name), []) if connection else _files(given)
    made = _settled(name, peeks, aside, options)
    shown = [connection] if connection else [*given[:4], *(["…"] if len(given) > 4 else [])]
    made.command = f"segkit new {name} {' '.join(shown)}"
    made.connection, made.secret = connection, secret
    if made.refused:
        path = studies.root() / "studies" / f"{name}.yaml"
        studies.atomic(path, writing.text(made).encode())
        raise StudyError(f"{made.refused}\n{TOLD['unfinished'].format(path=studies.shown(path))}")
    _rehearse(made)
    joining.doubted(made)
    return made


def save(made):
    """Write the draft to studies/NAME.yaml and load it again; returns the path."""
    path = studies.root() / "studies" / f"{made.name}.yaml"
    studies.atomic(path, writing.text(made).encode(), shared=True)
    studies.load(made.name)
    return path


def hidden(address):
    """Take the secrets out of a database address: (address for the study file, were there any?).

    They are put into the environment of this process, so that the database can be asked.
    """
    whole = address
    address = studies.SECRET_OPTION.sub(_option, address)
    found = re.match(
        r"(?P<scheme>\w+://[^:/@]*:|(?!postgres)\w+://)(?P<password>.+)@(?P<rest>.*)", address
    )
    if not found or re.fullmatch(r"\$\{\w+\}", found["password"]):
        return address, address != whole
    os.environ[PASSWORD] = unquote(found["password"])
    return f"{found['scheme']}${{{PASSWORD}}}@{found['rest']}", True


def _option(found):
    """Take the value of one option out of an address."""
    if re.fullmatch(r"\$\{\w+\}", found["value"]):
        return found[0]
    name = "SEGKIT_DB_" + re.sub(r"\W+", "_", found["key"]).upper()
    os.environ[name] = unquote(found["value"])
    return f"{found['before']}${{{name}}}"


def _check_name(name, *, force):
    if not re.fullmatch(r"[^\W\d_][\w-]{0,60}", name):
        raise StudyError(TOLD["no name"].format(name=name))
    path = studies.root() / "studies" / f"{name}.yaml"
    if path.exists() and not force and not re.search(_OPEN, path.read_text("utf-8", "replace")):
        raise StudyError(TOLD["name taken"].format(name=name))


def _files(given):
    """Peek into every file named: (peeks, list of (label, why it is left out))."""
    peeks, aside, seen = [], [], []
    for path, alone in _expanded(given):
        if other := next((one for one in seen if filecmp.cmp(one, path, shallow=False)), None):
            aside.append((path.name, f"it is {other.name} once more, byte for byte"))
            continue
        seen.append(path)
        try:
            peeks += reading.peek(path)
        except StudyError as error:
            if alone:
                raise
            aside.append((path.name, str(error)))
    return peeks, aside


def _expanded(given):
    """List (path, named by itself?) of files, folders and globs, each once."""
    found = {}
    for text in given:
        path = Path(text).expanduser()
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and p.name[0] not in "._~")
            if not inside:
                raise StudyError(f"{text} is an empty folder: put the exports there first.")
            found |= {p.resolve(): False for p in inside if p.resolve() not in found}
        elif path.is_file():
            found[path.resolve()] = True
        elif matches := sorted(glob.glob(str(path))):
            found |= {Path(m).resolve(): False for m in matches if Path(m).resolve() not in found}
        else:
            there = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
            near = get_close_matches(path.name, there, n=3, cutoff=0.4)
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            raise StudyError(f"There is no file or folder {text}, seen from {Path.cwd()}.{hint}")
    return list(found.items())


def _settled(name, peeks, aside, options):
    """Guess what the peeks are and put the draft together."""
    guesses = guess.tables(peeks)
    groups, rest = _grouped([g for g in guesses if g.table])
    rest = [*((_label(g.peek), g.why) for g in guesses if not g.table), *rest, *aside]
    if "orders" not in groups and (halves := guess.halves(guesses)):
        raise StudyError(TOLD["halves"].format(**halves))
    refused = ""
    if not set(schema.LEADS) & set(groups):
        files = "\n".join(f"  {label}: {why}" for label, why in rest)
        refused = TOLD["no customers"].format(files=files)
        nearest = unfinished.orders([g for g in guesses if not g.table])
        if nearest is None:
            raise StudyError(refused)
        groups["orders"] = [nearest]
        rest = [(label, why) for label, why in rest if label != _label(nearest.peek)]
    parts = {table: _part(groups[table]) for table in schema.TABLES if table in groups}
    firsts = [part.guess for part in parts.values()]
    chosen = {key: layouts.Finding(key, options[key], ("as you said",))
              for key in ("business", "currency") if options.get(key)}  # fmt: skip
    return Draft(
        name=name,
        title=options.get("title") or name.replace("_", " ").replace("-", " ").capitalize(),
        command="",
        business=chosen.get("business") or layouts.business(firsts),
        currency=chosen.get("currency") or layouts.currency(firsts),
        parts=parts,
        rest=rest,
        states=_states(groups.get("orders", [])),
        refused=refused,
    )


def _states(same):
    """List what the states of orders mean; `same` are the guesses of their files."""
    return states.found(same[0], further=lambda h: samples.further(same, h)) if same else []


def _grouped(guesses):
    """Collect the files of each table: equal headings belong together, the rest is left out."""
    groups, rest = {}, []
    for one in guesses:
        group = groups.setdefault(one.table, [one])
        if one is group[0]:
            continue
        if one.peek.columns == group[0].peek.columns and one.peek.kind == group[0].peek.kind:
            group.append(one)
        elif one.table == "orders":
            first, second = _label(group[0].peek), _label(one.peek)
            raise StudyError(TOLD["two orders"].format(first=first, second=second))
        else:
            why = f"{_label(group[0].peek)} is the table of {one.table} already"
            rest.append((_label(one.peek), why))
    for table, same in groups.items():
        groups[table], doubled = _without_doubles(same)
        rest += doubled
    return groups, rest


def _without_doubles(same):
    """Leave out sheets whose rows all stand in another one too: the rest, and (label, why)."""
    kept, rest = list(same), []
    for one in sorted(same, key=lambda g: len(g.peek.rows), reverse=True)[::-1]:
        others = [g.peek for g in kept if g is not one]
        whole = one.peek.sheet and one.peek.rows_n == len(one.peek.rows)
        if whole and (other := seen.within(one.peek, others)):
            kept.remove(one)
            rest.append((_label(one.peek), f"all its rows stand in {_label(other)} too"))
    return kept, rest


def _part(same):
    first = same[0]
    layout, findings = layouts.found(first, further=lambda heading: samples.further(same, heading))
    files = [g.peek.path if g.peek.kind == "table" else _relative(g.peek.path) for g in same]
    sheets = dict.fromkeys(g.peek.sheet for g in same if g.peek.sheet)
    counts = [f"{_label(g.peek)}: {g.peek.rows_n:,} rows" if g.peek.rows_n else _label(g.peek)
              for g in same if same[1:]]  # fmt: skip
    return Part(first, list(dict.fromkeys(files)), layout, findings, list(sheets), counts)


def _relative(path):
    """Write a path from the project's folder where it lies in it, else as it is."""
    path = Path(path).resolve()
    home = studies.root()
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix()


def _label(peek):
    name = Path(str(peek.path)).name
    return f"{name}, sheet {peek.sheet}" if peek.sheet else name


def _rehearse(made):
    """Read the samples as the draft says, and doubt every column that cannot be read."""
    study = made.study()
    for name, part in made.parts.items():
        if part.guess.peek.kind == "table":
            continue
        for column, share in rehearsal.shares(study, name, part.guess.peek).items():
            if share is not None and share < 0.95:
                said = f"only {share:.0%} of the values looked at can be read"
                part.guess.doubt(column, said)
