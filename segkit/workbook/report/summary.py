"""The first page: what was asked, what came out, whether it holds, and what to do first.

Idea: the executive summary is read from the artefacts alone, never typed. Each block is told
apart from its absence: an artefact that is not there gives "not part of this run", a key that
is not there gives a dash. Groups smaller than the study's `smallest_cell` are shown without
their figures, and no customer appears by id: customers are counted, never listed.
"""

import csv
import json
import math
import re

from segkit.data import ordering
from segkit.plots.style import colours
from segkit.study import StudyError, beside

STRUCTURE = beside(__file__, "summary.yaml")
"""What the four verdicts on the structure of the data mean, in words."""

GRAVEST = {"fail": -2, "warn": -1}
UNKNOWN = re.compile(r"^not known( from the data)?:\s*", re.IGNORECASE)


def gather(folder, study):
    """Read what the summary shows from the run folder.

    Returns a dict with brief, manifest, definition, segments, ordered (how, in a sentence),
    left_out (customers in none), base (everybody the tables know, by stage), people, unknown (what
    is known of none of them), actions, checks (failed first), proposals, verdict, money (the page
    of notebook 07), order, colours and places (segment -> place in the order); each is empty where
    its artefact is absent. Raises StudyError when an artefact cannot be read.
    """
    brief, personas = _json(folder, "brief.json"), _json(folder, "personas.json")
    corrections, definition = _json(folder, "corrections.json"), _json(folder, "segments.json")
    checks, response = _csv(folder, "verdicts.csv"), _csv(folder, "response.csv")
    people, unknown = _people(personas.get("personas", []), study.smallest_cell)
    sizes = _sizes(folder)
    order = (
        corrections.get("order")
        or definition.get("order")
        or list(sizes)
        or [row.get("segment") for row in response]
    )
    return {
        "brief": brief,
        "manifest": _json(folder, "manifest.json"),
        "definition": definition,
        "order": order,
        "colours": list(colours(order).values()),
        "places": {name: place for place, name in enumerate(order)},
        "segments": _segments(sizes, order, response, people, study.smallest_cell),
        "ordered": _ordered(sizes, order),
        "overall": overall(response),
        "left_out": left_out(brief, sizes, smallest=study.smallest_cell),
        "base": base(_json(folder, "base.json"), smallest=study.smallest_cell),
        "people": people,
        "unknown": unknown,
        "money": money(_json(folder, "money.json"), smallest=study.smallest_cell),
        "actions": [_action(row, order) for row in _csv(folder, "actions.csv")],
        "checks": sorted(checks, key=lambda row: GRAVEST.get(row.get("verdict"), 0)),
        "proposals": corrections.get("proposals"),
        "verdict": verdict(brief, corrections, checks),
    }


def verdict(brief, corrections, checks):
    """Put the verdict in words: {level, badge, sentences}.

    `level` is good, warn, bad or none. "Usable" needs validation's word for it; failed or
    doubtful checks turn it into "usable, with limits".
    """
    judged = corrections.get("verdict", {})
    if brief.get("verdict") == "do not segment":
        return _verdict("bad", "Do not segment", brief.get("reason"))
    if not judged:
        return _verdict("none", "Not checked in this run", "Validation is not part of this run.")
    kind = STRUCTURE.get(judged.get("structure"))
    structure = kind and f"Structure in the data: {kind}"
    if not judged.get("usable"):
        return _verdict("bad", "Not usable as it is", judged.get("sentence"), structure)
    doubts = any(row.get("verdict") in ("warn", "fail") for row in checks)
    level, badge = ("warn", "Usable, with limits") if doubts else ("good", "Usable")
    return _verdict(level, badge, judged.get("sentence"), structure)


def overall(response):
    """Return the outcome of all segments together (weighted by n), or None."""
    pairs = [(row.get("n"), row.get("outcome_mean")) for row in response]
    known = [pair for pair in pairs if all(map(_is_number, pair))]
    total = sum(n for n, _ in known)
    return sum(n * mean for n, mean in known) / total if total else None


