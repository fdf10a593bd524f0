"""A finished run made by hand: every artefact, seven small executed notebooks, no kernel."""

import base64
import json
import struct
import zlib

import pandas as pd

from segkit.study import STAGES, Study

ORDER = ["Full baskets", "Fresh & often", "Rare <visits>"]
STUDY = Study(name="tiny", title="A tiny shop", currency="EUR", smallest_cell=2)
SIZES = dict(zip(ORDER, (3, 4, 5), strict=True))
SPEND = dict(zip(ORDER, (100.0, 50.0, 20.0), strict=True))


def make(folder):
    """Write artefacts and notebooks into the run folder `folder` and return it."""
    (folder / "notebooks").mkdir(parents=True)
    for name, value in artefacts().items():
        write(folder / name, value)
    for stage in STAGES:
        write(folder / "notebooks" / f"{stage}.ipynb", notebook(cells(stage)))
    return folder


def write(path, value):
    """Write one artefact by its suffix."""
    if path.suffix == ".parquet":
        value.to_parquet(path, index=False)
    elif path.suffix == ".csv":
        value.to_csv(path, index=False)
    else:
        path.write_text(json.dumps(value), encoding="utf-8")


def artefacts():
    """Make every artefact the report reads, small and consistent: {name: value}."""
    members = [name for name in ORDER for _ in range(SIZES[name])]
    ids = [f"secret-{place}" for place in range(len(members))]
    return {
        "brief.json": brief(),
        "segments.parquet": pd.DataFrame({"customer_id": ids, "segment": members}),
        "card.parquet": pd.DataFrame(
            {"customer_id": ids[::-1], "spend_total": [SPEND[name] for name in members[::-1]]}
        ),
        "segments.json": {"order": ORDER, "k": 3, "k_reason": "Three are found again."},
        "verdicts.csv": pd.DataFrame(
            [
                ["Large enough", "all", 0.25, 0.05, "share", "pass", "All are."],
                ["Stable", ORDER[2], 0.5, 0.6, "Jaccard", "warn", "Half are found again."],
            ],
            columns=["check", "segment", "measured", "limit", "unit", "verdict", "reason"],
        ),
        "response.csv": pd.DataFrame(
            {
                "segment": ORDER,
                "n": [200, 100, 100],
                "outcome_mean": [0.3, 0.2, 0.1],
                "low": [0.25, 0.13, 0.05],
                "high": [0.35, 0.28, 0.17],
            }
        ),
        "corrections.json": {
            "proposals": [{"kind": "merge", "segments": ORDER[:2], "reason": "they answer alike"}],
            "verdict": {"structure": "reproducible", "sentence": "Found again.", "usable": True},
        },
        "personas.json": {"personas": [persona()], "roll_up": "by hand"},
        "actions.csv": actions(),
        "manifest.json": {"engine": "DuckDB 9", "versions": {"segkit": "0"}, "chosen": {"K": 4}},
    }


def brief():
    """Make a brief with a goal, its data and its periods."""
    return {
        "verdict": "segment",
        "reason": "",
        "goal": {
            "kpi": "repeat_rate",
            "label": "Repeat rate",
            "unit": "share",
            "baseline": 0.189,
            "baseline_low": 0.16,
            "baseline_high": 0.21,
            "target": 0.217,
            "due": "2018-02-26",
            "sentence": "Raise the repeat rate & keep it.",
            "smart": [{"letter": "S", "passes": True, "why": "One rate."}],
        },
        "data": {
            "as_of": "2018-01-02",
            "window_days": 365,
            "first_order": "2017-01-01",
            "last_order": "2018-01-01",
            "customers_n": 12,
            "orders_n": 40,
            "spend_total": 600.0,
            "currency": "EUR",
        },
        "test": {"label": "Last block", "start": "2017-11-01", "end": "2018-01-01"},
    }


