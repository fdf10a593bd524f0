"""A study and its run: whose customers, and what came out.

A study is one YAML file in `studies/`. A run is one folder in `runs/`, where each
notebook leaves its artefacts for the next one. Writes are atomic (a temporary file, then
a rename), so a killed run leaves the last good state. Every artefact remembers what its
notebook had read, so a reader can be told which notebook to run again.
"""

import hashlib
import io
import json
import os
import re
import string
from collections.abc import Collection
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from segkit import scratch, spreadsheets
from segkit.refusal import Refused


def beside(file, name=None):
    """Read the YAML file that lies beside a module: `name`, else the one called like the module.

    `file` is the module's `__file__`. Many rooms keep words and tables so, and read them when they
    are imported, so the loader is the one in C, where there is one: it is eight times as fast.
    """
    path = Path(file).with_name(name) if name else Path(file).with_suffix(".yaml")
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)


def wording(file, part, made=str):
    """Return what says a sentence by its name, out of one part of `messages.yaml` beside a module.

    `say("few questions", n=2, of=9)` puts the facts into its {places}, in all of them where the
    name has several sentences, and makes `made` of it. Lists get commas; `{list:none}` says
    "none" of an empty one. The file is read when something is first said.
    """

    def say(which, /, **facts):
        text = _messages(file)[part][which]
        if isinstance(text, dict):
            return {name: _FILLED.vformat(each, (), facts) for name, each in text.items()}
        return made(_FILLED.vformat(text, (), facts))

    return say


@cache
def _messages(file):
    return beside(file, "messages.yaml")


class _Filled(string.Formatter):
    def format_field(self, value, format_spec):
        if isinstance(value, Collection):
            return (value if isinstance(value, str) else ", ".join(map(str, value))) or format_spec
        return super().format_field(value, format_spec)


_FILLED = _Filled()
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOLD = beside(__file__)
AS = " as "
"""Between a study and its run, in the STUDY of a copy to work in."""

PREPARED = ".prepared.json"
"""What lies in every folder of such copies."""

MOST = 100_000
"""Entries that a YAML file may have, its aliases unfolded."""

SECRET_OPTION = re.compile(
    r"(?i)(?P<before>[?&;](?P<key>[^=&;]*(?:pass|pwd|secret|token|key|auth|cred|sig)[^=&;]*)=)"
    r"(?P<value>[^&;]*)"
)
"""An option of an address whose value nobody should read."""

_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]|^[.\s~-]|[.\s]$')
STAGES = tuple(_TOLD["stages"])
"""The notebooks of the chain, in their order."""

ARTEFACTS = {name: stage for stage, names in _TOLD["stages"].items() for name in names}
"""Every file a notebook leaves in the run folder, and the notebook that writes it."""

DOCUMENTS = ("report.html", "workbook.html")
"""What a run ends in: the paper to decide by, and the textbook of all its notebooks."""


OPEN = "?"
"""What stands in a study for a column that `segkit new` could not tell."""

Check = Literal["current", "consistent", "complete", "sufficient", "prepared"]
"""The five demands on data; a study may say for each whether it stops a run or only warns."""


class StudyError(Exception):
    """Something the user can mend: the message says what, where and how."""


class Slip(StudyError):
    """A parameter that cannot be meant. It stops a notebook; what data lack is refused instead."""


def known(name, table, *, what):
    """Return `table[name]`; a name that is not there is a StudyError with the nearest one."""
    if name in table:
        return table[name]
    there = ", ".join(table) or "none"
    raise StudyError(f"{name!r} is no {what}.{nearest(name, table)} Known: {there}.")


def nearest(name, table, *, marks="''", cutoff=0.6):
    """Ask whether the nearest known name was meant: a sentence with a blank before it, or "".

    `marks` stand around the name; `cutoff` says how near is near, from 0 to 1 (equal).
    """
    near = get_close_matches(str(name), list(table), n=1, cutoff=cutoff)
    return f" Did you mean {marks[0]}{near[0]}{marks[1]}?" if near else ""