def left_out(brief, sizes, *, smallest):
    """Count the known customers who are in no segment; 0 below the smallest cell."""
    known = brief.get("data", {}).get("customers_n")
    missing = known - sum(size["n"] for size in sizes.values()) if known and sizes else 0
    return missing if missing >= smallest else 0


def base(page, *, smallest):
    """Prepare everybody by stage: stages of fewer than the smallest cell without their figures.

    Empty without a page. Counts within a stage that are too small are None, a stage `small`.
    """
    rows = []
    for row in page.get("stages", []):
        if 0 < row["customers_n"] < smallest:
            row = {"stage": row["stage"], "to_do": row.get("to_do"), "small": smallest}
        parts = [key for key in ("in_segments_n", "reachable_n") if 0 < row.get(key, 0) < smallest]
        rows.append({**row, **dict.fromkeys(parts)})
    return {**page, "stages": rows} if page else {}


def money(page, *, smallest):
    """Prepare the money page: what is left of net sales, rung by rung and per persona.

    Groups smaller than the smallest cell are shown without their figures. Empty without a page.
    """
    rows = [row if not _is_number(row.get("n")) or row["n"] >= smallest
            else {"persona": row["persona"], "small": smallest}
            for row in page.get("personas", [])]  # fmt: skip
    return {**page, "personas": rows} if page else {}


def strips(segments, overall):
    """Lay the outcomes out on one scale for small interval pictures.

    Adds to each segment `strip` = {low, mid, high, all}, percent of the widest interval's end.
    """
    tops = [row["high"] for row in segments if _is_number(row.get("high"))]
    top = max(tops, default=0) or 1
    for row in segments:
        if all(_is_number(row.get(key)) for key in ("low", "outcome_mean", "high")):
            ends = {"low": row["low"], "mid": row["outcome_mean"], "high": row["high"]}
            ends["all"] = overall or 0
            row["strip"] = {key: round(100 * max(0, x) / top, 2) for key, x in ends.items()}
    return segments


def _segments(sizes, order, response, people, smallest):
    """One row per segment: how many, how much they spend, how they answered, who they are."""
    answers = {row.get("segment"): row for row in response}
    persona = {name: p["name"] for p in people for name in p.get("segments", [])}
    everyone = {key: sum(row[key] or 0 for row in sizes.values()) for key in ("n", "spend")}
    rows = []
    for name in order:
        row = {"name": name, "persona": persona.get(name), **_shares(sizes.get(name), everyone)}
        answer = answers.get(name, {})
        keys = ("outcome_mean", "low", "high", "label")
        row |= {key: answer.get(key) for key in keys} | {"answered": answer.get("n")}
        rows.append(_suppressed(row, smallest))
    return strips(rows, overall(response))


def _shares(size, everyone):
    if not size:
        return {"n": None, "share": None, "spend_share": None}
    spend = size["spend"] / everyone["spend"] if size["spend"] and everyone["spend"] else None
    return {"n": size["n"], "share": size["n"] / everyone["n"], "spend_share": spend}


def _suppressed(row, smallest):
    """Blank the figures of a group too small to be shown."""
    if row["n"] is not None and row["n"] < smallest:
        return {"name": row["name"], "persona": row["persona"], "small": smallest}
    if _is_number(row["answered"]) and row["answered"] < smallest:
        row |= dict.fromkeys(("outcome_mean", "low", "high"))
    return row


def _sizes(folder):
    """Count customers and add up spend per segment: {name: {"n", "spend"}}, most spend first."""
    made = [folder / name for name in ("corrected.parquet", "segments.parquet")]
    path = next((path for path in made if path.is_file()), made[-1])
    members = _parquet(path, {"customer_id": "string", "segment": "string"})
    if members is None:
        return {}
    try:
        money = {"customer_id": "string", "spend_total": "float64"}
        card = _parquet(folder / "card.parquet", money)
    except StudyError:
        card = None
    if card is not None:
        members = members.join(card, "customer_id", use_threads=False)
    asked = [(name, "sum") for name in members.column_names if name == "spend_total"]
    groups = members.group_by("segment", use_threads=False)
    rows = groups.aggregate([("customer_id", "count"), *asked]).to_pylist()
    sizes = {row["segment"]: {"n": row["customer_id_count"], "spend": row.get("spend_total_sum")}
             for row in rows}  # fmt: skip
    return dict(sorted(sizes.items(), key=lambda item: (-(item[1]["spend"] or 0), item[0])))


