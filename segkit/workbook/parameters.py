"""Parameters: what a notebook lets the user set, and whether what was set makes sense.

Every notebook has one cell tagged `parameters`: literal values, CAPITALS, a comment each. It
is read with `ast`, never executed. papermill alone only warns about an unknown name and then
reports the defaults as if they were the user's choice; here an unknown name or a wrong type is
refused with the nearest valid name. The values that differ go in papermill's way, into a cell of
their own below (tag `injected-parameters`), so an executed notebook shows what it ran with.
"""

import ast
import io
import tokenize
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite

from segkit.study import StudyError, address
from segkit.workbook import notebook

WORDS = {
    bool: ("true or false", "true"),
    int: ("a whole number", "5"),
    float: ("a number", "0.5"),
    str: ("a text", "auto"),
}
"""For every type a parameter may have: its name in words and an example."""

SWITCHES = {"true": True, "yes": True, "on": True, "1": True,
            "false": False, "no": False, "off": False, "0": False}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One value a notebook lets the user set, with the comment beside it."""

    name: str
    value: str | bool | int | float
    comment: str = ""


def declared(content):
    """Read the parameters of a notebook (see `notebook.read`): {name: Parameter}.

    Raises StudyError when the tagged cell is missing or holds anything but literals.
    """
    cell = notebook.tagged(content, "parameters")
    if cell is None:
        raise StudyError("A notebook has no cell tagged `parameters`; add one after the title.")
    notes = _comments(cell["source"])
    return {
        name: Parameter(name, _literal(name, node), notes.get(node.lineno, ""))
        for name, node in _assignments(cell["source"])
    }


def settle(known, *, study, given=()):
    """Decide every parameter of every notebook.

    `known` maps a notebook to its declared parameters; `study` is a `segkit.study.Study`, whose
    own parameters replace the notebooks' defaults; `given` are texts "NAME=VALUE" from the
    command line, which replace both. Returns ({notebook: {name: value}}, {name: value} that
    was set by the study or the user). Raises StudyError for an unknown name or a wrong type.
    """
    file = f"studies/{study.name}.yaml"
    chosen = {name: _checked(name, v, known, file) for name, v in study.parameters.items()}
    for name, text in map(_split, given):
        chosen[name] = _checked(name, _parsed(text, _nearest(name, known, "-p")), known, "-p")
    values = {**chosen, "STUDY": address(study.name)}
    settled = {
        stage: {name: _fit(values.get(name, p.value), p) for name, p in parameters.items()}
        for stage, parameters in known.items()
    }
    return settled, chosen


def changed(content, values):
    """Keep of `values` those that differ from what the notebook says itself: {name: value}."""
    own = declared(content)
    return {name: v for name, v in values.items() if name in own and v != own[name].value}


def check(content, given):
    """Refuse values {name: value} that the notebook does not have or cannot use: StudyError."""
    known = {"this notebook": declared(content)}
    for name, value in given.items():
        if name != "STUDY":
            _checked(name, value, known, "-p")


def fill(content, values):
    """Return the notebook with the `values` that differ in papermill's cell, under its own."""
    given = changed(content, values)
    if not given:
        return content
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    book = load_notebook_node(nbformat.from_dict(content))
    return parameterize_notebook(book, given, engine_name="segkit")


def _assignments(source):
    """List (name, value node) of the cell, one line each; refuse anything else."""
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise StudyError(f"A parameters cell is no valid Python: {error.msg}") from None
    found = []
    for line in body:
        plain = isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
        if not plain or len(line.targets) > 1 or line.lineno != line.end_lineno:
            raise StudyError(f"Line {line.lineno} of a parameters cell is not NAME = value.")
        found.append((line.targets[0].id, line.value))
    return found


def _literal(name, node):
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if type(value) not in WORDS:
        kinds = ", ".join(words for words, _ in WORDS.values())
        raise StudyError(f"The parameter {name} must be written as one of: {kinds}.")
    return value


def _comments(source):
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _split(text):
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise StudyError(f"-p {text!r} is not NAME=VALUE. Write for example: -p N_SEGMENTS=5")
    return name.strip(), value.strip()


def _nearest(name, known, place):
    """Return the parameter called `name`; suggest the nearest one when there is none."""
    if name == "STUDY":
        raise StudyError(f"{place}: STUDY is not set here; name the study itself: segkit run NAME")
    owners = {parameter: stage for stage in reversed(known) for parameter in known[stage]}
    if name in owners:
        return known[owners[name]][name]
    names = sorted(set(owners) - {"STUDY"})
    near = get_close_matches(name.upper(), names, n=1, cutoff=0.5)
    raise StudyError(f"{place}: no notebook has a parameter {name!r}. " + _hint(near, known, names))


def _hint(near, known, names):
    if not near:
        return f"The parameters are: {', '.join(names)}."
    stages = [stage for stage in known if near[0] in known[stage]]
    parameter = known[stages[0]][near[0]]
    note = f" ({parameter.comment})" if parameter.comment else ""
    return f"Did you mean {near[0]}, in {' and '.join(stages)}{note}?"


def _checked(name, value, known, place):
    parameter = _nearest(name, known, place)
    for parameters in known.values():
        if name in parameters and not _suits(value, parameters[name].value):
            raise StudyError(f"{place}: " + _wrong(parameters[name], value))
    return _fit(value, parameter)


def _suits(value, example):
    if isinstance(example, float):
        return type(value) in (int, float) and isfinite(value)
    return type(value) is type(example)


def _fit(value, parameter):
    """Give a whole number the form of the declared decimal, so 1 and 1.0 are one choice."""
    return float(value) if isinstance(parameter.value, float) else value


def _parsed(text, parameter):
    """Read a text of the command line by the declared type; an unreadable one stays a text."""
    if isinstance(parameter.value, bool):
        return SWITCHES.get(text.lower(), text)
    try:
        return type(parameter.value)(text)
    except ValueError:
        return text


def _wrong(parameter, value):
    words, example = WORDS[type(parameter.value)]
    note = f" It means: {parameter.comment}." if parameter.comment else ""
    said = f"{parameter.name} is {words}, for example {parameter.name}={example}"
    return f"{said}, but got {value!r}.{note}"
