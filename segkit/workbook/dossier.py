"""`segkit customer`: one customer's card as a dossier, for eyes and for programs.

Everything is read from a finished run, its history and the study's own tables; contacts come from
the source, and only when asked for. Nothing is written.
"""

import pandas as pd

from segkit import memory
from segkit import study as studies
from segkit.refusal import Refused
from segkit.study import StudyError, beside
from segkit.workbook.comparing import written

TOLD = beside(__file__)
MONTHS = 12
"""Months with purchases that the time line shows, the last ones."""


def dossier(name, customer, *, contacts=()):
    """Return what is known of a customer of a finished run, as plain data.

    `customer` is an id as the source writes it, or the workbook's own. `contacts` are some of name,
    email, phone, tax_id. Raises StudyError where the run is not finished or nobody has that id.
    """
    from segkit.segments import settled, why

    run = studies.open_run(name, stage="07_action")
    kept = settled.read(run)
    own, given, known = _person(run, kept, str(customer).strip(), contacts)
    facts = {"study": name, "customer_id": given, "as_of": run.read("brief.json")["data"]["as_of"]}
    facts |= {"contacts": known, "earlier": _earlier(run, own), "purchases": _purchases(run, own)}
    found = why.of(kept, own)
    if found is None:
        return facts | {"segment": None, "stage": _stage(run, own)}
    row = kept.card[kept.card["customer_id"].astype(str) == own].iloc[0].drop("customer_id")
    near = found.near
    if not isinstance(near, Refused):
        near = {**near, "pulls": near["pulls"].to_dict("records")}
    return facts | {
        "segment": found.segment, "stage": _stage(run, own), **_persona(run, found.segment),
        "card": row.dropna().to_dict(), "decides": found.values.to_dict("records"),
        "near": {"refused": near.why} if isinstance(near, Refused) else near,
        "changes": found.changes.to_dict("records"),
    }  # fmt: skip


def _person(run, kept, customer, contacts):
    """Find the workbook's id, the source's id and the contacts that were asked for."""
    ids, everybody = set(kept.card["customer_id"].astype(str)), set()
    if run.has("base.parquet"):
        everybody = set(run.read("base.parquet")["customer_id"].astype(str))
    if customer in ids | everybody and not contacts:
        return customer, customer, {}
    from segkit.data.people import addresses

    table = addresses.fetch(run, columns=list(dict.fromkeys(contacts))).astype({"customer_id": str})
    rows = table[(table["customer_id"] == customer) | (table["given_id"] == customer)]
    if rows.empty or not {*rows["customer_id"]} & (ids | everybody):
        raise StudyError(TOLD["nobody"].format(customer=customer, study=run.study.name))
    row = rows.iloc[0]
    return row["customer_id"], row["given_id"], {c: row[c] for c in contacts if pd.notna(row[c])}


def _persona(run, segment):
    """Return the persona of a segment and what is planned for it."""
    members = run.read("membership.csv").drop_duplicates("segment").set_index("segment")["persona"]
    persona = members.get(segment)
    plans = run.read("actions.csv")
    plan = plans[plans["persona"] == persona] if "persona" in plans else plans[:0]
    told = ("move", "offer", "channel")
    planned = {part: plan.iloc[0][part] for part in told if len(plan) and part in plan}
    return {"persona": persona, **planned}


def _stage(run, own):
    """Return the stage in the whole base: lead, new, regular, lapsing, lost; None if not known."""
    if not run.has("base.parquet"):
        return None
    base = run.read("base.parquet")
    return next(iter(base.loc[base["customer_id"].astype(str) == own, "stage"]), None)


def _earlier(run, own):
    """List the segment at the end of every remembered month, the earliest first."""
    return [{"as_of": each.as_of, "segment": each.segment_of(own)}
            for each in memory.snapshots(run.path)]  # fmt: skip


def _purchases(run, own):
    """List the last months with purchases: month, orders_n and amount; empty without orders."""
    from segkit import data

    baskets = data.open(run).baskets
    if baskets is None:
        return []
    rows = baskets.filter(baskets.customer_id.cast("string") == own)
    rows = rows.select("ordered_at", "amount").execute()
    if rows.empty:
        return []
    months = rows.assign(month=pd.to_datetime(rows["ordered_at"]).dt.strftime("%Y-%m"))
    table = months.groupby("month")["amount"].agg(["size", "sum"]).tail(MONTHS)
    return [{"month": month, "orders_n": int(n), "amount": round(float(paid), 2)}
            for month, n, paid in table.itertuples()]  # fmt: skip


def told(facts):
    """Write a dossier as lines for the screen."""
    from segkit.data.meanings import label

    lines = [TOLD["head" if facts["as_of"] else "head, no day"].format(**facts)]
    lines += [
        TOLD["line"].format(name=name, value=each) for name, each in facts["contacts"].items()
    ]
    lines += [TOLD["line"].format(name="stage", value=facts["stage"])] * bool(facts["stage"])
    if facts["segment"] is None:
        lines.append(TOLD["no segment"])
    else:
        known = [part for part in ("segment", "persona", "move", "offer", "channel")
                 if facts.get(part)]  # fmt: skip
        lines += [TOLD["line"].format(name=part, value=facts[part]) for part in known]
        lines += ["", TOLD["decides"]]
        lines += [TOLD["row"].format(label=label(row["column"]), **{
            part: written(row[part])
            for part in ("value", "segment_middle", "everybody_middle")
        }) for row in facts["decides"]]  # fmt: skip
        lines += ["", *_nearness(facts["near"], label)]
        lines += [TOLD["change"].format(label=label(row["column"]), instead=written(row["instead"]),
                                        segment=row["segment"])
                  for row in facts["changes"]] or [TOLD["no change"]]  # fmt: skip
    lines += ["", TOLD["months"]] * bool(facts["purchases"])
    lines += [TOLD["month"].format(**row) for row in facts["purchases"]]
    lines += ["", TOLD["earlier"]] * bool(facts["earlier"])
    lines += [TOLD["line"].format(name=row["as_of"], value=row["segment"] or TOLD["absent"])
              for row in facts["earlier"]]  # fmt: skip
    return "\n".join(lines)


def _nearness(near, label):
    """Say how far the own centre and the next one are, and what pulls."""
    if "refused" in near:
        return []
    pulls = [(TOLD["to own" if row["pull"] >= 0 else "to next"], row) for row in near["pulls"][:3]]
    pulls = [text.format(label=label(r["column"]), share=abs(r["pull"])) for text, r in pulls]
    return [TOLD["near"].format(**{k: v for k, v in near.items() if k != "pulls"}), *pulls, ""]