def _ordered(sizes, order):
    """Say how the segments that hold anybody are ordered; empty where sizes are not known."""
    found = [name for name in order if name in sizes]
    heads, money = ([sizes[name][what] for name in found] for what in ("n", "spend"))
    return ordering.told(found, heads, money) if found else ""


def _parquet(path, types):
    """Read some columns as they are needed, or None; pyarrow's own reader needs no pandas."""
    if not path.is_file():
        return None
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            table = file.read(columns=list(types))
    except (OSError, pa.ArrowException) as error:
        raise StudyError(_unreadable(path, error)) from None
    if missing := set(types) - set(table.column_names):
        raise StudyError(_unreadable(path, f"no column {', '.join(sorted(missing))}"))
    return table.select(list(types)).cast(pa.schema(list(types.items())))


def _people(personas, smallest):
    """Prepare the personas; what is unknown of every one of them is told once, at the end."""
    people = [_person(persona, smallest) for persona in personas]
    lists = [person["unknown"] for person in people]
    common = [item for item in lists[0] if all(item in one for one in lists)] if people[1:] else []
    for person in people:
        person["unknown"] = [item for item in person["unknown"] if item not in common]
    return people, common


def _person(persona, smallest):
    """Pick what sets a persona apart: what it has more often first, then what it lacks."""
    telling = [line for line in persona.get("statements", []) if line.get("distinctive")
               if not _is_number(line.get("n")) or line["n"] >= smallest]  # fmt: skip
    telling.sort(key=lambda line: (_rarer(line), -_distance(line.get("lift"))))
    unknown = [
        {"field": item.get("field"), "text": UNKNOWN.sub("", item.get("text") or "")}
        for item in persona.get("unknown", [])
    ]
    unknown += [{"field": item["topic"], "text": UNKNOWN.sub("", item["text"])}
                for item in persona.get("ask", [])]  # fmt: skip
    always = {}
    for line in persona.get("profile", []):
        always.setdefault(line["topic"], []).append(line)
    small = _is_number(persona.get("n")) and persona["n"] < smallest
    blank = {"n": None, "share": None, "spend_share": None, "small": smallest} if small else {}
    shown = {"telling": [], "always": {}} if small else {"telling": telling, "always": always}
    return {**persona, **shown, "unknown": unknown, **blank}


def _rarer(line):
    """Tell whether the trait is less common here than among all."""
    return _is_number(line.get("lift")) and line["lift"] < 1


def _distance(lift):
    """Tell how far a lift is from 1, up or down, on one scale."""
    return abs(math.log(lift)) if _is_number(lift) and lift > 0 else 0.0


def _action(row, order):
    """Give an action its segments as a list; a name may itself hold a comma."""
    text = str(row.get("segments") or "")
    parts = [text] if text in order else [part.strip() for part in re.split(r"[;|]", text)]
    return {**row, "segments": [part for part in parts if part]}


def _verdict(level, badge, *sentences):
    return {"level": level, "badge": badge, "sentences": [s for s in sentences if s]}


def _json(folder, name):
    content = _read(folder / name, json.load) or {}
    return content if isinstance(content, dict) else {}


def _csv(folder, name):
    rows = _read(folder / name, lambda file: list(csv.DictReader(file))) or []
    return [{k: _value(v) for k, v in row.items() if k} for row in rows]


def _read(path, how):
    """Read a text file in some way; None where there is none."""
    if not path.is_file():
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return how(file)
    except (OSError, ValueError, csv.Error) as error:
        raise StudyError(_unreadable(path, error)) from None


def _value(text):
    """Read a CSV cell: a number, nothing, or the text itself."""
    if text is None or not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else None


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _unreadable(path, error):
    return (
        f"runs/{path.parent.name}/{path.name} cannot be read: {error}. "
        f"Make it again: segkit run {path.parent.name} --fresh"
    )