class Layout(BaseModel):
    """How a file is laid out, where that should not be found out by looking at it.

    `header` is the line of the headings, counted from 1; 0 says that there is none. `fill_down`
    lists headings whose empty cells hold the value above them, as in a grouped report.
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
    encoding: str | None = None
    separator: str | None = None
    header: int | None = Field(default=None, ge=0)
    decimal: Literal[".", ","] | None = None
    dates: Literal["day first", "month first", "year first"] | None = None
    fill_down: list[str] = Field(default_factory=list)


class Table(BaseModel):
    """Where one canonical table comes from and which of its columns is which.

    `file` may be a list of files with the same headings, or a pattern: data/orders_*.csv; `sheet`
    may be a list of sheets with the same headings. All of them are parts of one table.
    """

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
    file: str | list[str] | None = None
    sheet: str | list[str] | None = None
    table: str | None = None
    layout: Layout = Field(default_factory=Layout)
    columns: dict[str, str] = Field(default_factory=dict)

    @property
    def named(self):
        """List what `file` names."""
        return [self.file] if isinstance(self.file, str) else list(self.file or [])

    @property
    def label(self):
        """Name the file or files in words; one that lies elsewhere, without its place."""
        return ", ".join(Path(n).name if Path(n).is_absolute() else n for n in self.named)


class Economics(BaseModel):
    """What no table holds, and the study assumes: whatever rests on it is marked *assumed*.

    Sums are money in the study's currency. What is not given stays unknown: no notebook has a
    number of its own in its place.
    """

    model_config = ConfigDict(extra="forbid")
    margin_pct: float | None = Field(default=None, gt=0, le=100)
    contact_cost: float | None = Field(default=None, gt=0)
    delivery_cost: float | None = Field(default=None, ge=0)
    request_cost: float | None = Field(default=None, ge=0)
    visit_cost: float | None = Field(default=None, ge=0)
    return_cost: float | None = Field(default=None, ge=0)
    budget: float | None = Field(default=None, gt=0)

    @property
    def given(self):
        """Return what the study gives: {name: number}."""
        return self.model_dump(exclude_none=True)


RATES = _TOLD["economics"]
"""What each entry of `economics:` is, with its unit, as asked of a user."""


class Study(BaseModel):
    """Whose customers are segmented, and with which parameters."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
    name: str
    title: str
    business: Literal["store", "services", "b2b", "mixed"] = "store"
    source: str = "files"
    connection: str | None = None
    timezone: str | None = None
    currency: str = ""
    country: str = Field(default="", pattern="^([A-Za-z]{2})?$")
    rates: dict[str, float] = Field(default_factory=dict)
    smallest_cell: int = Field(default=10, ge=1)
    repeated_lines: Literal["keep", "set aside"] | None = None
    states: dict[str, Literal["counts", "set aside", "open"]] = Field(default_factory=dict)
    merge_customers: bool = False
    join_alike: bool = False
    test_customers: list[str] = Field(default_factory=list)
    goods: list[str] = Field(default_factory=list)
    quality: dict[Check, Literal["stop", "warn"]] = Field(default_factory=dict)
    economics: Economics = Field(default_factory=Economics)
    tables: dict[str, Table] = Field(default_factory=dict)
    parameters: dict[str, str | bool | int | float] = Field(default_factory=dict)
    _run: str = ""
    _corrections: list = PrivateAttr(default_factory=list)
    _kept: list = PrivateAttr(default_factory=list)

    @property
    def corrections(self):
        """Return what a team corrected, in order; see `corrections`."""
        return self._corrections

    @property
    def kept(self):
        """Return the segmentation that is kept, the last version of it; {} without one."""
        return self._kept[-1] if self._kept else {}


def root():
    """Return the project's folder: the nearest one above that holds `studies/`.

    Looks in SEGKIT_HOME, then upwards from the working directory, then beside the package.
    """
    home = os.environ.get("SEGKIT_HOME")
    here = Path.cwd()
    for folder in (*([Path(home)] if home else []), here, *here.parents):
        if (folder / "studies").is_dir() and (folder / "notebooks").is_dir():
            return folder.resolve()
    return Path(__file__).resolve().parents[1]


