"""The decision paper: what its pages show beside what the artefacts hold.

Idea: the first page answers four questions, each with one small drawing and one sentence, both
computed from the artefacts: where do we stand, where is the money, who acts differently, what
comes first. Drawings are a few lines of SVG in the page itself, so that they are sharp in print
and cost nothing. Quality comes last, every check of every segment on one page, and the method in
a few lines. What is not there is left out or said, never drawn as zero.
"""

from itertools import accumulate

from segkit.data.meanings import label
from segkit.markdown import quoted
from segkit.study import beside
from segkit.workbook.report import formats

WORDS = beside(__file__, "paper.yaml")
"""What the paper says around its values."""

LEFT, WIDTH = 8, 304
"""Where drawings begin, and how wide they are, of 320."""

FIRST = 3
"""So many moves stand on the first page."""


def gather(facts, *, study):
    """Return what the paper's templates ask beside `facts`, the summary of a run.

    Returns a dict with answers (question, told and a drawing), tally and matrix (of the checks),
    applied (the kept version), planned (persona -> its action), assumed, doubtful (checks that
    could not be judged), gaps and method.
    """
    return {
        "answers": [answer for answer in (_stand(facts), _money(facts), _act(facts), _first(facts))
                    if answer],
        "tally": _tally(facts["checks"]),
        "matrix": matrix(facts["checks"], facts["order"]),
        "planned": {row.get("persona"): row for row in facts["actions"]},
        "assumed": _assumed(facts),
        "doubtful": [row for row in facts["checks"] if row.get("verdict") not in JUDGED],
        "gaps": _gaps(facts, study),
        "method": _method(facts),
        "applied": applied(facts["definition"], study=study.name),
    }  # fmt: skip


def applied(definition, *, study):
    """Say on the first page which kept version was applied, or how to keep what was found."""
    if "kept" not in definition:
        return ""
    version = definition["kept"]
    if not version:
        return WORDS["not_kept"].format(study=study)
    return WORDS["applied"].format(**version | {"date": formats.day(version["date"])})


JUDGED = ("pass", "warn", "fail")


def matrix(checks, order):
    """Lay the checks out: one row per check, {check, verdicts}; "all" first, then each segment."""
    found = {}
    for row in checks:
        found.setdefault(row.get("check"), {})[row.get("segment") or "all"] = row.get("verdict")
    places = ["all", *order]
    return [{"check": check, "verdicts": [by.get(name) for name in places]}
            for check, by in found.items()]  # fmt: skip


def _tally(checks):
    counts = [(word, sum(row.get("verdict") == word for row in checks)) for word in JUDGED]
    return [(n, *WORDS["tally"][word]) for word, n in counts if n]


def _answer(name, **parts):
    return {"question": WORDS["questions"][name], **parts}


def _stand(facts):
    """Where do we stand: the KPI's baseline with its interval and its period, and the target."""
    goal = facts["brief"].get("goal") or {}
    if not goal or goal.get("kpi") is None:
        return _answer("stand", told=WORDS["no_kpi"]) if goal else None
    now, aim = goal.get("baseline"), goal.get("target")
    if not _number(now):
        return _answer("stand", told=WORDS["no_baseline"])
    currency = facts["brief"].get("data", {}).get("currency")
    shown = {key: formats.quantity(goal.get(key), goal.get("unit"), currency)
             for key in ("baseline", "baseline_low", "baseline_high", "target")}  # fmt: skip
    since = goal.get("starts_from")
    shown["when"] = f"in {since}" if since else WORDS["when"]
    told = WORDS["stand"].format(label=formats.sentence(goal.get("label") or "the KPI"), **shown)
    told += WORDS["aim"].format(due=formats.day(goal.get("due")), **shown) if _number(aim) else ""
    scale = _scale([now, goal.get("baseline_low"), goal.get("baseline_high"), aim])
    ends = {"low": goal.get("baseline_low"), "high": goal.get("baseline_high"), "goal": aim}
    drawn = {key: scale(value) for key, value in ends.items() if _number(value)}
    drawn |= {"now": scale(now), "now_told": f"from {shown['baseline']}", "alt": told}
    drawn |= {"goal_told": f"goal {shown['target']}"} if _number(aim) else {}
    return _answer("stand", told=f"{told} {_attainable(goal)}".strip(), goal=drawn)


def _attainable(goal):
    letters = [item for item in goal.get("smart") or () if item.get("letter") == "A"]
    return WORDS["attainable"][bool(letters[0].get("passes"))] if letters else ""


def _money(facts):
    """Where is the money: heads and money, cut by segment."""
    rows = [row for row in facts["segments"] if _number(row.get("share"))]
    if not rows:
        return None
    paint = dict(zip(facts["order"], facts["colours"], strict=False))
    stacks = [_stack(rows, key, paint) for key in ("share", "spend_share")
              if all(_number(row.get(key)) for row in rows)]  # fmt: skip
    left = facts["money"].get("left", "")
    said = [_most(rows), left, _of_how_many(facts["base"])]
    return _answer("money", told=" ".join(part for part in said if part), stacks=stacks)


def _of_how_many(base):
    """Say of how many customers the segments speak, and what the others ever brought."""
    if not base or base["known_n"] == base["in_segments_n"]:
        return ""
    outside = base["known_n"] - base["in_segments_n"]
    shown = {"inside": base["in_segments_n"], "known": base["known_n"], "outside": outside}
    return WORDS["of_how_many"].format(**{key: formats.count(n) for key, n in shown.items()})


