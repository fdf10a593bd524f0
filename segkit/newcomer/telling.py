"""What the screen says about a new study: what was taken, what is unsure, what is missing."""

from functools import partial

from rich.table import Table
from rich.text import Text

from segkit.data import schema
from segkit.newcomer import writing
from segkit.newcomer.drafts import TOLD
from segkit.newcomer.guessing import guess
from segkit.study import shown

ROOM = 40
"""Letters that the examples of a column may take on the screen."""


def tell(draft, path, console):
    """Print what a draft took and what it is unsure of, and the next command."""
    say = partial(console.print, highlight=False, markup=False, soft_wrap=True)
    for name, part in draft.parts.items():
        say(Text(f"{name}", style="bold") + Text(f"  {_where(part)}"))
        found = [f for f in part.findings if f.key in ("encoding", "separator", "header")]
        if found:
            how = (f"{f.key} {f.value}".replace("\t", "tab") for f in found)
            say(Text(f"  {', '.join(how)}", style="dim"))
        console.print(_columns(part))
        for note in [*part.guess.peek.notes, *part.guess.notes]:
            say(Text(f"  {note}", style="dim"))
        say("")
    _settings(draft, say)
    _doubts(draft, say)
    _missing(draft, say)
    _personal(draft, say)
    _listed("Left out:", [f"{label}: {why}" for label, why in draft.rest], say)
    _next(draft, path, say)


def _where(part):
    peek = part.guess.peek
    files = ", ".join(part.files)
    if part.counts:
        more = f" and {len(part.counts) - 4} more" * (len(part.counts) > 4)
        return f"from {len(part.counts)} parts: {', '.join(part.counts[:4])}{more}"
    rows = f", {peek.rows_n:,} rows" if peek.rows_n else ""
    return f"from {files}" + (f", sheet {peek.sheet}" if peek.sheet else "") + rows


def _columns(part):
    """Lay the recognised columns out: ours, yours, examples, and a mark where unsure."""
    table = Table(box=None, pad_edge=True, padding=(0, 2, 0, 0))
    pairs = [(choice.column, choice.heading) for choice in part.guess.choices]
    widest = [max(len(text) for text in column) for column in zip(*pairs, strict=True)]
    table.add_column("  ours", no_wrap=True, min_width=min(widest[0] + 4, 24), max_width=28)
    table.add_column("yours", no_wrap=True, min_width=min(widest[1], 24), max_width=28)
    table.add_column("for example", no_wrap=True, overflow="ellipsis")
    for choice in part.guess.choices:
        examples = _examples(guess.masked(choice, part.guess.contents[choice.heading]))
        mark, style = ("? ", "yellow") if choice.doubts else ("", "")
        row = f"  {mark}{choice.column}", choice.heading, examples
        table.add_row(*(Text(text, style=style) for text in row))
    return table


def _examples(values):
    """Join as many examples as fit into a short line, at least one."""
    flat = [" ".join(value.split()) for value in values]
    flat = [value if len(value) <= ROOM else f"{value[: ROOM - 1]}…" for value in flat]
    while len(flat) > 1 and len(" · ".join(flat)) > ROOM:
        flat.pop()
    return " · ".join(flat) or "(empty)"


def _settings(draft, say):
    """Say what was settled beyond columns: dates, decimal mark, currency, ids."""
    for name, part in draft.parts.items():
        for finding in part.findings:
            word = {"dates": "Dates", "decimal": "Decimal mark"}.get(finding.key)
            if word and finding.value:
                say(f"{word} of {name}: {finding.value}  ({'; '.join(finding.examples)})")
    for finding in (draft.currency, draft.business):
        if finding.value:
            by = f"  ({'; '.join(finding.examples)})" if finding.examples else ""
            say(f"{finding.key.capitalize()}: {finding.value}{by}")


def _doubts(draft, say):
    """List what is unsure, the same doubt once."""
    lines = {}
    for name, part in draft.parts.items():
        for choice in part.guess.choices:
            if choice.doubts:
                also = [f"also possible: {', '.join(choice.others)}"] if choice.others else []
                said = "; ".join([*choice.doubts, *also])
                lines.setdefault((name, said), []).append(f"{choice.column} = {choice.heading}")
        for finding in part.findings:
            if finding.doubt:
                value = finding.value
                value = ", ".join(value) if isinstance(value, list) else value
                lines[name, finding.doubt] = [f"{finding.key}: {value}"]
    for finding in draft.states:
        if finding.doubt:
            lines["states", finding.doubt] = [f"{finding.key}: {finding.value}"]
    ways = {"currency": "Or: --currency EUR", "business": "If not: --business store"}
    for finding in (draft.currency, draft.business):
        if finding.doubt:
            said = f"{finding.doubt}. {ways[finding.key]}"
            lines[finding.key, said] = [finding.value] if finding.value else []
    if lines:
        say(Text("\nUnsure, please look:", style="bold yellow"))
    for (place, said), what in lines.items():
        say(f"  ? {' '.join([f'{place}:', ', '.join(what)]).strip(': ')}: {said}")


def _missing(draft, say):
    if "orders" in draft.parts:
        there = {choice.column for choice in draft.parts["orders"].guess.choices}
        lines = [said for table, said in TOLD["tables"].items() if table not in draft.parts]
        lines += [said for column, said in TOLD["columns"].items() if column not in there]
    else:
        lines = [TOLD["a test" if list(draft.parts) == ["tests"] else "no orders"]]
    _listed("Missing (the notebooks say it again):", lines, say)


def _listed(head, lines, say):
    if lines:
        say(Text(f"\n{head}", style="bold"))
    for line in lines:
        say(f"  - {line}")


def _personal(draft, say):
    kept_out = []
    for part in draft.parts.values():
        kept_out += part.guess.personal
        if part.guess.table == "customers":
            kept_out += [c.heading for c in part.guess.choices if c.column in schema.PERSONAL]
    if kept_out:
        say(Text("\nPersonal, never kept in the run: ", style="bold") + ", ".join(kept_out))
    one = next(iter(draft.parts.values())).guess
    key = one.choice("customer_id")
    if key and guess.masked(key, one.contents[key.heading]) != key.examples:
        say(f"“{key.heading}” tells customers apart; the run holds a pseudonym in its place.")


def _next(draft, path, say):
    if draft.secret:
        say("\nThe password is not in the study file. Before you run it: "
            "export SEGKIT_DB_PASSWORD='your password'")  # fmt: skip
    unsure = path.read_text(encoding="utf-8").count("# unsure:")
    lines = "line" if unsure == 1 else "lines"
    look = f", {unsure} {lines} marked “unsure” in it" if unsure else ""
    say(f"\nwritten {shown(path)}{look}")
    for word, command in zip(("next", "then", "then"), writing.commands(draft), strict=False):
        say(f"{word}    {command}")