def studies():
    """List the names of all study files, in alphabetical order."""
    return sorted(path.stem for path in (root() / "studies").glob("*.yaml"))


def load(name):
    """Read and check the study `studies/NAME.yaml`.

    Raises StudyError with the place and the nearest valid word when the file is missing,
    is no YAML, or holds an unknown or wrong entry.
    """
    name, told, run = name.partition(AS)
    path = root() / "studies" / f"{named(name, what='study')}.yaml"
    if not path.is_file():
        raise StudyError(_no_study(name))
    content = from_yaml(path, label=f"studies/{path.name}")
    if not isinstance(content, dict):
        raise StudyError(f"studies/{path.name} is empty: it needs at least `title:` and `tables:`.")
    _refuse_secret(path.name, content.get("connection"))
    try:
        study = Study(name=name, **content)
    except (ValidationError, TypeError) as error:
        raise StudyError(_explain(path.name, error)) from None
    study._run = named(run, what="run") if told else ""
    study._corrections, study._kept = corrections(name), kept(name)
    _refuse_open(study)
    _refuse_unpriced(study)
    return study


def _refuse_unpriced(study):
    """Say that a sum of money needs a currency: 0.60 of nothing is no cost."""
    sums = [name for name in study.economics.given if not name.endswith("_pct")]
    if sums and not study.currency:
        raise StudyError(_TOLD["unpriced"].format(study=study.name, sums=", ".join(sums)))


def corrections(name):
    """Read the corrections of a study from `studies/NAME.corrections.json`; [] without the file.

    Each entry says kind and segments (see `segkit.segments.corrected`), why, who and date. Raises
    StudyError for a file that is none, or an entry that lacks one of them.
    """
    return _entries(name, "corrections", ENTRY)


ENTRY = ("kind", "segments", "why", "who", "date")
"""What every correction must say."""


def kept(name):
    """Read the segmentations a study keeps, from `studies/NAME.kept.json`; [] without the file.

    The last one is in use, those before it can be compared. Each says version, date, as_of, order,
    recipe, definition and key (see `segkit.workbook.keeping`). Raises StudyError for a file that is
    none, or a version that lacks one of them.
    """
    return _entries(name, "kept", VERSION)


VERSION = ("version", "date", "order", "recipe", "definition", "key")
"""What every kept segmentation must say."""


def _entries(name, kind, needed):
    """Read a list of entries that lies beside a study; each must say what is `needed`."""
    path = root() / "studies" / f"{name}.{kind}.json"
    if not path.is_file():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StudyError(_TOLD[kind].format(file=path.name, why=error)) from None
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise StudyError(_TOLD[kind].format(file=path.name, why="it holds no list"))
    for number, entry in enumerate(entries, 1):
        if lacking := [key for key in needed if not entry.get(key)]:
            why = f"entry {number} lacks {', '.join(lacking)}"
            raise StudyError(_TOLD[kind].format(file=path.name, why=why))
    return entries


def write_entries(name, kind, entries):
    """Write a list of entries beside a study ("corrections", "kept"); none takes the file away."""
    path = root() / "studies" / f"{name}.{kind}.json"
    if not entries:
        path.unlink(missing_ok=True)
        return
    text = json.dumps(entries, indent=2, ensure_ascii=False, default=str)
    atomic(path, f"{text}\n".encode(), shared=True)


def _refuse_open(study):
    """Say which columns of a study that `segkit new` could not finish are still to be named."""
    asked = [f"{table}: {column}" for table, told in study.tables.items()
             for column, heading in told.columns.items() if heading == OPEN]  # fmt: skip
    if asked:
        raise StudyError(_TOLD["open"].format(study=study.name, asked="; ".join(asked)))


def from_yaml(path, *, label):
    """Read a YAML file of the user's; one that is broken, or unfolds without end, is refused."""
    try:
        text = path.read_text(encoding="utf-8")
        if _unfolded(yaml.compose(text, Loader=_LOADER), {}) > MOST:
            raise StudyError(f"{label} cannot be read: its aliases (*name) unfold without end.")
        return yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise StudyError(f"{label} cannot be read: {_where(error)}") from None