def _stack(rows, key, paint):
    widths = [320 * row[key] for row in rows]
    starts = [0.0, *accumulate(widths)]
    parts = [
        {"x": round(x, 1), "width": round(width, 1), "told": f"{row[key]:.0%}",
         "colour": paint[row["name"]], "ink": _ink(paint[row["name"]])}
        for row, x, width in zip(rows, starts, widths, strict=False)
    ]  # fmt: skip
    told = ", ".join(f"{row['name']} {row[key]:.0%}" for row in rows)
    return {"name": WORDS["stacks"][key], "parts": parts, "alt": f"{WORDS['stacks'][key]}: {told}."}


def _most(rows):
    """Say who brings most of the money, and who most of it per head."""
    if not all(_number(row.get("spend_share")) for row in rows):
        top = max(rows, key=lambda row: row["share"])
        return WORDS["largest"].format(name=top["name"], share=f"{top['share']:.0%}")
    top = max(rows, key=lambda row: row["spend_share"])
    each = max(rows, key=lambda row: row["spend_share"] / row["share"] if row["share"] else 0)
    told = WORDS["most"].format(**_shares(top))
    return told if each is top else told + WORDS["each"].format(**_shares(each))


def _shares(row):
    return {
        "name": row["name"],
        "heads": f"{row['share']:.0%}",
        "money": f"{row['spend_share']:.0%}",
    }


def _act(facts):
    """Who acts differently: each segment's outcome with its interval, beside everybody's."""
    goal, everybody = facts["brief"].get("goal") or {}, facts["overall"]
    rows = [row for row in facts["segments"] if row.get("strip")]
    if not rows or not _number(everybody):
        return _answer("act", told=WORDS["not_judged"]) if facts["segments"] else None
    paint = dict(zip(facts["order"], facts["colours"], strict=False))
    currency = facts["brief"].get("data", {}).get("currency")
    top = max(row["high"] for row in rows) or 1
    lines = [_strip(row, top, paint[row["name"]],
                    formats.quantity(row["outcome_mean"], goal.get("unit"), currency))
             for row in rows]  # fmt: skip
    found = {}
    for row in facts["segments"]:
        found.setdefault(row.get("label") or WORDS["no_label"], []).append(row["name"])
    told = "; ".join(f"{how}: {quoted(names)}" for how, names in found.items())
    period = (facts["brief"].get("test") or {}).get("label")
    told = f"{formats.sentence(told)}."
    alt = ", ".join(f"{row['name']} {line['told']}" for row, line in zip(rows, lines, strict=True))
    drawn = {"rows": lines, "all": _place(everybody, top), "alt": f"{alt}."}
    heard = WORDS["period"].format(label=goal.get("label") or "the outcome", period=period)
    return _answer("act", told=f"{heard} {told}" if period else told, strips=drawn)


def _strip(row, top, colour, told):
    """Place one interval; its value stands right of it, or left where there is no room."""
    low, mid, high = (_place(max(0, row[key]), top) for key in ("low", "outcome_mean", "high"))
    crowded = high > LEFT + WIDTH - 44
    text = {"text": low - 8 if crowded else high + 8, "end": crowded}
    return {"low": low, "mid": mid, "high": high, "colour": colour, "told": told} | text


def _place(value, top):
    return round(LEFT + WIDTH * value / top, 1)


def _first(facts):
    """What comes first: the first moves by priority."""
    moves = [row for row in facts["actions"] if row.get("move") or row.get("offer")]
    if not moves:
        return None
    bad = facts["verdict"]["level"] == "bad"
    return _answer("first", told=WORDS["hypotheses" if bad else "ranked"], moves=moves[:FIRST])


def _scale(values):
    """Make the function that places values on a line, with a tenth of room at both ends."""
    known = [value for value in values if _number(value)]
    low, high = min(known), max(known)
    room = (high - low) / 6 or abs(high) / 6 or 1
    return lambda value: round(LEFT + WIDTH * (value - low + room) / (high - low + 2 * room), 1)


def _assumed(facts):
    """List what the money rests on that nobody measured: told, value."""
    assumed = facts["money"].get("assumed") or {}
    return [{"told": told, "value": value} for told, value in assumed.items()]


def _gaps(facts, study):
    """Say what the pages leave out: customers in no segment, fields unknown of some."""
    data, found = facts["brief"].get("data") or {}, []
    if facts["left_out"]:
        left = {key: formats.count(n) for key, n in
                (("out", facts["left_out"]), ("all", data.get("customers_n")))}  # fmt: skip
        found.append(WORDS["left_out"].format(days=data.get("window_days"), **left))
    found += [f"{row['rung'].strip('–= ').capitalize()}: {row['basis']}"
              for row in facts["money"].get("ladder", [])
              if row["status"] == "unknown" and row["basis"]]  # fmt: skip
    small = [row["name"] for row in facts["segments"] if row.get("small")]
    if small:
        found.append(WORDS["small"].format(names=quoted(small), n=study.smallest_cell))
    return found


def _method(facts):
    """Say in a few lines how the segments were made and judged: what, told."""
    definition, brief = facts["definition"], facts["brief"]
    features = ", ".join(label(name) for name in definition.get("features") or ())
    test = (brief.get("test") or {}).get("label")
    lines = {
        "made": WORDS["made"].format(approach=definition.get("approach"), features=features)
        if features else "",
        "number": definition.get("k_reason") if definition.get("approach") == "clusters" else "",
        "judged": WORDS["judged"].format(n=len(facts["checks"])) if facts["checks"] else "",
        "tested": WORDS["tested"].format(period=test) if test else "",
        "people": WORDS["people"] if facts["people"] else "",
    }  # fmt: skip
    return [{"what": WORDS["method"][key], "told": formats.sentence(text.rstrip(".") + ".")}
            for key, text in lines.items() if text]  # fmt: skip


def _ink(colour):
    """Choose black or white to be read on a colour "#rrggbb", by its luminance."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    return "#ffffff" if light < 0.18 else "#111111"


def _number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)
