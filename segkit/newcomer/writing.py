"""The study file as text: commented, so that it can be checked by reading it.

Every line shows what it was told by. What is uncertain is marked `unsure` on the line above, with
what else could have been meant; what was recognised but not used is listed below the columns.
"""

import json
import re
import shlex
import textwrap

import yaml

from segkit.data import schema
from segkit.newcomer import economics
from segkit.newcomer.guessing import guess

WIDTH = 100
"""Longest line of a comment."""

MOST = 30
"""So many unused columns are listed."""


def text(draft):
    """Write a `Draft` as YAML with comments."""
    lines = [
        f"# Written by: {draft.command}",
        "# Every line is yours to change; look first at those marked “unsure”. Then run:",
        f"#   {commands(draft)[0]}",
        f"title: {_scalar(draft.title)}",
        *_found(draft.business, choices="store, services, b2b or mixed"),
        *_found(draft.currency),
        *_source(draft),
        *_states(draft.states),
        "",
        "tables:",
    ]
    for name, part in draft.parts.items():
        lines += _table(name, part)
    lines += [*economics.lines(draft), *_rest(draft)]
    return "\n".join(lines) + "\n"


def _found(finding, *, choices="", width=29):
    """Write one entry of the study with what it was told by, the comment at column `width`."""
    said = "; ".join(finding.examples)
    comment = "; ".join(part for part in (choices, said) if part)
    line = f"{finding.key}: {_scalar(finding.value)}"
    if finding.key == "dates" and not finding.value:
        return [*_wrapped(f"unsure: {finding.doubt}"), "# dates: month first"]
    if finding.key in ("separator", "decimal", "fill_down") or not finding.value:
        shown = json.dumps(finding.value, ensure_ascii=False)  # such as , and ; can be seen
        line = f"{finding.key}: {shown}"
    elif finding.key == "header":
        line = f"header: {finding.value}"  # a number stays a number
    mark = _wrapped(f"unsure: {finding.doubt}") if finding.doubt else []
    return [*mark, f"{line + '  ':<{width}}# {comment}" if comment else line]


def _source(draft):
    if not draft.connection:
        return []
    names = re.findall(r"\$\{(\w+)\}", draft.connection) if draft.secret else []
    told = [f"# the secret comes from the environment: export {name}=…" for name in names]
    return ["source: connection", *told, f"connection: {_scalar(draft.connection)}"]


def _states(findings):
    """Write what becomes of the orders of every state."""
    if not findings:
        return []
    keys = [f"  {_scalar(finding.key)}: {finding.value}" for finding in findings]
    width = min(max(map(len, keys)) + 2, 46)
    lines = [
        "states:  # what an order of this state is: counts, set aside (no sale), open (not yet)"
    ]
    for finding, line in zip(findings, keys, strict=True):
        lines += [f"  {part}" for part in _wrapped(f"unsure: {finding.doubt}") if finding.doubt]
        said = "; ".join(finding.examples)
        lines.append(f"{line:<{width}}# {said}" if said else line)
    return lines


def _table(name, part):
    lines = [f"  {name}:", *_place(part)]
    pairs = [_pair(choice) for choice in part.guess.choices]
    width = min(max(map(len, [*pairs, "dates: month first"])) + 2, 46)
    if part.findings:
        lines.append("    layout:")
    lines += [f"      {line}" for f in part.findings for line in _found(f, width=width)]
    lines.append(f"    {'columns:':<{width + 2}}# ours: yours, with examples")
    for choice in part.guess.choices:
        lines += [f"      {line}" for line in _column(choice, part.guess, width=width)]
    return lines + [f"    {line}" for line in _left_out(part.guess)]


def _place(part):
    peek = part.guess.peek
    if peek.kind == "table":
        return [f"    table: {_scalar(part.files[0])}"]
    lines = [*_listed("file", part.files), *_listed("sheet", part.sheets)]
    if part.counts:
        said = f"parts of one table: {', '.join(part.counts)}"
        lines += [f"    {line}" for line in _wrapped(said)]
    return lines + [f"    {line}" for note in peek.notes for line in _wrapped(note)]


def _listed(key, values):
    if len(values) > 1:
        return [f"    {key}:", *[f"      - {_scalar(value)}" for value in values]]
    return [f"    {key}: {_scalar(value)}" for value in values]


def _pair(choice):
    return f"{_scalar(choice.column)}: {_scalar(choice.heading)}"


def _column(choice, guessed, *, width):
    lines = []
    if choice.doubts:
        also = f" (also possible: {', '.join(choice.others)})" if choice.others else ""
        lines = _wrapped(f"unsure: {'; '.join(choice.doubts)}{also}")
    shown = [_flat(e) for e in guess.masked(choice, guessed.contents[choice.heading])]
    comment = " · ".join(e if len(e) <= 24 else f"{e[:23]}…" for e in shown)
    if guessed.table == "customers" and choice.column in schema.PERSONAL:
        comment = "personal: compared to find doubles, never kept"
    return [*lines, f"{_pair(choice) + '  ':<{width}}# {comment}".rstrip(" #")]


def _left_out(guessed):
    lines = [line for note in guessed.notes for line in _wrapped(note)]
    if guessed.personal:
        lines += _wrapped(f"personal, not read: {', '.join(guessed.personal)}")
    for why in dict.fromkeys(guessed.unused.values()):
        same = [heading for heading, reason in guessed.unused.items() if reason == why]
        more = f" and {len(same) - MOST} more" if len(same) > MOST else ""
        said = f" ({why})" if why else ""
        lines += _wrapped(f"not used{said}: {', '.join(same[:MOST])}{more}")
    return lines


def _rest(draft):
    lines = [line for label, why in draft.rest for line in _wrapped(f"{label}: {why}")]
    return lines and ["", "# Left out:", *lines]


def _wrapped(said):
    return textwrap.wrap(_flat(said), WIDTH - 8, initial_indent="# ", subsequent_indent="#   ")


def _flat(said):
    return re.sub(r"\s+", " ", said)


def _scalar(value):
    """Write one text as YAML reads it back, on one line."""
    plain = yaml.safe_dump(str(value), allow_unicode=True, width=10**6, default_flow_style=True)
    return plain.removesuffix("\n...\n").rstrip("\n")


def commands(draft):
    """List what to run next, in order: the workbook, one approach, the notebook of a test."""
    found = []
    if draft.parts.keys() - {"tests"}:
        first = "rfm" if draft.currency.value or draft.currency.doubt else "needs"
        every = f"segkit approach {first} --study {draft.name}  (all approaches: segkit approach)"
        found += [f"segkit run {draft.name}", every]
    return found + ([_experiments(draft)] if "tests" in draft.parts else [])


def _experiments(draft):
    """Write the command that reads a test: its arms as they are, equally large."""
    part = draft.parts["tests"].guess
    arms = sorted(part.contents[part.choice("arm").heading].counts)
    control = next(filter(guess.is_control, arms), arms[0])
    shares = ", ".join(f"{arm} 1" for arm in arms)
    given = {"CONTROL": control, "ARMS": shares, "PER_ARM": "0", "BY": ""}
    put = " ".join(f"-p {shlex.quote(f'{key}={value}')}" for key, value in given.items())
    return f"segkit approach experiments --study {draft.name} {put}"