def named(name, *, what):
    """Give back the name of a study or a run, unless it could lead out of its folder."""
    if not name or _NO_NAME.search(name):
        raise StudyError(_TOLD["no name"].format(name=name, what=what))
    return name


def address(name):
    """Name a study together with its run, where SEGKIT_RUN says that this is another one.

    Notebooks are handed this as their STUDY, so that a copy keeps to its run whatever opens it.
    """
    run = os.environ.get("SEGKIT_RUN") or name
    return name if run == name else f"{name}{AS}{run}"


def open_run(study, *, stage):
    """Open the run folder of `study` for the notebook `stage` (for example "04_segments").

    Notebooks of the gallery are called "approaches/rfm".

    Returns a Run. SEGKIT_RUNS moves the folder that holds all runs. "grocery as second" names
    the run, too; else SEGKIT_RUN does (default: the study's name).
    """
    return Run(load(study), stage=stage)


def run_folder(name):
    """Return the folder of the run called `name`, whether or not it exists yet."""
    return _runs() / named(os.environ.get("SEGKIT_RUN") or name, what="run")


def _runs():
    """Find the folder of all runs: as told, else around the prepared copy one works in."""
    told, here = os.environ.get("SEGKIT_RUNS"), Path.cwd()
    copies = [folder for folder in (here, *here.parents) if (folder / PREPARED).is_file()]
    around = copies[0].parents[1] if copies else root() / "runs"
    return Path(told or around).resolve()


class Run:
    """The folder of one run: artefacts are written and read by name.

    `run.read("card.parquet")` gives a DataFrame, `.json` a dict, `.csv` a DataFrame.
    """

    def __init__(self, study, *, stage):
        if stage not in STAGES and not stage.startswith("approaches/"):
            raise StudyError(f"{stage!r} is no stage. The stages are {', '.join(STAGES)}.")
        self.study = study
        self.stage = stage
        self.path = _runs() / study._run if study._run else run_folder(study.name)
        self._seen = {}
        try:
            scratch.own(self.path)
        except OSError as error:
            raise StudyError(_cannot_write(self.path, error)) from None

    def write(self, name, value):
        """Write one artefact atomically; the suffix decides the format.

        What is refused leaves its reason as JSON, and of any other kind no file.
        """
        path = self.path / name
        if not path.resolve().is_relative_to(self.path.resolve()):
            raise StudyError(f"{name!r} lies outside of the run folder: leave out the `..`.")
        if isinstance(value, Refused) and path.suffix != ".json":
            path.unlink(missing_ok=True)
            return
        atomic(path, _encode(path.suffix, value))
        ledger = noted(self.path / "artefacts.json")
        ledger[name] = {"by": self.stage, "sha": fingerprint(path), "from": dict(self._seen)}
        atomic(self.path / "artefacts.json", _encode(".json", dict(sorted(ledger.items()))))

    def read(self, name):
        """Read one artefact; say which notebook to run when it is missing or stale."""
        path = self.path / name
        maker = ARTEFACTS.get(name, "an earlier notebook")
        if not path.is_file():
            raise StudyError(self._said("missing", name=name, maker=maker))
        self._check_fresh(name, maker)
        self._seen[name] = fingerprint(path)
        return _decode(path)

    def has(self, name):
        """Tell whether the artefact is there."""
        return (self.path / name).is_file()

    def _check_fresh(self, name, maker):
        ledger = noted(self.path / "artefacts.json")
        for source, sha in ledger.get(name, {}).get("from", {}).items():
            if (self.path / source).is_file() and fingerprint(self.path / source) != sha:
                raise StudyError(self._said("stale", name=name, maker=maker, source=source))

    def _said(self, what, **words):
        return _TOLD[what].format(run=self.path.name, study=self.study.name, **words)