def persona(**changes):
    """Make a persona with one distinctive statement and one unknown field."""
    line = {
        "field": "behavioural",
        "column": "x",
        "text": "Shops <late>",
        "n": 5,
        "share_here": 0.6,
        "share_all": 0.3,
        "here": "60%",
        "everybody": "30%",
        "base": "of 7 customers",
        "lift": 2.0,
        "p_adjusted": 0.00001,
        "distinctive": True,
    }
    made = {
        "name": "The & manager",
        "segments": ORDER[:2],
        "n": 7,
        "share": 0.58,
        "spend_share": 0.83,
        "statements": [line],
        "unknown": [{"field": "geographic", "text": "where they live"}],
    }
    return made | changes


def actions():
    """Make two actions, the second for two segments."""
    return pd.DataFrame(
        {
            "rank": [1, 2],
            "persona": ["The & manager", "The visitor"],
            "segments": [ORDER[0], f"{ORDER[1]}; {ORDER[2]}"],
            "offer": ["A coupon", "Nothing yet"],
            "channel": ["post", "till"],
            "response_expected": [0.3, 0.1],
            "break_even_response": [0.08, 0.12],
        }
    )


def cells(stage):
    """List the cells of one executed notebook as (kind, source, outputs)."""
    number = int(stage[:2])
    others = "[next](02_criteria.ipynb#Checks), [readme](../README.md), [here](#What-we-learned)"
    return [
        ("markdown", f"# {number}. Question {number}?\n\nWhy <script>x</script>: {others}.", []),
        ("parameters", 'STUDY = "tiny"  # a study\nK = 4  # how many, 2 to 9', []),
        ("code", "import segkit", []),
        ("markdown", "## A picture\n\nThe rule is $n_j \\ge 5$, it costs $5 or $6.", []),
        ("code", "plots.shares(x)", [picture("Two bars: 3 & 4.")]),
        ("code", "plots.table(x)", [html(TABLE)]),
        ("code", "Markdown(x)", [data({"text/markdown": "**Loud** <img src=x onerror=alert(1)>"})]),
        ("markdown", "## Checks\n\n### Deeper\n\n## Checks", []),
        ("code", "len(x)", [data({"text/plain": "'<i>4</i>'"})]),
        ("markdown", "## What we learned\n\nSee [1](https://example.org/a?b=1&c=2).", []),
    ]


TABLE = """<style>@import url(http://evil.example/x.css);</style><script>alert(1)</script>
<table class="segkit" onclick="alert(1)"><caption>Sizes</caption>
<thead><tr><th>segment</th><th>customer_id</th><th>share</th></tr></thead>
<tbody><tr><td>Fresh &amp; often</td><td>secret-1</td><td>12.5%</td></tr>
<tr><td>&lt;b&gt;bold&lt;/b&gt; &amp; co</td><td>secret-2</td><td>–</td></tr></tbody></table>"""


def notebook(listed):
    """Build a notebook from (kind, source, outputs)."""
    made = []
    for place, (kind, source, outputs) in enumerate(listed):
        cell = {"cell_type": kind, "id": f"cell-{place:02}", "metadata": {}, "source": source}
        if kind != "markdown":
            cell.update(cell_type="code", execution_count=place, outputs=outputs)
        if kind == "parameters":
            cell["metadata"] = {"tags": ["parameters"]}
        made.append(cell)
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def data(bundle, metadata=None):
    """Make one output that shows a bundle of forms."""
    return {
        "output_type": "execute_result",
        "data": bundle,
        "metadata": metadata or {},
        "execution_count": 1,
    }


def html(text):
    """Make one HTML output, split over lines as Jupyter stores it."""
    return data({"text/html": text.splitlines(keepends=True), "text/plain": "a table"})


def picture(alt):
    """Make one figure output with words."""
    return data({"image/png": png(), "text/plain": alt}, {"image/png": {"alt": alt}})


def error():
    """Make the output of a cell that stopped."""
    return {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no such column",
        "traceback": ["…"],
    }


def png(width=800, height=300):
    """Make a white PNG, base64."""
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(d)) + t + d + _crc(t + d) for t, d in parts)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()


def _crc(content):
    return struct.pack(">I", zlib.crc32(content))