def atomic(path, content, *, shared=False):
    """Write bytes to `path` through a temporary file and a rename.

    Only the owner may read it, unless it is
    `shared`. Raises StudyError when the folder cannot be written.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.beside(path) as file:
            file.write(content)
            if shared:
                os.chmod(file.name, 0o644)
    except OSError as error:
        raise StudyError(_cannot_write(path, error)) from None


def noted(path):
    """Read what was noted in a JSON file: a dict, empty where there is none or it is damaged."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def shown(path):
    """Write a path the short way: relative to the working directory where it lies below."""
    path, here = Path(path), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()


def fingerprint(path):
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprinted(path, remembered):
    """Describe a file: {"sha", "size" (bytes), "changed" (nanoseconds)}.

    One of the size, time of change and time of any other doing to it (which no program can set
    back) that `remembered` (such a dict, or an empty one) has is not read again; where the system
    keeps no such time (Windows), every file is. Raises OSError when the file cannot be read.
    """
    state = Path(path).stat()
    known = {"size": state.st_size, "changed": state.st_mtime_ns, "touched": state.st_ctime_ns}
    same = os.name != "nt" and {name: remembered.get(name) for name in known} == known
    return {"sha": remembered["sha"] if same else fingerprint(path), **known}


def _encode(suffix, value):
    if suffix == ".json":
        return (json.dumps(value, indent=2, ensure_ascii=False, default=_plain) + "\n").encode()
    if suffix == ".csv":
        return spreadsheets.text(value).encode()
    if suffix == ".parquet":
        buffer = io.BytesIO()
        value.to_parquet(buffer, index=False)
        return buffer.getvalue()
    if suffix in (".html", ".yaml"):
        return value.encode()
    raise StudyError(f"{suffix!r} is no artefact format: use .json, .csv or .parquet.")


def _decode(path):
    if path.suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))
    if path.suffix == ".csv":
        return spreadsheets.read(path)
    import pandas as pd

    return pd.read_parquet(path)


def _plain(value):
    """Turn numpy and date values, and refusals, into what JSON knows."""
    if isinstance(value, Refused):
        return {"refused": value.why}
    for plain in ("to_dict", "item", "isoformat"):
        if hasattr(value, plain):
            return getattr(value, plain)()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _no_study(name):
    there = studies()
    words = {"near": nearest(name, there), "there": ", ".join(there) or "none"}
    return _TOLD["no study"].format(name=name, **words)


def _unfolded(node, counted):
    """Count the entries below a node of YAML, each as often as aliases repeat it."""
    if id(node) not in counted:
        counted[id(node)] = MOST + 1  # one that holds itself has no end
        inside = node.value if isinstance(node, yaml.CollectionNode) else ()
        parts = [part for one in inside for part in (one if isinstance(one, tuple) else (one,))]
        counted[id(node)] = 1 + sum(_unfolded(part, counted) for part in parts)
    return counted[id(node)]


def _where(error):
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else problem


def _explain(file, error):
    if isinstance(error, TypeError):
        return f"studies/{file}: `name:` is taken from the file name; remove that line."
    lines = [f"studies/{file} needs mending:"]
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        lines.append(f"  {place}: {_in_words(problem)}")
    return "\n".join(lines)


def _in_words(problem):
    last = str(problem["loc"][-1])
    if problem["type"] == "extra_forbidden":
        known_names = [*Study.model_fields, *Table.model_fields, *Economics.model_fields]
        near = nearest(last, known_names, marks="``")
        return "unknown entry" + near.replace(" Did", ", did")
    if problem["type"] == "missing":
        return "is missing"
    return f"{problem['msg'].lower()}, but the file says {problem['input']!r}"


def _refuse_secret(file, address):
    """Refuse a password that stands in the study file itself; it is not repeated."""
    who, at, _ = str(address or "").rpartition("@")
    user, _, secret = who.partition("://")[2].partition(":") if at else ("", "", "")
    secret = secret or ("" if who.startswith("postgres") else user)
    options = [match["value"] for match in SECRET_OPTION.finditer(str(address or ""))]
    if any(re.sub(r"\$\{\w+\}", "", text) for text in (secret, *options)):
        raise StudyError(f"studies/{file}: {_TOLD['secret']}")


def _cannot_write(path, error):
    why = error.strerror or error
    return f"Cannot write to {path}: {why}. Free or allow that folder, run again."
